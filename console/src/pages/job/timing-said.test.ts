// The status page, which the server writes, and the console say when a job runs in the same words.
import { expect, it } from 'vitest';
import { scheduleWords } from '../../../../src/server/schedule-words.ts';
import { wordsIn } from '../../i18n/words-in.ts';
import { partSaid } from './part-said.ts';

const clocks = [
  ...['15 minutes', '1 hours', '6 hours', 'day', 'week', 'month'].map((every) => ({ every })),
  ...['0 6 * * *', '30 22 * * 1-5', '0 8 * * 1', '0 8 * * 1,4', '15 22 * * 7', '0 8 * * 0,7', '0 5 1 * *', '0 3 31 * *'].map((cron) => ({
    cron,
  })),
  ...['*/10 * * * *', '* * * * *', '5 * * * *', '0 */4 * * *', '0 */12 * * *'].map((cron) => ({ cron })),
  // Without a short sentence.
  ...['*/7 1-3 * * *', '*/7 * * * *', '0 */5 * * *', '0 3 32 * *', '0 3 1 * 1', '0 3 * 1 *', '0 3,15 * * *', '*/10 8 * * *'].map(
    (cron) => ({ cron }),
  ),
];

it.each(['en', 'zh'] as const)('every schedule is told alike on both (%s)', (language) => {
  for (const clock of clocks) {
    const trigger = { kind: 'schedule', ...clock };
    const [there] = partSaid.timing({ trigger } as never, wordsIn(language) as never, {} as never);
    const entered = 'cron' in clock ? clock.cron : `every ${clock.every}`;
    const zone = language === 'en' ? ' (UTC)' : '（UTC）';
    expect(scheduleWords(`${entered} (UTC)`)[language]).toBe(`${there}${zone}`);
  }
});
