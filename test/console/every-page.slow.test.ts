// Every page of the console that the gallery knows, empty and full, with its dialogs, menus and panels, in light and in dark: axe finds nothing serious.
//   EVERY_PAGE_LOG=every-page.log npm run test:again -- test/console/every-page.slow.test.ts     says of each place what was found, and what took how long
import { appendFileSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { hasChromium, openPage } from '../chromium.ts';
import { openSite, stumblesOn, type Site } from './browser.ts';
import { neverComes } from './gallery/answers.ts';
import { places } from './gallery/pages.ts';
import { always, place } from './gallery/place.ts';
import { SIGNED_OUT, walk, within } from './gallery/walk.ts';
import { fillWorld, type World } from './gallery/world.ts';

/** With fewer people nothing is there that could be undone; with fewer jobs, none that is disabled. */
const SMALL = { people: 1_600, jobs: 28 };
const FILL_MS = 300_000;

/** The stories ask axe about most of the full pages as they pass them; about all where somebody has a quarter of an hour. */
const isWhole = process.env.TRIBUTARY_EVERY_PAGE === 'yes';
const say = (line: string): void => {
  if (process.env.EVERY_PAGE_LOG) appendFileSync(process.env.EVERY_PAGE_LOG, `${line}\n`);
};

describe.skipIf(!hasChromium)('every page of the console in Chromium', { timeout: 900_000 }, () => {
  const root = mkdtempSync(join(tmpdir(), 'tributary-every-page-'));
  let site: Site;
  let world: World | null = null;

  beforeAll(async () => {
    site = await openSite({ root, database: null, running: new Set() });
  }, 120_000);
  afterAll(async () => {
    await site?.stop();
    await world?.stop();
    rmSync(root, { recursive: true, force: true });
  });

  it('is looked at whatever becomes of the one before, which says what it waited for', async () => {
    const wanted = [
      place('asks for ever', always('/drafts'), { answers: neverComes(/\/api\/v1\/drafts/) }),
      place('is prepared for ever', always('/drafts'), { prepare: () => new Promise(() => {}) }),
      place('answers', always('/drafts')),
    ];
    const { looked, found } = await walk(site, wanted, { world: null, limits: { stillMs: 8_000, stepMs: 20_000 } });
    expect(found).toEqual([
      expect.stringMatching(/^asks for ever: opens: http\S+#\/drafts is never still: not answered: GET http\S+\/api\/v1\/drafts/),
      'is prepared for ever: prepares: not within 20 s',
    ]);
    expect(looked).toBe(3);
  });

  it('can be used by everybody while nothing is there', async () => {
    // A dialog is the same one in an empty installation.
    const wanted = places.filter(({ prepare }) => prepare === undefined);
    const { looked, found } = await walk(site, wanted, { world: null, say: (line) => say(`empty: ${line}`) });
    expect(found).toEqual([]);
    expect(looked).toBeGreaterThan(25);
    say(`empty: ${looked} places, ${found.length} findings`);
  });

  if (isWhole)
    it('can be used by everybody when everything is there', async () => {
      world ??= await within(FILL_MS, 'filling the installation', fillWorld(site, root, SMALL));
      const { looked, found } = await walk(site, places, { world, say: (line) => say(`full: ${line}`) });
      expect(found).toEqual([]);
      expect(looked).toBeGreaterThan(150);
      say(`full: ${looked} places, ${found.length} findings`);
    });

  it('the page of whoever is not signed in is one of them', async () => {
    const page = await openPage(site.browser, { locale: 'en-GB' });
    for (const colorScheme of ['light', 'dark'] as const) {
      await page.emulateMedia({ colorScheme });
      await page.goto(`${site.url}${SIGNED_OUT.slice(1)}?lang=en`);
      expect(await stumblesOn(page), colorScheme).toEqual([]);
    }
  });
});
