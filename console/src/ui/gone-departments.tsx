// Departments that a run deletes in the directory, or would: who goes where, and what becomes of each in every system below.
import { Link } from 'react-router';
import type { WireOutput } from '../../../src/server/api/wire.ts';
import { useAnswer, useMay } from '../api/hooks.ts';
import { useWords } from '../i18n/i18n.ts';
import { fateThere, type FateThere } from './department-fate.ts';
import styles from './gone-departments.module.css';
import { useMoves } from './moves.ts';
import { State } from './state.tsx';

type Change = WireOutput<'run.changes'>['changes'][number];
type Account = NonNullable<WireOutput<'explain'>['object']>['accounts'][number];
type Department = Pick<NonNullable<WireOutput<'explain'>['object']>, 'accounts' | 'held'>;

/** So many are told one by one; of more the plan tells. */
const TOLD = 5;
/** A deletion of people fills pages, too: so many changes are looked through for departments. */
const READ = 500;
/** What was refused, failed, skipped or superseded is not deleted; what is held says that it is. */
const TELLS: readonly string[] = ['planned', 'sent', 'applied', 'held'];
const MOVES_READ = 1000;
/** Records of a source have numbers of their own there; in the directory everything has such an id. */
const OWN_ID = /^[0-9a-f]{8}-[0-9a-f-]{27}$/;

const idOf = ({ key, targetKey }: Change): string | null => [targetKey, key].find((id) => id !== null && OWN_ID.test(id)) ?? null;

/** `run`: one that reads into the directory, or an edit by hand; a dry run as well. */
export function GoneDepartments({ run }: { readonly run: number }) {
  const { t } = useWords();
  const removals = useAnswer('run.changes', { run, actions: ['remove'], limit: READ });
  const departments = (removals.data?.changes ?? []).filter(({ type, state }) => type === 'department' && TELLS.includes(state));
  if (departments.length === 0) return null;
  return (
    <section className={styles.gone} aria-label={t('app.gone.title')}>
      <h3>{t('app.gone.title')}</h3>
      <ul>
        {departments.slice(0, TOLD).map((change) => (
          <li key={change.id}>
            <One change={change} />
          </li>
        ))}
      </ul>
      {departments.length > TOLD && <p className="soft">{t('app.gone.more', { count: departments.length - TOLD })}</p>}
    </section>
  );
}

function One({ change }: { readonly change: Change }) {
  const { t } = useWords();
  const told = useMoves();
  const id = idOf(change);
  const moves = useAnswer(
    'run.changes',
    { run: change.run, deeds: ['move'], department: id ?? '', limit: MOVES_READ },
    { enabled: id !== null },
  );
  const found = useAnswer('explain', { person: id ?? '', history: 0 }, { enabled: id !== null });
  const department = found.data?.object;
  // Accounts of jobs that never had it are left out; where nobody had it, that is said.
  const there = department?.accounts.filter(({ key, lastChange }) => key !== null || lastChange?.action === 'remove') ?? [];
  return (
    <>
      <b>{change.title}</b> {change.state === 'held' && <State kind="change" code="held" />}
      <ul>
        {told(moves.data?.changes ?? []).map((line) => (
          <li key={line}>{line}</li>
        ))}
        {department && there.length === 0 && <li className="soft">{t('app.gone.nowhere')}</li>}
        {department && there.map((account) => <There key={account.job} account={account} department={department} />)}
      </ul>
    </>
  );
}

function There({ account, department }: { readonly account: Account; readonly department: Department }) {
  const { colon } = useWords();
  const job = useAnswer('job.get', { job: account.job });
  const status = useAnswer('status', {});
  const fate = job.data && status.data ? fateThere(department, job.data, status.data.brakes) : null;
  return (
    fate && (
      <li>
        {account.connectionName}
        {colon}
        <FateSaid job={account.job} fate={fate} />
      </li>
    )
  );
}

/** In a sentence, with the way to the setting that decides it. */
export function FateSaid({ job, fate: { fate, days } }: { readonly job: number; readonly fate: FateThere }) {
  const { t } = useWords();
  const may = useMay();
  const isDecided = fate !== 'deleted' && fate !== 'asked';
  return (
    <>
      {t(`app.gone.fate.${fate}`, { count: days })}{' '}
      {fate === 'asked' ? (
        <Link to="/waiting" className={styles.way}>
          {t('waiting.title')}
        </Link>
      ) : (
        isDecided && (
          <Link to={may('job.update') ? `/jobs/${job}/edit/policy` : `/jobs/${job}`} className={styles.way}>
            {t('app.gone.toPolicy')}
          </Link>
        )
      )}
    </>
  );
}
