// The match workbench of a job: compare what the system has already with the directory, then decide list by list.
import { Alert, Button, Segmented, Skeleton } from 'antd';
import { useEffect, useRef, useState } from 'react';
import { Link, useSearchParams } from 'react-router';
import type { WireOutput } from '../../../../src/server/api/wire.ts';
import { useAnswer, useCommand, useIsUnderWay, useMay } from '../../api/hooks.ts';
import { useWords } from '../../i18n/i18n.ts';
import { NeedsRole } from '../../ui/needs-role.tsx';
import { Part } from '../../ui/page.tsx';
import { Trouble } from '../../ui/trouble.tsx';
import { useTypeName } from '../../ui/type-name.ts';
import { useApp } from '../../ui/use-app.ts';
import { When } from '../../ui/when.tsx';
import type { JobTabProps } from '../job/tab.ts';
import { useAccepted } from './accept.tsx';
import { MatchRows } from './match-rows.tsx';
import styles from './matching.module.css';
import { Compared, useCompared, useOffWhileOlder } from './older.ts';
import { RejectedPairs } from './rejected-pairs.tsx';

type Matching = WireOutput<'match.get'>;
type Sums = Matching['types'][number];

/** What somebody must decide first, first. */
const kinds = ['ambiguous', 'renamed', 'create', 'matched', 'candidate', 'nobody', 'other', 'protected', 'untouched', 'accepted'] as const;
export type Kind = (typeof kinds)[number];

const LOOK_MS = 2_000;
const open = new Set(['queued', 'running', 'waiting']);

/** Whoever comes from a run wants what that run saw: a comparison that is older is made anew, once. Returns the run that is newer. What is older is not shown meanwhile. */
function useNotOlder(job: number, matching: Matching | undefined) {
  const [query] = useSearchParams();
  const may = useMay();
  const start = useCommand('match.start');
  const isBegun = useRef(false);
  const since = Number(query.get('since') ?? 0);
  const isOlder = matching !== undefined && !open.has(matching.state) && (matching.run ?? 0) < since;
  const begins = isOlder && may('match.start');
  const { mutate } = start;
  useEffect(() => {
    if (!begins || isBegun.current) return;
    isBegun.current = true;
    mutate({ job });
  }, [begins, mutate, job]);
  return { newer: isOlder ? since : null, begins: begins && start.error === null, error: start.error };
}

export function JobMatching({ details }: JobTabProps) {
  const { t } = useWords();
  if (details.direction === 'down') return <Workbench job={details.id} connection={details.connection} />;
  return (
    <Part>
      <p className={styles.none}>{t('matching.upstream')}</p>
    </Part>
  );
}

interface WorkbenchProps {
  /** It writes to a system. */
  readonly job: number;
  readonly connection: string;
  /** Before each comparison, where something has to be saved first. */
  readonly beforehand?: () => Promise<unknown>;
}

export function Workbench({ job, connection, beforehand }: WorkbenchProps) {
  const { t } = useWords();
  const found = useAnswer('match.get', { job }, { everyMs: LOOK_MS });
  const asked = useNotOlder(job, found.data);
  const isStarting = useIsUnderWay('match.start');
  const { data } = found;
  const newer = asked.newer ?? data?.newer ?? null;
  if (found.isPending)
    return (
      <Part>
        <Skeleton active className={styles.explain!} paragraph={{ rows: 12 }} />
      </Part>
    );
  return (
    <>
      <Part extra={data && <Begin job={job} isNew={data.run === null} isOpen={open.has(data.state)} beforehand={beforehand} />}>
        <p className={styles.explain}>{t('matching.explain')}</p>
        {found.error && <Trouble error={found.error} onRetry={() => void found.refetch()} />}
        {asked.error && <Trouble error={asked.error} />}
        {data?.run === null ? <NotYet of={data} /> : data && <Standing of={data} />}
        {newer !== null && !asked.begins && (
          <p className={styles.standing}>
            <b>{t('matching.older')}</b> <Link to={`/runs/${newer}`}>{t('person.run', { run: newer })}</Link>{' '}
            <NeedsRole deed="match.start" />
          </p>
        )}
      </Part>
      {/* What was kept from before may be a comparison that another has replaced. */}
      {data?.state === 'succeeded' && found.isFetchedAfterMount && !asked.begins && !isStarting && (
        <Compared value={{ run: data.run ?? 0, isOlder: newer !== null }}>
          <Lists matching={data} job={job} connection={connection} />
        </Compared>
      )}
    </>
  );
}

interface BeginProps {
  readonly job: number;
  readonly isNew: boolean;
  readonly isOpen: boolean;
  readonly beforehand: (() => Promise<unknown>) | undefined;
}

function Begin({ job, isNew, isOpen, beforehand }: BeginProps) {
  const { t } = useWords();
  const { message } = useApp();
  const may = useMay();
  const start = useCommand('match.start');
  if (!may('match.start')) return isNew ? <NeedsRole deed="match.start" /> : null;
  const begin = async (): Promise<void> => {
    try {
      await beforehand?.();
      await start.mutateAsync({ job });
    } catch (error) {
      void message.error((error as Error).message, 8);
    }
  };
  return (
    <Button type={isNew ? 'primary' : 'default'} loading={start.isPending || isOpen} onClick={() => void begin()}>
      {t(isNew ? 'matching.begin' : 'matching.again')}
    </Button>
  );
}

