// The command line as somebody types it: one process a command, in a folder of its own.
import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';

const main = join(import.meta.dirname, '../../src/main.ts');

export interface Told {
  readonly code: number;
  readonly out: string;
  readonly error: string;
}

/** A folder that is gone with the test; the data folder is `data` in it. */
export function scratch(): string {
  const folder = mkdtempSync(join(tmpdir(), 'tributary-words-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

export const told = (folder: string, ...words: string[]): Promise<Told> =>
  new Promise((resolve) => {
    const environment = { ...process.env, TRIBUTARY_DATA: join(folder, 'data'), NO_COLOR: '1', LANG: 'C' };
    execFile(process.execPath, [main, ...words], { cwd: folder, env: environment, timeout: 60_000 }, (error, out, err) =>
      resolve({ code: Number(error?.code ?? 0), out, error: err }),
    );
  });
