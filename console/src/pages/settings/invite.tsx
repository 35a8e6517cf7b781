// Inviting somebody: a name, roles, and a link that works once.
import { Button, Input, Modal } from 'antd';
import { useState } from 'react';
import { useCommand } from '../../api/hooks.ts';
import { Field } from '../../forms/settings-form.tsx';
import { useWords } from '../../i18n/i18n.ts';
import { Trouble } from '../../ui/trouble.tsx';
import { LinkShown } from './link-shown.tsx';
import { RolesChoice, type Role } from './roles-choice.tsx';
import styles from './settings.module.css';

export function Invite({ onEnd }: { readonly onEnd: () => void }) {
  const { t } = useWords();
  const [name, setName] = useState('');
  const [roles, setRoles] = useState<readonly Role[]>(['viewer']);
  const invite = useCommand('account.invite');
  return (
    <Modal
      open
      title={t('settings.members.invite')}
      onCancel={onEnd}
      {...(invite.data ? { footer: <Button onClick={onEnd}>{t('settings.close')}</Button> } : {})}
      okText={t('settings.members.makeLink')}
      cancelText={t('app.cancel')}
      okButtonProps={{ loading: invite.isPending, disabled: name.trim() === '' || roles.length === 0 }}
      onOk={() => invite.mutate({ name: name.trim(), roles: [...roles] })}
    >
      {invite.error && <Trouble error={invite.error} />}
      {invite.data ? (
        <LinkShown link={invite.data} />
      ) : (
        <div className={styles.roles}>
          <Field label={t('settings.members.name')} required help={t('settings.members.nameHelp')}>
            {(id, help) => (
              <Input id={id} aria-describedby={help} autoComplete="off" value={name} onChange={(event) => setName(event.target.value)} />
            )}
          </Field>
          <RolesChoice value={roles} onChange={setRoles} />
        </div>
      )}
    </Modal>
  );
}
