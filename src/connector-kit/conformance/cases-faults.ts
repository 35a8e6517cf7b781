// Cases on a far side that fails: a fault is survived, or reported as something that may be tried again; never swallowed.
import assert from 'node:assert/strict';
import type { FaultDial } from '../contract.ts';
import { errorKinds, isConnectorError, type ConnectorError } from '../errors.ts';
import type { Bench } from './bench.ts';
import { inGroup, NotOffered, type Need } from './case.ts';
import { changeable, differences, sampleValue } from './samples.ts';

const it = inGroup('faults');
const reading = (fault: FaultDial['fault']): readonly Need[] => ['read', 'put', `fault:${fault}`];
const writing = (fault: FaultDial['fault']): readonly Need[] => ['create', 'read', `fault:${fault}`];

/** Three pages, a dial, a read: complete with everything, or an error after which the same read succeeds. */
async function readSurvives(bench: Bench, dial: FaultDial): Promise<void> {
  const ids = await bench.fill(bench.main, 3 * bench.pageSize);
  bench.far.fault!(dial);
  const attempt = await bench.attempt(() => bench.read(bench.main));
  if (!attempt.ok) {
    const { kind } = attempt.error;
    assert(errorKinds[kind] === 'retry' || kind === 'bad-response', `the error says that trying again may help, not "${kind}"`);
  }
  bench.far.heal?.();
  const result = attempt.ok ? attempt.value : await bench.patiently(() => bench.read(bench.main));
  if (!result.end.complete) return;
  for (const id of ids) assert(result.objects.has(id), `a complete read has ${id}`);
}

/** A dial, a create: done, or an error; a create that says it was not done was not, and can be repeated. */
async function createSurvives(bench: Bench, dial: FaultDial): Promise<void> {
  const desired = await bench.sample(bench.main, 1);
  bench.far.fault!(dial);
  const create = () => bench.connection.create!(bench.main.id, desired, bench.writing());
  const attempt = await bench.attempt(create);
  if (!attempt.ok) {
    assertWorthAnother(attempt.error);
    if (errorKinds[attempt.error.kind] === 'retry')
      assert.equal((await lookPatiently(bench)).size, 0, `"${attempt.error.kind}" of a write means that it was not done`);
    // As the engine does: look, and write again only what is not there.
    for (let left = 10; (await lookPatiently(bench)).size === 0; left -= 1) {
      assert(left > 0, 'in the end it is there');
      const again = await bench.attempt(create);
      if (!again.ok) {
        assertWorthAnother(again.error);
        await bench.clock.sleep(again.error.facts.afterMs ?? 1000);
      }
    }
  }
  await bench.settle();
  assert.equal((await lookPatiently(bench)).size, 1, 'in the end there is exactly one');
}

function assertWorthAnother({ kind }: ConnectorError): void {
  const effect = errorKinds[kind];
  // Nobody else was there: the connector has met what it made itself.
  const sentTwice =
    'the object is there, made by this very call: a failure that does not say whether the write was done was taken for "not done", and it was sent ' +
    "again. A 5xx, a time-out or a proxy's page after a write is unknown-outcome";
  assert.notEqual(kind, 'already-exists', sentTwice);
  assert(effect === 'retry' || effect === 'read-back' || kind === 'bad-response', `trying again may help, not "${kind}"`);
}

const lookPatiently = (bench: Bench) => bench.patiently(() => bench.look(bench.main));

