// What the app may see: its contact range, the rights that hide fields, and one fingerprint of both.
//
// A shrunken range looks exactly like mass deletion. So it is asked for before anything is read, and again afterwards; a read
// with another range than the last complete one concludes nothing from what is missing.
import { createHash } from 'node:crypto';
import { z } from 'zod';
import type { ConnectionContext } from '../../connector-kit/contract.ts';
import { isConnectorError } from '../../connector-kit/errors.ts';
import type { Client } from './client.ts';
import { departmentPage, grantsShape, scopePage } from './wire.ts';
import { ROOT } from './objects.ts';

export interface Sight {
  /** All members; otherwise the departments (with all below), people and groups that were chosen. */
  readonly all: boolean;
  readonly departments: readonly string[];
  readonly users: readonly string[];
  readonly groups: readonly string[];
  /** Rights of the app; null when Feishu does not tell. */
  readonly granted: ReadonlySet<string> | null;
  readonly range: string;
}

/** Field → rights one of which shows it. @see https://open.feishu.cn/document/server-docs/contact-v3/user/get */
export const FIELD_RIGHTS: Readonly<Record<string, readonly string[]>> = {
  name: ['contact:user.base:readonly'],
  membership: ['contact:user.department:readonly'],
  email: ['contact:user.email:readonly'],
  mobile: ['contact:user.phone:readonly'],
  user_id: ['contact:user.employee_id:readonly'],
  gender: ['contact:user.gender:readonly'],
  employee_no: ['contact:user.employee_number:read', 'contact:user.employee:readonly'],
  job_title: ['contact:user.employee:readonly'],
};

/** How long a range that was asked for is taken for the present one by single questions. */
const FRESH_MS = 60_000;

export interface Eye {
  /** Asked for now. */
  look(signal: AbortSignal): Promise<Sight>;
  /** Not older than a minute. */
  glance(signal: AbortSignal): Promise<Sight>;
  forget(): void;
}

const KEY = 'granted-rights';
const keptShape = z.object({ app: z.string(), at: z.number(), rights: z.array(z.string()).nullable() });

export function openEye(client: Client, memory: ConnectionContext<unknown>['memory']): Eye {
  let last: { readonly sight: Sight; readonly at: number } | undefined;
  const app = client.config.appId;
  const isFresh = (at: number): boolean => Math.abs(client.clock.now() - at) < FRESH_MS;
  /** Asked a hundred times a minute at most, which short runs would use up: they share what one of them was told. */
  const rightsOf = async (signal: AbortSignal, afresh: boolean): Promise<Sight['granted']> => {
    const text = afresh ? undefined : await memory.get(KEY);
    const kept = text === undefined ? undefined : keptShape.safeParse(JSON.parse(text)).data;
    if (kept?.app === app && isFresh(kept.at)) return kept.rights && new Set(kept.rights);
    const rights = await grantedRights(client, signal);
    await memory.set(KEY, JSON.stringify({ app, at: client.clock.now(), rights: rights && [...rights] }));
    return rights;
  };
  const see = async (signal: AbortSignal, afresh: boolean): Promise<Sight> => {
    const sight = await readSight(client, () => rightsOf(signal, afresh), signal);
    last = { sight, at: client.clock.now() };
    return sight;
  };
  return {
    look: (signal) => see(signal, true),
    glance: (signal) => (last && isFresh(last.at) ? Promise.resolve(last.sight) : see(signal, false)),
    forget: () => {
      last = undefined;
    },
  };
}

async function readSight(client: Client, rights: () => Promise<Sight['granted']>, signal: AbortSignal): Promise<Sight> {
  const chosen = await chosenRange(client, signal);
  const [all, granted] = await Promise.all([seesRoot(client, signal), rights()]);
  return { ...chosen, all, granted, range: fingerprint(client.config.appId, all, chosen, granted) };
}

async function chosenRange(client: Client, signal: AbortSignal) {
  const [departments, users, groups] = [new Set<string>(), new Set<string>(), new Set<string>()];
  for (let token: string | undefined, more = true; more; ) {
    const page = await client.call('scopes', scopePage, { query: { ...IDS, page_size: 100, page_token: token }, signal });
    for (const id of page.department_ids ?? []) departments.add(id);
    for (const id of page.user_ids ?? []) users.add(id);
    for (const id of page.group_ids ?? []) groups.add(id);
    token = page.page_token;
    more = page.has_more === true && Boolean(token);
  }
  return { departments: [...departments], users: [...users], groups: [...groups] };
}

/** Only an app with all members may list the first level: what `scopes` says looks alike in both cases. */
async function seesRoot(client: Client, signal: AbortSignal): Promise<boolean> {
  try {
    await client.call('children', departmentPage, { id: ROOT, query: { ...IDS, page_size: 1 }, signal });
    return true;
  } catch (error) {
    if (isConnectorError(error) && error.kind === 'forbidden') return false;
    throw error;
  }
}

async function grantedRights(client: Client, signal: AbortSignal): Promise<ReadonlySet<string> | null> {
  try {
    const { scopes } = await client.call('grants', grantsShape, { signal });
    return new Set(
      (scopes ?? []).filter((scope) => scope.grant_status === 1 && scope.scope_type !== 'user').map((scope) => scope.scope_name),
    );
  } catch (error) {
    if (isConnectorError(error) && !error.facts.transport && (error.kind === 'permission' || error.kind === 'forbidden')) return null;
    throw error;
  }
}

/**
 * The same text means the same view. The app belongs to it: another app has other open_ids for the same people. Single people
 * in the range do not: of somebody who is not seen any more, Feishu says whether they left or are only out of range.
 */
function fingerprint(
  appId: string,
  all: boolean,
  chosen: { readonly departments: readonly string[]; readonly groups: readonly string[] },
  granted: ReadonlySet<string> | null,
): string {
  const hash = (texts: readonly string[]): string => createHash('sha256').update(texts.toSorted().join('\n')).digest('hex').slice(0, 12);
  const reach = all ? 'all' : `chosen ${hash([...chosen.departments, ...chosen.groups])}`;
  const fields = Object.entries(FIELD_RIGHTS).filter(([, rights]) => rights.some((right) => granted?.has(right)));
  return `${appId}: ${reach}, fields ${granted ? hash(fields.map(([field]) => field)) : 'not told'}`;
}

export const IDS = { user_id_type: 'open_id', department_id_type: 'open_department_id' } as const;
