// Codes of an authenticator app at sign-in: switched on with a picture that is drawn here and nowhere else, switched off with the password and a code.
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { Button, Input, Modal, QRCode } from 'antd';
import { useState } from 'react';
import type { CodesProposal, OwnAccount } from '../../../../src/server/api/wire.ts';
import { post } from '../../api/client.ts';
import { Field } from '../../forms/settings-form.tsx';
import { useWords } from '../../i18n/i18n.ts';
import { Copy } from '../../ui/copy.tsx';
import { Part } from '../../ui/page.tsx';
import { Sign } from '../../ui/sign.tsx';
import { Trouble } from '../../ui/trouble.tsx';
import styles from './settings.module.css';

export function Codes({ account }: { readonly account: OwnAccount }) {
  const { t } = useWords();
  const [isOpen, open] = useState(false);
  return (
    <Part title={t('settings.codes.title')}>
      <ul className={styles.rows}>
        <li>
          <div className={styles.what}>
            <Sign tone={account.hasCodes ? 'good' : 'still'}>{t(account.hasCodes ? 'settings.codes.on' : 'settings.codes.off')}</Sign>
            <small>{t(account.hasCodes ? 'settings.codes.onWhy' : 'settings.codes.offWhy')}</small>
          </div>
          <Button onClick={() => open(true)}>{t(account.hasCodes ? 'settings.codes.switchOff' : 'settings.codes.switchOn')}</Button>
        </li>
      </ul>
      {isOpen && (account.hasCodes ? <SwitchOff onEnd={() => open(false)} /> : <SwitchOn onEnd={() => open(false)} />)}
    </Part>
  );
}

const useAgain = (): (() => void) => {
  const client = useQueryClient();
  return () => void client.invalidateQueries({ queryKey: ['me', 'account'] });
};

function SwitchOn({ onEnd }: { readonly onEnd: () => void }) {
  const { t } = useWords();
  const again = useAgain();
  const [password, setPassword] = useState('');
  const [code, setCode] = useState('');
  const propose = useMutation({ mutationFn: () => post<CodesProposal>('/me/account/codes/proposal', {}) });
  const turnOn = useMutation({
    mutationFn: (sealed: string) => post<{ recoveryCodes: string[] }>('/me/account/codes', { password, code, sealed }),
  });
  const end = (): void => {
    again();
    onEnd();
  };
  if (turnOn.data) return <Recovery codes={turnOn.data.recoveryCodes} onEnd={end} />;
  const shown = propose.data;
  return (
    <Modal
      open
      title={t('settings.codes.switchOn')}
      onCancel={onEnd}
      okText={t(shown ? 'settings.codes.switchOn' : 'settings.codes.begin')}
      cancelText={t('app.cancel')}
      okButtonProps={{
        loading: propose.isPending || turnOn.isPending,
        disabled: shown !== undefined && (password === '' || code.length < 6),
      }}
      onOk={() => (shown ? turnOn.mutate(shown.sealed) : propose.mutate())}
    >
      {(turnOn.error ?? propose.error) && <Trouble error={(turnOn.error ?? propose.error)!} />}
      {!shown && <p>{t('settings.codes.explain')}</p>}
      {shown && (
        <div className={styles.roles}>
          <p>{t('settings.codes.scan')}</p>
          <div className={styles.qr}>
            <div role="img" aria-label={t('settings.codes.picture')}>
              {/* Black on white in both themes: cameras want it so. */}
              <div aria-hidden>
                <QRCode type="svg" value={shown.uri} color="#000000" bgColor="#ffffff" size={176} />
              </div>
            </div>
            <div>
              <p className="soft">{t('settings.codes.typeIt')}</p>
              <p className={styles.code}>{shown.secret.replaceAll(/(.{4})(?=.)/g, '$1 ')}</p>
              <Copy text={shown.secret} />
            </div>
          </div>
          <Field label={t('settings.codes.code')} required>
            {(id) => (
              <Input
                id={id}
                inputMode="numeric"
                autoComplete="one-time-code"
                maxLength={10}
                value={code}
                onChange={(event) => setCode(event.target.value)}
              />
            )}
          </Field>
          <Field label={t('settings.account.present')} required>
            {(id) => (
              <Input.Password
                id={id}
                autoComplete="current-password"
                value={password}
                onChange={(event) => setPassword(event.target.value)}
              />
            )}
          </Field>
        </div>
      )}
    </Modal>
  );
}

function Recovery({ codes, onEnd }: { readonly codes: readonly string[]; readonly onEnd: () => void }) {
  const { t } = useWords();
  return (
    <Modal
      open
      closable={false}
      title={t('settings.codes.recovery')}
      footer={
        <Button type="primary" onClick={onEnd}>
          {t('settings.codes.kept')}
        </Button>
      }
    >
      <p>{t('settings.codes.recoveryWhy')}</p>
      <ul className={styles.codes}>
        {codes.map((code) => (
          <li key={code}>{code}</li>
        ))}
      </ul>
      <Copy text={codes.join('\n')} />
    </Modal>
  );
}

function SwitchOff({ onEnd }: { readonly onEnd: () => void }) {
  const { t } = useWords();
  const again = useAgain();
  const [password, setPassword] = useState('');
  const [code, setCode] = useState('');
  const turnOff = useMutation({
    mutationFn: () => post('/me/account/codes/off', { password, code }),
    onSuccess: () => {
      again();
      onEnd();
    },
  });
  return (
    <Modal
      open
      title={t('settings.codes.switchOff')}
      onCancel={onEnd}
      okText={t('settings.codes.switchOff')}
      cancelText={t('app.cancel')}
      okButtonProps={{ danger: true, loading: turnOff.isPending, disabled: password === '' || code.length < 6 }}
      onOk={() => turnOff.mutate()}
    >
      {turnOff.error && <Trouble error={turnOff.error} />}
      <p>{t('settings.codes.offWhy')}</p>
      <Field label={t('settings.account.present')} required>
        {(id) => (
          <Input.Password id={id} autoComplete="current-password" value={password} onChange={(event) => setPassword(event.target.value)} />
        )}
      </Field>
      <Field label={t('settings.codes.codeOrRecovery')} required>
        {(id) => (
          <Input id={id} autoComplete="one-time-code" maxLength={20} value={code} onChange={(event) => setCode(event.target.value)} />
        )}
      </Field>
    </Modal>
  );
}
