// The callback of a connection that is a draft still: vendors ask for their handshake before anybody can finish it. Nothing else is taken.
import { join } from 'node:path';
import type { z } from 'zod';
import type { Connection } from '../../connector-kit/contract.ts';
import { createPace } from '../../connector-kit/http/pace.ts';
import { listDrafts } from '../../store/drafts.ts';
import { getSealed } from '../../store/jobs.ts';
import type { EngineOptions } from '../context.ts';
import { partsOf } from './state.ts';

/** Opened with what is there; null: no draft of this id, or it takes no events. */
export async function draftReceiver(engine: EngineOptions, id: string): Promise<NonNullable<Connection['events']> | null> {
  const draft = (await listDrafts(engine.database)).find((row) => row.kind === 'connection' && partsOf(row).id === id);
  if (!draft) return null;
  const parts = partsOf(draft);
  const connector = engine.connectors.get(String(parts.connector));
  const shape = connector && (connector.manifest.config as unknown as { shape?: Record<string, z.ZodType> }).shape;
  if (!connector || !shape) return null;
  const given: Record<string, unknown> = { ...(parts.config as object | undefined) };
  for (const [name, value] of await getSealed(engine.database, `draft:${draft.id}`)) given[name] = engine.sealer.open(value);
  const config: Record<string, unknown> = {};
  for (const [name, schema] of Object.entries(shape)) {
    const parsed = schema.safeParse(given[name]);
    // What is not there yet is empty: a handshake needs none of it.
    config[name] = parsed.success ? parsed.data : '';
  }
  const memory = new Map<string, string>();
  try {
    const connection = await connector.open({
      connectionId: id,
      config,
      clock: engine.clock,
      pace: createPace(engine.clock),
      folder: join(engine.folder, 'connections', id),
      log: () => {},
      memory: { get: async (key) => memory.get(key), set: async (key, value) => void memory.set(key, value) },
    });
    return connection.events ?? null;
  } catch {
    // It cannot be opened with so little.
    return null;
  }
}
