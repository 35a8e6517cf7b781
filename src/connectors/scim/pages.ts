// Reads a whole list, whatever the system's way of paging, and knows whether it was whole.
//
// Pages by index shift while people come and go: whatever is removed from a page already read moves everything after it
// one place forward, out of the next page. So each page begins with the last object of the one before; when it does not,
// the list has moved, and is read again from the start.
import { ConnectorError } from '../../connector-kit/errors.ts';
import type { Label } from '../../core/model.ts';
import type { Client, Kind, ListQuery } from './client.ts';
import { member, type Json } from './places.ts';
import type { Profile } from './profiles.ts';

export interface Page {
  readonly resources: readonly Json[];
  /** Where a read that stops after this page resumes; null after the last. */
  readonly checkpoint: string | null;
}

/** Why a list cannot be called whole; null when it can. */
export type Shortfall = Label | null;

export interface ListRequest {
  readonly kind: Kind;
  readonly filter?: string;
  readonly excludedAttributes?: string;
  readonly checkpoint?: string | undefined;
  readonly signal: AbortSignal;
}

const RESTARTS = 3;

/** Every resource once, in pages; the return value says whether these are all. */
export function pagesOf(client: Client, profile: Profile, request: ListRequest): AsyncGenerator<Page, Shortfall> {
  switch (profile.paging) {
    case 'index':
      return byIndex(client, profile.pageLimit, request);
    case 'cursor':
      return byCursor(client, profile.pageLimit, request);
    case 'all':
      return atOnce(client, { count: -1 }, request);
    case 'none':
      return atOnce(client, {}, request);
  }
}

export const idOf = (resource: Json): string | undefined => {
  const id = member(resource, 'id');
  return typeof id === 'string' || typeof id === 'number' ? String(id) : undefined;
};

const queryOf = (request: ListRequest): ListQuery => ({
  ...(request.filter === undefined ? {} : { filter: request.filter }),
  ...(request.excludedAttributes === undefined ? {} : { excludedAttributes: request.excludedAttributes }),
});

/** What was not seen yet; resources without an id cannot be told apart and pass. */
function unseen(seen: Set<string>, resources: readonly Json[]): readonly Json[] {
  return resources.filter((resource) => {
    const id = idOf(resource);
    if (id === undefined) return true;
    if (seen.has(id)) return false;
    seen.add(id);
    return true;
  });
}

/** @see https://www.rfc-editor.org/rfc/rfc7644#section-3.4.2.4 */
async function* byIndex(client: Client, size: number, request: ListRequest): AsyncGenerator<Page, Shortfall> {
  const seen = new Set<string>();
  let { start, last } = startOf(request.checkpoint);
  let restarts = 0;
  let overlapping = true;
  let inPass = new Set<string>();
  let sinceStart = start === 1;
  let bySearch = false;
  // False once there was somebody behind the total: some count only what they give at once.
  let counts = true;
  for (;;) {
    const query = { ...queryOf(request), startIndex: start, count: size, ...(bySearch ? { bySearch } : {}) };
    const list = await client.list(request.kind, query, request.signal);
    const page = list.resources ?? [];
    const again = (): void => {
      restarts += 1;
      overlapping = restarts <= RESTARTS;
      start = 1;
      last = null;
      inPass = new Set();
      sinceStart = true;
    };
    // It says itself that it gave another page than the one asked for: its lists take no parameters. Searches may.
    if (!bySearch && start > 1 && list.start !== undefined && list.start !== start && (await searches(client, query, request))) {
      bySearch = true;
      restarts -= 1;
      again();
      continue;
    }
    if (last !== null && (page[0] === undefined || idOf(page[0]) !== last)) {
      again();
      continue;
    }
    for (const resource of page) inPass.add(idOf(resource) ?? '');
    const next = start + page.length;
    const stuck = overlapping && last !== null && page.length === 1;
    const fresh = unseen(seen, page);
    const said = counts && list.total !== undefined && next > list.total;
    if (said && page.length > 0 && (await isBehind(client, { ...query, startIndex: next }, seen, request))) counts = false;
    const done = page.length === 0 || (said && counts) || (!counts && !stuck && fresh.length === 0);
    start = overlapping && !stuck ? next - 1 : next;
    last = overlapping && !stuck ? (idOf(page.at(-1) ?? {}) ?? null) : null;
    yield { resources: fresh, checkpoint: done ? null : JSON.stringify({ start, last }) };
    if (!done) continue;
    if (!counts) return null;
    const short = list.total !== undefined && next <= list.total;
    const moved = !overlapping && sinceStart && list.total !== undefined && inPass.size < list.total;
    if (!short && !moved) return null;
    if (restarts >= RESTARTS + 1) return short ? tooFew : unstable;
    again();
  }
}

