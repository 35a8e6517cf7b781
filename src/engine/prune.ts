// Forgets what is older than the installation keeps, in small pieces beside everything else; never what something still needs.
import { placeAt } from '../store/as-of.ts';
import type { Database, Reader } from '../store/database.ts';
import { getSetting, putSetting } from '../store/jobs.ts';
import { countOldNotices, trimNotices } from '../store/notices.ts';
import { countOldFixed, trimFixed } from '../store/problems.ts';
import {
  beginForgetting,
  countAnswered,
  countChanges,
  dropAnswered,
  dropChanges,
  dropEntries,
  dropRest,
  followedUntil,
  isAskedFor,
  loseThread,
  neededRuns,
  oldEntries,
  oldRuns,
  type OldRun,
} from '../store/retention.ts';
import type { EngineOptions } from './context.ts';
import { installationSettings } from './installation-settings.ts';
import { parseJson } from './shapes.ts';

const DAY = 86_400_000;
/** Rows of one transaction. */
const PIECE = 1_000;
const PAGE = 200;

export interface Pruned {
  runs: number;
  dryRuns: number;
  changes: number;
  history: number;
  notices: number;
  mended: number;
  answered: number;
}
const nothing = (): Pruned => ({ runs: 0, dryRuns: 0, changes: 0, history: 0, notices: 0, mended: 0, answered: 0 });

/** From when on the history is whole. */
const KEPT = 'history.kept';
export interface Kept {
  readonly seq: number;
  /** Of that place, epoch ms: an earlier moment cannot be told by a place, as what stood there may be gone. */
  readonly at: number;
}
export const historyKept = async (reader: Reader): Promise<Kept | null> =>
  parseJson<Kept | null>((await getSetting(reader, KEPT)) ?? null, null);

interface Limits {
  readonly now: number;
  readonly before: { readonly runs: number; readonly dryRuns: number; readonly notices: number; readonly history: number | null };
}

async function limitsOf({ database, clock }: EngineOptions): Promise<Limits> {
  const now = clock.now();
  const { keepRunsDays, keepDryRunsDays, keepNoticesDays, keepHistoryDays } = await installationSettings(database);
  const ago = (days: number): number => now - days * DAY;
  const history = keepHistoryDays === null ? null : ago(keepHistoryDays);
  return { now, before: { runs: ago(keepRunsDays), dryRuns: ago(keepDryRunsDays), notices: ago(keepNoticesDays), history } };
}

/** What would be forgotten now. */
export async function countPrunable(options: EngineOptions): Promise<Pruned> {
  const { database } = options;
  const { before } = await limitsOf(options);
  const found = nothing();
  const needed = await neededRuns(database);
  for (let after = 0; ; ) {
    const page = await oldRuns(database, before, after, PAGE);
    const own = page.filter((run) => !needed.has(run.id));
    count(found, own);
    if (own.length > 0)
      found.changes += await countChanges(
        database,
        own.map((run) => run.id),
      );
    if (page.length < PAGE) break;
    after = page.at(-1)!.id;
  }
  for await (const entries of oldHistory(database, before.history, needed)) found.history += entries.length;
  found.notices = await countOldNotices(database, before.notices);
  found.mended = await countOldFixed(database, before.notices);
  found.answered = await countAnswered(database, before.notices);
  return found;
}

const count = (found: Pruned, runs: readonly OldRun[]): void => {
  found.dryRuns += runs.filter((run) => run.dryRun).length;
  found.runs += runs.filter((run) => !run.dryRun).length;
};

/** Entries of the history that may go, a piece at a time, and from where on the rest is whole. */
async function* oldHistory(
  database: Database,
  before: number | null,
  needed: ReadonlySet<number>,
): AsyncGenerator<readonly { seq: number; n: number }[]> {
  if (before === null) return;
  const until = Math.min(await placeAt(database, before - 1), await followedUntil(database));
  for (let after = { seq: 0, n: -1 }; ; ) {
    const entries = await oldEntries(database, until, [...needed], after, PIECE);
    if (entries.length > 0) yield entries;
    if (entries.length < PIECE) return;
    after = entries.at(-1)!;
  }
}

/** `most`: rows after which it stops and says that there is more. A kill at any moment leaves what the next call goes on with. */
export async function prune(
  options: EngineOptions,
  how: { readonly most?: number; readonly signal?: AbortSignal } = {},
): Promise<{ readonly pruned: Pruned; readonly done: boolean }> {
  const { database, probe } = options;
  const limits = await limitsOf(options);
  const pruned = nothing();
  let left = how.most ?? Number.POSITIVE_INFINITY;
  const goOn = async (rows: number): Promise<boolean> => {
    left -= rows;
    probe?.('prune:piece');
    await new Promise((resolve) => setImmediate(resolve));
    return left > 0 && how.signal?.aborted !== true;
  };
  const stopped = { pruned, done: false };

  for (let after = 0; ; ) {
    const page = await oldRuns(database, limits.before, after, PAGE);
    const needed = page.length === 0 ? new Set() : await neededRuns(database);
    for (const run of page.filter(({ id }) => !needed.has(id))) {
      // Judged in the transaction that begins it: who asks for an undo from then on is told that the run is not kept.
      const begun = await database.write(async (transaction) =>
        (await isAskedFor(transaction, run.id)) ? 0 : beginForgetting(transaction, run.id, limits.now),
      );
      if (begun === 0) continue;
      for (const drop of [dropChanges, dropRest])
        for (;;) {
          const rows = await database.write((transaction) => drop(transaction, run.id, PIECE));
          if (drop === dropChanges) pruned.changes += rows;
          if (!(await goOn(rows))) return stopped;
          if (rows === 0) break;
        }
      count(pruned, [run]);
    }
    if (page.length < PAGE) break;
    after = page.at(-1)!.id;
  }

  const { history } = limits.before;
  if (history !== null) await database.write((transaction) => giveUpHistory(transaction, history));
  for await (const entries of oldHistory(database, history, await neededRuns(database))) {
    pruned.history += await database.write((transaction) => dropEntries(transaction, entries));
    if (!(await goOn(entries.length))) return stopped;
  }

  const before = limits.before.notices;
  const trims = [
    ['notices', (transaction) => trimNotices(transaction, before)],
    ['mended', (transaction) => trimFixed(transaction, before, PIECE)],
    ['answered', (transaction) => dropAnswered(transaction, before, PIECE)],
  ] as const satisfies readonly (readonly [keyof Pruned, Parameters<Database['write']>[0]])[];
  for (const [what, trim] of trims)
    for (;;) {
      const rows = (await database.write(trim)) as number;
      pruned[what] += rows;
      if (!(await goOn(rows))) return stopped;
      if (rows === 0) break;
    }
  return { pruned, done: true };
}

/** Noted before anything goes: from then on nobody is shown the directory as it was before. */
async function giveUpHistory(transaction: Parameters<Parameters<Database['write']>[0]>[0], before: number): Promise<void> {
  const seq = Math.min(await placeAt(transaction, before - 1), await followedUntil(transaction));
  const known = await historyKept(transaction);
  if (seq <= (known?.seq ?? 0)) return;
  const last = await transaction.get<{ at: number }>('SELECT at FROM history WHERE seq <= ? ORDER BY seq DESC, n DESC LIMIT 1', seq);
  await putSetting(transaction, KEPT, JSON.stringify({ seq, at: Number(last?.at ?? before) } satisfies Kept));
  await loseThread(transaction, seq);
}
