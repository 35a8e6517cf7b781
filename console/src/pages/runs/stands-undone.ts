// Whether a run that was taken back still is: an undo that was taken back itself, or came through in part, leaves something to take back.
import type { WireOutput } from '../../../../src/server/api/wire.ts';

type Taker = { readonly run: Pick<WireOutput<'run.get'>['run'], 'state'> } & Pick<WireOutput<'run.get'>, 'undoneBy'>;

/** `taker`: the run that took it back. null: not known yet. */
export function standsUndone(undoneBy: number | null, taker: Taker | undefined): boolean | null {
  if (undoneBy === null) return false;
  if (!taker) return null;
  return taker.undoneBy === null && taker.run.state !== 'partly-failed';
}
