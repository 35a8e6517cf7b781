// Everything that a master key has sealed, found by the key's id and written anew, a piece at a time beside other work.
import { type Database, rows, type SqlValue } from './database.ts';

interface Place {
  readonly table: string;
  /** Its primary key, with types: it is walked in this order. */
  readonly key: Readonly<Record<string, 'text' | 'bigint'>>;
  readonly column: string;
}

/** Where sealed texts rest: alone in a column, or inside JSON. */
const places: readonly Place[] = [
  { table: 'sealed', key: { owner: 'text', name: 'text' }, column: 'value' },
  { table: 'person_key', key: { owner: 'text' }, column: 'wrapped' },
  { table: 'account', key: { id: 'text' }, column: 'totp' },
  { table: 'session', key: { hash: 'text' }, column: 'refresh' },
  { table: 'answered', key: { by_whom: 'text', key: 'text' }, column: 'answer' },
  { table: 'change', key: { id: 'bigint' }, column: 'secrets' },
  { table: 'notice', key: { id: 'bigint' }, column: 'secret' },
  { table: 'run', key: { id: 'bigint' }, column: 'trial_config' },
  { table: 'staged', key: { run: 'bigint', type: 'text', source_key: 'text' }, column: 'desired' },
];

export interface Rewrapping {
  /** Rows looked at in one go, asked anew each time. */
  readonly piece?: () => number;
  /** Called after each piece with the rows it wrote: lets others go first. */
  readonly breathe?: (written: number) => Promise<void>;
}

/** Rows looked at in one go: about 25 ms where all of them are written. */
const PIECE = 1000;

/**
 * `prefixes` begin what is to be sealed anew; `renew` gets a whole text, and returns it as it was where it can do nothing. Returns how many rows were
 * written. Rows that others write meanwhile are theirs.
 */
export async function rewrapAll(
  database: Database,
  prefixes: readonly string[],
  renew: (text: string) => string,
  { piece = () => PIECE, breathe = async () => {} }: Rewrapping = {},
): Promise<number> {
  let count = 0;
  if (prefixes.length === 0) return count;
  for (const place of places) {
    for (let after: Key | null = null; ; ) {
      const most = piece();
      const page: readonly Found[] = await pageOf(database, place, prefixes, after, most);
      const found = page.filter((row) => row.holds).map((row) => row.at);
      const written = found.length === 0 ? 0 : await renewRows(database, place, found, renew);
      count += written;
      await breathe(written);
      if (page.length < most) break;
      after = page.at(-1)!.at;
    }
  }
  return count;
}

type Key = readonly SqlValue[];
interface Found {
  readonly at: Key;
  readonly holds: boolean;
}

const namesOf = (place: Place): readonly string[] => Object.keys(place.key);
const shapeOf = (place: Place): string =>
  Object.entries(place.key)
    .map(([name, type]) => `k_${name} ${type}`)
    .join(', ');
const sameKey = (place: Place): string =>
  namesOf(place)
    .map((name) => `${place.table}.${name} = r.k_${name}`)
    .join(' AND ');

/** The next rows, whatever they hold: who looked for those alone would walk through all others in one go. */
async function pageOf(
  database: Database,
  place: Place,
  prefixes: readonly string[],
  after: Key | null,
  most: number,
): Promise<readonly Found[]> {
  const names = namesOf(place);
  const holds = prefixes.map(() => `${place.column} LIKE ?`).join(' OR ');
  const behind = after === null ? '' : `WHERE (${names.join(', ')}) > (${names.map(() => '?').join(', ')})`;
  const found = await database.all<Record<string, SqlValue>>(
    `SELECT ${names.join(', ')}, CASE WHEN ${holds} THEN 1 ELSE 0 END AS holds FROM ${place.table} ${behind} ORDER BY ${names.join(', ')} LIMIT ?`,
    ...prefixes.map((prefix) => `%${prefix}%`),
    ...(after ?? []),
    most,
  );
  return found.map((row) => ({ at: names.map((name) => row[name]!), holds: row.holds === 1 }));
}

/** Read again in the transaction that writes them: nobody else writes there meanwhile. */
const renewRows = (database: Database, place: Place, keys: readonly Key[], renew: (text: string) => string): Promise<number> =>
  database.write(async (transaction) => {
    const { table, column } = place;
    const names = namesOf(place);
    const present = await transaction.all<Record<string, SqlValue>>(
      `SELECT ${names.map((name) => `${table}.${name}`).join(', ')}, ${table}.${column} AS sealed_text FROM {rows: ${shapeOf(place)}} r
       JOIN ${table} ON ${sameKey(place)} WHERE ${table}.${column} IS NOT NULL`,
      rows(keys),
    );
    const renewed = present.flatMap((row) => {
      const was = String(row.sealed_text);
      const now = renew(was);
      return now === was ? [] : [[...names.map((name) => row[name]!), now]];
    });
    if (renewed.length === 0) return 0;
    return transaction.run(
      `UPDATE ${table} SET ${column} = r.now FROM {rows: ${shapeOf(place)}, now text} r WHERE ${sameKey(place)}`,
      rows(renewed),
    );
  });
