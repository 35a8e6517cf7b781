// Opens one side of a run: the configured connection with its secrets, or the directory.
import { join } from 'node:path';
import { mkdirSync } from 'node:fs';
import type { Clock, Connection, ConnectionContext, Connector, Pace } from '../connector-kit/contract.ts';
import { ConnectorError } from '../connector-kit/errors.ts';
import { createPace } from '../connector-kit/http/pace.ts';
import { borrow, holdBudget } from '../store/budgets.ts';
import type { ObjectTypeSpec } from '../core/model.ts';
import type { Database } from '../store/database.ts';
import { getConnection, getSealed, getSetting } from '../store/jobs.ts';
import type { EngineOptions, Endpoint } from './context.ts';
import { CONSOLE } from '../core/console.ts';
import { directoryCatalogue } from './catalogue.ts';
import { createConsolePort } from './console/records.ts';
import type { ProposedDirectory } from './console/proposed.ts';
import { createDirectoryPort } from './directory-port.ts';
import { assertHeld, type Held, heldPace } from './held-pace.ts';
import { isLeftToServer, onTheServer } from './left-to-server.ts';
import { memoryOf } from './memory.ts';
import { createSharedPace } from './shared-pace.ts';

/** One budget per connection, for all runs of a worker: they are opened and closed one by one, the vendor counts on. */
const paces = new WeakMap<Database, WeakMap<Clock, Map<string, Pace>>>();

export function paceOf({ database, clock, holder }: EngineOptions, connection: string): Pace {
  const clocks = paces.get(database) ?? new WeakMap<Clock, Map<string, Pace>>();
  paces.set(database, clocks);
  const own = clocks.get(clock) ?? new Map<string, Pace>();
  clocks.set(clock, own);
  const name = `${holder}\0${connection}`;
  const pace = own.get(name) ?? makePace(database, clock, holder, connection);
  own.set(name, pace);
  return pace;
}

/** What only one process can reach it need not share: no word to the store per call. */
const makePace = (database: Database, clock: Clock, holder: string, connection: string): Pace =>
  database.dialect === 'sqlite'
    ? createPace(clock)
    : createSharedPace(clock, holder, {
        borrow: (bucket, ask) => borrow(database, connection, bucket, ask),
        hold: (bucket, at) => holdBudget(database, connection, bucket, at),
      });

/** An open connection with its catalogue; `describe` may ask the far side. */
export async function openEndpoint(engine: EngineOptions, id: string, signal: AbortSignal, proposed: Proposed = {}): Promise<Endpoint> {
  const { connection, connector, types } = await openConnection(engine, id, proposed);
  const described =
    id === CONSOLE ? { types: await directoryCatalogue(engine.database) } : types ? { types } : await connection.describe?.(signal);
  return {
    id,
    isDirectory: id === 'directory',
    connection,
    manifest: connector.manifest,
    types: described?.types ?? connector.manifest.types,
    facts: described?.facts ?? connector.manifest.facts,
    limits: described?.limits ?? connector.manifest.limits,
    sends: described?.sends ?? connector.manifest.sends ?? [],
    staysOpen: described?.staysOpen ?? connector.manifest.staysOpen ?? null,
  };
}

/** A dry run over what an edit would leave: its drafts for the console, and the directory after them. */
export interface Proposed {
  readonly edit?: number | null;
  readonly directory?: ProposedDirectory | null;
  /** Of the job that the directory is opened for. */
  readonly tree?: string;
  /** Settings to be tried, laid over the saved ones (null: taken away); nothing is remembered. */
  readonly config?: Readonly<Record<string, unknown>>;
  /** The run that it is opened for, and whether its lease holds just now. */
  readonly held?: Held;
}

/** What is only tried leaves no token behind, and finds none of the credential before it. */
function forgetful(): ConnectionContext<unknown>['memory'] {
  const memory = new Map<string, string>();
  return { get: async (key) => memory.get(key), set: async (key, value) => void memory.set(key, value) };
}

/** Opens without asking the far side anything. `types`: those of the directory, which is asked for them anyway. */
export async function openConnection(
  engine: EngineOptions,
  id: string,
  proposed: Proposed = {},
): Promise<{ connection: Connection; connector: Connector; types?: readonly ObjectTypeSpec[] }> {
  const isDirectory = id === 'directory';
  const row = isDirectory ? null : await getConnection(engine.database, id);
  if (row === undefined) throw new ConnectorError('config', { en: `There is no connection "${id}".`, zh: `没有名为“${id}”的连接。` });
  const connector = engine.connectors.get(isDirectory ? 'directory' : row!.connector);
  if (!connector)
    throw new ConnectorError('config', { en: `There is no connector "${row?.connector}".`, zh: `没有连接器“${row?.connector}”。` });
  if (row && isLeftToServer(engine, row.connector)) throw onTheServer(row.name);
  const config: Record<string, unknown> = isDirectory ? {} : (JSON.parse(row!.config) as Record<string, unknown>);
  if (!isDirectory)
    for (const [name, value] of await getSealed(engine.database, `connection:${id}`)) config[name] = engine.sealer.open(value);
  Object.assign(config, proposed.config);
  const given = Object.fromEntries(Object.entries(config).filter(([, value]) => value !== null));
  const parsed = connector.manifest.config.safeParse(given);
  if (!parsed.success) {
    const issue = parsed.error.issues[0]!;
    throw new ConnectorError('config', {
      en: `Connection "${id}": ${issue.path.join('.')}: ${issue.message}`,
      zh: `连接“${id}”：${issue.path.join('.')}:${issue.message}`,
    });
  }
  const folder = join(engine.folder, 'connections', id);
  if (!isDirectory) mkdirSync(folder, { recursive: true, mode: 0o700 });
  const types = isDirectory ? await directoryCatalogue(engine.database) : undefined;
  const { held } = engine.database.dialect === 'postgres' ? proposed : {};
  const connection = await connector.open({
    connectionId: id,
    config: parsed.data,
    clock: engine.clock,
    pace: held ? heldPace(paceOf(engine, id), held) : paceOf(engine, id),
    ...(held ? { beforeWrite: () => assertHeld(held) } : {}),
    folder,
    log: (event, fields) => engine.log(event, { connection: id, ...fields }),
    memory: proposed.config ? forgetful() : memoryOf(engine, id),
    ...(types
      ? {
          directory: createDirectoryPort(
            engine.database,
            (await getSetting(engine.database, 'installation')) ?? '',
            types,
            proposed.directory ?? null,
            proposed.tree,
          ),
        }
      : {}),
    ...(id === CONSOLE ? { directory: createConsolePort(engine.database, proposed.edit ?? null) } : {}),
  });
  return { connection, connector, ...(types ? { types } : {}) };
}
