// Cases on departments and people: the tree moves, people sit in several places, managers come later.
import assert from 'node:assert/strict';
import { errorKinds } from '../errors.ts';
import type { Edge, ObjectTypeSpec } from '../../core/model.ts';
import type { Bench } from './bench.ts';
import { inGroup, NotOffered, type Need } from './case.ts';
import { differences, edgeText } from './samples.ts';

const it = inGroup('people');
const tree: readonly Need[] = ['department', 'create', 'update', 'read'];

function parentOf(type: ObjectTypeSpec): string {
  if (!type.parent || type.attributes.find((spec) => spec.name === type.parent)?.writable === 'never')
    throw new NotOffered('departments are no tree that can be written');
  return type.parent;
}

/** Two tops, a department below the first, and one below that. */
async function smallTree(bench: Bench) {
  const type = bench.type('department');
  const parent = parentOf(type);
  const [top, other] = await bench.fill(type, 2);
  const [middle] = await bench.fill(type, 1, 3, { [parent]: top! });
  const [leaf] = await bench.fill(type, 1, 4, { [parent]: middle! });
  return { type, parent, top: top!, other: other!, middle: middle!, leaf: leaf! };
}

const inDepartment = (id: string, more: Partial<Edge> = {}): Edge => ({ to: { type: 'department', id }, ...more });

function membershipOf(bench: Bench) {
  const type = bench.type('person');
  const relation = type.relations.find((candidate) => candidate.name === 'membership');
  if (!relation || relation.writable === false) throw new NotOffered('memberships are not written');
  return { type, relation };
}

/** Sets the departments of a person the way the engine does for this relation. */
async function moveTo(bench: Bench, id: string, edges: readonly Edge[]): Promise<string> {
  const { type, relation } = membershipOf(bench);
  if (relation.containing || !bench.connection.changeMembers) return (await bench.update(type, id, {}, { [relation.name]: edges })).id;
  const before = (await bench.see(type, id)).edges?.[relation.name] ?? [];
  const remove = before.filter((edge) => !edges.some(({ to }) => to.id === edge.to.id));
  await bench.changeMembers({ type: type.id, id }, relation.name, edges, remove);
  return id;
}

