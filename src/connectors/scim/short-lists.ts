// Systems whose lists leave out what a single object shows (Zoom): what a list does not show must not be taken for empty.
import { ConnectorError } from '../../connector-kit/errors.ts';
import type { ReadRequest } from '../../connector-kit/contract.ts';
import type { ObjectTypeId } from '../../core/model.ts';
import type { AbilitySource } from './abilities.ts';
import type { Client, Kind } from './client.ts';
import type { Part } from './config.ts';
import { idOf, inParallel } from './pages.ts';
import { valueAt, type Json } from './places.ts';

/** Compared with themselves: enough that one of them has what lists leave out. */
const SAMPLES = 5;

export interface ShortLists {
  /** Whether the objects of such a page have to be read one by one. */
  is(resources: readonly Json[], request: Pick<ReadRequest<Part>, 'attributes' | 'signal'>): Promise<boolean>;
}

/** Of people only, and only until it is known. */
export function shortLists(client: Client, abilities: AbilitySource, type: ObjectTypeId, kind: Kind): ShortLists {
  return {
    async is(resources, { attributes, signal }) {
      const { profile, catalogue } = await abilities.now(signal);
      if (profile.lists !== 'ask' || type !== 'person' || resources.length === 0) return profile.lists === 'short' && type === 'person';
      const places = Object.entries(catalogue.places[type] ?? {}).filter(([name]) => attributes.includes(name));
      const step = Math.max(1, Math.floor(resources.length / SAMPLES));
      let compared = 0;
      for (let at = 0; at < resources.length && compared < SAMPLES; at += step) {
        const listed = resources[at]!;
        const single = await singleOf(client, kind, listed, signal);
        if (!single) continue;
        compared += 1;
        if (!places.some(([, place]) => valueAt(listed, place) === null && valueAt(single, place) !== null)) continue;
        await abilities.learn({ lists: 'short' });
        return true;
      }
      if (compared > 0) await abilities.learn({ lists: 'whole' });
      return false;
    },
  };
}

/** null where it is not given: somebody may have gone meanwhile. */
async function singleOf(client: Client, kind: Kind, resource: Json, signal: AbortSignal): Promise<Json | null> {
  const id = idOf(resource);
  try {
    return id === undefined ? null : await client.one(kind, id, signal);
  } catch (error) {
    if (error instanceof ConnectorError && ['bad-response', 'unsupported', 'invalid', 'forbidden'].includes(error.kind)) return null;
    throw error;
  }
}

/** Each as it is shown alone; who has gone meanwhile is left out. */
export async function wholes(client: Client, kind: Kind, resources: readonly Json[], signal: AbortSignal): Promise<readonly Json[]> {
  const read = await inParallel(resources, client.config.parallel, async (resource): Promise<readonly Json[]> => {
    const id = idOf(resource);
    if (id === undefined) return [resource];
    const single = await client.one(kind, id, signal);
    return single ? [{ ...single, id }] : [];
  });
  return read.flat();
}
