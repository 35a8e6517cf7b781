// Opens a data folder for the one process that writes in it: store, key, installation mark, connectors, engine.
import { randomUUID } from 'node:crypto';
import { connectors } from '../connectors/index.ts';
import type { Connector } from '../connector-kit/contract.ts';
import type { EngineOptions } from '../engine/context.ts';
import { createDirectoryIds } from '../engine/directory-ids.ts';
import { createEngine, type Engine } from '../engine/engine.ts';
import { createCarriedQueue } from '../engine/carried-queue.ts';
import { createInProcessQueue, type Queue } from '../engine/queue.ts';
import { fenced } from '../engine/keys/fence.ts';
import { KEY, NEXT_KEY, pendingKey, type Pending } from '../engine/keys/rotate.ts';
import { createSealer, keyIdOf, type Sealer } from '../engine/sealing.ts';
import type { Database } from '../store/database.ts';
import { getSetting, putSetting } from '../store/jobs.ts';
import { openCarrier, prepareQueue } from '../store/postgres/queue.ts';
import { isServed, takeServing } from '../store/postgres/serving.ts';
import { foundSchema, migrate, schemaDigest, schemaVersion, SERVING } from '../store/migrations.ts';
import type { DataFolder } from './data-folder.ts';
import { CliError } from './errors.ts';
import { recogniseInstallation } from './installation.ts';
import { keyKeeper, keysIn, missingNext, nextKey, takeOver } from './key-files.ts';
import { masterKey } from './master-key.ts';
import { openStore } from './open-store.ts';
import { sandboxCompany } from './sandbox-company.ts';
import { sandboxKill } from './sandbox-kill.ts';
import { refusingAsTold } from './sandbox-refusals.ts';
import { build } from './build.ts';
import { release } from './release.ts';
import { assertHere } from './whereabouts.ts';

export interface App {
  readonly engine: Engine;
  readonly database: Database;
  /** It had another mark: the brake was put on just now. */
  readonly wasRestored: boolean;
  /** Where whoever has nothing to do waits. */
  readonly queue: Queue;
  close(): Promise<void>;
}

export interface AppOptions {
  readonly folder: DataFolder;
  readonly key: Buffer | null;
  readonly log: EngineOptions['log'];
  /** What people type into a browser; null = not known. */
  readonly publicUrl?: string | null;
  readonly onProgress?: EngineOptions['onProgress'];
  readonly onSettled?: EngineOptions['onSettled'];
  readonly onBeat?: EngineOptions['onBeat'];
  readonly isAsked?: EngineOptions['isAsked'];
  /**
   * `worker`: it takes part in what a server of the same version has set up: it makes no tables, and is not the version that counts.
   * Missing: one command, which waits for no messages.
   */
  readonly role?: 'server' | 'worker';
}

export const connectorMap = (): ReadonlyMap<string, Connector> =>
  new Map(connectors.map((connector) => [connector.manifest.id, refusingAsTold(connector as Connector)]));

/** Call it under the folder's lock only. */
export async function openApp(options: AppOptions): Promise<App> {
  const { folder, log } = options;
  const store = await openStore(folder, log, options.role === 'server');
  const { fresh, clock } = store;
  try {
    const leads = await prepareTables(store.database, options);
    await assertHere(store.database, folder);
    const { sealer, inUse } = await sealerFor(store.database, options, fresh);
    const database = fenced(store.database, sealer);
    const wasRestored = await recogniseInstallation(database, await store.mark(), clock.now());
    if (wasRestored) log('restored-installation', { brake: 'all' });
    if (leads) await database.write((transaction) => putSetting(transaction, SERVING, build()));
    // The lock proves that nobody else is at work: what a dead process left running goes on at once. A shared store has no such proof.
    if (folder.postgres === null) await database.write((transaction) => transaction.run('UPDATE lease SET until = 0'));
    const queue = await queueFor(options);
    const engine = createEngine({
      database,
      queue,
      sealer,
      keys: keyKeeper(folder, options.key, database, inUse),
      log,
      connectors: connectorMap(),
      clock,
      newId: createDirectoryIds(),
      folder: folder.path,
      release,
      publicUrl: options.publicUrl ?? null,
      sandbox: sandboxCompany,
      sandboxKill,
      holder: `${process.pid}-${randomUUID()}`,
      // A worker, or one command beside a server: files of that server's machine are not here.
      ...(leads ? {} : { server: { isThere: () => isServed(database) } }),
      ...(options.onProgress ? { onProgress: options.onProgress } : {}),
      ...(options.onSettled ? { onSettled: options.onSettled } : {}),
      ...(options.onBeat ? { onBeat: options.onBeat } : {}),
      ...(options.isAsked ? { isAsked: options.isAsked } : {}),
    });
    const close = async (): Promise<void> => {
      await queue.close();
      await store.close();
    };
    return { engine, database, wasRestored, queue, close };
  } catch (error) {
    await store.close();
    throw error;
  }
}

