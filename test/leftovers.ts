// Finds and ends processes that tests started and forgot. Linux only: elsewhere it finds none.
import { readdirSync, readFileSync } from 'node:fs';

export interface Leftover {
  readonly pid: number;
  readonly command: string;
}

/** Processes of the group `group`, or with `mark` in their environment. Never this process. */
export function leftovers(group: number, mark: string): Leftover[] {
  if (process.platform !== 'linux') return [];
  const found: Leftover[] = [];
  for (const name of readdirSync('/proc')) {
    const pid = Number(name);
    if (!Number.isInteger(pid) || pid === process.pid) continue;
    try {
      // Fields after the command, which may hold anything: state, parent, process group.
      const [state, , pgrp] = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ').at(-1)!.split(' ');
      if (state === 'Z') continue;
      if (Number(pgrp) !== group && !readFileSync(`/proc/${pid}/environ`, 'latin1').includes(mark)) continue;
      found.push({ pid, command: readFileSync(`/proc/${pid}/cmdline`, 'utf8').replaceAll('\0', ' ').trim() });
    } catch {
      // It ended meanwhile, or belongs to somebody else.
    }
  }
  return found;
}

/** Waits for them to end by themselves, then ends them; returns those that had to be ended. */
export async function endLeftovers(group: number, mark: string, graceMs: number): Promise<readonly Leftover[]> {
  const until = Date.now() + graceMs;
  let found = leftovers(group, mark);
  while (found.length > 0 && Date.now() < until) {
    await new Promise((resolve) => setTimeout(resolve, 50));
    found = leftovers(group, mark);
  }
  for (const { pid } of found) {
    try {
      process.kill(pid, 'SIGKILL');
    } catch {
      // It ended meanwhile.
    }
  }
  return found;
}
