// Rate limits as the vendor counts them: per API, app and tenant, in sliding windows; refusals say when to come back.
import { Refused } from './simulator-errors.ts';

export interface Limit {
  readonly perMinute?: number;
  readonly perSecond?: number;
}

/** What the contact API publishes for most calls. @see https://open.feishu.cn/document/server-docs/api-call-guide/frequency-control */
export const USUAL: Limit = { perMinute: 1000, perSecond: 50 };
export const HUNDRED: Limit = { perMinute: 100 };
/** PATCH of a user that moves or freezes: 1 request a second. @see https://open.feishu.cn/document/server-docs/contact-v3/user/patch */
export const ONE_A_SECOND: Limit = { perSecond: 1 };

export class Windows {
  private readonly sent = new Map<string, number[]>();

  /** Counts one request, or refuses it with 99991400 and the vendor's two headers; a refused one is not counted. */
  take(name: string, limit: Limit, now: number): void {
    let times = this.sent.get(name);
    if (!times) this.sent.set(name, (times = []));
    let old = 0;
    while (old < times.length && times[old]! <= now - 60_000) old += 1;
    if (old > 0) times.splice(0, old);
    const wait = Math.max(this.waitFor(times, limit.perMinute, 60_000, now), this.waitFor(times, limit.perSecond, 1000, now));
    if (wait > 0) {
      throw new Refused(99991400, {
        headers: {
          'x-ogw-ratelimit-limit': String(limit.perMinute ?? limit.perSecond),
          'x-ogw-ratelimit-reset': String(Math.ceil(wait / 1000)),
        },
      });
    }
    times.push(now);
  }

  private waitFor(times: readonly number[], limit: number | undefined, span: number, now: number): number {
    const blocking = limit === undefined ? undefined : times.at(-limit);
    return blocking === undefined ? 0 : Math.max(0, blocking + span - now);
  }

  /** How many requests of an API were let through in the last minute. */
  count(name: string): number {
    return this.sent.get(name)?.length ?? 0;
  }
}
