// What has been entered for a job that is not there yet: kept in this browser, so that nobody begins again. Secrets are never in it.
import { useCallback, useSyncExternalStore } from 'react';
import type { Direction, Values } from '../forms/setting.ts';
import type { StepId, Way } from './steps.ts';

export interface Draft {
  readonly id: string;
  /** Epoch ms. */
  readonly savedAt: number;
  readonly direction: Direction;
  readonly way: Way;
  readonly step: StepId;
  readonly connector: string | null;
  readonly connectorName: string;
  /** Id of the connection once the server has it. */
  readonly connection: string | null;
  /** It was there before this draft: used as it is. */
  readonly isExisting: boolean;
  /** The check has passed, or somebody goes on without. */
  readonly isChecked: boolean;
  readonly name: string;
  readonly description: string;
  readonly config: Values;
  /** Of the job: what was chosen; what is missing has its default. */
  readonly settings: Values;
  /** Number of the job once the server has it. */
  readonly job: number | null;
  /** The dry run, and what of the draft it was made of. */
  readonly planned: { readonly run: number; readonly of: string } | null;
  /** What of the draft the accounts of the system were compared by; null or missing: they were not. */
  readonly compared?: string | null;
  readonly state: string | null;
}

const KEY = 'tributary.draft.';
const KEPT = 20;

export const newDraft = (direction: Direction, now: number): Draft => ({
  id: crypto.randomUUID().slice(0, 8),
  savedAt: now,
  direction,
  way: 'quick',
  step: 'app',
  connector: null,
  connectorName: '',
  connection: null,
  isExisting: false,
  isChecked: false,
  name: '',
  description: '',
  config: {},
  settings: {},
  job: null,
  planned: null,
  state: null,
});

const listeners = new Set<() => void>();
const parsed = new Map<string, { readonly text: string; readonly draft: Draft }>();

function read(id: string): Draft | null {
  const text = localStorage.getItem(KEY + id);
  if (text === null) return null;
  const known = parsed.get(id);
  if (known?.text === text) return known.draft;
  const draft = JSON.parse(text) as Draft;
  parsed.set(id, { text, draft });
  return draft;
}

export function keepDraft(draft: Draft): void {
  localStorage.setItem(KEY + draft.id, JSON.stringify({ ...draft, savedAt: Date.now() }));
  for (const old of keptDrafts().slice(KEPT)) localStorage.removeItem(KEY + old.id);
  for (const listener of listeners) listener();
}

export function forgetDraft(id: string): void {
  localStorage.removeItem(KEY + id);
  for (const listener of listeners) listener();
}

/** Newest first. Once its job is in force, a draft only knows the way back to its last page. */
export const unfinishedDrafts = (): readonly Draft[] => keptDrafts().filter((draft) => draft.state === null);

/** Newest first. */
const keptDrafts = (): readonly Draft[] =>
  Object.keys(localStorage)
    .filter((key) => key.startsWith(KEY))
    .flatMap((key) => read(key.slice(KEY.length)) ?? [])
    .toSorted((a, b) => b.savedAt - a.savedAt);

const subscribe = (listener: () => void): (() => void) => {
  listeners.add(listener);
  return () => void listeners.delete(listener);
};

export function useDraft(id: string): readonly [Draft | null, (change: Partial<Draft>) => void] {
  const draft = useSyncExternalStore(subscribe, () => read(id));
  const change = useCallback(
    (part: Partial<Draft>) => {
      const now = read(id);
      if (now) keepDraft({ ...now, ...part });
    },
    [id],
  );
  return [draft, change];
}

/** What a dry run depends on. */
export const fingerprint = (draft: Draft): string =>
  JSON.stringify([draft.connection, draft.name, draft.description, draft.settings, draft.config]);

/** What a comparison with the accounts of the system depends on. */
export function comparedBy({ connection, config, settings }: Draft): string {
  const { part, scope, mapping, withoutRelations, correlation, policy } = settings;
  const { leaver, protected: untouched } = (policy ?? {}) as Values;
  return JSON.stringify([connection, config, part, scope, mapping, withoutRelations, correlation, leaver, untouched]);
}
