// Contact sheets: several pictures on one, so that one look covers many. Made by the browser itself.
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { Browser } from 'playwright-core';

interface Picture {
  readonly name: string;
  readonly file: string;
  readonly found: number;
}

const SHEET_PX = 1560;
const GAP_PX = 12;

/** Side by side on a wide screen's sheet, and on a phone's; a picture that is longer than this is cut below. */
const grids = { wide: { columns: 2, rows: 3, ratio: 0.66 }, phone: { columns: 5, rows: 2, ratio: 2.3 } } as const;

export async function makeSheets(
  browser: Browser,
  folder: string,
  name: string,
  size: keyof typeof grids,
  pictures: readonly Picture[],
): Promise<string[]> {
  const { columns, rows, ratio } = grids[size];
  const width = Math.floor((SHEET_PX - GAP_PX * (columns + 1)) / columns);
  const page = await browser.newPage({ viewport: { width: SHEET_PX, height: 100 } });
  const made: string[] = [];
  for (let from = 0; from < pictures.length; from += columns * rows) {
    const cells = pictures
      .slice(from, from + columns * rows)
      .map(
        ({ name: title, file, found }) =>
          `<figure><figcaption>${title}${found > 0 ? ` <b>${found}</b>` : ''}</figcaption><div><img src="${pathToFileURL(join(folder, file))}"></div></figure>`,
      )
      .join('');
    const sheet = join(folder, `sheet-${name}-${String(made.length + 1).padStart(2, '0')}`);
    writeFileSync(
      `${sheet}.html`,
      `<!doctype html><meta charset="utf-8"><style>body{margin:${GAP_PX}px;background:#777;font:13px sans-serif;display:grid;gap:${GAP_PX}px;grid-template-columns:repeat(${columns},${width}px)}
figure{margin:0}figcaption{color:#fff;padding:2px 0}b{background:#c00;padding:0 6px;border-radius:8px}div{height:${Math.round(width * ratio)}px;overflow:hidden;background:#fff}img{width:100%;display:block}</style>${cells}`,
    );
    await page.goto(String(pathToFileURL(`${sheet}.html`)));
    await page.waitForLoadState('networkidle');
    await page.screenshot({ path: `${sheet}.png`, fullPage: true });
    made.push(`${sheet}.png`);
  }
  await page.close();
  return made;
}
