// What stories see with: axe looks at colours where they arrive, however busy the page is with changing them.
import { describe, expect, it, onTestFinished } from 'vitest';
import { hasChromium, openChromium, openPage } from '../chromium.ts';
import { stumblesOn } from './browser.ts';

/** Black on white and white on black by turns: on the way from one to the other there is grey on grey. */
const RESTLESS = `<!doctype html><html lang="en"><title>Restless</title>
<style>
  main { background: #fff; color: #000; transition: background-color 200ms, color 200ms; }
  main.night { background: #000; color: #fff; }
</style>
<main><h1>Words</h1><p>Can be read by day and by night</p></main>
<script>setInterval(() => document.querySelector('main').classList.toggle('night'), 60)</script>`;

describe.skipIf(!hasChromium)('axe in a story', { timeout: 120_000 }, () => {
  it('takes no colour on its way to another for one that cannot be read, and finds one that stays', async () => {
    const browser = await openChromium();
    onTestFinished(() => browser.close());
    const page = await openPage(browser);
    await page.setContent(RESTLESS);
    for (let look = 0; look < 3; look++) expect(await stumblesOn(page)).toEqual([]);
    await page.addStyleTag({ content: 'p { color: #888; background: #fff; }' });
    expect(await stumblesOn(page)).toEqual([expect.stringMatching(/^color-contrast: .*Can be read by day/)]);
  });
});
