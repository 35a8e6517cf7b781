// The states in which a page is looked at, and how each is brought about: by who looks, at which installation, and how the server answers.
import type { BrowserContext, Route } from 'playwright-core';
import type { Language } from '../browser.ts';

/** Somebody of each role. */
export type Who = 'admin' | 'approver' | 'operator' | 'auditor' | 'viewer';
type Other = Exclude<Who, 'admin'>;
export type StateName = 'full' | 'empty' | 'loading' | 'error' | Other | `empty-${Other}`;
export type Shade = 'light' | 'dark';
export type Screen = 'wide' | 'phone';

export const screens = { wide: { width: 1440, height: 900 }, phone: { width: 390, height: 844 } } as const;

export interface State {
  readonly installation: 'full' | 'empty';
  readonly who: Who;
  /** What the server says instead of the truth. */
  readonly answers?: (context: BrowserContext, language: Language) => Promise<unknown>;
  /** Requests that fail are no finding. */
  readonly fails?: true;
  /** Skeletons stay: nothing is waited for. */
  readonly never?: true;
}

/** Who one is, is known: the frame around the page stands. */
const DATA = /\/api\/v1\/(?!me$)/;

const fault = {
  en: {
    title: 'An unexpected fault',
    detail: 'The server could not finish this. Its log says why; try again, and report it when it happens again.',
  },
  zh: { title: '意外故障', detail: '服务器未能完成该请求，原因见服务器日志。请重试；如再次出现请反馈。' },
} as const;

export const states: Readonly<Record<StateName, State>> = {
  full: { installation: 'full', who: 'admin' },
  empty: { installation: 'empty', who: 'admin' },
  loading: { installation: 'full', who: 'admin', never: true, answers: (context) => context.route(DATA, () => {}) },
  error: {
    installation: 'full',
    who: 'admin',
    fails: true,
    answers: (context, language) =>
      context.route(DATA, (route: Route) =>
        route.fulfill({
          status: 500,
          contentType: 'application/problem+json',
          body: JSON.stringify({ type: 'urn:tributary:problem:fault', code: 'fault', status: 500, instance: '/', ...fault[language] }),
        }),
      ),
  },
  viewer: { installation: 'full', who: 'viewer' },
  operator: { installation: 'full', who: 'operator' },
  approver: { installation: 'full', who: 'approver' },
  auditor: { installation: 'full', who: 'auditor' },
  'empty-viewer': { installation: 'empty', who: 'viewer' },
  'empty-operator': { installation: 'empty', who: 'operator' },
  'empty-approver': { installation: 'empty', who: 'approver' },
  'empty-auditor': { installation: 'empty', who: 'auditor' },
};

interface Tour {
  readonly state: StateName;
  readonly language: Language;
  readonly shade: Shade;
  readonly screen: Screen;
  /** Only the main pages. */
  readonly isShort?: true;
}

const tour = (state: StateName, language: Language, shade: Shade = 'light', screen: Screen = 'wide', isShort?: true): Tour => ({
  state,
  language,
  shade,
  screen,
  ...(isShort ? { isShort } : {}),
});

/** Everything at 1440 × 900 in both languages, full and empty; the main pages on a phone, in the dark, and when something is in the way. */
export const tours: readonly Tour[] = [
  tour('full', 'en'),
  tour('full', 'zh'),
  tour('empty', 'en'),
  tour('empty', 'zh'),
  tour('full', 'zh', 'dark'),
  tour('full', 'en', 'light', 'phone'),
  tour('full', 'zh', 'dark', 'phone'),
  tour('empty', 'zh', 'light', 'phone', true),
  tour('loading', 'en'),
  tour('loading', 'zh', 'dark', 'wide', true),
  tour('error', 'en'),
  tour('error', 'zh'),
  tour('error', 'zh', 'light', 'phone', true),
  tour('viewer', 'en'),
  tour('viewer', 'zh', 'dark', 'wide', true),
  tour('viewer', 'zh', 'light', 'phone'),
  tour('operator', 'en'),
  tour('operator', 'zh', 'light', 'phone', true),
  tour('approver', 'zh'),
  tour('approver', 'en', 'light', 'phone', true),
  tour('auditor', 'en'),
  tour('auditor', 'zh', 'light', 'phone', true),
  tour('empty-viewer', 'zh'),
  tour('empty-operator', 'en', 'light', 'wide', true),
  tour('empty-approver', 'zh', 'light', 'wide', true),
  tour('empty-auditor', 'en', 'light', 'wide', true),
];
