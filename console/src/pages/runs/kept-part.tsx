// What an undo keeps as it has made it, though the rules say otherwise: until it is ended, or the source says something new.
import { Alert, Button } from 'antd';
import { useAnswer, useCommand, useMay } from '../../api/hooks.ts';
import { useWords } from '../../i18n/i18n.ts';
import styles from './run.module.css';

const NAMED = 5;
const MOST = 1000;

export function KeptPart({ run }: { readonly run: number }) {
  const { t, language } = useWords();
  const may = useMay();
  const kept = useAnswer('pin.list', { run, limit: MOST });
  const end = useCommand('pin.remove');
  const names = [...new Map((kept.data?.pins ?? []).map((pin) => [`${pin.connection} ${pin.type} ${pin.object}`, pin.title])).values()];
  if (names.length === 0) return null;
  const n = names.length.toLocaleString(language) + (kept.data?.next ? '+' : '');
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
