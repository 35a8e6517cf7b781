// Cases on reading: nothing is lost between pages, and nothing is called complete that is not.
import assert from 'node:assert/strict';
import type { Edge, ObjectTypeSpec } from '../../core/model.ts';
import type { Bench } from './bench.ts';
import { inGroup, NotOffered } from './case.ts';
import { assertWellFormed } from './reading.ts';
import { changeable, edgeText } from './samples.ts';

const it = inGroup('read');
const sorted = (ids: Iterable<string>): string[] => [...ids].sort();

/** Puts `count` objects of each type there and proves that exactly these are read. */
async function readsExactly(bench: Bench, count: number): Promise<void> {
  for (const type of bench.types) {
    if (!bench.can(type, 'create') && !bench.far.seed) continue;
    const before = (await bench.look(type)).size;
    assert.equal(before, 0, `no ${type.id} is there yet`);
    const counts = count > bench.pageSize && !bench.isUnpaged(type) && bench.lacking('fault:delay') === null;
    const first = await bench.fill(type, 1);
    // What is asked only once, with the first object that is seen, is no page.
    if (counts) await bench.look(type);
    const forOne = counts ? await requestsFor(bench, () => bench.look(type)) : 0;
    const ids = count === 1 ? first : [...first, ...(await bench.fill(type, count - 1, 2))];
    assert.equal(new Set(ids).size, count, `${count} ${type.id} objects have ${count} ids`);
    let seen: Iterable<string> = [];
    const forAll = await requestsFor(bench, async () => (seen = (await bench.look(type)).keys()), counts);
    assert.deepEqual(sorted(seen), sorted(ids), `each of ${count} ${type.id} objects is read`);
    if (counts) assert(forAll > forOne, onePage(type, count, bench.pageSize));
  }
}

const onePage = (type: ObjectTypeSpec, count: number, pageSize: number): string =>
  `${count} ${type.id} objects were read with as many requests as one: the far side does not answer in pages of ${pageSize}, ` +
  `so the case proves nothing (a simulator takes options.pageSize; what the vendor never pages is named in \`unpaged\`)`;

const SLOWED_MS = 1000;

/** Read requests during `work`: each is made to take a moment longer, by the kit's clock. */
async function requestsFor(bench: Bench, work: () => Promise<unknown>, counts = true): Promise<number> {
  if (!counts) {
    await work();
    return 0;
  }
  if (!bench.slowed) bench.far.fault!({ fault: 'delay', on: 'read', times: 1_000_000, afterMs: SLOWED_MS });
  bench.slowed = true;
  // The kit's clock is real time plus what was slept.
  const ahead = (): number => bench.clock.now() - Date.now();
  const from = ahead();
  await work();
  return Math.round((ahead() - from) / SLOWED_MS);
}

const missed = (type: ObjectTypeSpec, id: string, meanwhile: readonly string[]): string =>
  `${type.id} ${id} was there all the time, but the read ended without it; meanwhile ${meanwhile.join(', ')}. ` +
  'A position counted from the start moves when something before it goes: page by the token or the key that the vendor gives, ' +
  'or begin each page with the last object of the one before, and read anew when it is not there.';

