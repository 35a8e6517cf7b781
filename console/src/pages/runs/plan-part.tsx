// What a run planned and did, change by change, however many there are.
import { Empty } from 'antd';
import { useMemo, useState } from 'react';
import type { RunView } from '../../../../src/server/api/wire.ts';
import { words } from '../../api/generated.ts';
import { useAnswer, usePages } from '../../api/hooks.ts';
import { useWords } from '../../i18n/i18n.ts';
import { Answered } from '../../ui/answered.tsx';
import { Endless } from '../../ui/endless.tsx';
import { ExportMenu } from '../../ui/export-menu.tsx';
import { useCrowded, useNarrow } from '../../ui/narrow.ts';
import { Part } from '../../ui/page.tsx';
import { State } from '../../ui/state.tsx';
import { tellsWhole } from '../../ui/tells-whole.ts';
import { sharedAmong, useNumber } from '../../ui/told-apart.ts';
import { ChangePanel, type Change } from './change-panel.tsx';
import { countOf, isFiltered, PlanFilters, usePlanFilter } from './plan-filter.tsx';
import styles from './plan.module.css';
import { hasPlan, wordOf } from './run-kind.ts';
import { InShort } from '../../ui/values.tsx';
import { When } from '../../ui/when.tsx';
import { useUnwanted, type Unwanted } from './unwanted.ts';

const PAGE = 200;
/** A reason takes two lines at most: beside the change, below it where there is less room, or below everything. */
const ROW = { wide: 44, crowded: 64, narrow: 104 };
const LOOK_MS = 4_000;

/** What takes away stands out. */
const grave = new Set(['remove', 'disable', 'unlink']);

interface RowProps {
  readonly change: Change;
  /** Others in the plan have the same name. */
  readonly isShared: boolean;
  readonly unwanted: Unwanted | null;
  readonly narrow: boolean;
  readonly onOpen: () => void;
}

function Row({ change, isShared, unwanted, narrow, onOpen }: RowProps) {
  const { t, say } = useWords();
  const number = useNumber(change, isShared || grave.has(change.action));
  const deed = say(wordOf(words.deed, change.deed));
  const what = <b className={grave.has(change.action) ? styles.grave : ''}>{deed}</b>;
  const who = (
    <button
      type="button"
      className={styles.open}
      onClick={onOpen}
      {...tellsWhole(styles.cut!)}
      aria-label={t('runs.change.open', { name: change.title, deed })}
    >
      {change.title}
    </button>
  );
  const type = (
    <span className="soft">
      {number !== null && <span className="number">{number} · </span>}
      {say(wordOf(words.type, change.type))}
    </span>
  );
  const passedOver = unwanted ? (
    <>
      {t('runs.plan.unwanted', { by: unwanted.by })} <When at={unwanted.at} />
    </>
  ) : change.state === 'skipped' && change.why ? (
    say(change.why)
  ) : null;
  if (narrow)
    return (
      <div role="cell" className={styles.card}>
        <div className={styles.between}>
          <span className={styles.cut}>
            {who} {type}
          </span>
          <State kind="change" code={change.state} quiet />
        </div>
        <div className={styles.cut}>
          {what} {passedOver === null ? <InShort change={change} /> : <span className="soft">{passedOver}</span>}
        </div>
        <span className={`soft ${styles.cut} ${styles.reason}`}>{say(change.because)}</span>
      </div>
    );
  return (
    <div className={styles.change}>
      <span role="cell" className={styles.cut}>
        {what}
      </span>
      <span role="cell" className={styles.cut}>
        {who} {type}
      </span>
      <span role="cell" className={styles.cut}>
        {passedOver !== null && <span className="soft">{passedOver} · </span>}
        <InShort change={change} />
      </span>
      <span role="cell" className={`soft ${styles.cut} ${styles.reason}`}>
        {say(change.because)}
      </span>
      <span role="cell" className={styles.cut}>
        <State kind="change" code={change.state} quiet />
      </span>
    </div>
  );
}

