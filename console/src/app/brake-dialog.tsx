// Puts the brake on, with a reason that everybody sees. Fetched when somebody asks for it.
import { Input, Modal } from 'antd';
import { useState } from 'react';
import { useCommand } from '../api/hooks.ts';
import { useWords } from '../i18n/i18n.ts';
import '../i18n/later.ts';
import { Trouble } from '../ui/trouble.tsx';

export function BrakeDialog({ onClose }: { readonly onClose: () => void }) {
  const { t } = useWords();
  const [reason, setReason] = useState('');
  const hold = useCommand('brake.hold');
  return (
    <Modal
      open
      title={t('more.brake.holdTitle')}
      okText={t('more.brake.hold')}
      okButtonProps={{ danger: true, disabled: reason.trim() === '', loading: hold.isPending }}
      cancelText={t('app.cancel')}
      onCancel={onClose}
      onOk={() => hold.mutate({ reason: reason.trim() }, { onSuccess: onClose })}
    >
      <p>{t('more.brake.explain')}</p>
      <label>
        {t('more.brake.reason')}
        <Input
          value={reason}
          placeholder={t('more.brake.reasonExample')}
          maxLength={200}
          onChange={(event) => setReason(event.target.value)}
        />
      </label>
      {hold.error && <Trouble error={hold.error} />}
    </Modal>
  );
}
