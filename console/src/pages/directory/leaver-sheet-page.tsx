// The leaver sheet: is everything closed, since when, by which run, how long after it was said, and what is open and why. To be printed.
import { PrinterOutlined } from '@ant-design/icons';
import { Alert, Button, Empty } from 'antd';
import { useState } from 'react';
import { Link, useParams } from 'react-router';
import type { WireOutput } from '../../../../src/server/api/wire.ts';
import { words } from '../../api/generated.ts';
import { useAnswer } from '../../api/hooks.ts';
import { useWords, type Language } from '../../i18n/i18n.ts';
import { AnsweredPage } from '../../ui/answered-page.tsx';
import { Page, Part } from '../../ui/page.tsx';
import { Sign } from '../../ui/sign.tsx';
import { State } from '../../ui/state.tsx';
import { exactTime, zonedTime } from '../../ui/time-words.ts';
import { CloseEverything } from './closing.tsx';
import { wordOf } from '../runs/run-kind.ts';
import styles from './sheet.module.css';

type Sheet = WireOutput<'leaver.sheet'>;
const LOOK_MS = 3_000;

export function Component() {
  const person = useParams().person ?? '';
  const sheet = useAnswer('leaver.sheet', { person }, { everyMs: LOOK_MS });
  return (
    <AnsweredPage of={sheet} kind="person">
      {(data) => <SheetPage sheet={data} />}
    </AnsweredPage>
  );
}

function SheetPage({ sheet }: { readonly sheet: Sheet }) {
  const { t, language } = useWords();
  const { person, left, open, closable, systems } = sheet;
  const [isBegun, setBegun] = useState(false);
  const place = useAnswer('directory.place', { object: person.id });
  const leads = place.data?.leads ?? [];
  const reports = place.data?.reports.count ?? 0;
  const stayOpen = systems.filter((system) => system.staysOpen !== null).length;
  const verdict =
    open > 0
      ? t('leaver.someOpen', { open, count: systems.length })
      : stayOpen > 0
        ? t('leaver.allDisabled', { count: stayOpen })
        : t('leaver.allClosed', { count: systems.length });
  return (
    <Page
      title={t('leaver.sheet', { name: person.name })}
      above={<Link to={`/people/${person.id}`}>{person.name}</Link>}
      about={
        <span className={styles.facts}>
          <State kind="lifecycle" code={person.lifecycle} />
          {person.number && <span>{person.number}</span>}
          <span>
            {left
              ? t(left.closed ? 'leaver.closedBy' : 'leaver.left', {
                  at: zonedTime(left.at, language),
                  by: left.closed ? left.by : (left.jobName ?? left.by),
                })
              : t('leaver.notLeft')}
          </span>
          {left?.why && <span>{t('leaver.reason', { why: left.why })}</span>}
        </span>
      }
      actions={
        <span className={styles.actions}>
          {open > 0 && closable && (
            <CloseEverything person={person.id} name={person.name} isUnderWay={isBegun} onBegun={() => setBegun(true)} />
          )}
          <Button icon={<PrinterOutlined aria-hidden />} onClick={() => globalThis.print()}>
            {t('leaver.print')}
          </Button>
        </span>
      }
    >
      <div className={styles.sheet} aria-live="polite">
        {systems.length > 0 && (
          <Alert
            className={styles.verdict}
            showIcon
            type={open === 0 ? (stayOpen > 0 ? 'warning' : 'success') : left ? 'error' : 'info'}
            title={verdict}
          />
        )}
        {left && (leads.length > 0 || reports > 0) && (
          <Alert
            className={styles.verdict}
            showIcon
            type="warning"
            title={[
              leads.length > 0 && t('leaver.leads', { names: leads.map((one) => one.name).join(t('settings.listComma')) }),
              reports > 0 && t('leaver.reports', { count: reports }),
            ]
              .filter(Boolean)
              .join(' ')}
          />
        )}
        <Part>
          <div className={styles.directory}>
            <b>{t('leaver.directory')}</b> <State kind="lifecycle" code={person.lifecycle} />
            {left && (
              <span className="soft">
                {zonedTime(left.at, language)}
                {left.run !== null && (
                  <>
                    {' · '}
                    <Link to={`/runs/${left.run}`}>{t('person.run', { run: left.run })}</Link>
                  </>
                )}
              </span>
            )}
          </div>
          {systems.length === 0 ? (
            <Empty style={{ padding: 40 }} image={Empty.PRESENTED_IMAGE_SIMPLE} description={t('leaver.noAccounts')} />
          ) : (
            <ul className={styles.systems}>
              {systems.map((system) => (
                <li key={system.connection}>
                  <OneSystem system={system} />
                </li>
              ))}
            </ul>
          )}
        </Part>
        <p className="soft">{t('leaver.made', { at: zonedTime(sheet.at, language) })}</p>
      </div>
    </Page>
  );
}

function OneSystem({ system }: { readonly system: Sheet['systems'][number] }) {
  const { t, say, language } = useWords();
  const isClosed = system.state === 'closed';
  return (
    <>
      <div className={styles.system}>
        <span>
          <b>{system.connectionName}</b>
          {system.accountName && <div className="soft">{system.accountName}</div>}
          {system.jobName && system.jobName !== system.connectionName && <div className="soft">{system.jobName}</div>}
        </span>
        <Sign tone={isClosed ? (system.staysOpen ? 'warn' : 'good') : 'bad'}>
          {isClosed ? t(`leaver.how.${system.how ?? 'disabled'}`) : t('leaver.open')}
        </Sign>
        <span className="soft">
          {system.closedAt !== null && zonedTime(system.closedAt, language)}
          {system.afterMs !== null && <div>{t('leaver.after', { time: lasting(system.afterMs, language) })}</div>}
          {system.run !== null && (
            <div>
              <Link to={`/runs/${system.run}`}>{t('person.run', { run: system.run })}</Link>
              {system.by && ` · ${system.by in words.cause ? say(wordOf(words.cause, system.by)) : t('leaver.by', { who: system.by })}`}
            </div>
          )}
          {system.removalAt !== null && <div>{t('leaver.removal', { at: exactTime(system.removalAt, language) })}</div>}
        </span>
      </div>
      {[...(system.staysOpen ? [system.staysOpen] : []), ...system.why].map((why) => (
        <div key={why.en} className={styles.why}>
          {say(why)}
        </div>
      ))}
      {!isClosed && system.job !== null && system.jobName !== null && (
        <Link className={styles.way} to={`/jobs/${system.job}`}>
          {t('runs.held.toJob', { job: system.jobName })}
        </Link>
      )}
    </>
  );
}

const units = [
  ['day', 86_400_000],
  ['hour', 3_600_000],
  ['minute', 60_000],
  ['second', 1_000],
] as const;

/** How long, in the one unit that says it best. */
function lasting(ms: number, language: Language): string {
  const [unit, size] = units.find(([, length]) => ms >= length) ?? units.at(-1)!;
  const figure = ms / size;
  return new Intl.NumberFormat(language, { style: 'unit', unit, unitDisplay: 'long', maximumFractionDigits: figure < 10 ? 1 : 0 }).format(
    figure,
  );
}
