// What a group is and who is in it: entered one by one, or by a rule with whom it would take now.
import { Alert, Button, Input, Segmented, Switch } from 'antd';
import { useDeferredValue, useState } from 'react';
import type { WireInput, WireOutput } from '../../../../src/server/api/wire.ts';
import { useAnswer } from '../../api/hooks.ts';
import { useWords } from '../../i18n/i18n.ts';
import { AttributeFields, changedOf, type Values } from './attribute-fields.tsx';
import { Chosen } from './chosen.tsx';
import type { Steps } from './edit-dialog.tsx';
import styles from './edit.module.css';
import { SeePlan } from './person-edits.tsx';
import { NamedPicker, type Named } from './pickers.tsx';
import { TakeOut } from './take-out.tsx';

type Group = WireOutput<'group.get'>;
type Rule = NonNullable<Group['rule']>;
type Way = 'list' | 'rule';

interface FormProps {
  /** null: a new one. */
  readonly group: Group | null;
  readonly propose: (steps: Steps) => void;
}

const nothing = {};
const noRule: Rule = { departments: [], where: null };

export function GroupForm({ group, propose }: FormProps) {
  const { t } = useWords();
  const are = group?.attributes ?? nothing;
  const [values, setValues] = useState<Values>({});
  const [way, setWay] = useState<Way>(group?.rule ? 'rule' : 'list');
  const [rule, setRule] = useState<Rule>(group?.rule ?? noRule);
  const [added, setAdded] = useState<readonly Named[]>([]);
  const [removed, setRemoved] = useState<readonly Named[]>([]);
  const attributes = changedOf(are, values);

  const saved = {
    departments: rule.departments.map(({ id, below }) => ({ department: id, below })),
    ...(rule.where ? { where: rule.where } : {}),
  };
  const ids = (of: readonly Named[]): string[] => of.map((one) => one.id);
  const edited: Steps = group
    ? [
        {
          do: 'group.edit',
          group: group.id,
          attributes,
          ...(way === 'rule' ? { rule: saved } : { add: ids(added), remove: ids(removed), ...(group.rule ? { rule: null } : {}) }),
        },
      ]
    : [{ do: 'group.create', attributes, ...(way === 'rule' ? { rule: saved } : { members: ids(added) }) }];
  const isSame =
    Object.keys(attributes).length === 0 &&
    (way === 'list' ? added.length + removed.length === 0 && !group?.rule : JSON.stringify(rule) === JSON.stringify(group?.rule ?? null));

  return (
    <div className={styles.form}>
      <AttributeFields type="group" are={are} locked={nothing} values={values} onChange={setValues} />
      <div className={styles.field}>
        <span>{t('group.how')}</span>
        <div>
          <Segmented<Way>
            aria-label={t('group.how')}
            value={way}
            onChange={setWay}
            options={(['list', 'rule'] as const).map((value) => ({ value, label: t(`group.kind.${value}`) }))}
          />
        </div>
      </div>
      {way === 'rule' ? (
        <RuleFields rule={rule} onChange={setRule} />
      ) : (
        <>
          <div className={styles.field}>
            <span>{t('group.add')}</span>
            <NamedPicker
              type="person"
              label={t('group.add')}
              onPick={(one) => setAdded([...added.filter(({ id }) => id !== one.id), one])}
            />
          </div>
          <Chosen
            of={added}
            label={t('group.added')}
            says={t('group.taken')}
            onRemove={(one) => setAdded(added.filter(({ id }) => id !== one.id))}
          />
          {group && !group.rule && <TakeOut group={group.id} count={group.members} out={removed} onChange={setRemoved} />}
        </>
      )}
      <SeePlan disabled={group ? isSame : !attributes.name} onClick={() => propose(edited)} />
    </div>
  );
}

function RuleFields({ rule, onChange }: { readonly rule: Rule; readonly onChange: (rule: Rule) => void }) {
  const { t } = useWords();
  const put = (id: string, below: boolean): void =>
    onChange({ ...rule, departments: rule.departments.map((one) => (one.id === id ? { ...one, below } : one)) });
  return (
    <>
      <div className={styles.field}>
        <span>{t('group.departments')}</span>
        <NamedPicker
          type="department"
          label={t('group.departments')}
          onPick={({ id, name }) =>
            onChange({ ...rule, departments: [...rule.departments.filter((one) => one.id !== id), { id, name, below: true }] })
          }
        />
        {rule.departments.length === 0 && <span className={styles.locked}>{t('group.departmentsHelp')}</span>}
        {rule.departments.map((one) => (
          <div key={one.id} className={styles.chosen}>
            <b>{one.name}</b>
            <label>
              <Switch size="small" checked={one.below} onChange={(below) => put(one.id, below)} /> {t('group.below')}
            </label>
            <Button
              type="text"
              size="small"
              onClick={() => onChange({ ...rule, departments: rule.departments.filter(({ id }) => id !== one.id) })}
            >
              {t('group.taken')}
            </Button>
          </div>
        ))}
      </div>
      <label className={styles.field}>
        <span>{t('group.where')}</span>
        <Input.TextArea
          autoSize={{ minRows: 1, maxRows: 6 }}
          maxLength={2000}
          placeholder={t('group.whereExample')}
          value={rule.where ?? ''}
          onChange={({ target }) => onChange({ ...rule, where: target.value.trim() === '' ? null : target.value })}
        />
        <span className={styles.locked}>{t('group.whereHelp')}</span>
      </label>
      <Takes rule={rule} />
    </>
  );
}

/** Whom the rule takes now, as it is typed. */
function Takes({ rule }: { readonly rule: Rule }) {
  const { t, say, language } = useWords();
  const where = useDeferredValue(rule.where);
  const input: WireInput<'group.rule-preview'> = {
    departments: rule.departments.map(({ id, below }) => ({ department: id, below })),
    ...(where ? { where } : {}),
  };
  const { data, error } = useAnswer('group.rule-preview', input);
  const problem = data?.problem ?? null;
  if (error) return <Alert type="warning" showIcon title={error.message} />;
  if (problem) return <Alert type="warning" showIcon title={say(problem)} />;
  return (
    <p className={styles.takes} aria-live="polite">
      {data === undefined ? (
        t('group.counting')
      ) : (
        <>
          <b>{t('group.count', { count: data.count, n: data.count.toLocaleString(language) })}</b>{' '}
          <span className="soft">
            {data.examples.map((one) => one.title).join(language === 'zh' ? '、' : ', ')}{' '}
            {data.count > data.examples.length && t('group.more', { n: (data.count - data.examples.length).toLocaleString(language) })}
          </span>
        </>
      )}
    </p>
  );
}
