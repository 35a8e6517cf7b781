// How much the source showed, now and before: a file that was cut in half is seen at a glance.
import { Link } from 'react-router';
import type { WireOutput } from '../../../../src/server/api/wire.ts';
import { useAnswer } from '../../api/hooks.ts';
import { useWords } from '../../i18n/i18n.ts';
import { useCounted } from '../../ui/counted.ts';
import { shownBy } from './shown-by.ts';
import styles from './held.module.css';

type Read = WireOutput<'held.list'>['reads'][number];

/** A run that is no longer kept answers with an error: then what is known of its reading is said. */
function useRun(run: number | undefined) {
  const got = useAnswer('run.get', { run: run ?? 0 }, { enabled: run !== undefined });
  return { run: got.data?.run, isKnown: run === undefined || !got.isPending };
}

/** @param linked  the run that is led to beside this: it is not led to twice */
export function SourceRead({ read, job, linked }: { readonly read: Read | undefined; readonly job: string; readonly linked: number }) {
  const { t } = useWords();
  const counted = useCounted();
  const last = useRun(read?.now?.run);
  const earlier = useRun(read?.before?.run);
  if (!read?.now) return null;
  const now = shownBy(read.type, read.now.objects, last.run);
  const before = shownBy(read.type, read.before?.objects ?? 0, earlier.run);
  const values = { job, now: counted(read.type, now.objects), before: counted(read.type, before.objects) };
  // Its place is kept while it is asked how much could not be read: what stands below does not jump.
  const isKnown = last.isKnown && earlier.isKnown;
  return (
    <p className={isKnown ? undefined : styles.kept} aria-hidden={!isKnown}>
      {t(read.before ? 'runs.held.readBefore' : 'runs.held.readNow', values)}{' '}
      {now.unreadable > 0 && `${t('runs.held.unreadable', { count: now.unreadable })} `}
      {read.now.run !== linked && <Link to={`/runs/${read.now.run}`}>{t('runs.held.toRun', { run: read.now.run })}</Link>}
    </p>
  );
}
