// Cases on writing: what was written is there, what was not meant is untouched, and twice is like once.
import assert from 'node:assert/strict';
import type { Attributes, AttributeSpec, Edge, Edges, ObjectTypeSpec, RelationSpec, Value } from '../../core/model.ts';
import type { Write } from '../contract.ts';
import { errorKinds, isConnectorError } from '../errors.ts';
import type { Bench } from './bench.ts';
import { inEach, inGroup, NOTHING, NotOffered } from './case.ts';
import { unheardOf } from './cases-read.ts';
import { changeable, differences, sampleValue } from './samples.ts';

const it = inGroup('write');

const creatable = (bench: Bench): readonly ObjectTypeSpec[] => bench.types.filter((type) => bench.can(type, 'create'));
const updatable = (bench: Bench): readonly ObjectTypeSpec[] => creatable(bench).filter((type) => bench.can(type, 'update'));
/** Attributes that may be empty: cleared and left out without breaking the object. */
const clearable = (bench: Bench, type: ObjectTypeSpec): readonly AttributeSpec[] =>
  changeable(type, bench.samples).filter((spec) => !spec.required && spec.name !== type.title);

const value = (bench: Bench, type: ObjectTypeSpec, spec: AttributeSpec, n: number): Value | null =>
  sampleValue(type, spec, n, bench.samples);

/** References and edges for a sample of the type, to objects put there before. */
async function fullEdges(bench: Bench, type: ObjectTypeSpec): Promise<{ attributes: Attributes; edges: Edges }> {
  const attributes: Record<string, string> = {};
  for (const spec of type.attributes) {
    if (!spec.to || spec.writable === 'never') continue;
    const to = bench.type(spec.to);
    const [id] = await bench.helpers(to, 1);
    attributes[spec.name] = id!;
  }
  const edges: Record<string, Edges[string]> = {};
  for (const relation of type.relations) {
    if (relation.writable === false) continue;
    const ids = await bench.helpers(bench.type(relation.to[0]!), relation.single ? 1 : 2);
    edges[relation.name] = ids.map((id, at) => ({
      to: { type: relation.to[0]!, id },
      ...(at === 0 ? { primary: true } : {}),
      order: at + 1,
    }));
  }
  return { attributes, edges };
}

/** One object of the type as it was written, with its id and what the target said to it. */
async function written(bench: Bench, type: ObjectTypeSpec, n = 1) {
  const more = await fullEdges(bench, type);
  const desired = await bench.sample(type, n, more.attributes, more.edges);
  const result = await bench.connection.create!(type.id, desired, bench.writing());
  await bench.settle();
  return { desired, id: result.id, echo: result.echo };
}

/** Makes one object with two edges, of which one leads to nobody; null where it is made without that one, and says so. */
async function lackingOne(bench: Bench, type: ObjectTypeSpec, relation: RelationSpec): Promise<string | null> {
  const to = bench.type(relation.to[0]!);
  const [known] = await bench.helpers(to, 1);
  const nobody = unheardOf(bench, [known!]);
  const ends = [known!, nobody].map((id): Edge => ({ to: { type: to.id, id } }));
  const before = (await bench.look(type)).size;
  const desired = await bench.sample(type, 700_000 + before, {}, { [relation.name]: ends });
  const attempt = await bench.attempt(() => bench.connection.create!(type.id, desired, bench.writing()));
  await bench.settle();
  const seen = await bench.look(type);
  if (!attempt.ok) {
    assert.equal(errorKinds[attempt.error.kind], 'item', 'an edge to nobody is about this one object');
    assert.equal(seen.size, before, 'where a creation throws, nothing was made');
    return 'is taken as a whole or not at all';
  }
  const { id, refused = [] } = attempt.value;
  for (const edge of refused) assert(isConnectorError(edge.error), 'each refused edge says why');
  const missing = ends.filter((edge) => !seen.get(id)!.edges?.[relation.name]?.some((shown) => shown.to.id === edge.to.id));
  assert.deepEqual(
    refused.map((edge) => [edge.relation, edge.to]),
    missing.map((edge) => [relation.name, edge.to]),
    'what is missing is what is said to be refused',
  );
  return missing.length === 0 ? 'takes edges to nobody' : null;
}

