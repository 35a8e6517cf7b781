// Calls of one run to its target: as many at once as it allows. A connection that is free takes the next change at once, or,
// where the target takes many writes in one call, the next changes that are one write each.
import type { Removed, Write, WriteRequest, Written } from '../../connector-kit/contract.ts';
import { ConnectorError, errorKinds, isConnectorError } from '../../connector-kit/errors.ts';
import type { RunContext, TypePlan } from '../context.ts';
import { BREAKER, isTransport } from '../fault.ts';
import { LostLease } from '../fence.ts';
import { untilAnswered } from '../last-call.ts';
import type { Outcome } from './outcomes.ts';
import { perform, writeOf, type Prepared } from './perform.ts';
import { lacking } from './refused-members.ts';
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

interface Waiting {
  readonly prepared: Prepared;
  /** null: it has a call of its own. */
  readonly write: Write | null;
  readonly done: (outcome: Outcome) => void;
}
type Together = Waiting & { readonly write: Write };

/** Fewer writes than this are not spread over several connections: a call saved is worth more than the time. */
const TOGETHER = 25;

export function openCalls(context: RunContext): Calls {
  const { facts, limits, connection } = context.target;
  const width = facts.serialWrites ? 1 : Math.max(1, limits.inFlight);
  const most = connection.batch ? (limits.writesPerCall ?? 1) : 1;
  const waiting: Waiting[] = [];
  let under = 0;
  let away = 0;
  let limited = false;
  let stopped = false;
  const isHalted = (): boolean => away >= BREAKER || limited;

  /** The next change, with those behind it that go into the same call. */
  const take = (): readonly Waiting[] => {
    const first = waiting.shift();
    if (!first) return [];
    const taken = [first];
    const size = Math.min(most, Math.max(TOGETHER, Math.ceil((waiting.length + 1) / width)));
    const fits = (next: Waiting | undefined): boolean => next !== undefined && next.write !== null && next.write.type === first.write?.type;
    while (taken.length < size && fits(waiting[0])) taken.push(waiting.shift()!);
    return taken;
  };

  const work = async (): Promise<void> => {
    under += 1;
    for (let taken = take(); taken.length > 0; taken = take()) {
      if (stopped || isHalted() || !context.mayWrite()) {
        for (const { prepared, done } of taken) done({ prepared, ok: false, notSent: true, error: null });
        continue;
      }
      const outcomes = isTogether(taken) ? await callMany(context, taken) : [await callOne(context, taken[0]!.prepared)];
      away = outcomes.every((outcome) => !outcome.ok && isTransport(outcome.error)) ? away + 1 : 0;
      limited ||= outcomes.some(isRateLimited);
      outcomes.forEach((outcome, at) => taken[at]!.done(outcome));
    }
    under -= 1;
  };

  return {
    isHalted,
    send(ready) {
      const outcomes = ready.map(
        (prepared) =>
          new Promise<Outcome>((done) => void waiting.push({ prepared, write: most === 1 ? null : oneWrite(context, prepared), done })),
      );
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

const isTogether = (taken: readonly Waiting[]): taken is readonly Together[] => taken.length > 1;

/** What cannot even be put together is left to a call of its own, which tells why. */
function oneWrite(context: RunContext, prepared: Prepared): Write | null {
  try {
    return writeOf(context, prepared);
  } catch {
    return null;
  }
}

export const isRateLimited = (outcome: Outcome): boolean => isConnectorError(outcome.error) && outcome.error.kind === 'rate-limited';

/** What the target says of sensitive values is not kept. */
const told = (plan: TypePlan, written: Written, removed: Removed | undefined): Pick<Outcome, 'written' | 'removed'> => ({
  written: { ...written, ...(written.echo ? { echo: withoutVeiled(plan, written.echo) } : {}) },
  ...(removed ? { removed: { snapshot: removed.snapshot && objectWithoutVeiled(plan, removed.snapshot) } } : {}),
});

async function made(context: RunContext, prepared: Prepared, written: Written, removed: Removed | undefined): Promise<Outcome> {
  const lacks = await lacking(context, prepared, written);
  return { prepared, ok: true, ...told(prepared.plan, written, removed), ...(lacks ? { lacks } : {}) };
}

const requestOf = (context: RunContext, plan: TypePlan, change: string): WriteRequest<unknown> => ({
  part: context.settings.part,
  signal: untilAnswered(context.signal),
  now: context.run.now,
  ...(plan.veiled.size > 0 ? { sensitive: [...plan.veiled] } : {}),
  runId: String(context.run.id),
  idempotencyKey: `${context.job.id}-${change}`,
});

async function callOne(context: RunContext, prepared: Prepared): Promise<Outcome> {
  const { change, plan } = prepared;
  const progress = { calls: 0 };
  try {
    const { written, removed } = await perform(
      context.target.connection,
      context,
      prepared,
      requestOf(context, plan, String(change.id)),
      progress,
    );
    return made(context, prepared, written, removed);
  } catch (error) {
    // Of several calls some were made: what is done is looked up before the rest is sent.
    if (isConnectorError(error) && progress.calls > 0 && errorKinds[error.kind] === 'retry')
      return { prepared, ok: false, error: new ConnectorError('unknown-outcome', error.label, { ...error.facts, cause: error }) };
    return failed(context, prepared, error);
  }
}

/** One call; each write has an outcome of its own. What failed as a whole failed for each of them. */
async function callMany(context: RunContext, taken: readonly Together[]): Promise<readonly Outcome[]> {
  const [{ prepared: first }] = taken as [Together, ...Together[]];
  const request = requestOf(context, first.plan, `${first.change.id}-${taken.length}`);
  try {
    const results = await context.target.connection.batch!(
      taken.map(({ write }) => write),
      request,
    );
    if (results.length !== taken.length) throw new Error(`${results.length} results for ${taken.length} writes`);
    return await Promise.all(
      taken.map(({ prepared }, at) => {
        const result = results[at]!;
        return result.ok ? made(context, prepared, result.written, result.removed) : failed(context, prepared, result.error);
      }),
    );
  } catch (error) {
    return taken.map(({ prepared }) => failed(context, prepared, error));
  }
}

function failed(context: RunContext, prepared: Prepared, error: unknown): Outcome {
  if (isConnectorError(error)) return { prepared, ok: false, error };
  const unknown = (en: string, zh: string, cause?: unknown): ConnectorError =>
    new ConnectorError('unknown-outcome', { en, zh }, cause === undefined ? {} : { cause });
  if (context.signal.aborted)
    return { prepared, ok: false, error: unknown('Cancelled while the write was under way.', '写入过程中被取消。') };
  // Its turn came too late: somebody else may be about to do the same, and looks first.
  if (error instanceof LostLease)
    return { prepared, ok: false, error: unknown('The lease lapsed while the write waited for its turn.', '写入排队期间租约已失效。') };
  // Anything that is not a ConnectorError is a bug and stops the run; the row becomes unknown and is read back.
  const { message } = error as Error;
  return { prepared, ok: false, error: unknown(`Unexpected fault: ${message}`, `意外故障：${message}`, error), bug: error };
}
