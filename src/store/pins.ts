// Pins that undo leaves: what is kept until something else is desired than what was undone.
import { list, type Reader, rows, type Transaction } from './database.ts';

export interface PinRow {
  readonly connection: string;
  readonly type: string;
  /** Directory id. */
  readonly object: string;
  readonly subject: string;
  /** JSON. */
  readonly undone: string;
  readonly keep: string;
  readonly title: string | null;
  readonly run: number;
  readonly at: number;
  readonly by_whom: string;
}
export type PinKey = Pick<PinRow, 'connection' | 'type' | 'object' | 'subject'>;

export async function pinsOf(reader: Reader, connection: string, type: string, objects: readonly string[]): Promise<readonly PinRow[]> {
  if (objects.length === 0) return [];
  const { regrouped } = reader;
  const moves = regrouped !== undefined && type === 'person' && regrouped.pinned.has(connection);
  const rows = await reader.all<PinRow>(
    'SELECT * FROM pin WHERE connection = ? AND type = ? AND object IN {list}',
    connection,
    type,
    list(moves && objects.includes(regrouped.to) ? [...objects, regrouped.from] : objects),
  );
  if (!moves) return rows;
  return rows
    .map((row) => (row.object === regrouped.from ? { ...row, object: regrouped.to } : row))
    .filter((row) => objects.includes(row.object));
}

/** Of one person or department, everywhere. */
export const pinsOfObject = (reader: Reader, object: string): Promise<readonly PinRow[]> =>
  reader.all<PinRow>('SELECT * FROM pin WHERE object = ? ORDER BY connection, subject', object);

export async function putPins(transaction: Transaction, pins: readonly PinRow[]): Promise<void> {
  await transaction.insert(
    'pin',
    ['connection', 'type', 'object', 'subject', 'undone', 'keep', 'title', 'run', 'at', 'by_whom'],
    pins.map((pin) => [pin.connection, pin.type, pin.object, pin.subject, pin.undone, pin.keep, pin.title, pin.run, pin.at, pin.by_whom]),
    `(connection, type, object, subject) DO UPDATE SET undone = excluded.undone, keep = excluded.keep, title = excluded.title, run = excluded.run,
       at = excluded.at, by_whom = excluded.by_whom`,
  );
}

export async function dropPins(transaction: Transaction, pins: readonly PinKey[]): Promise<number> {
  if (pins.length === 0) return 0;
  return transaction.run(
    `DELETE FROM pin WHERE (connection, type, object, subject) IN (SELECT r.c, r.t, r.o, r.s FROM {rows: c text, t text, o text, s text} r)`,
    rows(pins.map((pin) => [pin.connection, pin.type, pin.object, pin.subject])),
  );
}

/** What an undo planned and did not carry out leaves no pin. Pins of what it had nothing to do for stay. */
export const dropPinsNotCarriedOut = (transaction: Transaction, run: number): Promise<number> =>
  transaction.run(
    `DELETE FROM pin WHERE run = ? AND EXISTS (SELECT 1 FROM change c WHERE c.run = ? AND c.directory_id = pin.object AND c.type = pin.type)
       AND NOT EXISTS (SELECT 1 FROM change c WHERE c.run = ? AND c.directory_id = pin.object AND c.type = pin.type AND c.state = 'applied')`,
    run,
    run,
    run,
  );

/** Those that an undo has left. */
export const pinsLeft = (reader: Reader, run: number, limit: number): Promise<readonly PinKey[]> =>
  reader.all<PinKey>(
    'SELECT connection, type, object, subject FROM pin WHERE run = ? ORDER BY connection, type, object, subject LIMIT ?',
    run,
    limit,
  );

export type PinPlace = readonly [connection: string, type: string, object: string, subject: string];

export const pinPage = (
  reader: Reader,
  filter: {
    connection?: string | undefined;
    object?: string | undefined;
    run?: number | undefined;
    after?: PinPlace | undefined;
    limit: number;
  },
): Promise<readonly PinRow[]> => {
  const wanted = [
    ['connection = ?', filter.connection],
    ['object = ?', filter.object],
    ['run = ?', filter.run],
  ].filter((pair): pair is [string, string | number] => pair[1] !== undefined);
  return reader.all<PinRow>(
    `SELECT * FROM pin WHERE ${wanted.map(([condition]) => `${condition} AND`).join(' ')} (connection, type, object, subject) > (?, ?, ?, ?)
     ORDER BY connection, type, object, subject LIMIT ?`,
    ...wanted.map(([, value]) => value),
    ...(filter.after ?? ['', '', '', '']),
    filter.limit,
  );
};

/** Objects whose pins ended by hand are looked at again by the next run of whoever holds them, those of leavers who were kept, too. */
export const unsettleObjects = (transaction: Transaction, objects: readonly string[]): Promise<number> =>
  transaction.run(
    `UPDATE claim SET settled = 0, state = CASE WHEN state IN ('left', 'leaving') THEN 'held' ELSE state END WHERE directory_id IN {list}`,
    list(objects),
  );
