// A job's schedule in words, for pages that the server writes: the usual ones as people say them, others as they were entered.
import type { Label } from '../core/model.ts';

const every: Readonly<Record<string, Label>> = {
  '15 minutes': { en: 'Every 15 minutes', zh: '每 15 分钟' },
  '1 hours': { en: 'Every hour', zh: '每小时' },
  '6 hours': { en: 'Every 6 hours', zh: '每 6 小时' },
  day: { en: 'Every day', zh: '每天' },
  week: { en: 'Every week', zh: '每周' },
  month: { en: 'Every month', zh: '每月' },
};

/** @param schedule  as `job.list` answers it: `0 6 * * * (UTC)`, `every 6 hours (UTC)`, `live + 0 6 * * * (UTC)` */
export function scheduleWords(schedule: string): Label {
  const isLive = schedule === 'live' || schedule.startsWith('live + ');
  const clock = /^(?:live \+ )?(.+?) \(([^()]+)\)$/.exec(schedule);
  const times = clock ? timesOf(clock[1]!, clock[2]!) : null;
  const live = { en: 'At once on events', zh: '实时' };
  if (!isLive) return times ?? { en: schedule, zh: schedule };
  return times ? { en: `${live.en}; ${times.en}`, zh: `${live.zh}；${times.zh}` } : live;
}

function timesOf(clock: string, zone: string): Label {
  const { en, zh } = clockWords(clock);
  return { en: `${en} (${zone})`, zh: `${zh}（${zone}）` };
}

function clockWords(clock: string): Label {
  const known = clock.startsWith('every ') ? every[clock.slice('every '.length)] : undefined;
  return known ?? cronWords(clock) ?? { en: `By the clock: ${clock}`, zh: `定时：${clock}` };
}

/** null: one that has no short sentence. Which have one is the console's to say: `console/src/pages/job/clock-said.ts`. */
function cronWords(cron: string): Label | null {
  const [minute, hour, day, month, weekday, ...more] = cron.trim().split(/\s+/);
  if (weekday === undefined || more.length > 0 || month !== '*') return null;
  const often = day === '*' && weekday === '*' ? oftenWords(minute!, hour!) : null;
  if (often !== null || !isBelow(minute!, 60) || !isBelow(hour!, 24)) return often;
  return daysWords(day!, weekday, `${hour!.padStart(2, '0')}:${minute!.padStart(2, '0')}`);
}

const isBelow = (field: string, end: number): boolean => /^\d{1,2}$/.test(field) && Number(field) < end;

/** Of steps only those that come out even: after the others the last one of an hour or a day is shorter. */
function stepOf(field: string, whole: number): number | null {
  const step = Number(/^\*\/(\d{1,2})$/.exec(field)?.[1] ?? Number.NaN);
  return step > 0 && whole % step === 0 ? step : null;
}

function oftenWords(minute: string, hour: string): Label | null {
  const minutes = minute === '*' ? 1 : stepOf(minute, 60);
  if (minutes !== null && hour !== '*') return null;
  if (minutes !== null) return { en: minutes === 1 ? 'Every minute' : `Every ${minutes} minutes`, zh: `每 ${minutes} 分钟` };
  const hours = hour === '*' ? 1 : stepOf(hour, 24);
  if (hours === null || !isBelow(minute, 60)) return null;
  const at = minute.padStart(2, '0');
  return { en: `Every ${hours === 1 ? 'hour' : `${hours} hours`} at minute ${at}`, zh: `每 ${hours} 小时，第 ${at} 分` };
}

function daysWords(day: string, weekday: string, time: string): Label | null {
  if (day === '*' && weekday === '*') return { en: `Every day at ${time}`, zh: `每天 ${time}` };
  if (day === '*' && weekday === '1-5') return { en: `On working days at ${time}`, zh: `工作日 ${time}` };
  if (day !== '*') return weekday === '*' && isBelow(day, 32) && Number(day) > 0 ? monthlyWords(Number(day), time) : null;
  if (!/^[0-7](,[0-7])*$/.test(weekday)) return null;
  return { en: `Every ${weekdaysIn('en', weekday)} at ${time}`, zh: `每${weekdaysIn('zh', weekday)} ${time}` };
}

/** Every month has one; of later days that is not so. */
const IN_EVERY_MONTH = 28;
const monthlyWords = (day: number, time: string): Label =>
  day > IN_EVERY_MONTH
    ? { en: `On day ${day} of the months that have one, at ${time}`, zh: `每月 ${day} 日 ${time}（没有这一天的月份除外）` }
    : { en: `Every month on day ${day} at ${time}`, zh: `每月 ${day} 日 ${time}` };

/** A Sunday. */
const SUNDAY = Date.UTC(2026, 0, 4);
const DAY_MS = 86_400_000;
function weekdaysIn(language: 'en' | 'zh', weekdays: string): string {
  const name = new Intl.DateTimeFormat(language, { weekday: 'long', timeZone: 'UTC' });
  // 0 and 7 are both Sunday.
  const numbers = new Set(weekdays.split(',').map((one) => Number(one) % 7));
  return new Intl.ListFormat(language).format([...numbers].map((one) => name.format(SUNDAY + one * DAY_MS)));
}
