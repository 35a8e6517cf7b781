// Opens a data folder for the one process that writes in it: store, key, installation mark, connectors, engine.
import { randomUUID } from 'node:crypto';
import { join } from 'node:path';
import { connectors } from '../connectors/index.ts';
import type { Connector } from '../connector-kit/contract.ts';
import type { EngineOptions } from '../engine/context.ts';
import { createDirectoryIds } from '../engine/directory-ids.ts';
import { createEngine, type Engine } from '../engine/engine.ts';
import { createSealer, keyIdOf, type Sealer } from '../engine/sealing.ts';
import type { Database } from '../store/database.ts';
import { getSetting, putSetting } from '../store/jobs.ts';
import { migrate, schemaVersion } from '../store/migrations.ts';
import { copyDatabase, schemaOf } from '../store/sqlite/backup.ts';
import { openSqlite } from '../store/sqlite/database.ts';
import { systemClock } from './clock.ts';
import { isNew, type DataFolder } from './data-folder.ts';
import { CliError } from './errors.ts';
import { recogniseInstallation } from './installation.ts';
import { masterKey } from './master-key.ts';
import { release } from './release.ts';
import { nextKey, takeOver } from './rotate-key.ts';

export interface App {
  readonly engine: Engine;
  readonly database: Database;
  /** It had another mark: the brake was put on just now. */
  readonly wasRestored: boolean;
  close(): Promise<void>;
}

export interface AppOptions {
  readonly folder: DataFolder;
  readonly key: Buffer | null;
  readonly log: EngineOptions['log'];
  readonly onProgress?: EngineOptions['onProgress'];
}

export const connectorMap = (): ReadonlyMap<string, Connector> =>
  new Map(connectors.map((connector) => [connector.manifest.id, connector as Connector]));

/** Call it under the folder's lock only. */
export async function openApp(options: AppOptions): Promise<App> {
  const { folder, log } = options;
  const fresh = isNew(folder);
  backupBeforeUpgrade(folder, schemaVersion, log);
  const database = openSqlite({ path: folder.database });
  try {
    await migrate(database);
    const sealer = await sealerFor(database, options, fresh);
    const wasRestored = await recogniseInstallation(database, folder.database, systemClock.now());
    if (wasRestored) log('restored-installation', { brake: 'all' });
    // The lock proves that nobody else is at work: what a dead process left running goes on at once.
    await database.write((transaction) => transaction.run('UPDATE lease SET until = 0'));
    const engine = createEngine({
      database,
      sealer,
      log,
      connectors: connectorMap(),
      clock: systemClock,
      newId: createDirectoryIds(),
      folder: folder.path,
      release,
      holder: `${process.pid}-${randomUUID()}`,
      ...(options.onProgress ? { onProgress: options.onProgress } : {}),
    });
    return { engine, database, wasRestored, close: () => database.close() };
  } catch (error) {
    await database.close();
    throw error;
  }
}

/** An older schema is copied away before it is brought up to date. Returns the copy's path. */
export function backupBeforeUpgrade(folder: DataFolder, current: number, log: EngineOptions['log']): string | null {
  const found = schemaOf(folder.database);
  if (found === 0 || found >= current) return null;
  const copy = join(folder.path, `before-upgrade-from-${found}-${new Date().toISOString().replaceAll(/[:.]/g, '-')}.db`);
  copyDatabase(folder.database, copy);
  log('backup-before-upgrade', { from: found, to: current, file: copy });
  return copy;
}

/** A new master key that was taking over when the process died is brought in, or kept beside the present one. */
async function sealerFor(database: Database, { folder, key }: AppOptions, fresh: boolean): Promise<Sealer> {
  const known = await getSetting(database, 'key');
  const next = key ? null : nextKey(folder);
  const present = masterKey(folder, key, fresh || known === undefined);
  if (next && known === keyIdOf(next)) {
    takeOver(folder, keyIdOf(present));
    return createSealer(next, [present]);
  }
  await assertKey(database, keyIdOf(present), known);
  return createSealer(present, next ? [next] : []);
}

async function assertKey(database: Database, keyId: string, known: string | undefined): Promise<void> {
  if (known === undefined) await database.write((transaction) => putSetting(transaction, 'key', keyId));
  else if (known !== keyId) {
    throw new CliError(
      `The secrets of this data folder were sealed with key ${known}, but the key at hand is ${keyId}. Use the key file that belongs to it, or set TRIBUTARY_KEY to the right one.`,
      `此数据文件夹的密钥编号为 ${known},而当前密钥为 ${keyId}。请使用与之对应的密钥文件,或正确设置 TRIBUTARY_KEY。`,
    );
  }
}
