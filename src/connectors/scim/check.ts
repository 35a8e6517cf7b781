// Says what a connection can do, step by step, in words an administrator understands. Failures are findings, not errors.
import type { CheckReport, CheckRequest, Finding } from '../../connector-kit/contract.ts';
import { ConnectorError } from '../../connector-kit/errors.ts';
import type { Label } from '../../core/model.ts';
import type { Abilities, AbilitySource } from './abilities.ts';
import { searchesByTime } from './changes.ts';
import type { Client } from './client.ts';
import type { Part } from './config.ts';
import { draftOf, kindOf } from './objects.ts';
import { idOf } from './pages.ts';
import { valueAt, type Json } from './places.ts';
import { visible } from './source.ts';

export async function checkScim(client: Client, abilities: AbilitySource, request: CheckRequest<Part>): Promise<CheckReport> {
  const findings: Finding[] = [];
  const { signal } = request;
  try {
    const now = await abilities.now(signal);
    findings.push(fine('reachable', 'The system answers.', '系统可以访问。'));
    const users = await client.list('users', firstPage(now), signal);
    const shown = users.total ?? users.resources?.length ?? 0;
    findings.push(
      fine('signed-in', 'The credential is accepted.', '凭据有效。'),
      fine('reads-person', `${shown} accounts can be read.`, `可读取 ${shown} 个账号。`),
    );
    if (client.config.departments !== 'attribute') findings.push(await readsDepartments(client, now, signal));
    const words = said(await abilities.now(signal), await changesBy(client, abilities, now, request));
    findings.push(fine('rights', words.en, words.zh));
    if (request.probeWrite) findings.push(...(await probe(client, abilities, now, request)));
    return { findings, systemId: systemIdOf(client.config.url), range: visible.range };
  } catch (error) {
    if (!(error instanceof ConnectorError)) throw error;
    const reached = !error.facts.transport;
    const known = (level: Finding['level']): boolean => findings.some((finding) => finding.level === level);
    if (!reached) findings.push(failed('reachable', error));
    else {
      if (!known('reachable')) findings.push(fine('reachable', 'The system answers.', '系统可以访问。'));
      if (error.kind === 'permission') findings.push(fine('signed-in', 'The credential is accepted.', '凭据有效。'));
      findings.push(failed(error.kind === 'permission' ? 'reads-person' : 'signed-in', error));
    }
    return { findings };
  }
}

const firstPage = ({ profile }: Abilities) =>
  profile.paging === 'index' ? { startIndex: 1, count: 2 } : profile.paging === 'cursor' ? { cursor: '', count: 2 } : {};

/** Two connections to one address are the same system. */
const systemIdOf = (address: string): string => {
  const url = new URL(address);
  return `${url.host}${url.pathname.replace(/\/+$/, '')}`.toLowerCase();
};

async function readsDepartments(client: Client, now: Abilities, signal: AbortSignal): Promise<Finding> {
  try {
    const list = await client.list(kindOf(client.config, 'department'), firstPage(now), signal);
    const shown = list.total ?? list.resources?.length ?? 0;
    return fine('reads-department', `${shown} departments can be read.`, `可读取 ${shown} 个部门。`);
  } catch (error) {
    if (!(error instanceof ConnectorError) || error.kind === 'credentials') throw error;
    return failed('reads-department', error);
  }
}

const listWords: Readonly<Record<Abilities['profile']['lists'], Label>> = {
  ask: { en: 'compared at the first read', zh: '首次读取时比较' },
  whole: { en: 'show everything', zh: '内容完整' },
  short: { en: 'leave things out, so each account is read by itself', zh: '内容不全，因此逐个读取账号' },
};

/** How a source tells what changed; asked for once, and remembered. */
async function changesBy(
  client: Client,
  abilities: AbilitySource,
  now: Abilities,
  { direction, signal }: CheckRequest<Part>,
): Promise<Label> {
  const { changedBy } = now.profile;
  if (direction === 'up' && changedBy === 'ask' && now.profile.filter !== 'none') {
    const able = await searchesByTime(client, now, 'meta.lastModified', signal);
    if (able !== null) await abilities.learn({ changedBy: able ? 'meta.lastModified' : null });
  }
  const known = await abilities.changedBy();
  if (known !== null) return { en: `changes: searched by ${known}`, zh: `变更:按 ${known} 筛选` };
  return direction === 'up'
    ? { en: 'changes: not told, so it is read in full', zh: '变更:系统不提供，因此全量读取' }
    : { en: 'changes: not needed', zh: '变更:无需' };
}