/** Nothing was compared: how much there would be to compare. */
function NotYet({ of }: { readonly of: Matching }) {
  const { t, language } = useWords();
  const accounts = of.types.find((one) => one.type === 'person')?.accounts ?? 0;
  return (
    <p className={styles.standing}>
      {accounts > 0 ? t('matching.notYet', { count: accounts, n: accounts.toLocaleString(language) }) : t('matching.notSeen')}
    </p>
  );
}

function Standing({ of }: { readonly of: Matching }) {
  const { t } = useWords();
  return (
    <p className={styles.standing} aria-live="polite">
      {open.has(of.state) ? (
        t('matching.going')
      ) : (
        <>
          {of.state === 'failed' && <b className={styles.bad}>{t('matching.failed')} </b>}
          {t('matching.at')} {of.at !== null && <When at={of.at} />} · {t('matching.by', { who: of.by ?? '' })}
        </>
      )}{' '}
      · <Link to={`/runs/${of.run}`}>{t('person.run', { run: of.run ?? 0 })}</Link>
    </p>
  );
}

interface ListsProps {
  readonly matching: Matching;
  readonly job: number;
  readonly connection: string;
}

function Lists({ matching, job, connection }: ListsProps) {
  const { t, say, language } = useWords();
  const may = useMay();
  const typeName = useTypeName();
  const [query, setQuery] = useSearchParams();
  const [chosen, setType] = useState<string | null>(null);
  const types = matching.types.map((one) => one.type);
  const asked = query.get('type');
  const type = chosen ?? types.find((one) => one === asked) ?? (types.includes('person') ? 'person' : types[0]);
  const sums = matching.types.find((one) => one.type === type);
  if (!sums || type === undefined) return null;
  const show = (one: Kind): void => {
    const next = new URLSearchParams(query);
    next.set('type', type);
    next.set('kind', one);
    next.delete('who');
    setQuery(next, { replace: true });
  };
  const wanted = query.get('kind');
  const kind = kinds.find((one) => one === wanted) ?? kinds.find((one) => sums[one] > 0) ?? 'matched';
  const shown = kinds.filter((one) => sums[one] > 0 || one === kind || one === 'ambiguous' || one === 'nobody');
  return (
    <>
      {types.length > 1 && (
        <Segmented
          className={styles.types!}
          value={type}
          onChange={setType}
          options={types.map((value) => ({ value, label: typeName(value) }))}
        />
      )}
      {wanted !== kind && <Stay onShown={() => show(kind)} />}
      <p className={styles.sentence}>{say(sums.says)}</p>
      <AcceptAll job={job} sums={sums} />
      {!may('match.accept') && (
        <p>
          <NeedsRole deed="match.accept" />
        </p>
      )}
      <div className={styles.kinds} role="group">
        {sums.linked > 0 && (
          <div className={styles.kind}>
            <b className="number">{sums.linked.toLocaleString(language)}</b>
            <span>{t('matching.already')}</span>
          </div>
        )}
        {shown.map((one) => (
          <button
            key={one}
            type="button"
            aria-pressed={one === kind}
            className={`${styles.kind} ${one === kind ? styles.on : ''}`}
            onClick={() => show(one)}
          >
            <b className="number">{sums[one].toLocaleString(language)}</b>
            <span>{t(`matching.kind.${one}`)}</span>
          </button>
        ))}
      </div>
      <MatchRows
        key={`${matching.run} ${type} ${kind}`}
        job={job}
        run={matching.run ?? 0}
        type={type}
        connection={connection}
        kind={kind}
        count={sums[kind]}
        who={query.get('who')}
        onAll={() => show(kind)}
      />
      <RejectedPairs job={job} type={type} />
    </>
  );
}

/** Whoever decides in the list that came first, and compares anew by that, is in the same list afterwards. */
function Stay({ onShown }: { readonly onShown: () => void }) {
  useEffect(onShown, [onShown]);
  return null;
}

function AcceptAll({ job, sums }: { readonly job: number; readonly sums: Sums }) {
  const { t } = useWords();
  const { modal, message } = useApp();
  const may = useMay();
  const off = useOffWhileOlder();
  const accept = useCommand('match.accept');
  const run = useCompared();
  const told = useAccepted();
  if (sums.clear === 0 || !may('match.accept')) return null;
  const ask = (): void =>
    void modal.confirm({
      title: t('matching.acceptAsk'),
      content: t('matching.acceptBody'),
      okText: t('matching.acceptAll', { count: sums.clear }),
      cancelText: t('app.cancel'),
      onOk: () =>
        accept.mutateAsync({ job, type: sums.type, run }).then(
          (answer) => void message.success(told(answer), 6),
          (error: Error) => void message.error(error.message, 8),
        ),
    });
  return (
    <Alert
      className={styles.clear!}
      type="info"
      showIcon
      title={t('matching.clear', { count: sums.clear })}
      action={
        <Button type="primary" {...off} onClick={ask}>
          {t('matching.acceptAll', { count: sums.clear })}
        </Button>
      }
    />
  );
}
