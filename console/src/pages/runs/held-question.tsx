// One question and what it is about: confirmed or left alone as a whole, or record by record; the consequence stands beside the button.
import { Button, Checkbox } from 'antd';
import { useState } from 'react';
import { Link } from 'react-router';
import type { WireInput, WireOutput } from '../../../../src/server/api/wire.ts';
import { words } from '../../api/generated.ts';
import { useMay } from '../../api/hooks.ts';
import { useWords } from '../../i18n/i18n.ts';
import { objectsOf, useCounted } from '../../ui/counted.ts';
import { Endless } from '../../ui/endless.tsx';
import { useMoves } from '../../ui/moves.ts';
import { NeedsRole } from '../../ui/needs-role.tsx';
import { When } from '../../ui/when.tsx';
import { useDecision } from './decision.ts';
import { HeldWho } from './held-who.tsx';
import styles from './held.module.css';
import { wordOf } from './run-kind.ts';
import { SourceRead } from './source-read.tsx';
import { InShort } from '../../ui/values.tsx';

export type Held = WireOutput<'held.list'>['held'][number];
type Read = WireOutput<'held.list'>['reads'][number];
type Total = WireOutput<'held.list'>['totals'][number];

interface QuestionProps {
  readonly rows: readonly Held[];
  /** How much the sources behind them showed. */
  readonly reads: readonly Read[];
  /** How much of it there is, where not all is loaded. */
  readonly totals: readonly Total[];
  readonly state: 'open' | 'cancelled';
  /** What names all of it, those that are not loaded too. */
  readonly whole: Pick<WireInput<'held.decide'>, 'run' | 'question' | 'job'>;
  readonly more: { readonly has: boolean; readonly isLoading: boolean; readonly load: () => void };
}

const ROW = 46;
/** So few are named with the question: nobody has to unfold it to see which department it is. */
const NAMED = 3;
/** Before an answer so many are. */
const ASKED = 12;

const groupOf = ({ job, action, type }: Pick<Held, 'job' | 'action' | 'type'>): string => `${job} ${action} ${type}`;
const pick = ({ action, type, jobName, direction }: Held) => ({ action, type, jobName, direction });

/** Who is asked about twice in one question, disabled and deleted, is one. */
const askedAbout = (totals: readonly Total[]): number =>
  [...Map.groupBy(totals, ({ type }) => type).values()].reduce((sum, own) => sum + Math.max(...own.map(({ objects }) => objects)), 0);

/** What would happen: how many of what, where. */
export function useConsequence(): (rows: readonly Held[], totals?: readonly Total[]) => readonly string[] {
  const { t, say, language } = useWords();
  const counted = useCounted();
  return (rows, totals = []) => {
    const groups = new Map(
      [...Map.groupBy(rows, groupOf)].map(([key, own]) => [key, { objects: objectsOf(own), changes: own.length, ...pick(own[0]!) }]),
    );
    const { jobName, direction } = rows[0] ?? {};
    for (const total of totals) groups.set(groupOf(total), { ...total, jobName: jobName ?? '', direction: direction ?? 'down' });
    return [...groups.values()].map(({ action, type, jobName: job, direction: way, objects, changes }) => {
      const said = t(way === 'up' ? 'runs.held.wouldHere' : 'runs.held.would', {
        deed: say(wordOf(words.action, action)),
        what: counted(type, objects),
        job,
      });
      const n = changes.toLocaleString(language);
      return objects === changes ? said : `${said} ${t('runs.counts.changes', { count: changes, n })}`;
    });
  };
}

/** What else is to be known before the answer: who it is about, where they are few, and who moves where by it. */
function useMeant(): (rows: readonly Held[]) => readonly string[] {
  const whom = useWhom();
  const moves = useMoves();
  return (rows) => [...(objectsOf(rows) <= NAMED ? whom(rows) : []), ...moves(rows)];
}

/** By name and number; of very many the first, and how many more. */
export function useWhom(): (rows: readonly Held[]) => readonly string[] {
  const { t, language } = useWords();
  return (rows) => {
    const own = [...new Map(rows.map((row) => [`${row.type} ${row.object ?? `${row.job} ${row.key}`}`, row])).values()];
    const shown = own.slice(0, ASKED).map(({ title, number }) => (number === null ? title : `${title} ${number}`));
    const names = shown.join(t('settings.listComma'));
    const more = own.length - shown.length;
    return [more > 0 ? t('more.held.whomMore', { names, n: more.toLocaleString(language) }) : t('runs.held.whom', { names })];
  };
}

interface RowProps {
  readonly held: Held;
  readonly isOn: boolean;
  /** null: who looks has no say in it. */
  readonly onTurn: (() => void) | null;
}

function Row({ held, isOn, onTurn }: RowProps) {
  const { t, say } = useWords();
  return (
    <div className={styles.row}>
      <span role="cell">{onTurn && <Checkbox checked={isOn} onChange={onTurn} aria-label={held.title} />}</span>
      <span role="cell" className={styles.cut}>
        <HeldWho held={held} />
      </span>
      <span role="cell" className={`soft ${styles.cut}`}>
        {held.confirmedBy.length > 0 && (
          <>{t('runs.held.voted', { by: held.confirmedBy.map((vote) => vote.by).join(t('settings.listComma')) })} </>
        )}
        {held.attributes.length + held.edges.length > 0 ? <InShort change={held} /> : say(wordOf(words.action, held.action))}
      </span>
      <span role="cell" className={`soft ${styles.until}`}>
        {held.expiresAt !== null && (
          <>
            {t('runs.held.expires')} <When at={held.expiresAt} />
          </>
        )}
      </span>
    </div>
  );
}

