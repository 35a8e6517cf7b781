// The master key: which one is in use, and a new one while the server runs; where that cannot be, why, and what to do.
import { Alert, Button } from 'antd';
import type { WireOutput } from '../../../../src/server/api/wire.ts';
import { useCommand, useMay } from '../../api/hooks.ts';
import { useWords } from '../../i18n/i18n.ts';
import { Part } from '../../ui/page.tsx';
import { Trouble } from '../../ui/trouble.tsx';
import { useApp } from '../../ui/use-app.ts';
import styles from './settings.module.css';

type Health = Pick<WireOutput<'system.health'>, 'key' | 'keyRotation' | 'store'>;

export function MasterKey({ health: { key, keyRotation, store } }: { readonly health: Health }) {
  const { t, say } = useWords();
  const may = useMay();
  const { modal } = useApp();
  const rotate = useCommand('key.rotate');
  const { obstacle, state, rows } = keyRotation;
  const isAsked = may('key.rotate') && obstacle === null && state !== 'running';
  const ask = (): void =>
    void modal.confirm({
      title: t('settings.key.ask'),
      content: (
        <>
          <p>{t('settings.key.askWhat')}</p>
          <p>{t('settings.key.askKept')}</p>
        </>
      ),
      okText: t('settings.key.make'),
      cancelText: t('app.cancel'),
      onOk: () => rotate.mutate({}),
    });
  return (
    <Part
      title={t('settings.key.title')}
      extra={
        isAsked && (
          <Button onClick={ask} loading={rotate.isPending}>
            {t('settings.key.make')}
          </Button>
        )
      }
    >
      <div className={styles.text}>
        <p>
          {t('settings.key.inUse')} <code>{key ?? t('settings.key.none')}</code>
        </p>
        <p className="soft">{t('settings.key.about')}</p>
        {may('key.rotate') && obstacle && <Alert type="info" showIcon title={t('settings.key.cannot')} description={say(obstacle)} />}
        {state === 'running' && <Alert type="info" showIcon title={t('settings.key.running', { count: rows })} />}
        {state === 'cut-off' && !obstacle && <Alert type="warning" showIcon title={t('settings.key.cutOff')} />}
        {rotate.error && <Trouble error={rotate.error} />}
        {rotate.data && <Rotated done={rotate.data} isShared={store.kind === 'postgres'} />}
      </div>
    </Part>
  );
}

function Rotated({ done, isShared }: { readonly done: WireOutput<'key.rotate'>; readonly isShared: boolean }) {
  const { t, say } = useWords();
  return (
    <Alert
      type={done.warning ? 'warning' : 'success'}
      showIcon
      title={t('settings.key.done', { from: done.from, to: done.to })}
      description={
        <div className={styles.said}>
          <p>{t('settings.key.doneWhat', { count: done.rows })}</p>
          {/* It says where either key lies, and that neither may be moved yet. */}
          {done.warning ? (
            <p>{say(done.warning)}</p>
          ) : (
            <>
              <p>
                {t('settings.key.kept')} <code>{done.kept}</code>
              </p>
              <p>{t('settings.key.keptWhy')}</p>
            </>
          )}
          <p>{t('settings.key.leaked')}</p>
          {isShared && <p>{t('settings.key.workers')}</p>}
        </div>
      }
    />
  );
}
