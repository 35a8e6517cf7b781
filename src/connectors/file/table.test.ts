// Reading text files: encodings, delimiters, headers, cells, keys, and what a row that cannot be read does to the rest.
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { desk, everything, LIST, readAll, signal } from './test-support.ts';

const GB18030_ZHANG_WEI = [0xd5, 0xc5, 0xce, 0xb0];
const HEADER_GB = [0xb9, 0xa4, 0xba, 0xc5, 0x2c, 0xd0, 0xd5, 0xc3, 0xfb];

describe('encodings', () => {
  const utf16 = (text: string, mark: boolean): Buffer => Buffer.from(`${mark ? '\uFEFF' : ''}${text}`, 'utf16le');
  const cases: readonly (readonly [string, Uint8Array])[] = [
    ['UTF-8 with a byte order mark', Buffer.from(`\uFEFF${LIST}`)],
    ['UTF-8 without one', Buffer.from(LIST)],
    ['UTF-16 with a byte order mark', utf16(LIST, true)],
    ['UTF-16 big endian', utf16(LIST, true).swap16()],
    ['GB18030', Buffer.from([...HEADER_GB, 0x0a, ...Buffer.from('0012,'), ...GB18030_ZHANG_WEI, 0x0a])],
  ];
  test.each(cases)('a list in %s is read', async (_, bytes) => {
    const place = await desk();
    const connection = await place.open({ path: await place.put('staff.csv', bytes) });
    const { byId, end } = await readAll(connection);
    expect(byId('0012')?.attributes.displayName).toBe('张伟');
    expect(end.complete).toBe(true);
  });

  test('an encoding that is set is not second-guessed', async () => {
    const place = await desk();
    const path = await place.put('staff.csv', Buffer.from([...HEADER_GB, 0x0a]));
    await expect(readAll(await place.open({ path, encoding: 'utf-8' }))).rejects.toMatchObject({
      kind: 'bad-response',
    });
  });

  test('four-byte characters, full-width blanks and zero-width marks survive or go as they should', async () => {
    const place = await desk();
    const path = await place.put('staff.csv', '工号;姓名;职位\n１２;\u200B　𠮷田 太郎\u3000;工程师👩‍💻\n');
    const person = (await readAll(await place.open({ path }))).byId('12');
    expect(person?.attributes).toMatchObject({ displayName: '𠮷田 太郎', title: '工程师👩‍💻' });
  });
});

describe('tables', () => {
  test.each([',', ';', '\t', '|'])('the delimiter %j is found', async (delimiter) => {
    const place = await desk();
    const path = await place.put('staff.txt', LIST.replaceAll(',', delimiter));
    expect((await readAll(await place.open({ path }))).objects).toHaveLength(2);
  });

  test('a header on line 4 is found below titles and blank lines', async () => {
    const place = await desk();
    const path = await place.put('staff.csv', `员工花名册,,\n制表日期:2026-05-01,,\n,,\n*工号（必填）,姓名,手机号码\n1,甲,\n`);
    const { objects, end } = await readAll(await place.open({ path }));
    expect(objects.map((object) => object.id)).toEqual(['1']);
    expect(end.visible.attributes).toEqual(expect.arrayContaining(['employeeNumber', 'displayName', 'phone']));
  });

  test('a configured column beats the guess, and adds an attribute of our own', async () => {
    const place = await desk();
    const path = await place.put('staff.csv', '工号,姓名,英文姓名,衣服尺码\n1,甲,Jia,L\n');
    const connection = await place.open({ path, columns: { displayName: '英文姓名', shirt: '衣服尺码' } });
    const described = await connection.describe!(signal);
    expect(described.types!.find((type) => type.id === 'person')!.attributes.map((spec) => spec.name)).toContain('shirt');
    const events = connection.read!('person', {
      ...everything('person'),
      attributes: ['displayName', 'shirt'],
      part: {},
    });
    for await (const event of events)
      if (event.kind === 'objects') expect(event.objects[0]!.attributes).toEqual({ displayName: 'Jia', shirt: 'L' });
  });

  test('a column that is missing leaves its attribute unknown, an empty cell makes it empty', async () => {
    const place = await desk();
    const { byId, end } = await readAll(await place.open({ path: await place.put('a.csv', '工号,姓名,手机\n1,甲,\n') }));
    expect(byId('1')?.attributes).toEqual({ employeeNumber: '1', displayName: '甲', phone: null });
    expect(byId('1')?.edges).toBeUndefined();
    expect(end.visible.attributes).not.toContain('email');
  });

  test('the range changes when a column is lost and not when the file has another name', async () => {
    const place = await desk();
    const first = await readAll(await place.open({ path: await place.put('a.csv', '工号,姓名,手机\n1,甲,\n') }));
    const renamed = await readAll(await place.open({ path: await place.put('b.csv', '手机,工号,姓名\n,1,甲\n') }));
    const lost = await readAll(await place.open({ path: await place.put('c.csv', '工号,姓名\n1,甲\n') }));
    expect(renamed.end.visible.range).toBe(first.end.visible.range);
    expect(lost.end.visible.range).not.toBe(first.end.visible.range);
  });

  test('a column more leaves the range as it is: whoever was visible still is, however the columns are chosen', async () => {
    const place = await desk();
    const first = await readAll(await place.open({ path: await place.put('a.csv', '工号,姓名\n1,甲\n') }));
    const more = await readAll(await place.open({ path: await place.put('b.csv', '工号,姓名,用户名\n1,甲,jia\n') }));
    const chosen = await readAll(
      await place.open({ path: await place.put('c.csv', '工号,姓名,用户名,鞋码\n1,甲,jia,42\n'), columns: { shoe: '鞋码' } }),
    );
    const another = await readAll(await place.open({ path: await place.put('d.csv', '工号,用户名,邮箱,鞋码\n1,jia,j@example.com,42\n') }));
    const inPart = await readAll(
      await place.open({ path: await place.put('e.csv', '工号,用户名,邮箱,鞋码,姓名\n1,jia,j@example.com,42,甲\n'), mode: 'changes' }),
    );
    expect(more.end.visible.range).toBe(first.end.visible.range);
    expect(more.end.visible.attributes).toContain('userName');
    expect(chosen.end.visible.range).toBe(first.end.visible.range);
    expect(another.end.visible.range).not.toBe(first.end.visible.range);
    expect(inPart.end.visible.range).not.toBe(another.end.visible.range);
  });

  test('a quoted value keeps its line breaks, and lines are counted as an editor shows them', async () => {
    const place = await desk();
    const path = await place.put('a.csv', '工号,姓名,状态\n1,"甲\n乙",在职\n\n2,丙,不明\n');
    const { byId, unreadable } = await readAll(await place.open({ path }));
    expect(byId('1')?.attributes.displayName).toBe('甲\n乙');
    expect(unreadable).toMatchObject([{ id: '2', where: 'a.csv:5' }]);
    expect(byId('2')?.attributes).not.toHaveProperty('lifecycle');
  });

  test('status words, dates in several forms, masked phones and self-managed people are understood', async () => {
    const place = await desk();
    const path = await place.put(
      'a.csv',
      '工号,姓名,状态,入职日期,离职日期,手机,上级\n1,甲,停薪留职,2026年1月5日,长期,138****0000,1\n2,乙,待入职,20260105,2026/2/30,-,\n3,丙,驻外,13/05/2026,9999-12-31,,\n',
    );
    const { byId, unreadable } = await readAll(await place.open({ path, statusWords: { 驻外: 'active' } }));
    expect(byId('1')?.attributes).toMatchObject({
      lifecycle: 'suspended',
      startsAt: '2026-01-05',
      endsAt: null,
      manager: null,
    });
    expect(byId('1')?.attributes).not.toHaveProperty('phone');
    expect(byId('2')?.attributes).toMatchObject({ lifecycle: 'pre-hire', startsAt: '2026-01-05', phone: null });
    expect(byId('3')?.attributes).toMatchObject({ lifecycle: 'active', startsAt: '2026-05-13', endsAt: null });
    expect(unreadable.map((event) => event.id)).toEqual(['2']);
  });
});

