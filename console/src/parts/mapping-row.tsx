// One row of a mapping: target ← field, text, template or expression; when it is written; what it gives for the person shown.
import { useState, type ReactNode } from 'react';
import { AutoComplete, Button, Input, Select } from 'antd';
import { useWords, type Label } from '../i18n/i18n.ts';
import '../i18n/later.ts';
import type { TypeView } from './catalogue.ts';
import { isChosen } from './mapping.ts';
import { nothingSaid, resultSaid } from './mapping-result.ts';
import styles from './mapping-part.module.css';

type Attribute = TypeView['attributes'][number];

const times = ['always', 'made', 'create', 'update'] as const;
type When = (typeof times)[number];

export interface Row {
  readonly target: string;
  readonly field?: string;
  readonly constant?: unknown;
  readonly template?: string;
  readonly cel?: string;
  readonly unique?: readonly string[];
  readonly when?: When;
  readonly onEmpty?: 'clear' | 'keep' | 'default';
  readonly default?: unknown;
}

interface RowProps {
  readonly row: Row;
  readonly direction: 'up' | 'down';
  readonly number: number;
  readonly source: readonly Attribute[];
  readonly target: readonly Attribute[];
  readonly taken: readonly string[];
  readonly functions: readonly { readonly name: string; readonly usage: string; readonly label: Label }[];
  readonly problem: Label | null;
  readonly result: { readonly value?: unknown; readonly problem: Label | null; readonly clears: boolean } | null;
  /** It is on its way. */
  readonly isAwaited: boolean;
  readonly onChange: (row: Row) => void;
  readonly onRemove: () => void;
  /** What else is decided about this attribute, behind *More*. */
  readonly beside?: ReactNode;
}

const modes = ['field', 'constant', 'template', 'cel', 'unique'] as const;
type Mode = (typeof modes)[number];
const modeOf = (row: Row): Mode => modes.find((mode) => row[mode] !== undefined) ?? 'field';

const begun: Readonly<Record<Mode, Partial<Row>>> = {
  field: { field: '' },
  constant: { constant: '' },
  template: { template: '' },
  cel: { cel: '' },
  unique: { unique: [''] },
};

export function MappingRow({
  row,
  direction,
  number,
  source,
  target,
  taken,
  functions,
  problem,
  result,
  isAwaited,
  onChange,
  onRemove,
  beside,
}: RowProps) {
  const { t, say } = useWords();
  const [open, setOpen] = useState(false);
  const mode = modeOf(row);
  const named = (attributes: readonly Attribute[]) =>
    attributes.map((one) => ({ value: one.name, label: `${say(one.label)} · ${t(`wizard.parts.kind.${kindOf(one)}`)}`, name: one.name }));
  const spec = target.find((one) => one.name === row.target);
  const isBegun = !isChosen(row);
  const wrong = problem ?? result?.problem ?? null;
  const turn = (next: Mode): void => {
    const { field: _f, constant: _c, template: _t, cel: _e, unique: _u, ...rest } = row;
    const kept =
      next === 'cel' && row.field ? { cel: row.field } : next === 'template' && row.field ? { template: `\${${row.field}}` } : begun[next];
    onChange({ ...rest, ...kept });
  };
  return (
    <div className={`${styles.row} ${wrong ? styles.wrongRow : ''}`} role="group" aria-label={t('wizard.parts.mapping.row', { number })}>
      <Select
        aria-label={t('wizard.parts.mapping.target')}
        showSearch={{ optionFilterProp: 'label' }}
        className={styles.target!}
        popupMatchSelectWidth={280}
        placeholder={t('more.begun.target')}
        {...(row.target === '' ? {} : { value: row.target })}
        options={named(target.filter((one) => one.writable !== 'never' && (one.name === row.target || !taken.includes(one.name))))}
        onChange={(next: string) => onChange({ ...row, target: next })}
      />
      <span aria-hidden className="soft">
        ←
      </span>
      <Select
        aria-label={t('wizard.parts.mapping.mode')}
        className={styles.mode!}
        value={mode}
        options={modes.map((one) => ({ value: one, label: t(`wizard.parts.mode.${one}`) }))}
        onChange={turn}
      />
      <div className={styles.from}>
        <From
          row={row}
          mode={mode}
          fields={named(source)}
          source={source}
          functions={functions}
          isWrong={problem !== null}
          onChange={onChange}
        />
      </div>
      <span className={styles.buttons}>
        <Button size="small" type="text" aria-expanded={open} onClick={() => setOpen(!open)}>
          {t('wizard.parts.mapping.more')}
        </Button>
        <Button
          size="small"
          type="text"
          onClick={onRemove}
          aria-label={
            row.target === '' ? t('more.begun.remove') : t('wizard.parts.mapping.remove', { target: spec ? say(spec.label) : row.target })
          }
        >
          {t('forms.remove')}
        </Button>
      </span>
      {open && (
        <div className={styles.more}>
          <Select
            aria-label={t('wizard.parts.mapping.when')}
            value={row.when ?? 'always'}
            options={times.map((one) => ({ value: one, label: t(`wizard.parts.when.${one}`) }))}
            onChange={(when: When) => onChange({ ...row, when })}
          />
          <Select
            aria-label={t('wizard.parts.mapping.onEmpty')}
            value={row.onEmpty ?? 'clear'}
            options={(['clear', 'keep', 'default'] as const).map((one) => ({ value: one, label: t(`wizard.parts.onEmpty.${one}`) }))}
            onChange={(onEmpty: 'clear' | 'keep' | 'default') => {
              const { default: before, ...rest } = row;
              onChange(onEmpty === 'default' ? { ...rest, onEmpty, default: before ?? '' } : { ...rest, onEmpty });
            }}
          />
          {row.onEmpty === 'default' && (
            <Input
              aria-label={t('wizard.parts.mapping.default')}
              value={String(row.default ?? '')}
              onChange={(event) => onChange({ ...row, default: event.target.value })}
            />
          )}
          {direction === 'down' && (row.onEmpty ?? 'clear') === 'clear' && <small className={styles.about}>{t('more.cleared')}</small>}
          {beside}
        </div>
      )}
      <div className={styles.outcome}>
        {wrong ? (
          <span className={styles.wrong} role="alert">
            {say(wrong)}
          </span>
        ) : isBegun ? (
          <span className="soft">{t('more.begun.choose')}</span>
        ) : (
          (result || isAwaited) && (
            <span className={styles.value}>
              →{' '}
              {!result ? (
                // Its line is there before it, or every row would jump when they come, and again with each key that is typed.
                <span className="soft">…</span>
              ) : result.value === null || result.value === undefined ? (
                <span className="soft">{t(`more.nothing.${nothingSaid(direction, row, result.clears)}`)}</span>
              ) : (
                <b>{resultSaid(direction, row.target, result.value, say)}</b>
              )}
            </span>
          )
        )}
        {!open && row.when && row.when !== 'always' && <small className={styles.times}>{t(`wizard.parts.when.${row.when}`)}</small>}
      </div>
    </div>
  );
}

