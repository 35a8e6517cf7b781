// What a process and its children cost, read from /proc while they run.
import { readdirSync, readFileSync } from 'node:fs';

export interface Cost {
  /** Peak resident memory of the tree, MiB. */
  readonly rssMiB: number;
  /** User and system time, seconds. */
  readonly cpuSeconds: number;
}

const TICK = 100;

/** Samples the tree below `pid` every 50 ms until `stop`. */
export function watch(pid: number): { stop(): Cost } {
  let peak = 0;
  let cpu = 0;
  const sample = (): void => {
    let rss = 0;
    let ticks = 0;
    for (const id of treeOf(pid)) {
      const stat = statOf(id);
      if (!stat) continue;
      rss += stat.rssPages * 4096;
      ticks += stat.ticks;
    }
    peak = Math.max(peak, rss);
    cpu = Math.max(cpu, ticks / TICK);
  };
  const timer = setInterval(sample, 50);
  return {
    stop() {
      clearInterval(timer);
      sample();
      return { rssMiB: Math.round(peak / 1_048_576), cpuSeconds: cpu };
    },
  };
}

function statOf(pid: number): { ppid: number; ticks: number; rssPages: number } | null {
  try {
    const text = readFileSync(`/proc/${pid}/stat`, 'utf8');
    const fields = text.slice(text.lastIndexOf(')') + 2).split(' ');
    return { ppid: Number(fields[1]), ticks: Number(fields[11]) + Number(fields[12]), rssPages: Number(fields[21]) };
  } catch {
    return null;
  }
}

function treeOf(root: number): number[] {
  const children = new Map<number, number[]>();
  for (const name of readdirSync('/proc')) {
    const pid = Number(name);
    if (!Number.isInteger(pid)) continue;
    const stat = statOf(pid);
    if (stat) children.set(stat.ppid, [...(children.get(stat.ppid) ?? []), pid]);
  }
  const tree = [root];
  for (let at = 0; at < tree.length; at++) tree.push(...(children.get(tree[at]!) ?? []));
  return tree;
}
