// `npm run bench:move [-- 100000]`: a company of that size moves to PostgreSQL with a killed run and open questions; what each step took.
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { tellMove, type Story } from '../scenarios/moved-store/company-story.ts';
import { startPostgres } from '../test/servers/postgres.ts';

const people = Number(process.argv[2] ?? 100_000);
const root = mkdtempSync(join(tmpdir(), 'tributary-bench-'));
const server = await startPostgres();
try {
  const steps: { what: string; seconds: number }[] = [];
  const story = await tellMove({
    people,
    root,
    url: await server.createDatabase(),
    tell(what, ms) {
      steps.push({ what, seconds: Math.round(ms / 100) / 10 });
      console.error(what, `${(ms / 1000).toFixed(1)} s`);
    },
  });
  const facts = factsOf(story);
  mkdirSync(join(import.meta.dirname, 'results'), { recursive: true });
  writeFileSync(join(import.meta.dirname, 'results', 'move.json'), `${JSON.stringify({ people, steps, facts }, null, 2)}\n`);
  console.log(`| ${people} people | |\n|---|---|`);
  for (const { what, seconds } of steps) console.log(`| ${what} | ${seconds} s |`);
  for (const [what, found] of Object.entries(facts)) console.log(`| ${what} | ${String(found)} |`);
  if (Object.entries(facts).some(([what, found]) => what.endsWith('?') && found !== true)) process.exitCode = 1;
} finally {
  await server.stop();
  rmSync(root, { recursive: true, force: true });
}

function factsOf(story: Story): Record<string, string | number | boolean> {
  const same = (part: keyof Story['before']): boolean => JSON.stringify(story.before[part]) === JSON.stringify(story.after[part]);
  return {
    'changes planned in the killed run': story.changed,
    'writes before it was killed': story.beforeKill,
    'writes after it was resumed': story.resumed.writes,
    'writes that came twice': story.twice.length,
    'open questions, links compared': `${story.before.held.length}, ${story.before.links.length}`,
    'questions, links, ledger, jobs and brakes equal?': (['held', 'links', 'ledger', 'jobs', 'brakes'] as const).every(same),
    [`explain of ${story.before.explained.length} people equal?`]: same('explained'),
    'every command refused by the old store?': story.refused.every((said) => said.includes('was moved to PostgreSQL at')),
    'every change written once?': story.beforeKill + story.resumed.writes === story.changed && story.promoted === story.changed,
    'next round writes nothing?': story.nextRound.writes === 0 && story.nextRound.history === 0,
  };
}
