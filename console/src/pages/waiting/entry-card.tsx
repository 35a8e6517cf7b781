// One matter: what it is, where, since when, and what settles it, with the consequence before the click.
import { Button } from 'antd';
import { useState, type ReactNode } from 'react';
import { Link } from 'react-router';
import type { WireName, WireOutput } from '../../../../src/server/api/wire.ts';
import { useCommand, useMay } from '../../api/hooks.ts';
import { useWords, type Label } from '../../i18n/i18n.ts';
import '../../i18n/later.ts';
import { Copy } from '../../ui/copy.tsx';
import type { NamedDeed } from '../../ui/deeds.ts';
import { NeedsRole } from '../../ui/needs-role.tsx';
import { ReleaseBrake, type BrakeScope } from '../../ui/release-brake.tsx';
import { useApp } from '../../ui/use-app.ts';
import { When } from '../../ui/when.tsx';
import { RenewDialog } from '../connections/renew.tsx';
import styles from './waiting.module.css';
import { clicks, consequenceOf, inputOf, pageOf, type Entry, type Way } from './ways.ts';

function Deed({ way, entry }: { readonly way: Way; readonly entry: Entry }) {
  const { t, say } = useWords();
  const { modal, message } = useApp();
  const command = useCommand(way.operation as WireName);
  const follows = consequenceOf(way, entry);
  const carryOut = (): Promise<void> =>
    command.mutateAsync(inputOf(way)).then(
      (answer) => {
        const bad = failing(answer);
        if (bad) void message.error(say(bad), 8);
        else void message.success(t('waiting.done'));
      },
      (error: Error) => void message.error(error.message),
    );
  return (
    <Button
      loading={command.isPending}
      onClick={() =>
        modal.confirm({
          title: t('waiting.ask.title', { deed: say(way.label) }),
          content: (
            <>
              <p>
                <b>{entry.jobName ?? entry.connectionName}</b> {say(entry.title)}
              </p>
              {follows !== null && <p>{t(follows)}</p>}
              <p className="soft">{t('waiting.ask.body')}</p>
            </>
          ),
          okText: say(way.label),
          cancelText: t('app.cancel'),
          onOk: carryOut,
        })
      }
    >
      {say(way.label)}
    </Button>
  );
}

/** What a check that was carried out still finds wrong. */
function failing(answer: unknown): Label | null {
  const { checks } = answer as Partial<WireOutput<'connection.check'>>;
  return checks?.flatMap((one) => one.findings).find((finding) => !finding.ok)?.message ?? null;
}

/** `inside`: what unfolds below it. */
export function EntryCard({ entry, inside }: { readonly entry: Entry; readonly inside?: ReactNode }) {
  const { t, say, language } = useWords();
  const may = useMay();
  const [isOpen, setOpen] = useState(false);
  const [isRenewing, setRenewing] = useState(false);
  const renewal = entry.settle.find((way) => way.operation === 'connection.renew');
  const release = entry.settle.find((way) => way.operation === 'brake.release');
  const page = entry.see && may(entry.see.operation as WireName) ? pageOf(entry.see) : null;
  // Who may nothing of it is told who may.
  const nothingFor = entry.settle.every((way) => !may(way.operation as WireName)) ? entry.settle[0] : undefined;
  const number = (value: number): string => value.toLocaleString(language);
  return (
    <article className={`${styles.entry} ${styles[entry.urgency]}`} aria-label={say(entry.title)}>
      <div className={styles.top}>
        <div className={styles.says}>
          <h3>{say(entry.title)}</h3>
          <p className={styles.facts}>
            {(entry.jobName ?? entry.connectionName) && <b>{entry.jobName ?? entry.connectionName}</b>}
            {entry.count !== null && (
              <span className="number">
                {t('waiting.objects', { count: entry.objects ?? entry.count, n: number(entry.objects ?? entry.count) })}
                {entry.objects !== null &&
                  entry.objects !== entry.count &&
                  ` ${t('runs.counts.changes', { count: entry.count, n: number(entry.count) })}`}
              </span>
            )}
            {entry.fresh !== null && entry.fresh > 0 && <span className="number">{t('waiting.fresh', { n: number(entry.fresh) })}</span>}
            {entry.since !== null && (
              <span>
                {t('waiting.since')} <When at={entry.since} />
              </span>
            )}
            {entry.until !== null && (
              <span>
                {t('waiting.until')} <When at={entry.until} />
              </span>
            )}
          </p>
          {entry.detail && (
            <p className={styles.detail}>
              {say(entry.detail)} <Copy text={`${entry.jobName ?? entry.connectionName ?? ''} ${say(entry.title)}\n${say(entry.detail)}`} />
            </p>
          )}
        </div>
        <div className={styles.deeds}>
          {page !== null && <Link to={page}>{t('waiting.see')}</Link>}
          {inside && (
            <Button aria-expanded={isOpen} onClick={() => setOpen(!isOpen)}>
              {t(isOpen ? 'waiting.fold' : 'waiting.see')}
            </Button>
          )}
          {nothingFor && <NeedsRole deed={nothingFor.operation as NamedDeed} />}
          {/* Running it again would be refused again. */}
          {renewal !== undefined && nothingFor === undefined && <NeedsRole deed="connection.renew" />}
          {renewal !== undefined && may('connection.renew') && <Button onClick={() => setRenewing(true)}>{say(renewal.label)}</Button>}
          {release !== undefined && may('brake.release') && <ReleaseBrake scope={inputOf(release) as BrakeScope} />}
          {clicks(entry)
            .filter((way) => may(way.operation as WireName))
            .map((way) => (
              <Deed key={`${way.operation} ${way.label.en}`} way={way} entry={entry} />
            ))}
        </div>
      </div>
      {isOpen && inside}
      {isRenewing && entry.connection !== null && <RenewDialog connection={entry.connection} onEnd={() => setRenewing(false)} />}
    </article>
  );
}
