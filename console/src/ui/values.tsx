// Values as people read them: before and after side by side, with the characters that differ marked.
import { Fragment } from 'react';
import type { WireOutput } from '../../../src/server/api/wire.ts';
import { words } from '../api/generated.ts';
import { useWords } from '../i18n/i18n.ts';
import { accountSwitch, linesOf } from './change-lines.ts';
import { differ, type Piece } from './differ.ts';
import { wordOf } from '../pages/runs/run-kind.ts';
import styles from './values.module.css';

type Change = WireOutput<'run.changes'>['changes'][number];
export type AttributeChange = Change['attributes'][number];
type EdgeChange = Change['edges'][number];

/** A value as text; null = empty. */
export function useValue(type: string): (value: unknown, name: string) => string | null {
  const { t, say } = useWords();
  const shown = (value: unknown, name: string): string | null => {
    if (value === null || value === undefined || value === '') return null;
    if (typeof value === 'boolean') return t(value ? 'runs.change.yes' : 'runs.change.no');
    if (Array.isArray(value)) return value.map((one) => shown(one, name) ?? '').join(', ');
    if (typeof value === 'object') return JSON.stringify(value);
    return name === 'lifecycle' ? say(wordOf(type === 'person' ? words.lifecycle : words.presence, String(value))) : String(value);
  };
  return shown;
}

function Text({ pieces, side }: { readonly pieces: readonly Piece[]; readonly side: 'before' | 'after' }) {
  const Mark = side === 'before' ? 'del' : 'ins';
  return pieces.map((piece, index) => (piece.differs ? <Mark key={index}>{piece.text}</Mark> : <span key={index}>{piece.text}</span>));
}

interface Sides {
  readonly before: React.ReactNode;
  readonly after: React.ReactNode;
}

/** Both sides of one attribute. What is new had no value before: that is known without looking. */
export function useSides(change: Pick<Change, 'type' | 'action'>): (one: AttributeChange) => Sides {
  const { t } = useWords();
  const valueOf = useValue(change.type);
  const isNew = change.action === 'create';
  const nothing = (word: string) => <i className="soft">{word}</i>;
  return (one) => {
    const before = 'before' in one ? valueOf(one.before, one.name) : null;
    const after = valueOf(one.after, one.name);
    // Whole words that stand for each other: red and green would say the reverse of good and bad.
    const found = before === null || after === null || one.name === 'lifecycle' ? null : differ(before, after);
    return {
      before:
        before === null ? (
          nothing(isNew ? '—' : t('before' in one ? 'runs.change.empty' : 'runs.change.unseen'))
        ) : (
          <span className={styles.before}>{found ? <Text pieces={found.before} side="before" /> : before}</span>
        ),
      after:
        after === null ? (
          nothing(t('runs.change.empty'))
        ) : (
          <span className={styles.after}>{found ? <Text pieces={found.after} side="after" /> : after}</span>
        ),
    };
  };
}

const verbs = { add: 'runs.change.gained', remove: 'runs.change.lost', update: 'runs.change.changed' } as const;

/** A membership, a leader, a member: what comes, goes or changes. */
export function EdgeLine({ edge }: { readonly edge: EdgeChange }) {
  const { t, colon, say } = useWords();
  return (
    <span className={styles[edge.op]}>
      {t(verbs[edge.op])} {say(edge.label)}
      {colon}
      <b>{edge.name}</b>
      {edge.facts.primary === true && edge.op !== 'remove' && <span className="soft"> ({t('runs.change.primary')})</span>}
    </span>
  );
}

/** Whether the account can be used: before and after. */
export function useAccountSides(change: Pick<Change, 'action' | 'attributes'>): Sides | null {
  const { t } = useWords();
  const sides = accountSwitch(change);
  return (
    sides && {
      before: <span className={styles.before}>{t(`person.account.${sides.before}`)}</span>,
      after: <span className={styles.after}>{t(`person.account.${sides.after}`)}</span>,
    }
  );
}

type Shown = Pick<Change, 'type' | 'action' | 'deed' | 'attributes' | 'edges'>;

/** What a change says, line by line. */
function useLines(change: Shown): { readonly key: string; readonly line: React.ReactNode }[] {
  const { t, say } = useWords();
  const sides = useSides(change);
  const account = useAccountSides(change);
  const told = linesOf(change).map((line) => {
    if (line.kind === 'edge')
      return { key: `${line.edge.relation} ${line.edge.type} ${line.edge.name}`, line: <EdgeLine edge={line.edge} /> };
    if (line.kind === 'instead')
      return {
        key: line.to.relation,
        line: (
          <span>
            <span className="soft">{say(line.to.label)}</span> {line.from.name} → <b>{line.to.name}</b>
          </span>
        ),
      };
    const { before, after } = sides(line.attribute);
    return {
      key: line.attribute.name,
      line: (
        <span>
          <span className="soft">{say(line.attribute.label)}</span>{' '}
          {'before' in line.attribute && change.action !== 'create' && <>{before} → </>}
          {after}
        </span>
      ),
    };
  });
  if (!account) return told;
  const own = (
    <span>
      <span className="soft">{t('runs.change.account')}</span> {account.before} → {account.after}
    </span>
  );
  return [{ key: '', line: own }, ...told];
}

/** What a change does to values, on one line: the first two, and how many more there are. */
export function InShort({ change }: { readonly change: Shown & { readonly moreEdges?: number } }) {
  const { t } = useWords();
  const lines = useLines(change);
  if (lines.length === 0)
    return <span className="soft">{t(`runs.plan.whole.${wholes.find((one) => one === change.action) ?? 'other'}`)}</span>;
  const rest = lines.length - SHOWN + (change.moreEdges ?? 0);
  return (
    <span className={styles.short}>
      {lines.slice(0, SHOWN).map(({ key, line }) => (
        <Fragment key={key}>{line}</Fragment>
      ))}
      {rest > 0 && <span className="soft">{t('runs.plan.more', { count: rest })}</span>}
    </span>
  );
}

const SHOWN = 2;
const wholes = ['remove', 'link', 'unlink'] as const;
