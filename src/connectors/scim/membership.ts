// Members of groups: reading them from wherever the system shows them, changing them in pieces of the size it takes.
import type { MemberChange, MembersWritten } from '../../connector-kit/contract.ts';
import { ConnectorError } from '../../connector-kit/errors.ts';
import type { Edge } from '../../core/model.ts';
import type { AbilitySource } from './abilities.ts';
import type { Client } from './client.ts';
import { overFresh, versionOf, withoutMeta } from './fresh.ts';
import { changeOnAccounts, membersOnAccounts } from './member-lists.ts';
import { isFoundBySearch, nobodyCanCheck, notRemoved, notTaken, othersShow, proofOf, type Proof } from './member-proof.ts';
import { GROUP, membersOf, nameSchemas } from './objects.ts';
import { idOf, wholeList } from './pages.ts';
import { entriesOf, keyOf, member, quoted, type Draft, type Json, type Operation } from './places.ts';
import type { Profile } from './profiles.ts';
import { scimTypeOf } from './wire.ts';

// ── Reading ──────────────────────────────────────────────────────────────────────────────────────────────

/** `inList` says whether the list that this resource came from shows members at all: an empty group has none to show. */
export type MembersOfGroup = (resource: Json, inList: boolean) => Promise<readonly Edge[]>;

/** For one read: what has to be read as a whole to tell the members of one group is read once for all of them. */
export function membersOfGroups(client: Client, profile: Profile, signal: AbortSignal): MembersOfGroup {
  const onAccounts = profile.groupsAttribute === '' ? null : membersOnAccounts(client, profile, signal);
  return async (resource, inList) => {
    const shown = membersOf(resource);
    const id = idOf(resource);
    if (onAccounts) return id === undefined ? [] : onAccounts(id);
    if (profile.membersFrom === 'ours' && id !== undefined) return client.remembered.of(id);
    if (profile.membersFrom === 'filter' && id !== undefined) return byFilter(client, profile, id, signal);
    if (profile.membersFrom === 'list' || (profile.membersFrom === 'auto' && (shown !== undefined || inList))) return shown ?? [];
    const single = id === undefined ? null : await client.one('groups', id, signal);
    return (single && membersOf(single)) ?? [];
  };
}

/** @see https://docs.aws.amazon.com/singlesignon/latest/developerguide/listusers.html */
async function byFilter(client: Client, profile: Profile, group: string, signal: AbortSignal): Promise<readonly Edge[]> {
  const users = await wholeList(client, profile, { kind: 'users', filter: `groups.value eq ${quoted(group)}`, signal });
  return users.flatMap((user) => idOf(user) ?? []).map((id) => ({ to: { type: 'person', id } }));
}

// ── Writing ──────────────────────────────────────────────────────────────────────────────────────────────

export const entryFor = ({ to }: Edge): Json => ({
  value: to.id,
  ...(to.type === 'group' || to.type === 'department' ? { type: 'Group' } : {}),
});

const add = (edges: readonly Edge[]): readonly Operation[] => [{ op: 'add', path: 'members', value: edges.map(entryFor) }];

const removals: Readonly<Record<'filter' | 'value', (edges: readonly Edge[]) => readonly Operation[]>> = {
  filter: (edges) => edges.map(({ to }) => ({ op: 'remove', path: `members[value eq ${quoted(to.id)}]` })),
  value: (edges) => [{ op: 'remove', path: 'members', value: edges.map(({ to }) => ({ value: to.id })) }],
};

/** What a refusal that names no member can be about. */
export const aboutMembers = new Set(['invalid', 'not-found', 'conflict']);

/** Removes first, then adds, in pieces; members that the system refuses are told one by one, and so is what nobody can see afterwards. */
export async function changeGroupMembers(
  client: Client,
  source: AbilitySource,
  group: string,
  change: MemberChange,
  signal: AbortSignal,
): Promise<MembersWritten> {
  const before = await source.now(signal);
  if (before.profile.groupsAttribute !== '') return changeOnAccounts(client, source, group, change, signal);
  const sent = await sendMembers(client, source, before.profile, group, change, signal);
  const taken = { ...change, add: change.add.filter(({ to }) => !sent.refused.some((one) => one.to.id === to.id)) };
  const isSeen = before.membersShown !== null && before.membersShown !== 'nowhere';
  if (!(isSeen && (!sent.whole || before.membersWhole !== null)) && taken.add.length + (sent.whole ? taken.remove.length : 0) > 0) {
    const { refused, unseen } = await looked(client, source, group, taken, sent, signal);
    return { refused: [...sent.refused, ...refused], ...(unseen ? { unseen } : {}) };
  }
  if (before.profile.membersFrom === 'ours') await client.remembered.change(group, taken);
  return { refused: sent.refused, ...(before.membersShown === 'nowhere' ? { unseen: nobodyCanCheck } : {}) };
}

