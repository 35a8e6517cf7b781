// The provider that people sign in with, to look at: for auditors, and where the environment of the server decides. Nothing to type in.
import { Button } from 'antd';
import { words } from '../../api/generated.ts';
import { useCommand, useMay } from '../../api/hooks.ts';
import { useWords } from '../../i18n/i18n.ts';
import { Findings } from '../../ui/findings.tsx';
import { Part } from '../../ui/page.tsx';
import { Trouble } from '../../ui/trouble.tsx';
import type { Role } from './roles-choice.tsx';
import type { SignOn } from './sign-on-section.tsx';
import styles from './settings.module.css';

/** What the button says where it has no name of its own. */
const hostOf = (issuer: string): string => (URL.canParse(issuer) ? new URL(issuer).hostname : '');

export function SignOnFacts({ saved }: { readonly saved: SignOn }) {
  const { t, say } = useWords();
  const may = useMay();
  const rows = [
    [t('settings.signOn.issuer'), saved.issuer],
    [t('settings.signOn.clientId'), saved.clientId],
    [t('settings.signOn.clientSecret'), t(saved.hasSecret ? 'settings.signOn.isSet' : 'settings.signOn.isNotSet')],
    [t('settings.signOn.name'), saved.name || hostOf(saved.issuer)],
    [t('settings.signOn.scope'), saved.scope],
    [t('settings.signOn.nameClaim'), saved.nameClaim],
    [t('settings.signOn.rolesClaim'), saved.rolesClaim],
  ] as const;
  return (
    <>
      <Part title={t('settings.signOn.here')}>
        <dl className={styles.facts}>
          {rows.map(([name, value]) => (
            <Fact key={name} name={name} value={value === '' ? '–' : value} />
          ))}
        </dl>
      </Part>
      <Part title={t('settings.signOn.roles')}>
        {saved.roles.length === 0 ? (
          <div className={styles.text}>{t('settings.signOn.noValues')}</div>
        ) : (
          <dl className={styles.facts}>
            {saved.roles.map(({ value, role }) => (
              <Fact key={`${value} ${role}`} name={value} value={say(words.role[role as Role])} />
            ))}
          </dl>
        )}
      </Part>
      {saved.issuer !== '' && may('oidc.test') && <TestIt />}
    </>
  );
}

/** It can be asked how it describes itself, whoever has set it. */
function TestIt() {
  const { t } = useWords();
  const test = useCommand('oidc.test');
  return (
    <>
      {test.error && <Trouble error={test.error} />}
      {test.data && <Findings findings={test.data.findings} />}
      <Button loading={test.isPending} onClick={() => test.mutate({})}>
        {t('settings.signOn.test')}
      </Button>
    </>
  );
}

function Fact({ name, value }: { readonly name: string; readonly value: string }) {
  return (
    <>
      <dt>{name}</dt>
      <dd>{value}</dd>
    </>
  );
}
