// Why nobody was harmed by an attempt: in one sentence, with what the run did and did not do.
import { Alert } from 'antd';
import { Link } from 'react-router';
import { useAnswer } from '../../api/hooks.ts';
import { useWords } from '../../i18n/i18n.ts';
import { objectsIn } from '../../ui/counted.ts';
import { InShort } from '../../ui/values.tsx';
import type { Outcome } from './sandbox-attempt.ts';
import { Refused } from './sandbox-refused.tsx';
import styles from './first-choice.module.css';

/** So many changes are told in full. */
const TOLD = 5;

export function SandboxAnswer({ outcome }: { readonly outcome: Outcome }) {
  const refused = outcome.attempt === 'refuse' && objectsIn(outcome.run.counts, 'failed') > 0;
  return refused ? <Refused outcome={outcome} /> : <Kept outcome={outcome} />;
}

/** What the attempt has changed, value by value: a rename is one. */
function Written({ run, count }: { readonly run: number; readonly count: number }) {
  const { t } = useWords();
  const changes = useAnswer('run.changes', { run, states: ['applied'], limit: TOLD });
  return (
    <div>
      {t('first.written', { count })}
      <ul className={styles.written}>
        {changes.data?.changes.map((change) => (
          <li key={change.id}>
            <b>{change.title}</b> <InShort change={change} />
          </li>
        ))}
      </ul>
    </div>
  );
}

function Kept({ outcome: { run, before, after } }: { readonly outcome: Outcome }) {
  const { t, say } = useWords();
  const held = objectsIn(run.counts, 'held');
  const applied = objectsIn(run.counts, 'applied');
  const isWhole = after.active >= before.active;
  return (
    <Alert
      type={isWhole ? 'success' : 'warning'}
      showIcon
      title={t(isWhole ? 'first.unharmed' : 'first.fewer', { before: before.active, after: after.active })}
      description={
        <>
          {after.others > 0 && <div>{t('first.away', { count: after.others, all: after.active + after.others })}</div>}
          {applied > 0 && <Written run={run.id} count={applied} />}
          {run.problem && <div>{say(run.problem)}</div>}
          {held > 0 && <div>{t('first.held', { count: held })}</div>}
          <Link to={`/runs/${run.id}`}>{t('first.see')}</Link>
        </>
      }
    />
  );
}