describe('rows', () => {
  test('rows with the same key are all rejected, listed, and answered as unknown', async () => {
    const place = await desk();
    const connection = await place.open({ path: await place.put('a.csv', '工号,姓名\n1,甲\n2,乙\n1,丙\n') });
    const { objects, unreadable, end } = await readAll(connection);
    expect(objects.map((object) => object.id)).toEqual(['2']);
    expect(unreadable.map((event) => event.where)).toEqual(['a.csv:2', 'a.csv:4']);
    expect(end.complete).toBe(true);
    const { answers } = await connection.get!('person', ['1', '2', '3'], everything('person'));
    expect([...answers].map(([id, answer]) => [id, answer.state])).toEqual([
      ['1', 'unknown'],
      ['2', 'found'],
      ['3', 'gone'],
    ]);
  });

  test('a row of somebody without a key makes it unknown who is missing; a remark below the list does not', async () => {
    const place = await desk();
    const lost = await readAll(await place.open({ path: await place.put('a.csv', '工号,姓名\n1,甲\n,乙\n') }));
    expect(lost.end).toMatchObject({ complete: false });
    expect(lost.unreadable).toMatchObject([{ id: null, where: 'a.csv:3' }]);
    const remark = await readAll(await place.open({ path: await place.put('b.csv', '工号,姓名,手机\n1,甲,\n合计: 1,,\n,,制表人\n') }));
    expect(remark.end.complete).toBe(true);
  });

  test('a row with too many cells is rejected; one with too few leaves the rest unknown', async () => {
    const place = await desk();
    const { byId, unreadable } = await readAll(
      await place.open({ path: await place.put('a.csv', '工号,姓名,手机\n1,甲,1,2\n2,乙\n3,丙,5\n') }),
    );
    expect(unreadable).toMatchObject([{ id: '1' }]);
    expect(byId('2')?.attributes).toEqual({ employeeNumber: '2', displayName: '乙' });
  });

  test('numbers that a spreadsheet wrote with an exponent are reported and stay unknown', async () => {
    const place = await desk();
    const path = await place.put(
      'a.csv',
      '工号,姓名,身份证号,手机\n1,甲,1.10101E+17,1.38E+10\n2,乙,110101199003071000,\n3,丙,11010119900307109X,\n',
    );
    const { byId, unreadable } = await readAll(await place.open({ path }));
    expect(unreadable.map((event) => event.where)).toEqual(['a.csv:2', 'a.csv:3']);
    expect(byId('1')?.attributes).not.toHaveProperty('idNumber');
    expect(byId('3')?.attributes.idNumber).toBe('11010119900307109X');
  });

  test('sensitive values are sealed in the copy on disk', async () => {
    const place = await desk();
    const connection = await place.open({
      path: await place.put('a.csv', '工号,姓名,身份证号\n1,甲,11010119900307109X\n'),
    });
    expect((await readAll(connection)).byId('1')?.attributes.idNumber).toBe('11010119900307109X');
    const found = spawnSync('grep', ['-rl', '11010119900307109X', join(place.root, 'own')], { encoding: 'utf8' });
    expect(found.stdout).toBe('');
  });
});
