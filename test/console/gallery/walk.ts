// One visitor goes from place to place, and asks axe about each in light and in dark. Nothing is waited for without a limit, and what is wrong says where.
import type { Page, Request } from 'playwright-core';
import { PATIENCE_MS } from '../../chromium.ts';
import type { Site, Visitor } from '../browser.ts';
import type { Place } from './place.ts';
import { requestsOf, unrestOf } from './still.ts';
import type { World } from './world.ts';

export interface Walk {
  readonly looked: number;
  /** What axe found, and places that did not show themselves; each begins with the name of its place. */
  readonly found: readonly string[];
}

export interface Limits {
  /** Until a page is what it will be. */
  readonly stillMs: number;
  /** Of one step: to open a place, to prepare it, to ask axe. A browser that answers nothing would be waited for without end. */
  readonly stepMs: number;
}

interface Way {
  readonly world: World | null;
  readonly limits?: Limits;
  /** Told of each place when it was looked at. */
  readonly say?: (line: string) => void;
}

const USUAL: Limits = { stillMs: PATIENCE_MS, stepMs: 90_000 };
const QUIET_MS = 120;
/** After so many in a row that did not show themselves, the others will not either. */
const MOST_MISSED = 3;
/** The other shade is the same document in other colours: only these can find something else there. */
const OF_COLOUR = ['color-contrast', 'link-in-text-block'];
/** What may stand over a page, and stay there when the page is left. */
const OVER_IT = '.ant-modal-wrap, .ant-drawer, .ant-dropdown, .ant-popover, .ant-select-dropdown, .ant-message-notice, .ant-tooltip';
/** The second frame after the last one: by then what changes with the shade has changed. */
const PAINTED = 'new Promise((there) => requestAnimationFrame(() => requestAnimationFrame(there)))';

export const SIGNED_OUT = '~/sign-in';

export async function within<T>(limitMs: number, what: string, work: Promise<T>): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error(`not within ${limitMs / 1000} s`)), limitMs);
  });
  try {
    return await Promise.race([work, late]);
  } catch (error) {
    throw new Error(`${what}: ${(error as Error).message}`, { cause: error });
  } finally {
    clearTimeout(timer);
  }
}

export async function walk(site: Site, wanted: readonly Place[], { world, limits = USUAL, say = () => {} }: Way): Promise<Walk> {
  let visitor: Visitor;
  let asked: ReadonlySet<Request>;
  let shade: 'light' | 'dark';
  /** Something was opened on the page before; or it was told what is not so. */
  let before: 'looked at' | 'opened' | 'told';
  let spent: string[] = [];

  async function begin(): Promise<void> {
    visitor = await within(limits.stepMs, 'the first page', site.visit({ language: 'en', shade: 'system' }));
    asked = requestsOf(visitor.page);
    [shade, before] = ['light', 'looked at'];
  }

  async function step<T>(what: string, work: () => Promise<T>): Promise<T> {
    const since = performance.now();
    const done = await within(limits.stepMs, what, work());
    spent.push(`${what} ${((performance.now() - since) / 1000).toFixed(1)}`);
    return done;
  }

  async function settled(page: Page): Promise<void> {
    const unrest = await unrestOf(page, asked, { quietMs: QUIET_MS, patienceMs: limits.stillMs });
    if (unrest !== null) throw new Error(`${page.url()} is never still: ${unrest}`);
  }

  /** A page of the console says when it is painted; one of the server is at once. */
  async function otherShade(page: Page): Promise<void> {
    shade = shade === 'light' ? 'dark' : 'light';
    await page.emulateMedia({ colorScheme: shade });
    await page.locator(`html:not([data-shade]), html[data-shade=${shade}]`).waitFor({ state: 'attached' });
    await page.evaluate(PAINTED);
  }

  /** To another page of the same document, as people go. What stays open over it, or was told otherwise, needs a document of its own. */
  async function open(page: Page, path: string, isAlone: boolean): Promise<void> {
    if (before === 'opened' && !isAlone) {
      await page.goto(`${site.url}/#/nowhere`);
      await settled(page);
    }
    const isOpen = before === 'opened' && (await page.locator(OVER_IT).filter({ visible: true }).count()) > 0;
    if (isAlone || isOpen || before === 'told') await page.goto('about:blank');
    await page.goto(path.startsWith('~') ? `${site.url}${path.slice(1)}?lang=en` : `${site.url}/#${path}`);
    await settled(page);
  }

  async function stumbles(place: Place, rules?: readonly string[]): Promise<string[]> {
    let found = await step(`axe in ${shade}`, () => visitor.stumbles(rules));
    // A colour may still be on its way to another: what is wrong is so when it is asked again.
    if (found.length > 0) {
      await settled(visitor.page);
      found = await step(`axe in ${shade} again`, () => visitor.stumbles(rules));
    }
    return found.map((one) => `${place.name}, ${shade}: ${one}`);
  }

  async function stumblesAt(place: Place, path: string): Promise<string[]> {
    const { page } = visitor;
    const keeps = Object.entries(place.keeps?.(world) ?? {});
    const isAlone = keeps.length > 0 || place.answers !== undefined || path.startsWith('~');
    await step('keeps', async () => {
      for (const [key, value] of keeps) {
        const text = typeof value === 'string' ? value : JSON.stringify(value);
        await page.evaluate(`localStorage.setItem(${JSON.stringify(key)}, ${JSON.stringify(text)})`);
      }
      await place.answers?.(page.context(), 'en');
    });
    await step('opens', () => open(page, path, isAlone));
    if (place.prepare)
      await step('prepares', async () => {
        await place.prepare!(page, 'en');
        await settled(page);
      });
    const found = await stumbles(place);
    await step('shade', () => otherShade(page));
    found.push(...(await stumbles(place, OF_COLOUR)));
    await step('leaves', async () => {
      before = isAlone ? 'told' : place.prepare ? 'opened' : 'looked at';
      await page.context().unrouteAll({ behavior: 'ignoreErrors' });
      for (const [key] of keeps) await page.evaluate(`localStorage.removeItem(${JSON.stringify(key)})`);
    });
    return found;
  }

  await begin();
  const found: string[] = [];
  let looked = 0;
  let missed = 0;
  for (const place of wanted) {
    const path = place.path(world);
    if (path === null || path === SIGNED_OUT) continue;
    if (missed === MOST_MISSED) {
      found.push(`${place.name}, and all after it: not looked at, for the ${MOST_MISSED} before it did not show themselves`);
      break;
    }
    spent = [];
    try {
      const here = await stumblesAt(place, path);
      found.push(...here);
      missed = 0;
      say(`${place.name}: ${here.length === 0 ? 'nothing' : here.join('; ')} (${spent.join(', ')} s)`);
    } catch (error) {
      const what = `${place.name}: ${(error as Error).message}`;
      found.push(what);
      missed += 1;
      say(`${what} (${spent.join(', ')} s)`);
      // One place that does not show itself keeps nobody from seeing what is wrong with the others: a page that may answer nothing is left to itself.
      void visitor!.page
        .context()
        .close()
        .catch(() => {});
      await begin();
    }
    looked += 1;
  }
  return { looked, found };
}
