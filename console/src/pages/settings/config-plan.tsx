// What a configuration file would change, thing by thing, before anything is applied.
import { Alert } from 'antd';
import type { WireOutput } from '../../../../src/server/api/wire.ts';
import { useWords } from '../../i18n/i18n.ts';
import { Sign, type Tone } from '../../ui/sign.tsx';
import styles from './settings.module.css';

type Plan = WireOutput<'config.plan'>;

const tones: Readonly<Record<Plan['entries'][number]['action'], Tone>> = { add: 'good', change: 'busy', remove: 'bad', same: 'still' };

export function ConfigPlan({ plan }: { readonly plan: Plan }) {
  const { t, say } = useWords();
  if (plan.problems.length > 0)
    return (
      <Alert
        type="error"
        showIcon
        title={t('settings.config.problems')}
        description={
          <ul className={styles.values}>
            {plan.problems.map(({ path, problem }) => (
              <li key={`${path.join('.')} ${problem.en}`}>
                {path.length > 0 && <code>{path.join('.')}</code>} {say(problem)}
              </li>
            ))}
          </ul>
        }
      />
    );
  const changed = plan.entries.filter((entry) => entry.action !== 'same');
  const same = plan.entries.length - changed.length;
  return (
    <>
      {changed.length === 0 && <Alert type="success" showIcon title={t('settings.config.nothing')} />}
      <ul className={styles.plan}>
        {changed.map((entry) => (
          <li key={`${entry.kind} ${entry.name}`}>
            <div className={styles.title}>
              <Sign tone={tones[entry.action]}>{t(`settings.config.action.${entry.action as 'add'}`)}</Sign>
              <span className="soft">{t(`settings.config.kind.${entry.kind}`)}</span>
              {entry.name !== entry.kind && <b>{entry.name}</b>}
            </div>
            <ul className={styles.values}>
              {entry.changes.map((change) => (
                <li key={change.path}>
                  <span className="soft">{change.path} </span>
                  {change.before !== null && <del>{change.before}</del>} {change.after !== null && <ins>{change.after}</ins>}
                </li>
              ))}
            </ul>
          </li>
        ))}
      </ul>
      {same > 0 && changed.length > 0 && <p className="soft">{t('settings.config.same', { count: same })}</p>}
    </>
  );
}
