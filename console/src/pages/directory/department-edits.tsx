// What can be done to departments by hand, and people who are made: each begins with its plan.
import { DownOutlined } from '@ant-design/icons';
import { Button, Dropdown, Input } from 'antd';
import { useState, type ReactNode } from 'react';
import { useMay } from '../../api/hooks.ts';
import { useWords } from '../../i18n/i18n.ts';
import { AttributeFields, changedOf, type Values } from './attribute-fields.tsx';
import { EditDialog, type Steps } from './edit-dialog.tsx';
import styles from './edit.module.css';
import { SeePlan } from './person-edits.tsx';
import { ObjectPicker } from './pickers.tsx';
import { RestoreDialog } from './restore.tsx';

type Deed = 'person' | 'department' | 'rename' | 'move' | 'merge' | 'removeDepartment';

/** The department that is chosen; null: everybody. */
export interface Chosen {
  readonly id: string;
  readonly name: string;
}
interface FormProps {
  readonly chosen: Chosen | null;
  readonly propose: (steps: Steps) => void;
}

const forms: Readonly<Record<Deed, (props: FormProps) => ReactNode>> = {
  person: NewPerson,
  department: NewDepartment,
  rename: Rename,
  move: (props) => <Elsewhere {...props} deed="move" />,
  merge: (props) => <Elsewhere {...props} deed="merge" />,
  removeDepartment: RemoveDepartment,
};

export function DepartmentEdits({ chosen }: { readonly chosen: Chosen | null }) {
  const { t, colon } = useWords();
  const may = useMay();
  const [deed, setDeed] = useState<Deed | null>(null);
  const [isBack, setBack] = useState(false);
  if (!may('edit.propose')) return null;
  const deeds: readonly Deed[] = chosen
    ? ['person', 'department', 'rename', 'move', 'merge', 'removeDepartment']
    : ['person', 'department'];
  const Form = deed && forms[deed];
  return (
    <>
      <Dropdown
        trigger={['click']}
        menu={{
          items: [
            ...deeds.map((one) => ({
              key: one,
              label: t(`edit.deed.${one}`),
              danger: one === 'removeDepartment',
              onClick: () => setDeed(one),
            })),
            ...(chosen && may('directory.restore') ? [{ key: 'past', label: t('past.bringTo'), onClick: () => setBack(true) }] : []),
          ],
        }}
      >
        <Button icon={<DownOutlined aria-hidden />} iconPlacement="end">
          {t('edit.menu')}
        </Button>
      </Dropdown>
      {isBack && chosen && <RestoreDialog object={chosen.id} title={chosen.name} at={null} onEnd={() => setBack(false)} />}
      {Form && (
        <EditDialog title={chosen ? t(`edit.deed.${deed}`) + colon + chosen.name : t(`edit.deed.${deed}`)} onEnd={() => setDeed(null)}>
          {(propose) => <Form chosen={chosen} propose={propose} />}
        </EditDialog>
      )}
    </>
  );
}

const nothing = {};

function NewPerson({ chosen, propose }: FormProps) {
  const { t } = useWords();
  const [values, setValues] = useState<Values>(nothing);
  const [other, setOther] = useState<string | null>(null);
  const department = other ?? chosen?.id;
  const attributes = changedOf(nothing, values);
  return (
    <div className={styles.form}>
      <div className={styles.field}>
        <span>{t('directory.department')}</span>
        <ObjectPicker type="department" label={t('directory.department')} {...(chosen ? { now: chosen.name } : {})} onPick={setOther} />
      </div>
      <AttributeFields type="person" are={nothing} locked={nothing} values={values} onChange={setValues} />
      <SeePlan
        disabled={!attributes.displayName}
        onClick={() => propose([{ do: 'person.create', attributes, departments: department ? [{ department, primary: true }] : [] }])}
      />
    </div>
  );
}

function NewDepartment({ chosen, propose }: FormProps) {
  const [values, setValues] = useState<Values>(nothing);
  const attributes = changedOf(nothing, values);
  return (
    <div className={styles.form}>
      <AttributeFields type="department" are={nothing} locked={nothing} values={values} onChange={setValues} without={['parent']} />
      <SeePlan
        disabled={!attributes.name}
        onClick={() => propose([{ do: 'department.create', attributes, ...(chosen ? { under: chosen.id } : {}) }])}
      />
    </div>
  );
}

function Rename({ chosen, propose }: FormProps) {
  const { t } = useWords();
  const [name, setName] = useState(chosen?.name ?? '');
  return (
    <div className={styles.form}>
      <label className={styles.field}>
        <span>{t('edit.newName')}</span>
        <Input value={name} onChange={({ target }) => setName(target.value)} />
      </label>
      <SeePlan
        disabled={name.trim() === '' || name.trim() === chosen?.name}
        onClick={() => chosen && propose([{ do: 'department.edit', department: chosen.id, attributes: { name: name.trim() } }])}
      />
    </div>
  );
}

function Elsewhere({ chosen, propose, deed }: FormProps & { readonly deed: 'move' | 'merge' }) {
  const { t } = useWords();
  const [to, setTo] = useState<string | null>(null);
  const steps = (department: string, other: string): Steps =>
    deed === 'move' ? [{ do: 'department.move', department, under: other }] : [{ do: 'department.merge', department, into: other }];
  return (
    <div className={styles.form}>
      <div className={styles.field}>
        <span>{t(deed === 'move' ? 'edit.under' : 'edit.into')}</span>
        <ObjectPicker type="department" label={t(deed === 'move' ? 'edit.under' : 'edit.into')} onPick={setTo} />
      </div>
      <SeePlan disabled={to === null} onClick={() => chosen && to && propose(steps(chosen.id, to))} />
    </div>
  );
}

function RemoveDepartment({ chosen, propose }: FormProps) {
  const { t } = useWords();
  return (
    <div className={styles.form}>
      <p>{t('edit.removeDepartmentExplain')}</p>
      <SeePlan onClick={() => chosen && propose([{ do: 'department.delete', department: chosen.id }])} />
    </div>
  );
}
