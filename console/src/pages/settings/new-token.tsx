// A new API token: what it is for, what it may do, where, and until when; then the token itself, this once.
import { Alert, Button, Input, Modal, Select } from 'antd';
import { useState } from 'react';
import { words } from '../../api/generated.ts';
import { useAnswer, useCommand } from '../../api/hooks.ts';
import { Field } from '../../forms/settings-form.tsx';
import { useWords } from '../../i18n/i18n.ts';
import { CopyText } from '../../ui/copy-text.tsx';
import { Trouble } from '../../ui/trouble.tsx';
import type { Role } from './roles-choice.tsx';
import styles from './settings.module.css';

const lengths = [7, 30, 90, 180, 365, 730] as const;

export function NewToken({ onEnd }: { readonly onEnd: () => void }) {
  const { t, say } = useWords();
  const [name, setName] = useState('');
  const [role, setRole] = useState<Role>('viewer');
  const [days, setDays] = useState<number>(90);
  const [where, setWhere] = useState<readonly string[]>([]);
  const jobs = useAnswer('job.list', {});
  const connections = useAnswer('connection.list', {});
  const create = useCommand('token.create');
  const chosen = (kind: string): string[] => where.flatMap((one) => (one.startsWith(`${kind}:`) ? [one.slice(kind.length + 1)] : []));
  const make = (): void => {
    const [own, ofJobs] = [chosen('connection'), chosen('job').map(Number)];
    create.mutate({
      name: name.trim(),
      role,
      days,
      ...(own.length > 0 ? { connections: own } : {}),
      ...(ofJobs.length > 0 ? { jobs: ofJobs } : {}),
    });
  };
  return (
    <Modal
      open
      title={t('settings.tokens.create')}
      onCancel={onEnd}
      {...(create.data ? { footer: <Button onClick={onEnd}>{t('settings.tokens.kept')}</Button> } : {})}
      okText={t('settings.tokens.make')}
      cancelText={t('app.cancel')}
      okButtonProps={{ loading: create.isPending, disabled: name.trim() === '' }}
      onOk={make}
    >
      {create.error && <Trouble error={create.error} />}
      {create.data ? (
        <>
          <CopyText text={create.data.token} />
          <Alert
            style={{ marginTop: 12 }}
            type="warning"
            showIcon
            title={t('settings.tokens.once')}
            description={t('settings.tokens.how')}
          />
        </>
      ) : (
        <div className={styles.roles}>
          <Field label={t('settings.tokens.name')} required help={t('settings.tokens.nameHelp')}>
            {(id, help) => (
              <Input id={id} aria-describedby={help} autoComplete="off" value={name} onChange={(event) => setName(event.target.value)} />
            )}
          </Field>
          <Field label={t('settings.tokens.role')} required help={t(`settings.role.${role}`)}>
            {(id, help) => (
              <Select
                id={id}
                className={styles.control!}
                aria-describedby={help}
                value={role}
                options={(Object.keys(words.role) as Role[]).map((one) => ({ value: one, label: say(words.role[one]) }))}
                onChange={setRole}
              />
            )}
          </Field>
          <Field label={t('settings.tokens.where')} help={t('settings.tokens.whereHelp')}>
            {(id, help) => (
              <Select
                id={id}
                className={styles.control!}
                aria-describedby={help}
                mode="multiple"
                placeholder={t('settings.tokens.everywhere')}
                value={[...where]}
                options={[
                  {
                    label: t('settings.tokens.connections'),
                    options: (connections.data?.connections ?? []).map((row) => ({ value: `connection:${row.id}`, label: row.name })),
                  },
                  {
                    label: t('settings.tokens.jobs'),
                    options: (jobs.data?.jobs ?? []).map((row) => ({ value: `job:${row.id}`, label: row.name })),
                  },
                ]}
                onChange={setWhere}
              />
            )}
          </Field>
          <Field label={t('settings.tokens.days')} required>
            {(id) => (
              <Select
                id={id}
                className={styles.control!}
                value={days}
                options={lengths.map((count) => ({ value: count, label: t('settings.days', { count }) }))}
                onChange={setDays}
              />
            )}
          </Field>
        </div>
      )}
    </Modal>
  );
}
