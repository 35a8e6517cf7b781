// Accounts, departments and groups that no run may touch, by the value of an attribute.
import { Button, Select } from 'antd';
import type { Values } from '../forms/setting.ts';
import { useWords } from '../i18n/i18n.ts';
import { useTypeName } from '../ui/type-name.ts';
import { useCatalogue } from './catalogue.ts';
import type { PartProps } from './part.ts';
import { protectable } from './protectable.ts';
import styles from './parts.module.css';

interface ProtectedRule {
  readonly attribute: string;
  readonly values: readonly string[];
}

export function Protected({
  policy,
  onPolicy,
  ...props
}: PartProps & { readonly policy: Values; readonly onPolicy: (change: Values) => void }) {
  const { t, say } = useWords();
  const typeName = useTypeName();
  const { target } = useCatalogue(props);
  const attributes = protectable(target).map(({ name, of }) => ({
    value: name,
    label: of.map(({ type, label }) => (type === 'person' ? say(label) : `${say(label)} · ${typeName(type)}`)).join(' / '),
  }));
  const rules = (policy.protected ?? []) as readonly ProtectedRule[];
  const free = attributes.find(({ value }) => !rules.some((rule) => rule.attribute === value));
  const set = (next: readonly ProtectedRule[]): void => onPolicy({ protected: next });
  return (
    <>
      <h3 className={styles.small}>{t('wizard.parts.protection.accounts')}</h3>
      <p className={styles.lead}>{t('wizard.parts.protection.accountsLead')}</p>
      <ul className={styles.rules}>
        {rules.map((rule, index) => (
          <li key={rule.attribute}>
            <Select
              aria-label={t('wizard.parts.protection.attribute')}
              showSearch={{ optionFilterProp: 'label' }}
              className={styles.wide!}
              value={rule.attribute}
              options={attributes.filter(({ value }) => value === rule.attribute || !rules.some((other) => other.attribute === value))}
              onChange={(attribute: string) => set(rules.map((one, at) => (at === index ? { ...one, attribute } : one)))}
            />
            <Select
              aria-label={t('wizard.parts.protection.values')}
              mode="tags"
              open={false}
              suffixIcon={null}
              className={styles.wide!}
              placeholder={t('forms.listHint')}
              value={[...rule.values]}
              onChange={(values: string[]) => set(rules.map((one, at) => (at === index ? { ...one, values } : one)))}
            />
            <Button size="small" type="text" onClick={() => set(rules.toSpliced(index, 1))}>
              {t('forms.remove')}
            </Button>
          </li>
        ))}
      </ul>
      <Button size="small" disabled={!free} onClick={() => free && set([...rules, { attribute: free.value, values: [] }])}>
        {t('wizard.parts.protection.add')}
      </Button>
    </>
  );
}
