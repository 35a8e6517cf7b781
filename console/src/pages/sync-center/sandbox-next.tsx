// The sandbox company leads on: what has happened so far, what waits, and the way to it.
import { Alert, App, Button } from 'antd';
import { Link } from 'react-router';
import { useAnswer, useCommand, useMay } from '../../api/hooks.ts';
import { useWords } from '../../i18n/i18n.ts';
import { useCounted } from '../../ui/counted.ts';
import { isBehind, stepsOf, type Step } from './sandbox-step.ts';
import styles from './first-choice.module.css';

const LOOK_MS = 4_000;
/** Of the latest runs, one has changed something and one has compared everything. */
const LATEST = 20;
/** It showed nobody, or could not be read to its end. */
const aboutTheFile: ReadonlySet<string> = new Set(['source-empty', 'read-incomplete']);

export function SandboxNext({ up, down }: { readonly up: number; readonly down: number }) {
  const status = useAnswer('status', {}, { everyMs: LOOK_MS });
  const changed = useAnswer('run.list', { job: up, limit: LATEST }, { everyMs: LOOK_MS });
  const compared = useAnswer('run.list', { job: down, modes: ['full', 'incremental'], limit: LATEST }, { everyMs: LOOK_MS });
  const waiting = useAnswer('waiting.list', { job: up }, { everyMs: LOOK_MS });
  const [hr, book] = [up, down].map((id) => status.data?.jobs.find((job) => job.id === id));
  if (!hr || !book) return null;
  // Something always comes next: its place is kept.
  if (!changed.data || !compared.data || waiting.isPending) return <div className={styles.coming} />;
  const unbelieved = waiting.data?.waiting.some(({ kind }) => aboutTheFile.has(kind)) ?? false;
  return (
    <>
      {stepsOf(hr, book, isBehind(changed.data.runs, compared.data.runs), unbelieved).map((step) => (
        <OneStep key={step} step={step} hr={hr} book={book} />
      ))}
    </>
  );
}

type Job = Parameters<typeof stepsOf>[0] & { readonly id: number; readonly name: string };

function OneStep({ step, hr, book }: { readonly step: Step; readonly hr: Job; readonly book: Job }) {
  const { t, language } = useWords();
  const people = useCounted();
  const sizes = useAnswer('sizes', {}, { enabled: step === 'done' });
  const held = sizes.data?.jobs.find((one) => one.job === book.id)?.person ?? 0;
  const says = {
    hr: hr.name,
    book: book.name,
    n: book.held.toLocaleString(language),
    people: people('person', held),
  };
  return (
    <Alert
      type={step === 'done' ? 'success' : step === 'asked' || step === 'doubted' ? 'warning' : 'info'}
      showIcon
      className={styles.next!}
      title={t(`first.next.${step}`, says)}
      action={<Way step={step} hr={hr} book={book} />}
    />
  );
}

function Way({ step, hr, book }: { readonly step: Step; readonly hr: Job; readonly book: Job }) {
  const { t } = useWords();
  const { message } = App.useApp();
  const may = useMay();
  const start = useCommand('run.start');
  switch (step) {
    case 'reading':
    case 'planning': {
      const run = (step === 'reading' ? hr : book).lastRun;
      return run === null ? null : <Link to={`/runs/${run.id}`}>{t('first.toRun')}</Link>;
    }
    case 'doubted':
    case 'asked':
      return (
        <Link to="/waiting">
          <Button type="primary" tabIndex={-1}>
            {t('first.toWaiting')}
          </Button>
        </Link>
      );
    case 'behind':
      return may('run.start') ? (
        <Button
          type="primary"
          loading={start.isPending}
          onClick={() => start.mutate({ job: book.id }, { onError: (error) => void message.error(error.message, 8) })}
        >
          {t('first.runBook', { book: book.name })}
        </Button>
      ) : null;
    case 'done':
      return <Link to="/directory">{t('first.toDirectory')}</Link>;
  }
}
