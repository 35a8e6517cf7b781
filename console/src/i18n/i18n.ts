// The two languages: interface texts from en/ and zh/ (same keys, checked by the types), and labels that the server gives in both.
import i18next, { type FormatterModule } from 'i18next';
import { initReactI18next, useTranslation } from 'react-i18next';
import { askIn } from '../api/client.ts';
import type { en } from './en/index.ts';
import type { later } from './en/later.ts';
import { shown } from './shown.ts';

export type Language = 'en' | 'zh';

declare module 'i18next' {
  interface CustomTypeOptions {
    defaultNS: 'console';
    resources: { console: typeof en & typeof later };
    returnNull: false;
  }
}

const KEY = 'tributary.language';
/** The pages of signing in read and write it, too, `src/server/sign-in/cookies.ts`: what was chosen last counts. */
const COOKIE = 'tributary-language';
const COOKIE_SECONDS = 365 * 86_400;

/** The texts of a language are fetched when it is spoken: the first page waits for one of them, not for both. */
const texts: Readonly<Record<Language, () => Promise<object>>> = {
  en: async () => (await import('./en/index.ts')).en,
  zh: async () => (await import('./zh/index.ts')).zh,
};

/** Texts of rooms that are entered later: fetched with the first page that imports `later.ts`. */
const laterTexts: Readonly<Record<Language, () => Promise<object>>> = {
  en: async () => (await import('./en/later.ts')).later,
  zh: async () => (await import('./zh/later.ts')).later,
};
let areLaterWanted = false;
const addLater = async (language: Language): Promise<void> =>
  void i18next.addResourceBundle(language, 'console', await laterTexts[language](), true);

const preferred = (): Language => {
  const chosen = new RegExp(`(?:^|; )${COOKIE}=(en|zh)`).exec(document.cookie)?.[1];
  const stored = chosen ?? localStorage.getItem(KEY);
  if (stored === 'en' || stored === 'zh') return stored;
  return navigator.language.toLowerCase().startsWith('zh') ? 'zh' : 'en';
};

const spoken = (language: Language): void => {
  askIn(language);
  document.documentElement.lang = language === 'zh' ? 'zh-CN' : 'en';
};

/** Numbers of things are grouped in thousands; numbers that are names, as of runs, are not. */
export const grouped: FormatterModule = {
  type: 'formatter',
  init: () => {},
  add: () => {},
  addCached: () => {},
  format: (value: unknown, _format, language, options) =>
    typeof value === 'number' && options?.interpolationkey === 'count' ? value.toLocaleString(language) : (value as string),
};

export async function startLanguages(): Promise<void> {
  const lng = preferred();
  spoken(lng);
  await i18next
    .use(initReactI18next)
    .use(grouped)
    .init({
      lng,
      resources: { [lng]: { console: await texts[lng]() } },
      defaultNS: 'console',
      ns: ['console'],
      interpolation: { escapeValue: false, alwaysFormat: true },
    });
  toldStarted();
}

let toldStarted: () => void;
const isStarted = new Promise<void>((told) => void (toldStarted = told));

/** From now on the later texts are there too, in whatever language is spoken. */
export async function speakLater(): Promise<void> {
  areLaterWanted = true;
  await isStarted;
  await addLater(spokenNow());
}

const spokenNow = (): Language => (i18next.language === 'zh' ? 'zh' : 'en');

export async function speak(language: Language): Promise<void> {
  localStorage.setItem(KEY, language);
  // biome-ignore lint/suspicious/noDocumentCookie: the other way of writing one is not in every browser, and not without https.
  document.cookie = `${COOKIE}=${language}; path=/; samesite=lax; max-age=${COOKIE_SECONDS}`;
  if (!i18next.hasResourceBundle(language, 'console')) i18next.addResourceBundle(language, 'console', await texts[language]());
  if (areLaterWanted) await addLater(language);
  spoken(language);
  await i18next.changeLanguage(language);
}

/** What the server says in both languages. */
export interface Label {
  readonly en: string;
  readonly zh: string;
}

/** `t` for our own texts, `say` for labels of the server, `list` for some of them in one sentence, `colon`, `language` for dates and numbers. */
export function useWords() {
  const { t, i18n } = useTranslation();
  const language: Language = i18n.language === 'zh' ? 'zh' : 'en';
  return {
    t,
    language,
    say: (label: Label): string => shown(label[language], language),
    /** Between what something is and what it says. */
    colon: language === 'zh' ? '：' : ': ',
    list: (words: readonly string[]): string => new Intl.ListFormat(language).format(words),
  };
}
