// Somebody in the settings of a job: by name in any text, and by id or key where people are chosen one by one.
import { parseJson } from '../shapes.ts';
import { ERASED, textNamesOneOf, withoutNames } from './names.ts';

export interface InSettings {
  readonly names: readonly string[];
  readonly ids: readonly string[];
  /** Under which names jobs know them. */
  readonly keys: readonly { readonly job: number; readonly source_key: string }[];
}

/** `of`: the part of the settings (scope, mapping …) that the text stands in. */
type Look = (text: string, of: string, isChosen: boolean) => string;

/** Where people are chosen one by one, a text is the id of one of them. */
const chosen: ReadonlySet<string> = new Set(['people']);

function walk(value: unknown, look: Look, of = '', isChosen = false): unknown {
  if (typeof value === 'string') return look(value, of, isChosen);
  if (Array.isArray(value)) return value.map((one: unknown) => walk(one, look, of, isChosen));
  if (value === null || typeof value !== 'object') return value;
  return Object.fromEntries(
    Object.entries(value).map(([name, one]) => [name, walk(one, look, of === '' ? name : of, isChosen || chosen.has(name))]),
  );
}

/** Settings without them, as JSON; as they were, where nothing names them. An id that is taken out chooses nobody any more, as before: they are gone. */
export function withoutPerson(who: InSettings, job: number, settings: string): string {
  const own = ownOf(who, job);
  const reword = withoutNames(who.names);
  let isNamed = false;
  const rest = walk(parseJson<unknown>(settings, {}), (text, _, isChosen) => {
    const left = isChosen && own.has(text) ? ERASED : reword(text);
    isNamed ||= left !== text;
    return left;
  });
  return isNamed ? JSON.stringify(rest) : settings;
}

/** The parts of settings that name them, in order, each once. */
export function partsNaming(who: InSettings, job: number, settings: unknown): readonly string[] {
  const own = ownOf(who, job);
  const isNamed = textNamesOneOf(who.names);
  const found = new Set<string>();
  walk(settings, (text, of, isChosen) => {
    if ((isChosen && own.has(text)) || isNamed(text)) found.add(of);
    return text;
  });
  return [...found];
}

const ownOf = (who: InSettings, job: number): ReadonlySet<string> =>
  new Set([...who.ids, ...who.keys.filter((key) => key.job === job).map((key) => key.source_key)]);
