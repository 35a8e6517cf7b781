// What a page of the gallery is, and the usual ways to reach one and to make it show something.
import type { BrowserContext, Page } from 'playwright-core';
import { en } from '../../../console/src/i18n/en/index.ts';
import { later as laterEn } from '../../../console/src/i18n/en/later.ts';
import { zh } from '../../../console/src/i18n/zh/index.ts';
import { later as laterZh } from '../../../console/src/i18n/zh/later.ts';
import type { Language } from '../browser.ts';
import type { World } from './world.ts';

export interface Place {
  readonly name: string;
  /** Behind `#`; of a page that the server makes itself it begins with `~`. null: this installation has none. */
  readonly path: (world: World | null) => string | null;
  /** Makes the page show what is meant. */
  readonly prepare?: (page: Page, language: Language) => Promise<void>;
  /** Kept in the browser before the page opens. */
  readonly keeps?: (world: World | null) => Readonly<Record<string, unknown>>;
  /** What the server says beside the truth, where only a fault of a machine would bring it about. */
  readonly answers?: (context: BrowserContext, language: Language) => Promise<unknown>;
  /** Looked at on every screen and in every state. */
  readonly isMain?: true;
}

export const words = { en: { ...en, ...laterEn }, zh: { ...zh, ...laterZh } } as const;
type Words = (typeof words)[Language];

export const press =
  (name: (words: Words) => string, exact = true) =>
  (page: Page, language: Language): Promise<void> =>
    page
      .getByRole('button', { name: name(words[language]), exact })
      .first()
      .click();

export const always = (path: string) => (): string => path;
export const whenThere = (path: (world: World) => string) => (world: World | null) => world && path(world);
export const place = (name: string, path: Place['path'], more: Omit<Place, 'name' | 'path'> = {}): Place => ({ name, path, ...more });
