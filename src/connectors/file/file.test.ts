// Reading text files: encodings, headers, keys, departments, managers, and what a broken file must never look like.
import { rm, writeFile } from 'node:fs/promises';
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import { fieldsOf } from '../../connector-kit/define.ts';
import { mappingSetSchema } from '../../core/mapping/rows.ts';
import { configSchema, partSchema } from './config.ts';
import { file as connector } from './index.ts';
import { template } from './template.ts';
import { desk, everything, readAll, signal } from './test-support.ts';

const LIST =
  '工号,姓名,部门,上级,状态,手机,邮箱\r\n0012,张伟,总公司/研发部,0013,在职,13800000000,zw@example.com\r\n0013,李娜,总公司,,在职,,\r\n';
const GB18030_ZHANG_WEI = [0xd5, 0xc5, 0xce, 0xb0];
const HEADER_GB = [0xb9, 0xa4, 0xba, 0xc5, 0x2c, 0xd0, 0xd5, 0xc3, 0xfb];

describe('manifest', () => {
  test('every field of the settings has a label and the default mappings are valid', () => {
    expect(fieldsOf(configSchema).length).toBeGreaterThan(10);
    expect(fieldsOf(partSchema).map((field) => field.name)).toEqual(['under']);
    expect(() => mappingSetSchema.parse(connector.manifest.defaults.up!.mapping)).not.toThrow();
    expect(() => mappingSetSchema.parse(connector.manifest.defaults.down!.mapping)).not.toThrow();
  });

  test('a sensitive attribute is not exported by default', () => {
    expect(connector.manifest.defaults.down!.mapping.person!.map((row) => row.target)).not.toContain('idNumber');
  });
});

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
    const path = await place.put(
      'staff.csv',
      `员工花名册,,\n制表日期:2026-05-01,,\n,,\n*工号（必填）,姓名,手机号码\n1,甲,\n`,
    );
    const { objects, end } = await readAll(await place.open({ path }));
    expect(objects.map((object) => object.id)).toEqual(['1']);
    expect(end.visible.attributes).toEqual(expect.arrayContaining(['employeeNumber', 'displayName', 'phone']));
  });

  test('a configured column beats the guess, and adds an attribute of our own', async () => {
    const place = await desk();
    const path = await place.put('staff.csv', '工号,姓名,英文姓名,衣服尺码\n1,甲,Jia,L\n');
    const connection = await place.open({ path, columns: { displayName: '英文姓名', shirt: '衣服尺码' } });
    const described = await connection.describe!(signal);
    expect(described.types!.find((type) => type.id === 'person')!.attributes.map((spec) => spec.name)).toContain(
      'shirt',
    );
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
    const { byId, end } = await readAll(
      await place.open({ path: await place.put('a.csv', '工号,姓名,手机\n1,甲,\n') }),
    );
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
    const remark = await readAll(
      await place.open({ path: await place.put('b.csv', '工号,姓名,手机\n1,甲,\n合计: 1,,\n,,制表人\n') }),
    );
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

describe('departments', () => {
  test('a path makes all departments on the way, parents first', async () => {
    const place = await desk();
    const connection = await place.open({
      path: await place.put('a.csv', '工号,姓名,部门\n1,甲,总公司 / 研发部/平台组\n2,乙,总公司／研发部\n3,丙,\n'),
    });
    const departments = await readAll(connection, 'department');
    expect(departments.objects.map((object) => [object.id, object.attributes.parent])).toEqual([
      ['总公司', null],
      ['总公司/研发部', '总公司'],
      ['总公司/研发部/平台组', '总公司/研发部'],
    ]);
    const { byId } = await readAll(connection);
    expect(byId('2')?.edges?.membership).toEqual([{ to: { type: 'department', id: '总公司/研发部' }, primary: true }]);
    expect(byId('3')?.edges?.membership).toEqual([]);
  });

  test('several departments come from a second column or from further rows', async () => {
    const place = await desk();
    const ids = (edges: readonly { to: { id: string }; primary?: boolean }[] | undefined) =>
      edges?.map((edge) => [edge.to.id, edge.primary]);
    const column = await readAll(
      await place.open({ path: await place.put('a.csv', '工号,姓名,部门,兼职部门\n1,甲,A/B,C；A/D\n') }),
    );
    expect(ids(column.byId('1')?.edges?.membership)).toEqual([
      ['A/B', true],
      ['C', false],
      ['A/D', false],
    ]);
    const rows = await readAll(
      await place.open({
        path: await place.put(
          'b.csv',
          '工号,姓名,部门,职位,是否主岗\n1,甲,A,工程师,否\n2,乙,A,,是\n1,甲,B,经理,是\n3,丙,A,,\n3,丁,B,,\n',
        ),
        extraRows: true,
      }),
    );
    expect(rows.byId('1')?.attributes.title).toBe('经理');
    expect(rows.byId('1')?.edges?.membership).toMatchObject([
      { to: { id: 'B' }, primary: true, title: '经理' },
      { to: { id: 'A' }, primary: false, title: '工程师' },
    ]);
    expect(rows.byId('3')).toBeUndefined();
    expect(rows.unreadable).toHaveLength(2);
  });

  test('a file of departments gives codes, order, parents and leaders; circles and unknown departments are listed', async () => {
    const place = await desk();
    await place.put(
      'departments.csv',
      '部门编码,部门名称,上级部门编码,排序,负责人\nD2,研发部,D1,2,甲\nD1,总公司,0,1,\nX,圈,Y,,\nY,圈二,X,,\n',
    );
    const path = await place.put('people.csv', '工号,姓名,部门\n1,甲,D2\n2,乙,总公司/研发部\n3,丙,没有\n4,丁,研发部\n');
    const connection = await place.open({ path, departmentsPath: 'departments.csv' });
    const departments = await readAll(connection, 'department');
    expect(departments.objects.map((object) => object.id)).toEqual(['D1', 'D2']);
    expect(departments.byId('D2')).toMatchObject({
      attributes: { name: '研发部', parent: 'D1', order: 2 },
      edges: { leader: [{ to: { id: '1' } }] },
    });
    expect(departments.unreadable.map((event) => event.id).sort()).toEqual(['X', 'Y']);
    const { byId, unreadable } = await readAll(connection);
    expect([byId('1'), byId('2'), byId('4')].map((object) => object?.edges?.membership?.[0]?.to.id)).toEqual([
      'D2',
      'D2',
      'D2',
    ]);
    expect(byId('3')?.edges).toBeUndefined();
    expect(unreadable).toMatchObject([{ id: '3' }]);
  });

  test('a part below one department holds its people, and get says who lies in it', async () => {
    const place = await desk();
    const connection = await place.open({
      path: await place.put('a.csv', '工号,姓名,部门\n1,甲,A/B/C\n2,乙,A\n3,丙,D\n'),
    });
    expect((await readAll(connection, 'person', { under: 'A/B' })).objects.map((object) => object.id)).toEqual(['1']);
    expect((await readAll(connection, 'department', { under: 'A/B' })).objects.map((object) => object.id)).toEqual([
      'A/B',
      'A/B/C',
    ]);
    const { answers } = await connection.get!('person', ['1', '3'], {
      ...everything('person'),
      part: { under: 'A/B' },
    });
    expect([...answers.values()].map((answer) => answer.state === 'found' && answer.inPart)).toEqual([true, false]);
  });

  test('a file without departments takes none away', async () => {
    const place = await desk();
    const connection = await place.open({ path: await place.put('a.csv', '工号,姓名\n1,甲\n') });
    expect(await readAll(connection, 'department')).toMatchObject({ objects: [], end: { complete: false } });
    expect((await connection.get!('department', ['A'], everything('department'))).answers.get('A')?.state).toBe(
      'unknown',
    );
  });
});

describe('managers', () => {
  test('a name that several people have is reported, a name that one has is found, a number outside is passed on', async () => {
    const place = await desk();
    const path = await place.put(
      'a.csv',
      '工号,姓名,直属上级\n1,张伟,\n2,张伟,李 娜\n3,李娜,张伟\n4,王芳,E900\n5,赵敏,张伟(2)\n6,孙丽,没有这人\n',
    );
    const { byId, unreadable } = await readAll(await place.open({ path }));
    expect(byId('2')?.attributes.manager).toBe('3');
    expect(byId('3')?.attributes).not.toHaveProperty('manager');
    expect(byId('4')?.attributes.manager).toBe('E900');
    expect(byId('5')?.attributes.manager).toBe('2');
    expect(unreadable.map((event) => event.id)).toEqual(['3', '6']);
    expect(unreadable[0]!.reason.en).toContain('several people');
  });
});

describe('what must never look like an empty list', () => {
  const refused: readonly (readonly [string, string | Uint8Array, string])[] = [
    ['an empty file', '', 'bad-response'],
    ['a file of blank lines', '\n\n', 'bad-response'],
    ['a file without the key column', '姓名,手机\n甲,1\n', 'config'],
    ['a file cut inside a row', '工号,姓名,手机\n1,甲,5\n2,乙', 'bad-response'],
    ['a file cut inside quotes', '工号,姓名,手机\n1,甲,5\n2,"乙,6\n3,丙,7\n', 'bad-response'],
    ['a file cut inside a character', Buffer.from('工号,姓名\n1,甲\n2,乙').subarray(0, -1), 'bad-response'],
  ];
  test.each(refused)('%s is an error', async (_, content, kind) => {
    const place = await desk();
    const connection = await place.open({ path: await place.put('a.csv', content) });
    await expect(readAll(connection)).rejects.toMatchObject({ kind });
  });

  test('a file that vanished is an error, and single answers come from the last copy', async () => {
    const place = await desk();
    const path = await place.put('a.csv', LIST);
    const connection = await place.open({ path });
    await readAll(connection);
    await rm(path);
    await expect(readAll(connection)).rejects.toMatchObject({ kind: 'config' });
    await connection.close();
    const again = await place.open({ path });
    expect((await again.get!('person', ['0012'], everything('person'))).answers.get('0012')?.state).toBe('found');
  });

  test('a header without rows is a complete empty list: the guard of the engine decides', async () => {
    const place = await desk();
    const { objects, end } = await readAll(await place.open({ path: await place.put('a.csv', '工号,姓名\n') }));
    expect(objects).toEqual([]);
    expect(end.complete).toBe(true);
  });

  test('a broken new version leaves the copy of the old one in place', async () => {
    const place = await desk();
    const path = await place.put('a.csv', LIST);
    const connection = await place.open({ path });
    await readAll(connection);
    await writeFile(path, '');
    await expect(readAll(connection)).rejects.toMatchObject({ kind: 'bad-response' });
    expect((await connection.get!('person', ['0013'], everything('person'))).answers.get('0013')?.state).toBe('found');
  });

  test('get knows nothing before the first complete reading, nor after the settings changed', async () => {
    const place = await desk();
    const path = await place.put('a.csv', LIST);
    const first = await place.open({ path });
    expect((await first.get!('person', ['0012'], everything('person'))).answers.get('0012')?.state).toBe('unknown');
    await readAll(first);
    const other = await place.open({ path, columns: { displayName: '邮箱' } });
    expect((await other.get!('person', ['9'], everything('person'))).answers.get('9')?.state).toBe('unknown');
  });
});

test('in a file of changes who is absent is unknown, and earlier changes stay', async () => {
  const place = await desk();
  await place.put('1.csv', '工号,姓名\n1,甲\n2,乙\n');
  const connection = await place.open({ mode: 'changes', path: place.inbox });
  expect(await readAll(connection)).toMatchObject({
    end: { complete: false, reason: { en: expect.stringContaining('changes') } },
  });
  await place.put('2.csv', '工号,姓名\n2,乙乙\n3,丙\n');
  const { objects } = await readAll(connection);
  expect(objects.map((object) => [object.id, object.attributes.displayName]).sort()).toEqual([
    ['1', '甲'],
    ['2', '乙乙'],
    ['3', '丙'],
  ]);
  expect((await connection.get!('person', ['9'], everything('person'))).answers.get('9')?.state).toBe('unknown');
});

test('a reading that was cut off resumes at its checkpoint', async () => {
  const place = await desk();
  const path = await place.put(
    'a.csv',
    `工号,姓名\n${Array.from({ length: 1200 }, (_, index) => `${index},人${index}\n`).join('')}`,
  );
  const connection = await place.open({ path });
  const { checkpoints } = await readAll(connection);
  const rest = await readAll(connection, 'person', {}, checkpoints[0]!);
  expect(rest.objects.map((object) => object.id)[0]).toBe('500');
  expect(rest.objects).toHaveLength(700);
});

test('an aborted reading does not end', async () => {
  const place = await desk();
  const connection = await place.open({ path: await place.put('a.csv', LIST) });
  const cancelled = connection.read!('person', { ...everything('person'), part: {}, signal: AbortSignal.abort() });
  await expect(cancelled[Symbol.asyncIterator]().next()).rejects.toThrow();
});

test('the check names columns, first people and what is wrong', async () => {
  const place = await desk();
  const path = await place.put('a.csv', `${LIST}0014,王五,总公司,,神游,,\n`);
  const report = await (await place.open({ path, columns: { title: '岗位' } })).check({ direction: 'up', signal });
  const text = report.findings.map((finding) => finding.message.en).join('\n');
  expect(text).toContain('工号 → employeeNumber');
  expect(text).toContain('0012 张伟');
  expect(report.findings.filter((finding) => !finding.ok).map((finding) => finding.level)).toEqual([
    'rights',
    'reads-person',
  ]);
  expect(report.systemId).toBe(`file:${path}`);
});

test.each([
  'zh',
  'en',
] as const)('the templates in %s can be read as they are, as CSV and as workbook', async (language) => {
  const place = await desk();
  const csv = await place.open({ path: await place.put('people.csv', await template('csv', language)) });
  const xlsx = await place.open({ path: await place.put('people.xlsx', await template('xlsx', language)) });
  for (const connection of [csv, xlsx]) {
    const { byId, unreadable, end } = await readAll(connection);
    expect(unreadable).toEqual([]);
    expect(end.complete).toBe(true);
    expect(byId('000103')?.attributes).toMatchObject({
      manager: '000102',
      lifecycle: 'active',
      startsAt: '2026-05-06',
      phone: '+8615400000103',
    });
    expect(byId('000103')?.edges?.membership).toHaveLength(2);
  }
  expect((await readAll(xlsx, 'department')).byId('D010')?.attributes.parent).toBe('D001');
});

test('a hundred thousand people are read with a heap of 60 MB', { timeout: 120_000 }, async () => {
  const place = await desk();
  const rows = Array.from({ length: 100_000 }, (_, index) => {
    const number = String(index).padStart(6, '0');
    return `${number},姓名${number},总公司/部门${index % 300}/小组${index % 2000},${String(index % 1000).padStart(6, '0')},在职,+86199${number}00,p${number}@example.com,工程师,2020-01-01\n`;
  });
  const path = await place.put('big.csv', `工号,姓名,部门,上级,状态,手机,邮箱,职位,入职日期\n${rows.join('')}`);
  const script = fileURLToPath(new URL('./test-big-read.ts', import.meta.url));
  const run = spawnSync(process.execPath, ['--max-old-space-size=60', script, path, join(place.root, 'big')], {
    encoding: 'utf8',
  });
  expect(run.stderr).not.toContain('heap out of memory');
  expect(JSON.parse(run.stdout)).toMatchObject({ people: 100_000, complete: true, found: 'found', gone: 'gone' });
});
