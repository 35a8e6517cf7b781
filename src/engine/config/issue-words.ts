// What zod found wrong, in both languages. Sentences of our own are kept as they are.
import { z } from 'zod';
import type { Label } from '../../core/model.ts';

const english = z.locales.en().localeError;
const chinese = z.locales.zhCN().localeError;
const textOf = (said: ReturnType<typeof english>): string | undefined => (typeof said === 'string' ? said : said?.message);

/** Sentences of our own schemas: their beginnings. The example behind them is the same in both languages. */
const own: readonly (readonly [en: string, zh: string])[] = [
  ['must look like ', '格式应为 '],
  ['must be a distinguished name such as ', '应为 DN，例如 '],
  ['must be a name such as ', '应为名称，例如 '],
  ['must be a time such as ', '应为时刻，例如 '],
  ['must be a time zone such as ', '应为时区，例如 '],
  ['must be such as ', '应形如 '],
  ['must be the name of an LDAP attribute', '应为 LDAP 属性名'],
  ['must lie below the base DN', '必须位于根 DN 之下，填写完整 DN'],
];

function ownWords(said: string): string | undefined {
  const found = own.find(([en]) => said.startsWith(en));
  return found && `${found[1]}${said.slice(found[0].length).replace(' or ', ' 或 ')}`;
}

export function issueWords(issue: z.core.$ZodIssue, place = ''): Label {
  const raw = issue as unknown as z.core.$ZodRawIssue;
  // What was received is no part of an issue, so only the first half of such a sentence can be said again.
  const half = (text: string | undefined): string | undefined => text?.split(/, received |，实际接收 /)[0];
  const isZods = half(textOf(english(raw))) === half(issue.message);
  const zh = (isZods ? half(textOf(chinese(raw))) : undefined) ?? ownWords(issue.message) ?? issue.message;
  return { en: `${place}${issue.message}`, zh: `${place}${zh}` };
}
