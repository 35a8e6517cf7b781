// `npm run gallery`: takes a picture of every page in every state, language, size and shade, and lists what a program finds wrong with them.
import { randomBytes } from 'node:crypto';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import type { Browser, BrowserContext, Page, Request } from 'playwright-core';
import { openSite, type Site } from './browser.ts';
import { hindrances, lookOver, watchShifts, type Finding } from './gallery/findings.ts';
import { places } from './gallery/pages.ts';
import type { Place } from './gallery/place.ts';
import { makeSheets } from './gallery/sheets.ts';
import { everyTour, screens, states, tours, type Who } from './gallery/states.ts';
import { requestsOf, unrestOf } from './gallery/still.ts';
import { fillWorld, type World } from './gallery/world.ts';

const { values } = parseArgs({
  options: {
    people: { type: 'string', default: '2000' },
    jobs: { type: 'string', default: '100' },
    out: { type: 'string', default: join(tmpdir(), 'tributary-gallery') },
    /** Parts of names: of pages, of tours (`full-zh-dark-wide`). */
    pages: { type: 'string', default: '' },
    tours: { type: 'string', default: '' },
    /** Only the main pages, in every tour. */
    main: { type: 'boolean', default: false },
    /** Full, empty, loading, failing and without permission, each in both languages, shades and sizes: of few pages. */
    every: { type: 'boolean', default: false },
    /** Stays open at the end, to be looked at by hand. */
    stay: { type: 'boolean', default: false },
  },
});

/** With fewer, a day's leavers are more than the guard lets pass, and no run is there whose undoing could be shown. */
const FEWEST_PEOPLE = 1_600;
if (!(Number(values.people) >= FEWEST_PEOPLE)) {
  process.stderr.write(`--people ${values.people}: at least ${FEWEST_PEOPLE}, or nobody is disabled whose undoing could be shown.\n`);
  process.exit(2);
}

const PASSWORD = 'a long enough password 7';
/** Nothing was asked for this long: the page is what it will be. */
const QUIET_MS = 350;
const PATIENCE_MS = 20_000;
/** What somebody may not do is not waited for. */
const SHORT_MS = 1_500;
const LOADING_MS = 900;
/** What the browser does not answer within this is left: one page does not hold up a tour. */
const LONGEST_MS = 180_000;
const MOST_HIGH = 2_600;
/** Of whoever is not signed in. */
const SIGNED_OUT = '~/sign-in';
/** Pictures taken side by side. */
const HANDS = 2;

type Tour = (typeof tours)[number];
type Kept = Awaited<ReturnType<BrowserContext['storageState']>>;
interface Installation {
  readonly site: Site;
  readonly world: World | null;
  readonly kept: Readonly<Record<Who, Kept>>;
}
interface Row extends Finding {
  readonly tour: string;
  readonly page: string;
}

/** What was started and must end with us. */
const stops: (() => Promise<void>)[] = [];

const out = resolve(values.out);
const nameOf = ({ state, language, shade, screen }: Tour): string => `${state}-${language}-${shade}-${screen}`;

async function signedIn(site: Site, link: string, name: string | null): Promise<Kept> {
  const context = await site.browser.newContext();
  const page = await context.newPage();
  await page.goto(site.url + link);
  if (name !== null) await page.locator('input[name=name]').fill(name);
  await page.locator('input[name=password]').fill(PASSWORD);
  await page.locator('form button').click();
  await page.waitForURL(`${site.url}/`);
  const kept = await context.storageState();
  await context.close();
  return kept;
}

async function install(folder: string, fill: boolean): Promise<Installation> {
  mkdirSync(folder, { recursive: true });
  const environment: Record<string, string> = fill ? {} : { TRIBUTARY_KEY: randomBytes(32).toString('base64') };
  const site = await openSite({ root: folder, database: null, running: new Set(), environment });
  stops.push(() => site.stop());
  const world = fill ? await fillWorld(site, folder, { people: Number(values.people), jobs: Number(values.jobs) }) : null;
  if (world) stops.push(() => world.stop());
  const admin = await signedIn(site, (await site.session.call('admin.reset', {})).path, 'li.na');
  const invited = async (role: Exclude<Who, 'admin'>): Promise<Kept> =>
    signedIn(site, (await site.session.call('account.invite', { name: `guest.${role}`, roles: [role] })).path, null);
  const kept = {
    admin,
    approver: await invited('approver'),
    operator: await invited('operator'),
    auditor: await invited('auditor'),
    viewer: await invited('viewer'),
  };
  return { site, world, kept };
}

