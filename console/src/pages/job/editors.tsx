// The form of each part of a job. Each gives back the settings that it changes, or null while they cannot be understood.
import { Checkbox, Input, InputNumber, Radio, Select } from 'antd';
import { useState, type ComponentType, type ReactNode } from 'react';
import { useWords } from '../../i18n/i18n.ts';
import { leaverSaid, leaverWays, type LeaverWay } from './part-said.ts';
import { TimingEditor } from './timing-editor.tsx';
import { partEditor } from '../../parts/part-editor.tsx';
import type { WireOutput } from '../../../../src/server/api/wire.ts';
import styles from './job.module.css';

export interface EditorProps {
  readonly job: WireOutput<'job.get'>;
  readonly settings: Readonly<Record<string, unknown>>;
  readonly onChange: (settings: Readonly<Record<string, unknown>> | null) => void;
}

export function Field({ label, help, children }: { readonly label: ReactNode; readonly help?: ReactNode; readonly children: ReactNode }) {
  return (
    <label className={styles.field}>
      <span>{label}</span>
      {children}
      {help && <small>{help}</small>}
    </label>
  );
}

interface About {
  readonly description: string;
  readonly owner: string;
}

function AboutEditor({ settings, onChange }: EditorProps) {
  const { t } = useWords();
  const { description, owner } = settings as unknown as About;
  const [value, setValue] = useState<About>({ description, owner });
  const change = (more: Partial<About>): void => {
    const next = { ...value, ...more };
    setValue(next);
    onChange({ ...next });
  };
  return (
    <>
      <Field label={t('job.description')} help={t('wizard.descriptionHelp')}>
        <Input.TextArea
          rows={3}
          maxLength={2000}
          value={value.description}
          onChange={(event) => change({ description: event.target.value })}
        />
      </Field>
      <Field label={t('job.owner')} help={t('job.ownerHelp')}>
        <Input value={value.owner} onChange={(event) => change({ owner: event.target.value })} />
      </Field>
    </>
  );
}

interface Policy {
  readonly leaver: { readonly gone: LeaverWay; readonly leftScope: LeaverWay };
  readonly guard: { readonly deletions: string; readonly limits: Readonly<Record<string, Readonly<Record<string, number>>>> };
}
const limitNames = ['disable', 'identifying', 'clear', 'membershipLoss', 'move', 'update', 'create', 'messages'] as const;

function PolicyEditor({ settings, onChange }: EditorProps) {
  const { t } = useWords();
  const policy = settings.policy as Policy;
  const approvals = settings.approvals as number;
  const [value, setValue] = useState({ policy, approvals });
  const change = (next: typeof value): void => {
    setValue(next);
    onChange({ ...next });
  };
  const setPolicy = (more: Partial<Policy>): void => change({ ...value, policy: { ...value.policy, ...more } });
  const setLimit = (name: string, field: string, amount: number): void =>
    setPolicy({
      guard: {
        ...value.policy.guard,
        limits: { ...value.policy.guard.limits, [name]: { ...value.policy.guard.limits[name], [field]: amount } },
      },
    });
  const { leaver, guard } = value.policy;
  return (
    <>
      <LeaverField label={t('job.whoIsGone')} value={leaver.gone} onChange={(gone) => setPolicy({ leaver: { ...leaver, gone } })} />
      <LeaverField
        label={t('job.whoLeftScope')}
        value={leaver.leftScope}
        onChange={(leftScope) => setPolicy({ leaver: { ...leaver, leftScope } })}
      />
      <fieldset className={styles.field}>
        <legend>{t('job.deletions')}</legend>
        <Radio.Group
          className={styles.stacked}
          value={guard.deletions}
          onChange={(event) => setPolicy({ guard: { ...guard, deletions: event.target.value as string } })}
          options={(['hold-all', 'hold-unless-departed', 'hold-above-limit'] as const).map((way) => ({
            value: way,
            label: t(`job.deletion.${way}`),
          }))}
        />
      </fieldset>
      <fieldset className={styles.field}>
        <legend>{t('job.limits')}</legend>
        <small>{t('job.limitsHelp')}</small>
        <div className={styles.limits}>
          {limitNames.map((name) => (
            <div key={name}>
              <span>{t(`job.limit.${name}`)}</span>
              <InputNumber
                aria-label={t('job.percentOf', { what: t(`job.limit.${name}`) })}
                min={0}
                max={100}
                suffix="%"
                value={guard.limits[name]?.percent}
                onChange={(amount) => amount !== null && setLimit(name, 'percent', amount)}
              />
              <InputNumber
                aria-label={t('job.countOf', { what: t(`job.limit.${name}`) })}
                min={0}
                value={guard.limits[name]?.count}
                onChange={(amount) => amount !== null && setLimit(name, 'count', amount)}
              />
            </div>
          ))}
        </div>
      </fieldset>
      <Checkbox checked={value.approvals === 2} onChange={(event) => change({ ...value, approvals: event.target.checked ? 2 : 1 })}>
        {t('job.twoPeople')}
      </Checkbox>
    </>
  );
}

