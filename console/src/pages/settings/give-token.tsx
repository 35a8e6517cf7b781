// Who answers for an API token from now on: somebody who may do what it does.
import { Modal, Select } from 'antd';
import { useState } from 'react';
import { useAnswer, useCommand } from '../../api/hooks.ts';
import { Field } from '../../forms/settings-form.tsx';
import { useWords } from '../../i18n/i18n.ts';
import { SavedMeanwhile } from '../../ui/saved-meanwhile.tsx';
import styles from './settings.module.css';

export function GiveToken({
  token,
  onEnd,
}: {
  readonly token: { readonly id: string; readonly name: string; readonly revision: number };
  readonly onEnd: () => void;
}) {
  const { t } = useWords();
  // As it was when this was opened.
  const [revision] = useState(token.revision);
  const [owner, setOwner] = useState<string | null>(null);
  const members = useAnswer('account.list', {});
  const give = useCommand('token.give');
  const active = (members.data?.accounts ?? []).filter((member) => member.state === 'active');
  return (
    <Modal
      open
      title={t('settings.tokens.giveIt', { name: token.name })}
      onCancel={onEnd}
      okText={t('settings.save')}
      cancelText={t('app.cancel')}
      okButtonProps={{ loading: give.isPending, disabled: owner === null }}
      onOk={() => give.mutate({ token: token.id, owner: owner!, revision }, { onSuccess: onEnd })}
    >
      {give.error && <SavedMeanwhile error={give.error} onReload={onEnd} />}
      <Field label={t('settings.tokens.give')} required help={t('settings.tokens.giveWhat')}>
        {(id, help) => (
          <Select
            id={id}
            className={styles.control!}
            aria-describedby={help}
            value={owner}
            options={active.map((member) => ({ value: member.name, label: member.title }))}
            onChange={setOwner}
          />
        )}
      </Field>
    </Modal>
  );
}
