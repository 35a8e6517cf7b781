// The states in which a page is looked at, and how each is brought about: by who looks, at which installation, and how the server answers.
import type { BrowserContext } from 'playwright-core';
import type { Language } from '../browser.ts';
import { fails, neverComes } from './answers.ts';

/** Somebody of each role. */
export type Who = 'admin' | 'approver' | 'operator' | 'auditor' | 'viewer';
type Other = Exclude<Who, 'admin'>;
export type StateName = 'full' | 'empty' | 'loading' | 'error' | Other | `${'empty' | 'loading' | 'error'}-${Other}`;
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

const of = (who: Who): Readonly<Record<'full' | 'empty' | 'loading' | 'error', State>> => ({
  full: { installation: 'full', who },
  empty: { installation: 'empty', who },
  loading: { installation: 'full', who, never: true, answers: neverComes(DATA) },
  error: { installation: 'full', who, fails: true, answers: fails(DATA) },
});
const others = ['viewer', 'operator', 'approver', 'auditor'] as const;

/** Of an administrator by their own names, of the others by theirs: `viewer` is the full installation. */
export const states: Readonly<Record<StateName, State>> = {
  ...of('admin'),
  ...(Object.fromEntries(
    others.flatMap((who) => Object.entries(of(who)).map(([state, how]) => [state === 'full' ? who : `${state}-${who}`, how] as const)),
  ) as Record<Exclude<StateName, 'full' | 'empty' | 'loading' | 'error'>, State>),
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
  tour('empty', 'en', 'dark', 'phone', true),
  tour('full', 'en', 'dark'),
  tour('full', 'zh', 'light', 'phone'),
  // What stands in for an answer, and what is said where none comes, as somebody of each role.
  tour('loading', 'zh', 'light', 'phone', true),
  tour('loading-viewer', 'zh', 'light', 'wide', true),
  tour('loading-operator', 'en', 'dark', 'phone', true),
  tour('loading-approver', 'zh', 'dark', 'wide', true),
  tour('loading-auditor', 'en', 'light', 'phone', true),
  tour('error-viewer', 'en', 'dark', 'wide', true),
  tour('error-operator', 'zh', 'dark', 'phone', true),
  tour('error-approver', 'en', 'light', 'wide', true),
  tour('error-auditor', 'zh', 'light', 'wide', true),
];

/** What was added last is looked at in every state, language, shade and size: `--every`, with `--pages`. */
export const everyTour: readonly Tour[] = (['full', 'empty', 'loading', 'error', 'viewer', 'auditor'] as const).flatMap((state) =>
  (['en', 'zh'] as const).flatMap((language) =>
    (['light', 'dark'] as const).flatMap((shade) => (['wide', 'phone'] as const).map((screen) => tour(state, language, shade, screen))),
  ),
);
