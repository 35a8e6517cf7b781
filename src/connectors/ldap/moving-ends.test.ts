// References to entries that are renamed or moved by writes under way at the same moment: a name is never left behind.
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { farSides, inDepartment, openOn, zhang, type FarSide, type Words } from './test-far-sides.ts';

const ROUNDS = 6;
const WIDTH = 8;
const each = <T>(work: (n: number) => Promise<T>): Promise<T[]> => Promise.all(Array.from({ length: WIDTH }, (_, n) => work(n)));

describe.each(farSides)('writes side by side, on %s', (_name, start) => {
  let far: FarSide;
  let on: Words;
  let serial = 0;
  beforeAll(async () => {
    far = await start({});
    on = await openOn(far);
  });
  afterAll(async () => {
    await on?.close();
    await far?.stop();
  });

  const person = (): ReturnType<typeof zhang> => zhang(++serial);
  /** Two departments, and managers in the first. */
  const floor = async () => {
    const [left, right] = [
      await on.create('department', { ou: `left ${++serial}`, parent: null }),
      await on.create('department', { ou: `right ${serial}`, parent: null }),
    ];
    return { left, right, managers: await each(() => on.create('person', person(), inDepartment(left))) };
  };
  const managersOf = async (ids: readonly string[]): Promise<readonly unknown[]> => {
    const people = await on.read('person');
    return ids.map((id) => people.get(id)!.attributes.manager);
  };

  test('an account that is made while its manager moves points to where the manager stands', async () => {
    for (let round = 0; round < ROUNDS; round++) {
      const { left, right, managers } = await floor();
      const [made] = await Promise.all([
        each((n) => on.create('person', { ...person(), manager: managers[n]! }, inDepartment(left))),
        each((n) => on.update('person', managers[n]!, {}, {}, inDepartment(right))),
      ]);
      expect(await managersOf(made)).toEqual(managers);
    }
  });

  test('so does one that gets this manager at that moment, and one that is moved itself', async () => {
    for (let round = 0; round < ROUNDS; round++) {
      const { left, right, managers } = await floor();
      const people = await each(() => on.create('person', person(), inDepartment(left)));
      await Promise.all([
        each((n) => on.update('person', people[n]!, { manager: managers[n]! }, {}, n % 2 === 0 ? inDepartment(right) : {})),
        each((n) => on.update('person', managers[n]!, { uid: `renamed${++serial}` }, {}, inDepartment(right))),
      ]);
      expect(await managersOf(people)).toEqual(managers);
    }
  });

  test('one that gets another manager while the old one is renamed has only the new one', async () => {
    for (let round = 0; round < ROUNDS; round++) {
      const { left, managers } = await floor();
      const chief = await on.create('person', person(), inDepartment(left));
      const people = await each((n) => on.create('person', { ...person(), manager: managers[n]! }, inDepartment(left)));
      await Promise.all([
        each((n) => on.update('person', managers[n]!, { uid: `renamed${++serial}` })),
        each((n) => on.update('person', people[n]!, { manager: chief })),
      ]);
      expect(await managersOf(people)).toEqual(people.map(() => chief));
    }
  });

  test('an account whose department is renamed together with that of its manager keeps the manager', async () => {
    for (let round = 0; round < ROUNDS; round++) {
      const departments = await each(() => on.create('department', { ou: `room ${++serial}`, parent: null }));
      const managers = await each((n) => on.create('person', person(), inDepartment(departments[n]!)));
      const people = await each((n) =>
        on.create('person', { ...person(), manager: managers[n]! }, inDepartment(departments[(n + 1) % WIDTH]!)),
      );
      await each((n) => on.update('department', departments[n]!, { ou: `renamed ${++serial}` }));
      expect(await managersOf(people)).toEqual(managers);
    }
  });

  test('members are found under the names that they have after their moves', async () => {
    for (let round = 0; round < ROUNDS; round++) {
      const { right, managers } = await floor();
      const group = await on.create('group', { cn: `group ${++serial}` });
      await Promise.all([
        each((n) => on.update('person', managers[n]!, {}, {}, inDepartment(right))),
        each((n) => on.members(group, [managers[n]!])),
      ]);
      expect((await on.get('group', group))!.edges!.member!.map(({ to }) => to.id).toSorted()).toEqual(managers.toSorted());
    }
  });
});
