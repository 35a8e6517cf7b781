// A command begins at once: it loads what it needs, not the engine.
import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { expect, it } from 'vitest';
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

it('a command that only asks loads neither the engine, nor a connector, nor a store', async () => {
  const loaded = await loadedBy('help');
  expect(loaded).toContain('src/cli/commands/serve.ts');
  const heavy = /^src\/(?:connectors|engine\/(?:engine|commands)|store\/.*database|server\/app|cli\/open-app)|^node_modules\/(?!zod\/)/;
  expect(loaded.filter((path) => heavy.test(path))).toEqual([]);
});

it('says which version it is, in each way that people ask', async () => {
  for (const word of ['--version', '-V', 'version']) {
    const { stdout } = await promisify(execFile)(process.execPath, [main, word]);
    expect(stdout).toBe(`tributary ${release}\n`);
  }
});
