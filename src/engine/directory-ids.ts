// Directory ids: UUIDv7, so that ids made together lie together in every index.
import { randomBytes } from 'node:crypto';

/** Asked for a few bytes at a time, the system costs more than everything else about an id. */
function pooled(random: (size: number) => Buffer): (size: number) => Buffer {
  let pool = random(0);
  let at = 0;
  return (size) => {
    if (at + size > pool.length) {
      pool = random(4096);
      at = 0;
    }
    return pool.subarray(at, (at += size));
  };
}

/** Returns a maker of ids for a time in epoch ms; ids of one maker increase within a millisecond. */
export function createDirectoryIds(random: (size: number) => Buffer = pooled(randomBytes)): (now: number) => string {
  let last = 0;
  let count = 0;
  return (now) => {
    if (now === last) count++;
    else {
      last = now;
      count = 0;
    }
    const time = (now + Math.floor(count / 4096)).toString(16).padStart(12, '0');
    const tail = random(8).toString('hex');
    const variant = ((Number.parseInt(tail[0]!, 16) & 3) | 8).toString(16);
    return `${time.slice(0, 8)}-${time.slice(8)}-7${(count % 4096).toString(16).padStart(3, '0')}-${variant}${tail.slice(1, 4)}-${tail.slice(4)}`;
  };
}
