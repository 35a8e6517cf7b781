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
