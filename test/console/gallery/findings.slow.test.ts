// What a program finds wrong with a page: text that is cut, unless its row tells the whole.
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { hasChromium, openChromium, openPage } from '../../chromium.ts';
import { lookOver } from './findings.ts';

/** Evaluated inside a page; here there is none, so its types are not known. */
const { tellsWhole } = (await import(join(import.meta.dirname, '../../../console/src/ui/tells-whole.ts'))) as { tellsWhole: unknown };
const LONG = 'A reason that is far too long for the narrow place that it was given';

describe.skipIf(!hasChromium)('text that is cut sideways', { timeout: 120_000 }, () => {
  it('is found in every row, whatever can be pressed there, except where the row tells the whole', async () => {
    const browser = await openChromium();
    onTestFinished(() => browser.close());
    const page = await openPage(browser);
    const cutWith = async (control: string): Promise<string[]> => {
      const cell = `<span role="cell" style="display:block;width:80px;overflow:hidden;white-space:nowrap">${LONG}</span>`;
      await page.setContent(`<h1>Runs</h1><main><div role="table"><div role="row">${control}${cell}</div></div></main>`);
      return (await lookOver(page, 'en')).filter(({ kind }) => kind === 'cut').map(({ what }) => what);
    };
    const found = [expect.stringContaining(LONG)];
    expect(await cutWith('')).toEqual(found);
    expect(await cutWith('<button aria-label="Remove">×</button>')).toEqual(found);
    expect(await cutWith('<a href="#/jobs/1">HR</a>')).toEqual(found);
    expect(await cutWith('<button data-tells-whole="true" aria-label="Open">HR</button>')).toEqual([]);
  });

  it('is told by its row to whoever points at it, and to whoever comes to it by key', async () => {
    const browser = await openChromium();
    onTestFinished(() => browser.close());
    const page = await openPage(browser);
    const oneLine = 'display:block;white-space:nowrap';
    const twoLines = 'display:-webkit-box;-webkit-box-orient:vertical;-webkit-line-clamp:2';
    for (const [come, lines] of [
      ['focus', oneLine],
      ['hover', oneLine],
      ['focus', twoLines],
    ] as const) {
      const cell = `<span role="cell" class="cut" style="width:80px;overflow:hidden;${lines}">${LONG}</span>`;
      await page.setContent(
        `<div role="table"><div role="row"><button>HR</button>${cell}<span role="cell" class="cut">short</span></div></div>`,
      );
      await page.evaluate(`{
        const { onFocus, onMouseEnter } = (${String(tellsWhole)})('cut');
        const button = document.querySelector('button');
        button.addEventListener('focus', onFocus);
        button.addEventListener('mouseenter', onMouseEnter);
      }`);
      await page.getByRole('button')[come]();
      expect(await page.getByRole('button').getAttribute('title')).toBe(LONG);
    }
  });
});