export const faultCases = [
  it('busy-after', 'asked to slow down for a while, it waits or says how long', reading('busy'), async (bench) => {
    const ids = await bench.fill(bench.main, 2);
    const before = bench.clock.now();
    bench.far.fault!({ fault: 'busy', on: 'read', afterMs: 30_000 });
    const attempt = await bench.attempt(() => bench.read(bench.main));
    if (attempt.ok) assert(bench.clock.now() - before >= 29_000, 'it waited as long as it was told');
    else {
      assert.equal(attempt.error.kind, 'rate-limited');
      assert((attempt.error.facts.afterMs ?? 0) >= 29_000, 'the error says how long to wait');
    }
    assert.equal((await lookPatiently(bench)).size, ids.length);
  }),
  it('busy', 'asked to slow down without a time, it comes back later', reading('busy'), (bench) =>
    readSurvives(bench, { fault: 'busy', on: 'read', at: 1 }),
  ),
  it('busy-write', 'a write that was put off is not lost and not doubled', writing('busy'), (bench) =>
    createSurvives(bench, { fault: 'busy', on: 'write', afterMs: 2000 }),
  ),
  it('server-error', 'two server errors and then an answer: nothing is lost', reading('server-error'), (bench) =>
    readSurvives(bench, { fault: 'server-error', on: 'read', at: 1, times: 2 }),
  ),
  it('server-error-write', 'a write into a server error is done once in the end', writing('server-error'), (bench) =>
    createSurvives(bench, { fault: 'server-error', on: 'write', times: 2 }),
  ),
  it('lasting', 'a page that cannot be read makes the read fail, never shorter', reading('server-error'), async (bench) => {
    const ids = await bench.fill(bench.main, 3 * bench.pageSize);
    bench.far.fault!({ fault: 'server-error', on: 'read', at: 1, times: 200 });
    const attempt = await bench.attempt(() => bench.read(bench.main));
    if (!attempt.ok || !attempt.value.end.complete) return;
    assert.deepEqual(
      [...attempt.value.objects.keys()].filter((id) => ids.includes(id)).length,
      ids.length,
      'a read called complete has everything',
    );
  }),
  it('token', 'a token that expires while pages are read is renewed', reading('expire-token'), (bench) =>
    readSurvives(bench, { fault: 'expire-token', on: 'read', at: 1 }),
  ),
  it('token-write', 'a token that expires before a write is renewed', writing('expire-token'), (bench) =>
    createSurvives(bench, { fault: 'expire-token', on: 'write' }),
  ),
  it('garbage', 'an answer that is not one of the system is an error, never an empty page', reading('garbage'), (bench) =>
    readSurvives(bench, { fault: 'garbage', on: 'read', at: 1 }),
  ),
  it('garbage-write', 'garbage as the answer to a write is not taken for success', writing('garbage'), (bench) =>
    createSurvives(bench, { fault: 'garbage', on: 'write' }),
  ),
  it('cut', 'a connection cut between pages is survived or reported', reading('cut-connection'), (bench) =>
    readSurvives(bench, { fault: 'cut-connection', on: 'read', at: 1 }),
  ),
  it('cut-write', 'a connection cut before a write is survived or reported', writing('cut-connection'), (bench) =>
    createSurvives(bench, { fault: 'cut-connection', on: 'write' }),
  ),
  it('lost-read', 'a lost answer of a read is read again or reported', reading('lose-answer'), (bench) =>
    readSurvives(bench, { fault: 'lose-answer', on: 'read', at: 1 }),
  ),

  it(
    'lost-create',
    'an answer lost after creating: nobody claims it was not done, and it is found again',
    writing('lose-answer'),
    async (bench) => {
      const type = bench.main;
      const desired = await bench.sample(type, 1);
      bench.far.fault!({ fault: 'lose-answer', on: 'write' });
      const attempt = await bench.attempt(() => bench.connection.create!(type.id, desired, bench.writing()));
      if (!attempt.ok)
        assert(
          errorKinds[attempt.error.kind] === 'read-back' || attempt.error.kind === 'bad-response',
          `it is unknown-outcome, not "${attempt.error.kind}"`,
        );
      await bench.settle();
      const seen = await lookPatiently(bench);
      assert.equal(seen.size, 1, 'the object was made');
      const [id, object] = [...seen][0]!;
      assert.deepEqual(differences(type, desired, object), [], 'and reading back shows it');
      const carries = bench.manifest.facts.carriesDirectoryId;
      if (carries) assert.equal(object.attributes[carries], desired.directoryId, 'it carries our id, so it is known as ours');
      if (!type.attributes.some((spec) => spec.unique && spec.writable !== 'never')) return;
      const error = await bench.refusal(() => bench.connection.create!(type.id, desired, bench.writing()), 'creating it again');
      assert.equal(error.kind, 'already-exists');
      assert.equal(error.facts.id, id);
    },
  ),

  it('spoiled-create', 'a failure in place of the answer after creating: nobody claims it was not done', writing('spoil-answer'), (bench) =>
    createSurvives(bench, { fault: 'spoil-answer', on: 'write' }),
  ),

  it(
    'half-created',
    'an account that was made and could not be disabled, or given its first password, is not reported as not made',
    [...writing('refuse-write'), 'disable'],
    async (bench) => {
      const type = bench.main;
      if (!bench.can(type, 'disable')) throw new NotOffered('accounts are not disabled');
      const desired = { ...(await bench.sample(type, 1)), enabled: false };
      // The second write, where creating takes one: what was made stands by then, also where taking it back is the third.
      bench.far.fault!({ fault: 'refuse-write', on: 'write', at: 1, times: 2 });
      const attempt = await bench.attempt(() => bench.connection.create!(type.id, desired, bench.writing()));
      const [made] = (await bench.look(type)).values();
      if (attempt.ok) assert.equal(made?.enabled, false, 'an account that shall not be used is not usable when create returns');
      else if (made)
        assert.equal(
          errorKinds[attempt.error.kind],
          'read-back',
          `the ${type.id} is there, and "${attempt.error.kind}" says that it was not made: what follows the creation goes through onceMade (errors.ts)`,
        );
    },
  ),

  it(
    'lost-update',
    'an answer lost after an update: sending it again changes nothing more',
    [...writing('lose-answer'), 'update'],
    async (bench) => {
      const type = bench.main;
      const [id] = await bench.fill(type, 1);
      const [spec] = changeable(type, bench.samples).filter((candidate) => !candidate.unique);
      if (!spec) throw new NotOffered('no attribute can be changed');
      const attributes = { [spec.name]: sampleValue(type, spec, 8, bench.samples) };
      const { changed, whole } = await bench.updateParts(type, id!, attributes);
      const update = () => bench.connection.update!(type.id, id!, changed, whole, bench.writing());
      bench.far.fault!({ fault: 'lose-answer', on: 'write' });
      const attempt = await bench.attempt(update);
      if (!attempt.ok) assert(errorKinds[attempt.error.kind] !== 'run', `a lost answer does not stop the run: ${attempt.error.kind}`);
      const again = await bench.patiently(update);
      await bench.settle();
      assert.deepEqual(differences(type, { attributes, edges: {} }, await bench.see(type, again.id)), []);
    },
  ),

  it('lost-remove', 'an answer lost after a removal: removing again is fine', [...writing('lose-answer'), 'remove'], async (bench) => {
    const type = bench.main;
    if (!bench.can(type, 'remove')) throw new NotOffered('accounts are not removed');
    const [id] = await bench.fill(type, 1);
    bench.far.fault!({ fault: 'lose-answer', on: 'write' });
    await bench.attempt(() => bench.connection.remove!(type.id, id!, bench.writing()));
    await bench.patiently(() => bench.connection.remove!(type.id, id!, bench.writing()));
    await bench.settle();
    await bench.assertGone(type, id!);
  }),

  it(
    'lost-batch',
    'an answer lost after a batch: nobody claims that any of it was not done, and all of it is found again',
    [...writing('lose-answer'), 'batch'],
    async (bench) => {
      const type = bench.main;
      const samples = await Promise.all([1, 2, 3].map((n) => bench.sample(type, n)));
      bench.far.fault!({ fault: 'lose-answer', on: 'write' });
      const attempt = await bench.attempt(() =>
        bench.connection.batch!(
          samples.map((desired) => ({ kind: 'create', type: type.id, desired }) as const),
          bench.writing(),
        ),
      );
      await bench.settle();
      const seen = [...(await lookPatiently(bench)).values()];
      for (const [at, desired] of samples.entries()) {
        const isThere = seen.some((object) => differences(type, desired, object).length === 0);
        const result = attempt.ok ? attempt.value[at]! : ({ ok: false, error: attempt.error } as const);
        if (result.ok) assert(isThere, 'what is called done is there');
        else if (isThere && isConnectorError(result.error))
          assert(errorKinds[result.error.kind] === 'read-back', `of what was done it is unknown-outcome, not "${result.error.kind}"`);
      }
    },
  ),

  it('refused-write', 'an object that may not be touched is an error about this object', writing('refuse-write'), async (bench) => {
    const desired = await bench.sample(bench.main, 1);
    bench.far.fault!({ fault: 'refuse-write', on: 'write' });
    const error = await bench.refusal(
      () => bench.connection.create!(bench.main.id, desired, bench.writing()),
      'a write the far side refuses',
    );
    assert(errorKinds[error.kind] === 'item', `it is about this object (forbidden), not "${error.kind}"`);
    assert.equal((await bench.look(bench.main)).size, 0, 'a refused write changes nothing');
  }),
];
