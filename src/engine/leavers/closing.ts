// Closing everything that a person has: looked at first, then carried out exactly so, in the directory and in every system.
import { getRun, type RunRow } from '../../store/runs.ts';
import type { Connector } from '../../connector-kit/contract.ts';
import type { Label } from '../../core/model.ts';
import { objectsOf, type ObjectRow } from '../../store/directory.ts';
import { claimsOfObject, linksOfObject } from '../../store/find.ts';
import { getConnection, listJobs, type JobRow } from '../../store/jobs.ts';
import { planPage, type ChangeRow } from '../../store/ledger.ts';
import type { Reader } from '../../store/database.ts';
import { mergedInto } from '../../store/persons.ts';
import { ensureConsoleJob } from '../console/job.ts';
import type { RunEvidence } from '../context.ts';
import { planNow } from '../dry-run.ts';
import { CommandError, type Engine } from '../engine.ts';
import { find } from '../explain/find.ts';
import { digest, parseJson } from '../shapes.ts';
import { conductOf } from '../states.ts';
import { openStill } from '../stays-open.ts';
import { wordOf } from '../words.ts';

/** How long a preview may be carried out. */
const VALID_MS = 15 * 60_000;
/** So long every system has to say what closing would do there: whoever is silent longer holds up no other. */
const PATIENCE_MS = 8_000;

export async function wantedPerson(reader: Reader, text: string): Promise<ObjectRow> {
  const given = (await mergedInto(reader, [text])).get(text) ?? text;
  const [direct] = (await objectsOf(reader, [given])).filter((row) => row.type === 'person');
  const found = direct ? [direct] : (await find(reader, text)).objects.filter((row) => row.type === 'person');
  if (found.length === 1) return found[0]!;
  if (found.length === 0)
    throw new CommandError(`Nobody in the directory fits "${text}".`, `目录中没有符合“${text}”的人员。`, { code: 'not-found' });
  const ids = found.map((row) => row.id).join(', ');
  throw new CommandError(
    `"${text}" could be ${found.length} people; give the id: ${ids}.`,
    `“${text}”对应 ${found.length} 人，请使用编号：${ids}。`,
    { code: 'conflict' },
  );
}

/** A system in which the person has an account, and the job that may close it there; null: none does. */
export interface Place {
  readonly connection: string;
  readonly account: string;
  readonly job: JobRow | null;
  /** A source that shows the account: it is read, and never written. */
  readonly isOnlyRead?: true;
}

export const mayClose = ({ job }: Place): boolean => job !== null && conductOf(job.state).closes;

type Connectors = ReadonlyMap<string, Connector>;

async function hasAccounts(reader: Reader, connectors: Connectors, id: string): Promise<boolean> {
  const connection = await getConnection(reader, id);
  const types = connection && connectors.get(connection.connector)?.manifest.types;
  return types?.some((type) => type.id === 'person' && type.isAccount) ?? false;
}

/** By connection. The job that holds the account goes first, then any that may write there. */
export async function placesOf(reader: Reader, connectors: Connectors, person: string): Promise<readonly Place[]> {
  const claims = await claimsOfObject(reader, person);
  const jobs = (await listJobs(reader)).filter((job) => job.direction === 'down');
  const holds = (job: JobRow): boolean => claims.some((claim) => claim.job === job.id && claim.type === 'person');
  const links = (await linksOfObject(reader, person)).filter((link) => link.type === 'person' && link.role === 'primary');
  const accounts = new Set<string>();
  for (const { connection } of links) if (await hasAccounts(reader, connectors, connection)) accounts.add(connection);
  return links.flatMap((link) => {
    const own = jobs.filter((job) => job.connection === link.connection);
    // What an upstream job holds is the person: records made by hand have the same id, and are no account.
    const upstream = own.length === 0 && !claims.some((claim) => claim.target_key === link.external_id && claim.target_key !== person);
    if (upstream)
      return accounts.has(link.connection) ? [{ connection: link.connection, account: link.external_id, job: null, isOnlyRead: true }] : [];
    const [job] = own.toSorted(
      (a, b) => Number(conductOf(b.state).closes) - Number(conductOf(a.state).closes) || Number(holds(b)) - Number(holds(a)) || a.id - b.id,
    );
    return [{ connection: link.connection, account: link.external_id, job: job ?? null }];
  });
}

export interface Closing {
  /** Null: the directory. */
  readonly place: Place | null;
  readonly does: 'disable' | 'leave' | 'nothing' | 'refused' | 'unreachable';
  readonly says: Label;
  readonly run: number | null;
}

export interface Preview {
  readonly closings: readonly Closing[];
  /** What has to be given to carry out exactly this. */
  readonly token: string;
}

const leaves: Label = {
  en: 'In the directory the person has left from then on, also while the sources still say that the person is there.',
  zh: '目录中标记为离职，即使源系统仍为在职。',
};
const disables: Label = { en: 'The account is disabled.', zh: '停用账号。' };
const isClosed: Label = { en: 'Nothing to close: disabled or gone already.', zh: '无需关闭：已停用或已不存在。' };

