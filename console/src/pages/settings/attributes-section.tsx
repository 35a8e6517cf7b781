// Attributes that this installation adds to people, departments and groups; archived, never deleted.
import { App, Button, Empty, Input, InputNumber, Modal, Select, Switch } from 'antd';
import { useState } from 'react';
import type { WireInput, WireOutput } from '../../../../src/server/api/wire.ts';
import { words } from '../../api/generated.ts';
import { useAnswer, useCommand, useMay } from '../../api/hooks.ts';
import { Field } from '../../forms/settings-form.tsx';
import { useWords, type Label } from '../../i18n/i18n.ts';
import { Answered } from '../../ui/answered.tsx';
import { Part } from '../../ui/page.tsx';
import { Sign } from '../../ui/sign.tsx';
import { Trouble } from '../../ui/trouble.tsx';
import styles from './settings.module.css';

type Own = WireOutput<'attribute.list'>['attributes'][number];
type Wanted = WireInput<'attribute.create'>;

const kinds = ['string', 'integer', 'boolean', 'date', 'datetime'] as const;
const owners = ['person', 'department', 'group'] as const;

export function AttributesSection() {
  const { t, say } = useWords();
  const may = useMay();
  const { message } = App.useApp();
  const list = useAnswer('attribute.list', {});
  const change = useCommand('attribute.change');
  const [open, setOpen] = useState<Own | 'new' | null>(null);
  const archive = (own: Own, archived: boolean): void =>
    change.mutate(
      { type: own.type as Wanted['type'], name: own.name, archived, revision: own.revision },
      { onError: (error) => void message.error(error.message) },
    );
  return (
    <>
      <p className={styles.intro}>{t('settings.attributes.about')}</p>
      <Part
        title={t('settings.section.attributes')}
        extra={
          may('attribute.create') && (
            <Button type="primary" onClick={() => setOpen('new')}>
              {t('settings.attributes.add')}
            </Button>
          )
        }
      >
        <Answered of={list}>
          {({ attributes }) =>
            attributes.length === 0 ? (
              <Empty className={styles.empty!} image={Empty.PRESENTED_IMAGE_SIMPLE} description={t('settings.attributes.none')} />
            ) : (
              <ul className={styles.rows}>
                {attributes.map((own) => (
                  <li key={`${own.type}.${own.name}`}>
                    <div className={styles.what}>
                      <div className={styles.title}>
                        <b>{say(own.label)}</b>
                        <code className="soft">{own.name}</code>
                        {own.sensitive && <Sign tone="warn">{t('settings.attributes.sensitive')}</Sign>}
                        {own.archived && <Sign tone="still">{t('settings.attributes.archived')}</Sign>}
                      </div>
                      <small>
                        {say((words.type as Readonly<Record<string, Label>>)[own.type] ?? own.label)} ·{' '}
                        {t(`settings.attributes.kind.${own.valueType as (typeof kinds)[number]}`)}
                        {own.many && ` · ${t('settings.attributes.many')}`}
                        {own.maxLength !== null && ` · ${t('settings.attributes.upTo', { count: own.maxLength })}`}
                      </small>
                    </div>
                    {may('attribute.change') && (
                      <div className={styles.ways}>
                        <Button onClick={() => setOpen(own)}>{t('settings.edit')}</Button>
                        <Button onClick={() => archive(own, !own.archived)}>
                          {t(own.archived ? 'settings.attributes.takeBack' : 'settings.attributes.archive')}
                        </Button>
                      </div>
                    )}
                  </li>
                ))}
              </ul>
            )
          }
        </Answered>
      </Part>
      {open && <Editor own={open === 'new' ? null : open} onEnd={() => setOpen(null)} />}
    </>
  );
}