/** null: the page is what it will be; else what it goes on with. */
const unrest = (page: Page, asked: ReadonlySet<Request>, isWhole: boolean): Promise<string | null> =>
  unrestOf(page, asked, { quietMs: QUIET_MS, patienceMs: PATIENCE_MS, shows: isWhole ? 'h1' : 'h1, main .ant-alert' });

async function take(browser: Browser, at: Installation, tour: Tour, place: Place): Promise<readonly Row[] | null> {
  const state = states[tour.state];
  const path = place.path(at.world);
  if (path === null) return null;
  const context = await browser.newContext({
    viewport: screens[tour.screen],
    storageState: path === SIGNED_OUT ? { cookies: [], origins: [] } : at.kept[state.who],
    locale: tour.language === 'zh' ? 'zh-CN' : 'en-GB',
    timezoneId: 'Asia/Shanghai',
    // Pages of the server itself follow the machine.
    colorScheme: tour.shade,
    reducedMotion: 'reduce',
    hasTouch: tour.screen === 'phone',
  });
  const keeps = { 'tributary.language': tour.language, 'tributary.shade': tour.shade, ...place.keeps?.(at.world) };
  const kept = Object.entries(keeps).map(([key, value]) => [key, typeof value === 'string' ? value : JSON.stringify(value)]);
  await context.addInitScript(`for (const [key, value] of ${JSON.stringify(kept)}) localStorage.setItem(key, value);${watchShifts}`);
  await state.answers?.(context, tour.language);
  if (!state.never && !state.fails) await place.answers?.(context, tour.language);
  const page = await context.newPage();
  page.setDefaultTimeout(PATIENCE_MS);
  const found: Finding[] = [];
  const asked = requestsOf(page);
  page.on('console', (message) => {
    if (['error', 'warning'].includes(message.type()) && !message.text().startsWith('Failed to load resource'))
      found.push({ kind: 'console', what: message.text().slice(0, 200) });
  });
  page.on('pageerror', (error) => void found.push({ kind: 'console', what: error.message.slice(0, 200) }));
  page.on('response', (response) => {
    if (response.status() >= 400 && !state.fails && !/-nobody$|^key-failed$|^sign-on-incomplete$/.test(place.name))
      found.push({ kind: 'request', what: `${response.status()} ${response.url().slice(at.site.url.length)}` });
  });
  try {
    await page.goto(path.startsWith('~') ? `${at.site.url}${path.slice(1)}?lang=${tour.language}` : `${at.site.url}/#${path}`);
    if (state.never) await page.waitForTimeout(LOADING_MS);
    else {
      const goesOn = await unrest(page, asked, !state.fails);
      if (goesOn !== null) found.push({ kind: 'never still', what: goesOn });
    }
    if (place.prepare && !state.never && !state.fails) {
      // Who may only look has what may be looked at; the rest is not there.
      if (state.who !== 'admin') page.setDefaultTimeout(SHORT_MS);
      await place.prepare(page, tour.language).catch((error: unknown) => {
        if (state.who === 'admin') throw error;
      });
      page.setDefaultTimeout(PATIENCE_MS);
      await unrest(page, asked, false);
    }
    // What has not come yet has neither a heading nor a way on; the frame around it has.
    found.push(...(await lookOver(page, tour.language)).filter(({ kind }) => !state.never || !['dead end', 'heading'].includes(kind)));
    if (!state.never) found.push(...(await hindrances(page)));
    const high = Number(await page.evaluate('document.documentElement.scrollHeight'));
    const { width, height } = screens[tour.screen];
    // A dialog stands over what is on the screen, wherever that is on the page; a panel closes when the screen becomes larger.
    const isOver = (await page.locator('.ant-modal:visible, .ant-drawer-open, .ant-popover:visible').count()) > 0;
    await page.screenshot({
      path: join(out, nameOf(tour), `${place.name}.png`),
      ...(isOver ? {} : { fullPage: true, clip: { x: 0, y: 0, width, height: Math.max(height, Math.min(high, MOST_HIGH)) } }),
    });
  } catch (error) {
    found.push({ kind: 'not taken', what: (error as Error).message.split('\n').slice(0, 3).join(' ').slice(0, 220) });
    await page.screenshot({ path: join(out, nameOf(tour), `${place.name}.png`) }).catch(() => {});
  }
  await context.close();
  return found.map((one) => ({ ...one, tour: nameOf(tour), page: place.name }));
}

