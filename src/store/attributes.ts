// Attributes that an installation adds to people, departments and groups.
import { containing, type Reader, type Transaction } from './database.ts';

export interface CustomAttributeRow {
  readonly type: string;
  readonly name: string;
  readonly label_en: string;
  readonly label_zh: string;
  readonly value_type: string;
  /** Unicode code points; null = as many as fit. */
  readonly max_length: number | null;
  /** 1: an object has a list of values. Stays as it was made. */
  readonly many: number;
  /** 1: sealed wherever it rests, masked by role. */
  readonly sensitive: number;
  /** Epoch ms; null = in use. */
  readonly archived_at: number | null;
  readonly revision: number;
}

export const customAttributes = (reader: Reader): Promise<readonly CustomAttributeRow[]> =>
  reader.all<CustomAttributeRow>('SELECT * FROM custom_attribute ORDER BY type, name');

/** Replaces the one of that name; the revision counts up. */
export async function putCustomAttribute(transaction: Transaction, row: Omit<CustomAttributeRow, 'revision'>): Promise<void> {
  await transaction.run(
    `INSERT INTO custom_attribute (type, name, label_en, label_zh, value_type, max_length, many, sensitive, archived_at, revision) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, 1)
     ON CONFLICT (type, name) DO UPDATE SET label_en = excluded.label_en, label_zh = excluded.label_zh, value_type = excluded.value_type,
       max_length = excluded.max_length, archived_at = excluded.archived_at, revision = custom_attribute.revision + 1`,
    row.type,
    row.name,
    row.label_en,
    row.label_zh,
    row.value_type,
    row.max_length,
    row.many,
    row.sensitive,
    row.archived_at,
  );
}

/** Whether any object or source has a value of it. Reads until it finds one: for rare questions. */
export async function hasValues(reader: Reader, type: string, name: string): Promise<boolean> {
  const pattern = containing(`"${name}":`);
  for (const [table, column] of [
    ['object', 'data'],
    ['contribution', 'data'],
  ])
    if (await reader.get(`SELECT 1 AS yes FROM ${table} WHERE type = ? AND lower(${column}) LIKE ? ESCAPE '\\' LIMIT 1`, type, pattern))
      return true;
  return false;
}