export const readCases = [
  it('empty', 'an empty system is read as complete and empty', ['read'], async (bench) => {
    for (const type of bench.types) assert.equal((await bench.look(type)).size, 0);
  }),
  it('one', 'one object of each type is read', ['read', 'put'], (bench) => readsExactly(bench, 1)),
  it('page', 'exactly one page is read', ['read', 'put'], (bench) => readsExactly(bench, bench.pageSize)),
  it('page-plus-one', 'the object after the first page is read', ['read', 'put'], (bench) => readsExactly(bench, bench.pageSize + 1)),
  it('three-pages', 'three pages are read', ['read', 'put'], (bench) => readsExactly(bench, 3 * bench.pageSize)),

  it(
    'siblings',
    'a department with more than a page of departments and people in it loses none',
    ['read', 'put', 'department'],
    async (bench) => {
      const departments = bench.type('department');
      const count = 2 * bench.pageSize + 1;
      const [top] = await bench.fill(departments, 1);
      const below = await bench.fill(departments, count, 2, departments.parent ? { [departments.parent]: top! } : {});
      assert.deepEqual(sorted((await bench.look(departments)).keys()), sorted([top!, ...below]), 'every department below is read');
      if (bench.lacking('person') || bench.lacking('membership')) return;
      const people = await bench.fill(
        bench.type('person'),
        count,
        1,
        {},
        { membership: [{ to: { type: 'department', id: top! }, primary: true }] },
      );
      const seen = await bench.look(bench.type('person'));
      assert.deepEqual(sorted(seen.keys()), sorted(people), 'every person in it is read');
    },
  ),

  it('stable', 'a second read gives the same ids and values', ['read', 'put'], async (bench) => {
    await bench.fill(bench.main, bench.pageSize + 1);
    const [first, second] = [await bench.look(bench.main), await bench.look(bench.main)];
    assert.deepEqual(sorted(second.keys()), sorted(first.keys()));
    for (const [id, object] of first) assert.deepEqual(second.get(id)!.attributes, object.attributes);
  }),

  it('aborted', 'an aborted read is never complete', ['read', 'put'], async (bench) => {
    await bench.fill(bench.main, 3 * bench.pageSize);
    const stop = new AbortController();
    const seen = new Set<string>();
    let complete = false;
    try {
      for await (const event of bench.connection.read!(bench.main.id, bench.reading(bench.main, { signal: stop.signal }))) {
        if (event.kind === 'objects') for (const { id } of event.objects) seen.add(id);
        if (event.kind === 'end') complete = event.complete;
        if (event.kind === 'objects') stop.abort(new DOMException('the case aborts', 'AbortError'));
      }
    } catch (error) {
      assert(stop.signal.aborted, `the read fails only because it was aborted, not with ${String(error)}`);
    }
    // A connector that delivers all in one go was done before the abort; then complete is true and right.
    assert(!complete || seen.size >= 3 * bench.pageSize, 'it does not end as complete');
  }),

  it('checkpoint', 'a read that resumes at a checkpoint delivers all that came after it', ['read', 'put'], async (bench) => {
    const ids = await bench.fill(bench.main, 3 * bench.pageSize);
    const { checkpoints } = await bench.read(bench.main);
    if (checkpoints.length === 0) throw new NotOffered('read gives no checkpoints');
    for (const { checkpoint, before } of checkpoints) {
      const rest = await bench.read(bench.main, { checkpoint });
      const together = new Set([...before, ...rest.objects.keys()]);
      for (const id of ids) assert(together.has(id), `${id} is before or after the checkpoint`);
      assert.equal(rest.end.complete, true);
    }
  }),

  it(
    'moving',
    'objects that come, change and go while pages are read hide none of the others',
    ['read', 'put', 'alter', 'erase'],
    async (bench) => {
      const type = bench.main;
      const ids = await bench.fill(type, 4 * bench.pageSize);
      const spec = changeable(type, bench.samples).find((candidate) => candidate.name === type.title);
      const seen = new Set<string>();
      const meanwhile: string[] = [];
      for await (const event of bench.connection.read!(type.id, bench.reading(type))) {
        if (event.kind !== 'objects') continue;
        for (const { id } of event.objects) seen.add(id);
        if (meanwhile.length > 0) continue;
        const [gone] = ids.filter((id) => seen.has(id));
        const later = ids.findLast((id) => !seen.has(id));
        if (gone) {
          await bench.erase(type, gone);
          meanwhile.push(`${type.id} ${gone} was removed`);
        }
        if (later && spec && bench.manifest.facts.stableIds) {
          await bench.alter(type, later, { [spec.name]: 'Renamed Meanwhile' });
          meanwhile.push(`${later} was renamed`);
        }
        await bench.helpers(type, 1);
        meanwhile.push('one was created');
      }
      for (const id of ids) assert(seen.has(id), missed(type, id, meanwhile));
    },
  ),

  it('asked', 'what was not asked for does not have to come, what was asked for does', ['read', 'put'], async (bench) => {
    const [id] = await bench.fill(bench.main, 1);
    const { objects } = await bench.read(bench.main, { attributes: [bench.main.title], relations: [] });
    assert.notEqual(objects.get(id!)?.attributes[bench.main.title], undefined, 'the title was asked for');
  }),

  it('get', 'get answers every id: whole objects, and "gone" for what is not there', ['get', 'put'], async (bench) => {
    const ids = await bench.fill(bench.main, bench.pageSize + 1);
    const all = await bench.look(bench.main);
    const request = bench.asking(bench.main);
    const unheard = unheardOf(bench, ids);
    const report = await bench.connection.get!(bench.main.id, [...ids, unheard], request);
    assert.deepEqual(sorted(report.answers.keys()), sorted([...ids, unheard]), 'every id is answered');
    for (const id of ids) {
      const answer = report.answers.get(id);
      assert(answer?.state === 'found', `${id} is found`);
      assertWellFormed(bench.main, answer.object, { ...request, relations: Object.keys(answer.object.edges ?? {}) }, report);
      assert.deepEqual(answer.object.attributes, all.get(id)!.attributes, 'get and read show the same');
    }
    assert.notEqual(report.answers.get(unheard)?.state, 'found', 'what is not there is not found');
    assert.equal(report.visible.range, (await bench.read(bench.main)).end.visible.range, 'get and read have the same range');
  }),

  it('get-part', 'get says whether an object lies in the part', ['get', 'put'], async (bench) => {
    const [id] = await bench.fill(bench.main, 1);
    await bench.look(bench.main);
    const answer = (await bench.connection.get!(bench.main.id, [id!], { ...bench.asking(bench.main), part: bench.part })).answers.get(id!);
    assert(answer?.state === 'found' && answer.inPart === true, 'an object that was read from the part lies in it');
  }),

  it('find', 'find compares by the equality of the attribute', ['find', 'put'], async (bench) => {
    for (const type of bench.types) {
      const ids = await bench.fill(type, 2);
      const objects = await bench.look(type);
      for (const spec of type.attributes.filter((candidate) => candidate.searchable === false)) {
        const error = await bench.refusal(
          () => bench.connection.find!(type.id, spec.name, ['nobody-has-this-1'], bench.asking(type)),
          `looking for a ${type.id} by "${spec.name}"`,
        );
        assert.equal(error.kind, 'unsupported', 'what cannot be looked for is said to be so, never answered with nobody');
      }
      for (const spec of changeable(type, bench.samples).filter(
        (candidate) => candidate.unique === true && candidate.searchable !== false,
      )) {
        const value = objects.get(ids[0]!)!.attributes[spec.name]!;
        const asked = spec.equality === 'ignore-case' ? String(value).toUpperCase() : value;
        const found = await bench.connection.find!(type.id, spec.name, [asked, 'nobody-has-this-1'], bench.asking(type));
        assert.deepEqual(
          found.map((entry) => entry.id),
          [ids[0]!],
          `${type.id}.${spec.name} finds its object and no other`,
        );
        assert.equal(found[0]!.value, asked, 'and says which value found it');
      }
    }
  }),

  it('many-members', 'a group with three pages of members is read with all of them', ['read', 'put', 'group', 'person'], async (bench) => {
    const { group, relation, ids } = await largeGroup(bench);
    const seen = await bench.see(bench.type('group'), group);
    assert.deepEqual(sorted((seen.edges?.[relation] ?? []).map(({ to }) => to.id)), sorted(ids));
    const answer = (await bench.connection.get?.('group', [group], bench.asking(bench.type('group'))))?.answers.get(group);
    if (!answer) return;
    assert(answer.state === 'found');
    const got = answer.object.edges?.[relation];
    if (got) assert.equal(got.length, ids.length, 'get gives all members or leaves the relation out, never a part of it');
    else assert(bench.connection.readMembers, 'where get leaves out the members, readMembers gives them');
  }),

  it('read-members', 'readMembers gives the same members as read', ['readMembers', 'put', 'group', 'person'], async (bench) => {
    const { group, relation } = await largeGroup(bench);
    const spec = bench.type('group').relations.find((candidate) => candidate.name === relation)!;
    const edges: Edge[] = [];
    const owner = { type: 'group', id: group };
    for await (const piece of bench.connection.readMembers!(owner, relation, bench.asking(bench.type('group')))) edges.push(...piece);
    const read = (await bench.see(bench.type('group'), group)).edges![relation]!;
    assert.equal(edgeText(spec, edges), edgeText(spec, read));
  }),
];

/** An id of the right shape that nobody has. */
export const unheardOf = (bench: Bench, ids: readonly string[]): string => {
  const like = ids[0]!;
  // Digits turned around keep the shape of numbers and UUIDs.
  const turned = like.replace(/\d/g, (digit) => String(9 - Number(digit)));
  return turned === like || ids.includes(turned) ? `${like}-unheard` : turned;
};

async function largeGroup(bench: Bench): Promise<{ group: string; relation: string; ids: readonly string[] }> {
  const type: ObjectTypeSpec = bench.type('group');
  const relation = type.relations.find((candidate) => candidate.to.includes('person'));
  if (!relation || relation.single) throw new NotOffered('groups do not hold people');
  const ids = await bench.fill(bench.type('person'), 3 * bench.pageSize + 1);
  const edges = ids.map((id) => ({ to: { type: 'person', id } }));
  const first = bench.connection.changeMembers ? edges.slice(0, relation.min ?? 0) : edges;
  const [group] = await bench.fill(type, 1, 1, {}, { [relation.name]: first });
  if (first.length < edges.length) await bench.changeMembers({ type: 'group', id: group! }, relation.name, edges.slice(first.length));
  return { group: group!, relation: relation.name, ids };
}
