// Kills a process in the middle of a run, really: not the server, whose other jobs have to go on, but one of its own with a copy of the sandbox company.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import type { SandboxKill } from '../engine/sandbox.ts';

/** What it says in the moment before. */
export interface Died {
  /** People whom it has written into the phone book. */
  readonly written: number;
}

/** What the next process found and did in the same folder. */
export interface WentOn {
  /** People who were noted as written when it began. */
  readonly noted: number;
  /** People whom it has written to end the run. */
  readonly written: number;
  /** Changes of one more run. */
  readonly again: number;
  /** Rows of the phone book, and how many different people they are. */
  readonly people: number;
  readonly different: number;
}

/** Longer than both take on a machine that is busy. */
const PATIENCE_MS = 120_000;

export const sandboxKill: SandboxKill = async (folder) => {
  await mkdir(folder, { recursive: true, mode: 0o700 });
  const own = await mkdtemp(join(folder, 'killed-'));
  try {
    const died = await victim(own, 'die');
    if (died.signal !== 'SIGKILL') throw new Error(`The process was to be killed, and ended with ${died.code}: ${died.complaint}`);
    const next = await victim(own, 'go-on');
    if (next.code !== 0) throw new Error(`The next process ended with ${next.signal ?? next.code}: ${next.complaint}`);
    const { written: before } = JSON.parse(died.said) as Died;
    const { noted, written: afterwards, again, people, different } = JSON.parse(next.said) as WentOn;
    const unnoted = before - noted;
    return {
      before,
      unnoted,
      afterwards,
      again,
      people,
      isUnharmed: before + afterwards === people && people === different && again === 0,
    };
  } finally {
    await rm(own, { recursive: true, force: true });
  }
};

async function victim(folder: string, phase: 'die' | 'go-on') {
  const ending = import.meta.filename.endsWith('.ts') ? '.ts' : '.js';
  const child = spawn(process.execPath, [join(import.meta.dirname, `sandbox-victim${ending}`), folder, phase], {
    stdio: ['ignore', 'pipe', 'pipe'],
    timeout: PATIENCE_MS,
  });
  const [said, complaint, [code, signal]] = await Promise.all([
    text(child.stdout),
    text(child.stderr),
    once(child, 'exit') as Promise<[number | null, NodeJS.Signals | null]>,
  ]);
  return { said, complaint, code, signal };
}
