// One list of a matching: who, what was found for them and why, and the word that decides.
import { Button, Empty, Tag } from 'antd';
import { useEffect, useState } from 'react';
import { Link } from 'react-router';
import type { WireOutput } from '../../../../src/server/api/wire.ts';
import { useMay, usePages } from '../../api/hooks.ts';
import { useWords } from '../../i18n/i18n.ts';
import '../../i18n/later.ts';
import { Answered } from '../../ui/answered.tsx';
import { Part } from '../../ui/page.tsx';
import { Trouble } from '../../ui/trouble.tsx';
import { addressOf } from '../directory/addresses.ts';
import { Accept, Deeds } from './accept.tsx';
import { ContestedAccount } from './contest.tsx';
import { contestsIn, rowsAround } from './contests.ts';
import type { Kind } from './job-matching.tsx';
import styles from './matching.module.css';
import { Named } from './named.tsx';
import { KeepApart } from './not-the-same.tsx';
import { ProtectDialog } from './protect-dialog.tsx';
import { Taken } from './taken.tsx';

type Row = WireOutput<'match.list'>['rows'][number];
type Proposal = Row['proposals'][number];

const PAGE = 50;
/** Looked through for one person. */
const MOST = 500;
/** Their rows are accounts, not people. */
const ofAccounts = new Set<Kind>(['candidate', 'nobody', 'untouched']);

interface ListProps {
  readonly job: number;
  /** The comparison. */
  readonly run: number;
  readonly type: string;
  readonly connection: string;
  readonly kind: Kind;
  readonly count: number;
  /** Only this person, and whoever is led to the same account. */
  readonly who: string | null;
  readonly onAll: () => void;
}

export function MatchRows({ job, run, type, connection, kind, count, who, onAll }: ListProps) {
  const { t } = useWords();
  const may = useMay();
  // Whoever else is led to the same account may stand on any page.
  const isWhole = who !== null || kind === 'ambiguous';
  const list = usePages('match.list', { job, type, kind, limit: isWhole ? MOST : PAGE }, { about: run });
  const loaded = list.data?.pages.flatMap((page) => page.rows) ?? [];
  const shown = who === null ? loaded : rowsAround(loaded, who);
  const goesOn = isWhole && list.hasNextPage && !list.isFetchingNextPage && !list.isFetchNextPageError;
  const { fetchNextPage } = list;
  useEffect(() => {
    if (goesOn) void fetchNextPage();
  }, [goesOn, fetchNextPage]);
  const [marking, setMarking] = useState<readonly string[] | 'all' | null>(null);
  const mayMark = kind === 'nobody' && may('match.protect');
  return (
    <Part
      title={t(`matching.kind.${kind}`)}
      extra={mayMark && count > 0 && <Button onClick={() => setMarking('all')}>{t('matching.protectAll', { count })}</Button>}
    >
      <p className={styles.about}>{t(`more.matching.${kind}`)}</p>
      {who !== null && (
        <p className={styles.about}>
          {t('matching.onlyWho')}{' '}
          <Button size="small" onClick={onAll}>
            {t('matching.showAll')}
          </Button>
        </p>
      )}
      <Answered of={list}>
        {() => {
          if (isWhole && list.isFetchNextPageError) return <Trouble error={list.error!} onRetry={() => void fetchNextPage()} />;
          const looks = isWhole && list.hasNextPage;
          if (shown.length === 0 || looks)
            return (
              <Empty
                style={{ padding: 28 }}
                image={Empty.PRESENTED_IMAGE_SIMPLE}
                description={t(looks ? 'matching.looking' : who === null ? 'matching.none' : 'matching.noneOfThem')}
              />
            );
          const { contests, single } = kind === 'ambiguous' ? contestsIn(shown) : { contests: [], single: shown };
          return (
            <ul className={styles.rows}>
              {contests.map((contest) => (
                <li key={contest.account.id}>
                  <ContestedAccount contest={contest} job={job} type={type} />
                </li>
              ))}
              {single.map((row) => (
                <li key={row.id}>
                  {ofAccounts.has(kind) ? (
                    <>
                      <div className={styles.head}>
                        <Named of={row} />
                        {mayMark && (
                          <Button size="small" onClick={() => setMarking([row.id])}>
                            {t('matching.protect')}
                          </Button>
                        )}
                        {row.looksLike && <Alike of={row.looksLike} type={type} />}
                      </div>
                      <Whose row={row} job={job} type={type} />
                    </>
                  ) : (
                    <OneRow row={row} job={job} type={type} connection={connection} />
                  )}
                </li>
              ))}
            </ul>
          );
        }}
      </Answered>
      {!isWhole && list.hasNextPage && (
        <Button type="link" loading={list.isFetchingNextPage} onClick={() => void list.fetchNextPage()}>
          {t('matching.more')}
        </Button>
      )}
      {marking && <ProtectDialog job={job} type={type} accounts={marking} onEnd={() => setMarking(null)} />}
    </Part>
  );
}

