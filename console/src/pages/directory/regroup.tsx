// What follows when two people become one or one becomes two: records, accounts, the directory, and every system below.
import { Alert } from 'antd';
import type { WireOutput } from '../../../../src/server/api/wire.ts';
import { useAnswer } from '../../api/hooks.ts';
import { useWords } from '../../i18n/i18n.ts';
import '../../i18n/later.ts';
import { PlanGroups } from '../../ui/plan-groups.tsx';
import { Part } from '../../ui/page.tsx';
import { Sign, type Tone } from '../../ui/sign.tsx';
import styles from './person.module.css';

type Preview = WireOutput<'person.merge-preview'>;
const tones: Readonly<Record<Preview['accounts'][number]['becomes'], Tone>> = { stays: 'good', moves: 'busy', surplus: 'warn' };

/** Names of connections, as people call them. */
export function useConnectionName(): (id: string) => string {
  const list = useAnswer('connection.list', {});
  return (id) => list.data?.connections.find((one) => one.id === id)?.name ?? id;
}

export function Consequences({ of }: { readonly of: Preview }) {
  const { t, say } = useWords();
  const nameOf = useConnectionName();
  return (
    <div aria-live="polite">
      {of.keptApart && <Alert type="warning" showIcon title={t('merge.keptApart', { who: of.keptApart.by })} />}
      {of.records.length > 0 && (
        <Part title={t('merge.records')}>
          <ul className={styles.plain}>
            {of.records.map((record) => (
              <li key={`${record.connection} ${record.externalId}`}>
                <b>{nameOf(record.connection)}</b> <span className={styles.small}>{record.externalId}</span>
              </li>
            ))}
          </ul>
        </Part>
      )}
      {of.accounts.length > 0 && (
        <Part title={t('merge.accounts')}>
          <ul className={styles.plain}>
            {of.accounts.map((account) => (
              <li key={`${account.connection} ${account.account}`}>
                <b>{nameOf(account.connection)}</b> <Sign tone={tones[account.becomes]}>{t(`merge.becomes.${account.becomes}`)}</Sign>
                <div className={styles.small}>{say(account.says)}</div>
              </li>
            ))}
          </ul>
        </Part>
      )}
      <Part title={t('edit.here')}>
        <div className={styles.inner}>
          <PlanGroups plan={of.directory} />
        </div>
      </Part>
      {of.downstream.map((plan) => (
        <Part key={plan.run.id} title={t('edit.in', { job: plan.run.jobName })}>
          <div className={styles.inner}>
            <PlanGroups plan={plan} />
          </div>
        </Part>
      ))}
    </div>
  );
}
