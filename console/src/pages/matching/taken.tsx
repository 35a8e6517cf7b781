// The rules lead somebody to the account of somebody else: one person after all, the wrong one has it, or two of whom one goes without.
import { Button } from 'antd';
import { Link } from 'react-router';
import type { WireOutput } from '../../../../src/server/api/wire.ts';
import { call } from '../../api/client.ts';
import { useAnswer, useCommand, useMay } from '../../api/hooks.ts';
import { useWords } from '../../i18n/i18n.ts';
import { useNumber } from '../../ui/told-apart.ts';
import { useApp } from '../../ui/use-app.ts';
import { When } from '../../ui/when.tsx';
import { addressOf } from '../directory/addresses.ts';
import styles from './matching.module.css';
import { KeepApart } from './not-the-same.tsx';
import { useOffWhileOlder } from './older.ts';

type Row = WireOutput<'match.list'>['rows'][number];
type Candidate = Row['candidates'][number];

const MOST = 1000;
/** As the runs list it. */
const CAUSE = 'ambiguous';

interface TakenProps {
  readonly row: Row;
  readonly account: Candidate & { readonly owner: NonNullable<Candidate['owner']> };
  readonly job: number;
  readonly type: string;
  readonly connection: string;
}

export function Taken(props: TakenProps) {
  const { row, account, type } = props;
  const { t } = useWords();
  const may = useMay();
  const { owner } = account;
  // The two are often of one name.
  const number = useNumber({ type, title: owner.title, key: owner.object, targetKey: null, attributes: [] }, true);
  if (owner.object === row.id) return <p className={styles.taken}>{t('matching.hasIt')}</p>;
  return (
    <div className={styles.taken}>
      <p>
        {t('matching.taken')} <Link to={addressOf(type, owner.object)}>{owner.title}</Link>
        {number !== null && <span className="number"> {number}</span>}
      </p>
      <ul className={styles.outs}>
        {type === 'person' && may('person.merge') && (
          <li>
            <Link to={`/people/${row.id}/merge/${owner.object}`}>{t('matching.mergeThem')}</Link>
          </li>
        )}
        {may('link.move') && (
          <li>
            <Move {...props} number={number} />
          </li>
        )}
        {may('match.reject') && (
          <li>
            {t('matching.ownAccount')}{' '}
            <KeepApart
              job={props.job}
              type={type}
              object={row.id}
              account={account.id}
              says={t('matching.apart.own')}
              who={[row.title, ...row.marks].join(' · ')}
              what={[account.title, ...account.marks].join(' · ')}
            />
          </li>
        )}
        {may('job.update') && (
          <li>
            {t('matching.noneHere')} <Link to={`/jobs/${props.job}/edit/scope`}>{t('matching.toScope')}</Link>
          </li>
        )}
        <li>
          <OffList {...props} />
        </li>
      </ul>
    </div>
  );
}

/** The other one has it by mistake: what follows is read before. */
function Move({ row, account, job, type, connection, number }: TakenProps & { readonly number: string | null }) {
  const { t, say } = useWords();
  const { modal, message } = useApp();
  const may = useMay();
  const off = useOffWhileOlder();
  const move = useCommand('link.move');
  const compare = useCommand('match.start');
  const named = { connection, type, externalId: account.id, to: row.id };
  const ask = async (): Promise<void> => {
    const { says, seen } = await call('link.consequence', named);
    void modal.confirm({
      title: t('matching.moveAsk', {
        from: [account.owner.title, ...(number === null ? [] : [number])].join(' '),
        account: [account.title, ...account.marks].join(' · '),
        to: [row.title, ...row.marks].join(' · '),
      }),
      content: says.map((one) => <p key={one.en}>{say(one)}</p>),
      okText: t('matching.moveIt'),
      cancelText: t('app.cancel'),
      onOk: () =>
        move.mutateAsync({ ...named, seen }).then(
          () => {
            void message.success(t('matching.moved'));
            // What was compared before speaks of the one who had it.
            if (may('match.start')) compare.mutate({ job }, { onError: (error) => void message.error(error.message, 8) });
          },
          (error: Error) => void message.error(error.message, 8),
        ),
    });
  };
  return (
    <>
      {t('matching.itIsTheirs')}{' '}
      <Button
        size="small"
        {...off}
        loading={move.isPending}
        onClick={() => void ask().catch((error: Error) => void message.error(error.message, 8))}
      >
        {t('matching.moveIt')}
      </Button>
    </>
  );
}

/** Two people, and it stays as it is: it is listed no more. That keeps nobody from an account of their own. */
function OffList({ row, job, type }: TakenProps) {
  const { t } = useWords();
  const { message } = useApp();
  const may = useMay();
  const off = useOffWhileOlder();
  const triage = useCommand('item.triage');
  const listed = useAnswer('item.list', { job, type, cause: CAUSE, attribute: '', limit: MOST });
  const item = listed.data?.items.find((one) => one.key === row.id);
  const mark = (as: 'waived' | 'new'): void =>
    triage.mutate(
      { job, keys: [{ type, id: row.id }], triage: as, ...(as === 'waived' ? { note: t('matching.offListNote') } : {}) },
      { onError: (error) => void message.error(error.message, 8) },
    );
  const isDecided = item?.triage === 'waived';
  return (
    <>
      {isDecided ? (
        <>
          {t('matching.isOffList', { who: item.triageBy ?? '' })} {item.triageAt !== null && <When at={item.triageAt} />}{' '}
        </>
      ) : (
        `${t('matching.theyAreTwo')} `
      )}
      {item && may('item.triage') && (
        <Button size="small" {...off} loading={triage.isPending} onClick={() => mark(isDecided ? 'new' : 'waived')}>
          {t(isDecided ? 'matching.takeBack' : 'matching.offList')}
        </Button>
      )}{' '}
      {t('matching.offListMeans')}
    </>
  );
}
