// The parts of a configuration that have the right shape: what is wrong with the others is told, and these are looked at all the same.
import { issueWords } from './issue-words.ts';
import { type ConfigDocument, type ConfigPath, type ConfigProblem, documentSchema } from './document.ts';

export interface SoundParts {
  readonly document: ConfigDocument;
  readonly problems: readonly ConfigProblem[];
  /** What has not the right shape: nothing is concluded from its absence. */
  readonly unsound: {
    readonly sections: ReadonlySet<string>;
    /** Ids of connections and names of jobs that are there and cannot be looked at. */
    readonly connections: ReadonlySet<string>;
    readonly jobs: ReadonlySet<string>;
  };
  /** A path in the parts as one in the file. */
  inFile(path: ConfigPath): ConfigPath;
}

type Issue = NonNullable<ReturnType<typeof documentSchema.safeParse>['error']>['issues'][number];

export const problemOf = (issue: Issue): ConfigProblem =>
  issue.code === 'unrecognized_keys'
    ? {
        path: [...(issue.path as (string | number)[]), issue.keys[0]!],
        problem: {
          en: `unknown setting ${issue.keys.map((key) => `"${key}"`).join(', ')}`,
          zh: `未知设置 ${issue.keys.map((key) => `“${key}”`).join('、')}`,
        },
      }
    : { path: issue.path as (string | number)[], problem: issueWords(issue) };

const isRecord = (value: unknown): value is Record<string, unknown> => typeof value === 'object' && value !== null && !Array.isArray(value);

/** null: nothing of it can be looked at; `problems` say why. */
export function soundParts(data: unknown): SoundParts | { readonly document: null; readonly problems: readonly ConfigProblem[] } {
  const whole = documentSchema.safeParse(data);
  const nothing = { sections: new Set<string>(), connections: new Set<string>(), jobs: new Set<string>() };
  if (whole.success) return { document: whole.data, problems: [], unsound: nothing, inFile: (path) => path };
  const { issues } = whole.error;
  const problems = issues.map(problemOf);
  if (!isRecord(data)) return { document: null, problems };
  const bad = badPlaces(issues);
  const kept = new Map<string, number[]>();
  const rest: Record<string, unknown> = {};
  for (const [section, value] of Object.entries(data)) {
    const places = bad.get(section);
    if (!places) rest[section] = value;
    else if (Array.isArray(value) && !places.has(null)) {
      const indexes = value.flatMap((_, index) => (places.has(index) ? [] : [index]));
      kept.set(section, indexes);
      rest[section] = indexes.map((index) => value[index] as unknown);
    }
  }
  const sound = documentSchema.safeParse(rest);
  if (!sound.success) return { document: null, problems };
  const left = (section: string, field: string): Set<string> => {
    const value = data[section];
    if (!Array.isArray(value)) return new Set();
    const names = value.map((entry: unknown) => (isRecord(entry) ? entry[field] : undefined));
    return new Set(names.filter((name, index) => bad.get(section)?.has(index)).filter((name) => typeof name === 'string'));
  };
  return {
    document: sound.data,
    problems,
    unsound: {
      sections: new Set([...bad.keys()].filter((section) => !kept.has(section))),
      connections: left('connections', 'id'),
      jobs: left('jobs', 'name'),
    },
    inFile: ([section, index, ...more]) => {
      const indexes = kept.get(String(section));
      return indexes && typeof index === 'number'
        ? [section!, indexes[index]!, ...more]
        : index === undefined
          ? [section!]
          : [section!, index, ...more];
    },
  };
}

/** By section the entries with a fault; null: the section itself. */
function badPlaces(issues: readonly Issue[]): Map<string, Set<number | null>> {
  const bad = new Map<string, Set<number | null>>();
  const note = (section: string, index: number | null): void => void bad.set(section, (bad.get(section) ?? new Set()).add(index));
  for (const issue of issues) {
    const [section, index] = issue.path;
    if (section !== undefined) note(String(section), typeof index === 'number' ? index : null);
    else if (issue.code === 'unrecognized_keys') for (const key of issue.keys) note(key, null);
  }
  return bad;
}
