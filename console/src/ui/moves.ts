// Who goes from which department to which, and how many: what a list of single changes does not say.
import type { WireOutput } from '../../../src/server/api/wire.ts';
import { useWords } from '../i18n/i18n.ts';

type Changed = Pick<WireOutput<'run.changes'>['changes'][number], 'job' | 'type' | 'key' | 'deed' | 'attributes' | 'edges'>;

interface Move {
  /** Names; null: they come from none, or into none. */
  readonly from: string | null;
  readonly to: string | null;
  readonly count: number;
}

/** Of the changes given, the largest move first. Whoever has several changes is counted once. */
export function movesIn(changes: readonly Changed[]): readonly Move[] {
  const people = new Map<string, Omit<Move, 'count'>>();
  for (const change of changes) {
    const move = change.type === 'person' && change.deed === 'move' ? placesOf(change) : null;
    if (move && (move.from ?? move.to) !== null) people.set(`${change.job} ${change.key}`, move);
  }
  return [...Map.groupBy(people.values(), ({ from, to }) => JSON.stringify([from, to])).values()]
    .map((own) => ({ ...own[0]!, count: own.length }))
    .toSorted((a, b) => b.count - a.count);
}

/** Some systems have departments to belong to, in others the department is a text. */
function placesOf({ attributes, edges }: Changed): Omit<Move, 'count'> {
  const named = (op: 'add' | 'remove'): string | null => {
    const own = edges.filter((edge) => edge.type === 'department' && edge.op === op).map((edge) => edge.name);
    return own.length > 0 ? own.join(' / ') : null;
  };
  const [from, to] = [named('remove'), named('add')];
  if ((from ?? to) !== null) return { from, to };
  const told = attributes.find(({ name }) => name === 'department');
  const text = (value: unknown): string | null => (typeof value === 'string' && value !== '' ? value : null);
  return { from: text(told?.before), to: text(told?.after) };
}

/** So many ways are told one by one. */
const TOLD = 3;

type Way = 'moves' | 'movesIn' | 'movesOut';
const ways = ['moves', 'movesIn', 'movesOut'] as const satisfies readonly Way[];

/** Who comes from nowhere moves from nowhere: an account that was found often has no department yet. */
const wayOf = ({ from, to }: Move): Way => (from === null ? 'movesIn' : to === null ? 'movesOut' : 'moves');

/** Of the moves that are not told one by one, how many go which way. */
export function otherMoves(moves: readonly Move[]): readonly { readonly way: Way; readonly count: number }[] {
  const rest = moves.slice(TOLD);
  return ways
    .map((way) => ({ way, count: rest.filter((move) => wayOf(move) === way).reduce((sum, { count }) => sum + count, 0) }))
    .filter(({ count }) => count > 0);
}

/** `31 people move: Sales 2 → Sales`, and how many go other ways. */
export function useMoves(): (changes: readonly Changed[]) => readonly string[] {
  const { t } = useWords();
  return (changes) => {
    const moves = movesIn(changes);
    return [
      ...moves.slice(0, TOLD).map((move) => t(`app.plan.${wayOf(move)}`, { count: move.count, from: move.from ?? '', to: move.to ?? '' })),
      ...otherMoves(moves).map(({ way, count }) => t(`app.plan.${way}Else`, { count })),
    ];
  };
}
