// Backups of the embedded database: a consistent copy while it is in use, and a look into one before it is restored.
import { DatabaseSync } from 'node:sqlite';
import { existsSync, rmSync, writeFileSync } from 'node:fs';
import { SERVING, type FoundSchema } from '../migrations.ts';

/** Writes a compacted copy of the committed state to a file that must not exist. Writers go on meanwhile. */
export function copyDatabase(from: string, to: string): void {
  if (existsSync(to)) throw new Error(`${to} exists already.`);
  const database = new DatabaseSync(from, { readOnly: true, timeout: 10_000 });
  // An empty file is filled, with the mode that it has: nobody else can read it while it grows. https://www.sqlite.org/lang_vacuum.html
  writeFileSync(to, '', { mode: 0o600, flag: 'wx' });
  try {
    database.prepare('VACUUM INTO ?').run(to);
  } catch (error) {
    rmSync(to, { force: true });
    throw error;
  } finally {
    database.close();
  }
}

/** Ids of the master keys that a database needs: its own, and the one that was taking over when it was copied. */
export function keysNeededBy(path: string): readonly string[] {
  const database = new DatabaseSync(path, { readOnly: true });
  try {
    const rows = database.prepare(`SELECT name, value FROM setting WHERE name IN ('key', 'key.next') ORDER BY name`).all() as {
      name: string;
      value: string;
    }[];
    return rows.flatMap(({ name, value }) =>
      value === '' ? [] : [name === 'key' ? value : (JSON.parse(value) as { readonly id: string }).id],
    );
  } finally {
    database.close();
  }
}

export interface BackupFacts {
  readonly schema: number;
  /** Id of the key that its secrets were sealed with. */
  readonly keyId: string | null;
  readonly installation: string | null;
  readonly jobs: number;
  readonly people: number;
}

/** Checks that a file is a whole Tributary database; null when it is none. */
export function inspectBackup(path: string): BackupFacts | null {
  let database: DatabaseSync | null = null;
  try {
    database = new DatabaseSync(path, { readOnly: true });
    const check = database.prepare('PRAGMA quick_check').get() as { quick_check: string };
    if (check.quick_check !== 'ok') return null;
    const one = (sql: string): string | number | null =>
      Object.values((database!.prepare(sql).get() ?? { none: null }) as Record<string, string | number | null>)[0] ?? null;
    return {
      schema: Number(one('SELECT version FROM schema_version')),
      keyId: one(`SELECT value FROM setting WHERE name = 'key'`) as string | null,
      installation: one(`SELECT value FROM setting WHERE name = 'installation'`) as string | null,
      jobs: Number(one('SELECT count(*) FROM job')),
      people: Number(one(`SELECT count(*) FROM object WHERE type = 'person' AND lifecycle <> 'absent'`)),
    };
  } catch {
    return null;
  } finally {
    database?.close();
  }
}

/** What a database file says of its tables; null when it holds none yet. Nothing is written. */
export function schemaIn(path: string): FoundSchema | null {
  if (!existsSync(path)) return null;
  const database = new DatabaseSync(path, { readOnly: true, timeout: 10_000 });
  try {
    const has = (table: string): boolean => database.prepare('SELECT 1 AS yes FROM sqlite_schema WHERE name = ?').get(table) !== undefined;
    const row = has('schema_version')
      ? (database.prepare('SELECT * FROM schema_version').get() as { version: number; digest?: string } | undefined)
      : undefined;
    if (!row) return null;
    const served = has('setting')
      ? (database.prepare('SELECT value FROM setting WHERE name = ?').get(SERVING) as { value: string } | undefined)
      : undefined;
    return { version: Number(row.version), digest: row.digest ?? null, served: served?.value ?? null };
  } finally {
    database.close();
  }
}

/** The schema version of a database file; 0 when it holds none yet. */
export const schemaOf = (path: string): number => schemaIn(path)?.version ?? 0;