export function HeldQuestion({ rows, reads, totals, state, whole, more }: QuestionProps) {
  const { t, say, language } = useWords();
  const may = useMay();
  const consequence = useConsequence();
  const toldOf = useMeant();
  const whom = useWhom();
  const { decide, isPending } = useDecision();
  const [isUnfolded, setUnfolded] = useState(false);
  const [chosen, setChosen] = useState<ReadonlySet<number>>(new Set());
  const [first] = rows;
  if (!first) return null;
  const picked = rows.filter((row) => chosen.has(row.id));
  // Where some are chosen one by one, nobody else is meant: after an answer the others stand in the same place.
  const isChoosing = isUnfolded && state === 'open';
  const isWhole = picked.length === 0;
  const meant = isWhole ? rows : picked;
  const all = isWhole && more.has ? totals : [];
  const which = isWhole ? whole : { ids: picked.map((row) => row.id) };
  const isGrave = first.action === 'disable' || first.action === 'remove';
  // Of more than is loaded only numbers are known.
  const said = [...consequence(meant, all), ...(all.length > 0 ? [] : toldOf(meant))];
  const count = (isChoosing ? objectsOf(picked) : all.length > 0 ? askedAbout(all) : objectsOf(meant)).toLocaleString(language);
  const isIdle = isPending || (isChoosing && isWhole);
  const asks = {
    said: [...new Set([...consequence(meant, all), ...(all.length > 0 ? [] : [...whom(meant), ...toldOf(meant)])])],
    count,
    run: first.lastRun,
  };
  const turn = (id: number): void =>
    setChosen((before) => {
      const next = new Set(before);
      if (!next.delete(id)) next.add(id);
      return next;
    });
  return (
    <article className={styles.question} aria-label={say(first.asks)}>
      <div className={styles.top}>
        <div className={styles.says}>
          <h3>{say(first.asks)}</h3>
          <ul className={styles.would}>
            {said.map((one) => (
              <li key={one}>{one}</li>
            ))}
          </ul>
          <p className="soft">
            {first.reason && say(first.reason)} {first.needs > 1 && <b>{t('more.held.two', { needs: first.needs })}</b>}
          </p>
          {first.direction === 'up' && isGrave && state === 'open' && (
            <>
              <SourceRead
                read={reads.find((one) => one.job === first.job && one.type === first.type)}
                job={first.jobName}
                linked={first.lastRun}
              />
              <p>{t('more.held.lookFirst', { job: first.jobName })}</p>
              {first.action === 'remove' && first.type === 'person' && <p>{t('more.held.disabledBefore', { run: first.firstRun })}</p>}
            </>
          )}
          <p className={styles.ways}>
            <Link to={`/runs/${first.lastRun}`}>{t('runs.held.toRun', { run: first.lastRun })}</Link>
            <Link to={`/jobs/${first.job}`}>{t('runs.held.toJob', { job: first.jobName })}</Link>
          </p>
        </div>
        <div className={styles.deeds}>
          <NeedsRole deed="held.decide" />
          {may('held.decide') && state === 'open' && (
            <>
              <Button disabled={isIdle} onClick={() => decide('cancel', which, meant, asks)}>
                {t('runs.held.cancel', { n: count })}
              </Button>
              <Button
                {...(isGrave ? { danger: true } : { type: 'primary' })}
                disabled={isIdle}
                onClick={() => decide('approve', which, meant, asks)}
              >
                {t('runs.held.confirm', { n: count })}
              </Button>
            </>
          )}
          {may('held.decide') && state === 'cancelled' && (
            <Button disabled={isPending} onClick={() => decide('take-back', which, meant)}>
              {t('runs.held.takeBack')}
            </Button>
          )}
        </div>
      </div>
      <div className={styles.choice}>
        <Button type="link" size="small" aria-expanded={isUnfolded} onClick={() => setUnfolded(!isUnfolded)}>
          {t(isUnfolded ? 'runs.held.fold' : may('held.decide') ? 'runs.held.choose' : 'runs.held.see')}
        </Button>
        {isUnfolded && may('held.decide') && (
          <Checkbox
            checked={picked.length === rows.length}
            indeterminate={picked.length > 0 && picked.length < rows.length}
            onChange={(event) => setChosen(new Set(event.target.checked ? rows.map((row) => row.id) : []))}
          >
            {t('runs.held.all')}
          </Checkbox>
        )}
        {picked.length > 0 && (
          <span className="soft number" role="status">
            {t('runs.held.chosen', { count: objectsOf(picked) })}
          </span>
        )}
      </div>
      {isUnfolded && (
        <Endless<Held> label={say(first.asks)} rows={rows} height={ROW} keyOf={(row) => row.id} more={more} loading={t('runs.more')}>
          {(held) => <Row held={held} isOn={chosen.has(held.id)} onTurn={may('held.decide') ? () => turn(held.id) : null} />}
        </Endless>
      )}
    </article>
  );
}
