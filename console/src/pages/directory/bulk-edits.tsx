// What can be done to several people at once: transfer, let leave, bring back, remove, into a group. One plan for all of them first.
import { Button, Select } from 'antd';
import { useState, type ReactNode } from 'react';
import { useAnswer } from '../../api/hooks.ts';
import { useWords } from '../../i18n/i18n.ts';
import { EditDialog, type Steps } from './edit-dialog.tsx';
import styles from './edit.module.css';
import { Day, SeePlan } from './person-edits.tsx';
import { ObjectPicker } from './pickers.tsx';

const deeds = ['transfer', 'leave', 'rehire', 'group', 'remove'] as const;
type Deed = (typeof deeds)[number];

interface FormProps {
  readonly people: readonly string[];
  readonly propose: (steps: Steps) => void;
}

const forms: Readonly<Record<Deed, (props: FormProps) => ReactNode>> = {
  transfer: Transfer,
  leave: (props) => <Day {...props} field="lastDay" />,
  rehire: (props) => <Day {...props} field="firstDay" />,
  group: IntoGroup,
  remove: Remove,
};

export function BulkEdits({ people, onEnd }: { readonly people: readonly string[]; readonly onEnd: () => void }) {
  const { t } = useWords();
  const [deed, setDeed] = useState<Deed | null>(null);
  const Form = deed && forms[deed];
  return (
    <div className={styles.bulk} role="group" aria-label={t('bulk.choose')}>
      <b aria-live="polite">{t('bulk.chosen', { count: people.length })}</b>
      {deeds.map((one) => (
        <Button key={one} size="small" danger={one === 'remove'} disabled={people.length === 0} onClick={() => setDeed(one)}>
          {t(`bulk.${one}`)}
        </Button>
      ))}
      <Button size="small" type="text" onClick={onEnd}>
        {t('bulk.end')}
      </Button>
      {Form && (
        <EditDialog
          title={t('bulk.title', { deed: t(`bulk.${deed}`).replace(/[ .…]+$/u, ''), count: people.length })}
          onEnd={() => setDeed(null)}
        >
          {(propose) => <Form people={people} propose={propose} />}
        </EditDialog>
      )}
    </div>
  );
}

function Transfer({ people, propose }: FormProps) {
  const { t } = useWords();
  const [to, setTo] = useState<string | null>(null);
  return (
    <div className={styles.form}>
      <div className={styles.field}>
        <span>{t('edit.to')}</span>
        <ObjectPicker type="department" label={t('edit.to')} onPick={setTo} />
      </div>
      <SeePlan disabled={to === null} onClick={() => to && propose(people.map((person) => ({ do: 'person.move', person, to })))} />
    </div>
  );
}

function IntoGroup({ people, propose }: FormProps) {
  const { t } = useWords();
  const groups = useAnswer('group.list', { limit: 1000 });
  const [group, setGroup] = useState<string | null>(null);
  const options = (groups.data?.objects ?? []).filter((one) => !one.byRule).map((one) => ({ value: one.id, label: one.title }));
  return (
    <div className={styles.form}>
      <div className={styles.field}>
        <span>{t('bulk.intoGroup')}</span>
        <Select
          showSearch={{ optionFilterProp: 'label' }}
          aria-label={t('bulk.intoGroup')}
          loading={groups.isPending}
          value={group}
          options={options}
          onChange={setGroup}
        />
      </div>
      <SeePlan disabled={group === null} onClick={() => group && propose([{ do: 'group.edit', group, add: [...people] }])} />
    </div>
  );
}

function Remove({ people, propose }: FormProps) {
  const { t } = useWords();
  return (
    <div className={styles.form}>
      <p>{t('edit.removeExplain')}</p>
      <SeePlan onClick={() => propose(people.map((person) => ({ do: 'person.delete', person })))} />
    </div>
  );
}
