// Lookup tables: what a code means, for expressions of all jobs; edited as a table, pasted from a spreadsheet, with who uses each.
import { Button, Empty, Input, Modal, Table } from 'antd';
import { useState } from 'react';
import { Link } from 'react-router';
import type { WireOutput } from '../../../../src/server/api/wire.ts';
import { useAnswer, useCommand, useMay } from '../../api/hooks.ts';
import { Field } from '../../forms/settings-form.tsx';
import { useWords } from '../../i18n/i18n.ts';
import '../../i18n/later.ts';
import { Answered } from '../../ui/answered.tsx';
import { Part } from '../../ui/page.tsx';
import { SavedMeanwhile } from '../../ui/saved-meanwhile.tsx';
import { useApp } from '../../ui/use-app.ts';
import { doubledKeys, joined, pastedRows, type Row } from './lookup-rows.ts';
import styles from './settings.module.css';

type Lookup = WireOutput<'lookup.list'>['lookups'][number];
const NAME = /^[A-Za-z_][A-Za-z0-9_]{0,62}$/;
const SHOWN = 50;

export function LookupsSection() {
  const { t } = useWords();
  const may = useMay();
  const list = useAnswer('lookup.list', {});
  const [open, setOpen] = useState<Lookup | 'new' | null>(null);
  const [going, setGoing] = useState<Lookup | null>(null);
  return (
    <>
      <p className={styles.intro}>{t('lookups.about')}</p>
      <Part
        title={t('lookups.title')}
        extra={
          may('lookup.put') && (
            <Button type="primary" onClick={() => setOpen('new')}>
              {t('lookups.add')}
            </Button>
          )
        }
      >
        <Answered of={list}>
          {({ lookups }) =>
            lookups.length === 0 ? (
              <Empty className={styles.empty!} image={Empty.PRESENTED_IMAGE_SIMPLE} description={t('lookups.none')} />
            ) : (
              <ul className={styles.rows}>
                {lookups.map((lookup) => (
                  <li key={lookup.name}>
                    <div className={styles.what}>
                      <div className={styles.title}>
                        <code>{lookup.name}</code>
                      </div>
                      <small>{t('lookups.entries', { count: Object.keys(lookup.rows).length })}</small>
                    </div>
                    <div className={styles.ways}>
                      <Button
                        aria-label={t(may('lookup.put') ? 'lookups.editOf' : 'lookups.showOf', { name: lookup.name })}
                        onClick={() => setOpen(lookup)}
                      >
                        {t(may('lookup.put') ? 'lookups.edit' : 'lookups.show')}
                      </Button>
                      {may('lookup.remove') && (
                        <Button danger aria-label={t('lookups.removeOf', { name: lookup.name })} onClick={() => setGoing(lookup)}>
                          {t('lookups.remove')}
                        </Button>
                      )}
                    </div>
                  </li>
                ))}
              </ul>
            )
          }
        </Answered>
      </Part>
      {open !== null && (
        <Editor
          lookup={open === 'new' ? null : open}
          names={list.data?.lookups.map(({ name }) => name) ?? []}
          onEnd={() => setOpen(null)}
        />
      )}
      {going && <Removal lookup={going} onEnd={() => setGoing(null)} />}
    </>
  );
}

/** Asked once more; of a table that is used it is said by whom, and it stays. */
function Removal({ lookup, onEnd }: { readonly lookup: Lookup; readonly onEnd: () => void }) {
  const { t } = useWords();
  const { message } = useApp();
  const remove = useCommand('lookup.remove');
  const { name, revision } = lookup;
  const users = useUsers(lookup);
  const isUsed = users.length > 0;
  return (
    <Modal
      open
      title={t('lookups.removeOf', { name })}
      onCancel={onEnd}
      okText={t('lookups.remove')}
      cancelText={t(isUsed ? 'edit.close' : 'app.cancel')}
      okButtonProps={{ danger: true, disabled: isUsed, loading: remove.isPending }}
      onOk={() =>
        remove.mutate(
          { name, revision },
          {
            onSuccess: () => {
              void message.success(t('lookups.removed', { name }));
              onEnd();
            },
          },
        )
      }
    >
      {remove.error && <SavedMeanwhile error={remove.error} onReload={onEnd} />}
      <p>
        {isUsed
          ? t('lookups.staysUsed', { call: `lookup("${name}", …)` })
          : t('lookups.removeAsk', { count: Object.keys(lookup.rows).length })}
      </p>
      {isUsed && <UsedBy name={name} users={users} />}
    </Modal>
  );
}

interface EditorProps {
  /** null: a new one. */
  readonly lookup: Lookup | null;
  readonly names: readonly string[];
  readonly onEnd: () => void;
}

