// Writing: what was answered is never lost, files become true as a whole, and a spreadsheet runs nothing.
import { appendFile, mkdir, readdir, readFile, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, describe, expect, test } from 'vitest';
import type { Connection, DesiredObject } from '../../connector-kit/contract.ts';
import { isConnectorError } from '../../connector-kit/errors.ts';
import type { Attributes, Edges } from '../../core/model.ts';
import type { FilePart } from './config.ts';
import { guardFormula, unguardFormula } from './text.ts';
import { desk, type Desk, everything, readAll, signal, writing } from './test-support.ts';

const open: Connection<FilePart>[] = [];
afterEach(async () => {
  for (const connection of open.splice(0)) await connection.close();
});
async function target(place: Desk, config: Record<string, unknown> = {}): Promise<Connection<FilePart>> {
  const connection = await place.open({ use: 'write', path: join(place.inbox, 'out.csv'), ...config });
  open.push(connection);
  return connection;
}
const person = (directoryId: string, attributes: Attributes = {}, edges: Edges = {}): DesiredObject => ({
  directoryId,
  attributes: { employeeNumber: `N${directoryId}`, displayName: `人${directoryId}`, ...attributes },
  edges,
  enabled: true,
});
const find = async (connection: Connection<FilePart>, type: string, id: string) => {
  const answer = (await connection.get!(type, [id], everything(type))).answers.get(id)!;
  return answer.state === 'found' ? answer.object : null;
};
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

test('a taken number or id is already-exists with the id of what is there; a missing object is not-found', async () => {
  const place = await desk();
  const connection = await target(place);
  await connection.create!('person', person('p1'), writing);
  await expect(connection.create!('person', person('p1'), writing)).rejects.toMatchObject({
    kind: 'already-exists',
    facts: { id: 'p1' },
  });
  await expect(connection.create!('person', person('p2', { employeeNumber: 'Np1' }), writing)).rejects.toMatchObject({
    kind: 'already-exists',
    facts: { id: 'p1' },
  });
  await expect(
    connection.update!('person', 'x', { attributes: {}, before: {}, edges: {} }, person('x'), writing),
  ).rejects.toMatchObject({ kind: 'not-found' });
  expect(await connection.remove!('person', 'x', writing)).toEqual({ snapshot: null });
  expect((await connection.remove!('person', 'p1', writing)).snapshot?.attributes.employeeNumber).toBe('Np1');
  expect(await connection.create!('person', person('p3', { employeeNumber: 'Np1' }), writing)).toEqual({ id: 'p3' });
});

test('one failing write of a batch does not stop the others', async () => {
  const place = await desk();
  const connection = await target(place);
  const results = await connection.batch!(
    [
      { kind: 'create', type: 'person', desired: person('a') },
      { kind: 'create', type: 'person', desired: person('b', { employeeNumber: 'Na' }) },
      { kind: 'disable', type: 'person', id: 'a' },
      { kind: 'remove', type: 'person', id: 'nobody' },
    ],
    writing,
  );
  expect(results.map((result) => result.ok)).toEqual([true, false, true, true]);
  expect(await find(connection, 'person', 'a')).toMatchObject({ enabled: false });
});

test('members are added and removed one by one, and survive many changes and a restart', async () => {
  const place = await desk();
  const connection = await target(place);
  const owner = { type: 'group', id: 'g' };
  const to = (id: string) => ({ to: { type: 'person', id } });
  await connection.create!(
    'group',
    { directoryId: 'g', attributes: { name: '组' }, edges: {}, enabled: true },
    writing,
  );
  for (let index = 0; index < 150; index++) {
    await connection.changeMembers!(
      owner,
      'member',
      { add: [to(`m${index}`)], remove: index > 0 ? [to(`m${index - 1}`)] : [] },
      writing,
    );
  }
  await connection.changeMembers!(owner, 'member', { add: [to('m149'), to('n')], remove: [to('gone')] }, writing);
  await connection.close();
  open.length = 0;
  expect((await find(await target(place), 'group', 'g'))?.edges?.member?.map((edge) => edge.to.id)).toEqual([
    'm149',
    'n',
  ]);
});

