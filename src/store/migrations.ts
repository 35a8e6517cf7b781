// Brings the schema to this version. Each entry is one released step and is never edited afterwards.
import { createHash } from 'node:crypto';
import type { Label } from '../core/model.ts';
import type { Database, Reader } from './database.ts';
import { attributeTables } from './schema/attributes.ts';
import { apiTables } from './schema/api.ts';
import { consoleTables } from './schema/console.ts';
import { draftTables } from './schema/drafts.ts';
import { driftTables } from './schema/drift.ts';
import { linkTables } from './schema/links.ts';
import { noticeTables } from './schema/notices.ts';
import { securityTables } from './schema/security.ts';
import { realTimeTables } from './schema/real-time.ts';
import { personTables } from './schema/persons.ts';
import { recordTables } from './schema/records.ts';
import { tables } from './schema/tables.ts';
import { undoTables } from './schema/undo.ts';
import { workerTables } from './schema/workers.ts';

export const migrations: readonly (readonly string[])[] = [
  [
    ...tables,
    ...realTimeTables,
    ...securityTables,
    ...apiTables,
    ...consoleTables,
    ...attributeTables,
    ...workerTables,
    ...noticeTables,
    ...undoTables,
    ...linkTables,
    ...draftTables,
    ...driftTables,
    ...personTables,
    ...recordTables,
  ],
];

export const schemaVersion = migrations.length;

/** A store written by a newer Tributary than this one. */
export class NewerSchemaError extends Error {
  readonly label: Label;
  constructor(found: number) {
    const en =
      `This store was written by a newer Tributary (schema ${found}, this program knows ${schemaVersion}). ` +
      'Start the newer version, or restore a backup made before the upgrade.';
    super(en);
    this.name = 'NewerSchemaError';
    this.label = {
      en,
      zh: `此数据由更新版本的 Tributary 写入(结构版本 ${found},本程序为 ${schemaVersion})。请启动新版本,或恢复升级前的备份。`,
    };
  }
}

/** The setting that holds which program served the store last. */
export const SERVING = 'serving.release';

/** What stands in a store about its tables. */
export interface FoundSchema {
  readonly version: number;
  /** Of the text that made them; null: by a program that did not write it down yet. */
  readonly digest: string | null;
  /** The program that served it last; null: nobody knows. */
  readonly served: string | null;
}

/** Of the text of these steps, whatever the dialect and the white space: before a release, tables change under one number. */
export const schemaDigest = (steps = migrations): string =>
  createHash('sha256')
    .update(steps.map((statements) => statements.map((text) => text.replaceAll(/\s+/g, ' ').trim()).join('\n')).join('\n\n'))
    .digest('hex')
    .slice(0, 12);

/** A store whose tables were made by a program from which no step leads to this one. */
export class OtherSchemaError extends Error {
  readonly label: Label;
  constructor({ version, digest, served }: FoundSchema, steps = migrations) {
    const own = `${steps.length} (${schemaDigest(steps)})`;
    const en =
      `The tables of this store are of another version of Tributary: schema ${version} (${digest ?? 'unknown'})${served ? `, used last by ${served}` : ''}; ` +
      `this program knows schema ${own}, and nothing leads from one to the other. Nothing was changed. Use exactly the version that the store was made with. ` +
      'To go on with this one: export the configuration with the old one ("tributary config export"), and begin anew with it in an empty data folder or database.';
    super(en);
    this.name = 'OtherSchemaError';
    this.label = {
      en,
      zh:
        `此数据的表结构属于另一版本的 Tributary：结构版本 ${version}（${digest ?? '未知'}）${served ? `，最近由 ${served} 使用` : ''}；` +
        `本程序为结构版本 ${own}，两者之间无法升级。未作任何改动。请使用创建此数据的同一版本。` +
        '若要改用本版本：请先用旧版本导出配置（tributary config export），再在空的数据文件夹或数据库中重新开始。',
    };
  }
}

/** Refuses tables that no step of ours leads on from. */
export function assertKnownSchema(found: FoundSchema, steps = migrations): void {
  if (found.version > steps.length) throw new NewerSchemaError(found.version);
  if (found.digest !== schemaDigest(steps.slice(0, found.version))) throw new OtherSchemaError(found, steps);
}

/** A table of a program that wrote no digest has no such column. */
const hasDigest = {
  sqlite: `SELECT 1 AS yes FROM pragma_table_info('schema_version') WHERE name = 'digest'`,
  postgres: `SELECT 1 AS yes FROM pg_attribute WHERE attrelid = to_regclass('schema_version') AND attname = 'digest' AND NOT attisdropped`,
} as const satisfies Record<Database['dialect'], string>;

/** Undefined: there are no tables yet. Call it where `schema_version` is there. */
export async function foundSchema(reader: Reader, dialect: Database['dialect']): Promise<FoundSchema | undefined> {
  const column = (await reader.get(hasDigest[dialect])) ? 'digest' : 'NULL AS digest';
  const row = await reader.get<{ version: number; digest: string | null }>(`SELECT version, ${column} FROM schema_version`);
  if (!row) return undefined;
  const served = await reader.get<{ value: string }>('SELECT value FROM setting WHERE name = ?', SERVING).catch(() => undefined);
  return { version: row.version, digest: row.digest, served: served?.value ?? null };
}

/** Applies what is missing, all in one transaction. Returns the version found before (0 = new store). */
export async function migrate(database: Database, steps = migrations): Promise<number> {
  return database.write(async (transaction) => {
    await transaction.run('CREATE TABLE IF NOT EXISTS schema_version (version BIGINT NOT NULL, digest TEXT NOT NULL)');
    const found = await foundSchema(transaction, database.dialect);
    if (found) assertKnownSchema(found, steps);
    const before = found?.version ?? 0;
    if (before === steps.length) return before;
    for (const statements of steps.slice(before)) {
      for (const statement of statements) await transaction.run(statement);
    }
    await transaction.run('DELETE FROM schema_version');
    await transaction.run('INSERT INTO schema_version (version, digest) VALUES (?, ?)', steps.length, schemaDigest(steps));
    return before;
  });
}
