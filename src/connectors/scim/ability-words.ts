// What a system can do, as it will be used, in words for an administrator.
import type { Label } from '../../core/model.ts';
import type { Abilities } from './abilities.ts';
import type { ChangedBy } from './changes.ts';
import type { Kind } from './client.ts';
import type { PathForm } from './places.ts';
import type { Profile } from './profiles.ts';

const say = (en: string, zh: string): Label => ({ en, zh });

const discovery: Readonly<Record<Abilities['discovered'], Label>> = {
  all: say('It describes what it can do', '系统说明了自身能力'),
  attributes: say('It describes its attributes; what else it can do is found out by trying', '系统仅说明了字段，其他能力在使用中探明'),
  nothing: say('It does not describe itself; what it can do is found out by trying', '系统未说明自身能力，将在使用中探明'),
};
const paging: Readonly<Record<Profile['paging'], (size: number) => Label>> = {
  index: (size) => say(`lists come in pages of ${size}, by number`, `列表按序号分页，每页 ${size} 个`),
  cursor: (size) => say(`lists come in pages of ${size}, by cursor`, `列表按游标分页，每页 ${size} 个`),
  all: () => say('lists come whole when asked to (count=-1)', '列表可一次取全（count=-1）'),
  none: () => say('lists come whole', '列表不分页'),
};
const search: Readonly<Record<Profile['filter'], Label>> = {
  eq: say('searched by exact value', '可按精确值查找'),
  none: say('cannot be searched, so everything is read', '不能查找，因此全量读取'),
};
const updates: Readonly<Record<Profile['update'], Label>> = {
  patch: say('only what changed is sent (PATCH)', '仅发送变更内容（PATCH）'),
  put: say('whole objects are sent (PUT)', '发送完整对象（PUT）'),
};
const lost = (en: string, zh: string): Label =>
  say(
    `PATCH loses ${en} and says that it does not, so whole objects are sent (PUT)`,
    `PATCH 会丢失${zh}却答复成功，因此发送完整对象（PUT）`,
  );
const patchLoses: Readonly<Record<PathForm, Label>> = {
  name: lost('attributes', '字段'),
  part: lost('parts of an attribute', '字段的组成部分'),
  extension: lost('attributes of extensions', '扩展字段'),
  list: lost('addresses and numbers', '邮箱和电话'),
};
const lists: Readonly<Record<Profile['lists'], Label>> = {
  ask: say('whether lists show everything is compared at the first read', '列表是否完整将在首次读取时比较'),
  whole: say('lists show everything', '列表内容完整'),
  short: say('lists leave things out, so each account is read by itself', '列表内容不全，因此逐个读取账号'),
};
const memberRemoval: Readonly<Record<Profile['memberRemove'], Label>> = {
  filter: say('a member is removed by a path that names them', '按路径移除单个成员'),
  value: say('members are removed by a list of them', '按列表移除成员'),
  replace: say('a member is removed by sending all others', '通过发送其余全部成员来移除'),
};
const membersSeen: Readonly<Record<NonNullable<Abilities['membersShown']>, (from: Profile['membersFrom']) => Label | null>> = {
  group: () => say('groups show their members', '组会返回成员'),
  search: () => say('members of a group are found by searching accounts', '组成员通过筛选账号读取'),
  account: () =>
    say(
      'groups show no members; that they arrive was seen on accounts, a change made there is not',
      '组不返回成员；已在账号上核实写入生效，但看不到在该系统中做的改动',
    ),
  nowhere: () => say('it shows members nowhere, so nobody can check them', '系统从不返回组成员，因此无法核对'),
  'as said': (from) => (from === 'ours' ? membersSeen.nowhere(from) : null),
};
const freezing: Readonly<Record<Profile['freeze'], (status: Profile['status']) => Label>> = {
  active: ({ attribute, off }) => say(`disabled by ${attribute}=${off}`, `通过 ${attribute}=${off} 停用`),
  delete: () => say('disabled by DELETE', '通过 DELETE 停用'),
  none: () => say('accounts cannot be disabled', '不能停用账号'),
};
const deleting: Readonly<Record<Profile['deleteMeans'], Label>> = {
  delete: say('DELETE removes for good', 'DELETE 会彻底删除'),
  deactivate: say('DELETE only disables', 'DELETE 仅停用'),
  never: say('accounts are never deleted', '不会删除账号'),
};
const changed: Readonly<Record<ChangedBy | 'nothing', Label>> = {
  'meta.lastModified': say('changes are searched by meta.lastModified', '可按 meta.lastModified 查找变更'),
  lastModified: say('changes are searched by lastModified', '可按 lastModified 查找变更'),
  nothing: say('it does not tell what changed, so it is read in full', '不提供变更，因此全量读取'),
};

