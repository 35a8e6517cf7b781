// Which records and accounts are one person: a merge lets those of one person lead to another, a split lets some of them lead to somebody else.
import { CONSOLE } from './console.ts';

/** A record of a source that leads to a person; of what is edited by hand, the directory id that it was entered for. */
export interface RecordOf {
  readonly connection: string;
  readonly externalId: string;
}

/**
 * What leads to `from` leads to `to`. After a merge `from` is no longer there, and its id goes on answering for `to`; a split makes `to`.
 * The opposite of an order is its undo.
 */
export interface RegroupOrder {
  readonly kind: 'merge' | 'split';
  /** Directory ids. */
  readonly from: string;
  readonly to: string;
  /** Records of sources; of several of one connection the primary one comes first. */
  readonly records: readonly RecordOf[];
  /** Accounts of systems below that go along, and accounts of `to` that become those of `from` instead. */
  readonly accounts: readonly RecordOf[];
  readonly back: readonly RecordOf[];
  /** Names made by unique() that go along: what they are unique in, and the name's key. */
  readonly reserved: readonly { readonly connection: string; readonly space: string; readonly key: string }[];
  /** The run that this takes back. */
  readonly undoes?: number;
}

/** The order that takes this one back. */
export const oppositeOf = (order: RegroupOrder, undoes: number): RegroupOrder => ({
  ...order,
  kind: order.kind === 'merge' ? 'split' : 'merge',
  from: order.to,
  to: order.from,
  undoes,
});

export const nameOfRecord = (connection: string, externalId: string): string => `${connection}\0${externalId}`;
/** Of what a job holds. */
export const nameOfClaim = (job: number, key: string): string => `${job}\0${key}`;
/** Of what somebody keeps by unique(). */
export const nameOfReserved = (connection: string, space: string, key: string): string => `${connection}\0${space}\0${key}`;

/** Where a record of a person leads by the order; undefined: where it has led. */
export function leadsTo(order: RegroupOrder, connection: string, externalId: string): string | undefined {
  // What is entered by hand names people by their ids: the one that is no longer there, and the one that comes back.
  if (connection === CONSOLE && externalId === (order.kind === 'merge' ? order.from : order.to)) return order.to;
  return order.records.some((one) => one.connection === connection && one.externalId === externalId) ? order.to : undefined;
}

export interface RoledLink extends RecordOf {
  readonly object: string;
  readonly role: 'primary' | 'secondary';
}

/**
 * The links of both as the order leaves them. Whoever has a primary link keeps it; of those that come the first one becomes primary where
 * there is none, and where the primary one has gone the next by its id takes its place.
 */
export function rolesAfter(
  links: readonly RoledLink[],
  order: Pick<RegroupOrder, 'from' | 'to' | 'records' | 'accounts' | 'back'>,
): readonly RoledLink[] {
  const moved = new Map([
    ...[...order.records, ...order.accounts].map((one) => [nameOfRecord(one.connection, one.externalId), order.to] as const),
    ...order.back.map((one) => [nameOfRecord(one.connection, one.externalId), order.from] as const),
  ]);
  const place = [...moved.keys()];
  const named = (link: RecordOf): string => nameOfRecord(link.connection, link.externalId);
  const stays = links.filter((link) => !moved.has(named(link)));
  const comes = links
    .filter((link) => moved.has(named(link)))
    .sort((a, b) => place.indexOf(named(a)) - place.indexOf(named(b)))
    .map((link) => ({ ...link, object: moved.get(named(link))! }));
  const after: RoledLink[] = [];
  for (const connection of new Set(links.map((link) => link.connection)))
    for (const object of [order.from, order.to]) {
      const of = (list: readonly RoledLink[]): readonly RoledLink[] =>
        list.filter((link) => link.connection === connection && link.object === object);
      const [left, come] = [of(stays), of(comes)];
      const first =
        left.find((link) => link.role === 'primary') ?? come[0] ?? [...left].sort((a, b) => (a.externalId < b.externalId ? -1 : 1))[0];
      for (const link of [...left, ...come]) after.push({ ...link, role: link === first ? 'primary' : 'secondary' });
    }
  return after;
}
