// A change that somebody did not want is skipped by every later run: who said so, and when.
import { useMemo } from 'react';
import type { RunView, WireOutput } from '../../../../src/server/api/wire.ts';
import { useAnswer } from '../../api/hooks.ts';

type Change = WireOutput<'run.changes'>['changes'][number];

export interface Unwanted {
  readonly by: string;
  readonly at: number;
}

const MOST = 1000;
const nameOf = ({ type, key, action }: Pick<Change, 'type' | 'key' | 'action'>): string => `${type} ${key} ${action}`;

/** null: nobody had said so when the run ended, and it skipped the change for another reason. */
export const wordBefore = (
  endedAt: number | null,
  { decidedBy, decidedAt }: { readonly decidedBy: string | null; readonly decidedAt: number | null },
): Unwanted | null =>
  decidedBy === null || decidedAt === null || (endedAt !== null && decidedAt > endedAt) ? null : { by: decidedBy, at: decidedAt };

/** Of a skipped change of these, whose word it was; null: it was skipped for another reason, or has been taken back since. */
export function useUnwanted(run: RunView, changes: readonly Change[]): (change: Change) => Unwanted | null {
  const isAsked = changes.some((change) => change.state === 'skipped' && change.why !== null);
  const said = useAnswer('held.list', { job: run.job, states: ['cancelled'], limit: MOST }, { enabled: isAsked });
  const known = useMemo(
    () =>
      new Map(
        (said.data?.held ?? []).flatMap((held): [string, Unwanted][] => {
          const word = wordBefore(run.endedAt, held);
          return word ? [[nameOf(held), word]] : [];
        }),
      ),
    [said.data, run.endedAt],
  );
  return (change) => (change.state === 'skipped' ? (known.get(nameOf(change)) ?? null) : null);
}
