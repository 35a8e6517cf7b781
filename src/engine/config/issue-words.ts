// What zod found wrong, in both languages. Sentences of our own are kept as they are.
import { z } from 'zod';
import type { Label } from '../../core/model.ts';

const english = z.locales.en().localeError;
const chinese = z.locales.zhCN().localeError;
const textOf = (said: ReturnType<typeof english>): string | undefined => (typeof said === 'string' ? said : said?.message);

export function issueWords(issue: z.core.$ZodIssue, place = ''): Label {
  const raw = issue as unknown as z.core.$ZodRawIssue;
  // What was received is no part of an issue, so only the first half of such a sentence can be said again.
  const half = (text: string | undefined): string | undefined => text?.split(/, received |，实际接收 /)[0];
  const isZods = half(textOf(english(raw))) === half(issue.message);
  const zh = (isZods ? half(textOf(chinese(raw))) : undefined) ?? issue.message;
  return { en: `${place}${issue.message}`, zh: `${place}${zh}` };
}
