// Somebody else saved the job meanwhile: who, when and what; then theirs is shown, or one's own change goes on top of it.
import { Alert, Button } from 'antd';
import type { ApiError } from '../../api/client.ts';
import { useWords } from '../../i18n/i18n.ts';
import { When } from '../../ui/when.tsx';
import { settingsSaid } from './scope-said.ts';
import styles from './job.module.css';

type Saved = NonNullable<ApiError['problem']['saved']>;

interface FasterProps {
  readonly saved: Saved;
  readonly onReload: () => void;
  readonly onKeep: () => void;
}

export function Faster({ saved, onReload, onKeep }: FasterProps) {
  const { t } = useWords();
  return (
    <Alert
      className={styles.alert}
      type="warning"
      showIcon
      role="alert"
      title={t('job.faster.title', { by: saved.by })}
      description={
        <>
          <p>
            <When at={Date.parse(saved.at)} />
            {saved.what.length > 0 && ' · '}
            {settingsSaid(saved.what, t).join(t('settings.listComma'))}
          </p>
          <p>{t('job.faster.body')}</p>
          <div className={styles.ways}>
            <Button onClick={onReload}>{t('job.faster.reload')}</Button>
            <Button onClick={onKeep}>{t('job.faster.keep')}</Button>
          </div>
        </>
      }
    />
  );
}
