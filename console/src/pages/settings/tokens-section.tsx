// API tokens: what programs call with; made and shown once, listed with their last use, revoked at once.
import { Button, Empty } from 'antd';
import { useState } from 'react';
import type { WireOutput } from '../../../../src/server/api/wire.ts';
import { words } from '../../api/generated.ts';
import { useAnswer, useCommand, useMay } from '../../api/hooks.ts';
import { useWords } from '../../i18n/i18n.ts';
import { Answered } from '../../ui/answered.tsx';
import { Part } from '../../ui/page.tsx';
import { Sign } from '../../ui/sign.tsx';
import { exactTime } from '../../ui/time-words.ts';
import { useApp } from '../../ui/use-app.ts';
import { When } from '../../ui/when.tsx';
import { GiveToken } from './give-token.tsx';
import { NewToken } from './new-token.tsx';
import styles from './settings.module.css';

type Token = WireOutput<'token.list'>['tokens'][number];

export function TokensSection() {
  const { t } = useWords();
  const may = useMay();
  const tokens = useAnswer('token.list', {});
  const [isMaking, make] = useState(false);
  return (
    <>
      <Part
        title={t('settings.tokens.title')}
        extra={
          may('token.create') && (
            <Button type="primary" onClick={() => make(true)}>
              {t('settings.tokens.create')}
            </Button>
          )
        }
      >
        <Answered of={tokens}>
          {({ tokens: rows }) =>
            rows.length === 0 ? (
              <Empty className={styles.empty!} image={Empty.PRESENTED_IMAGE_SIMPLE} description={t('settings.tokens.none')} />
            ) : (
              <ul className={styles.rows}>
                {rows.map((token) => (
                  <TokenRow key={token.id} token={token} />
                ))}
              </ul>
            )
          }
        </Answered>
      </Part>
      {!tokens.isPending && (
        <p className={styles.intro}>
          {t('settings.tokens.about')}{' '}
          <a href="/api/v1/openapi.json" target="_blank" rel="noreferrer">
            {t('settings.tokens.document')}
          </a>
        </p>
      )}
      {isMaking && <NewToken onEnd={() => make(false)} />}
    </>
  );
}

function TokenRow({ token }: { readonly token: Token }) {
  const { t, say, language } = useWords();
  const { modal, message } = useApp();
  const may = useMay();
  const jobs = useAnswer('job.list', {}, { enabled: token.jobs !== null });
  const connections = useAnswer('connection.list', {}, { enabled: token.connections !== null });
  const revoke = useCommand('token.revoke');
  const [isGiving, setGiving] = useState(false);
  const isOver = token.expiresAt <= Date.now();
  const isGood = token.revokedAt === null && !isOver;
  const nameOf = (rows: readonly { readonly id: number | string; readonly name: string }[] | undefined, id: number | string): string =>
    rows?.find((row) => row.id === id)?.name ?? String(id);
  const scope = [
    ...(token.connections ?? []).map((id) => nameOf(connections.data?.connections, id)),
    ...(token.jobs ?? []).map((id) => nameOf(jobs.data?.jobs, id)),
  ];
  const ask = (): void =>
    void modal.confirm({
      title: t('settings.tokens.revokeIt', { name: token.name }),
      content: t('settings.tokens.revokeWhat'),
      okText: t('settings.tokens.revoke'),
      okButtonProps: { danger: true },
      cancelText: t('app.cancel'),
      onOk: () => revoke.mutateAsync({ token: token.id }).catch((error: Error) => void message.error(error.message)),
    });
  return (
    <li>
      <div className={styles.what}>
        <div className={styles.title}>
          <b>{token.name}</b>
          {isGood && token.orphaned !== null && (
            <Sign tone="bad">{t('settings.tokens.refused', { why: say(words.orphaned[token.orphaned]) })}</Sign>
          )}
          {!isGood && <Sign tone="still">{t(token.revokedAt === null ? 'settings.tokens.over' : 'settings.tokens.revoked')}</Sign>}
        </div>
        <small>
          {say(words.role[token.role])} · {scope.length > 0 ? scope.join(t('settings.listComma')) : t('settings.tokens.everywhere')} ·{' '}
          {t('settings.tokens.until', { at: exactTime(token.expiresAt, language) })}
        </small>
        <small>
          {token.owner === null ? t('settings.tokens.noOwner') : t('settings.tokens.owner', { name: token.owner })} ·{' '}
          {t('settings.tokens.by', { name: token.createdBy })} · <When at={token.createdAt} /> ·{' '}
          {token.usedAt === null ? (
            t('settings.tokens.unused')
          ) : (
            <>
              {t('settings.tokens.used')} <When at={token.usedAt} />
            </>
          )}
        </small>
      </div>
      {isGood && may('token.give') && <Button onClick={() => setGiving(true)}>{t('settings.tokens.give')}</Button>}
      {isGood && may('token.revoke') && <Button onClick={ask}>{t('settings.tokens.revoke')}</Button>}
      {isGiving && <GiveToken token={token} onEnd={() => setGiving(false)} />}
    </li>
  );
}
