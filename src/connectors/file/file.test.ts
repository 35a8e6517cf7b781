// A list as a whole: what must never look like an empty one, changes, checkpoints, the check and the templates.
import { readdir, readlink, rm, writeFile } from 'node:fs/promises';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { fieldsOf } from '../../connector-kit/define.ts';
import { mappingSetSchema } from '../../core/mapping/rows.ts';
import { configSchema, partSchema } from './config.ts';
import { file as connector } from './index.ts';
import { template } from './template.ts';
import { desk, everything, LIST, readAll, signal } from './test-support.ts';

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

  const FDS = '/proc/self/fd';
  test.skipIf(!existsSync(FDS))('a file that cannot be read to its end leaves nothing open behind it', async () => {
    const place = await desk();
    const rows = Array.from({ length: 5000 }, (_, index) => `${index},人${index},\n`).join('');
    const connection = await place.open({
      path: await place.put('a.csv', `工号,姓名,手机\n${rows}1,"甲`),
      departments: 'path',
    });
    await expect(readAll(connection)).rejects.toMatchObject({ kind: 'bad-response' });
    await connection.check({ direction: 'up', signal });
    const missing = await place.open({ path: join(place.inbox, 'a.csv'), departments: 'table' });
    await expect(readAll(missing)).rejects.toMatchObject({ kind: 'config' });
    const open = async (): Promise<readonly string[]> =>
      Promise.all((await readdir(FDS)).map((fd) => readlink(join(FDS, fd)).catch(() => '')));
    // Node ends the process when it finds a forgotten handle.
    await expect.poll(async () => (await open()).filter((path) => path.startsWith(place.root))).toEqual([]);
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
  const path = await place.put('a.csv', `工号,姓名\n${Array.from({ length: 1200 }, (_, index) => `${index},人${index}\n`).join('')}`);
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
  expect(text).toContain('工号 → employee number');
  expect(report.findings.map((finding) => finding.message.zh).join('\n')).toContain('工号 → 工号');
  expect(text).toContain('0012 张伟');
  expect(report.findings.filter((finding) => !finding.ok).map((finding) => finding.level)).toEqual(['rights', 'reads-person']);
  expect(report.systemId).toBe(`file:${path}`);
});

describe('the check says how many the list holds', () => {
  const counted = async (content: string) => {
    const place = await desk();
    const { findings } = await (await place.open({ path: await place.put('a.csv', content) })).check({ direction: 'up', signal });
    return findings.map(({ message }) => message).find(({ en }) => /rows?\b/.test(en) && !en.includes('header on line'));
  };

  test('rows, people by their number, and who of them has left by status or last day', async () => {
    const rows = ['1,甲,在职,', '2,乙,离职,', '3,丙,在职,2020-01-31', '3,丙,在职,2020-01-31', '合计,,,'];
    expect(await counted(`工号,姓名,状态,最后工作日\n${rows.join('\n')}\n`)).toEqual({
      en: '4 rows: 3 people, 2 of them have left',
      zh: '共 4 行：3 人，其中 2 人已离职',
    });
  });

  test('behind the first rows, too, and nothing of leavers where there are none', async () => {
    const rows = Array.from({ length: 1234 }, (_, index) => `${index + 1},p${index + 1}`);
    expect(await counted(`工号,姓名\n${rows.join('\n')}\n`)).toEqual({ en: '1,234 rows: 1,234 people', zh: '共 1,234 行：1,234 人' });
  });

  test('a very long list is not counted to its end', async () => {
    const rows = Array.from({ length: 20_001 }, (_, index) => `${index + 1},p`);
    expect(await counted(`工号,姓名\n${rows.join('\n')}\n`)).toEqual({ en: 'More than 20,000 rows', zh: '超过 20,000 行' });
  });
});

test.each(['zh', 'en'] as const)('the templates in %s can be read as they are, as CSV and as workbook', async (language) => {
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
