// The phone book refused some of what it was sent: who, with the cause; and just these once more.
import { useQueryClient } from '@tanstack/react-query';
import { Alert, Button } from 'antd';
import { useState } from 'react';
import { Link } from 'react-router';
import type { RunView } from '../../../../src/server/api/wire.ts';
import { useAnswer, useCommand, useMay } from '../../api/hooks.ts';
import { useWords } from '../../i18n/i18n.ts';
import { objectsIn, useCounted } from '../../ui/counted.ts';
import { useApp } from '../../ui/use-app.ts';
import { ended, type Outcome } from './sandbox-attempt.ts';
import styles from './first-choice.module.css';

const SHOWN = 5;

export function Refused({ outcome: { run, before, after } }: { readonly outcome: Outcome }) {
  const { t, say } = useWords();
  const { message } = useApp();
  const client = useQueryClient();
  const may = useMay();
  const people = useCounted();
  const retry = useCommand('item.retry');
  const [isRetried, setRetried] = useState(false);
  /** Null: the run to come. They are tried again by themselves, too, after a while. */
  const [again, setAgain] = useState<RunView | 'by-itself' | null>(null);
  // As they stood when the run had ended: tried again, they are no problem any more.
  const listed = useAnswer('item.list', { run: run.id, limit: SHOWN }, { enabled: !isRetried });
  const retried = again === 'by-itself' ? null : again;
  const refused = objectsIn(run.counts, 'failed');
  const once = async (): Promise<void> => {
    setRetried(true);
    try {
      const { run: next } = await retry.mutateAsync({ job: run.job });
      setAgain(next === null ? 'by-itself' : await ended(next));
      // The cards of the picture say at once that all is well.
      await client.invalidateQueries();
    } catch (error) {
      setRetried(false);
      void message.error((error as Error).message, 8);
    }
  };
  return (
    <Alert
      type="success"
      showIcon
      title={t('first.refused.unharmed', {
        refused: people('person', refused),
        synced: people('person', run.counts['applied.update.person'] ?? 0),
        before: before.active,
        after: after.active,
      })}
      description={
        <>
          <ul className={styles.written}>
            {listed.data?.items.map((item) => (
              <li key={item.key}>
                <b>{item.title ?? item.key}</b> {say(item.message)}
              </li>
            ))}
          </ul>
          {again === 'by-itself' && <p className={styles.again}>{t('first.refused.byItself')}</p>}
          {retried && (
            <p className={styles.again}>{t('first.refused.done', { people: people('person', objectsIn(retried.counts, 'applied')) })}</p>
          )}
          <span className={styles.buttons}>
            {again === null && may('item.retry') && (
              <Button size="small" loading={isRetried} onClick={() => void once()}>
                {t('first.refused.again', { count: refused })}
              </Button>
            )}
            <Link to={`/runs/${(retried ?? run).id}`}>{t('first.see')}</Link>
          </span>
        </>
      }
    />
  );
}
