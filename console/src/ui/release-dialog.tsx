// Releases the brake. What waits because of it begins to write in that moment, so it is named before, run by run.
import { Modal, Skeleton } from 'antd';
import { useEffect } from 'react';
import { Link } from 'react-router';
import type { WireOutput } from '../../../src/server/api/wire.ts';
import { words } from '../api/generated.ts';
import { useCommand } from '../api/hooks.ts';
import { useWords } from '../i18n/i18n.ts';
import '../i18n/later.ts';
import { wordOf } from '../pages/runs/run-kind.ts';
import { useCounted } from './counted.ts';
import type { BrakeScope } from './release-brake.tsx';
import { Trouble } from './trouble.tsx';

type Piled = WireOutput<'brake.release'>['piled'][number];

export function ReleaseDialog({ job, connection, onEnd }: BrakeScope & { readonly onEnd: () => void }) {
  const { t } = useWords();
  const look = useCommand('brake.release');
  const release = useCommand('brake.release');
  const { mutate: ask } = look;
  const scope = { ...(job !== undefined && { job }), ...(connection !== undefined && { connection }) };
  const lookAtIt = (): void => ask({ ...scope, onlyShow: true });
  // oxlint-disable-next-line react-hooks/exhaustive-deps
  useEffect(lookAtIt, [ask, job, connection]);
  const piled = look.data?.piled;
  return (
    <Modal
      open
      title={t('more.brake.title')}
      okText={t('more.brake.release')}
      okButtonProps={{ disabled: piled === undefined, loading: release.isPending }}
      cancelText={t('app.cancel')}
      onCancel={onEnd}
      onOk={() => release.mutate(scope, { onSuccess: onEnd })}
    >
      <div aria-live="polite">
        {look.isPending && <Skeleton active title={false} paragraph={{ rows: 3 }} />}
        {look.error && <Trouble error={look.error} onRetry={lookAtIt} />}
        {piled?.length === 0 && <p>{t('more.brake.none')}</p>}
        {piled !== undefined && piled.length > 0 && (
          <>
            <p>{t('more.brake.piled')}</p>
            <ul>
              {[...Map.groupBy(piled, (row) => row.run).values()].map((rows) => (
                <OneRun key={rows[0]!.run} rows={rows} onLeave={onEnd} />
              ))}
            </ul>
          </>
        )}
        {piled !== undefined && <p className="soft">{t('more.brake.asks')}</p>}
        {release.error && <Trouble error={release.error} />}
      </div>
    </Modal>
  );
}

function OneRun({ rows, onLeave }: { readonly rows: readonly Piled[]; readonly onLeave: () => void }) {
  const { t, say } = useWords();
  const counted = useCounted();
  const { run, jobName } = rows[0]!;
  return (
    <li>
      <Link to={`/runs/${run}`} onClick={onLeave}>
        {t('more.brake.run', { job: jobName, run })}
      </Link>
      {rows.map(({ action, type, count }) => (
        <div key={`${action} ${type}`}>{t('more.brake.does', { deed: say(wordOf(words.action, action)), what: counted(type, count) })}</div>
      ))}
    </li>
  );
}
