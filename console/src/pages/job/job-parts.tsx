// The parts of a job, each in one sentence, each to edit alone; what cannot be changed any more says why.
import { EditOutlined, LockOutlined } from '@ant-design/icons';
import { Button } from 'antd';
import { Link } from 'react-router';
import { useMay } from '../../api/hooks.ts';
import { useWords } from '../../i18n/i18n.ts';
import '../../i18n/later.ts';
import { NeedsRole } from '../../ui/needs-role.tsx';
import { Part } from '../../ui/page.tsx';
import { partNames, partSaid, type JobSettings } from './part-said.ts';
import { useTargetNames } from './target-names.ts';
import type { JobTabProps } from './tab.ts';
import styles from './job.module.css';

export function JobParts({ details }: Pick<JobTabProps, 'details'>) {
  const words = useWords();
  const { t, say } = words;
  const may = useMay();
  const target = useTargetNames(details);
  const settings = details.settings as unknown as JobSettings;
  return (
    <>
      <Part>
        <ul className={styles.parts}>
          {partNames.map((part) => (
            <li key={part}>
              <h3>{t(`job.part.${part}`)}</h3>
              <div>
                {partSaid[part](settings, words, { ...target, scope: details.scopeNames, direction: details.direction }).map((line) => (
                  <p key={line}>{line}</p>
                ))}
              </div>
              {may('job.update') && (
                <Link to={`/jobs/${details.id}/edit/${part}`} aria-label={t('job.editPart', { part: t(`job.part.${part}`) })}>
                  <Button size="small" icon={<EditOutlined />} tabIndex={-1}>
                    {t('job.edit')}
                  </Button>
                </Link>
              )}
            </li>
          ))}
        </ul>
      </Part>
      {!may('job.update') && (
        <p>
          <NeedsRole deed="job.update" />
        </p>
      )}
      {details.locked.length > 0 && (
        <Part title={t('job.locked')}>
          <ul className={styles.parts}>
            {details.locked.map(({ setting, reason }) => (
              <li key={setting}>
                <h3>
                  <LockOutlined aria-hidden /> {t(`job.lockedPart.${setting as 'connection' | 'direction' | 'tree'}`)}
                </h3>
                <div>{say(reason)}</div>
              </li>
            ))}
          </ul>
        </Part>
      )}
    </>
  );
}
