// A connection opened with what is known of its settings, to see what it can do; nobody is asked anything.
import { join } from 'node:path';
import type { z } from 'zod';
import type { Connection, Connector } from '../connector-kit/contract.ts';
import { createPace } from '../connector-kit/http/pace.ts';
import type { EngineOptions } from './context.ts';

type Opened = Pick<EngineOptions, 'clock' | 'folder'>;
type Given = Readonly<Record<string, unknown>>;

/** null: it cannot be opened with so little. */
export async function halfOpen({ clock, folder }: Opened, connector: Connector, id: string, given: Given): Promise<Connection | null> {
  const shape = (connector.manifest.config as unknown as { shape?: Record<string, z.ZodType> }).shape;
  if (!shape) return null;
  const config: Record<string, unknown> = {};
  for (const [name, schema] of Object.entries(shape)) {
    const parsed = schema.safeParse(given[name]);
    // What is not there yet is empty: a handshake needs none of it.
    config[name] = parsed.success ? parsed.data : '';
  }
  const memory = new Map<string, string>();
  try {
    return await connector.open({
      connectionId: id,
      config,
      clock,
      pace: createPace(clock),
      folder: join(folder, 'connections', id),
      log: () => {},
      memory: { get: async (key) => memory.get(key), set: async (key, value) => void memory.set(key, value) },
    });
  } catch {
    return null;
  }
}

/** How a connection learns of changes without asking for them. */
export interface Tells {
  /** The system calls an address of ours. */
  readonly callback: boolean;
  /** In either way: jobs that read from it can run in real time. */
  readonly realTime: boolean;
}

/** Read off the methods of an open connection: what it has is what it can do. null: nobody knows. */
export async function tellsOf(options: Opened, connector: Connector, id: string, given: Given): Promise<Tells | null> {
  const connection = await halfOpen(options, connector, id, given);
  if (!connection) return null;
  const callback = connection.events !== undefined;
  await connection.close();
  return { callback, realTime: callback || connection.watch !== undefined };
}
