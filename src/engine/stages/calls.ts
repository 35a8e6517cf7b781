// Calls of one run to its target: as many at once as it allows. A connection that is free takes the next change at once.
import type { Removed, WriteRequest, Written } from '../../connector-kit/contract.ts';
import { ConnectorError, errorKinds, isConnectorError } from '../../connector-kit/errors.ts';
import type { RunContext, TypePlan } from '../context.ts';
import { BREAKER, isTransport } from '../fault.ts';
import { LostLease } from '../fence.ts';
import { untilAnswered } from '../last-call.ts';
import type { Outcome } from './outcomes.ts';
import { perform, type Prepared } from './perform.ts';
import { objectWithoutVeiled, withoutVeiled } from './veil.ts';

export interface Calls {
  /** Sends these after all that were handed over before; resolves with an outcome for each, in order. Never rejects. */
  send(ready: readonly Prepared[]): Promise<readonly Outcome[]>;
  /** The target is away or asks for a pause: what has not begun is not begun, until `goOn`. */
  isHalted(): boolean;
  goOn(): void;
  /** What has not begun is never begun. */
  stop(): void;
}

export function openCalls(context: RunContext): Calls {
  const { facts, limits } = context.target;
  const width = facts.serialWrites ? 1 : Math.max(1, limits.inFlight);
  const waiting: { readonly prepared: Prepared; readonly done: (outcome: Outcome) => void }[] = [];
  let under = 0;
  let away = 0;
  let limited = false;
  let stopped = false;
  const isHalted = (): boolean => away >= BREAKER || limited;

  const work = async (): Promise<void> => {
    under += 1;
    for (let next = waiting.shift(); next; next = waiting.shift()) {
      const { prepared, done } = next;
      if (stopped || isHalted() || !context.mayWrite()) {
        done({ prepared, ok: false, notSent: true, error: null });
        continue;
      }
      const outcome = await callOne(context, prepared);
      away = !outcome.ok && isTransport(outcome.error) ? away + 1 : 0;
      limited ||= isRateLimited(outcome);
      done(outcome);
    }
    under -= 1;
  };

  return {
    isHalted,
    send(ready) {
      const outcomes = ready.map((prepared) => new Promise<Outcome>((done) => void waiting.push({ prepared, done })));
      while (under < width && waiting.length > 0) void work();
      return Promise.all(outcomes);
    },
    goOn() {
      away = 0;
      limited = false;
    },
    stop() {
      stopped = true;
    },
  };
}

export const isRateLimited = (outcome: Outcome): boolean => isConnectorError(outcome.error) && outcome.error.kind === 'rate-limited';

/** What the target says of sensitive values is not kept. */
const told = (plan: TypePlan, written: Written, removed: Removed | undefined): Pick<Outcome, 'written' | 'removed'> => ({
  written: { ...written, ...(written.echo ? { echo: withoutVeiled(plan, written.echo) } : {}) },
  ...(removed ? { removed: { snapshot: removed.snapshot && objectWithoutVeiled(plan, removed.snapshot) } } : {}),
});

async function callOne(context: RunContext, prepared: Prepared): Promise<Outcome> {
  const { change } = prepared;
  const request: WriteRequest<unknown> = {
    part: context.settings.part,
    signal: untilAnswered(context.signal),
    now: context.run.now,
    ...(prepared.plan.veiled.size > 0 ? { sensitive: [...prepared.plan.veiled] } : {}),
    runId: String(context.run.id),
    idempotencyKey: `${context.job.id}-${change.id}`,
  };
  const progress = { calls: 0 };
  try {
    const { written, removed } = await perform(context.target.connection, context, prepared, request, progress);
    return { prepared, ok: true, ...told(prepared.plan, written, removed) };
  } catch (error) {
    if (isConnectorError(error)) {
      // Of several calls some were made: what is done is looked up before the rest is sent.
      const half = progress.calls > 0 && errorKinds[error.kind] === 'retry';
      return {
        prepared,
        ok: false,
        error: half ? new ConnectorError('unknown-outcome', error.label, { ...error.facts, cause: error }) : error,
      };
    }
    if (context.signal.aborted)
      return {
        prepared,
        ok: false,
        error: new ConnectorError('unknown-outcome', { en: 'Cancelled while the write was under way.', zh: '写入过程中被取消。' }),
      };
    // Its turn came too late: somebody else may be about to do the same, and looks first.
    if (error instanceof LostLease)
      return {
        prepared,
        ok: false,
        error: new ConnectorError('unknown-outcome', {
          en: 'The lease lapsed while the write waited for its turn.',
          zh: '写入排队期间租约已失效。',
        }),
      };
    // Anything that is not a ConnectorError is a bug and stops the run; the row becomes unknown and is read back.
    return {
      prepared,
      ok: false,
      error: new ConnectorError(
        'unknown-outcome',
        { en: `Unexpected fault: ${(error as Error).message}`, zh: `意外故障:${(error as Error).message}` },
        { cause: error },
      ),
      bug: error,
    };
  }
}
