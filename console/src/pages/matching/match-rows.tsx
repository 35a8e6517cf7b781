// One list of a matching: who, what was found for them and why, and the word that decides.
import { App, Button, Empty, Tag } from 'antd';
import { useState } from 'react';
import { Link } from 'react-router';
import type { WireOutput } from '../../../../src/server/api/wire.ts';
import { useCommand, useMay, usePages } from '../../api/hooks.ts';
import { useWords } from '../../i18n/i18n.ts';
import { Answered } from '../../ui/answered.tsx';
import { Part } from '../../ui/page.tsx';
import { addressOf } from '../directory/addresses.ts';
import type { Kind } from './job-matching.tsx';
import styles from './matching.module.css';
import { ProtectDialog } from './protect-dialog.tsx';

type Row = WireOutput<'match.list'>['rows'][number];
type Proposal = Row['proposals'][number];

const PAGE = 50;
/** Their rows are accounts, not people. */
const ofAccounts = new Set<Kind>(['candidate', 'nobody', 'untouched']);

interface ListProps {
  readonly job: number;
  readonly type: string;
  readonly kind: Kind;
  readonly count: number;
}

export function MatchRows({ job, type, kind, count }: ListProps) {
  const { t } = useWords();
  const may = useMay();
  const list = usePages('match.list', { job, type, kind, limit: PAGE });
  const [marking, setMarking] = useState<readonly string[] | 'all' | null>(null);
  const mayMark = kind === 'nobody' && may('match.protect');
  return (
    <Part
      title={t(`matching.kind.${kind}`)}
      extra={mayMark && count > 0 && <Button onClick={() => setMarking('all')}>{t('matching.protectAll', { count })}</Button>}
    >
      <p className={styles.about}>{t(`matching.about.${kind}`)}</p>
      <Answered of={list}>
        {({ pages }) => {
          const rows = pages.flatMap((page) => page.rows);
          if (rows.length === 0)
            return <Empty style={{ padding: 28 }} image={Empty.PRESENTED_IMAGE_SIMPLE} description={t('matching.none')} />;
          return (
            <ul className={styles.rows}>
              {rows.map((row) => (
                <li key={row.id}>
                  {ofAccounts.has(kind) ? (
                    <div className={styles.head}>
                      <Named of={row} />
                      {mayMark && (
                        <Button size="small" onClick={() => setMarking([row.id])}>
                          {t('matching.protect')}
                        </Button>
                      )}
                      {row.looksLike && <Alike of={row.looksLike} type={type} />}
                    </div>
                  ) : (
                    <OneRow row={row} job={job} type={type} />
                  )}
                </li>
              ))}
            </ul>
          );
        }}
      </Answered>
      {list.hasNextPage && (
        <Button type="link" loading={list.isFetchingNextPage} onClick={() => void list.fetchNextPage()}>
          {t('matching.more')}
        </Button>
      )}
      {marking && <ProtectDialog job={job} type={type} accounts={marking} onEnd={() => setMarking(null)} />}
    </Part>
  );
}

/** Two of one name are told apart by what stands below it. */
function Named({ of, quiet = false }: { readonly of: Pick<Row, 'title' | 'marks'>; readonly quiet?: boolean }) {
  return (
    <span className={styles.named}>
      {quiet ? of.title : <b>{of.title}</b>}
      {of.marks.length > 0 && <small className={styles.marks}>{of.marks.join(' · ')}</small>}
    </span>
  );
}

/** Nobody's, though it carries the signs of somebody: they have another account. */
function Alike({ of, type }: { readonly of: NonNullable<Row['looksLike']>; readonly type: string }) {
  const { t } = useWords();
  return (
    <p className={`${styles.taken} ${styles.alike}`}>
      {t('matching.looksLike')} <Link to={addressOf(type, of.object)}>{of.title}</Link>
      {t('matching.hasAlready')} {[of.account.title, ...of.account.marks].join(' · ')}
    </p>
  );
}

interface RowProps {
  readonly row: Row;
  readonly job: number;
  readonly type: string;
}

function OneRow({ row, job, type }: RowProps) {
  const { t } = useWords();
  const may = useMay();
  // What a rule found and what looks like it, each account once.
  const found = row.candidates.filter((one) => !row.proposals.some((proposal) => proposal.account.id === one.id));
  return (
    <>
      <div className={styles.head}>
        <Link to={addressOf(type, row.id)}>
          <Named of={row} />
        </Link>
        {row.account && <Named of={row.account} quiet />}
        {row.rule && <span className="soft">{t('matching.rule', { rule: row.rule })}</span>}
      </div>
      <ul className={styles.choices}>
        {found.map((one) => (
          <li key={one.id}>
            <span className={styles.account}>
              <Named of={one} quiet />
            </span>
            {one.owner ? (
              <span className={styles.taken}>
                {t('matching.taken')} <Link to={addressOf(type, one.owner.object)}>{one.owner.title}</Link>
                {type === 'person' && may('person.merge') && (
                  <>
                    {' · '}
                    <Link to={`/people/${row.id}/merge/${one.owner.object}`}>{t('matching.mergeThem')}</Link>
                  </>
                )}
              </span>
            ) : (
              <Deeds job={job} type={type} object={row.id} account={one.id} />
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

interface PairProps {
  readonly job: number;
  readonly type: string;
  readonly object: string;
  readonly account: string;
}

function Deeds({ job, type, object, account }: PairProps) {
  const { t } = useWords();
  const { message } = App.useApp();
  const may = useMay();
  const accept = useCommand('match.accept');
  const reject = useCommand('match.reject');
  const pairs = [{ object, account }];
  const onError = (error: Error): void => void message.error(error.message, 8);
  if (!may('match.accept')) return null;
  return (
    <span className={styles.deeds}>
      <Button
        size="small"
        type="primary"
        ghost
        loading={accept.isPending}
        onClick={() =>
          accept.mutate(
            { job, type, pairs },
            {
              onSuccess: ({ linked, left }) =>
                void message.info(t('matching.accepted', { linked, left: left.linked + left.gone + left.protected })),
              onError,
            },
          )
        }
      >
        {t('matching.accept')}
      </Button>
      <Button
        size="small"
        loading={reject.isPending}
        onClick={() => reject.mutate({ job, type, pairs }, { onSuccess: () => void message.info(t('matching.rejectedDone')), onError })}
      >
        {t('matching.reject')}
      </Button>
    </span>
  );
}
