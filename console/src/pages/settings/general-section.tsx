// What holds for the whole installation: time zone, language and recipients of notices, and how long records are kept.
import { Button, InputNumber, Radio, Select, Switch } from 'antd';
import { useState } from 'react';
import type { WireInput, WireOutput } from '../../../../src/server/api/wire.ts';
import { useAnswer, useCommand, useMay } from '../../api/hooks.ts';
import { Field } from '../../forms/settings-form.tsx';
import { useWords } from '../../i18n/i18n.ts';
import { Answered } from '../../ui/answered.tsx';
import { languages } from '../../ui/languages.ts';
import { NeedsRole } from '../../ui/needs-role.tsx';
import { Part } from '../../ui/page.tsx';
import { Trouble } from '../../ui/trouble.tsx';
import { useApp } from '../../ui/use-app.ts';
import styles from './settings.module.css';

type Settings = WireOutput<'settings.show'>;
type Change = WireInput<'settings.change'>;

const zones = Intl.supportedValuesOf('timeZone').map((zone) => ({ value: zone, label: zone.replaceAll('_', ' ') }));
const kept = ['keepRunsDays', 'keepDryRunsDays', 'keepNoticesDays'] as const;
const FOR_HISTORY = 800;

export function GeneralSection() {
  const settings = useAnswer('settings.show', {});
  return <Answered of={settings}>{(saved) => <Form key={saved.revision} saved={saved} />}</Answered>;
}

function Form({ saved }: { readonly saved: Settings }) {
  const { t } = useWords();
  const { message } = useApp();
  const may = useMay();
  const [wanted, setWanted] = useState<Settings>(saved);
  const change = useCommand('settings.change');
  const isFixed = !may('settings.change');
  const set = (more: Partial<Settings>): void => setWanted({ ...wanted, ...more });
  const differs = JSON.stringify(wanted) !== JSON.stringify(saved);
  const save = (): void =>
    change.mutate({ ...wanted, revision: saved.revision } as Change, { onSuccess: () => void message.success(t('settings.saved')) });
  return (
    <>
      {change.error && <Trouble error={change.error} />}
      <Part title={t('settings.general.title')} extra={<NeedsRole deed="settings.change" />}>
        <div className={styles.form}>
          <Field label={t('settings.general.timeZone')} required help={t('settings.general.timeZoneHelp')}>
            {(id, help) => (
              <Select
                id={id}
                className={styles.control!}
                aria-describedby={help}
                showSearch
                disabled={isFixed}
                value={wanted.timeZone}
                options={
                  zones.some((zone) => zone.value === wanted.timeZone)
                    ? zones
                    : [{ value: wanted.timeZone, label: wanted.timeZone }, ...zones]
                }
                onChange={(timeZone) => set({ timeZone })}
              />
            )}
          </Field>
          <Field label={t('settings.general.language')} required help={t('settings.general.languageHelp')}>
            {(id) => (
              <Radio.Group
                id={id}
                optionType="button"
                disabled={isFixed}
                value={wanted.language}
                options={(['en', 'zh'] as const).map((one) => ({ value: one, label: languages[one] }))}
                onChange={(event) => set({ language: event.target.value as string })}
              />
            )}
          </Field>
          <Field label={t('settings.general.recipients')} help={t('settings.general.recipientsHelp')}>
            {(id, help) => (
              <Select
                id={id}
                className={styles.control!}
                aria-describedby={help}
                mode="tags"
                open={false}
                suffixIcon={null}
                disabled={isFixed}
                placeholder={t('forms.listHint')}
                value={wanted.recipients}
                onChange={(recipients) => set({ recipients })}
              />
            )}
          </Field>
        </div>
      </Part>
      <Part title={t('settings.keep.title')}>
        <div className={styles.form}>
          <p className="soft">{t('settings.keep.about')}</p>
          {kept.map((name) => (
            <Field key={name} label={t(`settings.keep.${name}`)} required help={t(`settings.keep.help.${name}`)}>
              {(id, help) => (
                <Days id={id} help={help} disabled={isFixed} value={wanted[name]} onChange={(days) => set({ [name]: days })} />
              )}
            </Field>
          ))}
          <Field label={t('settings.keep.forEver')} required help={t('settings.keep.forEverHelp')}>
            {(id) => (
              <Switch
                id={id}
                disabled={isFixed}
                checked={wanted.keepHistoryDays === null}
                onChange={(on) => set({ keepHistoryDays: on ? null : Math.max(FOR_HISTORY, wanted.keepRunsDays) })}
              />
            )}
          </Field>
          {wanted.keepHistoryDays !== null && (
            <Field
              label={t('settings.keep.keepHistoryDays')}
              required
              wrong={wanted.keepHistoryDays < wanted.keepRunsDays ? t('settings.keep.tooShort') : null}
            >
              {(id, help) => (
                <Days
                  id={id}
                  help={help}
                  disabled={isFixed}
                  value={wanted.keepHistoryDays!}
                  onChange={(days) => set({ keepHistoryDays: days })}
                />
              )}
            </Field>
          )}
          <Prune />
        </div>
      </Part>
      {!isFixed && (
        <div className={styles.foot}>
          <Button type="primary" disabled={!differs} loading={change.isPending} onClick={save}>
            {t('settings.save')}
          </Button>
          {differs && <Button onClick={() => setWanted(saved)}>{t('settings.discard')}</Button>}
        </div>
      )}
    </>
  );
}

function Days({
  id,
  help,
  disabled,
  value,
  onChange,
}: {
  readonly id: string;
  readonly help: string;
  readonly disabled: boolean;
  readonly value: number;
  readonly onChange: (days: number) => void;
}) {
  const { t } = useWords();
  return (
    <InputNumber
      id={id}
      aria-describedby={help}
      min={7}
      max={36_500}
      precision={0}
      disabled={disabled}
      value={value}
      suffix={t('settings.daysUnit')}
      style={{ width: 160 }}
      onChange={(days) => days !== null && onChange(days)}
    />
  );
}

/** What is older goes by itself once a day; here it can be counted, and done now. */
function Prune() {
  const { t } = useWords();
  const { modal, message } = useApp();
  const may = useMay();
  const prune = useCommand('records.prune');
  if (!may('records.prune')) return null;
  const said = (counts: WireOutput<'records.prune'>): string =>
    (['runs', 'dryRuns', 'changes', 'history', 'notices', 'mended', 'answered'] as const)
      .filter((name) => counts[name] > 0)
      .map((name) => t(`settings.keep.counted.${name}`, { count: counts[name] }))
      .join(' · ');
  const count = (): void =>
    prune.mutate(
      { onlyCount: true },
      {
        onError: (error) => void message.error(error.message),
        onSuccess: (counts) => {
          if (said(counts) === '') return void message.info(t('settings.keep.nothing'));
          return void modal.confirm({
            title: t('settings.keep.ask'),
            content: said(counts),
            okText: t('settings.keep.now'),
            okButtonProps: { danger: true },
            cancelText: t('app.cancel'),
            onOk: () => prune.mutateAsync({ onlyCount: false }).then(() => void message.success(t('settings.keep.done'))),
          });
        },
      },
    );
  return (
    <div className={styles.ways}>
      <Button loading={prune.isPending} onClick={count}>
        {t('settings.keep.count')}
      </Button>
    </div>
  );
}
