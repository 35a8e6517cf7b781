// Links, claims, names and pins as a merge or a split will have them, laid over what is read: for the dry runs of the systems below.
import { nameOfClaim, nameOfRecord, nameOfReserved, rolesAfter, type RegroupOrder, type RoledLink } from '../core/regroup.ts';
import { list, type Database, type Reader } from './database.ts';
import type { ClaimRow } from './links.ts';
import { linksOfPeople } from './persons.ts';

export interface Regrouped {
  readonly from: string;
  readonly to: string;
  /** Of both people, by connection and external id: where they lead, in which role. */
  readonly links: ReadonlyMap<string, RoledLink>;
  /** By job and source key; null = there is none any more. */
  readonly claims: ReadonlyMap<string, ClaimRow | null>;
  /** Connection, space and key of names that go along. */
  readonly reserved: ReadonlySet<string>;
  /** Connections of which pins go along. */
  readonly pinned: ReadonlySet<string>;
}

/** The same store as whoever plans below an order sees it. What is written is written as it is. */
export async function regroupedBy(database: Database, order: RegroupOrder): Promise<Database> {
  const { from, to } = order;
  const after = rolesAfter(await linksOfPeople(database, [from, to]), order);
  const regrouped: Regrouped = {
    from,
    to,
    links: new Map(after.map((link) => [nameOfRecord(link.connection, link.externalId), link])),
    claims: await claimsAfter(database, order),
    reserved: new Set(order.reserved.map((one) => nameOfReserved(one.connection, one.space, one.key))),
    pinned: new Set(order.accounts.map((one) => one.connection)),
  };
  return { ...database, regrouped };
}

/** As `leadClaims` will write them (persons.ts). */
async function claimsAfter(reader: Reader, { from, to, accounts, back }: RegroupOrder): Promise<Regrouped['claims']> {
  const claims = new Map<string, ClaimRow | null>();
  const moved: ClaimRow[] = [];
  const leads = [...accounts.map((one) => ({ ...one, owner: to })), ...back.map((one) => ({ ...one, owner: from }))];
  for (const { connection, externalId, owner } of leads)
    for (const row of await reader.all<ClaimRow>(
      `SELECT * FROM claim WHERE type = 'person' AND target_key = ? AND job IN (SELECT id FROM job WHERE connection = ? AND direction = 'down')`,
      externalId,
      connection,
    )) {
      claims.set(nameOfClaim(Number(row.job), row.source_key), null);
      moved.push({ ...row, source_key: owner, directory_id: owner, settled: 0 });
    }
  const there = await reader.all<ClaimRow>(`SELECT * FROM claim WHERE type = 'person' AND source_key IN {list}`, list([from, to]));
  const kept = new Set(there.map((row) => nameOfClaim(Number(row.job), row.source_key)).filter((name) => !claims.has(name)));
  for (const row of moved) {
    const name = nameOfClaim(Number(row.job), row.source_key);
    // Whoever has one of their own keeps it.
    if (!kept.has(name)) claims.set(name, row);
    kept.add(name);
  }
  return claims;
}
