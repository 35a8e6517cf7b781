// Apply to an outside target: mark sent, call, store outcomes with links, agreements and mirror.
//
// While one batch is being carried out, the next is made ready and marked; the outcomes of the one are stored in the commit
// that marks the one after. So connections are never idle because of the store, and a batch costs one commit.
import { busyElsewhere, nextBatch, patchChanges, splitPending, type ChangeRow } from '../../store/ledger.ts';
import type { Transaction } from '../../store/database.ts';
import { mirrorRows } from '../../store/mirror.ts';
import { objectsOf } from '../../store/directory.ts';
import { externalIdsOf } from '../../store/links.ts';
import type { RunContext } from '../context.ts';
import { groupBy } from '../shapes.ts';
import { openCalls, type Calls } from './calls.ts';
import { decidedSince } from './decided-since.ts';
import { judgeOutcomes } from './judge-outcomes.ts';
import { makeReady, openEndReason, seenText, type Ready } from './make-ready.ts';
import { storeOutcomes, storingOf, type Outcome } from './outcomes.ts';
import type { Prepared } from './perform.ts';
import { isShared } from './shared-batches.ts';

/** Batches that are marked sent at once: one whose last answers are awaited, and the one that follows it. */
const ABREAST = 2;

/** One batch alone, from marking to judging. */
export async function applyToTarget(context: RunContext, batch: readonly ChangeRow[]): Promise<void> {
  const made = await makeReady(context, oneOfEach(batch));
  const sent = await context.database.write((transaction) => markSent(context, transaction, made));
  if (sent.length === 0) return;
  context.engine.probe?.('apply:sent');
  const outcomes = await openCalls(context).send(sent);
  context.engine.probe?.('apply:called');
  await storeOutcomes(context, outcomes);
  count(context, outcomes);
  await judgeOutcomes(context, outcomes);
}

interface Flight {
  readonly objects: ReadonlySet<string>;
  readonly outcomes: Promise<readonly Outcome[]>;
}

export interface Lane {
  /** Begins the next batch of the step; resolves when the one after it may be asked for. Returns how many changes; 0 when all of it is under way. */
  next(step: { readonly wave: number; readonly depth: number; readonly size: number }): Promise<number>;
  isEmpty(): boolean;
  /** Waits for all that is under way and stores it. */
  land(): Promise<void>;
  /** After a fault: nothing more is begun, and what was answered is stored. */
  abandon(): Promise<void>;
}

/** Batches of a run that this worker carries out alone, one behind the other without a gap. */
export function openLane(context: RunContext): Lane {
  const { database, run, engine } = context;
  const calls: Calls = openCalls(context);
  const flights: Flight[] = [];

  const landed = async (flight: Flight): Promise<readonly Outcome[]> => {
    const outcomes = await flight.outcomes;
    engine.probe?.('apply:called');
    return outcomes;
  };

  const land = async (): Promise<void> => {
    const all: Outcome[] = [];
    for (let flight = flights.shift(); flight; flight = flights.shift()) {
      const outcomes = await landed(flight);
      await storeOutcomes(context, outcomes);
      all.push(...outcomes);
    }
    await settle(all);
  };

  const settle = async (outcomes: readonly Outcome[]): Promise<void> => {
    count(context, outcomes);
    // A target that is away, or wants a pause, gets it before anybody calls again.
    if (calls.isHalted() && flights.length > 0) {
      const rest = flights.splice(0);
      for (const flight of rest) {
        const more = await landed(flight);
        await storeOutcomes(context, more);
        count(context, more);
        outcomes = [...outcomes, ...more];
      }
    }
    await judgeOutcomes(context, outcomes);
    calls.goOn();
  };

  return {
    isEmpty: () => flights.length === 0,
    land,
    async next({ wave, depth, size }) {
      const under = new Set(flights.flatMap((flight) => [...flight.objects]));
      const batch = oneOfEach(await nextBatch(database, run.id, 'planned', wave, depth, size), under);
      if (batch.length === 0) return 0;
      engine.probe?.('apply:before-batch');
      const made = await makeReady(context, batch);
      const oldest = flights.length >= ABREAST ? flights.shift() : undefined;
      const outcomes = oldest ? await landed(oldest) : [];
      const store = await storingOf(context, outcomes);
      const sent = await database.write(async (transaction) => {
        await store(transaction);
        return calls.isHalted() ? [] : markSent(context, transaction, made);
      });
      engine.probe?.('apply:sent');
      if (sent.length > 0) flights.push({ objects: new Set(sent.map(({ change }) => objectOf(change))), outcomes: calls.send(sent) });
      await settle(outcomes);
      engine.probe?.('apply:after-batch');
      return batch.length;
    },
    async abandon() {
      calls.stop();
      for (let flight = flights.shift(); flight; flight = flights.shift()) {
        const outcomes = await flight.outcomes;
        await storeOutcomes(context, outcomes);
        count(context, outcomes);
      }
    },
  };
}

