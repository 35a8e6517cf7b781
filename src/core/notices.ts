// What people can be told, and who wants to be told what: the kinds of notices and the rules that pick their recipients.
import { z } from 'zod';
import type { Label } from './model.ts';

/** When somebody wants to be told. */
export const noticeConditions = {
  always: { en: 'every run', zh: '每次执行' },
  warning: { en: 'warnings, and whatever is worse', zh: '警告及更严重的情况' },
  failure: { en: 'failures', zh: '失败' },
  held: { en: 'work that waits for a person', zh: '有变更待确认' },
  recovery: { en: 'things that work again', zh: '恢复正常' },
  overdue: { en: 'no complete read, or no event, for too long', zh: '长时间没有完整读取或没有事件' },
  expiry: { en: 'credentials that expire', zh: '凭据即将到期' },
} as const satisfies Record<string, Label>;
export type NoticeCondition = keyof typeof noticeConditions;

/** Each kind with what makes somebody hear of it. None: it is sent to the one it is for. */
export const noticeKinds = {
  'run-succeeded': { on: ['always'] },
  'run-warnings': { on: ['always', 'warning'] },
  'run-partly-failed': { on: ['always', 'warning', 'failure'] },
  'run-failed': { on: ['always', 'warning', 'failure'] },
  /** The first run that came through after one that did not. */
  'run-recovered': { on: ['always', 'recovery'] },
  'held-opened': { on: ['held'] },
  'job-paused': { on: ['warning', 'failure'] },
  'job-quarantined': { on: ['warning', 'failure'] },
  'job-resumed': { on: ['recovery'] },
  'connection-away': { on: ['warning', 'failure'] },
  'connection-back': { on: ['recovery'] },
  'read-overdue': { on: ['overdue'] },
  'events-silent': { on: ['overdue'] },
  'credential-expiring': { on: ['expiry'] },
  /** To the person whom it concerns, or to their manager. */
  'account-created': { on: [] },
  'channel-test': { on: [] },
} as const satisfies Record<string, { readonly on: readonly NoticeCondition[] }>;
export type NoticeKind = keyof typeof noticeKinds;

// ── who wants to be told ─────────────────────────────────────────────────────────────────────────────────

const oneAddress = /^[^\s@<>(),;:\\"[\]\p{C}]{1,64}@[^\s@<>(),;:\\"[\]\p{C}]+$/u;
/** One plain address: no name, no list, nothing that could end a header. */
export const mailAddress = z
  .string()
  .max(254)
  .refine((text) => oneAddress.test(text), 'is not one mail address such as it@example.org');

const conditions = Object.keys(noticeConditions) as [NoticeCondition, ...NoticeCondition[]];

const ruleSchema = z.strictObject({
  on: z.array(z.enum(conditions)).min(1),
  /** Id of a channel. */
  channel: z.string().min(1),
  /** Mail addresses; of channels that write to people only. */
  to: z.array(mailAddress).max(200).default([]),
  /** Everybody who has one of these roles here and whose sign-in name is a mail address. */
  roles: z.array(z.enum(['viewer', 'operator', 'approver', 'admin', 'auditor'])).default([]),
});
export type NoticeRule = z.output<typeof ruleSchema>;

const hours = z.int().min(1).max(8760).nullable().default(null);

// ── what is said ─────────────────────────────────────────────────────────────────────────────────────────

/** What a text can be filled with, by kind of reader; a line of which one is empty is left out. */
const forOperators = [
  'job',
  'jobNumber',
  'connection',
  'run',
  'mode',
  'read',
  'applied',
  'held',
  'failed',
  'reason',
  'warnings',
  'question',
  'count',
  'by',
  'hours',
  'days',
  'since',
  'expires',
  'link',
];
const forPeople = ['name', 'account', 'password', 'connection'];
export const placeholdersOf = (kind: NoticeKind): readonly string[] => (kind === 'account-created' ? forPeople : forOperators);

export interface NoticeText {
  readonly subject: string;
  readonly body: string;
}

const noticeText = z.strictObject({ subject: z.string().trim().min(1).max(200), body: z.string().trim().min(1).max(10_000) });
const inLanguages = z.strictObject({ en: noticeText.optional(), zh: noticeText.optional() });

/** Own words for a kind of notice; a language that is missing says what we say. */
export const noticeTextsSchema = z
  .partialRecord(z.enum(Object.keys(noticeKinds) as [NoticeKind, ...NoticeKind[]]), inLanguages)
  .superRefine((texts, context) => {
    for (const [kind, languages] of Object.entries(texts))
      for (const [language, text] of Object.entries(languages ?? {})) {
        const known = placeholdersOf(kind as NoticeKind);
        const unknown = [...`${text.subject} ${text.body}`.matchAll(/\{(\w+)\}/g)]
          .map(([, name]) => name!)
          .find((name) => !known.includes(name));
        if (unknown !== undefined)
          context.addIssue({
            code: 'custom',
            path: [kind, language],
            message: `{${unknown}} is nothing that this text can be filled with. There are: ${known.map((name) => `{${name}}`).join(', ')}`,
          });
      }
  });
export type NoticeTexts = z.output<typeof noticeTextsSchema>;

/** Downstream: whether, and how, a person hears of an account that was made for them. */
export const welcomeSchema = z.strictObject({
  /** Id of a channel that writes to people. */
  channel: z.string().min(1),
  to: z.enum(['person', 'manager']).default('person'),
  /** Attributes of the directory's person that may hold the address: the first with a value. */
  address: z.array(z.string().min(1)).min(1).max(5).default(['privateEmail', 'email']),
  /** Gives new accounts a random initial password where the system takes one, and tells it once. */
  password: z.boolean().default(false),
});
export type Welcome = z.output<typeof welcomeSchema>;

/** Of one job. Null: nobody minds. */
export const jobNoticesSchema = z.strictObject({
  rules: z.array(ruleSchema).max(50).default([]),
  /** Told when the last complete read is longer ago. */
  noCompleteReadHours: hours,
  /** Told when no event came for so long although a reconcile found changes. */
  noEventHours: hours,
});

/** Of the whole installation: for every job, and for what belongs to none. */
export const installationNoticesSchema = jobNoticesSchema.extend({
  /** More than so many of one kind to one recipient within so many minutes become one message. */
  digest: z.strictObject({ count: z.int().min(1).max(1000).default(5), minutes: z.int().min(1).max(1440).default(10) }).prefault({}),
  /** Days before a credential expires. */
  expiryDays: z.array(z.int().min(0).max(365)).max(10).default([30, 7, 1]),
  texts: noticeTextsSchema.default({}),
});
export type InstallationNotices = z.output<typeof installationNoticesSchema>;
