// `npm run bench:console [-- 100000]`: how much script the first page needs, how soon a large plan is on the screen, and whether rows are blank while it is scrolled.
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import type { Page } from 'playwright-core';
import { connectors } from '../src/connectors/index.ts';
import type { Connector } from '../src/connector-kit/contract.ts';
import { jobSettingsSchema } from '../src/core/job-settings.ts';
import { answerQuery } from '../src/engine/commands.ts';
import type { StatusView } from '../src/engine/operations/views.ts';
import { performIn } from '../src/engine/sign-in/acts.ts';
import { openServer } from '../src/server/app.ts';
import type { Database } from '../src/store/database.ts';
import { migrate } from '../src/store/migrations.ts';
import { openSqlite } from '../src/store/sqlite/database.ts';
import { openChromium } from '../test/chromium.ts';
import { buildConsole } from '../test/console/browser.ts';

const changes = Number(process.argv[2] ?? 100_000);
const OPENINGS = 5;
/** One per frame. */
const TURNS = 150;
const TURN_PX = 1_500;

const folder = mkdtempSync(join(tmpdir(), 'tributary-bench-console-'));

/** A job whose last run planned so many changes. */
async function fill(database: Database): Promise<void> {
  await migrate(database);
  const settings = JSON.stringify(jobSettingsSchema.parse({ name: 'HR', connection: 'hr', direction: 'up', mapping: { person: [] } }));
  await database.write(async (transaction) => {
    await transaction.run(`INSERT INTO connection (id, connector, name, config, revision) VALUES ('hr', 'memory', 'HR', '{}', 1)`);
    await transaction.run(
      `INSERT INTO job (id, name, connection, direction, rank, state, settings, version, effective_hash) VALUES (1, 'HR', 'hr', 'up', 100, 'enabled', ?, 1, '')`,
      settings,
    );
    await transaction.run(
      `INSERT INTO run (id, job, mode, dry_run, cause, actor, state, stage, version, now, counts, queued_at, started_at, ended_at)
       VALUES (1, 1, 'full', 1, 'manual', 'bench', 'succeeded', 'guard', 1, 1000, ?, 1000, 1000, 9000)`,
      JSON.stringify({ read: changes, planned: changes }),
    );
    await transaction.run(
      `WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < ?)
       INSERT INTO change (id, run, job, connection, wave, depth, type, source_key, directory_id, target_key, title, action, aspect, situation, reason, kinds,
         before, after, hash, precondition, deed, state, attempts)
       SELECT i, 1, 1, 'hr', 2, 0, 'person', 'k' || i, 'p' || i, 'p' || i, 'Person ' || i,
         CASE WHEN i % 10 = 0 THEN 'create' WHEN i % 997 = 0 THEN 'disable' ELSE 'update' END, '', 'changed', 'everything', '|update:title|',
         '{"title":"Engineer ' || i || '","city":"Berlin"}', '{"title":"Senior Engineer ' || i || '","city":"Shanghai"}', 'h', '{}',
         CASE WHEN i % 10 = 0 THEN 'create' WHEN i % 997 = 0 THEN 'disable' WHEN i % 53 = 0 THEN 'move' ELSE 'update' END, 'planned', 0 FROM n`,
      changes,
    );
  });
}

function serve(reader: Database) {
  const context = {
    reader,
    connectors: new Map(connectors.map((connector) => [connector.manifest.id, connector as Connector])),
    now: () => Date.now(),
  };
  return openServer({
    host: '127.0.0.1',
    port: 0,
    publicUrl: null,
    trustedProxies: [],
    tls: null,
    consoleFolder: join(import.meta.dirname, '../console/dist'),
    metrics: null,
    ready: async () => {},
    status: async () => (await answerQuery('status', context, {})) as StatusView,
    receive: async () => ({ status: 404, headers: {}, body: '' }),
    onFault: (error) => process.stderr.write(`${String(error)}\n`),
    members: {
      reader,
      desk: { call: (name, input) => answerQuery(name, context, input), follow: async () => [] },
      perform: (name, input) => performIn({ database: reader, sealer: null as never, now: () => Date.now() })(name, input),
      now: () => Date.now(),
      oidc: async () => null,
      version: 'bench',
      uploadsFolder: folder,
      everybody: { kind: 'local', id: 'bench', name: 'bench', roles: ['admin'] },
    },
  });
}

