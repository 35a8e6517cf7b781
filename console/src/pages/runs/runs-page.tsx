// Every run as a row of its own, newest first, however many there are.
import { Empty } from 'antd';
import { Link } from 'react-router';
import type { RunView } from '../../../../src/server/api/wire.ts';
import { usePages } from '../../api/hooks.ts';
import { useWords } from '../../i18n/i18n.ts';
import { Answered } from '../../ui/answered.tsx';
import { Counts } from '../../ui/counts.tsx';
import { Endless } from '../../ui/endless.tsx';
import { ExportMenu } from '../../ui/export-menu.tsx';
import { useJobName } from '../../ui/job-name.ts';
import { useNarrow } from '../../ui/narrow.ts';
import { Page, Part } from '../../ui/page.tsx';
import { State } from '../../ui/state.tsx';
import { tellsWhole } from '../../ui/tells-whole.ts';
import { Clock, When } from '../../ui/when.tsx';
import { lengthOf } from './length.ts';
import { RunFilters, useRunFilter } from './run-filters.tsx';
import { hasPlan, useRunKind } from './run-kind.ts';
import styles from './runs.module.css';

const PAGE = 100;
const ROW = { wide: 46, narrow: 92 };

function RunRow({ run, narrow }: { readonly run: RunView; readonly narrow: boolean }) {
  const { t, language } = useWords();
  const kind = useRunKind();
  const called = useJobName();
  const name = (
    <Link to={`/runs/${run.id}`} className={styles.name}>
      {called(run)}
    </Link>
  );
  const number = <span className="soft number">{t('runs.number', { run: run.id })}</span>;
  const began = run.startedAt ?? run.queuedAt;
  const when = (
    <>
      <When at={began} />
      <Clock at={began} />
    </>
  );
  const length = run.startedAt !== null && run.endedAt !== null ? lengthOf(run.endedAt - run.startedAt, language) : '';
  if (narrow)
    return (
      <div role="cell" className={styles.card} {...tellsWhole(styles.cut!)}>
        <div className={styles.line}>
          <span className={styles.cut}>{name}</span>
          <State kind="run" code={run.state} />
        </div>
        <div className={`soft ${styles.cut}`}>
          {number} · {when} · {kind(run)}
        </div>
        <div className={styles.cut}>
          <Counts of={run.counts} hasPlan={run.endedAt !== null && hasPlan(run)} />
        </div>
      </div>
    );
  return (
    <div className={styles.run} {...tellsWhole(styles.cut!)}>
      <span role="cell" className={styles.cut}>
        {name} {number}
      </span>
      <span role="cell">
        <State kind="run" code={run.state} />
      </span>
      <span role="cell" className={styles.cut}>
        <Counts of={run.counts} hasPlan={run.endedAt !== null && hasPlan(run)} />
      </span>
      <span role="cell" className={`soft ${styles.two}`} title={kind(run)}>
        {kind(run)}
      </span>
      <span role="cell" className="soft">
        {when}
      </span>
      <span role="cell" className="soft number">
        {length}
      </span>
    </div>
  );
}

function Head() {
  const { t } = useWords();
  const titles = ['job', 'state', 'result', 'kind', 'began', 'length'] as const;
  return (
    <div role="row" className={styles.run}>
      {titles.map((name) => (
        <span key={name} role="columnheader">
          {t(`runs.column.${name}`)}
        </span>
      ))}
    </div>
  );
}

export function RunsPage() {
  const { t } = useWords();
  const narrow = useNarrow();
  const filter = useRunFilter();
  const list = usePages('run.list', { ...filter, limit: PAGE });
  const isFiltered = Object.keys(filter).length > 0;
  return (
    <Page title={t('runs.title')} about={t('runs.about')} wide actions={<ExportMenu list="runs" filter={filter} />}>
      <RunFilters />
      <Answered of={list} rows={8}>
        {({ pages }) => {
          const runs = pages.flatMap((page) => page.runs);
          if (runs.length === 0)
            return (
              <Part>
                <Empty
                  style={{ padding: 40 }}
                  image={Empty.PRESENTED_IMAGE_SIMPLE}
                  description={t(isFiltered ? 'runs.none' : 'runs.empty')}
                />
              </Part>
            );
          return (
            <Part>
              <Endless<RunView>
                label={t('runs.title')}
                rows={runs}
                height={narrow ? ROW.narrow : ROW.wide}
                keyOf={(run) => run.id}
                head={narrow ? undefined : <Head />}
                more={{ has: list.hasNextPage, isLoading: list.isFetchingNextPage, load: () => void list.fetchNextPage() }}
                loading={t('runs.more')}
              >
                {(run) => <RunRow run={run} narrow={narrow} />}
              </Endless>
            </Part>
          );
        }}
      </Answered>
    </Page>
  );
}
