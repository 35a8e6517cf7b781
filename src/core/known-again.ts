// Who is known again under a new id: two ids of one system that share a value which stays with a person when all ids change.

/** Two ids have the same value in an attribute. */
export interface Shared {
  readonly attribute: string;
  readonly old: string;
  readonly fresh: string;
}

export type KeysOf = (id: string, attribute: string) => string | undefined;

/**
 * Old id → new id. The strongest attribute in which both show a value decides: whoever differs there is somebody else, though a weaker one
 * agrees (a user name is given to somebody new after a departure). A value that two of either side share names nobody.
 */
export function knownAgain(shared: readonly Shared[], strongestFirst: readonly string[], valueOf: KeysOf): ReadonlyMap<string, string> {
  const agreed = shared.filter(({ attribute, old, fresh }) => {
    const stronger = strongestFirst.slice(0, strongestFirst.indexOf(attribute));
    return stronger.every((name) => {
      const [one, other] = [valueOf(old, name), valueOf(fresh, name)];
      return one === undefined || other === undefined || one === other;
    });
  });
  const pairs = [...new Map(agreed.map(({ old, fresh }) => [`${old}\0${fresh}`, { old, fresh }])).values()];
  const alone = (side: 'old' | 'fresh', id: string): boolean => pairs.filter((pair) => pair[side] === id).length === 1;
  return new Map(pairs.filter(({ old, fresh }) => alone('old', old) && alone('fresh', fresh)).map(({ old, fresh }) => [old, fresh]));
}
