// An entry says with which operation it is settled: here it becomes a call, and an address of the console where one can look.
import type { WireInput, WireName, WireOutput } from '../../../../src/server/api/wire.ts';
import { routes } from '../../api/generated.ts';

export type Entry = WireOutput<'waiting.list'>['waiting'][number];
export type Way = Entry['settle'][number];

/** The whole input: what stands in the path and the rest. */
export function inputOf(way: Way): WireInput<WireName> {
  const names = [...(routes[way.operation as WireName]?.path ?? '').matchAll(/\{(\w+)\}/g)].map((match) => match[1]!);
  const template = (routes[way.operation as WireName]?.path ?? '').replaceAll(/\{\w+\}/g, '([^/]+)');
  const values = new RegExp(`^${template}$`).exec(way.path)?.slice(1) ?? [];
  return {
    ...way.input,
    ...Object.fromEntries(names.map((name, index) => [name, decodeURIComponent(values[index] ?? '')])),
  } as WireInput<WireName>;
}

/** Needs more than a click: a form of its own. */
const withForm = new Set(['brake.release', 'connection.renew', 'held.decide', 'item.retry', 'item.triage', 'token.give']);

/** What a click settles. */
export const clicks = (entry: Entry): readonly Way[] => entry.settle.filter((way) => !withForm.has(way.operation));

/** What follows from it, where the deed alone does not say so. */
export function consequenceOf(way: Way, entry: Entry): 'more.answers.accept' | 'more.answers.readAgain' | null {
  if (way.operation !== 'job.resume') return null;
  if (way.input.accept === true) return 'more.answers.accept';
  const isQuestion = entry.settle.some(({ operation, input }) => operation === 'job.resume' && input.accept === true);
  return isQuestion ? 'more.answers.readAgain' : null;
}

/** A page that shows what an entry is about. */
const pages: Readonly<Record<string, (way: Way) => string>> = {
  'match.list': (way) => `/jobs/${(inputOf(way) as { job: string }).job}/matching?kind=${String(way.input.kind)}`,
  'edit.get': (way) => `/edits/${(inputOf(way) as { edit: string }).edit}`,
  'drift.list': (way) => `/jobs/${(inputOf(way) as { job: string }).job}/drift`,
  'connection.get': (way) => `/connections/${encodeURIComponent((inputOf(way) as { connection: string }).connection)}`,
  'run.get': (way) => `/runs/${(inputOf(way) as { run: string }).run}`,
  'token.list': () => '/settings/tokens',
  'run.list': (way) => `/runs?job=${String(way.input.job)}`,
};

export const pageOf = (way: Way | null): string | null => (way ? (pages[way.operation]?.(way) ?? null) : null);

export const isAsked = (entry: Entry): boolean => entry.settle.some((way) => way.operation === 'held.decide');
export const isProblem = (entry: Entry): boolean => entry.see?.operation === 'item.groups';
