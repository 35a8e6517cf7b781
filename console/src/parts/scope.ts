// Ticking a department in the tree: which departments the scope then names.

export interface Chosen {
  readonly include: readonly string[];
  readonly exclude: readonly string[];
}

interface Ticked {
  readonly id: string;
  readonly parent: string | null;
  readonly ticked: 'none' | 'half' | 'all';
}

/** What is named below it no longer matters: the tick speaks for the whole branch. */
export function toggled(departments: readonly Ticked[], chosen: Chosen, id: string): Chosen {
  const parents = new Map(departments.map((one) => [one.id, one.parent]));
  const isBelow = (one: string): boolean => {
    for (let at: string | null | undefined = one, steps = 0; at && steps <= departments.length; at = parents.get(at), steps++)
      if (at === id) return true;
    return false;
  };
  const rest: Chosen = { include: chosen.include.filter((one) => !isBelow(one)), exclude: chosen.exclude.filter((one) => !isBelow(one)) };
  const wasIn = departments.find((one) => one.id === id)?.ticked === 'all';
  const isInByAbove = inByAbove(parents, rest, id, chosen.include.length === 0 && chosen.exclude.length > 0);
  // Chosen by itself: then it is enough not to choose it. Else it has to be left out by name.
  if (wasIn) return chosen.include.includes(id) && !isInByAbove ? rest : { ...rest, exclude: [...rest.exclude, id] };
  return isInByAbove ? rest : { ...rest, include: [...rest.include, id] };
}

/** Whether what stands above it takes it in. */
function inByAbove(parents: ReadonlyMap<string, string | null>, chosen: Chosen, id: string, otherwise: boolean): boolean {
  for (let at = parents.get(id), steps = 0; at && steps <= parents.size; at = parents.get(at), steps++) {
    if (chosen.exclude.includes(at)) return false;
    if (chosen.include.includes(at)) return true;
  }
  return otherwise;
}
