// Where one is signed in: which browser, from where, since when; each can be ended.
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { Button } from 'antd';
import type { OwnAccount } from '../../../../src/server/api/wire.ts';
import { post } from '../../api/client.ts';
import { useWords } from '../../i18n/i18n.ts';
import { Part } from '../../ui/page.tsx';
import { Trouble } from '../../ui/trouble.tsx';
import { When } from '../../ui/when.tsx';
import { signOut } from '../../app/sign-out.ts';
import styles from './settings.module.css';

const browsers: readonly (readonly [RegExp, string])[] = [
  [/Edg\//, 'Edge'],
  [/OPR\//, 'Opera'],
  [/MicroMessenger/, 'WeChat'],
  [/Chrome\//, 'Chrome'],
  [/Firefox\//, 'Firefox'],
  [/Safari\//, 'Safari'],
];
const systems: readonly (readonly [RegExp, string])[] = [
  [/Windows/, 'Windows'],
  [/iPhone|iPad/, 'iOS'],
  [/Mac OS X/, 'macOS'],
  [/Android/, 'Android'],
  [/Linux/, 'Linux'],
];

/** What a browser calls itself, in two words that people know. */
const deviceOf = (agent: string): string =>
  [browsers, systems].flatMap((table) => table.find(([pattern]) => pattern.test(agent))?.[1] ?? []).join(' · ');

export function Sessions({ account }: { readonly account: OwnAccount }) {
  const { t } = useWords();
  const client = useQueryClient();
  const end = useMutation({
    mutationFn: (id: string) => post('/me/account/sessions/end', { id }),
    onSuccess: () => client.invalidateQueries({ queryKey: ['me', 'account'] }),
  });
  return (
    <Part title={t('settings.sessions.title')}>
      {end.error && <Trouble error={end.error} />}
      <ul className={styles.rows}>
        {account.sessions.map((session) => (
          <li key={session.id}>
            <div className={styles.what}>
              <div className={styles.title}>
                <b>{deviceOf(session.agent) || t('settings.sessions.unknown')}</b>
                {session.isThis && <span className="soft">{t('settings.sessions.this')}</span>}
              </div>
              <small>
                {session.address} · {t('settings.sessions.since')} <When at={session.createdAt} /> · {t('settings.sessions.seen')}{' '}
                <When at={session.seenAt} />
              </small>
            </div>
            {session.isThis ? (
              <Button onClick={signOut}>{t('app.account.signOut')}</Button>
            ) : (
              <Button loading={end.isPending && end.variables === session.id} onClick={() => end.mutate(session.id)}>
                {t('settings.sessions.end')}
              </Button>
            )}
          </li>
        ))}
      </ul>
    </Part>
  );
}
