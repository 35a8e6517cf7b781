// A command that failed; where somebody else saved the same thing meanwhile: who and when, with the way to what they saved.
import { Alert, Button } from 'antd';
import { useQueryClient } from '@tanstack/react-query';
import { ApiError } from '../api/client.ts';
import { useWords } from '../i18n/i18n.ts';
import { Trouble } from './trouble.tsx';
import { When } from './when.tsx';

/** `onReload`: begins anew, with what they saved. */
export function SavedMeanwhile({ error, onReload }: { readonly error: Error; readonly onReload: () => void }) {
  const { t } = useWords();
  const client = useQueryClient();
  const saved = error instanceof ApiError ? error.problem.saved : undefined;
  if (!saved) return <Trouble error={error} />;
  return (
    <Alert
      style={{ marginBottom: 18 }}
      type="warning"
      showIcon
      role="alert"
      title={t('settings.faster.title', { by: saved.by })}
      description={
        <>
          <p>
            <When at={Date.parse(saved.at)} />
          </p>
          <p>{t('settings.faster.body')}</p>
          <Button onClick={() => void client.invalidateQueries().then(onReload)}>{t('settings.faster.reload')}</Button>
        </>
      }
    />
  );
}
