// The mapping: for each attribute of the target, where its value comes from; with what it makes of real people while one types.
import { useState } from 'react';
import { Button, Input, Segmented, Select } from 'antd';
import type { WireOutput } from '../../../src/server/api/wire.ts';
import { useAnswer } from '../api/hooks.ts';
import type { Values } from '../forms/setting.ts';
import { useWords } from '../i18n/i18n.ts';
import '../i18n/later.ts';
import { Trouble } from '../ui/trouble.tsx';
import { useSettled } from '../ui/settled.ts';
import { useTypeName } from '../ui/type-name.ts';
import { AttributePolicy } from './attribute-policy.tsx';
import { useCatalogue } from './catalogue.ts';
import { MappingRelations } from './mapping-relations.tsx';
import { MappingRow, type Row } from './mapping-row.tsx';
import { isChosen, relationsBeside, withRows, withSameName } from './mapping.ts';
import type { PartProps } from './part.ts';
import styles from './mapping-part.module.css';

/** As the server has it. */
const USUAL_RANK = 100;

export function MappingPart(props: PartProps) {
  const { t } = useWords();
  const typeName = useTypeName();
  const { source, target } = useCatalogue(props);
  const { connector, connection, direction, settings, onChange } = props;
  const mapping = (settings.mapping ?? connector.defaults[direction]?.mapping ?? {}) as Readonly<Record<string, readonly Row[]>>;
  const [type, setType] = useState('person');
  const [search, setSearch] = useState('');
  const [shownRecord, showRecord] = useState(0);
  // A new row of which an end is not chosen yet: no part of the settings, so it holds nobody up.
  const [begun, begin] = useState<Row | null>(null);
  const rows = mapping[type] ?? [];
  const asked = useSettled({ rows, search, type });
  const preview = useAnswer('mapping.preview', {
    connection,
    direction,
    type: asked.type,
    rows: asked.rows.map((row) => ({ ...row })),
    search: asked.search,
    ...(settings.part === undefined ? {} : { part: settings.part }),
  });
  // What was said last stands while it is asked anew with other rows.
  const [places, keepPlaces] = useState<WireOutput<'mapping.preview'>['relations']>([]);
  if (preview.data && preview.data.relations !== places) keepPlaces(preview.data.relations);
  const set = (own: readonly Row[]): void => onChange({ mapping: withRows(mapping, type, own) });
  const both = source.filter((one) => target.some((other) => other.id === one.id)).map((one) => one.id);
  const sourceType = source.find((one) => one.id === type);
  const targetType = target.find((one) => one.id === type);
  const records = preview.data?.records ?? [];
  const record = records[Math.min(shownRecord, records.length - 1)];
  const isFree = targetType?.attributes.some((one) => one.writable !== 'never' && !rows.some((row) => row.target === one.name)) ?? false;
  const setBegun = (row: Row): void => {
    const next = withSameName(row, sourceType?.attributes ?? []);
    begin(isChosen(next) ? null : next);
    if (isChosen(next)) set([...rows, next]);
  };
  const policyOf = (attribute: string, more: { readonly isField: boolean; readonly isRelation?: true }) => (
    <AttributePolicy
      direction={direction}
      type={type}
      attribute={attribute}
      {...more}
      rank={(settings.rank as number | undefined) ?? USUAL_RANK}
      policy={(settings.policy ?? {}) as Values}
      onPolicy={(policy) => onChange({ policy })}
    />
  );
  const isCurrent = asked.type === type && asked.rows === rows;
  const problems = isCurrent ? (preview.data?.problems ?? []) : [];
  return (
    <div className={styles.mapping}>
      <div className={styles.tools}>
        <Segmented
          aria-label={t('wizard.parts.mapping.type')}
          value={type}
          options={both.map((one) => ({ value: one, label: typeName(one) }))}
          onChange={(next: string) => {
            begin(null);
            setType(next);
          }}
        />
        <div className={styles.people}>
          <Input
            allowClear
            aria-label={t('wizard.parts.mapping.search')}
            placeholder={t('wizard.parts.mapping.search')}
            value={search}
            onChange={(event) => setSearch(event.target.value)}
          />
          <Select
            aria-label={t('wizard.parts.mapping.record')}
            className={styles.record!}
            placeholder={t('wizard.parts.mapping.nobody')}
            {...(record ? { value: records.indexOf(record) } : {})}
            options={records.map((one, index) => ({ value: index, label: one.title }))}
            onChange={(index: number) => showRecord(index)}
          />
        </div>
      </div>
      {preview.error && <Trouble error={preview.error} onRetry={() => void preview.refetch()} />}
      <p className="soft" aria-live="polite">
        {problems.length > 0
          ? t('wizard.parts.mapping.problems', { count: problems.length })
          : t(begun ? 'more.begun.open' : 'wizard.parts.mapping.hint')}
      </p>
      {!(type in mapping) && <p className="soft">{t('wizard.parts.mapping.notSynced', { type: typeName(type) })}</p>}
      <ul className={styles.rows}>
        {[...rows, ...(begun ? [begun] : [])].map((row, index) => {
          const isNew = index === rows.length;
          const result = isNew ? undefined : record?.result.find((one) => one.row === index);
          return (
            // A row is known by its place: its target is what is being chosen.
            // oxlint-disable-next-line react/no-array-index-key
            <li key={index}>
              <MappingRow
                row={row}
                direction={direction}
                number={index + 1}
                source={sourceType?.attributes ?? []}
                target={targetType?.attributes ?? []}
                taken={rows.map((one) => one.target)}
                functions={preview.data?.functions ?? []}
                problem={problems.find((one) => one.row === index)?.problem ?? null}
                result={isCurrent && result ? result : null}
                isAwaited={!isNew && !preview.error && (preview.data === undefined || (!isCurrent && record !== undefined))}
                onChange={(next) => (isNew ? setBegun(next) : set(rows.map((one, at) => (at === index ? next : one))))}
                onRemove={() => (isNew ? begin(null) : set(rows.toSpliced(index, 1)))}
                beside={row.target !== '' && policyOf(row.target, { isField: row.field !== undefined })}
              />
            </li>
          );
        })}
      </ul>
      <Button disabled={!isFree || begun !== null} onClick={() => begin({ target: '', field: '' })}>
        {t('wizard.parts.mapping.add')}
      </Button>
      {type in mapping && (
        <MappingRelations
          direction={direction}
          relations={relationsBeside(sourceType, targetType)}
          places={places}
          without={(settings.withoutRelations ?? []) as readonly string[]}
          policyOf={(relation) => policyOf(relation, { isField: false, isRelation: true })}
        />
      )}
    </div>
  );
}
