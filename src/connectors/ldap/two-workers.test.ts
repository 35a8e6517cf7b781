// Two workers write to one server, each with its own memory of where entries stand: what one has moved the other does not write to, or name, as it was.
import { afterEach, describe, expect, test } from 'vitest';
import { farSides, inDepartment, newMemory, openOn, zhang, type FarSide, type Words } from './test-far-sides.ts';

const ROUNDS = 4;
const WIDTH = 8;
const each = <T>(work: (n: number) => Promise<T>): Promise<T[]> => Promise.all(Array.from({ length: WIDTH }, (_, n) => work(n)));

describe.each(farSides)('two workers on %s', (_name, start) => {
  let far: FarSide;
  let workers: Words[] = [];
  let serial = 0;
  const both = async (config: Readonly<Record<string, unknown>> = {}): Promise<readonly [Words, Words]> => {
    far = await start({});
    const memory = newMemory();
    workers = [await openOn(far, config, memory), await openOn(far, config, memory)];
    return workers as [Words, Words];
  };
  afterEach(async () => {
    for (const worker of workers) await worker.close();
    await far.stop();
  });
  const person = (): ReturnType<typeof zhang> => zhang(++serial);

  test('a manager and a member whose department the other one has renamed are named as they are called now', async () => {
    const [one, two] = await both();
    const department = await one.create('department', { ou: 'old', parent: null });
    const manager = await two.create('person', person(), inDepartment(department));
    const before = await two.create('person', { ...person(), manager });
    await one.update('department', department, { ou: 'new' });
    const after = await two.create('person', { ...person(), manager });
    const group = await two.create('group', { cn: 'staff' }, { member: [{ to: { type: 'person', id: manager } }] });
    const people = await one.read('person');
    expect([before, after].map((id) => people.get(id)!.attributes.manager)).toEqual([manager, manager]);
    expect((await one.get('group', group))!.edges!.member!.map(({ to }) => to.id)).toEqual([manager]);
  });

  test('an account that the other one has renamed is written to, not the one that has its old name now', async () => {
    const [one, two] = await both();
    const old = await two.create('person', zhang(1));
    await one.update('person', old, { uid: 'moved' }, { uid: 'zhang1' });
    const newcomer = await one.create('person', zhang(1));
    await two.update('person', old, { title: 'Engineer' });
    const people = await one.read('person');
    expect([old, newcomer].map((id) => people.get(id)!.attributes.title)).toEqual(['Engineer', null]);
  });

  test('a member of a group of user names that the other one has renamed is listed under the new one', async () => {
    const [one, two] = await both({ groupKind: 'posixGroup' });
    const member = await two.create('person', zhang(1));
    const group = await two.create('group', { cn: 'staff', gidNumber: 5000 });
    await two.members(group, [member]);
    await two.members(group, [], [member]);
    await one.update('person', member, { uid: 'moved' }, { uid: 'zhang1' });
    await two.members(group, [member]);
    expect((await one.get('group', group))!.edges!.member!.map(({ to }) => to.id)).toEqual([member]);
  });

  test('what one makes and changes while the other moves the managers and members points to where they stand', async () => {
    const [one, two] = await both();
    for (let round = 0; round < ROUNDS; round++) {
      const left = await one.create('department', { ou: `left ${++serial}`, parent: null });
      const right = await one.create('department', { ou: `right ${serial}`, parent: null });
      const managers = await each(() => two.create('person', person(), inDepartment(left)));
      const group = await two.create('group', { cn: `group ${++serial}` });
      const [made] = await Promise.all([
        each((n) => two.create('person', { ...person(), manager: managers[n]! }, inDepartment(left))),
        each((n) => two.members(group, [managers[n]!])),
        each((n) => one.update('person', managers[n]!, {}, {}, inDepartment(right))),
      ]);
      const people = await one.read('person');
      expect(made.map((id) => people.get(id)!.attributes.manager)).toEqual(managers);
      expect((await one.get('group', group))!.edges!.member!.map(({ to }) => to.id).toSorted()).toEqual(managers.toSorted());
    }
  });
});