describe('a crash', () => {
  const fill = async (connection: Connection<FilePart>): Promise<void> => {
    await connection.create!(
      'department',
      { directoryId: 'd', attributes: { name: '部', code: 'D' }, edges: {}, enabled: true },
      writing,
    );
    await connection.create!(
      'person',
      person('p', {}, { membership: [{ to: { type: 'department', id: 'd' }, primary: true }] }),
      writing,
    );
  };

  test('between journal and finish loses nothing', async () => {
    const place = await desk();
    await fill(await target(place));
    // The first connection is never closed properly; half a line was on its way to the disk.
    await appendFile(join(place.root, 'own', 'export', 'journal.jsonl'), '{"op":"remove","type":"person","id":"p');
    const again = await target(place);
    expect((await readAll(again)).byId('p')?.edges?.membership).toHaveLength(1);
    await again.finish!(writing);
    expect(await readFile(join(place.inbox, 'out.csv'), 'utf8')).toContain('Np,人p,部,D');
  });

  test('after the state was finished and before the files were written is made good by the next finish', async () => {
    const place = await desk();
    const first = await target(place, { path: join(place.inbox, 'missing', 'out.csv') });
    await fill(first);
    await expect(first.finish!(writing)).rejects.toMatchObject({ kind: 'config' });
    await mkdir(join(place.inbox, 'missing'));
    await first.finish!(writing);
    expect(await readFile(join(place.inbox, 'missing', 'out.csv'), 'utf8')).toContain('Np,人p,部');
  });

  test('after the state was renamed and before the journal was emptied changes nothing', async () => {
    const place = await desk();
    const first = await target(place);
    await fill(first);
    const journal = join(place.root, 'own', 'export', 'journal.jsonl');
    const before = await readFile(journal);
    await first.finish!(writing);
    await first.changeMembers!({ type: 'person', id: 'p' }, 'membership', { add: [], remove: [] }, writing);
    const file = await readFile(join(place.inbox, 'out.csv'), 'utf8');
    await first.close();
    open.length = 0;
    await writeFile(journal, before);
    const again = await target(place);
    await again.finish!(writing);
    expect(await readFile(join(place.inbox, 'out.csv'), 'utf8')).toBe(file);
    expect((await readAll(again)).objects).toHaveLength(1);
  });

  test('a journal damaged in the middle is reported and nothing is written', async () => {
    const place = await desk();
    await mkdir(join(place.root, 'own', 'export'), { recursive: true });
    await writeFile(join(place.root, 'own', 'export', 'journal.jsonl'), 'garbage\n');
    const connection = await place.open({ use: 'write', path: join(place.inbox, 'out.csv') });
    await expect(connection.finish!(writing)).rejects.toMatchObject({ kind: 'config' });
    expect(await readdir(place.inbox)).toEqual([]);
  });
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

describe('formulas', () => {
  const dangerous = ['=1+1', '+86 138', '-1', '@SUM(A1)', '\t=1', '\r=1', "'=1", "''+x", '＝1', "'plain", 'plain'];

  test.each(dangerous)('%j is guarded and comes back as it was', (text) => {
    expect(unguardFormula(guardFormula(text))).toBe(text);
    expect(guardFormula(text)).not.toMatch(/^[=+\-@\t\r＝＋－＠]/);
  });

  test.each([
    'csv',
    'xlsx',
  ])('an export as %s read back gives the same people, departments and values', async (format) => {
    const place = await desk();
    const out = join(place.inbox, `out.${format}`);
    const writer = await target(place, {
      path: out,
      ...(format === 'csv' ? { departmentsPath: join(place.inbox, 'departments.csv') } : {}),
    });
    const unit = (directoryId: string, attributes: Attributes): DesiredObject => ({
      directoryId,
      attributes,
      edges: {},
      enabled: true,
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
            membership: [
              { to: { type: 'department', id: 'd2' }, primary: true },
              { to: { type: 'department', id: 'd1' } },
            ],
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
  open.length = 0;
  const named = await target(place, { exportColumns: ['employeeNumber', 'idNumber'], headerLanguage: 'en' });
  await named.finish!(writing);
  expect(await readFile(join(place.inbox, 'out.csv'), 'utf8')).toBe(
    '\uFEFFemployee number,ID number\r\nNp,11010119900307109X\r\n',
  );
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