const keeps: Readonly<Record<Kind, Label>> = {
  users: say('users', '用户'),
  groups: say('groups', '组'),
  departments: say('departments as objects of their own', '独立的部门资源'),
};

/** What it lists and where, where it says so; what it does not have is said in any case. */
function resourcesInWords({ resources, profile }: Abilities): readonly Label[] {
  const places = (Object.keys(keeps) as Kind[]).flatMap((kind) => (resources?.has.has(kind) ? [{ kind, path: profile.paths[kind] }] : []));
  const en = places.map(({ kind, path }) => `${keeps[kind].en} (/${path})`).join(', ');
  const zh = places.map(({ kind, path }) => `${keeps[kind].zh}（/${path}）`).join('、');
  const others = resources?.others ?? [];
  return [
    ...(places.length === 0 ? [] : [say(`it has ${en}`, `提供${zh}`)]),
    ...(profile.groups ? [] : [say('it has no groups', '没有组')]),
    ...(others.length === 0
      ? []
      : [say(`accounts have further extensions: ${others.join(', ')}`, `账号还有其他扩展：${others.join('、')}`)]),
  ];
}

function membersInWords({ profile, membersShown, membersWhole }: Abilities): readonly Label[] {
  if (profile.groupsAttribute !== '')
    return [
      say(
        `accounts list their groups (${profile.groupsAttribute}), so a member is one change of an account`,
        `账号列出其所属组（${profile.groupsAttribute}），每个成员需修改一次账号`,
      ),
    ];
  const seen =
    membersShown === null
      ? say('where members show is looked at when the first is written', '成员在何处可见，将在首次写入时查看')
      : membersSeen[membersShown](profile.membersFrom);
  const ignored = say('members of a whole group are ignored, so they are added and removed', '忽略随整组提交的成员，因此以增删方式提交');
  return [memberRemoval[profile.memberRemove], ...(membersWhole === 'ignored' ? [ignored] : []), ...(seen ? [seen] : [])];
}

function bulkInWords(bulk: Abilities['bulk'], offered: boolean): Label {
  if (!bulk) return offered ? say('bulk is offered and not used', '支持批量，但不使用') : say('no bulk', '不支持批量');
  const { operations } = bulk;
  return bulk.bare
    ? say(
        `up to ${operations} changes of status or deletions in one request (bulk); what else is written it would not show`,
        `单次请求最多 ${operations} 个停用、启用或删除（批量）；其他写入的结果不会返回`,
      )
    : say(`up to ${operations} writes in one request (bulk)`, `单次请求最多 ${operations} 个写入（批量）`);
}

const closes: Readonly<Record<Profile['freeze'], Label>> = {
  active: say('accounts can be disabled', '账号可停用'),
  delete: say('an account is disabled by deleting it there', '停用账号即在该系统中删除'),
  none: say('accounts cannot be disabled there', '账号无法在该系统中停用'),
};
const ends: Readonly<Record<Profile['deleteMeans'], Label>> = {
  delete: say('what is deleted is gone for good', '删除后无法恢复'),
  deactivate: say('what is deleted is only disabled', '删除仅相当于停用'),
  never: say('nothing is ever deleted', '不会删除任何对象'),
};

/**
 * What matters to whoever is about to sync with it; how it is done follows. What it said of itself, what was seen and what we do ourselves
 * are facts; what only the profile says is told as that.
 */
