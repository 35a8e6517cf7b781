// How many people, departments and groups a run has changes about: what is read and unchanged is counted so, too.
import { useWords } from '../i18n/i18n.ts';
import { words } from '../api/generated.ts';

/** Somebody with a manager has two changes. */
export const objectsIn = (counts: Readonly<Record<string, number>>, state: string): number =>
  counts[`objects.${state}`] ?? counts[state] ?? 0;

/** Records with a problem, those that could not be read among them. */
export const troublesIn = (counts: Readonly<Record<string, number>>): number => (counts.problems ?? 0) + (counts.unreadable ?? 0);

/** Of held changes or others that are loaded. */
export const objectsOf = (changes: readonly { readonly job: number; readonly type: string; readonly key: string }[]): number =>
  new Set(changes.map((change) => `${change.job} ${change.type} ${change.key}`)).size;

interface OfType {
  readonly type: string;
  readonly count: number;
}

const types = ['person', 'department', 'group'] as const;

/** Of what a run has read, how many of each type. */
export const readOfEach = (counts: Readonly<Record<string, number>>): readonly OfType[] =>
  types.map((type) => ({ type, count: counts[`read.${type}`] ?? 0 })).filter(({ count }) => count > 0);

/** Of what a run has written, how many of each type; none where somebody has several changes: of a type only these are counted. */
export function writtenOfEach(counts: Readonly<Record<string, number>>): readonly OfType[] {
  if (counts['objects.applied'] !== undefined) return [];
  const ofType = (type: string): number =>
    Object.entries(counts).reduce((sum, [name, count]) => (/^applied\.\w+\.(\w+)$/.exec(name)?.[1] === type ? sum + count : sum), 0);
  return types.map((type) => ({ type, count: ofType(type) })).filter(({ count }) => count > 0);
}

const nouns = { person: 'canvas.people', department: 'canvas.departments', group: 'canvas.groups' } as const;

/** "2,028 people", "2,028 人". */
export function useCounted(): (type: string, count: number) => string {
  const { t, say, language } = useWords();
  return (type, count) => {
    const n = count.toLocaleString(language);
    if (type in nouns) return t(nouns[type as keyof typeof nouns], { count, n });
    const word = (words.type as Readonly<Record<string, Parameters<typeof say>[0]>>)[type];
    return `${n} ${word ? say(word) : type}`;
  };
}

/** " (60 people, 10 departments)"; nothing where all are of one type. */
export function useKinds(): (of: readonly OfType[]) => string {
  const { t } = useWords();
  const counted = useCounted();
  return (of) =>
    of.length < 2
      ? ''
      : t('runs.run.readKinds', { kinds: of.map(({ type, count }) => counted(type, count)).join(t('settings.listComma')) });
}
