// How much script a browser fetches before the first page can be used: the sync center, in either language.
import { execFileSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { expect, it } from 'vitest';

const folder = join(import.meta.dirname, '../../console');
const assets = join(folder, 'dist/assets');
const MOST = 350_000;

/** The script of the page with all that it imports without being asked: what is imported later is fetched when somebody goes there. */
function fetchedAtFirst(): Map<string, number> {
  const sizes = new Map<string, number>();
  const visit = (name: string): void => {
    if (sizes.has(name)) return;
    const text = readFileSync(join(assets, name), 'utf8');
    sizes.set(name, gzipSync(text, { level: 9 }).length);
    for (const [, imported] of text.matchAll(/(?:from|import)\s*["'`]\.\/([^"'`]+\.js)["'`]/g)) visit(imported!);
  };
  visit(/src="\/assets\/([^"]+\.js)"/.exec(readFileSync(join(folder, 'dist/index.html'), 'utf8'))![1]!);
  return sizes;
}

it('is no more than 350 kB, compressed', () => {
  execFileSync(process.execPath, [join(folder, 'build.ts')]);
  const scripts = fetchedAtFirst();
  expect(scripts.size).toBeGreaterThan(10);
  const texts = readdirSync(assets).filter((name) => /^(?:en|zh)-[\w-]{8}\.js$/.test(name));
  expect(texts.map((name) => name.slice(0, 2)).toSorted()).toEqual(['en', 'zh']);
  for (const language of texts) {
    expect(scripts.has(language)).toBe(false);
    const all = [...scripts.values(), gzipSync(readFileSync(join(assets, language)), { level: 9 }).length];
    expect(all.reduce((sum, size) => sum + size)).toBeLessThanOrEqual(MOST);
  }
});
