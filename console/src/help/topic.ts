// How a text of docs/help becomes topics, and how they are searched.

export interface Topic {
  readonly kind: 'guide' | 'faq';
  readonly title: string;
  /** Markdown. */
  readonly text: string;
  /** The page of the console that it belongs to. */
  readonly at: string;
  /** What people call it who come from elsewhere. */
  readonly words: readonly string[];
}

export interface OldName {
  readonly there: readonly string[];
  readonly en: string;
  readonly zh: string;
}

/** `## Title`, then `<!-- at: /page · words: a, b -->`, then the text. */
export function topicsOf(markdown: string, kind: Topic['kind']): Topic[] {
  return markdown
    .split(/^## /m)
    .slice(1)
    .map((section) => {
      const [title = '', ...rest] = section.split('\n');
      const body = rest.join('\n');
      const mark = /<!-- at: (\S+) · words: (.*?) -->/.exec(body);
      return {
        kind,
        title: title.trim(),
        text: body.replace(/<!--.*?-->/s, '').trim(),
        at: mark?.[1] ?? '/',
        words: (mark?.[2] ?? '').split(',').map((word) => word.trim()),
      };
    });
}

/** The table "Coming from …" of the glossary: two names there, two names here. */
export const wordsOf = (glossary: string): OldName[] =>
  (glossary.split(/^## Coming from .*$/m)[1] ?? '')
    .split(/^## /m)[0]!
    .split('\n')
    .filter((line) => line.startsWith('|') && !/^\|[\s|-]*$/.test(line))
    .slice(1)
    .map((line) =>
      line
        .replaceAll('*', '')
        .split('|')
        .map((cell) => cell.trim()),
    )
    .map(([, thereEn = '', thereZh = '', en = '', zh = '']) => ({ there: [thereEn, thereZh], en, zh }));

/** Titles and other words before texts; every word that is typed must be found. */
export function searched(topics: readonly Topic[], text: string): readonly Topic[] {
  const wanted = text.toLowerCase().split(/\s+/).filter(Boolean);
  const holds = (whole: string): boolean => wanted.every((word) => whole.toLowerCase().includes(word));
  const named = topics.filter(({ title, words }) => holds(`${title} ${words.join(' ')}`));
  return [...named, ...topics.filter((topic) => !named.includes(topic) && holds(`${topic.title} ${topic.text}`))];
}

/** What a word of another product is called here: every word that is typed is in one of its names there, whichever way it is spelt. */
export function namesFor(names: readonly OldName[], text: string): readonly OldName[] {
  const wanted = plain(text).split(/\s+/).filter(Boolean);
  // One letter is in nearly all of them.
  return wanted.join('').length < 2
    ? []
    : names.filter(({ there }) => there.some((name) => wanted.every((word) => plain(name).includes(word))));
}

/** `Synchronisation`, `synchronization` and `risky operations`, `risk operation` are one word each. */
const plain = (text: string): string =>
  text
    .toLowerCase()
    .replaceAll('isation', 'ization')
    .replaceAll('-', ' ')
    .replaceAll(/\b([a-z]{4,})s\b/g, '$1');