/** Bytes of script, gzipped, until jobs can be read and clicked: what is fetched afterwards is kept back. */
async function firstPage(page: Page, url: string): Promise<number> {
  let bytes = 0;
  const sized: Promise<void>[] = [];
  page.on('response', (response) => {
    if (response.request().resourceType() !== 'script') return;
    sized.push(response.body().then((body) => void (bytes += gzipSync(body, { level: 9 }).length)));
  });
  await page.route(/\/canvas-[^/]+\.js$/, () => {});
  await page.goto(url);
  await page.getByRole('link', { name: 'HR' }).waitFor();
  await Promise.all(sized);
  return bytes;
}

/** From the click on the run until its changes are painted, ms. */
async function opening(page: Page, url: string): Promise<number> {
  await page.goto('about:blank');
  await page.goto(`${url}/#/runs`);
  await page.getByRole('link', { name: 'HR' }).waitFor();
  return page.evaluate(`new Promise((resolve) => {
    const startedAt = performance.now();
    document.querySelector('a[href="#/runs/1"]').click();
    const look = () => document.querySelectorAll('[role=table] [role=row] button').length > 10
      ? requestAnimationFrame(() => resolve(performance.now() - startedAt))
      : requestAnimationFrame(look);
    look();
  })`);
}

interface Scrolled {
  readonly frames: number;
  /** In which part of the list on the screen had no row. */
  readonly blank: number;
  /** In which the end of what was loaded was on the screen. */
  readonly atEnd: number;
  readonly rows: number;
}

async function scrolling(page: Page): Promise<Scrolled> {
  await page.evaluate(`
    globalThis.seen = { frames: 0, blank: 0, atEnd: 0, rows: 0, stop: false };
    const look = () => {
      const table = [...document.querySelectorAll('[role=table]')].at(-1);
      const body = table.querySelectorAll('[role=rowgroup]')[1];
      const rows = body.querySelectorAll('[role=row]');
      const box = body.getBoundingClientRect();
      const top = Math.max(0, box.top), bottom = Math.min(innerHeight, box.bottom);
      seen.frames++;
      seen.rows = Math.round(box.height / rows[0].getBoundingClientRect().height);
      if (rows[0].getBoundingClientRect().top > top + 1 || [...rows].at(-1).getBoundingClientRect().bottom < bottom - 1) seen.blank++;
      if (box.bottom < innerHeight && seen.rows < ${changes}) seen.atEnd++;
      if (!seen.stop) requestAnimationFrame(look);
    };
    requestAnimationFrame(look);`);
  // A hand on the wheel moves once per frame; it does not wait for rows.
  await page.evaluate(`new Promise((resolve) => {
    let turns = 0;
    const turn = () => { scrollBy(0, ${TURN_PX}); ++turns < ${TURNS} ? requestAnimationFrame(turn) : resolve(undefined); };
    requestAnimationFrame(turn);
  })`);
  return page.evaluate('(seen.stop = true, new Promise((resolve) => requestAnimationFrame(() => resolve(seen))))');
}

buildConsole();
const database = openSqlite({ path: join(folder, 'tributary.db') });
const server = await (async () => {
  await fill(database);
  return serve(database);
})();
const browser = await openChromium();
try {
  const page = await browser.newPage({ viewport: { width: 1440, height: 900 }, locale: 'en-GB' });
  const starter = await browser.newPage({ viewport: { width: 1440, height: 900 }, locale: 'en-GB' });
  const firstPageKB = Math.round((await firstPage(starter, server.url)) / 1000);
  await starter.close();
  const times: number[] = [];
  for (let time = 0; time < OPENINGS; time++) times.push(await opening(page, server.url));
  const scrolled = await scrolling(page);
  const [first, ...again] = times;
  const figures = {
    firstPageKB,
    changes,
    firstOpeningMs: Math.round(first!),
    openingMs: Math.round(again.toSorted((a, b) => a - b)[Math.floor(again.length / 2)]!),
    worstMs: Math.round(Math.max(...times)),
    scrolledPx: TURNS * TURN_PX,
    ...scrolled,
  };
  console.table(figures);
  mkdirSync('bench/results', { recursive: true });
  writeFileSync(`bench/results/console-${changes}.json`, JSON.stringify(figures, null, 2));
} finally {
  await browser.close();
  await server.stop();
  await database.close();
  rmSync(folder, { recursive: true, force: true });
}
