// Whether members that were sent are there: looked for wherever a system may show them, since some answer 200 and do nothing.
import type { MemberChange } from '../../connector-kit/contract.ts';
import { ConnectorError, errorKinds } from '../../connector-kit/errors.ts';
import type { Edge, Label } from '../../core/model.ts';
import type { Client } from './client.ts';
import { membersOf } from './objects.ts';
import { idOf } from './pages.ts';
import { entriesOf, member, quoted, type Json } from './places.ts';
import type { Profile } from './profiles.ts';

/** With the group, by searching for the accounts of a group, or on the account alone. */
export type ShownBy = 'group' | 'search' | 'account';

export interface Proof {
  readonly by: ShownBy;
  /** Added, and it shows that they are not in the group. */
  readonly missing: readonly Edge[];
  /** Removed, and it shows that they still are. */
  readonly left: readonly Edge[];
}

/** So many accounts are asked for their groups, and so many groups for their members. */
const ASKED = 3;
/** Nobody's id: where a search for its accounts finds some, the system does not search. */
const NOBODY = 'tributary-no-such-group';

/** null: nothing shows them. `often`: it was looked for everywhere before, so only where little is asked. */
export async function proofOf(
  client: Client,
  { filter }: Pick<Profile, 'filter'>,
  group: string,
  { add, remove }: MemberChange,
  often: boolean,
  signal: AbortSignal,
): Promise<Proof | null> {
  const resource = await client.one('groups', group, signal);
  const shown = (resource && membersOf(resource)) ?? [];
  const against = (by: ShownBy, added: readonly Edge[], there: ReadonlySet<string>): Proof => ({
    by,
    missing: added.filter(({ to }) => !there.has(to.id)),
    left: remove.filter(({ to }) => there.has(to.id)),
  });
  if (shown.length > 0) return against('group', add, new Set(shown.map(({ to }) => to.id)));
  const people = add.filter(({ to }) => to.type === 'person');
  if (people.length === 0) return null;
  if (filter !== 'none' && !often) {
    const { found, isWhole } = await membersBySearch(client, group, signal);
    const isOne = people.some(({ to }) => found.has(to.id));
    if (isOne && (await membersBySearch(client, NOBODY, signal)).found.size === 0)
      return isWhole ? against('search', people, found) : { by: 'search', missing: [], left: [] };
  }
  for (const { to } of people.slice(0, ASKED)) {
    const account = await client.one('users', to.id, signal);
    const isIn = account && entriesOf(member(account, 'groups')).some((entry) => String(member(entry, 'value')) === group);
    if (isIn) return { by: 'account', missing: [], left: [] };
  }
  // An empty group has none to show; where others show theirs, it would have shown them.
  return !often && (await othersShow(client, signal)) ? against('group', add, new Set()) : null;
}

/** The first page, and a few of its groups by themselves, since lists may be shorter. */
export async function othersShow(client: Client, signal: AbortSignal): Promise<boolean> {
  const shows = (resource: Json | null): boolean => resource !== null && (membersOf(resource) ?? []).length > 0;
  try {
    const groups = (await client.list('groups', {}, signal)).resources ?? [];
    if (groups.some(shows)) return true;
    for (const id of groups.slice(0, ASKED).flatMap((resource) => idOf(resource) ?? []))
      if (shows(await client.one('groups', id, signal))) return true;
  } catch (error) {
    if (!(error instanceof ConnectorError) || errorKinds[error.kind] !== 'item') throw error;
  }
  return false;
}

/** Whether a search shows who is in this group. */
export async function isFoundBySearch(client: Client, group: string, signal: AbortSignal): Promise<boolean> {
  const isFound = async (id: string): Promise<boolean> => (await membersBySearch(client, id, signal)).found.size > 0;
  return (await isFound(group)) && !(await isFound(NOBODY));
}

/** The first page: this is about whether it searches, not about everybody. */
async function membersBySearch(
  client: Client,
  group: string,
  signal: AbortSignal,
): Promise<{ readonly found: ReadonlySet<string>; readonly isWhole: boolean }> {
  try {
    const { resources, total } = await client.list('users', { filter: `groups.value eq ${quoted(group)}` }, signal);
    const found = new Set((resources ?? []).flatMap((resource) => idOf(resource) ?? []));
    return { found, isWhole: typeof total === 'number' && found.size >= total };
  } catch (error) {
    if (error instanceof ConnectorError && ['unsupported', 'invalid', 'not-found'].includes(error.kind))
      return { found: new Set(), isWhole: false };
    throw error;
  }
}

export const nobodyCanCheck: Label = {
  en: 'The system took members of groups and shows members nowhere, so nobody can check whether they are in. Look there, or ask its vendor.',
  zh: '系统接受了组成员的写入，但从不返回组成员，因此无法核对其是否真正生效。请到该系统中查看，或咨询厂商。',
};

export const notTaken = (): ConnectorError =>
  new ConnectorError('invalid', {
    en: 'The system answered that it took the member, and shows the group without them.',
    zh: '系统答复已加入该成员，但其返回的组中没有该成员。',
  });

export const notRemoved = (): ConnectorError =>
  new ConnectorError('bad-response', {
    en: 'The system answered that it took members out of the group, and still shows them in it.',
    zh: '系统答复已将成员移出该组，但仍返回这些成员。',
  });