function Editor({ lookup, names, onEnd }: EditorProps) {
  const { t } = useWords();
  const { message } = useApp();
  const may = useMay();
  const [name, setName] = useState(lookup?.name ?? '');
  const [rows, setRows] = useState<readonly Row[]>(Object.entries(lookup?.rows ?? {}).map(([key, value]) => ({ key, value })));
  const put = useCommand('lookup.put');
  const isFixed = !may('lookup.put');
  const isTaken = lookup === null && names.includes(name);
  const wrongName = name === '' ? null : !NAME.test(name) ? t('lookups.nameWrong') : isTaken ? t('lookups.nameTaken') : null;
  const doubled = doubledKeys(rows);
  const change = (at: number, part: Partial<Row>): void => setRows(rows.map((row, index) => (index === at ? { ...row, ...part } : row)));
  const save = (): void =>
    put.mutate(
      { name, rows: Object.fromEntries(rows.map(({ key, value }) => [key, value])), revision: lookup?.revision ?? 0 },
      {
        onSuccess: () => {
          void message.success(t('settings.saved'));
          onEnd();
        },
      },
    );
  const isWhole = name !== '' && wrongName === null && doubled.length === 0 && rows.every(({ key }) => key !== '');
  const column = (field: keyof Row) => ({
    title: t(`lookups.${field}`),
    render: (_: unknown, row: Row & { readonly at: number }) => (
      <Input
        aria-label={t(`lookups.${field}Of`, { n: row.at + 1 })}
        disabled={isFixed}
        value={row[field]}
        onChange={({ target }) => change(row.at, { [field]: target.value })}
      />
    ),
  });
  return (
    <Modal
      open
      width={720}
      title={lookup === null ? t('lookups.add') : lookup.name}
      onCancel={onEnd}
      okText={t('settings.save')}
      cancelText={t('app.cancel')}
      okButtonProps={{ disabled: !isWhole || isFixed, loading: put.isPending }}
      onOk={save}
    >
      <div className={styles.lookup}>
        {lookup === null ? (
          <Field label={t('lookups.name')} help={t('lookups.nameHelp')} required wrong={wrongName}>
            {(id, help) => <Input id={id} aria-describedby={help} value={name} onChange={({ target }) => setName(target.value.trim())} />}
          </Field>
        ) : (
          <UsersNow lookup={lookup} />
        )}
        <Table
          size="small"
          rowKey="at"
          columns={[
            column('key'),
            column('value'),
            ...(isFixed
              ? []
              : [
                  {
                    width: 72,
                    render: (_: unknown, row: Row & { readonly at: number }) => (
                      <Button size="small" type="text" onClick={() => setRows(rows.toSpliced(row.at, 1))}>
                        {t('forms.remove')}
                      </Button>
                    ),
                  },
                ]),
          ]}
          dataSource={rows.map((row, at) => ({ ...row, at }))}
          pagination={rows.length > SHOWN ? { pageSize: SHOWN, showSizeChanger: false, size: 'small' } : false}
          locale={{ emptyText: t('lookups.empty') }}
        />
        {doubled.length > 0 && (
          <p role="alert" className={styles.wrong}>
            {t('lookups.doubled', { keys: doubled.join(', ') })}
          </p>
        )}
        {!isFixed && (
          <>
            <Button onClick={() => setRows([...rows, { key: '', value: '' }])}>{t('lookups.addRow')}</Button>
            <Paste
              onPaste={(more) =>
                setRows(
                  joined(
                    rows.filter(({ key }) => key !== ''),
                    more,
                  ),
                )
              }
            />
          </>
        )}
        {put.error && <SavedMeanwhile error={put.error} onReload={onEnd} />}
      </div>
    </Modal>
  );
}

/** Rows from a spreadsheet or a CSV file; what cannot be read stays in the field, and is named. */
function Paste({ onPaste }: { readonly onPaste: (rows: readonly Row[]) => void }) {
  const { t } = useWords();
  const [text, setText] = useState('');
  const { rows, wrong } = pastedRows(text);
  return (
    <Field
      label={t('lookups.paste')}
      help={t('lookups.pasteHelp')}
      wrong={wrong.length > 0 ? t('lookups.pasteWrong', { lines: wrong.join(', ') }) : null}
    >
      {(id, help) => (
        <div className={styles.paste}>
          <Input.TextArea id={id} aria-describedby={help} rows={3} value={text} onChange={({ target }) => setText(target.value)} />
          <Button
            size="small"
            disabled={rows.length === 0 || wrong.length > 0}
            onClick={() => {
              onPaste(rows);
              setText('');
            }}
          >
            {t('lookups.take', { count: rows.length })}
          </Button>
        </div>
      )}
    </Field>
  );
}

/** Jobs whose expressions call the table, and drafts of jobs: as they are now, for jobs are changed in other windows, too. */
const useUsers = ({ name, usedBy }: Lookup): Lookup['usedBy'] =>
  useAnswer('lookup.list', {}, { anew: true }).data?.lookups.find((one) => one.name === name)?.usedBy ?? usedBy;

function UsersNow({ lookup }: { readonly lookup: Lookup }) {
  return <UsedBy name={lookup.name} users={useUsers(lookup)} />;
}

function UsedBy({ name, users }: { readonly name: string; readonly users: Lookup['usedBy'] }) {
  const { t } = useWords();
  return (
    <p className={styles.intro}>
      {users.length === 0 ? (
        t('lookups.usedByNobody', { call: `lookup("${name}", …)` })
      ) : (
        <>
          {t('lookups.usedBy')}{' '}
          {users.map((user, index) => (
            <span key={user.job}>
              {index > 0 && t('settings.listComma')}
              <Link to={user.isDraft ? '/drafts' : `/jobs/${user.job}/edit/mapping`}>
                {user.isDraft ? t('lookups.draft', { name: user.name }) : user.name}
              </Link>
            </span>
          ))}
        </>
      )}
    </p>
  );
}
