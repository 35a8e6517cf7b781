// `npm run bench:console-run [-- 100000]`: how long the console keeps somebody waiting who clicks through it while a first sync of so many goes on.
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Page } from 'playwright-core';
import { planCompany } from '../src/sandbox/company.ts';
import { writeCompanyFile } from '../src/sandbox/company-file.ts';
import { openSite } from '../test/console/browser.ts';
import { begin, type ServerPlace } from '../test/support/server-process.ts';

const size = Number(process.argv[2] ?? 100_000);
/** Somebody in a hurry. */
const PAUSE_MS = 300;
const LIMITS = { count: size * 2, share: 100 };

const root = mkdtempSync(join(tmpdir(), 'tributary-bench-run-'));
const place: ServerPlace = { root, database: null, running: new Set() };

/** Ways somebody clicks, by the words of the page, and what has to stand there before they can go on. */
const ways = [
  ['Directory', '/directory'],
  ['Runs', '/runs'],
  ['Waiting for you', '/waiting'],
  ['Connections', '/connections'],
  ['Sync center', '/'],
] as const;

/** From the click until the page that was asked for is painted with nothing left that turns, ms. */
const clicked = (page: Page, path: string): Promise<number> =>
  page.evaluate(`new Promise((resolve) => {
    const startedAt = performance.now();
    document.querySelector('nav a[href="#${path}"], header a[href="#${path}"]').click();
    const isThere = () => location.hash === '#${path}' && document.querySelector('main h1') && !document.querySelector('main .ant-skeleton, main .ant-spin-spinning');
    const look = () => (isThere() ? requestAnimationFrame(() => resolve(performance.now() - startedAt)) : requestAnimationFrame(look));
    requestAnimationFrame(look);
  })`);

const WATCH = `globalThis.held = { frames: 0, worst: 0, tasks: [] };
  new PerformanceObserver((list) => held.tasks.push(...list.getEntries().map((entry) => Math.round(entry.duration)))).observe({ type: 'longtask' });
  let last = performance.now();
  const frame = (now) => { held.frames++; held.worst = Math.max(held.worst, now - last); last = now; requestAnimationFrame(frame); };
  requestAnimationFrame(frame);`;

const site = await openSite(place);
try {
  const file = await writeCompanyFile(
    planCompany({ people: size, departments: Math.ceil(size / 80), seed: 5 }),
    join(root, 'people.csv'),
    'en',
  );
  await site.session.call('config.apply', {
    document: {
      connections: [
        {
          id: 'hr',
          connector: 'file',
          name: 'HR',
          config: { use: 'read', path: file.people, departmentsPath: file.departments, settleSeconds: 0 },
        },
      ],
      jobs: [
        {
          name: 'HR',
          connection: 'hr',
          direction: 'up',
          policy: { guard: { limits: { create: LIMITS }, firstRun: { creates: size * 2, touched: size * 2, share: 100 } } },
        },
      ],
    },
  });
  await site.session.call('job.state', { job: 'HR', state: 'enabled', unseen: true });
  const { page, go, faults } = await site.visit({ language: 'en' });
  await go('/');
  await page.evaluate(WATCH);
  const startedAt = performance.now();
  const run = await begin(site.session, 'HR');
  const following = site.session.follow([run], () => {});
  let isOver = false;
  void following.then(() => (isOver = true));
  const times: { path: string; ms: number }[] = [];
  for (let turn = 0; !isOver; turn++) {
    const [, path] = ways[turn % ways.length]!;
    times.push({ path, ms: await clicked(page, path) });
    await page.waitForTimeout(PAUSE_MS);
  }
  const [ended] = await following;
  const sorted = times.map(({ ms }) => ms).sort((a, b) => a - b);
  const at = (share: number): number => Math.round(sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))]!);
  const held = (await page.evaluate('held')) as { frames: number; worst: number; tasks: number[] };
  const figures = {
    people: size,
    state: ended!.state,
    runSeconds: Math.round((performance.now() - startedAt) / 1000),
    clicks: times.length,
    medianMs: at(0.5),
    p95Ms: at(0.95),
    worstMs: at(1),
    slowest: times.toSorted((a, b) => b.ms - a.ms)[0]!.path,
    tasksOver200Ms: held.tasks.filter((ms) => ms > 200).length,
    longestTaskMs: Math.max(0, ...held.tasks),
    faults: faults.length,
  };
  console.table(figures);
  if (faults.length > 0) console.log(faults.slice(0, 5).join('\n'));
  mkdirSync('bench/results', { recursive: true });
  writeFileSync(`bench/results/console-run-${size}.json`, JSON.stringify(figures, null, 2));
} finally {
  await site.stop();
  rmSync(root, { recursive: true, force: true, maxRetries: 20, retryDelay: 100 });
}
