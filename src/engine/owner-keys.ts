// The keys under which sensitive values of a batch rest: one per person (or per object of an outside system).
import type { Database } from '../store/database.ts';
import { putWrappedKeys, wrappedKeys } from '../store/person-keys.ts';
import type { Sealer } from './sealing.ts';

export type OwnerKeys = ReadonlyMap<string, Buffer>;

/** Keys of all owners; missing ones are made and stored first. */
export async function ownerKeys(database: Database, sealer: Sealer, owners: Iterable<string>): Promise<OwnerKeys> {
  const wanted = [...new Set(owners)];
  if (wanted.length === 0) return new Map();
  let known = await wrappedKeys(database, wanted);
  const missing = wanted.filter((owner) => !known.has(owner));
  if (missing.length > 0) {
    await database.write((transaction) =>
      putWrappedKeys(
        transaction,
        missing.map((owner) => ({ owner, wrapped: sealer.seal(sealer.newOwnerKey().toString('base64')) })),
      ),
    );
    known = await wrappedKeys(database, wanted);
  }
  return new Map([...known].map(([owner, wrapped]) => [owner, Buffer.from(sealer.open(wrapped), 'base64')]));
}

/** Of an object of an outside system, before it is anybody's. */
export const outsideOwner = (connection: string, type: string, id: string): string => `${connection}/${type}/${id}`;
