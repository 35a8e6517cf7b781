// A source whose departments are texts on accounts: the tree that is made of them, and what is said where there is none.
import { describe, expect, test } from 'vitest';
import { ENTERPRISE } from './places.ts';
import { asking, bearer, open, person, readAll, scripted, users, type Opened } from './test-support.ts';

const at = (id: number, extension: Record<string, unknown>) => person(id, { [ENTERPRISE]: extension });

async function source(people: readonly unknown[], config: Record<string, unknown> = {}): Promise<Opened> {
  const { url } = await scripted(users(people));
  return open(bearer(url, { departments: 'path', ...config }));
}
const treeOf = async (opened: Opened): Promise<unknown[]> =>
  (await readAll(opened, 'department', ['name', 'parent'])).objects.map(({ id, attributes }) => [id, attributes.name, attributes.parent]);
const homes = async (opened: Opened): Promise<unknown> =>
  Object.fromEntries(
    (await readAll(opened, 'person', ['userName'], ['membership'])).objects.map(({ id, edges }) => [
      id,
      edges!.membership!.map(({ to, primary }) => [to.id, primary]),
    ]),
  );

describe('departments made of paths', () => {
  test('are all that lie on the way, parents first, and everybody is in the last of theirs', async () => {
    const opened = await source([
      at(1, { department: '总公司 / 研发部/平台组' }),
      at(2, { department: '总公司／销售部' }),
      at(3, { department: '总公司' }),
      at(4, {}),
    ]);
    expect(await treeOf(opened)).toEqual([
      ['总公司', '总公司', null],
      ['总公司/研发部', '研发部', '总公司'],
      ['总公司/研发部/平台组', '平台组', '总公司/研发部'],
      ['总公司/销售部', '销售部', '总公司'],
    ]);
    expect(await homes(opened)).toEqual({
      1: [['总公司/研发部/平台组', true]],
      2: [['总公司/销售部', true]],
      3: [['总公司', true]],
      4: [],
    });
  });

  test('keep their ids whoever else comes and goes', async () => {
    const ids = async (...paths: readonly string[]): Promise<ReadonlySet<unknown>> =>
      new Set(((await treeOf(await source(paths.map((department, n) => at(n, { department }))))) as unknown[][]).map(([id]) => id));
    expect(await ids('A/B', 'C')).toEqual(new Set(['A', 'A/B', 'C']));
    expect(await ids('C', ' A / B ', 'A/B/D')).toEqual(new Set(['A', 'A/B', 'A/B/D', 'C']));
  });

  test('may stand in several attributes, and be separated by something else, or by nothing', async () => {
    const people = [at(1, { division: 'R&D', department: 'Lab > East' }), at(2, { division: 'R&D' }), at(3, { department: 'A/C' })];
    const config = { departmentAttributes: ['division', 'department'] };
    expect(await homes(await source(people, { ...config, departmentSeparator: '>' }))).toEqual({
      1: [['R&D>Lab>East', true]],
      2: [['R&D', true]],
      3: [['A/C', true]],
    });
    expect(await treeOf(await source(people, { ...config, departmentSeparator: '' }))).toEqual([
      ['R&D', 'R&D', null],
      ['R&D/Lab > East', 'Lab > East', 'R&D'],
      ['A/C', 'A/C', null],
    ]);
  });

  test('are found by id and by name; one that nobody names is gone', async () => {
    const { connection } = await source([at(1, { department: 'A/B' }), at(2, { department: 'C/B' })]);
    const { answers } = await connection.get('department', ['C/B', 'C/D'], asking(['name', 'parent']));
    expect(answers.get('C/B')).toEqual({ state: 'found', object: { id: 'C/B', attributes: { name: 'B', parent: 'C' } } });
    expect(answers.get('C/D')).toEqual({ state: 'gone' });
    expect(await connection.find('department', 'name', ['B'], asking([]))).toEqual([
      { value: 'B', id: 'A/B' },
      { value: 'B', id: 'C/B' },
    ]);
  });

  test('are unknown, not gone, after a list that was not whole', async () => {
    const { url } = await scripted(users([at(1, { department: 'A' }), at(2, {})], 9));
    const opened = await open(bearer(url, { departments: 'path' }));
    const { end } = await readAll(opened, 'department', ['name', 'parent']);
    expect(end).toMatchObject({ complete: false });
    const { answers } = await opened.connection.get('department', ['A', 'B'], asking(['name']));
    expect([answers.get('A')!.state, answers.get('B')!.state]).toEqual(['found', 'unknown']);
  });

  test('of an attribute that accounts do not have are a mistake in the settings, not an empty company', async () => {
    const opened = await source([at(1, { department: 'A' })], { departmentAttributes: ['unit'] });
    await expect(readAll(opened, 'department', ['name'])).rejects.toMatchObject({ kind: 'config' });
    await expect(readAll(opened, 'person', ['userName'], ['membership'])).rejects.toMatchObject({ kind: 'config' });
  });

  test('are no departments that could be written', async () => {
    const { connection } = await source([]);
    const { types = [], facts } = await connection.describe!(new AbortController().signal);
    const department = types.find(({ id }) => id === 'department')!;
    expect([department.writes, facts?.stableIds]).toEqual([[], false]);
    expect(types.find(({ id }) => id === 'person')!.relations).toMatchObject([{ name: 'membership', writable: false }]);
    expect([connection.startCursor, connection.changes]).toEqual([undefined, undefined]);
  });
});
