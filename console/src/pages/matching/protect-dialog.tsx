// Marks accounts as not to be touched, with the reason that everybody sees.
import { App, Input, Modal } from 'antd';
import { useState } from 'react';
import { useCommand } from '../../api/hooks.ts';
import { useWords } from '../../i18n/i18n.ts';
import { Trouble } from '../../ui/trouble.tsx';

interface ProtectProps {
  readonly job: number;
  readonly type: string;
  /** all: everybody's of the list of nobody's. */
  readonly accounts: readonly string[] | 'all';
  readonly onEnd: () => void;
}

export function ProtectDialog({ job, type, accounts, onEnd }: ProtectProps) {
  const { t } = useWords();
  const { message } = App.useApp();
  const protect = useCommand('match.protect');
  const [reason, setReason] = useState('');
  const mark = (): void =>
    protect.mutate(
      { job, type, reason: reason.trim(), ...(accounts === 'all' ? {} : { accounts: [...accounts] }) },
      {
        onSuccess: ({ protected: count }) => {
          void message.success(t('matching.protected', { count }));
          onEnd();
        },
      },
    );
  return (
    <Modal
      open
      title={t('matching.protectAsk')}
      onCancel={onEnd}
      okText={t('matching.protectAsk')}
      cancelText={t('app.cancel')}
      okButtonProps={{ disabled: reason.trim() === '', loading: protect.isPending }}
      onOk={mark}
    >
      <label>
        {t('matching.protectWhy')}
        <Input
          value={reason}
          maxLength={500}
          placeholder={t('matching.protectExample')}
          onChange={({ target }) => setReason(target.value)}
        />
      </label>
      {protect.error && <Trouble error={protect.error} />}
    </Modal>
  );
}