/** Nobody's, though it carries the signs of somebody: they have another account, or the scope leaves them out. */
function Alike({ of, type }: { readonly of: NonNullable<Row['looksLike']>; readonly type: string }) {
  const { t } = useWords();
  return (
    <p className={`${styles.taken} ${styles.alike}`}>
      {t('matching.looksLike')}
      <Link to={addressOf(type, of.object)}>{of.title}</Link>
      {of.account ? t('matching.hasAlready') + [of.account.title, ...of.account.marks].join(' · ') : t('matching.isLeftOut')}
    </p>
  );
}

/** Of an account that may be somebody's: whose, why, and the word that decides. */
function Whose({ row, job, type }: Pick<RowProps, 'row' | 'job' | 'type'>) {
  if (row.proposals.length === 0) return null;
  return (
    <ul className={styles.choices}>
      {row.proposals.map((proposal) => (
        <li key={proposal.object}>
          <span className={styles.account}>
            <Link to={addressOf(type, proposal.object)}>{proposal.title}</Link>
            <Reasons proposal={proposal} />
          </span>
          <Deeds job={job} type={type} object={proposal.object} account={row.id} />
        </li>
      ))}
    </ul>
  );
}

interface RowProps {
  readonly row: Row;
  readonly job: number;
  readonly type: string;
  readonly connection: string;
}

function OneRow({ row, job, type, connection }: RowProps) {
  const { t, say } = useWords();
  // What a rule found and what looks like it, each account once.
  const found = row.candidates.filter((one) => !row.proposals.some((proposal) => proposal.account.id === one.id));
  return (
    <>
      <div className={row.account ? styles.pair : styles.head}>
        <Link to={addressOf(type, row.id)}>
          <Named of={row} />
        </Link>
        {row.account && <Named of={row.account} quiet />}
        {row.by && <span className="soft">{t('matching.rule', { rule: say(row.by) })}</span>}
        {row.why && <span className={styles.why}>{say(row.why)}</span>}
        {row.account && row.rule && row.proposals.length === 0 && (
          <KeepApart {...pairOf(row, row.account, job, type)} says={t('matching.reject')} />
        )}
      </div>
      <ul className={styles.choices}>
        {found.map((one) => (
          <li key={one.id}>
            <span className={styles.account}>
              <Named of={one} quiet />
            </span>
            {one.owner ? (
              <Taken row={row} account={{ ...one, owner: one.owner }} job={job} type={type} connection={connection} />
            ) : (
              <span className={styles.deeds}>
                <Accept job={job} type={type} object={row.id} account={one.id} says={t('matching.accept')} />
                <KeepApart {...pairOf(row, one, job, type)} says={t('matching.reject')} />
              </span>
            )}
          </li>
        ))}
        {row.proposals.map((proposal) => (
          <li key={proposal.account.id}>
            <span className={styles.account}>
              <Named of={proposal.account} quiet />
              <Reasons proposal={proposal} />
            </span>
            <Deeds job={job} type={type} object={proposal.object} account={proposal.account.id} />
          </li>
        ))}
      </ul>
    </>
  );
}

/** Person and account, as both are told apart. */
const pairOf = (row: Row, account: NonNullable<Row['account']>, job: number, type: string) => ({
  job,
  type,
  object: row.id,
  account: account.id,
  who: [row.title, ...row.marks].join(' · '),
  what: [account.title, ...account.marks].join(' · '),
});

function Reasons({ proposal }: { readonly proposal: Proposal }) {
  const { t, say } = useWords();
  return (
    <span className={styles.reasons}>
      <Tag color={proposal.clear ? 'success' : 'default'}>
        {t('matching.score', { score: proposal.score })}
        {proposal.clear && ` · ${t('matching.isClear')}`}
      </Tag>
      {proposal.reasons.map((reason) => (
        <span key={`${reason.sign} ${reason.agrees}`} className={reason.agrees ? styles.agrees : styles.differs}>
          {reason.sign === 'rule'
            ? say(reason.label)
            : !reason.agrees
              ? t('matching.differs', { sign: say(reason.label) })
              : reason.sharedBy > 1
                ? t('matching.shared', { sign: say(reason.label), count: reason.sharedBy })
                : t('matching.agrees', { sign: say(reason.label) })}
        </span>
      ))}
    </span>
  );
}
