// Many writes in one request. Each write of a batch goes its usual way; what they want to send is gathered until every one of
// them waits, and then leaves together. So a write of several steps takes several rounds, and none of them knows of Bulk.
//
// @see https://www.rfc-editor.org/rfc/rfc7644#section-3.7
import { ConnectorError } from '../../connector-kit/errors.ts';
import type { Answered, BulkOperation, Client } from './client.ts';
import { PATCH_SCHEMA } from './client.ts';

export interface BulkLimits {
  /** Operations in one request. */
  readonly operations: number;
  /** Length of a request's body. */
  readonly bytes: number;
}

export type Settled<T> = { readonly ok: true; readonly value: T } | { readonly ok: false; readonly error: unknown };

interface Gathered {
  readonly operation: BulkOperation;
  /** The same as a request of its own. */
  readonly alone: () => Promise<Answered>;
  readonly resolve: (answered: Answered) => void;
  readonly reject: (error: unknown) => void;
}

/** What the list of operations and its brackets take beside the operations. */
const ENVELOPE_BYTES = 200;

/**
 * Carries out all works at once, with a client whose writes leave together. Never rejects.
 * @param refused  called when the system turned a whole request away: everything then goes alone
 */
export async function inBulk<T>(
  client: Client,
  limits: BulkLimits,
  works: readonly ((client: Client) => Promise<T>)[],
  refused: () => Promise<void>,
  signal: AbortSignal,
): Promise<readonly Settled<T>[]> {
  /** Works that neither wait nor have ended. Each sends one thing after the other, so it waits at most once. */
  let busy = works.length;
  let offered = true;
  let gathered: Gathered[] = [];

  const leaveIfAllWait = (): void => {
    if (busy > 0 || gathered.length === 0) return;
    const round = gathered;
    gathered = [];
    busy = round.length;
    // Whatever goes wrong with the gathering itself, nobody is left waiting.
    leave(round).catch((error: unknown) => round.forEach(({ reject }) => reject(error)));
  };

  const leave = async (round: readonly Gathered[]): Promise<void> => {
    for (const piece of pieces(round, limits)) {
      // One is sent as it always is; so is what no request of this system can hold.
      if (!offered || piece.length === 1) await Promise.all(piece.map(leaveAlone));
      else await leaveTogether(piece);
    }
  };

  const leaveAlone = async ({ alone, resolve, reject }: Gathered): Promise<void> => alone().then(resolve, reject);

  const leaveTogether = async (piece: readonly Gathered[]): Promise<void> => {
    try {
      const answers = await client.bulk(
        piece.map(({ operation }) => operation),
        signal,
      );
      piece.forEach(({ resolve, reject }, at) => {
        const answer = answers[at]!;
        if (answer instanceof ConnectorError) reject(answer);
        else resolve(answer);
      });
    } catch (error) {
      if (!isRefusal(error)) return piece.forEach(({ reject }) => reject(error));
      offered = false;
      await refused();
      await Promise.all(piece.map(leaveAlone));
    }
  };

  const gather = (operation: BulkOperation, alone: () => Promise<Answered>): Promise<Answered> =>
    new Promise((resolve, reject) => {
      gathered.push({ operation, alone, resolve, reject });
      busy -= 1;
      leaveIfAllWait();
    });

  const gathering: Client = {
    ...client,
    create: (kind, data, at) => gather({ method: 'POST', kind, data }, () => client.create(kind, data, at)),
    replace: (kind, id, data, at, version) =>
      gather({ method: 'PUT', kind, id, data, version }, () => client.replace(kind, id, data, at, version)),
    change: (kind, id, operations, at, version) =>
      gather({ method: 'PATCH', kind, id, data: { schemas: [PATCH_SCHEMA], Operations: operations }, version }, () =>
        client.change(kind, id, operations, at, version),
      ),
    async remove(kind, id, at) {
      const wasThere = { resource: undefined, id };
      try {
        const { id: removed } = await gather({ method: 'DELETE', kind, id }, async () =>
          (await client.remove(kind, id, at)) ? wasThere : { resource: undefined, id: undefined },
        );
        return removed !== undefined;
      } catch (error) {
        if (error instanceof ConnectorError && error.kind === 'not-found') return false;
        throw error;
      }
    },
  };

  return Promise.all(
    works.map(async (work): Promise<Settled<T>> => {
      try {
        return { ok: true, value: await work(gathering) };
      } catch (error) {
        return { ok: false, error };
      } finally {
        busy -= 1;
        leaveIfAllWait();
      }
    }),
  );
}

/** A request that was turned away as such did nothing; of anything else nobody knows. */
const isRefusal = (error: unknown): boolean =>
  error instanceof ConnectorError &&
  ['unsupported', 'not-found', 'invalid', 'forbidden', 'conflict', 'already-exists'].includes(error.kind);

function* pieces(round: readonly Gathered[], { operations, bytes }: BulkLimits): Generator<readonly Gathered[]> {
  let piece: Gathered[] = [];
  let length = ENVELOPE_BYTES;
  for (const one of round) {
    const own = Buffer.byteLength(JSON.stringify(one.operation)) + ENVELOPE_BYTES;
    if (piece.length > 0 && (piece.length >= operations || length + own > bytes)) {
      yield piece;
      piece = [];
      length = ENVELOPE_BYTES;
    }
    piece.push(one);
    length += own;
  }
  if (piece.length > 0) yield piece;
}