function Editor({ own, onEnd }: { readonly own: Own | null; readonly onEnd: () => void }) {
  const { t, say } = useWords();
  const [wanted, setWanted] = useState<Wanted>({
    type: (own?.type as Wanted['type']) ?? 'person',
    name: own?.name ?? '',
    label: own?.label ?? { en: '', zh: '' },
    valueType: (own?.valueType as Wanted['valueType']) ?? 'string',
    maxLength: own?.maxLength ?? null,
    many: own?.many ?? false,
    sensitive: own?.sensitive ?? false,
  });
  const create = useCommand('attribute.create');
  const change = useCommand('attribute.change');
  const set = (more: Partial<Wanted>): void => setWanted({ ...wanted, ...more });
  const save = (): void => {
    const { many, sensitive, ...facts } = wanted;
    if (own) change.mutate({ ...facts, revision: own.revision }, { onSuccess: onEnd });
    else create.mutate({ ...facts, many, sensitive }, { onSuccess: onEnd });
  };
  const error = create.error ?? change.error;
  const isWhole = wanted.name !== '' && wanted.label.en.trim() !== '' && wanted.label.zh.trim() !== '';
  return (
    <Modal
      open
      title={own ? say(own.label) : t('settings.attributes.add')}
      onCancel={onEnd}
      okText={t('settings.save')}
      cancelText={t('app.cancel')}
      okButtonProps={{ loading: create.isPending || change.isPending, disabled: !isWhole }}
      onOk={save}
    >
      {error && <Trouble error={error} />}
      <div className={styles.roles}>
        <Field label={t('settings.attributes.of')} required>
          {(id) => (
            <Select
              id={id}
              className={styles.control!}
              disabled={own !== null}
              value={wanted.type}
              options={owners.map((one) => ({ value: one, label: say((words.type as Readonly<Record<string, Label>>)[one]!) }))}
              onChange={(type) => set({ type, ...(type === 'person' ? {} : { sensitive: false }) })}
            />
          )}
        </Field>
        <Field label={t('settings.attributes.labelEn')} required>
          {(id) => (
            <Input
              id={id}
              lang="en"
              maxLength={80}
              value={wanted.label.en}
              onChange={(event) => set({ label: { ...wanted.label, en: event.target.value } })}
            />
          )}
        </Field>
        <Field label={t('settings.attributes.labelZh')} required>
          {(id) => (
            <Input
              id={id}
              lang="zh-CN"
              maxLength={80}
              value={wanted.label.zh}
              onChange={(event) => set({ label: { ...wanted.label, zh: event.target.value } })}
            />
          )}
        </Field>
        <Field label={t('settings.attributes.name')} required help={t('settings.attributes.nameHelp')}>
          {(id, help) => (
            <Input
              id={id}
              aria-describedby={help}
              disabled={own !== null}
              maxLength={40}
              value={wanted.name}
              onChange={(event) => set({ name: event.target.value })}
            />
          )}
        </Field>
        <Field label={t('settings.attributes.valueType')} required>
          {(id) => (
            <Select
              id={id}
              className={styles.control!}
              value={wanted.valueType ?? 'string'}
              options={kinds.map((one) => ({ value: one, label: t(`settings.attributes.kind.${one}`) }))}
              onChange={(valueType) => set({ valueType, ...(valueType === 'string' ? {} : { maxLength: null }) })}
            />
          )}
        </Field>
        {wanted.valueType === 'string' && (
          <Field label={t('settings.attributes.maxLength')}>
            {(id) => (
              <InputNumber
                id={id}
                min={1}
                max={10_000}
                precision={0}
                value={wanted.maxLength ?? null}
                onChange={(maxLength) => set({ maxLength })}
              />
            )}
          </Field>
        )}
        <Field label={t('settings.attributes.many')} required help={t('settings.attributes.manyHelp')}>
          {(id, help) => (
            <Switch
              id={id}
              aria-describedby={help}
              disabled={own !== null || wanted.sensitive}
              checked={wanted.many ?? false}
              onChange={(many) => set({ many })}
            />
          )}
        </Field>
        {wanted.type === 'person' && (
          <Field label={t('settings.attributes.sensitive')} required help={t('settings.attributes.sensitiveHelp')}>
            {(id, help) => (
              <Switch
                id={id}
                aria-describedby={help}
                disabled={own !== null || wanted.many}
                checked={wanted.sensitive ?? false}
                onChange={(sensitive) => set({ sensitive })}
              />
            )}
          </Field>
        )}
      </div>
    </Modal>
  );
}
