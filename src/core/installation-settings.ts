// What is decided once for the whole installation: typed keys, each with the default that holds where nobody has decided.
import { z } from 'zod';
import { isTimeZone } from './lifecycle.ts';

export const installationSettingsSchema = z.strictObject({
  timeZone: z
    .string()
    .refine(isTimeZone, 'must be a time zone such as Asia/Shanghai')
    .default('UTC')
    .describe('Time zone of first and last days of people who have none of their own.'),
});
export type InstallationSettings = z.output<typeof installationSettingsSchema>;
