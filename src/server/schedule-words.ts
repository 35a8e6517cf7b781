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
  if (known) return known;
  const daily = /^(\d{1,2}) (\d{1,2}) \* \* (\*|1-5)$/.exec(clock);
  if (!daily) return { en: `By the clock: ${clock}`, zh: `定时：${clock}` };
  const time = `${daily[2]!.padStart(2, '0')}:${daily[1]!.padStart(2, '0')}`;
  return daily[3] === '*' ? { en: `Every day at ${time}`, zh: `每天 ${time}` } : { en: `On working days at ${time}`, zh: `工作日 ${time}` };
}
