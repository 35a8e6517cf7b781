// Writing before the file: what is refused, batches, members, and that what was answered survives a crash.
import { appendFile, mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import type { Connection, Write } from '../../connector-kit/contract.ts';
import type { Attributes } from '../../core/model.ts';
import type { FilePart } from './config.ts';
import { find, person, target, unit } from './test-export.ts';
import { desk, readAll, writing } from './test-support.ts';

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
  await expect(connection.update!('person', 'x', { attributes: {}, before: {}, edges: {} }, person('x'), writing)).rejects.toMatchObject({
    kind: 'not-found',
  });
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

describe('a batch whose writes depend on each other', () => {
  const change = (type: string, id: string, attributes: Attributes): Write => ({
    kind: 'update',
    type,
    id,
    changed: { attributes, before: {}, edges: {} },
    desired: unit(id, attributes),
  });

  test('passes a number on that an earlier write gave up, and refuses one that an earlier write took', async () => {
    const connection = await target(await desk());
    await connection.create!('person', person('a'), writing);
    await connection.create!('person', person('b'), writing);
    const results = await connection.batch!(
      [
        change('person', 'a', { employeeNumber: 'free' }),
        change('person', 'b', { employeeNumber: 'Na' }),
        { kind: 'create', type: 'person', desired: person('c', { employeeNumber: 'Nb' }) },
        { kind: 'create', type: 'person', desired: person('d', { employeeNumber: 'free' }) },
        { kind: 'remove', type: 'person', id: 'c' },
        { kind: 'create', type: 'person', desired: person('e', { employeeNumber: 'Nb' }) },
      ],
      writing,
    );
    expect(results.map((result) => result.ok)).toEqual([true, true, true, false, true, true]);
    expect(results[3]).toMatchObject({ error: { kind: 'already-exists', facts: { id: 'a' } } });
  });

  test('does not make a circle of departments in two steps', async () => {
    const connection = await target(await desk());
    await connection.create!('department', unit('x', { name: 'X' }), writing);
    await connection.create!('department', unit('y', { name: 'Y' }), writing);
    const moves = [change('department', 'x', { parent: 'y' }), change('department', 'y', { parent: 'x' })];
    expect(await connection.batch!(moves, writing)).toMatchObject([{ ok: true }, { error: { kind: 'conflict' } }]);
  });
});

test('a number stays taken after a restart, two people may share a mailbox, and a value that does not fit is refused', async () => {
  const place = await desk();
  const first = await target(place);
  await first.create!('person', person('p', { email: 'info@example.com', userName: 'Zhang' }), writing);
  await first.finish!(writing);
  await first.close();
  const again = await target(place);
  await expect(again.create!('person', person('q', { userName: 'zhang' }), writing)).rejects.toMatchObject({
    kind: 'already-exists',
    facts: { id: 'p' },
  });
  await again.create!('person', person('q', { email: 'info@example.com' }), writing);
  await expect(again.create!('person', person('r', { startsAt: '2026-02-30' }), writing)).rejects.toMatchObject({
    kind: 'invalid',
    facts: { attribute: 'startsAt' },
  });
});

test('members are added and removed one by one, and survive many changes and a restart', async () => {
  const place = await desk();
  const connection = await target(place);
  const owner = { type: 'group', id: 'g' };
  const to = (id: string) => ({ to: { type: 'person', id } });
  await connection.create!('group', { directoryId: 'g', attributes: { name: '组' }, edges: {}, enabled: true }, writing);
  for (let index = 0; index < 150; index++) {
    await connection.changeMembers!(owner, 'member', { add: [to(`m${index}`)], remove: index > 0 ? [to(`m${index - 1}`)] : [] }, writing);
  }
  await connection.changeMembers!(owner, 'member', { add: [to('m149'), to('n')], remove: [to('gone')] }, writing);
  await connection.close();
  expect((await find(await target(place), 'group', 'g'))?.edges?.member?.map((edge) => edge.to.id)).toEqual(['m149', 'n']);
});

describe('a crash', () => {
  const fill = async (connection: Connection<FilePart>): Promise<void> => {
    await connection.create!('department', { directoryId: 'd', attributes: { name: '部', code: 'D' }, edges: {}, enabled: true }, writing);
    await connection.create!('person', person('p', {}, { membership: [{ to: { type: 'department', id: 'd' }, primary: true }] }), writing);
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
