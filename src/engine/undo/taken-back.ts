// Whether a run is taken back: the one place that says so, for the API, the command line and the console.
import type { Label } from '../../core/model.ts';
import type { Reader } from '../../store/database.ts';
import { askingOf, skippedAsUnwanted, undosOf, type UndoRow } from '../../store/undo.ts';
import { CommandError } from '../engine.ts';

/** `asked`: its undo waits for a person. `part`: it did not do all of its work. Only `whole` is taken back. */
export const standings = ['under-way', 'asked', 'part', 'whole'] as const;
export type Standing = (typeof standings)[number];

export interface TakenBack {
  /** The undo. */
  readonly run: number;
  readonly stands: Standing;
}

type Taken = { readonly id: number; readonly job: number };

const UNDER_WAY: ReadonlySet<string> = new Set(['queued', 'running', 'waiting']);
/** Came to their end: one that failed or was cancelled says nothing, and the run is there to be taken back. */
const CAME: ReadonlySet<string> = new Set(['succeeded', 'warnings', 'partly-failed']);
/** What an undo wanted and has not done. What somebody has changed since (skipped, superseded) it does not want; skipped for a no: `isPart`. */
const OPEN = ['held', 'refused', 'failed', 'dead', 'pending', 'waiting', 'unknown', 'planned', 'sent'] as const;

/** null: no undo of it stands. @param but  a run that does not count: the one that is about to begin */
export async function takenBack(reader: Reader, run: Taken, but?: number): Promise<TakenBack | null> {
  const undos = (await undosOf(reader, run)).filter((undo) => undo.id !== but);
  const open = undos.find((undo) => UNDER_WAY.has(undo.state));
  if (open) return { run: open.id, stands: 'under-way' };
  const came: UndoRow[] = [];
  // An undo that was taken back itself has left nothing.
  for (const undo of undos)
    if (CAME.has(undo.state) && (await takenBack(reader, { id: undo.id, job: run.job }))?.stands !== 'whole') came.push(undo);
  // Each of them looked at all of the run again, so the newest tells what is left.
  const [newest] = came;
  if (!newest) return null;
  const asking = await askingOf(
    reader,
    run.job,
    came.map((undo) => undo.id),
  );
  if (asking !== null) return { run: asking, stands: 'asked' };
  if (await isPart(reader, newest)) return { run: newest.id, stands: 'part' };
  const did = came.find((undo) => (undo.counts.applied ?? 0) > 0);
  return did ? { run: did.id, stands: 'whole' } : null;
}

/** An approval of the rest skips what was answered with no, and has not done all of its work either. */
async function isPart(reader: Reader, undo: UndoRow): Promise<boolean> {
  if (undo.state === 'partly-failed' || OPEN.some((state) => (undo.counts[state] ?? 0) > 0)) return true;
  return (undo.counts.skipped ?? 0) > 0 && (await skippedAsUnwanted(reader, undo.id));
}

const refusals: Readonly<Partial<Record<Standing, (run: number, undo: number) => Label>>> = {
  'under-way': (run, undo) => ({
    en: `Run ${run} is being taken back by run ${undo}. Wait for its end ("tributary show ${undo}"), or cancel it ("tributary cancel ${undo}").`,
    zh: `执行 ${undo} 正在撤销执行 ${run}。请等待其结束（tributary show ${undo}），或取消（tributary cancel ${undo}）。`,
  }),
  whole: (run, undo) => ({
    en: `Run ${run} is taken back already, by run ${undo}. To have it as it was before that, take run ${undo} back ("tributary undo ${undo}").`,
    zh: `执行 ${run} 已被执行 ${undo} 撤销。如需恢复，请撤销执行 ${undo}（tributary undo ${undo}）。`,
  }),
};

/** Nothing is taken back twice: neither what is taken back wholly, nor while that goes on. */
export async function assertNotTakenBack(reader: Reader, run: Taken, but?: number): Promise<void> {
  const taken = await takenBack(reader, run, but);
  const says = taken && refusals[taken.stands]?.(run.id, taken.run);
  if (says) throw new CommandError(says.en, says.zh, { code: 'conflict', issues: [{ field: 'run', message: says }] });
}