function inShort(abilities: Abilities): Label {
  const { profile, membersShown, ignored, patchLoses: loses, resources } = abilities;
  const isStatus = profile.freeze === 'active';
  const { attribute } = profile.status;
  const unlisted = say(
    `whether accounts can be disabled is uncertain, since it does not list "${attribute}"`,
    `系统未列出“${attribute}”，能否停用账号尚不确定`,
  );
  const claims: readonly { readonly said: Label; readonly isKnown: boolean }[] = [
    isStatus && abilities.statusListed === false && !abilities.statusTaken
      ? { said: unlisted, isKnown: true }
      : { said: closes[profile.freeze], isKnown: !isStatus || abilities.statusTaken || abilities.statusListed === true },
    { said: ends[profile.deleteMeans], isKnown: profile.deleteMeans === 'never' || abilities.deletionTaken },
    profile.groups
      ? { said: say('groups and their members are kept', '支持组及其成员'), isKnown: resources?.has.has('groups') ?? false }
      : { said: say('there are no groups', '没有组'), isKnown: true },
  ];
  const known = [
    ...claims.flatMap(({ said, isKnown }) => (isKnown ? [said] : [])),
    ...(profile.groups && membersShown === 'nowhere' ? [say('nobody can check who is in groups', '无法核对组成员')] : []),
    ...(ignored.length > 0 ? [say(`these are not kept: ${ignored.join(', ')}`, `不保存：${ignored.join('、')}`)] : []),
    ...(loses ? [say('what it loses without saying so is sent in another way', '会悄悄丢失的内容改用其他方式发送')] : []),
  ];
  const assumed = claims.flatMap(({ said, isKnown }) => (isKnown ? [] : [said]));
  const en = [known, assumed].map((some) => some.map((one) => one.en).join(', '));
  const zh = [known, assumed].map((some) => some.map((one) => one.zh).join('，'));
  return {
    en: sentences([en[0]!, en[1] && `as far as the profile says, ${en[1]}`]),
    zh: [zh[0], zh[1] && `按系统类型的设定：${zh[1]}`].map((text) => text && `${text}。`).join(''),
  };
}

const sentences = (texts: readonly (string | undefined)[]): string =>
  texts.flatMap((text) => (text ? [`${text[0]!.toUpperCase()}${text.slice(1)}.`] : [])).join(' ');

/** `changes`: null where nothing is read for its changes. */
export function abilitiesInWords(abilities: Abilities, changes: ChangedBy | 'nothing' | null): Label {
  const { profile, discovered, bulk, offersBulk, ignoresCase, ignored } = abilities;
  const { membersPerCall: most } = profile;
  const parts: readonly Label[] = [
    discovery[discovered],
    ...resourcesInWords(abilities),
    paging[profile.paging](profile.pageLimit),
    lists[profile.lists],
    search[profile.filter],
    ...(changes === null ? [] : [changed[changes]]),
    abilities.patchLoses ? patchLoses[abilities.patchLoses] : updates[profile.update],
    ignoresCase
      ? say('user names that differ only in case are one', '用户名不区分大小写')
      : say('user names that differ only in case are two', '用户名区分大小写'),
    freezing[profile.freeze](profile.status),
    deleting[profile.deleteMeans],
    ...(profile.groups ? membersInWords(abilities) : []),
    profile.versions
      ? say("versions are kept, so nobody else's change is overwritten", '支持版本，不会覆盖他人修改')
      : say('no versions', '不支持版本'),
    say(`at most ${most} members in one change`, `单次最多变更 ${most} 名成员`),
    bulkInWords(bulk, offersBulk),
    ignored.length > 0
      ? say(`not kept: ${ignored.join(', ')}`, `不保存的字段：${ignored.join('、')}`)
      : say('no attribute is known to be dropped', '未发现不保存的字段'),
  ];
  const short = inShort(abilities);
  return {
    en: `${short.en} In detail, for experts: ${parts.map(({ en }) => en).join(' · ')}.`,
    zh: `${short.zh}技术细节：${parts.map(({ zh }) => zh).join(' · ')}。`,
  };
}
