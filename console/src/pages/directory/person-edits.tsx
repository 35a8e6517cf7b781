// What can be done to a person by hand: change, transfer, let leave, bring back, remove. Each begins with its plan.
import { DownOutlined } from '@ant-design/icons';
import { Button, Dropdown, Input, Modal } from 'antd';
import { useState, type ReactNode } from 'react';
import { Link, useNavigate } from 'react-router';
import { useMay } from '../../api/hooks.ts';
import { useWords } from '../../i18n/i18n.ts';
import '../../i18n/later.ts';
import { NeedsRole } from '../../ui/needs-role.tsx';
import { AttributeFields, changedOf, namesItself, type Values } from './attribute-fields.tsx';
import { TakeBackClosing } from './bring-back.tsx';
import { CloseEverything } from './closing.tsx';
import { CONSOLE } from './console-source.ts';
import { EditDialog, type Steps } from './edit-dialog.tsx';
import styles from './edit.module.css';
import type { Explained } from './person-page.tsx';
import { wayOf, type Deed, type Way } from './person-ways.ts';
import { ObjectPicker } from './pickers.tsx';
import { RestoreDialog } from './restore.tsx';

interface FormProps {
  readonly person: Explained;
  readonly propose: (steps: Steps) => void;
}

const forms: Readonly<Record<Deed, (props: FormProps) => ReactNode>> = {
  change: Change,
  transfer: Transfer,
  leave: ({ person, propose }) => <Day people={[person.id]} propose={propose} field="lastDay" />,
  rehire: ({ person, propose }) => <Day people={[person.id]} propose={propose} field="firstDay" />,
  remove: Remove,
};
const isGone = (person: Explained): boolean => person.lifecycle === 'departed' || person.lifecycle === 'suspended';
const deedsOf = (person: Explained): readonly Deed[] =>
  isGone(person) ? ['rehire', 'change', 'remove'] : ['change', 'transfer', 'leave', 'remove'];

export function PersonEdits({ person }: { readonly person: Explained }) {
  const { t, colon } = useWords();
  const may = useMay();
  const go = useNavigate();
  // What a deed comes to is settled when it is chosen: carrying it out changes the person, and must not change what is on the screen.
  const [chosen, choose] = useState<{ readonly deed: Deed; readonly way: Way } | null>(null);
  const [isBack, setBack] = useState(false);
  if (!may('edit.propose')) return <NeedsRole deed="edit.propose" />;
  const isThere = person.lifecycle !== 'absent';
  const elsewhere = [
    ...(isThere && may('person.merge')
      ? [
          { key: 'merge', label: t('merge.deed'), onClick: () => void go(`/people/${person.id}/merge`) },
          { key: 'split', label: t('merge.splitDeed'), onClick: () => void go(`/people/${person.id}/split`) },
        ]
      : []),
    ...(may('directory.restore') ? [{ key: 'past', label: t('past.bringTo'), onClick: () => setBack(true) }] : []),
    ...(may('person.erase')
      ? [{ key: 'erase', danger: true, label: t('erase.deed'), onClick: () => void go(`/people/${person.id}/erase`) }]
      : []),
  ];
  const deed = chosen?.deed ?? null;
  const way = chosen?.way ?? null;
  const Form = deed && way?.kind === 'form' ? forms[deed] : null;
  const end = (): void => choose(null);
  return (
    <>
      <Dropdown
        trigger={['click']}
        menu={{
          items: [
            ...(isThere ? deedsOf(person) : []).map((one) => ({
              key: one,
              label: t(`edit.deed.${one}`),
              danger: one === 'remove',
              onClick: () => choose({ deed: one, way: wayOf(one, person) }),
            })),
            ...elsewhere,
          ],
        }}
      >
        <Button icon={<DownOutlined aria-hidden />} iconPlacement="end">
          {t('edit.menu')}
        </Button>
      </Dropdown>
      {isBack && <RestoreDialog object={person.id} title={person.title} at={null} onEnd={() => setBack(false)} />}
      {way?.kind === 'take-back' && <TakeBackClosing person={person} run={way.run} by={way.by} onEnd={end} />}
      {deed && way?.kind === 'elsewhere' && <Elsewhere person={person} deed={deed} way={way} onEnd={end} />}
      {deed && Form && (
        <EditDialog title={t(`edit.deed.${deed}`) + colon + person.title} onEnd={end}>
          {(propose) => <Form person={person} propose={propose} />}
        </EditDialog>
      )}
    </>
  );
}

