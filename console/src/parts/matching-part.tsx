// How the counterpart of a record is found where no link is remembered yet: attributes of the target, in order; the first that fits decides.
import { Button, Input, Select } from 'antd';
import { useAnswer } from '../api/hooks.ts';
import type { Values } from '../forms/setting.ts';
import { useWords } from '../i18n/i18n.ts';
import { useSettled } from '../ui/settled.ts';
import { Trouble } from '../ui/trouble.tsx';
import { useTypeName } from '../ui/type-name.ts';
import { type TypeView, useCatalogue } from './catalogue.ts';
import { isWhole, type Rule, type Rules } from './matching-rules.ts';
import type { PartProps } from './part.ts';
import styles from './parts.module.css';

type Row = Readonly<Record<string, unknown>>;

export function MatchingPart(props: PartProps) {
  const { t } = useWords();
  const { target } = useCatalogue(props);
  const { connector, connection, direction, settings, onChange } = props;
  const rules = (settings.correlation ?? connector.defaults[direction]?.correlation ?? {}) as unknown as Rules;
  const mapping = (settings.mapping ?? connector.defaults[direction]?.mapping ?? {}) as Values;
  const set = (type: string, own: readonly Rule[]): void => {
    const correlation = { ...rules, [type]: own };
    onChange({ correlation }, isWhole(correlation));
  };
  return (
    <div className={styles.part}>
      <p className={styles.lead}>{t('wizard.parts.matching.lead')}</p>
      {target
        .filter((type) => type.id in mapping)
        .map((type) => (
          <RulesOf
            key={type.id}
            connection={connection}
            direction={direction}
            type={type}
            rules={rules[type.id] ?? []}
            rows={(mapping[type.id] ?? []) as readonly Row[]}
            onChange={(own) => set(type.id, own)}
          />
        ))}
    </div>
  );
}

interface RulesProps extends Pick<PartProps, 'connection' | 'direction'> {
  /** Of the target. */
  readonly type: TypeView;
  readonly rules: readonly Rule[];
  /** Of the mapping: an expression reads what they make. */
  readonly rows: readonly Row[];
  readonly onChange: (rules: readonly Rule[]) => void;
}

function RulesOf({ connection, direction, type, rules, rows, onChange }: RulesProps) {
  const { t, say } = useWords();
  const typeName = useTypeName();
  const asked = useSettled({ rules, rows });
  const judged = useAnswer(
    'correlation.preview',
    { connection, direction, type: type.id, rules: [...asked.rules], rows: [...asked.rows] },
    { enabled: asked.rules.some(({ cel }) => cel !== undefined && cel.trim() !== '') },
  );
  // What is said of what was typed before is said no more.
  const isFresh = JSON.stringify(asked.rules) === JSON.stringify(rules);
  const problemOf = (index: number) => (isFresh ? judged.data?.problems.find((one) => one.rule === index)?.problem : undefined);
  return (
    <section className={styles.type} aria-label={typeName(type.id)}>
      <h3 className={styles.small}>{typeName(type.id)}</h3>
      {rules.length === 0 && <p className="soft">{t('wizard.parts.matching.none')}</p>}
      <ol className={styles.rules}>
        {rules.map((rule, index) => {
          const problem = rule.cel?.trim() ? problemOf(index) : undefined;
          return (
            <li key={index} className={styles.rule}>
              <RuleFields
                rule={rule}
                number={index + 1}
                isWrong={problem !== undefined}
                attributes={type.attributes.filter(
                  (one) => rule.cel !== undefined || one.name === rule.attribute || !rules.some((other) => other.attribute === one.name),
                )}
                onChange={(next) => onChange(rules.with(index, next))}
              />
              <Button
                size="small"
                type="text"
                disabled={index === 0}
                onClick={() => onChange(rules.toSpliced(index, 1).toSpliced(index - 1, 0, rule))}
              >
                {t('wizard.parts.matching.up')}
              </Button>
              <Button size="small" type="text" onClick={() => onChange(rules.toSpliced(index, 1))}>
                {t('forms.remove')}
              </Button>
              {problem && (
                <span className={styles.wrong} role="alert">
                  {say(problem)}
                </span>
              )}
            </li>
          );
        })}
      </ol>
      {judged.error && <Trouble error={judged.error} />}
      <Button
        size="small"
        onClick={() => {
          const free = type.attributes.find((one) => !rules.some((other) => other.attribute === one.name));
          if (free) onChange([...rules, { attribute: free.name }]);
        }}
      >
        {t('wizard.parts.matching.add')}
      </Button>
    </section>
  );
}

interface FieldsProps {
  readonly rule: Rule;
  readonly number: number;
  readonly isWrong: boolean;
  readonly attributes: TypeView['attributes'];
  readonly onChange: (rule: Rule) => void;
}

/** The attribute of the target, and what it is compared with. */
function RuleFields({ rule: { attribute, cel }, number, isWrong, attributes, onChange }: FieldsProps) {
  const { t, say } = useWords();
  return (
    <>
      <Select
        aria-label={t('wizard.parts.matching.attribute', { number })}
        showSearch={{ optionFilterProp: 'label' }}
        className={styles.wide!}
        value={attribute}
        options={attributes.map((one) => ({ value: one.name, label: say(one.label) }))}
        onChange={(next: string) => onChange({ attribute: next, ...(cel === undefined ? {} : { cel }) })}
      />
      <Select
        aria-label={t('wizard.parts.matching.compared', { number })}
        popupMatchSelectWidth={false}
        value={cel === undefined ? 'mapped' : 'cel'}
        options={(['mapped', 'cel'] as const).map((one) => ({ value: one, label: t(`wizard.parts.matching.by.${one}`) }))}
        onChange={(next: 'mapped' | 'cel') => onChange(next === 'cel' ? { attribute, cel: '' } : { attribute })}
      />
      {cel !== undefined && (
        <Input.TextArea
          aria-label={t('wizard.parts.matching.cel', { number })}
          className={styles.expression!}
          autoSize={{ minRows: 1, maxRows: 6 }}
          spellCheck={false}
          status={isWrong ? 'error' : ''}
          placeholder={t('wizard.parts.matching.celExample')}
          value={cel}
          onChange={({ target }) => onChange({ attribute, cel: target.value })}
        />
      )}
    </>
  );
}
