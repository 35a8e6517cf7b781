// The brake in the header: puts it on with a reason, shows everybody that it is on, releases it.
import { StopOutlined } from '@ant-design/icons';
import { App, Button, Input, Modal } from 'antd';
import { useState } from 'react';
import { useCommand, useMay } from '../api/hooks.ts';
import { useWords, type Label } from '../i18n/i18n.ts';
import { Trouble } from '../ui/trouble.tsx';
import { When } from '../ui/when.tsx';
import styles from './brake.module.css';

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
  const [reason, setReason] = useState('');
  const hold = useCommand('brake.hold');
  const may = useMay();
  if (brakes.some((brake) => brake.scope === 'all') || !may('brake.hold')) return null;
  return (
    <>
      <Button className={styles.button} icon={<StopOutlined />} onClick={() => setAsking(true)}>
        <span className={styles.word}>{t('app.brake.button')}</span>
      </Button>
      <Modal
        open={isAsking}
        title={t('app.brake.title')}
        okText={t('app.brake.hold')}
        okButtonProps={{ danger: true, disabled: reason.trim() === '', loading: hold.isPending }}
        cancelText={t('app.cancel')}
        onCancel={() => setAsking(false)}
        onOk={() => hold.mutate({ reason: reason.trim() }, { onSuccess: () => setAsking(false) })}
      >
        <p>{t('app.brake.explain')}</p>
        <label>
          {t('app.brake.reason')}
          <Input
            value={reason}
            placeholder={t('app.brake.reasonExample')}
            maxLength={200}
            onChange={(event) => setReason(event.target.value)}
          />
        </label>
        {hold.error && <Trouble error={hold.error} />}
      </Modal>
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
