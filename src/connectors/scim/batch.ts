// A batch of writes: as many as fit into one request where the system offers Bulk, else each as a request of its own.
import type { Connection, Removed, Write, WriteRequest, WriteResult, Written } from '../../connector-kit/contract.ts';
import type { AbilitySource } from './abilities.ts';
import { inBulk } from './bulk.ts';
import type { Client } from './client.ts';
import type { Part } from './config.ts';
import type { ScimSource } from './source.ts';
import { scimTarget } from './target.ts';

interface Done {
  readonly written: Written;
  readonly removed?: Removed;
}

export function scimBatch(client: Client, abilities: AbilitySource, source: ScimSource): NonNullable<Connection<Part>['batch']> {
  return async (writes, request) => {
    const { bulk } = await abilities.now(request.signal);
    /** What was made or changed and came back without its object. */
    let bare = 0;
    const watched = (through: Client): Client => ({
      ...through,
      async create(...given) {
        const answered = await through.create(...given);
        if (answered.resource === undefined) bare += 1;
        return answered;
      },
    });
    const works = writes.map((write) => (through: Client): Promise<Done> => {
      const alone = bulk === null || (bulk.bare && (write.kind === 'create' || write.kind === 'update'));
      return carryOut(scimTarget(alone ? client : watched(through), abilities, source), write, request);
    });
    const settled = await inBulk(
      client,
      bulk ?? { operations: 1, bytes: 0 },
      works,
      () => abilities.learn({ bulk: 'none' }),
      request.signal,
    );
    // Each of them had to be read by itself: from now on it is written so that it comes back at once.
    if (bulk && !bulk.bare && bare > 1) await abilities.learn({ bulk: 'bare' });
    return settled.map((one): WriteResult => (one.ok ? { ok: true, ...one.value } : { ok: false, error: one.error }));
  };
}

async function carryOut(target: ReturnType<typeof scimTarget>, write: Write, request: WriteRequest<Part>): Promise<Done> {
  switch (write.kind) {
    case 'create':
      return { written: await target.create(write.type, write.desired, request) };
    case 'update':
      return { written: await target.update(write.type, write.id, write.changed, write.desired, request) };
    case 'disable':
    case 'enable':
      return { written: await target[write.kind](write.type, write.id, request) };
    case 'remove':
      return { written: { id: write.id }, removed: await target.remove(write.type, write.id, request) };
  }
}
