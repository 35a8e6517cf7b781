// What connectors/directory needs of the store, injected by main.ts, and what it alone offers to the engine.
import type { EndpointObject, ObjectKey, ObjectTypeId } from '../core/model.ts';

/** The central directory as the store offers it to connectors/directory. */
export interface DirectoryPort {
  readonly installationId: string;
  /** Objects of one type, ordered by id, after `afterId`; at most `limit`. Absent ones are left out. */
  page(type: ObjectTypeId, afterId: string | null, limit: number): Promise<readonly EndpointObject[]>;
  get(type: ObjectTypeId, ids: readonly string[]): Promise<ReadonlyMap<string, EndpointObject>>;
  /** Last history sequence number. */
  sequence(): Promise<number>;
  /** Keys touched after `sequence` otherwise than by actions `but`, expanded to subtree, members and referrers; with the new sequence. */
  changedSince(
    sequence: number,
    limit: number,
    but?: readonly string[],
  ): Promise<{ keys: readonly ObjectKey[]; sequence: number; done: boolean }>;
}

/** Presence of this marks the endpoint as the directory: desired values pass through authority, effects commit in our store. */
export interface DirectoryTarget {
  readonly resolves: true;
}

/** What is edited by hand, as the store offers it to connectors/console. */
export interface ConsolePort {
  /** Objects of one type, ordered by id, after `afterId`; at most `limit`. */
  page(type: ObjectTypeId, afterId: string, limit: number): Promise<readonly EndpointObject[]>;
  get(type: ObjectTypeId, ids: readonly string[]): Promise<ReadonlyMap<string, EndpointObject>>;
}
