// How things went, day by day, for pictures: people, changes by kind, what failed, what targets changed on their own, how late real time was.
import { z } from 'zod';
import { countsByDay, driftByDay, lagByDay } from '../../store/course.ts';
import { directorySizes } from '../../store/sizes.ts';
import { query } from './operation.ts';

const DAY = 86_400_000;
const MOST_DAYS = 366;
const count = z.int().nonnegative();

/** What is counted of a run (stages/close.ts) → what the picture shows. */
const kinds = {
  'applied.create': 'created',
  'applied.update': 'updated',
  'applied.link': 'linked',
  'applied.enable': 'enabled',
  'applied.disable': 'disabled',
  'applied.remove': 'removed',
  'applied.unlink': 'unlinked',
  failed: 'failed',
} as const;
type Kind = (typeof kinds)[keyof typeof kinds];
const shown = Object.values(kinds);
const ARRIVED = 'applied.create.person';
const LEFT = 'applied.remove.person';

const ofKinds = (): Record<Kind, number> => Object.fromEntries(shown.map((kind) => [kind, 0])) as Record<Kind, number>;

export const courseShow = query({
  role: 'viewer',
  route: { method: 'GET', path: '/course', group: 'status' },
  does: {
    en: 'Says how things went day by day: people, changes by kind, failures, differences, delays',
    zh: '按天查看走势：人员数量、各类变更、失败、差异与延迟',
  },
  input: z.strictObject({
    /** Of one job; missing = of all. */
    job: z.coerce.number().int().positive().optional(),
    days: z.coerce.number().int().min(1).max(MOST_DAYS).default(30),
    /** Minutes by which the clock whose days are counted is before UTC. */
    aheadMinutes: z.coerce.number().int().min(-840).max(840).default(0),
  }),
  output: z.object({
    days: z.array(
      z.object({
        /** YYYY-MM-DD */
        day: z.string(),
        /** In the directory when the day was over, those who were removed left out. */
        people: count,
        changes: z.record(z.enum(shown), count),
        /** Values that systems were first seen to have changed on their own. */
        drift: count,
        /** From an event to the end of what it caused; null: no event came. */
        lag: z.object({ runs: count, usualMs: count, worstMs: count }).nullable(),
      }),
    ),
  }),
  async answer({ reader, now }, { job, days, aheadMinutes }) {
    const aheadMs = aheadMinutes * 60_000;
    const today = Math.floor((now() + aheadMs) / DAY);
    const first = today - days + 1;
    const span = { from: first * DAY - aheadMs, aheadMs, job };
    const counted = await countsByDay(reader, [...Object.keys(kinds), ARRIVED, LEFT], span);
    const lags = new Map((await lagByDay(reader, span)).map((row) => [row.day, row]));
    const drifts = new Map((await driftByDay(reader, span)).map((row) => [row.day, row.count]));
    const sizes = await directorySizes(reader);
    let people = sizes.filter((row) => row.type === 'person' && row.lifecycle !== 'absent').reduce((sum, row) => sum + row.count, 0);
    const found = [];
    for (let day = today; day >= first; day -= 1) {
      const rows = counted.filter((row) => row.day === day);
      const changes = ofKinds();
      for (const row of rows) if (row.name in kinds) changes[kinds[row.name as keyof typeof kinds]] += row.count;
      const lag = lags.get(day);
      found.push({
        day: new Date(day * DAY).toISOString().slice(0, 10),
        people,
        changes,
        drift: drifts.get(day) ?? 0,
        lag: lag ? { runs: lag.runs, usualMs: lag.usual, worstMs: lag.worst } : null,
      });
      // Who came that day was not there the evening before.
      const net = rows.filter((row) => row.direction === 'up').reduce((sum, row) => sum + signOf(row.name) * row.count, 0);
      people = Math.max(0, people - net);
    }
    return { days: found.toReversed() };
  },
});

const signOf = (name: string): number => (name === ARRIVED ? 1 : name === LEFT ? -1 : 0);
