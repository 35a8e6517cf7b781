// A channel's settings, by the form that its kind declares; secrets go in and never come out.
import { Input, Modal, Radio, Select } from 'antd';
import { useState } from 'react';
import { ApiError } from '../../api/client.ts';
import { useCommand } from '../../api/hooks.ts';
import { Field, SettingsForm } from '../../forms/settings-form.tsx';
import type { Setting, Values } from '../../forms/setting.ts';
import { useWords, type Language } from '../../i18n/i18n.ts';
import { languages } from '../../ui/languages.ts';
import { SavedMeanwhile } from '../../ui/saved-meanwhile.tsx';
import type { Channel, ChannelKind } from './channels.tsx';
import styles from './settings.module.css';

interface EditorProps {
  readonly channel: Channel | null;
  readonly kinds: readonly ChannelKind[];
  readonly onEnd: () => void;
}

/** What a channel declares is a part of what a connector does. */
const asSettings = (kind: ChannelKind | undefined): readonly Setting[] =>
  (kind?.settings ?? []).map((one) => ({
    group: null,
    showWhen: null,
    placeholder: null,
    options: {},
    byDirection: {},
    rarely: false,
    isFile: false,
    ...one,
  })) as unknown as readonly Setting[];

/** An id made of the name: people never see it, files and logs do. */
const idOf = (name: string): string =>
  name
    .toLowerCase()
    .replaceAll(/[^a-z0-9]+/g, '-')
    .replaceAll(/^-+|-+$/g, '') || `channel-${Date.now().toString(36)}`;

export function ChannelEditor({ channel, kinds, onEnd }: EditorProps) {
  const { t, say, language: spoken } = useWords();
  const [kind, setKind] = useState(channel?.kind ?? kinds[0]?.id ?? '');
  // As it was when this was opened.
  const [revision] = useState(channel?.revision);
  const [name, setName] = useState(channel?.name ?? '');
  const [language, setLanguage] = useState<Language>(channel?.language ?? spoken);
  const [values, setValues] = useState<Values>(channel?.config ?? {});
  const create = useCommand('channel.create');
  const update = useCommand('channel.update');
  const error = create.error ?? update.error;
  const own = kinds.find((one) => one.id === kind);
  const wrong =
    error instanceof ApiError
      ? Object.fromEntries((error.problem.errors ?? []).map((issue) => [issue.field.replace(/^config\./, ''), issue.message]))
      : {};
  const config = Object.fromEntries(
    Object.entries(values).flatMap(([field, value]) =>
      value === '' ? (channel && field in channel.config ? [[field, null]] : []) : [[field, value]],
    ),
  );
  const save = (): void => {
    if (channel)
      update.mutate({ channel: channel.id, name, language, config, ...(revision === undefined ? {} : { revision }) }, { onSuccess: onEnd });
    else create.mutate({ id: idOf(name), kind, name, language, config }, { onSuccess: onEnd });
  };
  return (
    <Modal
      open
      width={680}
      title={channel ? channel.name : t('notices.channels.add')}
      onCancel={onEnd}
      okText={t('settings.save')}
      cancelText={t('app.cancel')}
      okButtonProps={{ loading: create.isPending || update.isPending, disabled: name.trim() === '' }}
      onOk={save}
    >
      {error && Object.keys(wrong).length === 0 && <SavedMeanwhile error={error} onReload={onEnd} />}
      <div className={styles.roles}>
        <Field label={t('notices.channels.kind')} required>
          {(id) => (
            <Select
              id={id}
              className={styles.control!}
              disabled={channel !== null}
              value={kind}
              options={kinds.map((one) => ({ value: one.id, label: say(one.label) }))}
              onChange={(next) => {
                setKind(next);
                setValues({});
              }}
            />
          )}
        </Field>
        <Field label={t('notices.channels.name')} required wrong={wrong.id ?? null}>
          {(id) => <Input id={id} autoComplete="off" value={name} onChange={(event) => setName(event.target.value)} />}
        </Field>
        <SettingsForm
          settings={asSettings(own)}
          values={values}
          direction="down"
          kept={channel?.secrets ?? []}
          wrong={wrong}
          onChange={(field, value) => setValues({ ...values, [field]: value })}
        />
        <Field label={t('notices.channels.language')} required>
          {(id) => (
            <Radio.Group
              id={id}
              optionType="button"
              value={language}
              options={(['en', 'zh'] as const).map((one) => ({ value: one, label: languages[one] }))}
              onChange={(event) => setLanguage(event.target.value as Language)}
            />
          )}
        </Field>
      </div>
    </Modal>
  );
}
