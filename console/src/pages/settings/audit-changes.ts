// What an entry of the audit log changed, value by value: before and after are JSON of any depth, or plain text.

export interface Change {
  /** '' = the whole. */
  readonly path: string;
  readonly before: string | null;
  readonly after: string | null;
}

const MOST = 60;
/** A list of that many numbers or names says enough. */
const MOST_LISTED = 12;

function parsed(text: string | null): unknown {
  if (text === null) return undefined;
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return text;
  }
}

const isObject = (value: unknown): value is Record<string, unknown> => value !== null && typeof value === 'object';

function flat(value: unknown, path: string, into: Map<string, string>): Map<string, string> {
  if (Array.isArray(value) && value.length > 0 && !value.some(isObject)) into.set(path, listed(value));
  else if (isObject(value) && Object.keys(value).length > 0)
    for (const [name, inner] of Object.entries(value)) flat(inner, path === '' ? name : `${path}.${name}`, into);
  else if (value !== undefined && value !== null && !isObject(value)) into.set(path, String(value));
  return into;
}

const listed = (values: readonly unknown[]): string =>
  values.length > MOST_LISTED ? `${values.slice(0, MOST_LISTED).join(', ')} … (${values.length})` : values.join(', ');

/** Only what differs, in the order of what is there afterwards. */
export function changesOf(before: string | null, after: string | null): readonly Change[] {
  const [old, fresh] = [flat(parsed(before), '', new Map()), flat(parsed(after), '', new Map())];
  return [...new Set([...fresh.keys(), ...old.keys()])]
    .map((path) => ({ path, before: old.get(path) ?? null, after: fresh.get(path) ?? null }))
    .filter((change) => change.before !== change.after)
    .slice(0, MOST);
}
