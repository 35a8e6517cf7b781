// The languages by their own names, so that whoever cannot read the other finds theirs.
import type { Language } from '../i18n/i18n.ts';

export const languages: Readonly<Record<Language, string>> = { en: 'English', zh: '中文' };
