// An account that was removed, of which its system has kept something: it comes back under its id, and is then made as it was.
import type { ChangedParts, Connection, WriteRequest, Written } from '../../connector-kit/contract.ts';
import { isConnectorError } from '../../connector-kit/errors.ts';
import type { Endpoint, RunContext } from '../context.ts';
import { parseJson } from '../shapes.ts';
import type { Attributes } from '../../core/model.ts';
import { edgesAfter, type Prepared, translated, wholeAfter } from './perform.ts';

/** Whether what was removed of this type is still there in some form, under its id. */
export const keepsRemoved = ({ connection, facts, types }: Endpoint, type: string): boolean =>
  facts.removeMeans === 'disables'
    ? connection.enable !== undefined
    : facts.removeMeans === 'recoverable' && connection.restore !== undefined && types.find((spec) => spec.id === type)?.restores === true;

/** null: the system has not kept it after all. It is made anew then. */
export async function bringBack(
  connection: Connection,
  context: RunContext,
  prepared: Prepared,
  request: WriteRequest<unknown>,
  progress: { calls: number },
): Promise<Written | null> {
  const { change, plan } = prepared;
  const how = context.target.facts.removeMeans === 'disables' ? connection.enable! : connection.restore!;
  let id: string;
  try {
    ({ id } = await how.call(connection, plan.type, change.target_key!, request));
  } catch (error) {
    if (isConnectorError(error) && ['not-found', 'unsupported', 'invalid', 'conflict'].includes(error.kind)) return null;
    throw error;
  }
  progress.calls++;
  const later = new Set(plan.target.attributes.filter((spec) => spec.writable === 'create').map((spec) => spec.name));
  const after = prepared.open(translated(prepared, parseJson<Attributes>(change.after, {})));
  const changed: ChangedParts = {
    attributes: Object.fromEntries(Object.entries(after).filter(([name]) => !later.has(name))),
    before: {},
    edges: Object.fromEntries([...new Set(prepared.edges.map((edge) => edge.relation))].map((name) => [name, edgesAfter(prepared, name)])),
  };
  const whole = wholeAfter(context, prepared);
  const written = (await connection.update?.(plan.type, id, changed, whole, request)) ?? { id };
  if (!whole.enabled && connection.disable) await connection.disable(plan.type, written.id, request);
  return written;
}
