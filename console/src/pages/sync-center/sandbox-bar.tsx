// While the sandbox company is here: ways to hurt it, each with the answer why nobody was harmed, and the way to be rid of it.
import { useQueryClient } from '@tanstack/react-query';
import { Alert, Button } from 'antd';
import { useState } from 'react';
import type { WireOutput } from '../../../../src/server/api/wire.ts';
import { call } from '../../api/client.ts';
import { useAnswer, useMay } from '../../api/hooks.ts';
import { useWords } from '../../i18n/i18n.ts';
import { useApp } from '../../ui/use-app.ts';
import { ended, type Attempt, type Outcome, type People } from './sandbox-attempt.ts';
import { SandboxAnswer } from './sandbox-answer.tsx';
import { SandboxNext } from './sandbox-next.tsx';
import { SandboxSurvived, type Survived } from './sandbox-survived.tsx';
import styles from './first-choice.module.css';

/** Who is in service; who is suspended or has left is no loss. */
const peopleNow = async (): Promise<People> => {
  const { active = 0, ...others } = (await call('sizes', {})).directory.people;
  return { active, others: Object.values(others).reduce((sum, count) => sum + count, 0) };
};

export function SandboxBar() {
  const { t, say } = useWords();
  const { modal, message } = useApp();
  const client = useQueryClient();
  const may = useMay();
  const sandbox = useAnswer('sandbox.show', {});
  const [busy, setBusy] = useState<Attempt | 'kill' | 'remove' | null>(null);
  const [outcome, setOutcome] = useState<Outcome | null>(null);
  const [survived, setSurvived] = useState<Survived | null>(null);
  if (!sandbox.data?.isHere) return null;
  const during = async (what: Attempt | 'kill' | 'remove', work: () => Promise<void>): Promise<void> => {
    setBusy(what);
    setOutcome(null);
    setSurvived(null);
    try {
      await work();
    } catch (error) {
      void message.error((error as Error).message, 8);
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
      setOutcome({ attempt, run: await ended(run), before, after: await peopleNow() });
    });
  const kill = (): Promise<void> => during('kill', async () => setSurvived(await call('sandbox.kill', {})));
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
  const button = ({ attempt, label }: WireOutput<'sandbox.show'>['attempts'][number]) => (
    <Button key={attempt} disabled={busy !== null} loading={busy === attempt} onClick={() => void hurt(attempt)}>
      {say(label)}
    </Button>
  );
  return (
    <section className={styles.sandbox} aria-label={t('first.sandbox.title')}>
      <span>
        <b>{t('first.try')}</b> <span className="soft">{t('first.tryAbout')}</span>
      </span>
      <div className={`${styles.buttons} ${styles.tries}`}>
        {may('sandbox.try') && sandbox.data.attempts.filter(({ attempt }) => attempt !== 'whole').map(button)}
        {may('sandbox.kill') && (
          <Button disabled={busy !== null} loading={busy === 'kill'} onClick={() => void kill()}>
            {t('first.kill.button')}
          </Button>
        )}
        {may('sandbox.try') && sandbox.data.attempts.filter(({ attempt }) => attempt === 'whole').map(button)}
        {may('sandbox.remove') && (
          <Button danger disabled={busy !== null} loading={busy === 'remove'} onClick={ask}>
            {t('first.remove')}
          </Button>
        )}
      </div>
      <div className={styles.answer} aria-live="polite">
        {busy === 'kill' && <Alert type="info" showIcon title={t('first.kill.underWay')} />}
        {survived && <SandboxSurvived survived={survived} />}
        {outcome && <SandboxAnswer outcome={outcome} />}
        {busy !== 'remove' && sandbox.data.up !== null && sandbox.data.down !== null && (
          <SandboxNext up={sandbox.data.up} down={sandbox.data.down} />
        )}
      </div>
    </section>
  );
}
