// The brake in the header: puts it on with a reason, shows everybody that it is on, releases it.
import { StopOutlined } from '@ant-design/icons';
import { App, Button } from 'antd';
import { lazy, Suspense, useState } from 'react';
import { useCommand, useMay } from '../api/hooks.ts';
import { useWords, type Label } from '../i18n/i18n.ts';
import { When } from '../ui/when.tsx';
import styles from './brake.module.css';

const BrakeDialog = lazy(async () => ({ default: (await import('./brake-dialog.tsx')).BrakeDialog }));

interface BrakeView {
  readonly scope: string;
  readonly scopeName: Label;
  readonly since: number;
  readonly by: string;
  readonly reason: string;
}

/** `all`, `job:3` or `connection:hr` as the API takes it. */
function scopeInput(scope: string): { job?: number; connection?: string } {
  const [kind, ...rest] = scope.split(':');
  if (kind === 'job') return { job: Number(rest[0]) };
  return kind === 'connection' ? { connection: rest.join(':') } : {};
}

export function Brake({ brakes }: { readonly brakes: readonly BrakeView[] }) {
  const { t } = useWords();
  const [isAsking, setAsking] = useState(false);
  const may = useMay();
  if (brakes.some((brake) => brake.scope === 'all') || !may('brake.hold')) return null;
  return (
    <>
      <Button className={styles.button} icon={<StopOutlined />} aria-label={t('app.brake.button')} onClick={() => setAsking(true)}>
        <span className={styles.word}>{t('app.brake.button')}</span>
      </Button>
      {isAsking && (
        <Suspense>
          <BrakeDialog onClose={() => setAsking(false)} />
        </Suspense>
      )}
    </>
  );
}

export function BrakeBanner({ brakes }: { readonly brakes: readonly BrakeView[] }) {
  const { t, say } = useWords();
  const { message } = App.useApp();
  const release = useCommand('brake.release');
  const may = useMay();
  return brakes.map((brake) => (
    <div key={brake.scope} className={styles.banner} role="status">
      <StopOutlined aria-hidden />
      <div>
        <b>{t('app.brake.banner', { scope: say(brake.scopeName) })}</b>{' '}
        <span>
          {brake.by}, <When at={brake.since} />: {brake.reason}
        </span>
      </div>
      {may('brake.release') && (
        <Button
          size="small"
          loading={release.isPending}
          onClick={() => release.mutate(scopeInput(brake.scope), { onError: (error) => void message.error(error.message) })}
        >
          {t('app.brake.release')}
        </Button>
      )}
    </div>
  ));
}
