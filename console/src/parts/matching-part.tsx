// How the counterpart of a record is found where no link is remembered yet: attributes of the target, in order; the first that fits decides.
import { Button, Select } from 'antd';
import type { Values } from '../forms/setting.ts';
import { useWords } from '../i18n/i18n.ts';
import { useTypeName } from '../ui/type-name.ts';
import { useCatalogue } from './catalogue.ts';
import type { PartProps } from './part.ts';
import styles from './parts.module.css';

interface Rule {
  readonly attribute: string;
  readonly cel?: string;
}
type Rules = Readonly<Record<string, readonly Rule[]>>;

export function MatchingPart(props: PartProps) {
  const { t, say } = useWords();
  const typeName = useTypeName();
  const { target } = useCatalogue(props);
  const { connector, direction, settings, onChange } = props;
  const rules = (settings.correlation ?? connector.defaults[direction]?.correlation ?? {}) as unknown as Rules;
  const mapping = (settings.mapping ?? connector.defaults[direction]?.mapping ?? {}) as Values;
  const set = (type: string, own: readonly Rule[]): void => onChange({ correlation: { ...rules, [type]: own } });
  return (
    <div className={styles.part}>
      <p className={styles.lead}>{t('wizard.parts.matching.lead')}</p>
      {target
        .filter((type) => type.id in mapping)
        .map((type) => {
          const own = rules[type.id] ?? [];
          return (
            <section key={type.id} className={styles.type} aria-label={typeName(type.id)}>
              <h3 className={styles.small}>{typeName(type.id)}</h3>
              {own.length === 0 && <p className="soft">{t('wizard.parts.matching.none')}</p>}
              <ol className={styles.rules}>
                {own.map((rule, index) => (
                  <li key={`${rule.attribute} ${rule.cel ?? ''}`}>
                    <Select
                      aria-label={t('wizard.parts.matching.attribute', { number: index + 1 })}
                      showSearch={{ optionFilterProp: 'label' }}
                      className={styles.wide!}
                      value={rule.attribute}
                      options={type.attributes
                        .filter((one) => one.name === rule.attribute || !own.some((other) => other.attribute === one.name))
                        .map((one) => ({ value: one.name, label: say(one.label) }))}
                      onChange={(attribute: string) =>
                        set(
                          type.id,
                          own.map((one, at) => (at === index ? { ...one, attribute } : one)),
                        )
                      }
                    />
                    {rule.cel !== undefined && <code>= {rule.cel}</code>}
                    <Button
                      size="small"
                      type="text"
                      disabled={index === 0}
                      onClick={() => set(type.id, own.toSpliced(index, 1).toSpliced(index - 1, 0, rule))}
                    >
                      {t('wizard.parts.matching.up')}
                    </Button>
                    <Button size="small" type="text" onClick={() => set(type.id, own.toSpliced(index, 1))}>
                      {t('forms.remove')}
                    </Button>
                  </li>
                ))}
              </ol>
              <Button
                size="small"
                onClick={() => {
                  const free = type.attributes.find((one) => !own.some((other) => other.attribute === one.name));
                  if (free) set(type.id, [...own, { attribute: free.name }]);
                }}
              >
                {t('wizard.parts.matching.add')}
              </Button>
            </section>
          );
        })}
    </div>
  );
}
