// `npm run console`: builds the console when its sources changed since the last build. Starting the server and the demo calls it first.
import { createHash } from 'node:crypto';
import { existsSync, globSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

const root = import.meta.dirname;
const stamp = join(root, 'dist', 'built-from');

/** A digest of everything that the build reads but the libraries, whose versions package.json names. */
function sources(): string {
  const digest = createHash('sha256');
  const files = [
    ...globSync('src/**/*', { cwd: root }),
    'index.html',
    'package.json',
    'build.ts',
    'vite.config.ts',
    'tsconfig.json',
  ].toSorted();
  for (const file of files) {
    if (!/\.\w+$/.test(file)) continue;
    digest.update(`${file}\n`).update(readFileSync(join(root, file)));
  }
  return digest.digest('hex');
}

const wanted = sources();
if (!existsSync(stamp) || readFileSync(stamp, 'utf8') !== wanted) {
  process.stdout.write('Building the console (once after each change) …\n');
  // Whoever starts it, tests too: in theirs antd gives every group of radio buttons one name, and choosing in one empties the others.
  process.env.NODE_ENV = 'production';
  const { build } = await import('vite');
  await build({ root, logLevel: process.argv.includes('--verbose') ? 'info' : 'warn' });
  writeFileSync(stamp, wanted);
}
