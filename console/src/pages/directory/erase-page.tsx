// Erasing somebody who has left, for good: what goes and what stays is shown first, and the name is typed to confirm.
import { Alert, Button, Input, Skeleton } from 'antd';
import { useEffect, useState } from 'react';
import { Link, useParams } from 'react-router';
import type { WireOutput } from '../../../../src/server/api/wire.ts';
import { useAnswer, useCommand } from '../../api/hooks.ts';
import { useWords } from '../../i18n/i18n.ts';
import { AnsweredPage, NotThere } from '../../ui/answered-page.tsx';
import { ForRole } from '../../ui/for-role.tsx';
import { Page, Part } from '../../ui/page.tsx';
import { State } from '../../ui/state.tsx';
import { Trouble } from '../../ui/trouble.tsx';
import styles from './erase.module.css';
import { isErasable } from './person-ways.ts';
import type { Explained } from './person-page.tsx';

type Erasure = WireOutput<'person.erase'>;

export function Component() {
  return (
    <ForRole needs="person.erase">
      <EraseOne />
    </ForRole>
  );
}

function EraseOne() {
  const id = useParams().person ?? '';
  const explained = useAnswer('explain', { person: id, history: 0 });
  const [person, setPerson] = useState<Explained | null>(null);
  const found = explained.data?.object;
  // Kept: who was erased cannot be asked about any more.
  if (found?.type === 'person' && person === null) setPerson(found);
  return person ? (
    <ErasePage person={person} />
  ) : (
    <AnsweredPage of={explained} kind="person">
      {() => <NotThere kind="person" />}
    </AnsweredPage>
  );
}

function ErasePage({ person }: { readonly person: Explained }) {
  const { t } = useWords();
  const { id, title: name } = person;
  return (
    <Page
      title={t('erase.title', { name })}
      above={<Link to={`/people/${id}`}>{name}</Link>}
      about={
        <>
          <State kind="lifecycle" code={person.lifecycle} /> {t('erase.about')}
        </>
      }
    >
      {isErasable(person) ? (
        <Erase person={id} name={name} />
      ) : (
        <Alert
          type="info"
          showIcon
          title={t('erase.first', { name })}
          description={t('erase.firstWhy')}
          action={
            <Link to={`/people/${id}`}>
              <Button>{t('erase.toPerson')}</Button>
            </Link>
          }
        />
      )}
    </Page>
  );
}

function Erase({ person, name }: { readonly person: string; readonly name: string }) {
  const { t, language } = useWords();
  const look = useCommand('person.erase');
  const erase = useCommand('person.erase');
  const [typed, setTyped] = useState('');
  const { mutate: ask } = look;
  useEffect(() => ask({ person, onlyShow: true }), [ask, person]);
  const done = erase.data;
  const shown = done ?? look.data;
  return (
    <div aria-live="polite">
      {done && (
        <Alert
          className={styles.done}
          type="success"
          showIcon
          title={t('erase.done', { name })}
          description={t('erase.doneMore', { count: done.rows, rows: done.rows.toLocaleString(language) })}
          action={
            <Link to="/directory">
              <Button>{t('directory.toDirectory')}</Button>
            </Link>
          }
        />
      )}
      {look.error && <Trouble error={look.error} onRetry={() => ask({ person, onlyShow: true })} />}
      {!shown && !look.error && (
        <>
          <p className="soft">{t('erase.looking')}</p>
          <Skeleton active title={false} paragraph={{ rows: 6 }} />
        </>
      )}
      {shown && !done && (
        <Part title={t('erase.goes')}>
          <ul className={styles.list}>
            <li>{t('erase.values')}</li>
            <li>{t('erase.key')}</li>
            <li>{t('erase.audit', { count: shown.auditEntries.length })}</li>
          </ul>
        </Part>
      )}
      {shown && <Stays of={shown} />}
      {erase.error && <Trouble error={erase.error} />}
      {shown && !done && (
        <form
          className={styles.confirm}
          onSubmit={(event) => {
            event.preventDefault();
            if (typed.trim() === name) erase.mutate({ person, onlyShow: false });
          }}
        >
          <label>
            {t('erase.confirm', { name })}
            <Input autoComplete="off" value={typed} onChange={(event) => setTyped(event.target.value)} />
          </label>
          <Button danger type="primary" htmlType="submit" disabled={typed.trim() !== name} loading={erase.isPending}>
            {t('erase.now')}
          </Button>
        </form>
      )}
    </div>
  );
}

function Stays({ of }: { readonly of: Erasure }) {
  const { t, say } = useWords();
  const connections = useAnswer('connection.list', {});
  const nameOf = (id: string): string => connections.data?.connections.find((one) => one.id === id)?.name ?? id;
  return (
    <Part title={t('erase.stays')}>
      <ul className={styles.list}>
        {of.connections.length > 0 && <li>{t('erase.accounts', { names: of.connections.map(nameOf).join(t('settings.listComma')) })}</li>}
        <li>{t('erase.backups')}</li>
        <li>{t('erase.file')}</li>
      </ul>
      {of.remains.length > 0 && (
        <Alert
          className={styles.named}
          type="warning"
          showIcon
          title={t('erase.named')}
          description={
            <ul className={styles.remains}>
              {of.remains.map((one) => (
                <li key={`${one.what} ${one.where}`}>{say(one.says)}</li>
              ))}
            </ul>
          }
        />
      )}
    </Part>
  );
}
