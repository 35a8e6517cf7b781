// What a browser of the gallery is told instead of, or beside, what the server says.
import type { BrowserContext, Route } from 'playwright-core';
import type { Language } from '../browser.ts';

type Answers = (context: BrowserContext, language: Language) => Promise<unknown>;

const fault = {
  en: {
    title: 'An unexpected fault',
    detail: 'The server could not finish this. Its log says why; try again, and report it when it happens again.',
  },
  zh: { title: '意外故障', detail: '服务器未能完成该请求，原因见服务器日志。请重试；如再次出现请反馈。' },
} as const;

/** The server's own answer, changed. */
export const instead =
  <Told extends object>(address: RegExp, change: (told: Told) => object): Answers =>
  (context) =>
    context.route(address, async (route: Route) => {
      const response = await route.fetch();
      await route.fulfill({ response, json: change((await response.json()) as Told) });
    });

/** As a server answers that has a fault. */
export const fails =
  (address: RegExp): Answers =>
  (context, language) =>
    context.route(address, (route: Route) =>
      route.fulfill({
        status: 500,
        contentType: 'application/problem+json',
        body: JSON.stringify({ type: 'urn:tributary:problem:fault', code: 'fault', status: 500, instance: '/', ...fault[language] }),
      }),
    );

/** No answer for as long as the page is looked at. */
export const neverComes =
  (address: RegExp): Answers =>
  (context) =>
    context.route(address, () => {});