export async function previewClosing(engine: Engine, person: string, actor: string, patienceMs = PATIENCE_MS): Promise<Preview> {
  const { database } = engine.options;
  const plan = async (job: number, signal?: AbortSignal): Promise<RunRow> => {
    const run = await planNow(engine, { job, mode: 'keys', cause: 'close', actor, order: { kind: 'close', person } }, signal);
    if (run.endedAt === null) await engine.cancel(run.id, actor);
    return run;
  };
  const places = await placesOf(database, engine.options.connectors, person);
  const above = await plan((await ensureConsoleJob(engine.options)).id);
  // A system that does not answer holds up no other.
  const patience = AbortSignal.timeout(patienceMs);
  const runs = await Promise.all(places.map((place) => (place.job && mayClose(place) ? plan(place.job.id, patience) : null)));
  const closings = [await closingOf(database, null, above)];
  for (const [n, place] of places.entries()) closings.push(await closingOf(database, place, runs[n]!));
  const planned = [above, ...runs.filter((run) => run !== null)].map((run) => run.id);
  return { closings, token: `${planned.join('.')}.${await checkOf(database, person, planned)}` };
}

async function closingOf(reader: Reader, place: Place | null, run: RunRow | null): Promise<Closing> {
  if (run === null) return { place, does: 'refused', says: notWriting(place!), run: null };
  if (run.state !== 'succeeded') return { place, does: 'unreachable', says: isSilent(run) ? silentWords : laterWords(run), run: run.id };
  const [change] = await planPage(reader, run.id, 0, 1);
  if (!change) return { place, does: 'nothing', says: isClosed, run: run.id };
  if (change.state === 'refused') return { place, does: 'refused', says: reasonOf(change), run: run.id };
  return place === null
    ? { place, does: 'leave', says: leaves, run: run.id }
    : { place, does: 'disable', says: disablesAnd(run), run: run.id };
}

/** Whoever closes everything wants to know where that closes nothing. */
function disablesAnd(run: RunRow): Label {
  const open = (run.evidence as Partial<RunEvidence> | null)?.staysOpen;
  return open === undefined ? disables : openStill(open);
}

const reasonOf = (change: ChangeRow): Label =>
  parseJson<{ reason?: Label }>(change.verdict, {}).reason ?? { en: 'Refused.', zh: '已拒绝。' };

/** Nobody but whoever waited for it has ended it. */
const isSilent = (run: RunRow): boolean => run.problem === null || run.state !== 'failed';
const silentWords: Label = {
  en: 'Has not answered yet. It is closed as soon as it does; the others need not wait for it.',
  zh: '尚未应答，应答后即关闭；其他系统无需等待。',
};

const laterWords = (run: RunRow): Label => ({
  en: `Cannot be looked at now${run.problem ? `: ${run.problem.en}` : '.'} It is closed as soon as that is possible.`,
  zh: `目前无法查看${run.problem ? `:${run.problem.zh}` : '。'}一旦可用即关闭。`,
});

export const notWriting = ({ job, isOnlyRead }: Place): Label =>
  isOnlyRead
    ? {
        en: 'Tributary only reads this system: close the account there by hand.',
        zh: 'Tributary 只读取该系统，不会写入：请在该系统中手工关闭账号。',
      }
    : job === null
      ? { en: 'No job manages this system any more: close the account there by hand.', zh: '已没有任务管理该系统，请在该系统中手工关闭。' }
      : {
          en: `Job ${job.id} "${job.name}" is ${wordOf.job(job.state).en} and writes nothing: close the account there by hand, or enable the job.`,
          zh: `任务 ${job.id}“${job.name}”${wordOf.job(job.state).zh}，不会写入：请在该系统中手工关闭，或启用任务。`,
        };

/** A check over what these plans are. */
async function checkOf(reader: Reader, person: string, runs: readonly number[]): Promise<string> {
  const parts: unknown[] = [person];
  for (const id of runs) {
    const run = await getRun(reader, id);
    parts.push([
      id,
      run?.state ?? null,
      (await planPage(reader, id, 0, 10)).map((change) => [change.target_key, change.hash, change.state]),
    ]);
  }
  return digest(JSON.stringify(parts)).slice(0, 10);
}

/** The plans that a token names; refuses what is no preview of closing this person, or too old. */
export async function plansOf(reader: Reader, person: string, token: string, now: number): Promise<readonly RunRow[]> {
  const refuse = (): CommandError =>
    new CommandError(
      'This is no token of a preview of the last 15 minutes for this person. Look at it again, and give the token of that.',
      '该令牌不是 15 分钟内针对此人的预览令牌。请重新预览并使用其令牌。',
      { code: 'conflict' },
    );
  const parts = token.split('.');
  const check = parts.pop();
  const ids = parts.map(Number);
  if (ids.length === 0 || ids.length > 200 || ids.some((id) => !Number.isSafeInteger(id) || id < 1)) throw refuse();
  const runs: RunRow[] = [];
  for (const id of ids) {
    const run = await getRun(reader, id);
    if (!run?.dryRun || run.order?.kind !== 'close' || run.order.person !== person || run.queuedAt + VALID_MS < now) throw refuse();
    runs.push(run);
  }
  if ((await checkOf(reader, person, ids)) !== check) throw refuse();
  return runs;
}

/** Whether there is something to carry out: what the plan does, or what could not be seen. */
export const hasWork = async (reader: Reader, plan: RunRow): Promise<boolean> =>
  plan.state !== 'succeeded' || (await planPage(reader, plan.id, 0, 10)).some((change) => change.state !== 'refused');
