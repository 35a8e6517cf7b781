// What is decided once for the whole installation: typed keys, each with the default that holds where nobody has decided.
import { z } from 'zod';
import { isTimeZone } from './lifecycle.ts';
import { mailAddress } from './notices.ts';

const days = z.int().min(7).max(36_500);

/** Each key by itself; a change may name some of them. */
export const installationSettingFields = {
  timeZone: z
    .string()
    .refine(isTimeZone, 'must be a time zone such as Asia/Shanghai')
    .default('UTC')
    .describe('Time zone of first and last days of people who have none of their own.'),
  language: z.enum(['en', 'zh']).default('en').describe('Language of what a channel sends that names none.'),
  recipients: z
    .array(mailAddress)
    .max(200)
    .default([])
    .describe('Who is told by rules of channels that write to people, where the rule names nobody.'),
  keepRunsDays: days
    .default(400)
    .describe('How long runs are kept with their changes and what removed accounts were; so long a run can be undone.'),
  keepDryRunsDays: days.default(90).describe('How long dry runs are kept with their plans.'),
  keepHistoryDays: days
    .nullable()
    .default(null)
    .describe(
      'How long the history of the directory is kept: so long it can be looked at as it was. Null: for ever. Not shorter than keepRunsDays.',
    ),
  keepNoticesDays: days.default(90).describe('How long notices, mended problems and answered questions are kept.'),
} as const;

export const installationSettingsSchema = z
  .strictObject(installationSettingFields)
  .refine(({ keepHistoryDays, keepRunsDays }) => keepHistoryDays === null || keepHistoryDays >= keepRunsDays, {
    path: ['keepHistoryDays'],
    message: 'must not be shorter than keepRunsDays: what a run did is undone with the history',
  });
export type InstallationSettings = z.output<typeof installationSettingsSchema>;
