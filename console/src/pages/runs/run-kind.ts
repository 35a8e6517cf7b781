// What kind of run, and what began it, in one line.
import type { RunView } from '../../../../src/server/api/wire.ts';
import { words } from '../../api/generated.ts';
import { useWords, type Label } from '../../i18n/i18n.ts';

type Table = Readonly<Record<string, Label>>;

/** Codes that no table knows are shown as they are. */
export const wordOf = (table: Table, code: string): Label => table[code] ?? { en: code, zh: code };

/** What failed or was cancelled may have ended before there was one: nobody knows whether there was something to change. */
export const hasPlan = (run: Pick<RunView, 'state'>): boolean => run.state !== 'failed' && run.state !== 'cancelled';

export function useRunKind(): (run: RunView) => string {
  const { t, say } = useWords();
  return (run) =>
    [say(wordOf(words.mode, run.mode)), ...(run.dryRun ? [t('runs.dryRun')] : []), say(wordOf(words.cause, run.cause))].join(' · ');
}