const kinds = ['string', 'integer', 'boolean', 'date', 'datetime', 'reference'] as const;
const kindOf = (attribute: Attribute): (typeof kinds)[number] | 'many' =>
  attribute.many ? 'many' : (kinds.find((kind) => kind === attribute.type) ?? 'string');

function From({
  row,
  mode,
  fields,
  source,
  functions,
  isWrong,
  onChange,
}: Pick<RowProps, 'row' | 'source' | 'functions' | 'onChange'> & {
  readonly mode: Mode;
  readonly fields: readonly { readonly value: string; readonly label: string }[];
  readonly isWrong: boolean;
}) {
  const { t, say } = useWords();
  const status = isWrong ? ('error' as const) : ('' as const);
  const label = t('wizard.parts.mapping.from');
  switch (mode) {
    case 'field':
      return (
        <Select
          aria-label={label}
          status={status}
          showSearch={{ optionFilterProp: 'label' }}
          className={styles.full!}
          popupMatchSelectWidth={280}
          placeholder={t('wizard.parts.mapping.choose')}
          {...(row.field ? { value: row.field } : {})}
          options={[...fields]}
          onChange={(field: string) => onChange({ ...row, field })}
        />
      );
    case 'constant':
      return (
        <Input
          aria-label={label}
          status={status}
          value={String(row.constant ?? '')}
          onChange={(event) => onChange({ ...row, constant: event.target.value })}
        />
      );
    case 'unique':
      return (
        <Select
          aria-label={label}
          status={status}
          mode="tags"
          open={false}
          suffixIcon={null}
          className={styles.full!}
          value={[...(row.unique ?? [])].filter((one) => one !== '')}
          onChange={(unique: string[]) => onChange({ ...row, unique: unique.length > 0 ? unique : [''] })}
        />
      );
    case 'template':
    case 'cel': {
      const text = (mode === 'cel' ? row.cel : row.template) ?? '';
      const write = (next: string): void => onChange(mode === 'cel' ? { ...row, cel: next } : { ...row, template: next });
      const word = /[\p{L}_][\p{L}\p{N}_]*$/u.exec(text)?.[0] ?? '';
      const before = text.slice(0, text.length - word.length);
      const offered = [
        ...source.map((one) => ({ insert: one.name, about: say(one.label) })),
        ...functions.map((one) => ({ insert: `${one.name}(`, about: `${one.usage}: ${say(one.label)}` })),
      ].filter((one) => word.length > 0 && one.insert.toLowerCase().startsWith(word.toLowerCase()) && one.insert !== word);
      return (
        <AutoComplete
          className={styles.full!}
          value={text}
          popupMatchSelectWidth={360}
          defaultActiveFirstOption={false}
          options={offered.slice(0, 8).map((one) => ({
            value: before + one.insert,
            label: (
              <span>
                <code>{one.insert}</code> <span className="soft">{one.about}</span>
              </span>
            ),
          }))}
          onChange={(next: string) => write(next)}
        >
          <Input.TextArea
            aria-label={label}
            status={status}
            autoSize={{ minRows: 1, maxRows: 6 }}
            className={styles.code!}
            spellCheck={false}
          />
        </AutoComplete>
      );
    }
  }
}