/** Whether somebody new stands where the total says that the list has ended. */
async function isBehind(client: Client, query: ListQuery, seen: ReadonlySet<string>, { kind, signal }: ListRequest): Promise<boolean> {
  try {
    const { resources } = await client.list(kind, query, signal);
    return (resources ?? []).some((resource) => !seen.has(idOf(resource) ?? ''));
  } catch (error) {
    if (error instanceof ConnectorError && ['not-found', 'unsupported', 'invalid'].includes(error.kind)) return false;
    throw error;
  }
}

async function searches(client: Client, query: ListQuery, { kind, signal }: ListRequest): Promise<boolean> {
  try {
    const { start } = await client.list(kind, { ...query, bySearch: true }, signal);
    return start === query.startIndex;
  } catch (error) {
    if (error instanceof ConnectorError && ['not-found', 'unsupported', 'invalid', 'bad-response', 'forbidden'].includes(error.kind))
      return false;
    throw error;
  }
}

function startOf(checkpoint: string | undefined): { start: number; last: string | null } {
  if (checkpoint === undefined) return { start: 1, last: null };
  const { start, last } = JSON.parse(checkpoint) as { start: number; last: string | null };
  return { start, last };
}

/** @see https://www.rfc-editor.org/rfc/rfc9865#section-2 */
async function* byCursor(client: Client, size: number, request: ListRequest): AsyncGenerator<Page, Shortfall> {
  const seen = new Set<string>();
  let cursor = request.checkpoint ?? '';
  for (let restarts = 0; ; ) {
    let list: Awaited<ReturnType<Client['list']>>;
    try {
      list = await client.list(request.kind, { ...queryOf(request), cursor, count: size }, request.signal);
    } catch (error) {
      // A position is kept for a while only; from the start nothing is missed.
      const expired = error instanceof ConnectorError && error.kind === 'cursor-expired' && cursor !== '';
      if (!expired || restarts >= RESTARTS) throw error;
      restarts += 1;
      cursor = '';
      continue;
    }
    const next = list.next ?? null;
    yield { resources: unseen(seen, list.resources ?? []), checkpoint: next };
    if (next === null || next === '') return null;
    cursor = next;
  }
}

/** Everything in one answer, which must have as many objects as it says there are. */
async function* atOnce(client: Client, query: ListQuery, request: ListRequest): AsyncGenerator<Page, Shortfall> {
  const list = await client.list(request.kind, { ...queryOf(request), ...query }, request.signal);
  const resources = list.resources ?? [];
  yield { resources, checkpoint: null };
  return list.total !== undefined && list.total > resources.length ? tooFew : null;
}

const tooFew: Label = {
  en: 'The system says that there are more objects than it gives.',
  zh: '系统声明的对象数多于实际返回的数量。',
};
const unstable: Label = {
  en: 'The list kept changing its order while it was read, so some objects may be missing.',
  zh: '读取期间列表顺序不断变化，可能有对象遗漏。',
};

/** All resources of a list, for the few that are needed as a whole; throws when they are not all. */
export async function wholeList(client: Client, profile: Profile, request: ListRequest): Promise<readonly Json[]> {
  const all: Json[] = [];
  const pages = pagesOf(client, profile, request);
  for (;;) {
    const step = await pages.next();
    if (!step.done) all.push(...step.value.resources);
    else if (step.value) throw new ConnectorError('bad-response', step.value);
    else return all;
  }
}

/** Work on many, so many at a time, in order. */
export async function inParallel<T, R>(items: readonly T[], width: number, work: (item: T) => Promise<R>): Promise<R[]> {
  const results: R[] = [];
  for (let at = 0; at < items.length; at += width) results.push(...(await Promise.all(items.slice(at, at + width).map(work))));
  return results;
}
