// Fields for the attributes of a person, department or group, as the directory's schema describes them; locked ones say why.
import { LockOutlined } from '@ant-design/icons';
import { Input, Select } from 'antd';
import { useState } from 'react';
import type { WireOutput } from '../../../../src/server/api/wire.ts';
import { useAnswer } from '../../api/hooks.ts';
import { useWords } from '../../i18n/i18n.ts';
import styles from './edit.module.css';
import { ObjectPicker } from './pickers.tsx';

type Spec = WireOutput<'schema.get'>['types'][number]['attributes'][number];
type One = string | number | boolean;
export type Values = Readonly<Record<string, One | One[] | null>>;

interface FieldsProps {
  readonly type: 'person' | 'department' | 'group';
  /** As they are now. */
  readonly are: Readonly<Record<string, unknown>>;
  /** Attribute → why it is not changed here, in words. */
  readonly locked: Readonly<Record<string, string>>;
  /** What was typed so far. */
  readonly values: Values;
  readonly onChange: (values: Values) => void;
  /** Left out. */
  readonly without?: readonly string[];
  /** Whose fields these are: who is there already may not be named as their own manager. */
  readonly self?: string;
}

/** They come from a source, which says them sealed; the server takes none by hand. */
const isSealed = (spec: Spec): boolean => spec.kind === 'sensitive' && spec.writable !== 'never';
const typedHere = (spec: Spec): boolean => spec.kind === 'plain' && spec.writable !== 'never' && spec.name !== 'lifecycle';

export function AttributeFields({ type, are, locked, values, onChange, without = [], self }: FieldsProps) {
  const { t, say } = useWords();
  const schema = useAnswer('schema.get', {});
  const all = schema.data?.types.find((one) => one.id === type)?.attributes ?? [];
  const specs = all.filter(typedHere);
  const sealed = all.filter(isSealed).map((spec) => say(spec.label));
  const change = (spec: Spec, value: Values[string]): void => onChange({ ...values, [spec.name]: value });
  return (
    <div className={styles.fields}>
      {specs
        .filter((spec) => !without.includes(spec.name))
        .map((spec) => (
          <label key={spec.name} className={styles.field}>
            <span>
              {say(spec.label)} {locked[spec.name] && <LockOutlined aria-hidden />}
            </span>
            <Field
              spec={spec}
              is={are[spec.name]}
              value={values[spec.name]}
              isLocked={locked[spec.name] !== undefined}
              isWrong={isItself(values[spec.name], self)}
              onChange={(value) => change(spec, value)}
            />
            {isItself(values[spec.name], self) && (
              <span className={styles.wrong} role="alert">
                {t('edit.notItself', { label: say(spec.label) })}
              </span>
            )}
            {locked[spec.name] && <span className={styles.locked}>{locked[spec.name]}</span>}
          </label>
        ))}
      {sealed.length > 0 && (
        <p className={styles.sealed}>
          <LockOutlined aria-hidden /> {t('edit.sealed', { attributes: sealed.join(t('settings.listComma')) })}
        </p>
      )}
    </div>
  );
}

interface FieldProps {
  readonly spec: Spec;
  readonly is: unknown;
  readonly value: Values[string] | undefined;
  readonly isLocked: boolean;
  readonly isWrong: boolean;
  readonly onChange: (value: Values[string]) => void;
}

function Field({ spec, is, value, isLocked, isWrong, onChange }: FieldProps) {
  const { t, say } = useWords();
  const now = value === undefined ? (is ?? '') : (value ?? '');
  const label = say(spec.label);
  if (isLocked) return <Input disabled value={[is ?? ''].flat().join(', ')} aria-label={label} />;
  if (spec.many) return <ListField spec={spec} label={label} now={[now].flat().filter((one) => one !== '') as One[]} onChange={onChange} />;
  if (spec.type === 'reference')
    return (
      <ObjectPicker
        type={spec.name === 'parent' ? 'department' : 'person'}
        label={label}
        {...(is ? { now: String(is) } : {})}
        isWrong={isWrong}
        onPick={onChange}
      />
    );
  if (spec.type === 'boolean')
    return (
      <Select
        allowClear={{ label: t('app.clear') }}
        aria-label={label}
        value={now === '' ? undefined : String(now)}
        options={[
          { value: 'true', label: t('edit.yes') },
          { value: 'false', label: t('edit.no') },
        ]}
        onChange={(chosen?: string) => onChange(chosen === undefined ? null : chosen === 'true')}
      />
    );
  return (
    <Input
      type={spec.type === 'date' ? 'date' : spec.type === 'integer' ? 'number' : 'text'}
      aria-label={label}
      value={String(now)}
      {...(spec.maxLength === null ? {} : { maxLength: spec.maxLength })}
      onChange={({ target }) => onChange(target.value === '' ? null : spec.type === 'integer' ? Number(target.value) : target.value)}
    />
  );
}

interface ListProps {
  readonly spec: Spec;
  readonly label: string;
  readonly now: readonly One[];
  readonly onChange: (value: One[] | null) => void;
}

/** Several values: each is typed and ended with Enter, or with a comma where several are pasted. What none of its kind can be is not taken. */
function ListField({ spec, label, now, onChange }: ListProps) {
  const { t } = useWords();
  const [isWrong, setWrong] = useState(false);
  const isNumber = spec.type === 'integer';
  const isBoolean = spec.type === 'boolean';
  const take = (typed: readonly string[]): void => {
    const fits = typed.filter((one) => !isNumber || /^-?\d{1,15}$/.test(one));
    setWrong(fits.length < typed.length);
    onChange(fits.length === 0 ? null : fits.map((one) => (isNumber ? Number(one) : isBoolean ? one === 'true' : one)));
  };
  return (
    <>
      <Select
        mode={isBoolean ? 'multiple' : 'tags'}
        aria-label={label}
        status={isWrong ? 'error' : ''}
        value={now.map(String)}
        tokenSeparators={[',', '，', '、', ';', '；', '\n']}
        placeholder={t('edit.listHint')}
        notFoundContent={t('edit.listHint')}
        {...(isBoolean
          ? {
              options: [
                { value: 'true', label: t('edit.yes') },
                { value: 'false', label: t('edit.no') },
              ],
            }
          : {})}
        onChange={take}
      />
      {isWrong && (
        <span className={styles.wrong} role="alert">
          {t('edit.wholeNumbers')}
        </span>
      )}
    </>
  );
}

const isItself = (value: Values[string] | undefined, self: string | undefined): boolean => self !== undefined && value === self;

/** Whether somebody is named as what only somebody else can be to them. */
export const namesItself = (values: Values, self: string): boolean => Object.values(values).some((value) => isItself(value, self));

/** What differs from what is there. */
export const changedOf = (are: Readonly<Record<string, unknown>>, values: Values): Values =>
  Object.fromEntries(Object.entries(values).filter(([name, value]) => !isSame(are[name] ?? null, value)));

/** Lists are sets: their order says nothing. */
const isSame = (is: unknown, wanted: Values[string] | undefined): boolean =>
  Array.isArray(is) && Array.isArray(wanted)
    ? is.length === wanted.length && is.every((one) => wanted.includes(one as One))
    : is === wanted;