async function givenUp(tour: Tour, place: Place): Promise<readonly Row[]> {
  await new Promise<void>((resolve) => void setTimeout(resolve, LONGEST_MS).unref());
  return [{ kind: 'not taken', what: `no answer for ${LONGEST_MS / 1000} s`, tour: nameOf(tour), page: place.name }];
}

async function walk(at: Installation, tour: Tour): Promise<Row[]> {
  mkdirSync(join(out, nameOf(tour)), { recursive: true });
  const { never, fails } = states[tour.state];
  const wanted = places.filter(
    (place) =>
      (place.isMain || !(tour.isShort || values.main)) &&
      new RegExp(values.pages).test(place.name) &&
      // Where no answer comes, what is clicked is not there: such a page looks like the one it begins with.
      !((never || fails) && (place.prepare || place.answers)),
  );
  const rows: Row[] = [];
  const taken = new Map<string, number>();
  const left = [...wanted];
  const hand = async (): Promise<void> => {
    for (let place = left.shift(); place; place = left.shift()) {
      const found = await Promise.race([take(at.site.browser, at, tour, place), givenUp(tour, place)]);
      if (found === null) continue;
      rows.push(...found);
      taken.set(place.name, found.length);
    }
  };
  await Promise.all(Array.from({ length: HANDS }, hand));
  const pictures = wanted
    .filter(({ name }) => taken.has(name))
    .map(({ name }) => ({ name, file: join(nameOf(tour), `${name}.png`), found: taken.get(name)! }));
  // Without its sheets, a tour has its pictures.
  await makeSheets(at.site.browser, out, nameOf(tour), tour.screen, pictures).catch(
    (error: Error) => void process.stderr.write(`${error.message}\n`),
  );
  process.stderr.write(`${nameOf(tour)}: ${taken.size} pages, ${rows.length} findings\n`);
  return rows;
}

const findings = join(out, 'findings.tsv');
const listed = (rows: readonly Row[]): string[] => rows.map((row) => [row.kind, row.tour, row.page, row.what].join('\t')).toSorted();

const chosen = (values.every ? everyTour : tours).filter((tour) => new RegExp(values.tours).test(nameOf(tour)));
const folder = mkdtempSync(join(tmpdir(), 'tributary-gallery-'));
mkdirSync(out, { recursive: true });
const opened: Installation[] = [];
let ending: Promise<void> | null = null;
const end = (): Promise<void> =>
  (ending ??= (async () => {
    for (const stop of stops.toReversed()) await stop().catch(() => {});
    rmSync(folder, { recursive: true, force: true });
  })());
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => void end().then(() => process.exit(130)));
try {
  const rows: Row[] = [];
  for (const installation of ['full', 'empty'] as const) {
    const here = chosen.filter((tour) => states[tour.state].installation === installation);
    if (here.length === 0) continue;
    const at = await install(join(folder, installation), installation === 'full');
    opened.push(at);
    for (const tour of here) {
      rows.push(...(await walk(at, tour)));
      // What was found is kept, however it ends.
      writeFileSync(findings, `${listed(rows).join('\n')}\n`);
    }
  }
  const kinds = Object.entries(Object.groupBy(rows, (row) => row.kind)).map(([kind, found]) => ({ kind, found: found!.length }));
  console.table(kinds);
  process.stdout.write(`${findings}\n`);
  if (values.stay) {
    for (const { site } of opened) process.stdout.write(`${site.url}\n`);
    await new Promise(() => {});
  }
} finally {
  await end();
}
