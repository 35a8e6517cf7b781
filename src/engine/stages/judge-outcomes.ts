// What the outcomes of calls say about the whole connection: the breaker trips, a pause is kept, a fault of ours stops the run.
import { type ConnectorError, errorKinds, isConnectorError } from '../../connector-kit/errors.ts';
import { getConnection } from '../../store/jobs.ts';
import type { RunContext } from '../context.ts';
import { closeBreaker } from '../notify/note.ts';
import { awayReason, BREAKER, HaltRun, isTransport, noteFailures } from '../fault.ts';
import { isRateLimited } from './calls.ts';
import type { Outcome } from './outcomes.ts';

/** A pause that the target asks for is waited for on the spot up to this long; a longer one puts the run aside. */
const PAUSE_MS = 30_000;
const SOME_PAUSE_MS = 5_000;

/** Throws where the run cannot go on; returns when it may. */
export async function judgeOutcomes(context: RunContext, outcomes: readonly Outcome[]): Promise<void> {
  await tripBreaker(context, outcomes);
  await pauseAsAsked(context, outcomes);
}

/** One breaker per connection: when the far side is away, no item is to blame; everything waits for a probe. */
async function tripBreaker(context: RunContext, outcomes: readonly Outcome[]): Promise<void> {
  // Writes that went out in one call failed as one.
  const failures = [
    ...new Set(outcomes.flatMap(({ ok, notSent, error }) => (!ok && notSent !== true && isTransport(error) ? [error] : []))),
  ];
  const bug = outcomes.find((outcome) => outcome.bug !== undefined);
  if (bug) throw bug.bug;
  const stop = outcomes.find((outcome) => !outcome.ok && isConnectorError(outcome.error) && errorKinds[outcome.error.kind] === 'run');
  if (stop) throw stop.error;
  const reached = outcomes.some((outcome) => !outcome.notSent && (outcome.ok || !isTransport(outcome.error)));
  if (failures.length === 0 || (reached && failures.length < BREAKER)) {
    const row = await getConnection(context.database, context.outside.id);
    if (reached && row && row.breaker_failures > 0)
      await context.database.write((transaction) => closeBreaker(transaction, context.outside.id, context.engine.clock.now()));
    return;
  }
  const reason = failures[0]!.label;
  if (await noteFailures(context.database, context.outside.id, failures.length, !reached, reason, context.engine.clock.now()))
    throw new HaltRun(awayReason(reason));
}

/** A target that asks for a pause gets it: nothing counts against anybody. */
async function pauseAsAsked(context: RunContext, outcomes: readonly Outcome[]): Promise<void> {
  const asked = outcomes.flatMap((outcome) =>
    isRateLimited(outcome) ? [(outcome.error as ConnectorError).facts.afterMs ?? SOME_PAUSE_MS] : [],
  );
  if (asked.length === 0) return;
  const pause = Math.max(...asked);
  if (pause <= PAUSE_MS) return context.engine.clock.sleep(pause, context.signal);
  const at = context.engine.clock.now() + pause;
  throw new HaltRun(
    {
      en: `The target asks for a pause until ${new Date(at).toISOString()}. The run goes on by itself then.`,
      zh: `目标系统要求暂停至 ${new Date(at).toISOString()}，届时将自动继续执行。`,
    },
    at,
  );
}
