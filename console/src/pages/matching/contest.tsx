// One account to which the rules lead several people: whose it is, is said here.
import { Link } from 'react-router';
import type { WireOutput } from '../../../../src/server/api/wire.ts';
import { useMay } from '../../api/hooks.ts';
import { useWords } from '../../i18n/i18n.ts';
import { NeedsRole } from '../../ui/needs-role.tsx';
import { addressOf } from '../directory/addresses.ts';
import { Accept } from './accept.tsx';
import type { Contest } from './contests.ts';
import styles from './matching.module.css';
import { Named } from './named.tsx';
import { KeepApart } from './not-the-same.tsx';

type Row = WireOutput<'match.list'>['rows'][number];

interface ContestProps {
  readonly contest: Contest<Row>;
  readonly job: number;
  readonly type: string;
}

const called = (one: { readonly title: string; readonly marks: readonly string[] }): string => [one.title, ...one.marks].join(' · ');

export function ContestedAccount({ contest: { account, people }, job, type }: ContestProps) {
  const { t, say } = useWords();
  const may = useMay();
  const [first, second, ...more] = people;
  return (
    <section aria-label={t('matching.contest.of', { account: account.title })}>
      <div className={styles.head}>
        <Named of={account} />
      </div>
      <p className={styles.taken}>{t('matching.contest.says', { count: people.length })}</p>
      <ul className={styles.choices}>
        {people.map((row) => (
          <li key={row.id}>
            <span className={styles.account}>
              <Link to={addressOf(type, row.id)}>
                <Named of={row} quiet />
              </Link>
              {row.by && <span className={styles.taken}>{t('matching.rule', { rule: say(row.by) })}</span>}
            </span>
            <span className={styles.deeds}>
              <Accept
                job={job}
                type={type}
                object={row.id}
                account={account.id}
                says={t('matching.contest.theirs')}
                asks={t('matching.contest.ask', { account: called(account), to: called(row) })}
              />
              <KeepApart
                others
                job={job}
                type={type}
                object={row.id}
                account={account.id}
                says={t('matching.contest.notTheirs')}
                who={called(row)}
                what={called(account)}
              />
            </span>
          </li>
        ))}
      </ul>
      <p className={styles.taken}>
        {t('matching.contest.others')} <NeedsRole deed="match.accept" />
        {type === 'person' && second && more.length === 0 && may('person.merge') && (
          <Link to={`/people/${first!.id}/merge/${second.id}`}>{t('matching.mergeThem')}</Link>
        )}
      </p>
    </section>
  );
}
