// Brings the schema to this version. Each entry is one released step and is never edited afterwards.
import type { Label } from '../core/model.ts';
import type { Database } from './database.ts';
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

/** Applies what is missing, all in one transaction. Returns the version found before (0 = new store). */
export async function migrate(database: Database, steps = migrations): Promise<number> {
  return database.write(async (transaction) => {
    await transaction.run('CREATE TABLE IF NOT EXISTS schema_version (version BIGINT NOT NULL)');
    const found = (await transaction.get<{ version: number }>('SELECT version FROM schema_version'))?.version ?? 0;
    if (found > steps.length) throw new NewerSchemaError(found);
    for (const statements of steps.slice(found)) {
      for (const statement of statements) await transaction.run(statement);
    }
    await transaction.run('DELETE FROM schema_version');
    await transaction.run('INSERT INTO schema_version (version) VALUES (?)', steps.length);
    return found;
  });
}