const stillThere = (type: ObjectTypeSpec, name: string): string =>
  `the cleared ${type.id}.${name} reads as null. What always has a value is \`required\` in the catalogue (a default mapping may give it a ` +
  'constant at creation); what can be set but once is `writable: create`.';

export const writeCases = [
  it('read-back', 'write, read back, compare: no difference', ['create', 'read'], async (bench) => {
    await inEach(creatable(bench), 'nothing can be created', async (type) => {
      const { desired, id, echo } = await written(bench, type);
      const seen = await bench.see(type, id);
      assert.deepEqual(differences(type, desired, seen, echo), [], `a second run would write nothing to the ${type.id}`);
    });
  }),

  it('duplicate', 'creating what is there is refused with its id, and doubles nothing', ['create', 'read'], async (bench) => {
    await inEach(creatable(bench), 'nothing has a natural key', async (type) => {
      const natural = type.attributes.some((spec) => spec.unique && spec.writable !== 'never');
      if (!natural && bench.manifest.facts.assignsIds) return NOTHING;
      const desired = await bench.sample(type, 1);
      const [id] = await bench.put(type, [desired]);
      const again = { ...desired, directoryId: `${desired.directoryId}-other` };
      const error = await bench.refusal(
        () => bench.connection.create!(type.id, again, bench.writing()),
        `a second ${type.id} with the same values`,
      );
      assert.equal(error.kind, 'already-exists');
      assert.equal(error.facts.id, id, 'the error says which object is there');
      await bench.settle();
      assert.deepEqual([...(await bench.look(type)).keys()], [id], `there is still one ${type.id}`);
    });
  }),

  it('only-given', 'an update touches only what was given', ['update', 'read'], async (bench) => {
    await inEach(updatable(bench), 'no attribute can be changed', async (type) => {
      const { desired, id } = await written(bench, type);
      const [spec] = changeable(type, bench.samples).filter((candidate) => candidate.name !== type.title);
      if (!spec) return NOTHING;
      const before = await bench.see(type, id);
      const next = value(bench, type, spec, 7);
      const newId = (await bench.update(type, id, { [spec.name]: next })).id;
      const after = await bench.see(type, newId);
      assert.deepEqual(differences(type, { attributes: { ...desired.attributes, [spec.name]: next }, edges: desired.edges }, after), []);
      assert.equal(after.enabled, before.enabled, 'an update neither disables nor enables');
    });
  }),

  it('unmanaged', 'an update leaves alone what the engine does not know of', ['update', 'read'], async (bench) => {
    await inEach(updatable(bench), 'no type has two attributes that can be changed and cleared', async (type) => {
      const { desired, id } = await written(bench, type);
      const [changed, unmanaged] = clearable(bench, type);
      if (!changed || !unmanaged) return NOTHING;
      const next = value(bench, type, changed, 7);
      const { changed: parts, whole } = await bench.updateParts(type, id, { [changed.name]: next });
      // A job that maps few attributes and no relation knows only these.
      const required = type.attributes.filter((spec) => spec.required || spec.name === type.title).map((spec) => spec.name);
      const known = Object.fromEntries(
        Object.entries(whole.attributes).filter(([name]) => required.includes(name) || name === changed.name),
      );
      const { id: newId } = await bench.connection.update!(type.id, id, parts, { ...whole, attributes: known, edges: {} }, bench.writing());
      await bench.settle();
      const after = await bench.see(type, newId);
      assert.deepEqual(differences(type, { attributes: { ...desired.attributes, [changed.name]: next }, edges: desired.edges }, after), []);
    });
  }),

  it('clear', 'null clears an attribute, and only that one', ['update', 'read'], async (bench) => {
    await inEach(updatable(bench), 'no attribute can be cleared', async (type) => {
      const { desired, id } = await written(bench, type);
      if (clearable(bench, type).length === 0) return NOTHING;
      let at = id;
      let expected: Attributes = desired.attributes;
      for (const spec of clearable(bench, type)) {
        at = (await bench.update(type, at, { [spec.name]: null })).id;
        expected = { ...expected, [spec.name]: null };
        const seen = await bench.see(type, at);
        assert.equal(seen.attributes[spec.name], null, stillThere(type, spec.name));
        assert.deepEqual(differences(type, { attributes: expected, edges: desired.edges }, seen), []);
        if (!type.needsOneOf?.some((names) => names.includes(spec.name))) continue;
        // What stands in for another one is there again when that one is cleared.
        at = (await bench.update(type, at, { [spec.name]: desired.attributes[spec.name]! })).id;
        expected = { ...expected, [spec.name]: desired.attributes[spec.name]! };
      }
    });
  }),

  it('unset', 'an attribute left out at creation is empty, and can be set later', ['create', 'update', 'read'], async (bench) => {
    await inEach(updatable(bench), 'no attribute can be left out', async (type) => {
      const full = await bench.sample(type, 1);
      const [spec] = clearable(bench, type);
      if (!spec) return NOTHING;
      const { [spec.name]: left, ...attributes } = full.attributes;
      const [id] = await bench.put(type, [{ ...full, attributes }]);
      assert.equal((await bench.see(type, id!)).attributes[spec.name], null);
      const later = (await bench.update(type, id!, { [spec.name]: left! })).id;
      assert.deepEqual(differences(type, { attributes: full.attributes, edges: {} }, await bench.see(type, later)), []);
    });
  }),

  it('null-at-create', 'an attribute given as null at creation is empty', ['create', 'read'], async (bench) => {
    await inEach(creatable(bench), 'no attribute can be empty', async (type) => {
      const [spec] = clearable(bench, type);
      if (!spec) return NOTHING;
      const [id] = await bench.put(type, [await bench.sample(type, 1, { [spec.name]: null })]);
      assert.equal((await bench.see(type, id!)).attributes[spec.name], null);
    });
  }),

  it('same-again', 'an update to what is there already is fine', ['update', 'read'], async (bench) => {
    await inEach(updatable(bench), 'nothing can be updated', async (type) => {
      const { desired, id } = await written(bench, type);
      const attributes = Object.fromEntries(changeable(type, bench.samples).map((spec) => [spec.name, desired.attributes[spec.name]!]));
      const { id: newId } = await bench.update(type, id, attributes);
      assert.equal(newId, id);
      assert.deepEqual(differences(type, desired, await bench.see(type, id)), []);
    });
  }),

  it('absent', 'updating what is not there is "not-found"', ['update', 'read'], async (bench) => {
    await inEach(updatable(bench), 'no attribute can be changed', async (type) => {
      const [spec] = changeable(type, bench.samples);
      if (!spec) return NOTHING;
      const [id] = await bench.fill(type, 1);
      const { changed, whole } = await bench.updateParts(type, id!, { [spec.name]: value(bench, type, spec, 3) });
      const error = await bench.refusal(
        () => bench.connection.update!(type.id, unheardOf(bench, [id!]), changed, whole, bench.writing()),
        'updating an object that does not exist',
      );
      assert.equal(error.kind, 'not-found');
    });
  }),

  it('swap', 'two objects swap a unique value by way of a temporary one', ['update', 'read'], async (bench) => {
    await inEach(updatable(bench), 'no unique attribute can be changed', async (type) => {
      const [spec] = changeable(type, bench.samples).filter((candidate) => candidate.unique === true);
      if (!spec) return NOTHING;
      const [a, b] = await bench.fill(type, 2);
      const [valueA, valueB, free] = [1, 2, 77].map((n) => value(bench, type, spec, n)!);
      const during = (await bench.update(type, a!, { [spec.name]: free! })).id;
      const newB = (await bench.update(type, b!, { [spec.name]: valueA! })).id;
      const newA = (await bench.update(type, during, { [spec.name]: valueB! })).id;
      assert.deepEqual(differences(type, { attributes: { [spec.name]: valueB! }, edges: {} }, await bench.see(type, newA)), []);
      assert.deepEqual(differences(type, { attributes: { [spec.name]: valueA! }, edges: {} }, await bench.see(type, newB)), []);
    });
  }),

  it('taken', 'an update to a unique value that is taken is refused and changes nothing', ['update', 'read'], async (bench) => {
    await inEach(updatable(bench), 'no unique attribute can be changed', async (type) => {
      const [spec] = changeable(type, bench.samples).filter((candidate) => candidate.unique === true);
      if (!spec) return NOTHING;
      const [a, b] = await bench.fill(type, 2);
      const error = await bench.refusal(
        () => bench.update(type, b!, { [spec.name]: value(bench, type, spec, 1)! }),
        `taking the "${spec.name}" of another`,
      );
      assert(['already-exists', 'conflict'].includes(error.kind), `it is already-exists or conflict, not ${error.kind}`);
      assert.deepEqual(differences(type, await bench.sample(type, 2), await bench.see(type, b!)), []);
      assert.deepEqual(differences(type, await bench.sample(type, 1), await bench.see(type, a!)), []);
    });
  }),

  it('remove', 'remove gives a snapshot; removing again is fine and gives none', ['remove', 'read'], async (bench) => {
    await inEach(
      creatable(bench).filter((candidate) => bench.can(candidate, 'remove')),
      'nothing that is created can be removed',
      async (type) => {
        const { desired, id } = await written(bench, type);
        const { snapshot } = await bench.connection.remove!(type.id, id, bench.writing());
        assert(snapshot, 'the first removal says what was there');
        assert.deepEqual(differences(type, { ...desired, edges: {} }, snapshot), [], 'with all it could read');
        await bench.settle();
        await bench.assertGone(type, id);
        const again = await bench.connection.remove!(type.id, id, bench.writing());
        if (bench.manifest.facts.removeMeans !== 'disables') assert.equal(again.snapshot, null, 'the second removal finds nothing');
        await bench.settle();
        const answer = (await bench.connection.get!(type.id, [id], bench.asking(type))).answers.get(id);
        assert(bench.manifest.facts.removeMeans === 'disables' || answer?.state !== 'found', 'get does not find it');
      },
    );
  }),

  it('disable', 'an account is disabled and enabled again, each twice', ['disable', 'enable', 'read'], async (bench) => {
    const types = creatable(bench).filter((type) => bench.can(type, 'disable'));
    await inEach(types, 'nothing can be disabled', async (type) => {
      const { desired, id } = await written(bench, type);
      for (const step of ['disable', 'disable', 'enable', 'enable'] as const) {
        const result = await bench.connection[step]!(type.id, id, bench.writing());
        await bench.settle();
        const seen = await bench.see(type, result.id);
        assert.equal(seen.enabled, step === 'enable', `after ${step} a reader sees it`);
        assert.deepEqual(differences(type, { attributes: desired.attributes, edges: {} }, seen), [], `${step} changes nothing else`);
      }
      const error = await bench.refusal(
        () => bench.connection.disable!(type.id, unheardOf(bench, [id]), bench.writing()),
        'disabling what is not there',
      );
      assert.equal(error.kind, 'not-found');
    });
  }),

  it(
    'create-disabled',
    'an account that shall not be used is not usable when create returns',
    ['create', 'disable', 'read'],
    async (bench) => {
      await inEach(
        creatable(bench).filter((candidate) => bench.can(candidate, 'disable')),
        'nothing can be disabled',
        async (type) => {
          const { id } = await bench.connection.create!(type.id, { ...(await bench.sample(type, 1)), enabled: false }, bench.writing());
          await bench.settle();
          const { enabled } = await bench.see(type, id);
          assert.equal(enabled, false, `create was given enabled: false, and the ${type.id} can be used: disable it with the next request`);
        },
      );
    },
  ),

  it(
    'members',
    'adding a present member and removing an absent one are fine; the others stay',
    ['changeMembers', 'read'],
    async (bench) => {
      let proven = 0;
      for (const type of creatable(bench)) {
        for (const relation of type.relations.filter(
          (candidate) => !candidate.containing && !candidate.single && candidate.writable !== false,
        )) {
          const ids = await bench.helpers(bench.type(relation.to[0]!), 4);
          const edges = ids.map((id, at) => ({ to: { type: relation.to[0]!, id }, order: at + 1 }));
          const [id] = await bench.put(type, [await bench.sample(type, 1 + proven, {}, { [relation.name]: [edges[0]!] })]);
          const owner = { type: type.id, id: id! };
          const holds = async (expected: typeof edges) =>
            assert.deepEqual(differences(type, { attributes: {}, edges: { [relation.name]: expected } }, await bench.see(type, id!)), []);
          await bench.changeMembers(owner, relation.name, [edges[0]!, edges[1]!, edges[2]!]);
          await holds(edges.slice(0, 3));
          await bench.changeMembers(owner, relation.name, [], [edges[1]!, edges[3]!]);
          await holds([edges[0]!, edges[2]!]);
          await bench.changeMembers(owner, relation.name, [edges[3]!], [edges[0]!]);
          await holds([edges[2]!, edges[3]!]);
          proven += 1;
        }
      }
      if (proven === 0) throw new NotOffered('no relation is written by changeMembers');
    },
  ),

  it('batch', 'a batch answers each write in order, and one bad write spoils no other', ['batch', 'read'], async (bench) => {
    const type = bench.main;
    const [taken] = await bench.put(type, [await bench.sample(type, 1)]);
    const creates = [2, 1, 3].map(async (n): Promise<Write> => {
      const desired = await bench.sample(type, n);
      return { kind: 'create', type: type.id, desired: { ...desired, directoryId: `${desired.directoryId}-batch` } };
    });
    const writes = [
      ...(await Promise.all(creates)),
      ...(bench.can(type, 'disable') ? [{ kind: 'disable', type: type.id, id: taken! } as const] : []),
    ];
    const results = await bench.connection.batch!(writes, bench.writing());
    await bench.settle();
    assert.deepEqual(
      results.map((result) => result.ok),
      writes.map((_, at) => at !== 1),
    );
    const bad = results[1]!;
    assert(!bad.ok && isConnectorError(bad.error) && bad.error.kind === 'already-exists', 'the bad one says what is wrong with it');
    const seen = await bench.look(type);
    for (const result of results) if (result.ok) assert(seen.has(result.written.id), 'what was created is there');
    assert.equal(seen.size, 3);
  }),

  it(
    'lacking-edges',
    'a creation with an edge to nobody names that edge, or makes nothing: no edge is lost in silence',
    ['create', 'read'],
    async (bench) => {
      const lacking: string[] = [];
      let proven = 0;
      for (const type of creatable(bench)) {
        for (const relation of type.relations.filter(({ writable, containing, single }) => writable !== false && !containing && !single)) {
          const why = await lackingOne(bench, type, relation);
          if (why === null) proven += 1;
          else lacking.push(`${type.id}.${relation.name} ${why}`);
        }
      }
      if (proven === 0) throw new NotOffered(lacking.join('; ') || 'no relation is written after its object');
    },
  ),

  it('finish', 'finishing twice is like finishing once', ['finish', 'read', 'put'], async (bench) => {
    const [id] = await bench.fill(bench.main, 1);
    const request = bench.writing();
    await bench.connection.finish!(request);
    await bench.connection.finish!(request);
    assert.deepEqual([...(await bench.look(bench.main)).keys()], [id]);
  }),
];
