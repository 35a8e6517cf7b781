// A question to the server that failed: what, why, and what to do; with the way to ask again.
import { Alert, Button } from 'antd';
import { ApiError } from '../api/client.ts';
import { useWords } from '../i18n/i18n.ts';
import { settingsSaid } from '../pages/job/scope-said.ts';
import styles from './trouble.module.css';

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
                  <b>{issue.field.startsWith('settings.') ? settingsSaid([issue.field.slice('settings.'.length)], t)[0] : issue.field}</b>{' '}
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
