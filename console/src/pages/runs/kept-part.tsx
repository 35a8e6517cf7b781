// What an undo keeps as it has made it, though the rules say otherwise: until it is ended, or the source says something new.
import { Alert, Button, Skeleton } from 'antd';
import type { ReactNode } from 'react';
import type { WireOutput } from '../../../../src/server/api/wire.ts';
import { useAnswer, useCommand, useMay } from '../../api/hooks.ts';
import { useWords } from '../../i18n/i18n.ts';
import { NeedsRole } from '../../ui/needs-role.tsx';
import styles from './run.module.css';

const NAMED = 5;
const MOST = 1000;

type Pins = WireOutput<'pin.list'>;

/** What comes below waits until it is known whether something is kept: nothing is pushed down while it is read. */
export function Kept({ run, children }: { readonly run: number; readonly children: ReactNode }) {
  const kept = useAnswer('pin.list', { run, limit: MOST });
  if (kept.isPending) return <Skeleton active title={false} paragraph={{ rows: 6 }} />;
  return (
    <>
      {kept.data && <KeptPart run={run} kept={kept.data} />}
      {children}
    </>
  );
}

function KeptPart({ run, kept }: { readonly run: number; readonly kept: Pins }) {
  const { t, language } = useWords();
  const may = useMay();
  const end = useCommand('pin.remove');
  const names = [...new Map(kept.pins.map((pin) => [`${pin.connection} ${pin.type} ${pin.object}`, pin.title])).values()];
  if (names.length === 0) return null;
  const n = names.length.toLocaleString(language) + (kept.next ? '+' : '');
  return (
    <div className={styles.notes}>
      <Alert
        type="warning"
        showIcon
        title={t('runs.kept.title', { count: names.length, n })}
        description={
          <>
            <p>
              {names.slice(0, NAMED).join(t('settings.listComma'))}
              {names.length > NAMED && ' …'}
            </p>
            <p>{t('runs.kept.says')}</p>
            <NeedsRole deed="pin.remove" />
            {may('pin.remove') && (
              <Button loading={end.isPending} onClick={() => end.mutate({ run })}>
                {t('runs.kept.end')}
              </Button>
            )}
          </>
        }
      />
    </div>
  );
}
