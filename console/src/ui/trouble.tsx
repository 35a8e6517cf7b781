// A question to the server that failed: what, why, and what to do; with the way to ask again.
import { Alert, Button } from 'antd';
import { lazy, Suspense } from 'react';
import { ApiError } from '../api/client.ts';
import { useWords } from '../i18n/i18n.ts';
import styles from './trouble.module.css';

const SettingName = lazy(() => import('./setting-name.tsx'));
const IN_SETTINGS = 'settings.';

export function Trouble({ error, onRetry }: { readonly error: Error; readonly onRetry?: () => void }) {
  const { t } = useWords();
  const problem = error instanceof ApiError ? error.problem : null;
  return (
    <Alert
      className={styles.trouble!}
      type="error"
      showIcon
      title={problem?.title ?? error.name}
      description={
        <>
          <p style={{ margin: 0 }}>{problem?.detail ?? error.message}</p>
          {problem?.errors && problem.errors.length > 0 && (
            <ul style={{ margin: '8px 0 0', paddingInlineStart: 18 }}>
              {problem.errors.map((issue) => (
                <li key={`${issue.field} ${issue.message}`}>
                  <b>
                    {issue.field.startsWith(IN_SETTINGS) ? (
                      <Suspense fallback={issue.field}>
                        <SettingName path={issue.field.slice(IN_SETTINGS.length)} />
                      </Suspense>
                    ) : (
                      issue.field
                    )}
                  </b>{' '}
                  {issue.message}
                </li>
              ))}
            </ul>
          )}
        </>
      }
      action={onRetry && <Button onClick={onRetry}>{t('app.retry')}</Button>}
    />
  );
}
