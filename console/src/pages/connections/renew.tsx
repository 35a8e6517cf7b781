// A new credential for a connection: tried first, taken only when every check passes, and what the checks said.
import { Alert, Button, Form, Modal } from 'antd';
import { useState } from 'react';
import { useAnswer, useCommand } from '../../api/hooks.ts';
import { SettingControl } from '../../forms/setting-control.tsx';
import { Field } from '../../forms/settings-form.tsx';
import { useWords } from '../../i18n/i18n.ts';
import { Answered } from '../../ui/answered.tsx';
import { Findings } from '../../ui/findings.tsx';
import { Trouble } from '../../ui/trouble.tsx';

type Secrets = Readonly<Record<string, string>>;

export function RenewDialog({ connection, onEnd }: { readonly connection: string; readonly onEnd: () => void }) {
  const { t } = useWords();
  const found = useAnswer('connection.get', { connection });
  const renew = useCommand('connection.renew');
  const [secrets, setSecrets] = useState<Secrets>({});
  const given = Object.fromEntries(Object.entries(secrets).filter(([, value]) => value !== ''));
  const isDone = renew.data?.renewed === true;
  return (
    <Modal
      open
      width={620}
      title={t('connections.renewOf', { name: found.data?.name ?? '' })}
      onCancel={onEnd}
      footer={
        isDone ? (
          <Button type="primary" onClick={onEnd}>
            {t('edit.close')}
          </Button>
        ) : (
          <>
            <Button onClick={onEnd}>{t('app.cancel')}</Button>
            <Button
              type="primary"
              loading={renew.isPending}
              disabled={Object.keys(given).length === 0}
              onClick={() => renew.mutate({ connection, secrets: given })}
            >
              {t('connections.renewTry')}
            </Button>
          </>
        )
      }
    >
      {!isDone && <p>{t('connections.renewExplain')}</p>}
      <Answered of={found}>
        {({ connector, secrets: kept }) =>
          isDone ? null : (
            <Fields
              connector={connector}
              kept={kept}
              secrets={secrets}
              onChange={setSecrets}
              onEnter={() => renew.mutate({ connection, secrets: given })}
            />
          )
        }
      </Answered>
      <div aria-live="polite">
        {renew.error && <Trouble error={renew.error} />}
        {renew.data && <Outcome outcome={renew.data} />}
      </div>
    </Modal>
  );
}

interface FieldsProps {
  readonly connector: string;
  readonly kept: readonly string[];
  readonly secrets: Secrets;
  readonly onChange: (secrets: Secrets) => void;
  readonly onEnter: () => void;
}

function Fields({ connector, kept, secrets, onChange, onEnter }: FieldsProps) {
  const { t, say } = useWords();
  const connectors = useAnswer('connector.list', { connector });
  return (
    <Answered of={connectors}>
      {({ connectors: [known] }) => {
        const all = known?.settings.filter((setting) => setting.secret) ?? [];
        if (all.length === 0) return <p className="soft">{t('connections.noSecrets')}</p>;
        // Those that are in use; where none is, every one that there could be.
        const used = all.filter((setting) => kept.includes(setting.name));
        return (
          <Form component="form" onFinish={onEnter}>
            {(used.length > 0 ? used : all).map((setting) => (
              <Field key={setting.name} label={say(setting.label)} help={setting.help && say(setting.help)} required>
                {(id, describedBy) => (
                  <SettingControl
                    id={id}
                    describedBy={describedBy}
                    setting={setting}
                    values={secrets}
                    isSet={kept.includes(setting.name)}
                    invalid={false}
                    onChange={(value) => onChange({ ...secrets, [setting.name]: String(value ?? '') })}
                  />
                )}
              </Field>
            ))}
          </Form>
        );
      }}
    </Answered>
  );
}

interface Outcome {
  readonly renewed: boolean;
  readonly findings: Parameters<typeof Findings>[0]['findings'];
  readonly error: { readonly en: string; readonly zh: string } | null;
}

function Outcome({ outcome }: { readonly outcome: Outcome }) {
  const { t, say } = useWords();
  return (
    <>
      <Alert
        type={outcome.renewed ? 'success' : 'error'}
        showIcon
        title={t(outcome.renewed ? 'connections.renewed' : 'connections.notRenewed')}
        description={outcome.error && say(outcome.error)}
      />
      {outcome.findings.length > 0 && <Findings findings={outcome.findings} />}
    </>
  );
}
