// The control of one setting by its kind: text, number, choice, switch, list, pairs, secret.
import { Button, Input, InputNumber, Select, Switch } from 'antd';
import { useWords } from '../i18n/i18n.ts';
import { kindOf, shapeOf, valueOf, type Setting, type Values } from './setting.ts';
import { uploadedName } from './uploaded.ts';
import styles from './settings-form.module.css';

interface ControlProps {
  readonly id: string;
  readonly setting: Setting;
  readonly values: Values;
  /** It is set on the server and not shown. */
  readonly isSet: boolean;
  readonly invalid: boolean;
  readonly describedBy: string;
  readonly onChange: (value: unknown) => void;
}

export function SettingControl({ id, setting, values, isSet, invalid, describedBy, onChange }: ControlProps) {
  const { t, say } = useWords();
  const value = valueOf(setting, values);
  const shape = shapeOf(setting);
  const example = setting.placeholder ? t('forms.example', { example: setting.placeholder }) : '';
  const common = {
    id,
    'aria-describedby': describedBy,
    'aria-invalid': invalid,
    status: invalid ? ('error' as const) : ('' as const),
    // Readable as any text, so it says that it is none of the values.
    placeholder: example,
  };
  switch (kindOf(setting)) {
    case 'secret':
      return (
        <Input.Password
          {...common}
          autoComplete="new-password"
          value={(value as string | undefined) ?? ''}
          placeholder={isSet ? t('forms.secretKept') : example}
          onChange={(event) => onChange(event.target.value)}
        />
      );
    case 'choice':
      return (
        <Select
          {...common}
          className={styles.control!}
          value={value as string}
          options={(shape.enum ?? []).map((one) => {
            const words = setting.options[one];
            return { value: one, label: words ? say(words) : one || t('forms.none') };
          })}
          onChange={onChange}
        />
      );
    case 'switch':
      return <Switch id={id} aria-describedby={describedBy} checked={value === true} onChange={onChange} />;
    case 'number':
      return (
        <InputNumber
          {...common}
          value={(value as number | undefined) ?? null}
          {...(shape.minimum === undefined ? {} : { min: shape.minimum })}
          {...(shape.maximum === undefined ? {} : { max: shape.maximum })}
          onChange={onChange}
        />
      );
    case 'list':
      return (
        <Select
          {...common}
          mode="tags"
          open={false}
          suffixIcon={null}
          className={styles.control!}
          placeholder={t('forms.listHint')}
          value={(value as string[] | undefined) ?? []}
          onChange={onChange}
        />
      );
    case 'pairs':
      return <Pairs id={id} choices={shape.additionalProperties?.enum ?? null} value={(value ?? {}) as Values} onChange={onChange} />;
    case 'long':
      return (
        <Input.TextArea
          {...common}
          autoSize={{ minRows: 3, maxRows: 8 }}
          value={(value as string | undefined) ?? ''}
          onChange={(event) => onChange(event.target.value)}
        />
      );
    case 'text': {
      const uploaded = setting.isFile ? uploadedName(value) : null;
      if (uploaded !== null)
        return (
          <Input
            {...common}
            readOnly
            value={uploaded}
            suffix={
              <Button type="link" size="small" onClick={() => onChange('')}>
                {t('forms.otherPath')}
              </Button>
            }
          />
        );
      return (
        <Input
          {...common}
          autoComplete="off"
          value={(value as string | undefined) ?? ''}
          onChange={(event) => onChange(event.target.value)}
        />
      );
    }
  }
}

/** Name → value, line by line. */
function Pairs({
  id,
  choices,
  value,
  onChange,
}: {
  readonly id: string;
  readonly choices: readonly string[] | null;
  readonly value: Values;
  readonly onChange: (value: unknown) => void;
}) {
  const { t } = useWords();
  const rows = Object.entries(value);
  const set = (index: number, row: readonly [string, unknown] | null): void =>
    onChange(Object.fromEntries(rows.flatMap((one, at) => (at === index ? (row ? [row] : []) : [one]))));
  return (
    <div id={id} className={styles.pairs}>
      {rows.map(([name, own], index) => (
        // A line is known by its place: its name is what is being typed.
        // oxlint-disable-next-line react/no-array-index-key
        <div key={index} className={styles.pair}>
          <Input aria-label={t('forms.pairName')} value={name} onChange={(event) => set(index, [event.target.value, own])} />
          {choices ? (
            <Select
              aria-label={t('forms.pairValue')}
              value={own as string}
              options={choices.map((choice) => ({ value: choice, label: choice }))}
              onChange={(choice) => set(index, [name, choice])}
            />
          ) : (
            <Input aria-label={t('forms.pairValue')} value={own as string} onChange={(event) => set(index, [name, event.target.value])} />
          )}
          <Button type="text" onClick={() => set(index, null)}>
            {t('forms.remove')}
          </Button>
        </div>
      ))}
      <Button size="small" onClick={() => onChange({ ...value, '': choices?.[0] ?? '' })}>
        {t('forms.add')}
      </Button>
    </div>
  );
}
