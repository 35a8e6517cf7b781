// A form made from the settings that a connector declares: groups, help beside each field, what is rarely needed on demand.
import { useId, useState, type ReactNode } from 'react';
import { Button } from 'antd';
import { useWords } from '../i18n/i18n.ts';
import { DropFile } from './drop-file.tsx';
import { SettingControl } from './setting-control.tsx';
import { canBeEmpty, isAsked, type Direction, type Setting, type Values } from './setting.ts';
import styles from './settings-form.module.css';

interface FormProps {
  readonly settings: readonly Setting[];
  readonly values: Values;
  readonly direction: Direction;
  /** Names of secrets that the server has. */
  readonly kept?: readonly string[];
  /** Name → what is wrong with it. */
  readonly wrong?: Readonly<Record<string, string>>;
  readonly onChange: (name: string, value: unknown) => void;
  /** A file is on its way to the server. */
  readonly onBringing?: (isUnderWay: boolean) => void;
}

export function SettingsForm({ settings, values, direction, kept = [], wrong = {}, onChange, onBringing }: FormProps) {
  const { t, say } = useWords();
  const [all, showAll] = useState(false);
  const asked = settings.filter((setting) => isAsked(setting, settings, values, direction));
  const isShown = (setting: Setting): boolean => all || !setting.rarely || wrong[setting.name] !== undefined || setting.name in values;
  const shown = asked.filter(isShown);
  const groups = Map.groupBy(shown, (setting) => (setting.group ? say(setting.group) : ''));
  const hidden = asked.length - asked.filter((setting) => !setting.rarely || setting.name in values).length;
  return (
    <div className={styles.form}>
      {[...groups].map(([title, own]) => (
        <fieldset key={title} className={styles.group}>
          {title !== '' && <legend>{title}</legend>}
          {own.map((setting) => (
            <div key={setting.name}>
              {setting.isFile && direction === 'up' && (
                <DropFile onBrought={(path) => onChange(setting.name, path)} {...(onBringing ? { onBringing } : {})} />
              )}
              <SettingField
                setting={setting}
                values={values}
                isSet={kept.includes(setting.name)}
                wrong={wrong[setting.name] ?? null}
                onChange={(value) => onChange(setting.name, value)}
              />
            </div>
          ))}
        </fieldset>
      ))}
      {hidden > 0 && (
        <Button type="link" className={styles.more!} aria-expanded={all} onClick={() => showAll(!all)}>
          {all ? t('forms.fewer') : t('forms.more', { count: hidden })}
        </Button>
      )}
    </div>
  );
}

function SettingField({
  setting,
  values,
  isSet,
  wrong,
  onChange,
}: {
  readonly setting: Setting;
  readonly values: Values;
  readonly isSet: boolean;
  readonly wrong: string | null;
  readonly onChange: (value: unknown) => void;
}) {
  const { say } = useWords();
  return (
    <Field
      label={say(setting.label)}
      help={setting.help && say(setting.help)}
      required={setting.required || !canBeEmpty(setting)}
      wrong={wrong}
    >
      {(id, describedBy) => (
        <SettingControl
          id={id}
          describedBy={describedBy}
          setting={setting}
          values={values}
          isSet={isSet}
          invalid={wrong !== null}
          onChange={onChange}
        />
      )}
    </Field>
  );
}

/** A label, its control, where to find what belongs there, and what is wrong with what stands there. */
export function Field({
  label,
  help,
  required = false,
  wrong = null,
  children,
}: {
  readonly label: string;
  readonly help?: ReactNode;
  readonly required?: boolean;
  readonly wrong?: string | null;
  readonly children: (id: string, describedBy: string) => ReactNode;
}) {
  const { t } = useWords();
  const id = useId();
  return (
    <div className={styles.field}>
      <label htmlFor={id} className={styles.label}>
        {label}
        {!required && <span className={styles.optional}> {t('forms.optional')}</span>}
      </label>
      <div className={styles.input}>
        {children(id, `${id}-help`)}
        <div id={`${id}-help`}>
          {wrong && (
            <p className={styles.wrong} role="alert">
              {wrong}
            </p>
          )}
          {help && <p className={styles.help}>{help}</p>}
        </div>
      </div>
    </div>
  );
}
