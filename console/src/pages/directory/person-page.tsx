// One person: who they are and where, their accounts everywhere, each value with its source, and what happened to them.
import { Alert, Button } from 'antd';
import { useState } from 'react';
import { Link, useParams } from 'react-router';
import type { WireOutput } from '../../../../src/server/api/wire.ts';
import { words } from '../../api/generated.ts';
import { useAnswer, useMay } from '../../api/hooks.ts';
import { useWords } from '../../i18n/i18n.ts';
import { Answered } from '../../ui/answered.tsx';
import { AnsweredPage, NotThere } from '../../ui/answered-page.tsx';
import { Page, Part } from '../../ui/page.tsx';
import { State } from '../../ui/state.tsx';
import { wordOf } from '../runs/run-kind.ts';
import { Accounts } from './accounts.tsx';
import { Attributes } from './attributes.tsx';
import { CloseEverything } from './closing.tsx';
import { PersonEdits } from './person-edits.tsx';
import { isClosed, isClosing, offersClosing } from './person-ways.ts';
import styles from './person.module.css';
import { Standing } from './standing.tsx';
import { Timeline } from './timeline.tsx';

const CLOSING_LOOK_MS = 2_000;

export type Explained = NonNullable<WireOutput<'explain'>['object']>;

export function Component() {
  const id = useParams().person ?? '';
  const explained = useAnswer('explain', { person: id, history: 0 });
  return (
    <AnsweredPage of={explained} kind="person">
      {({ object }) => (object?.type === 'person' ? <Person person={object} /> : <NotThere kind="person" />)}
    </AnsweredPage>
  );
}

function Person({ person }: { readonly person: Explained }) {
  const { t, say } = useWords();
  const may = useMay();
  const place = useAnswer('directory.place', { object: person.id });
  const [begunAt, setBegunAt] = useState<number | null>(null);
  const isUnderWay = isClosing(person, begunAt, Date.now());
  // The same answer as the page's own, asked again while accounts are being closed.
  useAnswer('explain', { person: person.id, history: 0 }, isUnderWay ? { everyMs: CLOSING_LOOK_MS } : { enabled: false });
  // Whether a job may still close what is open of somebody who has left.
  const sheet = useAnswer('leaver.sheet', { person: person.id }, { enabled: person.lifecycle === 'departed' && !isClosed(person) });
  const isOffered = offersClosing(person, sheet.data);
  const value = (name: string): string => {
    const found = person.attributes.find((attribute) => attribute.name === name)?.value;
    return typeof found === 'string' ? found : '';
  };
  const home = place.data?.departments[0]?.path ?? [];
  return (
    <Page
      title={person.title}
      wide
      above={
        <>
          <Link to="/directory">{t('directory.title')}</Link>
          {home.map((step) => (
            <span key={step.id}>
              {' / '}
              <Link to={`/directory/departments/${step.id}`}>{step.name}</Link>
            </span>
          ))}
        </>
      }
      about={
        <span className={styles.facts}>
          <State kind="lifecycle" code={person.lifecycle} />
          {[value('employeeNumber'), value('title'), value('email')].filter(Boolean).map((fact) => (
            <span key={fact}>{fact}</span>
          ))}
          <span className={styles.why}>{say(person.lifecycleWhy)}</span>
        </span>
      }
      actions={
        <>
          <PersonEdits person={person} />
          <Link to={`/people/${person.id}/leaver-sheet`}>
            <Button>{t('leaver.sheetButton')}</Button>
          </Link>
          {/* What it says of a closing that has begun stays to be read when nothing is left to close. */}
          {(isOffered || begunAt !== null) && (
            <CloseEverything
              person={person.id}
              name={person.title}
              isUnderWay={isUnderWay || !isOffered}
              onBegun={() => setBegunAt(Date.now())}
            />
          )}
        </>
      }
    >
      {isUnderWay ? <UnderWay person={person} /> : <StillOpen person={person} />}
      <Waits person={person} />
      <div className={styles.columns}>
        <div className={styles.main}>
          <Part title={t('person.accounts')}>
            <Accounts accounts={person.accounts} />
          </Part>
          <Part title={t('person.attributes')}>
            <Attributes person={person} />
          </Part>
        </div>
        <div className={styles.side}>
          <Answered of={place}>{(standing) => <Standing of={standing} />}</Answered>
        </div>
      </div>
      <Part
        title={t('person.timeline')}
        extra={may('notice.list') && <Link to={`/settings/notices?tab=sent&person=${person.id}`}>{t('more.sentTo.about')}</Link>}
      >
        <Timeline object={person.id} />
      </Part>
    </Page>
  );
}

const gone: ReadonlySet<string> = new Set(['departed', 'suspended']);

/** Nobody sees it from the state alone: who left keeps accounts until a run closes them. */
function StillOpen({ person }: { readonly person: Explained }) {
  const { t, list } = useWords();
  const open = person.accounts.filter((account) => account.key !== null && account.enabled === true).map((account) => account.jobName);
  if (!gone.has(person.lifecycle) || open.length === 0) return null;
  return (
    <Alert
      className={styles.waits}
      type="warning"
      showIcon
      title={t('more.stillOpen', { names: list(open) })}
      description={<Link to={`/people/${person.id}/leaver-sheet`}>{t('leaver.toSheet')}</Link>}
    />
  );
}

/** Closing has begun: each system, closed or not yet. */
function UnderWay({ person }: { readonly person: Explained }) {
  const { t, colon } = useWords();
  return (
    <Alert
      className={styles.waits}
      type="info"
      showIcon
      title={t('leaver.underWay')}
      description={
        <>
          <ul>
            <li>
              {t('leaver.directory') + colon}
              {t(person.lifecycle === 'departed' ? 'leaver.isClosed' : 'leaver.isPending')}
            </li>
            {person.accounts
              .filter((account) => account.key !== null)
              .map((account) => (
                <li key={account.job}>
                  {account.jobName + colon}
                  {t(account.enabled === false ? 'leaver.isClosed' : 'leaver.isPending')}
                </li>
              ))}
          </ul>
          <Link to={`/people/${person.id}/leaver-sheet`}>{t('leaver.toSheet')}</Link>
        </>
      }
    />
  );
}

/** What is held, what failed, and what comes by itself. */
function Waits({ person }: { readonly person: Explained }) {
  const { t, colon, say } = useWords();
  const { held, problems, waiting } = person;
  const [asked, unwanted] = [held.filter((one) => one.state !== 'cancelled'), held.filter((one) => one.state === 'cancelled')];
  if (held.length + problems.length + waiting.length === 0) return null;
  return (
    <Alert
      className={styles.waits}
      type={asked.length + problems.length > 0 ? 'warning' : 'info'}
      showIcon
      title={t(asked.length + problems.length + waiting.length > 0 ? 'person.waits' : 'person.decided')}
      description={
        <ul>
          {unwanted.map((one) => (
            <li key={one.id}>
              <Link to={`/runs/${one.lastRun}`}>
                {t('person.unwanted', { job: one.jobName, deed: say(wordOf(words.action, one.action)), by: one.decidedBy ?? '' })}
              </Link>
            </li>
          ))}
          {asked.map((one) => (
            <li key={one.id}>
              <Link to="/waiting">{t('person.held', { job: one.jobName })}</Link> {one.reason && say(one.reason)}
            </li>
          ))}
          {problems.map((one) => (
            <li key={`${one.job} ${one.attribute}`}>{one.jobName + colon + say(one.message)}</li>
          ))}
          {waiting.map((one) => (
            <li key={one.en}>{say(one)}</li>
          ))}
        </ul>
      }
    />
  );
}