/** What the system can do, as it will be used. */
function said({ profile, discovered, bulk, ignored }: Abilities, changes: Label): Label {
  const { paging, pageLimit, filter, update, membersPerCall, versions, lists } = profile;
  const en = [
    discovered ? 'It describes itself' : 'It does not describe itself, so it is asked by trying',
    `pages: ${paging}, ${pageLimit} at once`,
    `search: ${filter}`,
    `updates: ${update}`,
    `members in one change: ${membersPerCall}`,
    changes.en,
    `lists: ${listWords[lists].en}`,
    versions ? 'versions: kept, so nothing of others is overwritten' : 'versions: no',
    `bulk: ${bulk ? 'offered, not used' : 'no'}`,
    `not kept: ${ignored.length > 0 ? ignored.join(', ') : 'nothing known'}`,
  ];
  const zh = [
    discovered ? '系统自述了能力' : '系统不自述能力，将在使用中探明',
    `分页:${paging}，每页 ${pageLimit}`,
    `筛选:${filter}`,
    `更新:${update}`,
    `单次成员数:${membersPerCall}`,
    changes.zh,
    `列表:${listWords[lists].zh}`,
    versions ? '版本:支持，不会覆盖他人修改' : '版本:不支持',
    `批量:${bulk ? '支持，但不使用' : '不支持'}`,
    `不保存的字段:${ignored.length > 0 ? ignored.join('、') : '未发现'}`,
  ];
  return { en: `${en.join(' · ')}.`, zh: `${zh.join(' · ')}。` };
}

// ── Probe ────────────────────────────────────────────────────────────────────────────────────────────────

/**
 * Creates an account with every attribute filled, looks what came of it, and removes it; what was dropped is remembered.
 * Where accounts cannot be removed, a group does; where neither can, nothing is written.
 */
async function probe(client: Client, abilities: AbilitySource, now: Abilities, request: CheckRequest<Part>): Promise<readonly Finding[]> {
  const type = now.profile.deleteMeans === 'delete' ? 'person' : client.config.groups ? 'group' : null;
  if (type === null)
    return [fine('writes', 'Nothing was written: what this system makes it does not remove.', '未写入:该系统不会真正删除对象。')];
  const mark = `tributary-probe-${client.clock.now()}`;
  const spec = now.catalogue.types.find(({ id }) => id === type)!;
  const attributes = Object.fromEntries(
    spec.attributes
      .filter(({ type: kind, writable, kind: secrecy }) => kind === 'string' && writable !== 'never' && secrecy !== 'secret')
      .map(({ name, equality }) => [
        name,
        equality === 'phone' ? '+8613800000000' : name === 'email' ? `${mark}@example.com` : probeText(name, mark),
      ]),
  );
  const draft = draftOf(client.config, now, type, {
    directoryId: mark,
    attributes,
    edges: {},
    enabled: true,
    ...(now.profile.passwordRequired ? { secrets: { password: `P-${crypto.randomUUID()}` } } : {}),
  });
  const kind = kindOf(client.config, type);
  let id: string | undefined;
  try {
    const answered = await client.create(kind, draft, request.signal);
    id = answered.id ?? idOf(answered.resource ?? {});
    const kept = id === undefined ? null : await client.one(kind, id, request.signal);
    const dropped = kept ? droppedOf(now, type, attributes, kept) : [];
    if (dropped.length > 0) await abilities.learn({ ignored: [...new Set([...now.ignored, ...dropped])].sort() });
    const findings = [fine('writes', `A probe ${spec.label.en} was created and removed.`, `已创建并删除一个测试${spec.label.zh}。`)];
    if (dropped.length > 0) findings.push(fine('writes', `It does not keep: ${dropped.join(', ')}.`, `系统不保存:${dropped.join('、')}。`));
    return findings;
  } catch (error) {
    if (!(error instanceof ConnectorError) || error.facts.transport) throw error;
    return [failed('writes', error)];
  } finally {
    if (id !== undefined) await client.remove(kind, id, request.signal);
  }
}

const probeText = (name: string, mark: string): string =>
  name === 'preferredLanguage' ? 'zh-CN' : name === 'timezone' ? 'Asia/Shanghai' : name === 'userName' ? mark : `probe ${name}`;

const droppedOf = ({ catalogue }: Abilities, type: string, attributes: Readonly<Record<string, string>>, kept: Json): readonly string[] =>
  Object.keys(attributes).filter((name) => {
    const place = catalogue.places[type]?.[name];
    return place !== undefined && valueAt(kept, place) === null;
  });

// ── Words ────────────────────────────────────────────────────────────────────────────────────────────────

const fine = (level: Finding['level'], en: string, zh: string): Finding => ({ level, ok: true, message: { en, zh } });

const remedies: Readonly<Partial<Record<Finding['level'], Label>>> = {
  reachable: { en: 'Check the base address, the network and the proxy.', zh: '请检查根地址、网络和代理。' },
  'signed-in': { en: 'Enter the current credential in the connection.', zh: '请在连接中填写当前有效的凭据。' },
  'reads-person': { en: 'Give the credential the right to read users.', zh: '请授予该凭据读取用户的权限。' },
  'reads-department': { en: 'Check how this system keeps departments, and their path.', zh: '请检查该系统的部门表示方式及其路径。' },
};

const failed = (level: Finding['level'], error: ConnectorError): Finding => ({
  level,
  ok: false,
  message: error.label,
  remedy: remedies[level] ?? { en: 'Give the credential the right to write users and groups.', zh: '请授予该凭据写入用户和组的权限。' },
});
