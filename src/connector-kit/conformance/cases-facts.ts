// Cases on what the manifest declares: the far side is asked whether each fact is true.
import assert from 'node:assert/strict';
import type { Attributes, AttributeSpec, ObjectTypeSpec } from '../../core/model.ts';
import type { Found } from '../contract.ts';
import { errorKinds } from '../errors.ts';
import type { Bench } from './bench.ts';
import { inEach, inGroup, NOTHING, NotOffered } from './case.ts';
import { changeable, differences, settable } from './samples.ts';

const it = inGroup('facts');

const creatable = (bench: Bench): readonly ObjectTypeSpec[] => bench.types.filter((type) => bench.can(type, 'create'));

/** Every settable attribute of every type that can be created and for which `which` holds; not offered when there is none. */
function attributes(bench: Bench, fact: string, which: (spec: AttributeSpec) => boolean) {
  const found = creatable(bench).flatMap((type) =>
    settable(type, bench.samples)
      .filter(which)
      .map((spec) => ({ type, spec })),
  );
  if (found.length === 0) throw new NotOffered(`no attribute is declared ${fact}`);
  return found;
}

function relations(bench: Bench, fact: string, which: (relation: ObjectTypeSpec['relations'][number]) => boolean) {
  const found = creatable(bench).flatMap((type) =>
    type.relations.filter((relation) => relation.writable !== false && which(relation)).map((relation) => ({ type, relation })),
  );
  if (found.length === 0) throw new NotOffered(`no relation is declared ${fact}`);
  return found;
}

/** Creating must fail with `invalid`, name no other attribute, and leave nothing behind. `what` names what was tried. */
async function refusedAsInvalid(
  bench: Bench,
  type: ObjectTypeSpec,
  spec: AttributeSpec,
  sample: Awaited<ReturnType<Bench['sample']>>,
  what: string,
) {
  const error = await bench.refusal(
    () => bench.connection.create!(type.id, sample, bench.writing()),
    what,
    'Either the catalogue says of the vendor what is not so, or the simulator takes what the vendor refuses, or the connector changes what it was given.',
  );
  assert.equal(error.kind, 'invalid', `${what} is invalid`);
  assert([undefined, spec.name].includes(error.facts.attribute), `the error is about "${spec.name}", not "${error.facts.attribute}"`);
  await bench.settle();
  assert.equal((await bench.look(type)).size, 0, 'what was refused is not there');
}

