// What zod found wrong, in both languages. Sentences of our own are kept as they are.
import { z } from 'zod';
import type { Label } from '../../core/model.ts';

const english = z.locales.en().localeError;
const chinese = z.locales.zhCN().localeError;
const textOf = (said: ReturnType<typeof english>): string | undefined => (typeof said === 'string' ? said : said?.message);

export function issueWords(issue: z.core.$ZodIssue, place = ''): Label {
  const raw = issue as unknown as z.core.$ZodRawIssue;
  const zh = textOf(english(raw)) === issue.message ? (textOf(chinese(raw)) ?? issue.message) : issue.message;
  return { en: `${place}${issue.message}`, zh: `${place}${zh}` };
}
