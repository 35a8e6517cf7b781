// Says what a connection can do, step by step, in words an administrator understands. Failures are findings, not errors.
import type { CheckReport, CheckRequest, Finding } from '../../connector-kit/contract.ts';
import { ConnectorError, type ErrorKind } from '../../connector-kit/errors.ts';
import type { Label } from '../../core/model.ts';
import type { Abilities, AbilitySource } from './abilities.ts';
import { abilitiesInWords } from './ability-words.ts';
import { searchesByTime, type ChangedBy } from './changes.ts';
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
    const now = await abilities.afresh(signal);
    findings.push(fine('reachable', 'The system answers.', '系统可以访问。'));
    const users = await client.list('users', firstPage(now), signal);
    const shown = users.total ?? users.resources?.length ?? 0;
    findings.push(
      fine('signed-in', 'The credential is accepted.', '凭据有效。'),
      fine('reads-person', `Accounts that can be read: ${shown}.`, `可读取 ${shown} 个账号。`),
    );
    if (['group', 'resource'].includes(client.config.departments)) findings.push(await readsDepartments(client, now, signal));
    const isRead = request.direction === 'up';
    const changes = !isRead ? null : client.config.departments === 'path' ? 'nothing' : await changesBy(client, abilities, now, signal);
    const words = abilitiesInWords(await abilities.now(signal), changes);
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
    return fine('reads-department', `Departments that can be read: ${shown}.`, `可读取 ${shown} 个部门。`);
  } catch (error) {
    if (!(error instanceof ConnectorError) || error.kind === 'credentials') throw error;
    return failed('reads-department', error);
  }
}

/** By what a source is searched for changes; asked for once, and remembered. */
async function changesBy(
  client: Client,
  abilities: AbilitySource,
  { profile }: Abilities,
  signal: AbortSignal,
): Promise<ChangedBy | 'nothing'> {
  if (profile.changedBy === 'ask' && profile.filter !== 'none') {
    const able = await searchesByTime(client, await abilities.now(signal), 'meta.lastModified', signal);
    if (able !== null) await abilities.learn({ changedBy: able ? 'meta.lastModified' : null });
  }
  return (await abilities.changedBy()) ?? 'nothing';
}

// ── Probe ────────────────────────────────────────────────────────────────────────────────────────────────

/**
 * Creates an account with every attribute filled, looks what came of it, and removes it; what was dropped is remembered.
 * Where accounts cannot be removed, a group does; where neither can, nothing is written.
 */
async function probe(client: Client, abilities: AbilitySource, now: Abilities, request: CheckRequest<Part>): Promise<readonly Finding[]> {
  const type = now.profile.deleteMeans === 'delete' ? 'person' : client.config.groups && now.profile.groups ? 'group' : null;
  if (type === null)
    return [fine('writes', 'Nothing was written: what this system makes it does not remove.', '未写入：该系统不会真正删除对象。')];
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
    if (dropped.length > 0)
      findings.push(fine('writes', `It does not keep: ${dropped.join(', ')}.`, `系统不保存：${dropped.join('、')}。`));
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

/** Where there are no users, or no SCIM at all, no credential helps. */
const wrongAddress = new Set<ErrorKind>(['not-found', 'bad-response', 'unsupported']);
const nothingThere: Label = {
  en: 'There are no users at this address.',
  zh: '该地址下没有用户资源。',
};
const otherAddress: Label = {
  en: 'Compare the base address with the one that the system shows; it often ends in /scim/v2. Look whether a proxy stands in between.',
  zh: '请与系统显示的根地址核对（通常以 /scim/v2 结尾），并确认中间是否有代理。',
};

const failed = (level: Finding['level'], error: ConnectorError): Finding => ({
  level,
  ok: false,
  message: level !== 'writes' && error.kind === 'not-found' ? nothingThere : error.label,
  remedy:
    level === 'signed-in' && wrongAddress.has(error.kind)
      ? otherAddress
      : (remedies[level] ?? { en: 'Give the credential the right to write users and groups.', zh: '请授予该凭据写入用户和组的权限。' }),
});