function count(context: RunContext, outcomes: readonly Outcome[]): void {
  const ok = outcomes.filter((outcome) => outcome.ok).length;
  context.counts.applied = (context.counts.applied ?? 0) + ok;
  context.counts.failed = (context.counts.failed ?? 0) + outcomes.length - ok;
}

const objectOf = (change: ChangeRow): string => change.directory_id ?? `${change.type}\0${change.source_key}`;

/** Two changes of one object (enable and update) never overlap: the later one stays planned. */
export function oneOfEach(changes: readonly ChangeRow[], under: ReadonlySet<string> = new Set()): readonly ChangeRow[] {
  const seen = new Set(under);
  return changes.filter((change) => !seen.has(objectOf(change)) && seen.add(objectOf(change)));
}

/** Durable before any call leaves. Returns what may be called now. */
async function markSent(context: RunContext, transaction: Transaction, { ready, patches, splits }: Ready): Promise<readonly Prepared[]> {
  await patchChanges(transaction, patches);
  const at = context.engine.clock.now();
  // Asked here, since answers of the batch before may have been waited for since this one was made ready.
  const decided = await decidedSince(
    context,
    transaction,
    ready.map(({ change }) => change),
  );
  await patchChanges(
    transaction,
    [...decided].map(([id, reason]) => ({ id, state: 'superseded', at, verdict: JSON.stringify({ reason }) })),
  );
  const open = ready.filter(({ change }) => !decided.has(change.id));
  for (const split of splits)
    if (!decided.has(split.change.id)) await splitPending(transaction, split.change, split, { reason: openEndReason }, context.run.now);
  const busy = await busyElsewhere(
    transaction,
    context.outside.id,
    context.run.id,
    open.map(({ change }) => change.directory_id!),
  );
  const still = await unmoved(context, transaction, open);
  await patchChanges(
    transaction,
    still.map(({ change }) =>
      busy.has(change.directory_id!)
        ? { id: change.id, state: 'pending', at, verdict: JSON.stringify({ reason: busyReason }) }
        : { id: change.id, state: 'sent', epoch: context.epoch, at },
    ),
  );
  return still.filter(({ change }) => !busy.has(change.directory_id!));
}

const busyReason = {
  en: 'Another run is writing this object just now; it is planned anew.',
  zh: '另一次执行正在写入该对象，将重新计划。',
};

/** Another worker may have written the same objects since they were prepared: those stay planned, and are prepared again. */
async function unmoved(context: RunContext, transaction: Transaction, ready: readonly Prepared[]): Promise<readonly Prepared[]> {
  if (!isShared(context)) return ready;
  const { outside } = context;
  const kept: Prepared[] = [];
  for (const [type, own] of groupBy(ready, ({ change }) => change.type)) {
    const keys = own.map(({ change }) => change.source_key);
    const revisions = new Map((await objectsOf(transaction, keys)).map((object) => [object.id, object.revision]));
    const links = await externalIdsOf(transaction, outside.id, type, keys);
    const ids = own.flatMap(({ change }) => change.target_key ?? []);
    const mirror = new Map((await mirrorRows(transaction, outside.id, type, ids)).map((row) => [row.external_id, row.revision]));
    kept.push(
      ...own.filter(
        ({ change, seen }) =>
          seen === seenText(revisions.get(change.source_key), links.get(change.source_key), mirror.get(change.target_key ?? '')),
      ),
    );
  }
  return kept;
}
