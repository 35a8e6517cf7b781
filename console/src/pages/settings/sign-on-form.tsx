// The settings of the provider as a form: tested before they are saved, in force as soon as they are; the secret goes in and never comes out.
import { Button, Input, Switch } from 'antd';
import { useEffect, useRef, useState } from 'react';
import type { WireInput } from '../../../../src/server/api/wire.ts';
import { ApiError } from '../../api/client.ts';
import { useCommand } from '../../api/hooks.ts';
import { Field } from '../../forms/settings-form.tsx';
import { useWords } from '../../i18n/i18n.ts';
import { Findings } from '../../ui/findings.tsx';
import { Part } from '../../ui/page.tsx';
import { Trouble } from '../../ui/trouble.tsx';
import { useApp } from '../../ui/use-app.ts';
import { ClientSecret } from './client-secret.tsx';
import { RoleTable, type RoleRow } from './role-table.tsx';
import type { SignOn } from './sign-on-section.tsx';
import styles from './settings.module.css';

type Change = WireInput<'oidc.change'>;

const texts = ['issuer', 'clientId', 'name', 'scope', 'nameClaim', 'rolesClaim'] as const;
type Text = (typeof texts)[number];
type Wanted = Readonly<Record<Text, string>> & { readonly enabled: boolean; readonly roles: readonly RoleRow[] };

const wantedOf = (saved: SignOn): Wanted => ({
  issuer: saved.issuer,
  clientId: saved.clientId,
  name: saved.name,
  scope: saved.scope,
  nameClaim: saved.nameClaim,
  rolesClaim: saved.rolesClaim,
  enabled: saved.enabled,
  roles: saved.roles as RoleRow[],
});

/** A line that nobody filled in is none. */
const withoutBlanks = (wanted: Wanted) => ({ ...wanted, roles: wanted.roles.filter(({ value }) => value.trim() !== '') });