/** Asked by trying: where the members show that were just sent, and whether a system that was given a whole list has looked at it. */
async function looked(
  client: Client,
  source: AbilitySource,
  group: string,
  taken: MemberChange,
  { whole }: Sent,
  signal: AbortSignal,
): Promise<MembersWritten> {
  const { profile, membersShown, membersWhole } = await source.now(signal);
  const adds = taken.add.length > 0;
  const look = (): Promise<Proof | null> => proofOf(client, profile, group, taken, membersShown === 'nowhere', signal);
  let proof = await look();
  if (whole && membersWhole === null && (adds || proof !== null)) {
    // There are systems that take people whole and members by PATCH alone, and answer as if all were done. Others only leave out one
    // whom they do not take: which of the two it is, shows when the same is sent by PATCH.
    const before = proof;
    const answer = isAllThere(before) ? 'no need' : await answerOf(() => sendPieces(client, profile, group, taken, signal));
    // Of a group that showed its members and shows none now, everybody was taken out.
    if (isAnswered(answer)) proof = (await look()) ?? (before?.by === 'group' && adds ? { ...before, missing: taken.add, left: [] } : null);
    const membersWhole = wholeSeen(before, answer, proof);
    if (membersWhole) await source.learn({ membersWhole });
  }
  const by = proof?.by ?? 'nowhere';
  // What somebody has said of where members are read is not unlearned; of a group that is empty now nobody can say what it shows.
  if (membersShown !== 'as said' && by !== membersShown && (adds || proof !== null)) await source.learn({ members: by });
  if (proof !== null && proof.left.length > 0) throw notRemoved();
  const now = await source.now(signal);
  if (now.profile.membersFrom === 'ours') await client.remembered.change(group, taken);
  return {
    refused: (proof?.missing ?? []).map(({ to }) => ({ to, error: notTaken() })),
    ...(now.membersShown === 'nowhere' ? { unseen: nobodyCanCheck } : {}),
  };
}

type PatchAnswer = 'no need' | 'form refused' | 'all taken' | 'some refused';

const isAllThere = (proof: Proof | null): boolean => proof !== null && proof.missing.length + proof.left.length === 0;
const isAnswered = (answer: PatchAnswer): boolean => answer === 'all taken' || answer === 'some refused';

async function answerOf(work: () => Promise<MembersWritten['refused']>): Promise<PatchAnswer> {
  try {
    return (await work()).length === 0 ? 'all taken' : 'some refused';
  } catch (error) {
    if (error instanceof ConnectorError && refusesForm(error)) return 'form refused';
    if (error instanceof ConnectorError && aboutMembers.has(error.kind)) return 'some refused';
    throw error;
  }
}

/** Whether it looks at whole lists, by what showed before a PATCH and after it; undefined: that cannot be told from this change. */
function wholeSeen(before: Proof | null, answer: PatchAnswer, after: Proof | null): 'taken' | 'ignored' | undefined {
  if (!isAnswered(answer)) return 'taken';
  const open = (proof: Proof | null): number => (proof === null ? Infinity : proof.missing.length + proof.left.length);
  // Where nothing shows, PATCH took everybody by its own words, and cannot lose those whom nobody sees.
  if (before === null && after === null) return answer === 'all taken' ? 'ignored' : undefined;
  return (before?.by === 'group' && after === null) || open(after) < open(before) ? 'ignored' : undefined;
}

type Sent = MembersWritten & { /** As a whole list, in which those already there are named again. */ readonly whole: boolean };

async function sendMembers(
  client: Client,
  source: AbilitySource,
  profile: Profile,
  group: string,
  change: MemberChange,
  signal: AbortSignal,
): Promise<Sent> {
  const isWhole = profile.memberRemove === 'replace' && (profile.update === 'put' || change.remove.length > 0);
  if (isWhole) return replaceMembers(client, source, profile, group, change, signal);
  try {
    return { refused: await sendPieces(client, profile, group, change, signal), whole: false };
  } catch (error) {
    // Asked by trying: what refuses to remove by filter is given the whole list, which no system misreads; some do not read it at all.
    if (!(error instanceof ConnectorError) || !refusesForm(error) || (await source.now(signal)).membersWhole === 'ignored') throw error;
    await source.learn({ memberRemove: 'replace', ...(error.kind === 'unsupported' ? { update: 'put' as const } : {}) });
    return replaceMembers(client, source, (await source.now(signal)).profile, group, change, signal);
  }
}

async function sendPieces(
  client: Client,
  profile: Profile,
  group: string,
  change: MemberChange,
  signal: AbortSignal,
): Promise<MembersWritten['refused']> {
  const refused: MembersWritten['refused'][number][] = [];
  await removeMembers(client, profile, group, change.remove, signal);
  for (const piece of pieces(change.add, profile.membersPerCall)) {
    await client.memberPace.take(group, piece.length, profile.membersPerHour);
    await addMembers(client, group, piece, refused, signal);
  }
  return refused;
}

const refusesForm = (error: ConnectorError): boolean =>
  error.kind === 'unsupported' || ['invalidPath', 'invalidFilter', 'invalidSyntax'].includes(scimTypeOf(error));

