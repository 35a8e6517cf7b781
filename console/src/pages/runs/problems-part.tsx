// What is wrong with single records, as this run found it: a dry run lists it here and nowhere else.
import { Link } from 'react-router';
import type { RunView } from '../../../../src/server/api/wire.ts';
import { words } from '../../api/generated.ts';
import { useAnswer } from '../../api/hooks.ts';
import { useWords } from '../../i18n/i18n.ts';
import { Answered } from '../../ui/answered.tsx';
import { troublesIn } from '../../ui/counted.ts';
import { Part } from '../../ui/page.tsx';
import { ToMatching } from '../waiting/decide-who.tsx';
import { wordOf } from './run-kind.ts';
import styles from './run.module.css';

const SHOWN = 100;
/** Lines that hold its place while it is asked for. */
const SKELETON = 12;

export function ProblemsPart({ run }: { readonly run: RunView }) {
  const { t, say } = useWords();
  const list = useAnswer('item.list', { run: run.id, limit: SHOWN });
  return (
    <Part title={t('runs.problems.title')} extra={!run.dryRun && <Link to={`/jobs/${run.job}/problems`}>{t('runs.problems.ofJob')}</Link>}>
      <Answered of={list} rows={Math.min(SKELETON, 2 * troublesIn(run.counts))}>
        {({ items }) => (
          <ul className={styles.problems}>
            {items.map((item) => (
              <li key={`${item.type} ${item.key} ${item.attribute}`}>
                <b>{item.title ?? item.key}</b> <span className="soft">{say(wordOf(words.type, item.type))}</span>
                <p>{say(item.message)}</p>
                {item.cause === 'ambiguous' && <ToMatching job={run.job} type={item.type} record={item.key} run={run.id} />}
              </li>
            ))}
            {items.length === 0 && <li className="soft">{t('runs.problems.settled')}</li>}
            {items.length === SHOWN && <li className="soft">{t('runs.problems.first', { n: SHOWN })}</li>}
          </ul>
        )}
      </Answered>
    </Part>
  );
}
