// How many people, departments and groups a run has changes about: what is read and unchanged is counted so, too.

/** Somebody with a manager has two changes. */
export const objectsIn = (counts: Readonly<Record<string, number>>, state: string): number =>
  counts[`objects.${state}`] ?? counts[state] ?? 0;

/** Of held changes or others that are loaded. */
export const objectsOf = (changes: readonly { readonly job: number; readonly type: string; readonly key: string }[]): number =>
  new Set(changes.map((change) => `${change.job} ${change.type} ${change.key}`)).size;
