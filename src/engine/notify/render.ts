// Turns a notice into a message: subject, plain text and link, in one language.
import type { NoticeKind, NoticeText as Text, NoticeTexts } from '../../core/notices.ts';
import type { Label } from '../../core/model.ts';
import { questionWords, wordOf } from '../words.ts';
import type { NoticeFacts } from './note.ts';
import { texts, type Language } from './texts.ts';

export interface Told {
  readonly kind: NoticeKind;
  readonly at: number;
  readonly job: number | null;
  readonly connection: string | null;
  readonly facts: NoticeFacts;
  /** What only the message itself says: never in a list, nor in what programs get. */
  readonly personal?: { readonly name: string; readonly account: string; readonly password: string };
}

export interface Message {
  readonly subject: string;
  readonly text: string;
}

/** Whatever could end a header or a line, or hide what follows. */
// oxlint-disable-next-line no-control-regex
const control = /[\u0000-\u001f\u007f\u0085\u200b-\u200f\u2028-\u202e\u2066-\u2069]+/g;
const MOST_SUBJECT = 200;

/** `2026-03-01 08:00 UTC` */
const time = (at: number): string => `${new Date(at).toISOString().slice(0, 16).replace('T', ' ')} UTC`;

const number = (count: number | undefined): string => (count === undefined ? '' : count.toLocaleString('en'));

/** By the name of the placeholder; '' = there is nothing to say. */
function valuesOf(told: Told, language: Language, publicUrl: string | null): Readonly<Record<string, string>> {
  const { facts } = told;
  const say = (label: Label | null | undefined): string => label?.[language] ?? '';
  const count = (name: string): string => number(facts.counts?.[name]);
  return {
    job: facts.jobName ?? '',
    jobNumber: told.job === null ? '' : String(told.job),
    connection: facts.connectionName ?? '',
    run: facts.run === undefined ? '' : String(facts.run),
    mode: facts.mode === undefined ? '' : say(wordOf.mode(facts.mode)),
    read: count('read'),
    applied: count('applied'),
    held: count('held'),
    failed: count('failed'),
    reason: say(facts.reason),
    warnings: (facts.warnings ?? []).map((warning) => `· ${say(warning)}`).join('\n'),
    question: facts.question === undefined ? '' : say(questionWords(facts.question)),
    count: number(facts.count),
    by: facts.by ?? '',
    hours: number(facts.hours),
    days: number(facts.days),
    since: typeof facts.since === 'number' ? time(facts.since) : '',
    expires: facts.expires === undefined ? '' : time(facts.expires),
    link: linkOf(told, publicUrl),
    name: told.personal?.name ?? '',
    account: told.personal?.account ?? '',
    password: told.personal?.password ?? '',
  };
}

/** Nothing without a public address: a link that opens nowhere else is worse than none. */
function linkOf({ facts }: Told, publicUrl: string | null): string {
  if (publicUrl === null) return '';
  const base = publicUrl.replace(/\/+$/, '');
  return facts.run === undefined ? `${base}/` : `${base}/#/runs/${facts.run}`;
}

/** Values are never looked through for placeholders again. */
function fill({ subject, body }: Text, values: Readonly<Record<string, string>>): Message {
  const put = (text: string, clean: (value: string) => string): string =>
    text.replace(/\{(\w+)\}/g, (_, name: string) => clean(values[name] ?? ''));
  const isKept = (line: string): boolean => [...line.matchAll(/\{(\w+)\}/g)].every(([, name]) => (values[name!] ?? '') !== '');
  return {
    subject: put(subject, oneLine).slice(0, MOST_SUBJECT).trim(),
    text: put(
      body
        .split('\n')
        .filter(isKept)
        .join('\n')
        .replace(/\n{3,}/g, '\n\n'),
      (value) => value.split('\n').map(oneLine).join('\n'),
    ).trim(),
  };
}

const oneLine = (value: string): string => value.replace(control, ' ');

/** Several become a digest: one line each. All are of one kind. `own`: texts that the administrator wrote. */
export function messageOf(all: readonly Told[], language: Language, publicUrl: string | null, own: NoticeTexts = {}): Message {
  const [first] = all;
  if (all.length <= 1) return first ? rendered(first, language, publicUrl, own) : { subject: 'Tributary', text: '' };
  const lines = all.map((told) => `${time(told.at)}  ${rendered(told, language, null, own).subject}`);
  const title = rendered(first!, language, null, own).subject;
  return language === 'zh'
    ? { subject: `${all.length} 条通知：${title} …`, text: `短时间内的同类通知合并如下。\n\n${lines.join('\n')}` }
    : { subject: `${all.length} notices: ${title} …`, text: `Notices of one kind that came close together:\n\n${lines.join('\n')}` };
}

const rendered = (told: Told, language: Language, publicUrl: string | null, own: NoticeTexts = {}): Message =>
  fill(own[told.kind]?.[language] ?? texts[told.kind][language], valuesOf(told, language, publicUrl));

/** For programs. */
export const tellingOf = (told: Told, language: Language, publicUrl: string | null): Readonly<Record<string, unknown>> => ({
  kind: told.kind,
  at: new Date(told.at).toISOString(),
  title: rendered(told, language, null).subject,
  job: told.job,
  connection: told.connection,
  link: linkOf(told, publicUrl) || null,
  facts: told.facts,
});

export const titleOf = (told: Told): Label => ({
  en: rendered(told, 'en', null).subject,
  zh: rendered(told, 'zh', null).subject,
});

/** A notice of this kind with made-up facts, to look at. */
export const exampleOf = (kind: NoticeKind): Told => ({
  kind,
  at: Date.UTC(2026, 2, 1, 8),
  job: 3,
  connection: 'hr',
  facts: {
    jobName: 'HR',
    connectionName: 'HR system',
    run: 128,
    mode: 'full',
    counts: { read: 3_812, applied: 41, held: 6, failed: 2 },
    reason: { en: 'The system refused the password.', zh: '对方系统拒绝了密码。' },
    warnings: [{ en: '2 records have problems.', zh: '2 条记录有问题。' }],
    question: 'delete',
    count: 6,
    by: 'Li Na',
    hours: 48,
    days: 7,
    since: Date.UTC(2026, 1, 28, 6, 30),
    expires: Date.UTC(2026, 2, 8),
  },
  ...(kind === 'account-created' ? { personal: { name: 'Zhang Wei', account: 'zhangwei', password: 'Xk7-mPq4v_Rt2sWh' } } : {}),
});
