// The words of one language without a page: what tests of sentences speak with.
import i18next from 'i18next';
import { en } from './en/index.ts';
import type { Language } from './i18n.ts';
import { zh } from './zh/index.ts';

export function wordsIn(language: Language) {
  const spoken = i18next.createInstance();
  void spoken.init({
    lng: language,
    initAsync: false,
    resources: { [language]: { console: language === 'en' ? en : zh } },
    defaultNS: 'console',
    ns: ['console'],
    interpolation: { escapeValue: false },
  });
  return { t: spoken.t, language };
}
