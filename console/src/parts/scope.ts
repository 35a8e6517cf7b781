// Whom a scope names: everything, everything but some, or only what was chosen; and what a tick in the tree of departments makes of it.

export interface Chosen {
  readonly include: readonly string[];
  readonly exclude: readonly string[];
  /** Everything below these, not they themselves. */
  readonly onlyBelow?: readonly string[] | undefined;
  /** false: of the included ones only they themselves. */
  readonly below?: boolean | undefined;
}

export interface Department {
  readonly id: string;
  readonly name: string;
  readonly parent: string | null;
}

/** `except`: whoever comes later belongs unless left out. `only`: what is not named does not belong. */
export type Mode = 'everything' | 'except' | 'only';
export type Tick = 'none' | 'half' | 'all';

interface Named {
  readonly departments?: Partial<Chosen> | undefined;
  readonly people?: Partial<Chosen> | undefined;
}

export const nothing: Chosen = { include: [], exclude: [] };

const takesIn = ({ include, onlyBelow }: Partial<Chosen> = {}): boolean => (include?.length ?? 0) + (onlyBelow?.length ?? 0) > 0;

/** As the server understands it: one name that is taken in makes everything else stay out. */
export function modeOf({ departments, people }: Named): Mode {
  if (takesIn(departments) || takesIn(people)) return 'only';
  return (departments?.exclude?.length ?? 0) + (people?.exclude?.length ?? 0) > 0 ? 'except' : 'everything';
}

/** A list that names nobody would mean everybody: it is not saved. */
export const isEnough = (mode: Mode, scope: Named): boolean => mode !== 'only' || modeOf(scope) === 'only';

type Parents = ReadonlyMap<string, string | null>;
const parentsOf = (departments: readonly Department[]): Parents => new Map(departments.map((one) => [one.id, one.parent]));

/** The department, what is above it, and so on. */
function chainOf(parents: Parents, id: string): string[] {
  const chain: string[] = [];
  for (let at: string | null | undefined = id; at && !chain.includes(at); at = parents.get(at)) chain.push(at);
  return chain;
}

/** The nearest that is named decides. */
function isIn(chain: readonly string[], chosen: Chosen, mode: Mode): boolean {
  for (const [height, id] of chain.entries()) {
    if (chosen.exclude.includes(id)) return false;
    if ((chosen.below !== false || height === 0) && chosen.include.includes(id)) return true;
    if (chosen.onlyBelow?.includes(id)) return height > 0;
  }
  return mode !== 'only';
}

const isInByAbove = (parents: Parents, chosen: Chosen, mode: Mode, id: string): boolean => {
  const above = chainOf(parents, id).slice(1);
  // A height of its own for what is asked about: nothing names it.
  return isIn(['', ...above], chosen, mode);
};

/** all: it and everything below is in; none: nothing of it; else half. */
export function ticksOf(departments: readonly Department[], chosen: Chosen, mode: Mode): ReadonlyMap<string, Tick> {
  const parents = parentsOf(departments);
  const found = new Map<string, Tick>();
  const within = departments.map((one) => ({ id: one.id, chain: chainOf(parents, one.id) }));
  // Deepest first: each is told to what is above it.
  const below = new Map<string, Tick[]>();
  for (const { id, chain } of within.toSorted((a, b) => b.chain.length - a.chain.length)) {
    const own: Tick = isIn(chain, chosen, mode) ? 'all' : 'none';
    const tick = (below.get(id) ?? []).every((one) => one === own) ? own : 'half';
    found.set(id, tick);
    const parent = parents.get(id);
    if (parent) below.set(parent, [...(below.get(parent) ?? []), tick]);
  }
  return found;
}

/** The departments whose own people are in. */
export function departmentsIn(departments: readonly Department[], chosen: Chosen, mode: Mode): readonly string[] {
  const parents = parentsOf(departments);
  return departments.filter((one) => isIn(chainOf(parents, one.id), chosen, mode)).map((one) => one.id);
}

interface Picked {
  readonly mode: Mode;
  readonly chosen: Chosen;
}

