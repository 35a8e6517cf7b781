// Signing in through an identity provider: what it is good for, what to register there, and its settings; as a list for whoever may not change them.
import { Alert } from 'antd';
import type { WireOutput } from '../../../../src/server/api/wire.ts';
import { useAnswer, useMay, useMe } from '../../api/hooks.ts';
import { useWords } from '../../i18n/i18n.ts';
import { Answered } from '../../ui/answered.tsx';
import { CopyText } from '../../ui/copy-text.tsx';
import { NeedsRole } from '../../ui/needs-role.tsx';
import { Part } from '../../ui/page.tsx';
import { Sign } from '../../ui/sign.tsx';
import { SignOnFacts } from './sign-on-facts.tsx';
import { SignOnForm } from './sign-on-form.tsx';
import styles from './settings.module.css';

export type SignOn = WireOutput<'oidc.show'>;

export function SignOnSection() {
  const saved = useAnswer('oidc.show', {});
  return <Answered of={saved}>{(now) => <Shown saved={now} />}</Answered>;
}

function Shown({ saved }: { readonly saved: SignOn }) {
  const { t } = useWords();
  const may = useMay();
  const isOfServer = saved.from === 'environment';
  return (
    <>
      {isOfServer && (
        <Alert
          className={styles.alert!}
          type="info"
          showIcon
          title={t('settings.signOn.environment')}
          description={t('settings.signOn.environmentWhat')}
        />
      )}
      {saved.enabled && saved.localAdmins === 0 && (
        <Alert
          className={styles.alert!}
          type="warning"
          showIcon
          title={t('settings.signOn.noLocal')}
          description={t('settings.signOn.noLocalWhat')}
        />
      )}
      <Part
        title={t('settings.signOn.title')}
        extra={
          <span className={styles.ways}>
            {!isOfServer && <NeedsRole deed="oidc.change" />}
            <Sign tone={saved.enabled ? 'good' : 'still'}>{t(saved.enabled ? 'settings.signOn.on' : 'settings.signOn.off')}</Sign>
          </span>
        }
      >
        <div className={styles.text}>
          <p>{t('settings.signOn.about')}</p>
          <p className="soft">
            {saved.localAdmins > 0 && t('settings.signOn.local', { count: saved.localAdmins })}{' '}
            {saved.people > 0 && t('settings.signOn.people', { count: saved.people })}
          </p>
        </div>
      </Part>
      <Part title={t('settings.signOn.atProvider')}>
        <AtProvider path={saved.returnPath} />
      </Part>
      {isOfServer || !may('oidc.change') ? <SignOnFacts saved={saved} /> : <SignOnForm key={saved.revision} saved={saved} />}
    </>
  );
}

function AtProvider({ path }: { readonly path: string }) {
  const { t } = useWords();
  const address = useMe()?.publicUrl ?? globalThis.location.origin;
  return (
    <div className={styles.wideForm}>
      <p>{t('settings.signOn.callback')}</p>
      <CopyText text={`${address}${path}`} />
    </div>
  );
}
