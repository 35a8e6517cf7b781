// The status page, which the server writes, and the console say when a job runs in the same words.
import i18next from 'i18next';
import { expect, it } from 'vitest';
import { scheduleWords } from '../../../../src/server/schedule-words.ts';
import { en } from '../../i18n/en/index.ts';
import { zh } from '../../i18n/zh/index.ts';
import { partSaid } from './part-said.ts';

const clocks = [
  ...['15 minutes', '1 hours', '6 hours', 'day', 'week', 'month'].map((every) => ({ every })),
  ...['0 6 * * *', '30 22 * * 1-5', '*/7 1-3 * * *'].map((cron) => ({ cron })),
];

it.each(['en', 'zh'] as const)('every schedule is told alike on both (%s)', (language) => {
  const spoken = i18next.createInstance();
  void spoken.init({
    lng: language,
    initAsync: false,
    resources: { [language]: { console: language === 'en' ? en : zh } },
    defaultNS: 'console',
    ns: ['console'],
    interpolation: { escapeValue: false },
  });
  for (const clock of clocks) {
    const trigger = { kind: 'schedule', ...clock };
    const [there] = partSaid.timing({ trigger } as never, { t: spoken.t, language } as never, {} as never);
    const entered = 'cron' in clock ? clock.cron : `every ${clock.every}`;
    const zone = language === 'en' ? ' (UTC)' : '（UTC）';
    expect(scheduleWords(`${entered} (UTC)`)[language]).toBe(`${there}${zone}`);
  }
});
