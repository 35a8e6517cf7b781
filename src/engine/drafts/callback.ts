// The callback of a connection that is a draft still: vendors ask for their handshake before anybody can finish it. Nothing else is taken.
import type { Connection } from '../../connector-kit/contract.ts';
import { listDrafts } from '../../store/drafts.ts';
import { getSealed } from '../../store/jobs.ts';
import type { EngineOptions } from '../context.ts';
import { halfOpen } from '../half-open.ts';
import { partsOf } from './state.ts';

/** Opened with what is there; null: no draft of this id, or it takes no events. */
export async function draftReceiver(engine: EngineOptions, id: string): Promise<NonNullable<Connection['events']> | null> {
  const draft = (await listDrafts(engine.database)).find((row) => row.kind === 'connection' && partsOf(row).id === id);
  if (!draft) return null;
  const parts = partsOf(draft);
  const connector = engine.connectors.get(String(parts.connector));
  if (!connector) return null;
  const secrets = [...(await getSealed(engine.database, `draft:${draft.id}`))].map(([name, value]) => [name, engine.sealer.open(value)]);
  const given = { ...(parts.config as object | undefined), ...Object.fromEntries(secrets) };
  return (await halfOpen(engine, connector, id, given))?.events ?? null;
}