export const factCases = [
  it('stable-ids', 'ids survive rename and move, or the new id is told', ['create', 'update', 'read'], async (bench) => {
    for (const type of creatable(bench).filter((candidate) => bench.can(candidate, 'update'))) {
      const renamable = changeable(type, bench.samples).filter((spec) => spec.name === type.title || spec.identifying);
      const [id] = await bench.fill(type, 1);
      let at = id!;
      for (const spec of renamable) {
        const next = (await bench.sample(type, 50)).attributes[spec.name]!;
        at = (await bench.update(type, at, { [spec.name]: next })).id;
        if (bench.manifest.facts.stableIds) assert.equal(at, id, `the id of a ${type.id} survives a new "${spec.name}"`);
        assert.deepEqual(differences(type, { attributes: { [spec.name]: next }, edges: {} }, await bench.see(type, at)), []);
      }
      assert.equal((await bench.look(type)).size, 1);
    }
  }),

  it('assigned-ids', 'ids are assigned by the system, or follow from the attributes', ['create', 'read'], async (bench) => {
    const type = bench.main;
    const desired = await bench.sample(type, 1);
    const [id] = await bench.put(type, [desired]);
    assert(id, 'create returns an id');
    if (bench.manifest.facts.assignsIds) {
      assert.notEqual(id, desired.directoryId, 'it is not ours');
      return;
    }
    if (!bench.can(type, 'remove') || bench.manifest.facts.removeMeans !== 'irreversible') return;
    await bench.erase(type, id);
    assert.deepEqual(await bench.put(type, [desired]), [id], 'the same attributes give the same id');
  }),

  it('known-again', 'what an object is known again by is on every object, and on no two', ['create', 'read'], async (bench) => {
    await inEach(creatable(bench), 'no attribute by which an object is known again under another id', async (type) => {
      if (!type.knownAgainBy) return NOTHING;
      await bench.fill(type, 3);
      const objects = [...(await bench.look(type)).values()];
      for (const name of type.knownAgainBy) {
        assert.equal(type.attributes.find((spec) => spec.name === name)?.unique, true, `"${name}" of ${type.id} is unique in the system`);
        const values = objects.map((object) => object.attributes[name]);
        assert(
          values.every((value) => typeof value === 'string'),
          `every ${type.id} shows "${name}"`,
        );
        assert.equal(new Set(values).size, objects.length, `no two ${type.id} objects have the same "${name}"`);
      }
    });
  }),

  it('case', 'unique values that differ only in case collide exactly when it says so', ['create', 'read'], async (bench) => {
    const texts = attributes(
      bench,
      'unique text',
      (spec) => spec.unique === true && spec.type === 'string' && spec.equality !== 'phone' && !spec.many && !spec.oneOf,
    );
    let n = 1;
    await inEach(texts, 'no unique text whose case can differ', async ({ type, spec }) => {
      const lower = String((await bench.sample(type, n)).attributes[spec.name]).toLowerCase();
      const upper = lower.toUpperCase();
      if (upper === lower || (spec.equality === 'ignore-case' && !bench.manifest.facts.ignoresCase)) return NOTHING;
      await bench.put(type, [await bench.sample(type, n, { [spec.name]: lower })]);
      const second = await bench.sample(type, n + 1, { [spec.name]: upper });
      const attempt = await bench.attempt(() => bench.put(type, [second]));
      if (bench.manifest.facts.ignoresCase) {
        assert(!attempt.ok && attempt.error.kind === 'already-exists', `${type.id}.${spec.name} ignores case`);
      } else assert(attempt.ok, `${type.id}.${spec.name} distinguishes case`);
      n += 2;
    });
  }),

  it('nested-groups', 'groups hold groups exactly when it says so', ['group', 'create', 'read'], async (bench) => {
    const type = bench.type('group');
    const relation = type.relations.find((candidate) => candidate.to.includes('group'));
    assert.equal(
      relation !== undefined,
      bench.manifest.facts.nestedGroups,
      'the relation leads to groups exactly when nestedGroups is true',
    );
    if (!relation) return;
    const [inner] = await bench.fill(type, 1);
    const edges = { [relation.name]: [{ to: { type: 'group', id: inner! } }] };
    const [outer] = await bench.fill(type, 1, 2, {}, edges);
    assert.deepEqual(differences(type, { attributes: {}, edges }, await bench.see(type, outer!)), []);
  }),

  it('directory-id', 'an object carries our id from its creation on', ['create', 'read'], async (bench) => {
    const carries = bench.manifest.facts.carriesDirectoryId;
    if (!carries) throw new NotOffered('objects carry no directory id');
    for (const type of creatable(bench).filter((candidate) => candidate.attributes.some((spec) => spec.name === carries))) {
      const desired = await bench.sample(type, 1);
      const [id] = await bench.put(type, [desired]);
      assert.equal((await bench.see(type, id!)).attributes[carries], desired.directoryId);
      if (bench.can(type, 'update')) {
        const updated = await bench.update(type, id!, {
          [type.title]: (await bench.sample(type, 2)).attributes[type.title]!,
        });
        assert.equal((await bench.see(type, updated.id)).attributes[carries], desired.directoryId, 'an update leaves it');
      }
      const found: readonly Found[] | undefined = await bench.connection.find?.(
        type.id,
        carries,
        [desired.directoryId],
        bench.asking(type),
      );
      if (found) assert.equal(found.length, 1, 'it is found by it');
    }
  }),

  it('parallel', 'as many writes at a time as it declares all arrive', ['create', 'read'], async (bench) => {
    if (bench.manifest.facts.serialWrites) throw new NotOffered('writes are sent one at a time');
    const samples = await Promise.all(Array.from({ length: bench.manifest.limits.inFlight }, (_, n) => bench.sample(bench.main, n + 1)));
    const ids = await Promise.all(
      samples.map(async (desired) => (await bench.connection.create!(bench.main.id, desired, bench.writing())).id),
    );
    await bench.settle();
    assert.deepEqual([...(await bench.look(bench.main)).keys()].sort(), [...ids].sort());
  }),

  it('required', 'a required attribute cannot be left out or null', ['create', 'read'], async (bench) => {
    for (const { type, spec } of attributes(bench, 'required', (candidate) => candidate.required === true)) {
      const full = await bench.sample(type, 1);
      const { [spec.name]: _left, ...without } = full.attributes;
      await refusedAsInvalid(bench, type, spec, { ...full, attributes: without }, `leaving out ${type.id}.${spec.name}`);
      await refusedAsInvalid(
        bench,
        type,
        spec,
        { ...full, attributes: { ...full.attributes, [spec.name]: null } },
        `null as ${type.id}.${spec.name}`,
      );
    }
  }),

  it('needs-one-of', 'of attributes that can stand in for each other one must be given', ['create', 'read'], async (bench) => {
    const lists = creatable(bench).flatMap((type) => (type.needsOneOf ?? []).map((names) => ({ type, names })));
    await inEach(lists, 'no attributes are declared to stand in for each other', async ({ type, names }) => {
      const full = await bench.sample(type, 1);
      const without = Object.fromEntries(Object.entries(full.attributes).filter(([name]) => !names.includes(name)));
      const error = await bench.refusal(
        () => bench.connection.create!(type.id, { ...full, attributes: without }, bench.writing()),
        `a ${type.id} with none of ${names.join(', ')}`,
      );
      assert.equal(error.kind, 'invalid');
      for (const [at, name] of names.entries()) {
        const sample = await bench.sample(type, at + 1);
        const others = names.filter((other) => other !== name);
        await bench.put(type, [
          { ...sample, attributes: Object.fromEntries(Object.entries(sample.attributes).filter(([given]) => !others.includes(given))) },
        ]);
      }
      assert.equal((await bench.look(type)).size, names.length, 'each of them alone is enough');
    });
  }),

  it('unique', 'a unique value is held by one object', ['create', 'read'], async (bench) => {
    let n = 1;
    for (const { type, spec } of attributes(
      bench,
      'unique',
      (candidate) => candidate.unique !== undefined && candidate.unique !== false && !candidate.many,
    )) {
      const first = await bench.sample(type, n);
      const [id] = await bench.put(type, [first]);
      const second = await bench.sample(type, n + 1, { [spec.name]: first.attributes[spec.name]! });
      const error = await bench.refusal(() => bench.put(type, [second]), `the same ${type.id}.${spec.name}`);
      assert.equal(error.kind, 'already-exists', `the same ${type.id}.${spec.name} exists already`);
      // Where the far side cannot be asked who has it, the error may leave that out.
      if (spec.searchable !== false || error.facts.id !== undefined) assert.equal(error.facts.id, id, 'the error says whose it is');
      if (spec.unique === 'siblings' && type.parent) {
        const elsewhere = await bench.sample(type, n + 1, {
          [spec.name]: first.attributes[spec.name]!,
          [type.parent]: id!,
        });
        await bench.put(type, [elsewhere]);
      }
      n += 2;
    }
  }),

  it('tree-levels', 'an object one level too deep is refused, one above it is not', ['create', 'read'], async (bench) => {
    const trees = creatable(bench).filter((type) => type.parent !== undefined && type.tree?.levels !== undefined);
    await inEach(trees, 'no tree is declared limited in levels', async (type) => {
      let above: Attributes = {};
      for (let level = 1; level <= type.tree!.levels!; level += 1) {
        const [id] = await bench.fill(type, 1, level, above);
        above = { [type.parent!]: id! };
      }
      const error = await bench.refusal(() => bench.fill(type, 1, type.tree!.levels! + 1, above), 'one level more');
      assert.equal(errorKinds[error.kind], 'item', `it is about this ${type.id} alone`);
      await bench.settle();
      assert.equal((await bench.look(type)).size, type.tree!.levels!, 'what was refused is not there');
    });
  }),

  it('max-length', 'a value one character too long is refused, not cut', ['create', 'read'], async (bench) => {
    for (const { type, spec } of attributes(bench, 'limited in length', (candidate) => candidate.maxLength !== undefined)) {
      const long = spec.equality === 'phone' ? '1'.repeat(spec.maxLength! + 1) : '名'.repeat(spec.maxLength! + 1);
      const what = `too long a ${type.id}.${spec.name} (${[...long].length} characters where maxLength is ${spec.maxLength})`;
      await refusedAsInvalid(bench, type, spec, await bench.sample(type, 1, { [spec.name]: long }), what);
    }
  }),

  it('forbidden', 'a forbidden character is refused', ['create', 'read'], async (bench) => {
    const specs = attributes(bench, 'with forbidden characters', (candidate) => candidate.forbidden !== undefined);
    await inEach(specs, 'no forbidden character is known to the kit', async ({ type, spec }) => {
      const pattern = new RegExp(spec.forbidden!, 'u');
      const character = [...'*/ _@#?\\"<>|:;,+=()[]{}&%$!~^`\''].find((candidate) => pattern.test(candidate));
      if (!character) return NOTHING;
      await refusedAsInvalid(
        bench,
        type,
        spec,
        await bench.sample(type, 1, { [spec.name]: `a${character}b` }),
        `"${character}" in ${type.id}.${spec.name}`,
      );
    });
  }),

  it('one-of', 'a value outside the list is refused', ['create', 'read'], async (bench) => {
    for (const { type, spec } of attributes(bench, 'as a list of values', (candidate) => candidate.oneOf !== undefined)) {
      await refusedAsInvalid(
        bench,
        type,
        spec,
        await bench.sample(type, 1, { [spec.name]: 'not-one-of-them' }),
        `another ${type.id}.${spec.name}`,
      );
    }
  }),

  it('single', 'a relation declared single never holds two', ['create', 'read'], async (bench) => {
    for (const { type, relation } of relations(bench, 'single', (candidate) => candidate.single === true)) {
      const ids = await bench.helpers(bench.type(relation.to[0]!), 2);
      const edges = { [relation.name]: ids.map((id) => ({ to: { type: relation.to[0]!, id } })) };
      const attempt = await bench.attempt(() => bench.fill(type, 1, 1, {}, edges));
      if (!attempt.ok) assert.equal(errorKinds[attempt.error.kind], 'item');
      else assert((await bench.see(type, attempt.value[0]!)).edges![relation.name]!.length <= 1);
    }
  }),

  it('min', 'a relation cannot have fewer edges than its minimum', ['create', 'read'], async (bench) => {
    for (const { type, relation } of relations(bench, 'with a minimum', (candidate) => (candidate.min ?? 0) > 0)) {
      const sample = await bench.sample(type, 1);
      const error = await bench.refusal(
        () => bench.put(type, [{ ...sample, edges: { ...sample.edges, [relation.name]: [] } }]),
        `too few edges of "${relation.name}"`,
      );
      assert.equal(errorKinds[error.kind], 'item');
      assert.equal((await bench.look(type)).size, 0);
    }
  }),

  it('keeps', 'the edge facts it declares come back, also when they change', ['create', 'read'], async (bench) => {
    for (const { type, relation } of relations(bench, 'to keep facts', (candidate) => (candidate.keeps ?? []).length > 0)) {
      const far = relation.to[0]!;
      const [id] = await bench.helpers(bench.type(far), 1);
      const edge = (n: number) => ({
        to: { type: far, id: id! },
        primary: true,
        order: n,
        title: `title ${n}`,
        from: `2024-01-0${n}`,
        until: `2031-01-0${n}`,
      });
      const [owner] = await bench.fill(type, 1, 1, {}, { [relation.name]: [edge(1)] });
      const keeps = async (n: number) =>
        assert.deepEqual(differences(type, { attributes: {}, edges: { [relation.name]: [edge(n)] } }, await bench.see(type, owner!)), []);
      await keeps(1);
      if (relation.containing && bench.can(type, 'update')) await bench.update(type, owner!, {}, { [relation.name]: [edge(2)] });
      else if (!relation.containing && bench.connection.changeMembers)
        await bench.changeMembers({ type: type.id, id: owner! }, relation.name, [edge(2)]);
      else continue;
      await keeps(2);
    }
  }),

  it(
    'keeps-first',
    'who is the first of several comes back, also when two change places',
    ['create', 'read', 'changeMembers'],
    async (bench) => {
      for (const { type, relation } of relations(bench, 'to keep who is the first', (candidate) => candidate.keepsFirst === true)) {
        const far = relation.to[0]!;
        const [one, other] = (await bench.helpers(bench.type(far), 2)) as [string, string];
        const edges = (first: string) => [one, other].map((id) => ({ to: { type: far, id }, ...(id === first ? { primary: true } : {}) }));
        const [owner] = await bench.fill(type, 1, 1, {}, { [relation.name]: edges(one) });
        const firstIs = async (id: string): Promise<void> => {
          const seen = (await bench.see(type, owner!)).edges![relation.name]!;
          assert.deepEqual([seen.length, seen.filter((edge) => edge.primary).map((edge) => edge.to.id)], [2, [id]]);
        };
        await firstIs(one);
        await bench.changeMembers({ type: type.id, id: owner! }, relation.name, edges(other));
        await firstIs(other);
      }
    },
  ),

  it('not-itself', 'nobody points to themselves where that is not allowed', ['create', 'update', 'read'], async (bench) => {
    const found = creatable(bench).flatMap((type) => type.attributes.filter((spec) => spec.notItself).map((spec) => ({ type, spec })));
    if (found.length === 0) throw new NotOffered('no attribute is declared as never itself');
    for (const { type, spec } of found) {
      const [id] = await bench.fill(type, 1);
      const error = await bench.refusal(() => bench.update(type, id!, { [spec.name]: id! }), `${type.id}.${spec.name} to itself`);
      assert.equal(errorKinds[error.kind], 'item');
      assert.notEqual((await bench.see(type, id!)).attributes[spec.name], id);
    }
  }),

  it('remove-means', 'what was removed is recoverable, gone or disabled, as it says', ['create', 'remove', 'read'], async (bench) => {
    const type = creatable(bench).find((candidate) => candidate === bench.main && bench.can(candidate, 'remove'));
    if (!type) throw new NotOffered('accounts are not removed');
    const desired = await bench.sample(type, 1);
    const [id] = await bench.put(type, [desired]);
    await bench.erase(type, id!);
    await bench.assertGone(type, id!);
    const { removeMeans } = bench.manifest.facts;
    if (removeMeans === 'disables') return void assert.equal((await bench.see(type, id!)).enabled, false);
    if (removeMeans === 'irreversible') return void assert.equal(bench.connection.restore, undefined);
    if (!bench.connection.restore) throw new NotOffered('a removed object is recoverable, but not by restore');
    const restored = await bench.connection.restore(type.id, id!, bench.writing());
    await bench.settle();
    assert.deepEqual(differences(type, { attributes: desired.attributes, edges: {} }, await bench.see(type, restored.id)), []);
    if (bench.manifest.facts.stableIds) assert.equal(restored.id, id, 'with its id');
  }),
];