export const peopleCases = [
  it('rename-department', 'a renamed department keeps its place, its children and its people', tree, async (bench) => {
    const { type, parent, top, middle, leaf } = await smallTree(bench);
    const renamed = (await bench.update(type, middle, { [type.title]: '新的名字' })).id;
    const seen = await bench.look(type);
    assert.equal(seen.get(renamed)?.attributes[type.title], '新的名字');
    assert.equal(seen.get(renamed)?.attributes[parent], top);
    if (bench.manifest.facts.stableIds) assert.equal(seen.get(leaf)?.attributes[parent], renamed, 'its child is still below it');
    assert.equal(seen.size, 4);
  }),

  it('move-department', 'a moved department takes along what is below it', tree, async (bench) => {
    const { type, parent, other, middle, leaf } = await smallTree(bench);
    const moved = (await bench.update(type, middle, { [parent]: other })).id;
    const seen = await bench.look(type);
    assert.equal(seen.get(moved)?.attributes[parent], other);
    if (bench.manifest.facts.stableIds) assert.equal(seen.get(leaf)?.attributes[parent], moved);
    assert.equal(seen.size, 4, 'none is lost or doubled');
  }),

  it('move-to-top', 'a department moves to the top', tree, async (bench) => {
    const { type, parent, middle } = await smallTree(bench);
    const attempt = await bench.attempt(() => bench.update(type, middle, { [parent]: null }));
    if (!attempt.ok) assert.equal(errorKinds[attempt.error.kind], 'item', 'a system with one fixed top refuses this one object');
    else assert.equal((await bench.see(type, attempt.value.id)).attributes[parent], null);
  }),

  it('circle', 'a department cannot be moved below itself', tree, async (bench) => {
    const { type, parent, middle, leaf } = await smallTree(bench);
    const error = await bench.refusal(() => bench.update(type, middle, { [parent]: leaf }), 'a circle of departments');
    assert(['conflict', 'invalid'].includes(error.kind), `it is conflict or invalid, not ${error.kind}`);
    assert.equal((await bench.look(type)).size, 4);
  }),

  it(
    'used-department',
    'removing a department with people loses no person',
    ['department', 'person', 'membership', 'create', 'remove', 'read'],
    async (bench) => {
      const { type, relation } = membershipOf(bench);
      const departments = bench.type('department');
      if (!bench.can(departments, 'remove')) throw new NotOffered('departments are not removed');
      const [full, other] = await bench.fill(departments, 2);
      const [person] = await bench.fill(type, 1, 1, {}, { [relation.name]: [inDepartment(full!, { primary: true })] });
      const attempt = await bench.attempt(() => bench.erase(departments, full!));
      if (!attempt.ok) {
        assert.equal(errorKinds[attempt.error.kind], 'item', 'a refusal is about this one object');
        assert((await bench.look(departments)).has(full!), 'a refused removal removes nothing');
      }
      assert((await bench.look(type)).has(person!), 'the person is still there');
      if (attempt.ok) return;
      const moved = await moveTo(bench, person!, [inDepartment(other!, { primary: true })]);
      await bench.erase(departments, full!);
      await bench.assertGone(departments, full!);
      assert((await bench.look(type)).has(moved));
    },
  ),

  it(
    'move-person',
    'a person moves to another department',
    ['person', 'membership', 'department', 'create', 'update', 'read'],
    async (bench) => {
      const { type, relation } = membershipOf(bench);
      const [from, to] = await bench.fill(bench.type('department'), 2);
      const [id] = await bench.fill(type, 1, 1, {}, { [relation.name]: [inDepartment(from!, { primary: true })] });
      const moved = await moveTo(bench, id!, [inDepartment(to!, { primary: true })]);
      if (bench.manifest.facts.stableIds) assert.equal(moved, id, 'the id stays');
      const seen = await bench.see(type, moved);
      assert.equal(edgeText({ ...relation, keeps: [] }, seen.edges![relation.name]!), `department:${to!}`);
    },
  ),

  it(
    'two-departments',
    'a person sits in two departments, one of them primary, once',
    ['person', 'membership', 'department', 'create', 'read'],
    async (bench) => {
      const { type, relation } = membershipOf(bench);
      const [first, second] = await bench.fill(bench.type('department'), 2);
      const edges = [inDepartment(first!, { order: 5 }), inDepartment(second!, { primary: true, order: 3 })];
      if (relation.single) {
        const attempt = await bench.attempt(async () => bench.fill(type, 1, 1, {}, { [relation.name]: edges }));
        if (!attempt.ok) assert.equal(errorKinds[attempt.error.kind], 'item');
        else assert.equal((await bench.see(type, attempt.value[0]!)).edges![relation.name]!.length, 1);
        return;
      }
      const [id] = await bench.fill(type, 1, 1, {}, { [relation.name]: edges });
      const people = await bench.look(type);
      assert.equal(people.size, 1, 'the person is read once');
      assert.deepEqual(differences(type, { attributes: {}, edges: { [relation.name]: edges } }, people.get(id!)!), []);
      if (!bench.can(type, 'update')) return;
      const swapped = [inDepartment(first!, { primary: true, order: 5 }), inDepartment(second!, { order: 3 })];
      const after = await moveTo(bench, id!, swapped);
      assert.deepEqual(differences(type, { attributes: {}, edges: { [relation.name]: swapped } }, await bench.see(type, after)), []);
    },
  ),

  it(
    'manager',
    'a manager who comes later is set later, and can be taken away',
    ['person', 'manager', 'create', 'update', 'read'],
    async (bench) => {
      const type = bench.type('person');
      const spec = type.attributes.find((candidate) => candidate.to === 'person' && candidate.writable !== 'never')!;
      const [report] = await bench.fill(type, 1);
      const [manager] = await bench.fill(type, 1, 2);
      const withManager = (await bench.update(type, report!, { [spec.name]: manager! })).id;
      assert.equal((await bench.see(type, withManager)).attributes[spec.name], manager);
      const without = (await bench.update(type, withManager, { [spec.name]: null })).id;
      assert.equal((await bench.see(type, without)).attributes[spec.name], null);
    },
  ),

  it(
    'unknown-manager',
    'a reference to nobody is refused as such, or taken as none',
    ['person', 'manager', 'create', 'read'],
    async (bench) => {
      const type = bench.type('person');
      const spec = type.attributes.find((candidate) => candidate.to === 'person' && candidate.writable !== 'never')!;
      const [like] = await bench.fill(type, 1);
      const desired = await bench.sample(type, 2, { [spec.name]: `${like!}-unheard` });
      const attempt = await bench.attempt(() => bench.put(type, [desired]));
      if (attempt.ok) return;
      assert(['invalid', 'not-found', 'conflict'].includes(attempt.error.kind), `it is about this object, not ${attempt.error.kind}`);
      assert.equal((await bench.look(type)).size, 1, 'a refused person is not there');
    },
  ),
];
