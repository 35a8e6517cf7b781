// What is decided once for the whole installation: typed keys, each with the default that holds where nobody has decided.
import { z } from 'zod';
import { isTimeZone } from './lifecycle.ts';
import { mailAddress } from './notices.ts';

export const installationSettingsSchema = z.strictObject({
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
});
export type InstallationSettings = z.output<typeof installationSettingsSchema>;