/** A tick that is put or taken away. It speaks for the whole branch: what is named below it no longer matters. */
export function toggled(departments: readonly Department[], { mode, chosen }: Picked, id: string): Picked {
  const parents = parentsOf(departments);
  const isElsewhere = (one: string): boolean => !chainOf(parents, one).includes(id);
  const rest: Chosen = {
    ...chosen,
    include: chosen.include.filter(isElsewhere),
    exclude: chosen.exclude.filter(isElsewhere),
    ...(chosen.onlyBelow ? { onlyBelow: chosen.onlyBelow.filter(isElsewhere) } : {}),
  };
  const wasIn = ticksOf(departments, chosen, mode).get(id) === 'all';
  const isInAnyway = isInByAbove(parents, rest, mode, id);
  if (wasIn && isInAnyway) return { mode, chosen: { ...rest, exclude: [...rest.exclude, id] } };
  if (wasIn || isInAnyway) return { mode, chosen: tidy(parents, rest, mode) };
  // Below something that is left out: to be named, it needs a list of what is in.
  if (mode !== 'only') return toggled(departments, { mode: 'only', chosen: listed(departments, chosen) }, id);
  return { mode, chosen: { ...rest, include: [...rest.include, id] } };
}

/** Taken off the list; what was left out of it goes with it. */
export function unnamed(departments: readonly Department[], { mode, chosen }: Picked, id: string): Picked {
  const isOther = (one: string): boolean => one !== id;
  const rest: Chosen = {
    ...chosen,
    include: chosen.include.filter(isOther),
    exclude: chosen.exclude.filter(isOther),
    ...(chosen.onlyBelow ? { onlyBelow: chosen.onlyBelow.filter(isOther) } : {}),
  };
  return { mode, chosen: tidy(parentsOf(departments), rest, mode) };
}

/** Of a list, what is left out of nothing need not be named. Departments that are gone stay named while there is a list. */
function tidy(parents: Parents, chosen: Chosen, mode: Mode): Chosen {
  if (mode !== 'only') return chosen;
  if (!takesIn(chosen)) return { ...chosen, exclude: [] };
  return { ...chosen, exclude: chosen.exclude.filter((id) => !parents.has(id) || isInByAbove(parents, chosen, mode, id)) };
}

const topOf = (departments: readonly Department[]): readonly string[] => {
  const parents = parentsOf(departments);
  return departments.filter((one) => one.parent === null || !parents.has(one.parent)).map((one) => one.id);
};

/** Every department there is today: of a list by name, else by leaving out none. */
export const allTicked = (departments: readonly Department[], mode: Mode): Chosen =>
  mode === 'only' ? { include: topOf(departments), exclude: [] } : nothing;

/** What "everything but" means today, as a list of what is in. */
function listed(departments: readonly Department[], chosen: Chosen): Chosen {
  const include = topOf(departments).filter((id) => !chosen.exclude.includes(id));
  return tidy(parentsOf(departments), { include, exclude: chosen.exclude }, 'only');
}

/** What a list leaves out today, as "everything but"; of an empty list nothing. What is named inside of what is left out cannot be said so. */
function leftOut(departments: readonly Department[], chosen: Chosen): Chosen {
  if (!takesIn(chosen)) return nothing;
  const ticks = ticksOf(departments, chosen, 'only');
  const out = departments.filter(({ id, parent }) => ticks.get(id) === 'none' && (parent === null || ticks.get(parent) !== 'none'));
  return { include: [], exclude: out.map((one) => one.id) };
}

/** The same departments as far as the other way of saying it can: from everything, a list begins empty. */
export function turned(departments: readonly Department[], { mode, chosen }: Picked, to: Mode): Picked {
  if (to === mode) return { mode, chosen };
  if (to === 'everything') return { mode: to, chosen: nothing };
  if (to === 'except') return { mode: to, chosen: leftOut(departments, chosen) };
  return { mode: to, chosen: mode === 'except' && chosen.exclude.length > 0 ? listed(departments, chosen) : nothing };
}

/** As it is saved. Nothing named: not a word about departments. */
export function departmentsOf({ include, exclude, onlyBelow = [], below }: Chosen): { readonly departments?: Saved } {
  if (include.length + exclude.length + onlyBelow.length === 0) return {};
  return {
    departments: {
      include: [...include],
      exclude: [...exclude],
      ...(onlyBelow.length === 0 ? {} : { onlyBelow: [...onlyBelow] }),
      ...(below === undefined ? {} : { below }),
    },
  };
}

interface Saved {
  include: string[];
  exclude: string[];
  onlyBelow?: string[];
  below?: boolean;
}

/** Of a list: everything below a department that is named and not it itself, or all of it again. */
export function belowTurned(departments: readonly Department[], { mode, chosen }: Picked, id: string): Picked {
  const others = chosen.include.filter((one) => one !== id);
  const onlyBelow = (chosen.onlyBelow ?? []).filter((one) => one !== id);
  const wasBelow = chosen.onlyBelow?.includes(id) ?? false;
  const next: Chosen = wasBelow
    ? { ...chosen, include: [...others, id], onlyBelow }
    : { ...chosen, include: others, onlyBelow: [...onlyBelow, id] };
  return { mode, chosen: tidy(parentsOf(departments), next, mode) };
}
