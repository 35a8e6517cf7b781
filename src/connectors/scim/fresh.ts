// Reading, changing and writing back: under a version where the system keeps some, and read anew where somebody else was faster.
import { ConnectorError } from '../../connector-kit/errors.ts';
import { isObject, member, type Json } from './places.ts';
import type { Profile } from './profiles.ts';
import { isOutdated } from './wire.ts';

/** The version to change it under, where the system guards against changes in between. @see https://www.rfc-editor.org/rfc/rfc7644#section-3.14 */
export function versionOf(resource: Json, { versions }: Pick<Profile, 'versions'>): string | undefined {
  const meta = member(resource, 'meta');
  const version = isObject(meta) ? member(meta, 'version') : undefined;
  return versions && typeof version === 'string' && version !== '' ? version : undefined;
}

/** Reads, changes, writes; read anew where somebody else was faster. */
export async function overFresh<T>(work: () => Promise<T>): Promise<T> {
  for (let left = 3; ; left -= 1) {
    try {
      return await work();
    } catch (error) {
      if (left <= 1 || !(error instanceof ConnectorError) || !isOutdated(error)) throw error;
    }
  }
}

/** A resource as it may be sent back: what only the system writes is left out, but not the groups where an account is what holds them. */
export function withoutMeta(resource: Json, { groupsAttribute }: Pick<Profile, 'groupsAttribute'>): Json {
  const own = new Set(['meta', 'groups', 'password']);
  own.delete(groupsAttribute.toLowerCase());
  return Object.fromEntries(Object.entries(resource).filter(([name]) => !own.has(name.toLowerCase())));
}
