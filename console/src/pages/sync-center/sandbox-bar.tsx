// While the sandbox company is here: ways to hurt it, each with the answer why nobody was harmed, and the way to be rid of it.
import { useQueryClient } from '@tanstack/react-query';
import { Alert, Button } from 'antd';
import { useState } from 'react';
import { Link } from 'react-router';
import type { RunView, WireInput, WireOutput } from '../../../../src/server/api/wire.ts';
import { call } from '../../api/client.ts';
import { useAnswer, useMay } from '../../api/hooks.ts';
import { useWords } from '../../i18n/i18n.ts';
import { objectsIn } from '../../ui/counted.ts';
import { useApp } from '../../ui/use-app.ts';
import { InShort } from '../../ui/values.tsx';
import { SandboxDemo } from './sandbox-demo.tsx';
import { SandboxNext } from './sandbox-next.tsx';
import styles from './first-choice.module.css';

type Attempt = WireInput<'sandbox.try'>['attempt'];

const LOOK_MS = 500;
/** So many changes are told in full. */
const TOLD = 5;

async function ended(run: number): Promise<RunView> {
  for (;;) {
    const { run: view } = await call('run.get', { run });
    if (view.endedAt !== null) return view;
    await new Promise((resolve) => setTimeout(resolve, LOOK_MS));
  }
}

/** Who is in service; who is suspended or has left is no loss. */
const peopleNow = async (): Promise<People> => {
  const { active = 0, ...others } = (await call('sizes', {})).directory.people;
  return { active, others: Object.values(others).reduce((sum, count) => sum + count, 0) };
};

interface People {
  readonly active: number;
  readonly others: number;
}

interface Outcome {
  readonly run: RunView;
  readonly before: People;
  readonly after: People;
}

export function SandboxBar() {
  const { t, say } = useWords();
  const { modal, message } = useApp();
  const client = useQueryClient();
  const may = useMay();
  const sandbox = useAnswer('sandbox.show', {});
  const [busy, setBusy] = useState<Attempt | 'remove' | null>(null);
  const [outcome, setOutcome] = useState<Outcome | null>(null);
  if (!sandbox.data?.isHere) return null;
  const during = async (what: Attempt | 'remove', work: () => Promise<void>): Promise<void> => {
    setBusy(what);
    setOutcome(null);
    try {
      await work();
    } catch (error) {
      void message.error((error as Error).message);
    } finally {
      // What was removed is not asked about once more.
      await client.invalidateQueries();
      setBusy(null);
    }
  };
  const hurt = (attempt: Attempt): Promise<void> =>
    during(attempt, async () => {
      const before = await peopleNow();
      const { run } = await call('sandbox.try', { attempt });
      setOutcome({ run: await ended(run), before, after: await peopleNow() });
    });
  const remove = (): Promise<void> =>
    during('remove', async () => {
      for (;;) {
        const step: WireOutput<'sandbox.remove'> = await call('sandbox.remove', {});
        if (step.isDone) return void message.success(t('first.removed'));
        await ended(step.run!);
      }
    });
  const ask = (): void =>
    void modal.confirm({
      title: t('first.removeIt'),
      content: t('first.removeWhat'),
      okText: t('first.remove'),
      okButtonProps: { danger: true },
      cancelText: t('app.cancel'),
      onOk: () => void remove(),
    });
  return (
    <section className={styles.sandbox} aria-label={t('first.sandbox.title')}>
      <span>
        <b>{t('first.try')}</b> <span className="soft">{t('first.tryAbout')}</span>
      </span>
      <div className={styles.buttons}>
        {may('sandbox.try') &&
          sandbox.data.attempts.map(({ attempt, label }) => (
            <Button key={attempt} disabled={busy !== null} loading={busy === attempt} onClick={() => void hurt(attempt)}>
              {say(label)}
            </Button>
          ))}
        {may('sandbox.remove') && (
          <Button danger disabled={busy !== null} loading={busy === 'remove'} onClick={ask}>
            {t('first.remove')}
          </Button>
        )}
      </div>
      <div className={styles.answer} aria-live="polite">
        {outcome && <Answer outcome={outcome} />}
        {busy !== 'remove' && sandbox.data.up !== null && sandbox.data.down !== null && (
          <SandboxNext up={sandbox.data.up} down={sandbox.data.down} />
        )}
      </div>
      {may('sandbox.try') && <SandboxDemo />}
    </section>
  );
}

/** What the attempt has changed, value by value: a rename is one. */
function Written({ run, count }: { readonly run: number; readonly count: number }) {
  const { t } = useWords();
  const changes = useAnswer('run.changes', { run, states: ['applied'], limit: TOLD });
  return (
    <div>
      {t('first.written', { count })}
      <ul className={styles.written}>
        {changes.data?.changes.map((change) => (
          <li key={change.id}>
            <b>{change.title}</b> <InShort change={change} />
          </li>
        ))}
      </ul>
    </div>
  );
}

function Answer({ outcome: { run, before, after } }: { readonly outcome: Outcome }) {
  const { t, say } = useWords();
  const held = objectsIn(run.counts, 'held');
  const applied = objectsIn(run.counts, 'applied');
  const isWhole = after.active >= before.active;
  return (
    <Alert
      type={isWhole ? 'success' : 'warning'}
      showIcon
      title={t(isWhole ? 'first.unharmed' : 'first.fewer', { before: before.active, after: after.active })}
      description={
        <>
          {after.others > 0 && <div>{t('first.away', { count: after.others, all: after.active + after.others })}</div>}
          {applied > 0 && <Written run={run.id} count={applied} />}
          {run.problem && <div>{say(run.problem)}</div>}
          {held > 0 && <div>{t('first.held', { count: held })}</div>}
          <Link to={`/runs/${run.id}`}>{t('first.see')}</Link>
        </>
      }
    />
  );
}
