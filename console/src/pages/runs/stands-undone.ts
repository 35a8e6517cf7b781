// Whether a run that was taken back still is: an undo that was taken back itself, waits for a person or came through in part leaves something to take back.
import type { WireOutput } from '../../../../src/server/api/wire.ts';

type Taker = { readonly run: Pick<WireOutput<'run.get'>['run'], 'state' | 'counts'> } & Pick<WireOutput<'run.get'>, 'undoneBy'>;

/** `no`: nothing is taken back. `asked` and `part`: the undo waits for confirmation, or did not do all of it. */
export type Undone = 'no' | 'asked' | 'part' | 'whole';

/** What an undo wanted and has not done. */
const OPEN = ['refused', 'failed', 'dead', 'pending', 'waiting', 'unknown'] as const;

/** `taker`: the run that took it back. null: not known yet. */
export function standsUndone(undoneBy: number | null, taker: Taker | undefined): Undone | null {
  if (undoneBy === null) return 'no';
  if (!taker || taker.run.state === 'queued' || taker.run.state === 'running') return null;
  if (taker.undoneBy !== null) return 'no';
  const { state, counts } = taker.run;
  const has = (name: string): boolean => (counts[name] ?? 0) > 0;
  if (has('held')) return 'asked';
  if (state === 'partly-failed' || OPEN.some(has)) return 'part';
  return has('applied') ? 'whole' : 'no';
}