interface LeaverFieldProps {
  readonly label: string;
  readonly value: LeaverWay;
  readonly onChange: (way: LeaverWay) => void;
}

function LeaverField({ label, value, onChange }: LeaverFieldProps) {
  const { t } = useWords();
  return (
    <Field label={label}>
      <Select
        value={JSON.stringify(value)}
        options={leaverWays(value).map((way) => ({ value: JSON.stringify(way), label: leaverSaid(way, t) }))}
        onChange={(text) => onChange(JSON.parse(text) as LeaverWay)}
      />
    </Field>
  );
}

interface OnError {
  readonly tries: number;
  readonly pauseSeconds: number;
  readonly quarantineMinutes: number;
}

function ErrorsEditor({ settings, onChange }: EditorProps) {
  const { t } = useWords();
  const [value, setValue] = useState(settings.onError as OnError);
  const change = (more: Partial<OnError>): void => {
    const next = { ...value, ...more };
    setValue(next);
    onChange({ onError: next });
  };
  const number = (name: keyof OnError, max: number) => (
    <Field label={t(`job.onError.${name}`)}>
      <InputNumber min={1} max={max} value={value[name]} onChange={(amount) => amount !== null && change({ [name]: amount })} />
    </Field>
  );
  return (
    <>
      {number('tries', 20)}
      {number('pauseSeconds', 86_400)}
      {number('quarantineMinutes', 10_080)}
    </>
  );
}

/** A part as the configuration file writes it: for those who know it, and complete. */
const asText = (setting: string): ComponentType<EditorProps> =>
  function TextEditor({ settings, onChange }) {
    const { t } = useWords();
    const [text, setText] = useState(() => JSON.stringify(settings[setting], null, 2));
    const [problem, setProblem] = useState('');
    return (
      <Field label={t('job.asText')} help={problem === '' ? t('job.asTextHelp') : <span className={styles.problem}>{problem}</span>}>
        <Input.TextArea
          className={styles.code!}
          autoSize={{ minRows: 8, maxRows: 30 }}
          spellCheck={false}
          value={text}
          status={problem === '' ? '' : 'error'}
          onChange={(event) => {
            setText(event.target.value);
            try {
              onChange({ [setting]: JSON.parse(event.target.value) as unknown });
              setProblem('');
            } catch (error) {
              setProblem((error as Error).message);
              onChange(null);
            }
          }}
        />
      </Field>
    );
  };

export const editors = {
  general: { Editor: AboutEditor },
  scope: { Editor: partEditor('scope') },
  mapping: { Editor: partEditor('mapping') },
  correlation: { Editor: partEditor('matching') },
  timing: { Editor: TimingEditor },
  policy: { Editor: PolicyEditor },
  errors: { Editor: ErrorsEditor },
  notices: { Editor: asText('notices') },
} as const satisfies Record<string, { readonly Editor: ComponentType<EditorProps> }>;

export type EditedPart = keyof typeof editors;
