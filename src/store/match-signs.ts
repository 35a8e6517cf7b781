// By what a matching compares the two sides: signs of either, and who shares one. Kept only while the matching is made.
import { list, type Reader, rows, type Transaction } from './database.ts';

export type Side = 'object' | 'account';

export interface SignRow {
  readonly sign: string;
  readonly key: string;
  readonly id: string;
}

export const putSigns = (transaction: Transaction, run: number, type: string, side: Side, signs: readonly SignRow[]): Promise<void> =>
  transaction.insert(
    'match_sign',
    ['run', 'type', 'side', 'sign', 'key', 'id'],
    signs.map((one) => [run, type, side, one.sign, one.key, one.id]),
    '(run, type, side, sign, key, id) DO NOTHING',
  );

export const signsOfIds = (reader: Reader, run: number, type: string, side: Side, ids: readonly string[]): Promise<readonly SignRow[]> =>
  reader.all<SignRow>(
    'SELECT sign, key, id FROM match_sign WHERE run = ? AND type = ? AND side = ? AND id IN {list} ORDER BY id, sign, key',
    run,
    type,
    side,
    list(ids),
  );

export interface SharedKey {
  readonly here: string;
  readonly there: string;
  readonly key: string;
  /** How many objects, and how many accounts, have it. */
  readonly objects: number;
  readonly accounts: number;
}

/** Keys of these objects that accounts have too, compared sign with sign as the pairs say. */
export const sharedKeys = (
  reader: Reader,
  run: number,
  type: string,
  objects: readonly string[],
  compared: readonly (readonly [here: string, there: string])[],
): Promise<readonly SharedKey[]> =>
  reader.all<SharedKey>(
    `SELECT * FROM (SELECT k.here AS here, k.there AS there, k.key AS key,
       (SELECT count(*) FROM match_sign o WHERE o.run = ? AND o.type = ? AND o.side = 'object' AND o.sign = k.here AND o.key = k.key) AS objects,
       (SELECT count(*) FROM match_sign a WHERE a.run = ? AND a.type = ? AND a.side = 'account' AND a.sign = k.there AND a.key = k.key) AS accounts
     FROM (SELECT DISTINCT p.here AS here, p.there AS there, s.key AS key FROM match_sign s JOIN {rows: here text, there text} p ON p.here = s.sign
       WHERE s.run = ? AND s.type = ? AND s.side = 'object' AND s.id IN {list}) k) counted WHERE counted.accounts > 0`,
    run,
    type,
    run,
    type,
    rows(compared),
    run,
    type,
    list(objects),
  );

/**
 * Pairs of one of these objects and an account that share one of the keys. The keys lead, one look-up each: `CROSS JOIN` and `s.id || ''`
 * keep SQLite from walking through all keys for each object (more than 40 s for three hundred, measured; 10 ms this way).
 */
export const pairsBy = (
  reader: Reader,
  run: number,
  type: string,
  objects: readonly string[],
  keys: readonly SharedKey[],
): Promise<readonly { readonly object: string; readonly account: string }[]> =>
  reader.all(
    `SELECT DISTINCT s.id AS object, a.id AS account FROM {rows: here text, there text, key text} k CROSS JOIN match_sign s CROSS JOIN match_sign a
     WHERE s.run = ? AND s.type = ? AND s.side = 'object' AND s.sign = k.here AND s.key = k.key AND s.id || '' IN {list}
       AND a.run = ? AND a.type = ? AND a.side = 'account' AND a.sign = k.there AND a.key = k.key
     ORDER BY s.id, a.id`,
    rows(keys.map((one) => [one.here, one.there, one.key])),
    run,
    type,
    list(objects),
    run,
    type,
  );
