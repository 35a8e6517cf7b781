// Values as people read them: before and after side by side, with the characters that differ marked.
import type { WireOutput } from '../../../../src/server/api/wire.ts';
import { words } from '../../api/generated.ts';
import { useWords } from '../../i18n/i18n.ts';
import { differ, type Piece } from './differ.ts';
import { wordOf } from './run-kind.ts';
import styles from './values.module.css';

type Change = WireOutput<'run.changes'>['changes'][number];
export type AttributeChange = Change['attributes'][number];
type EdgeChange = Change['edges'][number];

/** A value as text; null = empty. */
function useValue(): (value: unknown, name: string) => string | null {
  const { t, say } = useWords();
  const shown = (value: unknown, name: string): string | null => {
    if (value === null || value === undefined || value === '') return null;
    if (typeof value === 'boolean') return t(value ? 'runs.change.yes' : 'runs.change.no');
    if (Array.isArray(value)) return value.map((one) => shown(one, name) ?? '').join(', ');
    if (typeof value === 'object') return JSON.stringify(value);
    return name === 'lifecycle' ? say(wordOf(words.lifecycle, String(value))) : String(value);
  };
  return shown;
}

function Text({ pieces, side }: { readonly pieces: readonly Piece[]; readonly side: 'before' | 'after' }) {
  const Mark = side === 'before' ? 'del' : 'ins';
  return pieces.map((piece, index) => (piece.differs ? <Mark key={index}>{piece.text}</Mark> : <span key={index}>{piece.text}</span>));
}

/** Both sides of one attribute. */
export function useSides(): (one: AttributeChange) => { readonly before: React.ReactNode; readonly after: React.ReactNode } {
  const { t } = useWords();
  const valueOf = useValue();
  const nothing = (word: string) => <i className="soft">{word}</i>;
  return (one) => {
    const before = 'before' in one ? valueOf(one.before, one.name) : null;
    const after = valueOf(one.after, one.name);
    const found = before === null || after === null ? null : differ(before, after);
    return {
      before:
        before === null ? (
          nothing(t('before' in one ? 'runs.change.empty' : 'runs.change.unseen'))
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
  const { t, say } = useWords();
  return (
    <span className={styles[edge.op]}>
      {t(verbs[edge.op])} {say(edge.label)}: <b>{edge.name}</b>
      {edge.facts.primary === true && edge.op !== 'remove' && <span className="soft"> ({t('runs.change.primary')})</span>}
    </span>
  );
}

/** What a change does to values, on one line: the first two, and how many more there are. */
export function InShort({ change }: { readonly change: Pick<Change, 'attributes' | 'edges'> }) {
  const { t, say } = useWords();
  const sides = useSides();
  const parts = [
    ...change.attributes.map((one) => {
      const { before, after } = sides(one);
      return (
        <span key={one.name}>
          <span className="soft">{say(one.label)}</span> {'before' in one && <>{before} → </>}
          {after}
        </span>
      );
    }),
    ...change.edges.map((edge) => <EdgeLine key={`${edge.relation} ${edge.type} ${edge.name}`} edge={edge} />),
  ];
  if (parts.length === 0) return <span className="soft">{t('runs.plan.everything')}</span>;
  const rest = parts.length - SHOWN;
  return (
    <span className={styles.short}>
      {parts.slice(0, SHOWN)}
      {rest > 0 && <span className="soft">{t('runs.plan.more', { count: rest })}</span>}
    </span>
  );
}

const SHOWN = 2;
