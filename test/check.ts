// `npm run check`: everything that can be said about the code without running it. One line per step; failures in full.
import { spawn } from 'node:child_process';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const modules = join(root, 'node_modules');
const vitest = (...files: string[]): readonly string[] => [
  join(modules, 'vitest', 'vitest.mjs'),
  'run',
  '--project=quick',
  '--reporter=dot',
  ...files,
];

interface Step {
  readonly name: string;
  /** A script for Node and its arguments. */
  readonly command: readonly string[];
  /** What to do when it fails, if it can be done by a command. */
  readonly remedy?: string;
}

const steps: readonly Step[] = [
  {
    name: 'types',
    command: [
      join(modules, 'typescript', 'bin', 'tsc'),
      '--noEmit',
      '--incremental',
      '--tsBuildInfoFile',
      join(modules, '.cache', 'types.tsbuildinfo'),
    ],
  },
  {
    name: 'console types',
    command: [
      join(modules, 'typescript', 'bin', 'tsc'),
      '--noEmit',
      '-p',
      'console',
      '--incremental',
      '--tsBuildInfoFile',
      join(modules, '.cache', 'console.tsbuildinfo'),
    ],
  },
  {
    name: 'lint',
    command: [join(modules, 'oxlint', 'bin', 'oxlint'), '--deny-warnings'],
    remedy: 'npm run format, as far as it can be mended without thinking; the rest by hand',
  },
  {
    name: 'format',
    command: [join(modules, '@biomejs', 'biome', 'bin', 'biome'), 'format', '.'],
    remedy: 'npm run format',
  },
  { name: 'layers', command: vitest('test/layers.test.ts') },
  { name: 'registry', command: vitest('test/registry.test.ts') },
  { name: 'house style', command: vitest('test/house-style.test.ts') },
  { name: 'docs in sync', command: vitest('test/docs-in-sync.test.ts'), remedy: 'npm run docs' },
  { name: 'unused code', command: [join(modules, 'knip', 'bin', 'knip.js'), '--no-progress'] },
];

interface Result {
  readonly step: Step;
  readonly isOk: boolean;
  readonly ms: number;
  readonly output: string;
}

function run(step: Step): Promise<Result> {
  const began = performance.now();
  return new Promise((resolve) => {
    let output = '';
    const child = spawn(process.execPath, step.command, {
      cwd: root,
      stdio: ['ignore', 'pipe', 'pipe'],
      env: { ...process.env, NO_COLOR: '1' },
    });
    const end = (isOk: boolean): void => resolve({ step, isOk, ms: performance.now() - began, output });
    for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk: Buffer) => (output += chunk.toString()));
    child.once('error', (error) => {
      output += error.message;
      end(false);
    });
    child.once('close', (code) => end(code === 0));
  });
}

const wanted = process.argv.slice(2);
const chosen = wanted.length === 0 ? steps : steps.filter((step) => wanted.includes(step.name));
let failed = 0;
// One after the other: they fight for the same cores, and the order of the lines stays the same.
for (const step of chosen) {
  const { isOk, ms, output } = await run(step);
  console.log(`${isOk ? 'ok    ' : 'FAILED'} ${step.name.padEnd(14)} ${(ms / 1000).toFixed(1)} s`);
  if (isOk) continue;
  failed += 1;
  console.log(output.trimEnd());
  if (step.remedy) console.log(`perhaps mended by: ${step.remedy}`);
}
if (chosen.length === 0) console.log(`no such step; steps are ${steps.map((step) => step.name).join(', ')}`);
console.log(failed === 0 && chosen.length > 0 ? 'all checks passed' : `${failed} of ${chosen.length} checks failed`);
process.exitCode = failed === 0 && chosen.length > 0 ? 0 : 1;