/** Messages need no store of ours: without them everybody looks by themselves, more often. */
async function queueFor({ folder, role, log }: AppOptions): Promise<Queue> {
  if (folder.postgres === null || role === undefined) return createInProcessQueue();
  if (role === 'server')
    await prepareQueue(folder.postgres).catch((error: unknown) =>
      log('queue-unprepared', { error: error instanceof Error ? error.message : String(error) }),
    );
  return createCarriedQueue(openCarrier(folder.postgres, log));
}

/**
 * Makes the tables those of this version, unless that is somebody else's to do. Returns whether the version of this process is
 * the one that counts.
 */
async function prepareTables(database: Database, { folder, role, log }: AppOptions): Promise<boolean> {
  if (role === 'worker') {
    await assertServed(database);
    return false;
  }
  if (role === 'server' || folder.postgres === null) {
    await migrate(database);
    return true;
  }
  // One command on a shared store. Its own lock says nothing of a server on another machine, whose tables and version are not its to change.
  const serving = await takeServing({ url: folder.postgres, patienceMs: 0, log });
  if (!('lost' in serving)) {
    await assertServed(database);
    await assertSameVersion(database);
    return false;
  }
  try {
    await migrate(database);
    return true;
  } finally {
    await serving.release();
  }
}

async function assertSameVersion(database: Database): Promise<void> {
  const served = await getSetting(database, SERVING);
  if (served === build()) return;
  throw new CliError(
    `The database is served by version ${served ?? '?'}, this is ${build()}. Use the program of that version, or send the command to the server: --server URL --token T.`,
    `该数据库由 ${served ?? '?'} 版本的服务使用,本程序为 ${build()}。请使用相同版本的程序,或将命令发送到该服务:--server 网址 --token 令牌。`,
  );
}

async function assertServed(database: Database): Promise<void> {
  const found = await foundSchema(database, database.dialect).catch(() => undefined);
  if (found?.version !== schemaVersion)
    throw new CliError(
      `The database has ${found ? `schema ${found.version}, this program knows ${schemaVersion}` : 'no tables yet'}. Start the server of the same version first.`,
      `数据库${found ? `结构版本为 ${found.version},本程序为 ${schemaVersion}` : '中还没有数据表'}。请先启动相同版本的服务。`,
    );
  if (found.digest === schemaDigest()) return;
  const [there, here] = [`${found.version} (${found.digest ?? '?'})`, `${schemaVersion} (${schemaDigest()})`];
  throw new CliError(
    `The tables of the database are of another version of Tributary: schema ${there}${found.served ? `, used last by ${found.served}` : ''}; this program (${build()}) knows schema ${here}. Nothing was changed. Use exactly the program that the server runs.`,
    `该数据库的表结构属于另一版本的 Tributary：结构版本 ${there}${found.served ? `，最近由 ${found.served} 使用` : ''}；本程序（${build()}）为结构版本 ${here}。未作任何改动。请使用与服务完全相同的程序。`,
  );
}

/**
 * Every key of the folder opens; which one seals, the store says. A new one that had settled when the process died is moved to its place, or
 * used where it lies: a disk that is full or read-only must not keep the store shut.
 */
async function sealerFor(
  database: Database,
  { folder, key, role, log }: AppOptions,
  fresh: boolean,
): Promise<{ readonly sealer: Sealer; readonly inUse: Buffer }> {
  // In this order: where a rotation comes to its end meanwhile, elsewhere, the other one would be its key before.
  const pending = await pendingKey(database);
  const known = await getSetting(database, KEY);
  const next = key ? null : nextKey(folder);
  const settled = next && known === keyIdOf(next) ? next : null;
  if (settled) settle(folder, settled, log);
  const present = settled ?? masterKey(folder, key, fresh || known === undefined);
  const presentId = keyIdOf(present);
  const others = keysIn(folder);
  if (known === undefined) await database.write((transaction) => putSetting(transaction, KEY, presentId));
  else if (known !== presentId) {
    // What is restored beside the keys of later: the present one takes over from the one that it was sealed with.
    if (key || folder.postgres !== null || role === 'worker' || !others.has(known)) throw otherKey(presentId, known);
    const goesOn: Pending = { id: presentId, by: pending?.by ?? 'system' };
    await database.write((transaction) => putSetting(transaction, NEXT_KEY, JSON.stringify(goesOn)));
  }
  if (pending && pending.id !== presentId && !others.has(pending.id)) throw missingNext(pending.id);
  return { sealer: createSealer(present, [...others.values()]), inUse: present };
}

function settle(folder: DataFolder, key: Buffer, log: AppOptions['log']): void {
  const id = keyIdOf(key);
  try {
    takeOver(folder, id, id);
  } catch (error) {
    log('key-not-moved', {
      key: id,
      from: `${folder.key}.next`,
      to: folder.key,
      error: error instanceof Error ? error.message : String(error),
    });
  }
}

const otherKey = (keyId: string, known: string): CliError =>
  new CliError(
    `The secrets of this data folder were sealed with key ${known}, but the key at hand is ${keyId}. Use the key file that belongs to it (after a rotation it is kept as key.${known}.old), or set TRIBUTARY_KEY to the right one.`,
    `此数据文件夹的密钥编号为 ${known}，而当前密钥为 ${keyId}。请使用与之对应的密钥文件（轮换后保留为 key.${known}.old），或正确设置 TRIBUTARY_KEY。`,
  );
