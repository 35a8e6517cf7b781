// One after another on each object: what reads it, changes it and writes it back whole would undo what came between.

export type Turns = <T>(object: string, work: () => Promise<T>) => Promise<T>;

/** Whoever has the turn must not ask for it again. */
export function openTurns(): Turns {
  const last = new Map<string, Promise<unknown>>();
  return (object, work) => {
    const mine = (last.get(object) ?? Promise.resolve()).then(work);
    const done = mine
      .catch(() => undefined)
      .then(() => {
        if (last.get(object) === done) last.delete(object);
      });
    last.set(object, done);
    return mine;
  };
}