/** What is wrong, by the name of the field; of any row of the table, by that of the table. */
const wrongIn = (error: Error | null): Readonly<Record<string, string>> =>
  error instanceof ApiError
    ? Object.fromEntries((error.problem.errors ?? []).map((issue) => [issue.field.replace(/\[.*$/, ''), issue.message]))
    : {};

export function SignOnForm({ saved }: { readonly saved: SignOn }) {
  const { t } = useWords();
  const { modal, message } = useApp();
  const [wanted, setWanted] = useState(wantedOf(saved));
  /** '': as it is saved; null: it is taken away. */
  const [secret, setSecret] = useState<string | null>('');
  const change = useCommand('oidc.change');
  const test = useCommand('oidc.test');
  const error = change.error ?? test.error;
  const wrong = wrongIn(error);
  const form = useRef<HTMLDivElement>(null);
  // The button is below the form: what is wrong may be out of sight.
  useEffect(() => {
    if (error) form.current?.querySelector('[role="alert"]')?.scrollIntoView({ block: 'center' });
  }, [error]);
  const findings = useRef<HTMLDivElement>(null);
  useEffect(() => {
    findings.current?.scrollIntoView({ block: 'center' });
  }, [test.data]);
  const isKept = saved.hasSecret && wanted.issuer.trim() === saved.issuer;
  const differs = secret !== '' || JSON.stringify(wanted) !== JSON.stringify(wantedOf(saved));
  // What was found is about what stood there.
  const edited = (): void => {
    test.reset();
    change.reset();
  };
  const set = (more: Partial<Wanted>): void => {
    edited();
    setWanted({ ...wanted, ...more });
  };
  const write = (): Promise<unknown> =>
    change.mutateAsync(
      { ...withoutBlanks(wanted), ...(secret === '' ? {} : { clientSecret: secret }), revision: saved.revision } as Change,
      {
        onSuccess: (now) => {
          void message.success(t(now.enabled ? 'settings.signOn.saved' : 'settings.saved'));
          if (now.signedOut > 0) void message.info(t('settings.signOn.signedOut', { count: now.signedOut }));
          if (now.stopsTokens.length > 0)
            void message.info(t('settings.signOn.stopsTokens', { names: now.stopsTokens.join(t('settings.listComma')) }));
        },
      },
    );
  const save = (): void => {
    if (!saved.enabled || wanted.enabled) return void write().catch(() => {});
    modal.confirm({
      title: t('settings.signOn.offAsk'),
      content: t('settings.signOn.offWhat'),
      okText: t('settings.signOn.switchOff'),
      okButtonProps: { danger: true },
      cancelText: t('app.cancel'),
      onOk: () => write().catch(() => {}),
    });
  };
  const tryIt = (): void => {
    change.reset();
    const { enabled: _, ...about } = withoutBlanks(wanted);
    test.mutate({ ...about, hasSecret: secret === '' ? isKept : secret !== null } as WireInput<'oidc.test'>);
  };
  const text = (name: Text, more: { readonly help?: string; readonly required?: boolean; readonly hint?: string } = {}) => (
    <Field
      label={t(`settings.signOn.${name}`)}
      required={more.required ?? false}
      wrong={wrong[name] ?? null}
      {...(more.help ? { help: more.help } : {})}
    >
      {(id, help) => (
        <Input
          id={id}
          aria-describedby={help}
          aria-invalid={wrong[name] !== undefined}
          autoComplete="off"
          spellCheck={false}
          placeholder={more.hint ? t('forms.example', { example: more.hint }) : ''}
          value={wanted[name]}
          onChange={(event) => set({ [name]: event.target.value })}
        />
      )}
    </Field>
  );
  return (
    <div ref={form}>
      <Part title={t('settings.signOn.here')}>
        <div className={styles.wideForm}>
          {text('issuer', { required: true, help: t('settings.signOn.issuerHelp'), hint: 'https://id.example.org/realms/company' })}
          {text('clientId', { required: true, help: t('settings.signOn.clientIdHelp') })}
          <ClientSecret
            value={secret}
            hasSecret={saved.hasSecret}
            isKept={isKept}
            wrong={wrong.clientSecret ?? null}
            onChange={(value) => {
              edited();
              setSecret(value);
            }}
          />
          {text('name', { help: t('settings.signOn.nameHelp') })}
          {text('scope', { required: true, help: t('settings.signOn.scopeHelp') })}
          {text('nameClaim', { required: true })}
        </div>
      </Part>
      <Part title={t('settings.signOn.roles')}>
        <div className={styles.wideForm}>
          <p className="soft">{t('settings.signOn.rolesWhat')}</p>
          {text('rolesClaim', { required: true, help: t('settings.signOn.rolesClaimHelp') })}
          <RoleTable rows={wanted.roles} wrong={wrong.roles ?? null} onChange={(roles) => set({ roles })} />
        </div>
      </Part>
      <Part>
        <div className={styles.wideForm}>
          <Field label={t('settings.signOn.enabled')} required wrong={wrong.enabled ?? null}>
            {(id, help) => <Switch id={id} aria-describedby={help} checked={wanted.enabled} onChange={(enabled) => set({ enabled })} />}
          </Field>
          {error && Object.keys(wrong).length === 0 && <Trouble error={error} />}
          {test.data && (
            <div ref={findings}>
              <Findings findings={test.data.findings} onTake={(settings) => set(settings)} />
            </div>
          )}
        </div>
      </Part>
      <div className={styles.foot}>
        <Button type="primary" disabled={!differs} loading={change.isPending} onClick={save}>
          {t('settings.save')}
        </Button>
        <Button loading={test.isPending} disabled={wanted.issuer.trim() === ''} onClick={tryIt}>
          {t('settings.signOn.test')}
        </Button>
        {differs && (
          <Button
            onClick={() => {
              edited();
              setSecret('');
              setWanted(wantedOf(saved));
            }}
          >
            {t('settings.discard')}
          </Button>
        )}
      </div>
    </div>
  );
}