interface ElsewhereProps {
  readonly person: Explained;
  readonly deed: Deed;
  readonly way: Extract<Way, { kind: 'elsewhere' }>;
  readonly onEnd: () => void;
}

/** Said before a form is filled in for nothing: whose word counts, and what can be done instead. */
function Elsewhere({ person, deed, way, onEnd }: ElsewhereProps) {
  const { t, colon } = useWords();
  const leaves = (deed === 'leave' || deed === 'remove') && person.lifecycle !== 'departed';
  return (
    <Modal
      open
      width={560}
      title={t(`edit.deed.${deed}`) + colon + person.title}
      onCancel={onEnd}
      footer={
        <div className={styles.end}>
          {leaves && <CloseEverything person={person.id} name={person.title} />}
          <Link to={`/jobs/${way.job}`} onClick={onEnd}>
            <Button type="primary">{t('edit.elsewhere.toJob', { job: way.jobName })}</Button>
          </Link>
        </div>
      }
    >
      <p>{t(deed === 'transfer' ? 'edit.elsewhere.department' : 'edit.elsewhere.there', { job: way.jobName })}</p>
      {leaves && <p>{t('edit.elsewhere.close')}</p>}
      {deed === 'rehire' && <p>{t('edit.elsewhere.moment', { item: t('past.bringTo') })}</p>}
    </Modal>
  );
}

export function SeePlan({ disabled = false, onClick }: { readonly disabled?: boolean; readonly onClick: () => void }) {
  const { t } = useWords();
  return (
    <div className={styles.end}>
      <Button type="primary" disabled={disabled} onClick={onClick}>
        {t('edit.see')}
      </Button>
    </div>
  );
}

function Change({ person, propose }: FormProps) {
  const { t } = useWords();
  const [values, setValues] = useState<Values>({});
  const byHand = new Set(person.sources.filter((source) => source.connection === CONSOLE).map((source) => source.job));
  const are = Object.fromEntries(person.attributes.map((attribute) => [attribute.name, attribute.value]));
  const locked = Object.fromEntries(
    person.attributes.flatMap(({ name, said }) => {
      const winner = said.find((one) => one.wins && !byHand.has(one.job));
      return winner ? [[name, t(winner.made ? 'more.made' : 'person.locked', { job: winner.jobName })]] : [];
    }),
  );
  const changed = changedOf(are, values);
  return (
    <div className={styles.form}>
      <AttributeFields type="person" are={are} locked={locked} values={values} onChange={setValues} self={person.id} />
      <SeePlan
        disabled={Object.keys(changed).length === 0 || namesItself(changed, person.id)}
        onClick={() => propose([{ do: 'person.edit', person: person.id, attributes: changed }])}
      />
    </div>
  );
}

function Transfer({ person, propose }: FormProps) {
  const { t } = useWords();
  const [to, setTo] = useState<string | null>(null);
  const [title, setTitle] = useState('');
  return (
    <div className={styles.form}>
      <div className={styles.fields}>
        <div className={styles.field}>
          <span>{t('edit.to')}</span>
          <ObjectPicker type="department" label={t('edit.to')} onPick={setTo} />
        </div>
        <label className={styles.field}>
          <span>{t('edit.title')}</span>
          <Input value={title} onChange={({ target }) => setTitle(target.value)} />
        </label>
      </div>
      <SeePlan
        disabled={to === null}
        onClick={() => to && propose([{ do: 'person.move', person: person.id, to, ...(title.trim() ? { title: title.trim() } : {}) }])}
      />
    </div>
  );
}

interface DayProps {
  readonly people: readonly string[];
  readonly propose: (steps: Steps) => void;
  readonly field: 'lastDay' | 'firstDay';
}

/** When they leave or come back, of one person or of several. */
export function Day({ people, propose, field }: DayProps) {
  const { t } = useWords();
  const [day, setDay] = useState('');
  const when = day === '' ? {} : { [field]: day };
  return (
    <div className={styles.form}>
      <label className={styles.field}>
        <span>{t(`edit.${field}`)}</span>
        <Input type="date" value={day} onChange={({ target }) => setDay(target.value)} style={{ maxWidth: 220 }} />
      </label>
      <SeePlan
        onClick={() =>
          propose(people.map((person) => ({ do: field === 'lastDay' ? 'person.offboard' : 'person.rehire', person, ...when })))
        }
      />
    </div>
  );
}

function Remove({ person, propose }: FormProps) {
  const { t } = useWords();
  return (
    <div className={styles.form}>
      <p>{t('edit.removeExplain')}</p>
      <SeePlan onClick={() => propose([{ do: 'person.delete', person: person.id }])} />
    </div>
  );
}
