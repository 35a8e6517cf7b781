// Two of one name in the rows of a plan, or in the list of links, are told apart by their number, as in what is asked; without one by where they are.
import type { WireOutput } from '../../../src/server/api/wire.ts';
import { useAnswer } from '../api/hooks.ts';

type Change = WireOutput<'run.changes'>['changes'][number];
export type Named = Pick<Change, 'type' | 'title' | 'key' | 'targetKey' | 'attributes'>;

/** An id of the directory, or of a system that numbers so: nobody tells people apart by these. */
const NO_NUMBER = /^[0-9a-f]{8}-[0-9a-f-]{27}$/i;
/** By what people are known, best first. */
const marks = ['employeeNumber', 'code', 'userName'];
const MOST = 50;

/** What the change itself carries: of what is made the number it gets, of a record of a source the key it has there. */
export function ownNumber(change: Named): string | null {
  for (const name of marks) {
    const said = change.attributes.find((one) => one.name === name);
    const value = said?.after ?? said?.before;
    if (typeof value === 'string' && value !== '' && value !== change.title) return value;
  }
  return NO_NUMBER.test(change.key) || change.key === change.title ? null : change.key;
}

const nameOf = ({ type, title }: Named): string => `${type} ${title}`;

/** Whether a name stands for several objects among these. */
export function sharedAmong(changes: readonly Named[]): (change: Named) => boolean {
  const keys = new Map<string, string>();
  const shared = new Set<string>();
  for (const change of changes) {
    const name = nameOf(change);
    if ((keys.get(name) ?? change.key) !== change.key) shared.add(name);
    else keys.set(name, change.key);
  }
  return (change) => shared.has(nameOf(change));
}

/** `wanted`: the directory is asked where the change does not carry it. */
export function useNumber(change: Named, wanted: boolean): string | null {
  const own = ownNumber(change);
  const isType = change.type === 'person' || change.type === 'department' || change.type === 'group';
  const found = useAnswer(
    'directory.search',
    { text: change.title.slice(0, 200), ...(isType ? { type: change.type as 'person' } : {}), limit: MOST },
    { enabled: wanted && own === null && change.title.trim() !== '' },
  );
  if (own !== null || !wanted) return own;
  const hit = found.data?.hits.find(({ id }) => id === change.key || id === change.targetKey);
  if (hit) return hit.number ?? (hit.path.map(({ name }) => name).join(' / ') || null);
  // Who is not in the directory any more is told by the name that the account has there.
  return found.data && change.targetKey !== null && !NO_NUMBER.test(change.targetKey) ? change.targetKey : null;
}
