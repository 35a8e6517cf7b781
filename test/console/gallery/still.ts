// Whether a page is what it will be: all that it asked is answered, and nothing stands in for what is to come.
import type { Page, Request } from 'playwright-core';

/** What the document that a page shows has asked and not been answered yet, kept while the page lives. What is only listened to is none of it. */
export function requestsOf(page: Page): ReadonlySet<Request> {
  const open = new Set<Request>();
  page.on('request', (request) => {
    // Of a document that was left the browser does not always tell what became of its requests: they would stay open for ever.
    if (request.isNavigationRequest()) open.clear();
    if (request.resourceType() !== 'eventsource') open.add(request);
  });
  page.on('requestfinished', (request) => void open.delete(request));
  page.on('requestfailed', (request) => void open.delete(request));
  return open;
}

interface Patience {
  /** Nothing was asked for this long: the page is what it will be. */
  readonly quietMs: number;
  readonly patienceMs: number;
  /** What a page that is there has: a selector. */
  readonly shows?: string;
}

const LOOK_MS = 20;

/** Waits until the page is still; null when it is, else what it went on with. */
export async function unrestOf(page: Page, open: ReadonlySet<Request>, patience: Patience): Promise<string | null> {
  const { quietMs, patienceMs, shows = 'h1' } = patience;
  let isComing = false;
  let since = performance.now();
  for (const giveUpAt = since + patienceMs; performance.now() < giveUpAt; ) {
    await page.waitForTimeout(LOOK_MS);
    if (open.size > 0) since = performance.now();
    else if (performance.now() - since > quietMs) {
      isComing = (await page.locator('.ant-skeleton').count()) > 0;
      if (!isComing && (await page.locator(shows).count()) > 0) return null;
      since = performance.now();
    }
  }
  const asked = [...open].map((request) => `${request.method()} ${request.url()}`);
  if (asked.length > 0) return `not answered: ${asked.join(', ')}`;
  return isComing ? 'something stands in for what does not come' : `there is no ${shows}`;
}
