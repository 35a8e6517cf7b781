// Sends a test by a channel, at once, and says whether it was taken.
import { Alert, Input, Modal } from 'antd';
import { useState } from 'react';
import { useCommand } from '../../api/hooks.ts';
import { Field } from '../../forms/settings-form.tsx';
import { useWords } from '../../i18n/i18n.ts';
import { Trouble } from '../../ui/trouble.tsx';

interface TestProps {
  readonly channel: { readonly id: string; readonly name: string };
  readonly toPeople: boolean;
  readonly onEnd: () => void;
}

export function ChannelTest({ channel, toPeople, onEnd }: TestProps) {
  const { t, say } = useWords();
  const [to, setTo] = useState('');
  const test = useCommand('channel.test');
  const verdict = test.data;
  return (
    <Modal
      open
      title={t('notices.channels.testOf', { name: channel.name })}
      onCancel={onEnd}
      okText={t('notices.channels.test')}
      cancelText={t('settings.close')}
      okButtonProps={{ loading: test.isPending, disabled: toPeople && to.trim() === '' }}
      onOk={() => test.mutate({ channel: channel.id, ...(toPeople ? { to: to.trim() } : {}) })}
    >
      {toPeople ? (
        <Field label={t('notices.channels.testTo')} required>
          {(id) => <Input id={id} type="email" autoComplete="email" value={to} onChange={(event) => setTo(event.target.value)} />}
        </Field>
      ) : (
        <p>{t('notices.channels.testWhat')}</p>
      )}
      <div aria-live="polite" style={{ marginTop: 12 }}>
        {test.error && <Trouble error={test.error} />}
        {verdict && (
          <Alert
            type={verdict.sent ? 'success' : 'error'}
            showIcon
            title={t(verdict.sent ? 'notices.channels.taken' : 'notices.channels.refused')}
            description={verdict.error && say(verdict.error)}
          />
        )}
      </div>
    </Modal>
  );
}
