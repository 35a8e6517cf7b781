// Looks a page over: what is cut, raw, untranslated, jumps or cannot be used, as rows of a table.
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import type { Page } from 'playwright-core';
import { words } from '../../../console/src/api/generated.ts';
import type { Language } from '../browser.ts';
import { words as texts } from './place.ts';

export interface Finding {
  readonly kind: string;
  readonly what: string;
}

const inside = readFileSync(join(import.meta.dirname, 'inside.mjs'), 'utf8');
const axe = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');

/** Sums up what moves on the page by itself while it loads; evaluated before anything else of the page. */
export const watchShifts = `
  globalThis.shifts = { sum: 0, what: [] };
  new PerformanceObserver((list) => {
    for (const entry of list.getEntries()) {
      if (entry.hadRecentInput) continue;
      shifts.sum += entry.value;
      for (const { node, previousRect: before, currentRect: after } of entry.sources)
        if (node) shifts.what.push((node.className || node.nodeName) + ' ' + Math.round(before.y) + '→' + Math.round(after.y));
    }
  }).observe({ type: 'layout-shift', buffered: true });`;

type Tree = { readonly [key: string]: string | Tree };

/** Every text below; of labels in both languages the one of `language`. */
const textsIn = (tree: Tree, language: Language): string[] =>
  Object.entries(tree).flatMap(([key, value]) => {
    if (typeof value !== 'string') return textsIn(value, language);
    return key === (language === 'en' ? 'zh' : 'en') ? [] : [value];
  });
// Names of attributes are names of columns, too.
const { attribute: _, ...said } = words;
const own = {
  en: new Set([...textsIn(texts.en, 'en'), ...textsIn(said, 'en')]),
  zh: new Set([...textsIn(texts.zh, 'zh'), ...textsIn(said, 'zh')]),
} as const;
/** Words that the made-up company has in its files, too. */
const inFiles = new Set(['负责人', '在职', '离职', '状态', '职位', '部门', '人员', '描述', '名称']);
/** Whole texts that only the other language has. */
const foreign: Readonly<Record<Language, readonly string[]>> = {
  en: [...own.zh].filter((text) => !own.en.has(text) && /[\u3400-\u9fff]/.test(text) && !inFiles.has(text)),
  zh: [...own.en].filter((text) => !own.zh.has(text) && /[a-z]/.test(text)),
};

export async function lookOver(page: Page, language: Language): Promise<Finding[]> {
  await page.evaluate(inside);
  const known = { language, texts: foreign[language], keys: Object.keys(texts.en) };
  return (await page.evaluate(`lookOver(${JSON.stringify(known)})`)) as Finding[];
}

interface AxeResult {
  readonly violations: readonly {
    readonly id: string;
    readonly impact: string;
    readonly nodes: readonly { readonly html: string; readonly target: readonly string[] }[];
  }[];
}

/** What axe calls serious or critical; controls without a name are among it. */
export async function hindrances(page: Page): Promise<Finding[]> {
  await page.evaluate(axe);
  const { violations } = (await page.evaluate(
    'axe.run(document, { resultTypes: ["violations"], iframes: false }).then(({ violations }) => ({ violations }))',
  )) as AxeResult;
  return violations
    .filter(({ impact }) => impact === 'serious' || impact === 'critical')
    .map(({ id, nodes }) => ({ kind: 'axe', what: `${id} × ${nodes.length}: ${nodes[0]!.html.slice(0, 140)}` }));
}
