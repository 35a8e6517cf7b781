// What happens when a run cannot go on, and who hears of it.
import { InputNumber, Select } from 'antd';
import { words } from '../api/generated.ts';
import { useAnswer, useMay } from '../api/hooks.ts';
import type { Values } from '../forms/setting.ts';
import { Field } from '../forms/settings-form.tsx';
import { useWords } from '../i18n/i18n.ts';
import '../i18n/later.ts';
import { ErrorsMore } from './errors-more.tsx';
import type { PartProps } from './part.ts';
import styles from './parts.module.css';

const numbers = [
  { name: 'tries', usual: 3, min: 1, max: 20 },
  { name: 'pauseSeconds', usual: 60, min: 1, max: 86_400 },
  { name: 'quarantineMinutes', usual: 60, min: 1, max: 10_080 },
] as const;

const conditions = ['failure', 'held', 'warning', 'recovery', 'overdue', 'expiry', 'always'] as const;

interface NoticeRule {
  readonly on: readonly string[];
  readonly channel: string;
  readonly to?: readonly string[];
  readonly roles?: readonly string[];
}

export function ErrorsPart({ settings, onChange }: PartProps) {
  const { t, say } = useWords();
  const may = useMay();
  const onError = (settings.onError ?? {}) as Readonly<Record<string, number>>;
  const channels = useAnswer('channel.list', {}, { enabled: may('channel.list') }).data?.channels ?? [];
  const notices = (settings.notices ?? {}) as Values;
  const rule = ((notices.rules ?? []) as readonly NoticeRule[])[0];
  const setRule = (next: NoticeRule | null): void =>
    onChange({ notices: { ...notices, rules: next === null ? [] : [next, ...((notices.rules ?? []) as readonly NoticeRule[]).slice(1)] } });
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
      {channels.length === 0 ? (
        <p className="soft">{t('wizard.parts.notices.noChannel')}</p>
      ) : (
        <div className={styles.fields}>
          <Field label={t('wizard.parts.notices.channel')}>
            {(id, describedBy) => (
              <Select
                id={id}
                aria-describedby={describedBy}
                allowClear
                className={styles.wide!}
                placeholder={t('wizard.parts.notices.nobody')}
                {...(rule ? { value: rule.channel } : {})}
                options={channels.map((channel) => ({ value: channel.id, label: channel.name }))}
                onChange={(channel?: string) => setRule(channel === undefined ? null : { on: rule?.on ?? ['failure', 'held'], channel })}
              />
            )}
          </Field>
          {rule && (
            <Field label={t('wizard.parts.notices.on')} required>
              {(id, describedBy) => (
                <Select
                  id={id}
                  aria-describedby={describedBy}
                  mode="multiple"
                  className={styles.wide!}
                  value={[...rule.on]}
                  options={conditions.map((one) => ({ value: one, label: t(`wizard.parts.condition.${one}`) }))}
                  onChange={(on: string[]) => on.length > 0 && setRule({ ...rule, on })}
                />
              )}
            </Field>
          )}
          {rule && (
            <Field label={t('wizard.parts.notices.to')} help={t('wizard.parts.notices.toHelp')}>
              {(id, describedBy) => (
                <Select
                  id={id}
                  aria-describedby={describedBy}
                  mode="tags"
                  open={false}
                  suffixIcon={null}
                  className={styles.wide!}
                  placeholder={t('forms.listHint')}
                  value={[...(rule.to ?? [])]}
                  onChange={(to: string[]) => setRule({ ...rule, to })}
                />
              )}
            </Field>
          )}
          {rule && (
            <Field label={t('more.overdue.roles')} help={t('more.overdue.rolesHelp')}>
              {(id, describedBy) => (
                <Select
                  id={id}
                  aria-describedby={describedBy}
                  mode="multiple"
                  className={styles.wide!}
                  value={[...(rule.roles ?? [])]}
                  options={Object.entries(words.role).map(([role, label]) => ({ value: role, label: say(label) }))}
                  onChange={(roles: string[]) => setRule({ ...rule, roles })}
                />
              )}
            </Field>
          )}
        </div>
      )}
      <ErrorsMore notices={notices} onNotices={(next) => onChange({ notices: next })} />
    </div>
  );
}
