// Groups that accounts list and that list nobody themselves: who is in one is read from the accounts, and written to them one by one.
//
// @see https://cloud.tencent.com/document/product/1442/68895
import type { MemberChange, MembersWritten } from '../../connector-kit/contract.ts';
import { ConnectorError, errorKinds } from '../../connector-kit/errors.ts';
import type { Edge } from '../../core/model.ts';
import type { AbilitySource } from './abilities.ts';
import type { Client } from './client.ts';
import { overFresh, versionOf, withoutMeta } from './fresh.ts';
import { USER, nameSchemas } from './objects.ts';
import { idOf, inParallel, wholeList } from './pages.ts';
import { isObject, keyOf, member, quoted, type Draft, type Json } from './places.ts';
import type { Profile } from './profiles.ts';

/** Ids, as texts, as numbers or as objects with a value. */
function groupsOn(account: Json, { groupsAttribute }: Profile): readonly unknown[] {
  const list = member(account, groupsAttribute);
  return Array.isArray(list) ? list : [];
}

const groupOf = (entry: unknown): string => String(isObject(entry) ? member(entry, 'value') : entry);

const isAbout =
  (group: string) =>
  (entry: unknown): boolean =>
    groupOf(entry) === group;

type ListChange = (groups: readonly unknown[]) => readonly unknown[];

const leaving =
  (group: string): ListChange =>
  (groups) =>
    groups.filter((entry) => !isAbout(group)(entry));

/** In the form of those that are there; they stay as they are, with whatever else they say. */
const joining =
  (group: string): ListChange =>
  (groups) => {
    if (groups.some(isAbout(group))) return groups;
    const [one] = groups;
    const isNumber = typeof one === 'number' && String(Number(group)) === group;
    return [...groups, isObject(one) ? { [keyOf(one, 'value')]: group } : isNumber ? Number(group) : group];
  };

/** Group → who is in it. Searched for where the system searches; elsewhere all accounts are read once, when the first group is asked for. */
export function membersOnAccounts(client: Client, profile: Profile, signal: AbortSignal): (group: string) => Promise<readonly Edge[]> {
  if (profile.filter !== 'none') return (group) => bySearch(client, profile, group, signal);
  let all: Promise<ReadonlyMap<string, readonly Edge[]>> | null = null;
  return async (group) => (await (all ??= byGroup(client, profile, signal))).get(group) ?? [];
}

/** What the system answers is not believed unseen. */
async function bySearch(client: Client, profile: Profile, group: string, signal: AbortSignal): Promise<readonly Edge[]> {
  const filter = `${profile.groupsAttribute} eq ${quoted(group)}`;
  const accounts = await found(wholeList(client, profile, { kind: 'users', filter, signal }));
  return accounts.filter((account) => groupsOn(account, profile).some(isAbout(group))).flatMap(edgeTo);
}

async function byGroup(client: Client, profile: Profile, signal: AbortSignal): Promise<ReadonlyMap<string, readonly Edge[]>> {
  const members = new Map<string, Edge[]>();
  for (const account of await found(wholeList(client, profile, { kind: 'users', signal }))) {
    for (const group of new Set(groupsOn(account, profile).map(groupOf))) {
      const edges = members.get(group) ?? [];
      edges.push(...edgeTo(account));
      members.set(group, edges);
    }
  }
  return members;
}

const edgeTo = (account: Json): readonly Edge[] => {
  const id = idOf(account);
  return id === undefined ? [] : [{ to: { type: 'person', id } }];
};

/** Some answer 404 where nobody was found. */
async function found(list: Promise<readonly Json[]>): Promise<readonly Json[]> {
  try {
    return await list;
  } catch (error) {
    if (error instanceof ConnectorError && error.kind === 'not-found') return [];
    throw error;
  }
}

export async function changeOnAccounts(
  client: Client,
  source: AbilitySource,
  group: string,
  { add, remove }: MemberChange,
  signal: AbortSignal,
): Promise<MembersWritten> {
  const refused: MembersWritten['refused'][number][] = [];
  await inParallel(remove, client.config.parallel, async ({ to }) => {
    try {
      await listOn(client, source, to.id, leaving(group), signal);
    } catch (error) {
      if (!(error instanceof ConnectorError) || error.kind !== 'not-found') throw error;
    }
  });
  await inParallel(add, client.config.parallel, async ({ to }) => {
    try {
      await listOn(client, source, to.id, joining(group), signal);
    } catch (error) {
      if (!(error instanceof ConnectorError) || errorKinds[error.kind] !== 'item') throw error;
      refused.push({ to, error });
    }
  });
  return { refused };
}

/** The whole list, since nothing smaller is known to be understood. */
function listOn(client: Client, source: AbilitySource, id: string, change: ListChange, signal: AbortSignal): Promise<void> {
  const work = async (): Promise<void> => {
    const { profile } = await source.now(signal);
    const account = await client.one('users', id, signal);
    if (!account) throw new ConnectorError('not-found', noAccount);
    const before = groupsOn(account, profile);
    const after = change(before);
    if (after.length === before.length) return;
    const version = versionOf(account, profile);
    const put = async (): Promise<void> => {
      const draft: Draft = { ...withoutMeta(account, profile) };
      draft[keyOf(draft, profile.groupsAttribute)] = after;
      nameSchemas(draft, USER);
      await client.replace('users', id, draft, signal, version);
    };
    if (profile.update === 'put') return put();
    try {
      await client.change('users', id, [{ op: 'replace', path: profile.groupsAttribute, value: after }], signal, version);
    } catch (error) {
      if (!(error instanceof ConnectorError) || error.kind !== 'unsupported') throw error;
      await source.learn({ update: 'put' });
      await put();
    }
  };
  return client.inTurn('users', id, () => overFresh(work));
}

const noAccount = { en: 'The account does not exist.', zh: '账号不存在。' };
