// The whole kill sweep: at least two hundred kills, at every named point, and its log. Seed: SWEEP_SEED, kills: TRIBUTARY_KILLS.
import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';
import { testStore } from '../test/support/store.ts';
import { points } from './kills.ts';
import { coverage, sweep } from './sweep.ts';

const seed = Number(process.env.SWEEP_SEED ?? 11);
const wanted = Math.max(200, Number(process.env.TRIBUTARY_KILLS ?? 0));
const log = join(dirname(dirname(fileURLToPath(import.meta.url))), 'docs', 'proof', testStore === 'sqlite' ? 'kill-sweep.log' : 'kill-sweep-postgres.log');

it(`${wanted} kills of seed ${seed}, at every point, leave everything as if nothing had happened`, async () => {
  const startedAt = performance.now();
  const result = await sweep({ seed, kills: wanted, companies: 4, everyPoint: true, say: console.log });
  const seconds = Math.round((performance.now() - startedAt) / 1000);
  mkdirSync(dirname(log), { recursive: true });
  writeFileSync(log, [
    `Kill sweep on ${testStore === 'sqlite' ? 'SQLite' : 'PostgreSQL'}, seed ${seed}: ${result.kills.length} kills (-9) in ${result.stories} stories, ${result.problems.length} things not as they must be, ${seconds} s.`,
    'Again: SWEEP_SEED and TRIBUTARY_KILLS with "npm run test:sweep". What a story must leave behind is in sweep/verify.ts.',
    '', ...coverage(result), '', ...result.lines, '',
  ].join('\n'));
  expect(result.problems).toEqual([]);
  expect(result.kills.length).toBeGreaterThanOrEqual(wanted);
  expect(points.filter((point) => !result.kills.some(({ kill }) => kill.kind === 'point' && kill.point === point))).toEqual([]);
});
