// Opens the store that a data folder belongs to: its own embedded database, or the PostgreSQL named in the settings.
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { Clock } from '../connector-kit/contract.ts';
import type { EngineOptions } from '../engine/context.ts';
import type { Database } from '../store/database.ts';
import { assertKnownSchema, schemaVersion } from '../store/migrations.ts';
import { postgresMark, serverTime } from '../store/postgres/installation.ts';
import { openPostgres } from '../store/postgres/database.ts';
import { copyDatabase, schemaIn, schemaOf } from '../store/sqlite/backup.ts';
import { openSqlite } from '../store/sqlite/database.ts';
import { systemClock } from '../connector-kit/clock.ts';
import type { DataFolder } from './data-folder.ts';
import { fileMark, type Mark } from './installation.ts';

export interface OpenStore {
  readonly database: Database;
  readonly fresh: boolean;
  readonly mark: () => Promise<Mark>;
  /** Leases are compared between machines: where the store is shared, its clock counts. */
  readonly clock: Clock;
  close(): Promise<void>;
}

/** `serves`: for as long as a server runs, and not for one command. */
export async function openStore(folder: DataFolder, log: EngineOptions['log'], serves = false): Promise<OpenStore> {
  if (folder.postgres !== null) {
    const database = await openPostgres({ url: folder.postgres });
    const { clock, stop } = await clockOf(database);
    const close = async (): Promise<void> => {
      stop();
      await database.close();
    };
    return { database, fresh: false, clock, mark: () => postgresMark(database), close };
  }
  const fresh = !existsSync(folder.database);
  // Looked at before anything is opened for writing: what is refused stays as it is, byte for byte.
  const found = schemaIn(folder.database);
  if (found) assertKnownSchema(found);
  backupBeforeUpgrade(folder, schemaVersion, log);
  const database = openSqlite({ path: folder.database, checkpointsBeside: serves });
  return { database, fresh, clock: systemClock, mark: async () => fileMark(folder.database), close: () => database.close() };
}

/** A second way in that never blocks the writer. */
export const openReader = (folder: DataFolder): Promise<Database> =>
  folder.postgres === null
    ? Promise.resolve(openSqlite({ path: folder.database, readOnly: true }))
    : openPostgres({ url: folder.postgres, writers: 1 });

/** An older schema is copied away before it is brought up to date. Returns the copy's path. */
export function backupBeforeUpgrade(folder: DataFolder, current: number, log: EngineOptions['log']): string | null {
  const found = schemaOf(folder.database);
  if (found === 0 || found >= current) return null;
  const copy = join(folder.path, `before-upgrade-from-${found}-${new Date().toISOString().replaceAll(/[:.]/g, '-')}.db`);
  copyDatabase(folder.database, copy);
  log('backup-before-upgrade', { from: found, to: current, file: copy });
  return copy;
}

const COMPARE_MS = 60_000;

/** This machine's clock, moved to where the database's is. */
async function clockOf(database: Database): Promise<{ readonly clock: Clock; stop(): void }> {
  const compare = async (): Promise<number> => {
    const before = Date.now();
    const there = await serverTime(database);
    return there - (before + Date.now()) / 2;
  };
  let ahead = await compare();
  const timer = setInterval(
    () =>
      void compare().then(
        (found) => (ahead = found),
        () => undefined,
      ),
    COMPARE_MS,
  );
  timer.unref();
  return { clock: { now: () => Math.round(Date.now() + ahead), sleep: systemClock.sleep }, stop: () => clearInterval(timer) };
}