function Head() {
  const { t } = useWords();
  const titles = ['what', 'who', 'change', 'reason', 'state'] as const;
  return (
    <div role="row" className={styles.change}>
      {titles.map((name) => (
        <span key={name} role="columnheader">
          {t(`runs.plan.column.${name}`)}
        </span>
      ))}
    </div>
  );
}

const Nothing = ({ says }: { readonly says: string }) => (
  <Empty style={{ padding: 36 }} image={Empty.PRESENTED_IMAGE_SIMPLE} description={says} />
);

const counted = ['planned', 'applied', 'held', 'failed', 'pending', 'refused', 'skipped'] as const;
const hasChanges = (run: RunView): boolean => counted.some((name) => (run.counts[name] ?? 0) > 0);

export function PlanPart({ run }: { readonly run: RunView }) {
  const { t, language } = useWords();
  const narrow = useNarrow();
  const crowded = useCrowded();
  const filter = usePlanFilter();
  const isOver = run.endedAt !== null;
  // Asked first, so that it is answered first: counting a large plan takes longer than its first rows.
  const list = usePages('run.changes', { run: run.id, ...filter, limit: PAGE }, { settled: isOver });
  const plan = useAnswer('run.plan', { run: run.id, examples: 0 }, isOver ? {} : { everyMs: LOOK_MS });
  const [open, setOpen] = useState<number | null>(null);
  const groups = plan.data?.groups ?? [];
  const changes = useMemo(() => list.data?.pages.flatMap((page) => page.changes) ?? [], [list.data]);
  const isShared = useMemo(() => sharedAmong(changes), [changes]);
  const unwanted = useUnwanted(run, changes);
  const total = countOf(groups, filter);
  const objects = isFiltered(filter) ? total : (run.counts.objects ?? total);
  const opened = open === null ? null : (changes[open] ?? null);
  const isEmpty = list.data !== undefined && changes.length === 0 && !list.hasNextPage;
  return (
    <Part
      title={t(run.dryRun ? 'runs.plan.titleDry' : 'runs.plan.title')}
      extra={
        <span className={styles.extra}>
          {total !== null && total > 0 && (
            <span className="soft number">
              {t('runs.plan.count', { count: total, n: total.toLocaleString(language) })}
              {objects !== null &&
                objects !== total &&
                `${language === 'zh' ? '' : ' '}${t('runs.plan.about', { count: objects, n: objects.toLocaleString(language) })}`}
            </span>
          )}
          <ExportMenu list="changes" filter={{ run: run.id, ...filter }} />
        </span>
      }
    >
      {/* Its place is kept until it is known what there is. */}
      {(groups.length > 0 || isFiltered(filter) || (plan.data === undefined && hasChanges(run))) && (
        <PlanFilters run={run} groups={groups} filter={filter} />
      )}
      <Answered of={list} rows={8}>
        {() =>
          isEmpty ? (
            <Nothing
              says={t(
                isFiltered(filter)
                  ? 'runs.plan.none'
                  : !isOver
                    ? 'runs.plan.planning'
                    : hasPlan(run)
                      ? 'runs.plan.empty'
                      : 'runs.plan.without',
              )}
            />
          ) : (
            <Endless<Change>
              label={t(run.dryRun ? 'runs.plan.titleDry' : 'runs.plan.title')}
              rows={changes}
              height={narrow ? ROW.narrow : crowded ? ROW.crowded : ROW.wide}
              keyOf={(change) => change.id}
              head={narrow ? undefined : <Head />}
              total={total}
              more={{ has: list.hasNextPage, isLoading: list.isFetchingNextPage, load: () => void list.fetchNextPage() }}
              loading={t('runs.more')}
            >
              {(change, index) => (
                <Row
                  change={change}
                  isShared={isShared(change)}
                  unwanted={unwanted(change)}
                  narrow={narrow}
                  onOpen={() => setOpen(index)}
                />
              )}
            </Endless>
          )
        }
      </Answered>
      <ChangePanel
        change={opened}
        unwanted={opened && unwanted(opened)}
        onClose={() => setOpen(null)}
        onPrevious={open !== null && open > 0 ? () => setOpen(open - 1) : undefined}
        onNext={open !== null && open < changes.length - 1 ? () => setOpen(open + 1) : undefined}
      />
    </Part>
  );
}
