// What the help can show: sections of docs/help, and words of other products out of the glossary. The texts are those of the repository.
import faqEn from '../../../docs/help/faq.md?raw';
import faqZh from '../../../docs/help/faq.zh-CN.md?raw';
import guideEn from '../../../docs/help/guide.md?raw';
import guideZh from '../../../docs/help/guide.zh-CN.md?raw';
import glossary from '../../../GLOSSARY.md?raw';
import type { Language } from '../i18n/i18n.ts';
import { namesFor, searched, topicsOf, wordsOf, type OldName, type Topic } from './topic.ts';

const topics: Readonly<Record<Language, readonly Topic[]>> = {
  en: [...topicsOf(guideEn, 'guide'), ...topicsOf(faqEn, 'faq')],
  zh: [...topicsOf(guideZh, 'guide'), ...topicsOf(faqZh, 'faq')],
};
const oldNames = wordsOf(glossary);

/** Those about the page that is open come first. */
export const topicsAt = (language: Language, path: string): readonly Topic[] =>
  topics[language].toSorted((a, b) => Number(isAt(b, path)) - Number(isAt(a, path)));

const isAt = ({ at }: Topic, path: string): boolean => (at === '/' ? path === '/' : path.startsWith(at));

export const topicsFor = (language: Language, text: string): readonly Topic[] => searched(topics[language], text);

/** What a word of Authing, EIAM or octoplant is called here. */
export const oldNamesFor = (text: string): readonly OldName[] => namesFor(oldNames, text);
