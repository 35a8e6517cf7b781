// Writing the files: they become true as a whole, are never somebody else's, and a spreadsheet runs nothing in them.
import { readdir, readFile, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import type { DesiredObject } from '../../connector-kit/contract.ts';
import { isConnectorError } from '../../connector-kit/errors.ts';
import type { Edges } from '../../core/model.ts';
import { find, person, target, unit } from './test-export.ts';
import { desk, everything, readAll, signal, writing } from './test-support.ts';
import { guardFormula, unguardFormula } from '../../core/formula.ts';

const exists = (path: string): Promise<boolean> =>
  stat(path).then(
    () => true,
    () => false,
  );

test('writes are seen at once, and the file appears with finish', async () => {
  const place = await desk();
  const connection = await target(place);
  expect(await connection.create!('person', person('p1'), writing)).toEqual({ id: 'p1' });
  await connection.update!(
    'person',
    'p1',
    { attributes: { title: '工程师', displayName: null }, before: {}, edges: {} },
    person('p1'),
    writing,
  );
  await connection.disable!('person', 'p1', writing);
  expect(await find(connection, 'person', 'p1')).toMatchObject({
    enabled: false,
    attributes: { employeeNumber: 'Np1', displayName: null, title: '工程师', directoryId: 'p1' },
  });
  expect(await exists(join(place.inbox, 'out.csv'))).toBe(false);
  await connection.finish!(writing);
  expect(await readFile(join(place.inbox, 'out.csv'), 'utf8')).toMatch(/^\uFEFF工号,.*账号启用\r\nNp1,/);
  expect((await readdir(place.inbox)).sort()).toEqual(['out.csv']);
  expect((await readAll(connection)).objects).toHaveLength(1);
});

test('who was written before the process died is found again: by our id, by what only one may have, and by any other value', async () => {
  const place = await desk();
  const before = await target(place);
  await before.create!('person', person('p1', { city: '杭州' }), writing);
  await before.create!('person', person('p2', { city: '杭州' }), writing);
  await before.remove!('person', 'p2', writing);
  await before.create!('person', person('p3', { city: '成都' }), writing);
  const connection = await target(place);
  const found = (attribute: string, ...values: string[]) => connection.find!('person', attribute, values, everything('person'));
  expect(await found('directoryId', 'p1', 'p2', 'p3')).toEqual([
    { value: 'p1', id: 'p1' },
    { value: 'p3', id: 'p3' },
  ]);
  expect(await found('employeeNumber', 'Np3', 'Np2', 'N')).toEqual([{ value: 'Np3', id: 'p3' }]);
  expect(await found('city', '杭州', '北京')).toEqual([{ value: '杭州', id: 'p1' }]);
});

test('a second finish without changes leaves the file alone; a file that somebody deleted is written again', async () => {
  const place = await desk();
  const connection = await target(place);
  await connection.create!('person', person('p'), writing);
  await connection.finish!(writing);
  const path = join(place.inbox, 'out.csv');
  const first = await stat(path);
  await connection.finish!(writing);
  expect((await stat(path)).ino).toBe(first.ino);
  await writeFile(path, 'x');
  await connection.finish!(writing);
  expect(await readFile(path, 'utf8')).toContain('Np');
});

test('a file that is not ours is never replaced', async () => {
  const place = await desk();
  await place.put('out.csv', 'somebody else');
  const connection = await target(place);
  await connection.create!('person', person('p'), writing);
  const report = await connection.check({ direction: 'down', signal });
  expect(report.findings.some((finding) => !finding.ok && finding.level === 'writes')).toBe(true);
  const error = await connection.finish!(writing).catch((caught: unknown) => caught);
  expect(isConnectorError(error) && error.kind).toBe('config');
  expect(await readFile(join(place.inbox, 'out.csv'), 'utf8')).toBe('somebody else');
});

test('the check names a folder that is not there, and a part, which an export does not have', async () => {
  const place = await desk();
  const connection = await target(place, { path: join(place.inbox, 'missing', 'out.csv') });
  const part = { under: 'D1' };
  const { findings } = await connection.check({ direction: 'down', part, signal });
  expect(findings.filter(({ ok }) => !ok).map(({ level }) => level)).toEqual(['reachable', 'range']);
  await expect(connection.create!('person', person('p'), { ...writing, part })).rejects.toMatchObject({
    kind: 'config',
  });
});

describe('formulas', () => {
  const dangerous = ['=1+1', '+86 138', '-1', '@SUM(A1)', '\t=1', '\r=1', "'=1", "''+x", '＝1', "'plain", 'plain'];

  test.each(dangerous)('%j is guarded and comes back as it was', (text) => {
    expect(unguardFormula(guardFormula(text))).toBe(text);
    expect(guardFormula(text)).not.toMatch(/^[=+\-@\t\r＝＋－＠]/);
  });

  test.each(['csv', 'xlsx'])('an export as %s read back gives the same people, departments and values', async (format) => {
    const place = await desk();
    const out = join(place.inbox, `out.${format}`);
    const writer = await target(place, {
      path: out,
      ...(format === 'csv' ? { departmentsPath: join(place.inbox, 'departments.csv') } : {}),
    });
    await writer.create!('department', unit('d1', { name: '总公司', code: 'D1', parent: null }), writing);
    await writer.create!('department', unit('d2', { name: '研发', code: 'D2', parent: 'd1', order: 3 }), writing);
    const people = dangerous.filter((text) => !/[\t\r]/.test(text));
    for (const [index, text] of people.entries()) {
      await writer.create!(
        'person',
        person(
          `p${index}`,
          {
            employeeNumber: `000${index}`,
            title: text,
            phone: '+8619900000000',
            lifecycle: 'active',
            startsAt: '2026-01-05',
            manager: index > 0 ? 'p0' : null,
          },
          {
            membership: [{ to: { type: 'department', id: 'd2' }, primary: true }, { to: { type: 'department', id: 'd1' } }],
          },
        ),
        writing,
      );
    }
    await writer.finish!(writing);
    const reader = await place.open({
      path: out,
      ...(format === 'csv' ? { departmentsPath: 'departments.csv' } : {}),
      departments: 'table',
    });
    const { byId, unreadable } = await readAll(reader);
    expect(unreadable).toEqual([]);
    expect(people.map((_, index) => byId(`000${index}`)?.attributes.title)).toEqual(people);
    expect(byId('0001')).toMatchObject({
      attributes: { manager: '0000', phone: '+8619900000000', lifecycle: 'active', startsAt: '2026-01-05' },
      edges: {
        membership: [
          { to: { id: 'D2' }, primary: true },
          { to: { id: 'D1' }, primary: false },
        ],
      },
    });
    expect((await readAll(reader, 'department')).byId('D2')).toMatchObject({
      attributes: { name: '研发', parent: 'D1', order: 3 },
    });
  });
});

test('sensitive columns are written only when they are named', async () => {
  const place = await desk();
  const connection = await target(place, { groupsPath: join(place.inbox, 'groups.csv') });
  await connection.create!('person', person('p', { idNumber: '11010119900307109X' }), writing);
  await connection.finish!(writing);
  expect(await readFile(join(place.inbox, 'out.csv'), 'utf8')).not.toContain('11010119900307109X');
  await connection.close();
  const named = await target(place, { exportColumns: ['employeeNumber', 'idNumber'], headerLanguage: 'en' });
  await named.finish!(writing);
  expect(await readFile(join(place.inbox, 'out.csv'), 'utf8')).toBe('\uFEFFemployee number,ID number\r\nNp,11010119900307109X\r\n');
});

test('sensitive values rest sealed in our folder, before and after the files are written, and come out of it again', async () => {
  const place = await desk();
  const kept = async (): Promise<string> =>
    (await Promise.all(['journal.jsonl', 'state.jsonl'].map((file) => readFile(join(place.root, 'own', 'export', file), 'utf8')))).join(
      '\n',
    );
  const first = await target(place);
  await first.create!('person', person('p', { idNumber: '11010119900307109X', title: 'SECRET-TITLE' }), {
    ...writing,
    sensitive: ['title'],
  });
  expect(await kept()).toContain('人p');
  for (const text of ['11010119900307109X', 'SECRET-TITLE']) expect(await kept()).not.toContain(text);
  await first.finish!(writing);
  expect(await kept()).toContain('人p');
  for (const text of ['11010119900307109X', 'SECRET-TITLE']) expect(await kept()).not.toContain(text);
  await first.close();
  const again = await target(place);
  // Whoever writes later need not say it again.
  await again.update!('person', 'p', { attributes: { city: '上海' }, before: {}, edges: {} }, person('p'), writing);
  expect(await kept()).not.toContain('SECRET-TITLE');
  expect((await find(again, 'person', 'p'))!.attributes).toMatchObject({ idNumber: '11010119900307109X', title: 'SECRET-TITLE' });
});

test('group members are rows, and nested groups keep their type', async () => {
  const place = await desk();
  const connection = await target(place, { groupsPath: join(place.inbox, 'groups.csv'), headerLanguage: 'en' });
  await connection.create!('person', person('p'), writing);
  const group = (directoryId: string, member: Edges['member']): DesiredObject => ({
    directoryId,
    attributes: { name: `组${directoryId}`, code: directoryId },
    edges: { member: member ?? [] },
    enabled: true,
  });
  await connection.create!('group', group('g1', [{ to: { type: 'person', id: 'p' } }]), writing);
  await connection.create!('group', group('g2', [{ to: { type: 'group', id: 'g1' } }]), writing);
  await connection.create!('group', group('g3', []), writing);
  await connection.finish!(writing);
  expect((await readFile(join(place.inbox, 'groups.csv'), 'utf8')).split('\r\n').slice(1, 4)).toEqual([
    'g1,组g1,person,Np,人p,g1',
    'g2,组g2,group,g1,组g1,g2',
    'g3,组g3,,,,g3',
  ]);
});
