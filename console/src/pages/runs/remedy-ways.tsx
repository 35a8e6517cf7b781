// From a run that failed to what mends it: the connection, and where its credential was refused, a new one.
import { Button } from 'antd';
import { useState } from 'react';
import { Link } from 'react-router';
import type { WireOutput } from '../../../../src/server/api/wire.ts';
import { useMay } from '../../api/hooks.ts';
import { useWords } from '../../i18n/i18n.ts';
import { NeedsRole } from '../../ui/needs-role.tsx';
import { RenewDialog } from '../connections/renew.tsx';
import styles from './run.module.css';

type Remedy = NonNullable<WireOutput<'run.get'>['remedy']>;

export function RemedyWays({ remedy }: { readonly remedy: Remedy }) {
  const { t } = useWords();
  const may = useMay();
  const [isRenewing, setRenewing] = useState(false);
  return (
    <div className={styles.ways}>
      {remedy.renew && may('connection.renew') && <Button onClick={() => setRenewing(true)}>{t('connections.renew')}</Button>}
      {remedy.renew && <NeedsRole deed="connection.renew" />}
      <Link to={`/connections/${encodeURIComponent(remedy.connection)}`}>
        {t('runs.run.toConnection', { name: remedy.connectionName })}
      </Link>
      {isRenewing && <RenewDialog connection={remedy.connection} onEnd={() => setRenewing(false)} />}
    </div>
  );
}
