// A new file for a job that reads one: brought here, put in the place of the old, and checked with its columns, as when the job was set up.
import { Button } from 'antd';
import { useState } from 'react';
import { useAnswer, useCommand } from '../../api/hooks.ts';
import { DropFile } from '../../forms/drop-file.tsx';
import { configOf, type ConnectorView, type Values } from '../../forms/setting.ts';
import { useWords } from '../../i18n/i18n.ts';
import { Findings } from '../../ui/findings.tsx';
import { Part } from '../../ui/page.tsx';
import { Trouble } from '../../ui/trouble.tsx';
import { ColumnsTable } from '../../wizard/columns-table.tsx';
import styles from './job.module.css';

/** Nothing for a connection that reads no file. */
export function NewFile({ connection }: { readonly connection: string }) {
  const found = useAnswer('connection.get', { connection });
  const connectors = useAnswer('connector.list', {});
  const connector = connectors.data?.connectors.find((one) => one.id === found.data?.connector);
  if (!found.data || !connector?.settings.some((one) => one.isFile)) return null;
  return <Bring connection={found.data} connector={connector} />;
}

interface BringProps {
  readonly connection: { readonly id: string; readonly config: Values; readonly revision: number };
  readonly connector: ConnectorView;
}

function Bring({ connection, connector }: BringProps) {
  const { t } = useWords();
  const [isOpen, setOpen] = useState(false);
  const update = useCommand('connection.update');
  const check = useCommand('connection.check');
  const { settings } = connector;
  const file = settings.find((one) => one.isFile)!.name;
  const take = async (values: Values): Promise<void> => {
    const config = configOf(
      settings.filter((one) => !one.secret),
      { ...connection.config, ...values },
      'up',
      connection.config,
    );
    await update.mutateAsync({ connection: connection.id, config, revision: connection.revision });
    await check.mutateAsync({ connection: connection.id, direction: 'up' });
  };
  // What went wrong is shown from the commands.
  const begin = (values: Values): void => void take(values).catch(() => undefined);
  const error = update.error ?? check.error;
  return (
    <Part title={t('job.file.title')}>
      <div className={styles.ends}>
        <p>{t('job.file.about')}</p>
        <Button aria-expanded={isOpen} onClick={() => setOpen(!isOpen)}>
          {t('job.file.button')}
        </Button>
      </div>
      {isOpen && (
        <div className={styles.editor}>
          <DropFile isAlone onBrought={(path) => begin({ [file]: path })} />
          {error && <Trouble error={error} />}
          {check.data && (
            <>
              <Findings findings={check.data.checks.flatMap((one) => one.findings)} />
              <ColumnsTable connection={connection.id} config={connection.config} isFixed={false} onConfig={begin} />
              <p className="soft">{t('job.file.ready')}</p>
            </>
          )}
        </div>
      )}
    </Part>
  );
}
