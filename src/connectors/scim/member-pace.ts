// How many members one group takes in an hour: what was sent is kept in the connection's memory, so that every worker and run knows it.
import { z } from 'zod';
import type { ConnectionContext } from '../../connector-kit/contract.ts';
import { ConnectorError } from '../../connector-kit/errors.ts';

export interface MemberPace {
  /** Notes that so many leave now. Throws `rate-limited`, with the time to wait, where they would be too many. Calls for one group never overlap. */
  take(group: string, count: number, perHour: number | null): Promise<void>;
  /** Notes what has left already, with the group itself. */
  note(group: string, count: number, perHour: number | null): Promise<void>;
}

const HOUR_MS = 3_600_000;
/** When (ms) how many. */
const shape = z.array(z.tuple([z.number(), z.number()]));

export function memberPace({ memory, clock }: Pick<ConnectionContext<unknown>, 'memory' | 'clock'>): MemberPace {
  const keyOf = (group: string): string => `members sent to ${group}`;
  const lastHour = async (group: string): Promise<z.infer<typeof shape>> => {
    const text = await memory.get(keyOf(group));
    return (text === undefined ? [] : shape.parse(JSON.parse(text))).filter(([at]) => at > clock.now() - HOUR_MS);
  };
  const keep = async (group: string, before: z.infer<typeof shape>, count: number): Promise<void> =>
    memory.set(keyOf(group), JSON.stringify([...before, [clock.now(), count]]));
  return {
    async take(group, count, perHour) {
      if (perHour === null) return;
      const before = await lastHour(group);
      const free = freeAt(before, perHour - count);
      if (free !== null) throw tooMany(perHour, free - clock.now());
      await keep(group, before, count);
    },
    async note(group, count, perHour) {
      if (perHour !== null && count > 0) await keep(group, await lastHour(group), count);
    },
  };
}

/** When no more than `most` of them are of the last hour; null: now. The last one to leave is never waited for in vain. */
function freeAt(sent: readonly (readonly [at: number, count: number])[], most: number): number | null {
  let left = sent.reduce((sum, [, count]) => sum + count, 0);
  let free: number | null = null;
  for (const [at, count] of sent) {
    if (left <= most) break;
    left -= count;
    free = at + HOUR_MS;
  }
  return free;
}

const tooMany = (perHour: number, afterMs: number): ConnectorError =>
  new ConnectorError(
    'rate-limited',
    {
      en: `The system takes ${perHour} members of one group in an hour; the others wait for the next.`,
      zh: `该系统每小时对单个组最多接受 ${perHour} 个成员，其余等待下一小时。`,
    },
    { afterMs },
  );
