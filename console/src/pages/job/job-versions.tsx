// Who saved what when, and the way back to an earlier version: what it would take away is said first.
import { Button, Empty } from 'antd';
import { useCommand, useMay, usePages } from '../../api/hooks.ts';
import { useWords } from '../../i18n/i18n.ts';
import { Answered } from '../../ui/answered.tsx';
import { Part } from '../../ui/page.tsx';
import { useApp } from '../../ui/use-app.ts';
import { When } from '../../ui/when.tsx';
import type { ScopeNames } from './scope-said.ts';
import { SettingChanges } from './setting-changes.tsx';
import { useTargetNames } from './target-names.ts';
import type { JobTabProps } from './tab.ts';
import styles from './job.module.css';

const LIMIT = 30;

export function JobVersions({ details }: JobTabProps) {
  const { t } = useWords();
  const { modal, message } = useApp();
  const versions = usePages('job.versions', { job: details.id, limit: LIMIT });
  const rollback = useCommand('job.rollback');
  const may = useMay();
  const target = useTargetNames(details);
  const goBack = (version: number): void =>
    rollback.mutate(
      { job: details.id, version, revision: details.revision },
      {
        onSuccess: () => void message.success(t('job.rolledBack', { n: version })),
        // What it would take away: said by the server, and done only when somebody says so.
        onError: (error) =>
          void modal.confirm({
            title: t('job.rollback', { n: version }),
            content: error.message,
            okText: t('job.rollbackAnyway'),
            okButtonProps: { danger: true },
            cancelText: t('app.cancel'),
            onOk: () =>
              rollback.mutateAsync({ job: details.id, version, revision: details.revision, withoutForecast: true }).then(
                () => undefined,
                (again: Error) => void message.error(again.message),
              ),
          }),
      },
    );
  return (
    <Part>
      <Answered of={versions}>
        {({ pages }) => {
          const rows = pages.flatMap((page) => page.versions);
          const names = Object.assign({}, ...pages.map((page) => page.scopeNames)) as ScopeNames;
          const channels = Object.assign({}, ...pages.map((page) => page.channels)) as Readonly<Record<string, string>>;
          if (rows.length === 0) return <Empty image={Empty.PRESENTED_IMAGE_SIMPLE} description={t('job.noVersions')} />;
          return (
            <ol className={styles.versions}>
              {rows.map(({ version, by, at, changes }) => (
                <li key={version}>
                  <div className={styles.versionHead}>
                    <b>{t('job.version', { n: version })}</b>
                    <span className="soft">
                      {by} · <When at={at} />
                    </span>
                    {version === details.revision ? (
                      <span className="soft">{t('job.current')}</span>
                    ) : (
                      may('job.rollback') && (
                        <Button size="small" loading={rollback.isPending} onClick={() => goBack(version)}>
                          {t('job.rollback', { n: version })}
                        </Button>
                      )
                    )}
                  </div>
                  <SettingChanges changes={changes} names={names} channels={channels} target={target} />
                </li>
              ))}
            </ol>
          );
        }}
      </Answered>
    </Part>
  );
}
