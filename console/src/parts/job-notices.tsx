// Who hears of a job: as many rules as there are channels and people who want to be told of different things.
import { Button, Select } from 'antd';
import { words } from '../api/generated.ts';
import { useAnswer, useMay } from '../api/hooks.ts';
import type { Values } from '../forms/setting.ts';
import { Field } from '../forms/settings-form.tsx';
import { useWords } from '../i18n/i18n.ts';
import '../i18n/later.ts';
import type { WireOutput } from '../../../src/server/api/wire.ts';
import { withRule } from './notice-rules.ts';
import styles from './parts.module.css';

const conditions = ['failure', 'held', 'warning', 'recovery', 'overdue', 'expiry', 'always'] as const;
type Channel = WireOutput<'channel.list'>['channels'][number];

interface NoticeRule {
  readonly on: readonly string[];
  readonly channel: string;
  readonly to?: readonly string[];
  readonly roles?: readonly string[];
}

const begun = (channel: string): NoticeRule => ({ on: ['failure', 'held'], channel });

export function JobNotices({ notices, onNotices }: { readonly notices: Values; readonly onNotices: (notices: Values) => void }) {
  const { t } = useWords();
  const may = useMay();
  const channels = useAnswer('channel.list', {}, { enabled: may('channel.list') }).data?.channels ?? [];
  const rules = (notices.rules ?? []) as readonly NoticeRule[];
  const set = (at: number, rule: NoticeRule | null): void => onNotices({ ...notices, rules: withRule(rules, at, rule) });
  const isOne = rules.length < 2;
  if (channels.length === 0) return <p className="soft">{t('wizard.parts.notices.noChannel')}</p>;
  return (
    <>
      {(rules.length === 0 ? [null] : rules).map((rule, at) => (
        // A rule is known by its place.
        // oxlint-disable-next-line react/no-array-index-key
        <div
          key={at}
          className={styles.fields}
          {...(isOne ? {} : { role: 'group', 'aria-label': t('more.notices.rule', { number: at + 1 }) })}
        >
          {!isOne && (
            <span className={styles.row}>
              <b>{t('more.notices.rule', { number: at + 1 })}</b>
              <Button size="small" type="text" aria-label={t('more.notices.removeOf', { number: at + 1 })} onClick={() => set(at, null)}>
                {t('forms.remove')}
              </Button>
            </span>
          )}
          <RuleFields rule={rule} channels={channels} onRule={(next) => set(at, next)} />
        </div>
      ))}
      {rules.length > 0 && <Button onClick={() => set(rules.length, begun(channels[0]!.id))}>{t('more.notices.add')}</Button>}
    </>
  );
}

interface RuleProps {
  /** null: nobody is told yet. */
  readonly rule: NoticeRule | null;
  readonly channels: readonly Channel[];
  readonly onRule: (rule: NoticeRule | null) => void;
}

function RuleFields({ rule, channels, onRule }: RuleProps) {
  const { t, say } = useWords();
  return (
    <>
      <Field label={t('wizard.parts.notices.channel')}>
        {(id, describedBy) => (
          <Select
            id={id}
            aria-describedby={describedBy}
            allowClear={{ label: t('app.clear') }}
            className={styles.wide!}
            placeholder={t('wizard.parts.notices.nobody')}
            {...(rule ? { value: rule.channel } : {})}
            options={channels.map((channel) => ({ value: channel.id, label: channel.name }))}
            onChange={(channel?: string) => onRule(channel === undefined ? null : { on: rule?.on ?? begun(channel).on, channel })}
          />
        )}
      </Field>
      {rule && (
        <>
          <Field label={t('wizard.parts.notices.on')} required>
            {(id, describedBy) => (
              <Select
                id={id}
                aria-describedby={describedBy}
                mode="multiple"
                className={styles.wide!}
                value={[...rule.on]}
                options={conditions.map((one) => ({ value: one, label: t(`wizard.parts.condition.${one}`) }))}
                onChange={(on: string[]) => on.length > 0 && onRule({ ...rule, on })}
              />
            )}
          </Field>
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
                onChange={(to: string[]) => onRule({ ...rule, to })}
              />
            )}
          </Field>
          <Field label={t('more.overdue.roles')} help={t('more.overdue.rolesHelp')}>
            {(id, describedBy) => (
              <Select
                id={id}
                aria-describedby={describedBy}
                mode="multiple"
                className={styles.wide!}
                value={[...(rule.roles ?? [])]}
                options={Object.entries(words.role).map(([role, label]) => ({ value: role, label: say(label) }))}
                onChange={(roles: string[]) => onRule({ ...rule, roles })}
              />
            )}
          </Field>
        </>
      )}
    </>
  );
}
