// Cases on changes since a cursor and on the live stream: a change is reported, again and again, until it is saved.
import assert from 'node:assert/strict';
import type { ObjectKey, ObjectTypeSpec } from '../../core/model.ts';
import type { ChangesRequest } from '../contract.ts';
import { isConnectorError } from '../errors.ts';
import type { Bench } from './bench.ts';
import { inGroup, NotOffered } from './case.ts';
import { assertWellFormed } from './reading.ts';
import { changeable, sampleValue } from './samples.ts';

const it = inGroup('changes');

interface Since {
  /** Keys and objects, left and deleted ones included. */
  readonly touched: ReadonlySet<string>;
  readonly deleted: ReadonlySet<string>;
  readonly cursor: string;
}

async function since(bench: Bench, cursor: string): Promise<Since> {
  const touched = new Set<string>();
  const deleted = new Set<string>();
  let next: string | undefined;
  const asking: ChangesRequest<unknown> = {
    ...bench.asking(bench.main),
    attributes: bench.types.flatMap((type) => bench.asking(type).attributes),
    relations: bench.types.flatMap((type) => bench.asking(type).relations),
    part: bench.part,
    types: bench.types.map((type) => type.id),
  };
  for await (const event of bench.connection.changes!(cursor, asking)) {
    assert.equal(next, undefined, 'nothing comes after the end of changes');
    switch (event.kind) {
      case 'keys':
      case 'left':
        for (const { id } of event.keys) touched.add(id);
        break;
      case 'tombstones':
        for (const { id } of event.keys) {
          touched.add(id);
          deleted.add(id);
        }
        break;
      case 'objects':
        for (const object of event.objects) {
          touched.add(object.id);
          assertWellFormed(bench.type(event.type), object, { ...asking, relations: [] }, { visible: { attributes: 'all', range: '' } });
        }
        break;
      case 'unreadable':
        assert.fail(`${event.where} could not be read: ${event.reason.en}`);
        break;
      case 'end':
        next = event.cursor;
    }
  }
  assert(next !== undefined, 'changes that do not throw end with `end`');
  return { touched, deleted, cursor: next };
}

const start = (bench: Bench): Promise<string> => bench.connection.startCursor!({ part: bench.part, signal: new AbortController().signal });

function changed(bench: Bench, type: ObjectTypeSpec) {
  const [spec] = changeable(type, bench.samples).filter((candidate) => !candidate.unique);
  if (!spec) throw new NotOffered(`no attribute of ${type.id} can be changed`);
  return { [spec.name]: sampleValue(type, spec, 9, bench.samples) };
}

export const changeCases = [
  it('quiet', 'without a change nothing is reported, and the cursor still serves', ['changes', 'startCursor', 'put'], async (bench) => {
    const [id] = await bench.fill(bench.main, 1);
    const first = await since(bench, await start(bench));
    assert(!first.touched.has(id!), 'what was there before the cursor is not reported');
    const second = await since(bench, first.cursor);
    assert.deepEqual([...second.touched], []);
  }),

  it('create', 'what was created is reported', ['changes', 'startCursor', 'put'], async (bench) => {
    const cursor = await start(bench);
    for (const type of bench.types) {
      const ids = await bench.fill(type, type === bench.main ? 2 * bench.pageSize + 1 : 1);
      const { touched } = await since(bench, cursor);
      for (const id of ids) assert(touched.has(id), `the new ${type.id} ${id} is reported`);
    }
  }),

  it(
    'update',
    'what was changed is reported, and only once the cursor has moved on',
    ['changes', 'startCursor', 'put', 'alter'],
    async (bench) => {
      const [id] = await bench.fill(bench.main, 2);
      const cursor = await start(bench);
      const after = await bench.alter(bench.main, id!, changed(bench, bench.main));
      const first = await since(bench, cursor);
      assert(first.touched.has(after), 'the changed object is reported');
      assert(!(await since(bench, first.cursor)).touched.has(after), 'not again after the next cursor');
    },
  ),

  it(
    'delete',
    'what was removed is reported, or a full read is asked for, which finds it',
    ['changes', 'startCursor', 'put', 'erase'],
    async (bench) => {
      const [id, other] = await bench.fill(bench.main, 2);
      const cursor = await start(bench);
      await bench.erase(bench.main, id!);
      const seen = await since(bench, cursor).catch((error: unknown) => {
        if (isConnectorError(error) && error.kind === 'cursor-expired') return null;
        throw error;
      });
      if (!seen) return void (await since(bench, await start(bench)));
      assert(seen.touched.has(id!), 'the removed object is reported');
      assert(!seen.deleted.has(other!), 'no other is reported as deleted');
    },
  ),

  it('members', 'a changed list of members is reported', ['changes', 'startCursor', 'changeMembers', 'group', 'person'], async (bench) => {
    const relation = bench.type('group').relations.find((candidate) => candidate.to.includes('person'));
    if (!relation) throw new NotOffered('groups do not hold people');
    const [first, person] = await bench.fill(bench.type('person'), 2);
    const edges = relation.min ? { [relation.name]: [{ to: { type: 'person', id: first! } }] } : {};
    const [group] = await bench.fill(bench.type('group'), 1, 1, {}, edges);
    const cursor = await start(bench);
    await bench.changeMembers({ type: 'group', id: group! }, relation.name, [{ to: { type: 'person', id: person! } }]);
    assert((await since(bench, cursor)).touched.has(group!), 'the group is reported');
  }),

  it('replayed', 'a cursor used again reports the same again', ['changes', 'startCursor', 'put'], async (bench) => {
    const cursor = await start(bench);
    const ids = await bench.fill(bench.main, bench.pageSize + 1);
    const [first, second] = [await since(bench, cursor), await since(bench, cursor)];
    for (const id of ids) assert(first.touched.has(id) && second.touched.has(id), `${id} is reported both times`);
  }),

  it('expired', 'a cursor that is too old is "cursor-expired"', ['changes', 'startCursor', 'put'], async (bench) => {
    const cursor = await start(bench);
    await bench.fill(bench.main, 1);
    bench.far.expireCursors?.();
    const error = await bench.refusal(
      () => since(bench, bench.far.expireCursors ? cursor : 'this was never a cursor'),
      'a cursor that is too old',
    );
    assert.equal(error.kind, 'cursor-expired');
    await since(bench, await start(bench));
  }),

  it('watch', 'the live stream names what is touched, and ends within a second when aborted', ['watch', 'put'], async (bench) => {
    const stop = new AbortController();
    const seen: ObjectKey[] = [];
    const stream = (async () => {
      for await (const keys of bench.connection.watch!({ part: bench.part, signal: stop.signal }))
        if (keys !== 'everything') seen.push(...keys);
    })().catch((error: unknown) => assert(stop.signal.aborted, `the stream ended by itself: ${String(error)}`));
    await realPause(100);
    const [id] = await bench.fill(bench.main, 1);
    for (let left = 100; left > 0 && !seen.some((key) => key.id === id); left -= 1) await realPause(50);
    stop.abort(new DOMException('the case is over', 'AbortError'));
    const ended = await Promise.race([stream.then(() => true), realPause(1000).then(() => false)]);
    assert(
      seen.some((key) => key.id === id),
      'the new object is named',
    );
    assert(ended, 'the stream ends within a second');
  }),
];

const realPause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));
