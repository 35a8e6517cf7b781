// Cases on safety: no secret is ever said, and work stops when it is told to.
import assert from 'node:assert/strict';
import type { Bench } from './bench.ts';
import { inGroup, type Need, NotOffered } from './case.ts';

const it = inGroup('safety');

/** A second in ticks: on a machine that gives this process no time, the second gets longer with everything else. */
const SECOND = { ticks: 20, tickMs: 50 };

async function second(): Promise<'late'> {
  for (let tick = 0; tick < SECOND.ticks; tick += 1) await new Promise((resolve) => setTimeout(resolve, SECOND.tickMs));
  return 'late';
}

/** Proves that the call ends within a second, and that it ends because of the abort. */
async function endsInTime(call: (signal: AbortSignal) => Promise<unknown>, abortAfterMs: number): Promise<void> {
  const stop = new AbortController();
  const abort = (): void => stop.abort(new DOMException('the case aborts', 'AbortError'));
  const aborted = new Promise((resolve) => stop.signal.addEventListener('abort', resolve, { once: true }));
  const timer = abortAfterMs === 0 ? (abort(), undefined) : setTimeout(abort, abortAfterMs);
  const ended = call(stop.signal).then(
    () => 'done',
    () => 'failed',
  );
  const late = aborted.then(second);
  assert.notEqual(await Promise.race([ended, late]), 'late', 'it ends within a second');
  clearTimeout(timer);
}

async function readThrough(bench: Bench, signal: AbortSignal): Promise<void> {
  for await (const event of bench.connection.read!(bench.main.id, bench.reading(bench.main, { signal }))) {
    assert(!signal.aborted || event.kind !== 'end' || !event.complete, 'an aborted read is not complete');
  }
}

const slow: Need = 'fault:delay';

export const safetyCases = [
  it('secrets', 'no secret shows in an error, a log line or a finding, whatever goes wrong', ['read'], async (bench) => {
    const direction = { direction: 'up', signal: new AbortController().signal } as const;
    if (bench.far.wrongConfig) {
      const wrong = await bench.openWith(bench.far.wrongConfig, new Map());
      await wrong.check(direction);
      await bench.attempt(() => bench.read(bench.main, {}, wrong));
    }
    for (const fault of ['garbage', 'server-error', 'cut-connection', 'refuse-connection', 'expire-token', 'busy'] as const) {
      if (bench.lacking(`fault:${fault}`)) continue;
      bench.far.fault!({ fault, on: 'any', times: 3 });
      await bench.attempt(() => bench.read(bench.main));
      await bench.connection.check(direction);
      // What is left of the dial is used up here.
      bench.far.heal?.();
      for (let left = 0; left < 5; left += 1) await bench.attempt(() => bench.read(bench.main));
    }
    if (!bench.can(bench.main, 'create')) return;
    const sample = await bench.sample(bench.main, 1);
    await bench.attempt(() => bench.put(bench.main, [sample]));
    await bench.attempt(() => bench.put(bench.main, [sample]));
    await bench.attempt(() => bench.put(bench.main, [{ ...sample, attributes: {} }]));
    // What leaked is found after every case, from all that was said.
  }),

  it('aborted-before', 'a call that was cancelled before it began does nothing', ['read', 'put'], async (bench) => {
    await bench.fill(bench.main, 1);
    await endsInTime((signal) => readThrough(bench, signal), 0);
    if (bench.connection.get)
      await endsInTime((signal) => bench.connection.get!(bench.main.id, ['x'], bench.asking(bench.main, signal)), 0);
    if (!bench.can(bench.main, 'create')) return;
    const desired = await bench.sample(bench.main, 2);
    await endsInTime((signal) => bench.connection.create!(bench.main.id, desired, bench.writing({ signal })), 0);
    assert.equal((await bench.look(bench.main)).size, 1, 'a cancelled create creates nothing');
  }),

  it('cancel-read', 'a read that waits for an answer ends within a second when cancelled', ['read', 'put', slow], async (bench) => {
    await bench.fill(bench.main, 3 * bench.pageSize);
    bench.clock.hold();
    bench.far.fault!({ fault: 'delay', on: 'read', at: 1, afterMs: 60_000 });
    await endsInTime((signal) => readThrough(bench, signal), 50);
    bench.clock.release();
    assert.equal(
      (await bench.patiently(() => bench.look(bench.main))).size,
      3 * bench.pageSize,
      'and the connection can be used afterwards',
    );
  }),

  it('cancel-write', 'a write that waits for an answer ends within a second when cancelled', ['create', 'read', slow], async (bench) => {
    const desired = await bench.sample(bench.main, 1);
    bench.clock.hold();
    bench.far.fault!({ fault: 'delay', on: 'write', afterMs: 60_000 });
    await endsInTime((signal) => bench.connection.create!(bench.main.id, desired, bench.writing({ signal })), 50);
    bench.clock.release();
    assert((await bench.patiently(() => bench.look(bench.main))).size <= 1);
  }),

  it('too-late', 'a write that `beforeWrite` refuses does not leave', ['create', 'read'], async (bench) => {
    const { connection, manifest } = bench;
    if (connection.authority) throw new NotOffered('its effects are rows of our own store');
    if (manifest.facts.serialWrites) throw new NotOffered('one worker at a time writes there');
    const [id] = await bench.fill(bench.main, 1);
    const late = new Error('the lease has lapsed');
    const refuse = (): never => {
      throw late;
    };
    const own = await bench.openWith(bench.far.config, undefined, { beforeWrite: refuse });
    const stranger = await bench.sample(bench.main, 2);
    const calls = [
      () => own.create!(bench.main.id, stranger, bench.writing()),
      ...(bench.can(bench.main, 'disable') ? [() => own.disable!(bench.main.id, id!, bench.writing())] : []),
      ...(bench.can(bench.main, 'remove') ? [() => own.remove!(bench.main.id, id!, bench.writing())] : []),
    ];
    for (const call of calls) {
      assert.equal(await call().catch((error: unknown) => error), late, 'what was thrown is passed on as it is');
    }
    await bench.settle();
    assert.deepEqual([...(await bench.look(bench.main)).keys()], [id], 'nothing was made, nothing removed');
  }),

  it('close', 'closing twice is fine, and closes no other connection', ['read'], async (bench) => {
    const other = await bench.openWith(bench.far.config);
    await bench.read(bench.main, {}, other);
    await other.close();
    await other.close();
    assert.equal((await bench.look(bench.main)).size, 0);
  }),
];
