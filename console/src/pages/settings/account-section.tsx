// One's own account: password, codes, where one is signed in, language and appearance.
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { App, Button, Input, Radio, Skeleton } from 'antd';
import { useState } from 'react';
import type { OwnAccount } from '../../../../src/server/api/wire.ts';
import { get, post } from '../../api/client.ts';
import { words } from '../../api/generated.ts';
import { useMe } from '../../api/hooks.ts';
import { chooseShade, chosenShade, type Choice } from '../../app/shade.ts';
import { Field } from '../../forms/settings-form.tsx';
import { speak, useWords, type Language } from '../../i18n/i18n.ts';
import { Answered } from '../../ui/answered.tsx';
import { languages } from '../../ui/languages.ts';
import { Part } from '../../ui/page.tsx';
import { Trouble } from '../../ui/trouble.tsx';
import { exactTime } from '../../ui/time-words.ts';
import { Codes } from './codes.tsx';
import { Sessions } from './sessions.tsx';
import styles from './settings.module.css';

const SHORTEST = 12;
const choices: readonly Choice[] = ['light', 'dark', 'system'];

export function AccountSection() {
  const { t, say, language } = useWords();
  const me = useMe();
  const own = useQuery({
    queryKey: ['me', 'account'],
    queryFn: () => get<OwnAccount>('/me/account'),
    enabled: me?.kind === 'person',
  });
  const [shade, setShade] = useState(chosenShade());
  if (!me || own.isLoading) return <Skeleton active paragraph={{ rows: 10 }} />;
  return (
    <>
      {me.kind === 'person' && (
        <Answered of={own}>
          {(account) => (
            <>
              <Part title={t('settings.account.who')}>
                <dl className={styles.facts}>
                  <dt>{t('settings.account.name')}</dt>
                  <dd>{account.title === account.name ? account.name : `${account.title} (${account.name})`}</dd>
                  <dt>{t('settings.account.roles')}</dt>
                  <dd>{me.roles.map((role) => say(words.role[role])).join(' · ')}</dd>
                  {account.passwordAt !== null && (
                    <>
                      <dt>{t('settings.account.passwordSince')}</dt>
                      <dd>{exactTime(account.passwordAt, language)}</dd>
                    </>
                  )}
                </dl>
              </Part>
              {account.isOutside ? (
                <p className={styles.intro}>{t('settings.account.outside')}</p>
              ) : (
                <>
                  <Password name={account.name} />
                  <Codes account={account} />
                </>
              )}
              <Sessions account={account} />
            </>
          )}
        </Answered>
      )}
      <Part title={t('settings.account.look')}>
        <div className={styles.form}>
          <Field label={t('settings.account.language')} required>
            {(id) => (
              <Radio.Group
                id={id}
                optionType="button"
                value={language}
                options={(['en', 'zh'] as const).map((one) => ({ value: one, label: languages[one] }))}
                onChange={(event) => void speak(event.target.value as Language)}
              />
            )}
          </Field>
          <Field label={t('app.theme.label')} required>
            {(id) => (
              <Radio.Group
                id={id}
                optionType="button"
                value={shade}
                options={choices.map((choice) => ({ value: choice, label: t(`app.theme.${choice}`) }))}
                onChange={(event) => {
                  chooseShade(event.target.value as Choice);
                  setShade(event.target.value as Choice);
                }}
              />
            )}
          </Field>
        </div>
      </Part>
    </>
  );
}

function Password({ name }: { readonly name: string }) {
  const { t } = useWords();
  const { message } = App.useApp();
  const client = useQueryClient();
  const [password, setPassword] = useState('');
  const [wanted, setWanted] = useState('');
  const change = useMutation({
    mutationFn: () => post('/me/account/password', { password, wanted }),
    onSuccess: () => {
      setPassword('');
      setWanted('');
      void message.success(t('settings.account.passwordDone'));
      void client.invalidateQueries({ queryKey: ['me', 'account'] });
    },
  });
  const isShort = wanted !== '' && [...wanted].length < SHORTEST;
  return (
    <Part title={t('settings.account.password')}>
      <form
        className={styles.form}
        onSubmit={(event) => {
          event.preventDefault();
          change.mutate();
        }}
      >
        {/* Password managers want to know whose password it is. */}
        <input hidden readOnly autoComplete="username" value={name} />
        {change.error && <Trouble error={change.error} />}
        <Field label={t('settings.account.present')} required>
          {(id, help) => (
            <Input.Password
              id={id}
              aria-describedby={help}
              autoComplete="current-password"
              value={password}
              onChange={(event) => setPassword(event.target.value)}
            />
          )}
        </Field>
        <Field
          label={t('settings.account.wanted')}
          required
          help={t('settings.account.rules')}
          wrong={isShort ? t('settings.account.short', { count: SHORTEST }) : null}
        >
          {(id, help) => (
            <Input.Password
              id={id}
              aria-describedby={help}
              autoComplete="new-password"
              value={wanted}
              onChange={(event) => setWanted(event.target.value)}
            />
          )}
        </Field>
        <div className={styles.ways}>
          <Button type="primary" htmlType="submit" loading={change.isPending} disabled={password === '' || wanted === '' || isShort}>
            {t('settings.account.changePassword')}
          </Button>
        </div>
      </form>
    </Part>
  );
}
