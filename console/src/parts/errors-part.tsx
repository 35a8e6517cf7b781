// What happens when a run cannot go on, and who hears of it.
import { InputNumber } from 'antd';
import type { Values } from '../forms/setting.ts';
import { Field } from '../forms/settings-form.tsx';
import { useWords } from '../i18n/i18n.ts';
import '../i18n/later.ts';
import { ErrorsMore } from './errors-more.tsx';
import { JobNotices } from './job-notices.tsx';
import type { PartProps } from './part.ts';
import styles from './parts.module.css';

const numbers = [
  { name: 'tries', usual: 3, min: 1, max: 20 },
  { name: 'pauseSeconds', usual: 60, min: 1, max: 86_400 },
  { name: 'quarantineMinutes', usual: 60, min: 1, max: 10_080 },
] as const;

export function ErrorsPart({ settings, onChange }: PartProps) {
  const { t } = useWords();
  const onError = (settings.onError ?? {}) as Readonly<Record<string, number>>;
  const notices = (settings.notices ?? {}) as Values;
  return (
    <div className={styles.part}>
      <div className={styles.fields}>
        {numbers.map(({ name, usual, min, max }) => (
          <Field key={name} label={t(`wizard.parts.errors.${name}`)} help={t(`wizard.parts.errorsHelp.${name}`)} required>
            {(id, describedBy) => (
              <InputNumber
                id={id}
                aria-describedby={describedBy}
                min={min}
                max={max}
                value={onError[name] ?? usual}
                onChange={(value) => onChange({ onError: { ...onError, [name]: value ?? usual } })}
              />
            )}
          </Field>
        ))}
      </div>
      <h3 className={styles.small}>{t('wizard.parts.notices.title')}</h3>
      <JobNotices notices={notices} onNotices={(next) => onChange({ notices: next })} />
      <ErrorsMore notices={notices} onNotices={(next) => onChange({ notices: next })} />
    </div>
  );
}
