// What a change is told by, in the order in which people look: the department one moves to, who one is, the rest.
import type { WireOutput } from '../../../src/server/api/wire.ts';

type Change = WireOutput<'run.changes'>['changes'][number];
type Attribute = Change['attributes'][number];
type Edge = Change['edges'][number];

export type ChangeLine =
  | { readonly kind: 'attribute'; readonly attribute: Attribute }
  | { readonly kind: 'edge'; readonly edge: Edge }
  /** One far end instead of another. */
  | { readonly kind: 'instead'; readonly from: Edge; readonly to: Edge };

/** What tells one person from another, first: the name stands above already. */
const first = ['userName', 'department', 'title', 'employeeNumber', 'email', 'phone'];
const place = (name: string): number => (first.includes(name) ? first.indexOf(name) : first.length);
const ops = ['add', 'update', 'remove'] as const;

export function linesOf({ deed, attributes, edges }: Pick<Change, 'deed' | 'attributes' | 'edges'>): ChangeLine[] {
  const relations = [...Map.groupBy(edges, (edge) => edge.relation).values()].flatMap((own): ChangeLine[] => {
    const [to, from] = [own.filter((edge) => edge.op === 'add'), own.filter((edge) => edge.op === 'remove')];
    if (to.length === 1 && from.length === 1 && own.length === 2) return [{ kind: 'instead', from: from[0]!, to: to[0]! }];
    return own.toSorted((a, b) => ops.indexOf(a.op) - ops.indexOf(b.op)).map((edge) => ({ kind: 'edge', edge }));
  });
  const values = attributes
    .toSorted((a, b) => place(a.name) - place(b.name))
    .map((attribute): ChangeLine => ({ kind: 'attribute', attribute }));
  return deed === 'move' ? [...relations, ...values] : [...values, ...relations];
}

/** `disable` and `enable` write no value where the account itself is a switch: it is told as one. */
export function accountSwitch(change: Pick<Change, 'action' | 'attributes'>): { readonly before: Side; readonly after: Side } | null {
  if (change.attributes.some((one) => one.name === 'lifecycle')) return null;
  if (change.action === 'disable') return { before: 'open', after: 'closed' };
  return change.action === 'enable' ? { before: 'closed', after: 'open' } : null;
}
type Side = 'open' | 'closed';
