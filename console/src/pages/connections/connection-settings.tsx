// Settings of a connection as they are saved, edited in the connector's own form; secrets only say that they are set.
import { Button, Input } from 'antd';
import { useState } from 'react';
import type { WireInput } from '../../../../src/server/api/wire.ts';
import { ApiError } from '../../api/client.ts';
import { useAnswer, useCommand, useMay } from '../../api/hooks.ts';
import { configOf, isAsked, kindOf, valueOf, type Direction, type Setting, type Values } from '../../forms/setting.ts';
import { Field, SettingsForm } from '../../forms/settings-form.tsx';
import { useWords } from '../../i18n/i18n.ts';
import { Part } from '../../ui/page.tsx';
import { Trouble } from '../../ui/trouble.tsx';
import styles from './connections.module.css';
import type { Connection } from './standing.tsx';

interface SettingsProps {
  readonly connection: Connection;
  readonly settings: readonly Setting[];
}

export function ConnectionSettings(props: SettingsProps) {
  const { t } = useWords();
  const may = useMay();
  const [editing, setEditing] = useState(false);
  const jobs = useAnswer('job.list', {});
  const direction: Direction = jobs.data?.jobs.find((job) => props.connection.jobs.includes(job.id))?.direction === 'down' ? 'down' : 'up';
  return (
    <Part
      title={t('connections.settings')}
      extra={
        may('connection.update') &&
        !editing && (
          <Button size="small" onClick={() => setEditing(true)}>
            {t('connections.edit')}
          </Button>
        )
      }
    >
      {editing ? <Editor {...props} direction={direction} onEnd={() => setEditing(false)} /> : <Shown {...props} direction={direction} />}
    </Part>
  );
}

type WithDirection = SettingsProps & { readonly direction: Direction };

function Shown({ connection, settings, direction }: WithDirection) {
  const { t, say } = useWords();
  const said = (setting: Setting): string => {
    if (setting.secret) return t(connection.secrets.includes(setting.name) ? 'connections.isSet' : 'connections.notSet');
    const value = valueOf(setting, connection.config);
    if (typeof value === 'boolean') return t(value ? 'connections.yes' : 'connections.no');
    if (value === undefined || value === null || value === '') return t('connections.notSet');
    const option = kindOf(setting) === 'choice' ? setting.options[String(value)] : undefined;
    if (option) return say(option);
    if (Array.isArray(value)) return value.map(String).join(', ');
    return typeof value === 'object'
      ? Object.entries(value)
          .map(([name, one]) => `${name} = ${String(one)}`)
          .join(', ')
      : String(value);
  };
  const shown = settings.filter(
    (setting) =>
      isAsked(setting, settings, connection.config, direction) &&
      (!setting.rarely || setting.name in connection.config || connection.secrets.includes(setting.name)),
  );
  return (
    <dl className={styles.facts}>
      {shown.map((setting) => (
        <div key={setting.name}>
          <dt>{say(setting.label)}</dt>
          <dd>{said(setting) || t('connections.notSet')}</dd>
        </div>
      ))}
    </dl>
  );
}

function Editor({ connection, settings, direction, onEnd }: WithDirection & { readonly onEnd: () => void }) {
  const { t } = useWords();
  const update = useCommand('connection.update');
  const [name, setName] = useState(connection.name);
  const [values, setValues] = useState<Values>(connection.config);
  // A new secret is tried before it is taken: that is a way of its own.
  const plain = settings.filter((setting) => !setting.secret);
  const wrong =
    update.error instanceof ApiError
      ? Object.fromEntries((update.error.problem.errors ?? []).map((issue) => [issue.field.replace(/^config\./, ''), issue.message]))
      : {};
  const isUnplaced = update.error !== null && !Object.keys(wrong).some((field) => plain.some((setting) => setting.name === field));
  const save = (): void => {
    const config = configOf(plain, values, direction, connection.config);
    const input: WireInput<'connection.update'> = { connection: connection.id, name, config, revision: connection.revision };
    update.mutate(input, { onSuccess: onEnd });
  };
  return (
    <div className={styles.body}>
      <Field label={t('connections.name')} required>
        {(id) => <Input id={id} maxLength={200} value={name} onChange={({ target }) => setName(target.value)} />}
      </Field>
      <SettingsForm
        settings={plain}
        values={values}
        direction={direction}
        wrong={wrong}
        onChange={(field, value) => setValues({ ...values, [field]: value })}
      />
      {isUnplaced && update.error && <Trouble error={update.error} />}
      <div className={styles.ends}>
        <Button onClick={onEnd}>{t('app.cancel')}</Button>
        <Button type="primary" loading={update.isPending} disabled={name.trim() === ''} onClick={save}>
          {t('connections.save')}
        </Button>
      </div>
    </div>
  );
}