async function removeMembers(client: Client, profile: Profile, group: string, edges: readonly Edge[], signal: AbortSignal): Promise<void> {
  const form = removals[profile.memberRemove === 'value' ? 'value' : 'filter'];
  for (const piece of pieces(edges, profile.membersPerCall)) {
    try {
      await client.change('groups', group, form(piece), signal);
    } catch (error) {
      // Somebody who is no member (any more) is what was wanted; the others of the piece go one by one.
      if (!(error instanceof ConnectorError) || scimTypeOf(error) !== 'noTarget') throw error;
      if (piece.length > 1) for (const edge of piece) await removeMembers(client, profile, group, [edge], signal);
    }
  }
}

/** One unknown member makes a system refuse the whole request: halves find it, and the others go through. */
async function addMembers(
  client: Client,
  group: string,
  edges: readonly Edge[],
  refused: MembersWritten['refused'][number][],
  signal: AbortSignal,
): Promise<void> {
  try {
    await client.change('groups', group, add(edges), signal);
  } catch (error) {
    if (!(error instanceof ConnectorError) || !aboutMembers.has(error.kind)) throw error;
    if (edges.length === 1) {
      if (error.kind === 'not-found' && (await client.one('groups', group, signal)) === null) throw error;
      refused.push({ to: edges[0]!.to, error });
      return;
    }
    const middle = Math.ceil(edges.length / 2);
    await addMembers(client, group, edges.slice(0, middle), refused, signal);
    await addMembers(client, group, edges.slice(middle), refused, signal);
  }
}

/**
 * Who must be named when a group is written whole, since whoever is not named is taken out. Where the group shows nobody they are
 * searched for, or remembered if the group is ours; of any other group nobody can say, and it is not written whole.
 */
export async function membersToKeep(
  client: Client,
  source: AbilitySource,
  group: string,
  current: Json,
  signal: AbortSignal,
): Promise<readonly Json[]> {
  const shown = entriesOf(member(current, 'members'));
  const { profile, membersShown } = await source.now(signal);
  if (shown.length > 0 || membersShown === 'group') return shown;
  const isSaid = membersShown === 'as said';
  const isOurs = profile.membersFrom === 'ours' && (isSaid || (await client.remembered.isOurs(group)));
  if (isOurs || profile.membersFrom === 'filter')
    return (await membersOfGroups(client, profile, signal)({ ...current, id: group }, false)).map(entryFor);
  if (isSaid) return shown;
  if (membersShown === null) {
    if (profile.filter !== 'none' && (await isFoundBySearch(client, group, signal)))
      return (await byFilter(client, profile, group, signal)).map(entryFor);
    const showsNobody = Array.isArray(member(current, 'members'));
    if (showsNobody || (await client.remembered.isOurs(group)) || (await othersShow(client, signal))) return shown;
  }
  throw new ConnectorError('unsupported', wouldTakeOut);
}

const wouldTakeOut = {
  en: 'This group does not show who is in it, was not made by this connection, and can only be written as a whole, which would take out whoever is in it. Say in the connection (custom profile) where members are read from, "ours" if they may be taken out, or leave the group out of scope.',
  zh: '该组不返回成员，也不是由本连接创建，且只能整体写入，这会移除其中现有的成员。请在连接设置（自定义类型）中指定成员的读取方式（若可移除现有成员则选 ours），或将该组移出同步范围。',
};

/** The whole list, from the members as they are now, or as they are remembered where the system does not show them. */
const replaceMembers = (
  client: Client,
  source: AbilitySource,
  profile: Profile,
  group: string,
  change: MemberChange,
  signal: AbortSignal,
): Promise<Sent> => {
  const replace = async (): Promise<Sent> => {
    const current = await client.one('groups', group, signal);
    if (!current) throw gone();
    const isOne = (edges: readonly Edge[], entry: Json): boolean => edges.some(({ to }) => to.id === String(member(entry, 'value')));
    const before = await membersToKeep(client, source, group, current, signal);
    const kept = before.filter((entry) => !isOne(change.remove, entry));
    const added = change.add.filter(({ to }) => !before.some((entry) => String(member(entry, 'value')) === to.id)).map(entryFor);
    if (added.length === 0 && kept.length === before.length) return { refused: [], whole: false };
    const members = [...kept, ...added];
    const version = versionOf(current, profile);
    if (profile.update === 'put') {
      const whole: Draft = { ...withoutMeta(current, profile) };
      whole[keyOf(whole, 'members')] = members;
      nameSchemas(whole, GROUP);
      await client.replace('groups', group, whole, signal, version);
    } else await client.change('groups', group, [{ op: 'replace', path: 'members', value: members }], signal, version);
    return { refused: [], whole: true };
  };
  return client.inTurn('groups', group, () => overFresh(replace));
};

export const gone = (): ConnectorError => new ConnectorError('not-found', { en: 'The object does not exist.', zh: '对象不存在。' });

function* pieces<T>(items: readonly T[], size: number): Generator<readonly T[]> {
  for (let at = 0; at < items.length; at += size) yield items.slice(at, at + size);
}
