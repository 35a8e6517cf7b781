// A command begins at once: it loads what it needs, not the engine.
import { execFile } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { describe, expect, it, onTestFinished } from 'vitest';
import { onLines } from '../server/socket-lines.ts';
import { dataFolder } from './data-folder.ts';
import { release } from './release.ts';

const main = join(import.meta.dirname, '../main.ts');
const tellsWhatIsLoaded = `data:text/javascript,${encodeURIComponent(`
  import { registerHooks } from 'node:module';
  registerHooks({ load: (url, context, next) => (console.error('loads ' + url), next(url, context)) });
`)}`;

async function loadedBy(...words: string[]): Promise<string[]> {
  const { stderr } = await promisify(execFile)(process.execPath, ['--import', tellsWhatIsLoaded, main, ...words]);
  return [...stderr.matchAll(/^loads (?:.*\/(?=src\/|node_modules\/))?(.*)$/gm)].map(([, path]) => path!);
}

const heavy = /^src\/(?:connectors|engine\/(?:engine|commands)|store\/.*database|server\/app|cli\/open-app)|^node_modules\/(?!zod\/)/;

describe('loads neither the engine, nor a connector, nor a store:', () => {
  it('what says how it is used', async () => {
    const loaded = await loadedBy('help');
    expect(loaded).toContain('src/cli/commands/serve.ts');
    expect(loaded.filter((path) => heavy.test(path))).toEqual([]);
  });

  it('what asks the server of this data folder', async () => {
    const folder = dataFolder(mkdtempSync(join(tmpdir(), 'tributary-asked-')), null);
    onTestFinished(() => rmSync(folder.path, { recursive: true }));
    const asked: unknown[] = [];
    const server = createServer((socket) =>
      onLines(socket, (line) => {
        const { id, call } = JSON.parse(line) as { id: number; call: string };
        asked.push(call);
        socket.write(`${JSON.stringify({ id, result: { runs: [], next: null } })}\n`);
      }),
    ).listen(folder.socket);
    onTestFinished(() => void server.close());
    await once(server, 'listening');
    const loaded = await loadedBy('runs', '--json', '--data', folder.path);
    expect(asked).not.toEqual([]);
    expect(loaded.filter((path) => heavy.test(path))).toEqual([]);
  });
});

it('says which version it is, in each way that people ask', async () => {
  for (const word of ['--version', '-V', 'version']) {
    const { stdout } = await promisify(execFile)(process.execPath, [main, word]);
    expect(stdout).toBe(`tributary ${release}\n`);
  }
});
