// Says what the app can do, step by step, and what to grant where, in words an administrator understands.
import type { CheckReport, CheckRequest, Finding } from '../../connector-kit/contract.ts';
import { isConnectorError } from '../../connector-kit/errors.ts';
import type { Attributes } from '../../core/model.ts';
import { z } from 'zod';
import type { Client } from './client.ts';
import type { Part } from './config.ts';
import { createDepartment, removeDepartment, updateDepartment } from './departments.ts';
import { personOf, ROOT } from './objects.ts';
import { FIELD_RIGHTS, IDS, type Eye, type Sight } from './sight.ts';
import { systemIdOf } from './tenant.ts';
import { departmentPage, departmentShape, userPage, userShape, type WireUser } from './wire.ts';

/** What reading needs beside the rights of fields. @see https://open.feishu.cn/document/server-docs/application-scope/scope-list */
const READING = ['contact:contact.base:readonly', 'contact:department.base:readonly'];
const WRITING = ['contact:contact', 'contact:user.base', 'contact:user.id:readonly', 'contact:group'];

export async function check(client: Client, eye: Eye, request: CheckRequest<Part>): Promise<CheckReport> {
  const { signal } = request;
  const findings: Finding[] = [];
  try {
    const sight = await eye.look(signal);
    findings.push(
      fine('reachable', 'Feishu answers.', '飞书可以访问。'),
      fine('signed-in', 'App ID and App Secret are accepted.', 'App ID 与 App Secret 有效。'),
    );
    findings.push(rangeFinding(sight));
    findings.push(await departmentFinding(client, sight, request.part, signal));
    findings.push(...(await personFindings(client, sight, signal)));
    findings.push(...rightsFindings(sight, request.direction));
    if (request.probeWrite && findings.every(({ ok }) => ok)) findings.push(await probeWrite(client, sight, signal));
    return { findings, systemId: await systemIdOf(client, signal), range: sight.range };
  } catch (error) {
    if (!isConnectorError(error)) throw error;
    const reached = !error.facts.transport;
    if (findings.length === 0) {
      findings.push(reached ? fine('reachable', 'Feishu answers.', '飞书可以访问。') : failed('reachable', error));
      if (!reached) return { findings };
    }
    // A missing right is refused only after the sign-in.
    if (error.kind === 'permission' && findings.length === 1) {
      findings.push(fine('signed-in', 'App ID and App Secret are accepted.', 'App ID 与 App Secret 有效。'));
    }
    findings.push(error.kind === 'not-found' ? noSuchTop(error) : failed(findings.length === 1 ? 'signed-in' : 'rights', error));
    return { findings };
  }
}

function rangeFinding(sight: Sight): Finding {
  if (sight.all) return fine('range', 'The app sees all members.', '应用可见全部成员。');
  const [departments, users] = [sight.departments.length, sight.users.length];
  return missing(
    'range',
    `The app sees only ${departments} departments and ${users} single people. Everybody else is unknown to Tributary.`,
    `应用仅可见 ${departments} 个部门和 ${users} 名成员，其余人员对 Tributary 不可知。`,
    'Developer console → Permissions & Scopes → Contacts data range: all members; then publish a new app version. Leave it if the narrow range is meant.',
    '开发者后台 → 权限管理 → 通讯录权限范围 → 全部成员，并发布新的应用版本；如有意限制可忽略。',
  );
}

async function departmentFinding(client: Client, sight: Sight, part: Part | undefined, signal: AbortSignal): Promise<Finding> {
  const id = part?.department || (sight.all ? undefined : sight.departments[0]);
  if (id) {
    const kind = id.startsWith('od-') ? 'open_department_id' : 'department_id';
    const query = { ...IDS, department_id_type: kind };
    const { department } = await client.call('department', z.object({ department: departmentShape }), { id, query, signal });
    return fine(
      'reads-department',
      `Departments can be read, for example "${department.name ?? id}".`,
      `可读取部门，例如“${department.name ?? id}”。`,
    );
  }
  const page = await client.call('children', departmentPage, { id: ROOT, query: { ...IDS, page_size: 1 }, signal });
  const name = page.items?.[0]?.name;
  return name === undefined
    ? fine('reads-department', 'Departments can be read; there is none yet.', '可读取部门，目前还没有部门。')
    : fine('reads-department', `Departments can be read, for example "${name}".`, `可读取部门，例如“${name}”。`);
}

async function personFindings(client: Client, sight: Sight, signal: AbortSignal): Promise<readonly Finding[]> {
  const somebody = await anybody(client, sight, signal);
  if (!somebody) return [fine('reads-person', 'People can be read; there is none at the first level.', '可读取人员，第一层暂无成员。')];
  const asked = Object.keys(FIELD_RIGHTS).filter((name) => name !== 'membership');
  const { unseen } = personOf(somebody, { attributes: asked, relations: ['membership'] }, { timeZone: 'UTC', custom: [] });
  const told = fine('reads-person', 'People can be read.', '可读取人员。');
  if (unseen.length === 0) return [told];
  const names = unseen.join(', ');
  return [
    told,
    missing(
      'rights',
      `These fields do not come: ${names}. They are left as they are everywhere.`,
      `以下字段未返回：${names}。这些字段在各处保持不变。`,
      `Grant the rights of these fields: ${rightsOf(unseen).join(', ')}; or a policy of the tenant hides them (admin console → Security).`,
      `请开通字段权限：${rightsOf(unseen).join('、')}；或检查管理后台的安全策略是否隐藏了它们。`,
    ),
  ];
}

async function anybody(client: Client, sight: Sight, signal: AbortSignal): Promise<WireUser | undefined> {
  const [single] = sight.users;
  if (single) {
    const page = await client.call('users', z.object({ items: z.array(userShape).nullish() }), {
      query: { ...IDS, user_ids: [single] },
      signal,
    });
    if (page.items?.[0]) return page.items[0];
  }
  const places = sight.all ? [ROOT, ...sight.departments] : sight.departments;
  for (const department of places.slice(0, 3)) {
    const query = { ...IDS, department_id: department, page_size: 1 };
    const page = await client.call('members', userPage, { query, signal });
    if (page.items?.[0]) return page.items[0];
  }
  return undefined;
}

const rightsOf = (fields: readonly string[]): readonly string[] => [...new Set(fields.flatMap((field) => FIELD_RIGHTS[field]?.[0] ?? []))];

/** Rights by name, where Feishu tells which ones are granted. */
function rightsFindings({ granted }: Sight, direction: CheckRequest<Part>['direction']): readonly Finding[] {
  if (!granted) return [];
  const lackingFields = Object.values(FIELD_RIGHTS).flatMap((rights) => (rights.some((right) => granted.has(right)) ? [] : [rights[0]!]));
  const lacking = [...new Set([...READING.filter((right) => !granted.has(right)), ...lackingFields])];
  const findings: Finding[] = [];
  if (lacking.length > 0) findings.push(lackingFinding('rights', 'reading', '读取', lacking));
  const notWriting = WRITING.filter((right) => !granted.has(right));
  if (direction === 'down' && notWriting.length > 0) findings.push(lackingFinding('writes', 'writing', '写入', notWriting));
  return findings;
}

const lackingFinding = (level: Finding['level'], en: string, zh: string, rights: readonly string[]): Finding =>
  missing(
    level,
    `The app lacks rights for ${en}: ${rights.join(', ')}.`,
    `应用缺少${zh}所需权限：${rights.join('、')}。`,
    'Developer console → Permissions & Scopes: add them, then publish a new app version and have it approved.',
    '开发者后台 → 权限管理：开通以上权限，并发布新的应用版本且通过审核。',
  );

/** Creates, renames and removes one department; what was made is removed even when renaming it failed. */
async function probeWrite(client: Client, sight: Sight, signal: AbortSignal): Promise<Finding> {
  const now = client.clock.now();
  const request = { signal, now, idempotencyKey: `probe ${client.config.appId} ${now}` };
  const parent: Attributes = sight.all ? {} : { parent_department_id: sight.departments[0] ?? ROOT };
  const desired = { directoryId: '', attributes: { name: `tributary-probe-${now}`, ...parent }, edges: {}, enabled: true };
  const { id } = await createDepartment(client, desired, request);
  try {
    const attributes = { name: `tributary-probe-${now}-2` };
    await updateDepartment(
      client,
      id,
      { attributes, before: {}, edges: {} },
      { ...desired, attributes: { ...desired.attributes, ...attributes } },
      request,
    );
  } finally {
    await removeDepartment(client, id, signal);
  }
  return fine('writes', 'A probe department was created, renamed and removed.', '已创建、改名并删除一个测试部门。');
}

const fine = (level: Finding['level'], en: string, zh: string): Finding => ({ level, ok: true, message: { en, zh } });

const missing = (level: Finding['level'], en: string, zh: string, remedyEn: string, remedyZh: string): Finding => ({
  level,
  ok: false,
  message: { en, zh },
  remedy: { en: remedyEn, zh: remedyZh },
});

/** The only thing that is asked for by an id that a person has entered. */
const noSuchTop = (error: { readonly label: Finding['message'] }): Finding =>
  missing(
    'reads-department',
    error.label.en,
    error.label.zh,
    'Look at the top department of the job: its open_department_id (od-…) or department_id. Empty covers everything the app may see.',
    '请检查任务的顶层部门：open_department_id（od-…）或 department_id；留空表示应用可见的全部。',
  );

function failed(level: Finding['level'], error: unknown): Finding {
  const label = isConnectorError(error) ? error.label : { en: 'Something failed.', zh: '出现错误。' };
  if (level === 'reachable') {
    return missing(
      level,
      label.en,
      label.zh,
      'Check that this server may reach open.feishu.cn (Lark: open.larksuite.com) over HTTPS.',
      '请确认本服务器可通过 HTTPS 访问 open.feishu.cn（Lark 为 open.larksuite.com）。',
    );
  }
  if (level === 'signed-in') {
    return missing(
      level,
      label.en,
      label.zh,
      'Copy App ID and App Secret again from the developer console (Credentials & Basic Info).',
      '请从开发者后台“凭证与基础信息”重新复制 App ID 与 App Secret。',
    );
  }
  return missing(
    level,
    label.en,
    label.zh,
    'Grant the right in the developer console and publish a new app version.',
    '请在开发者后台开通权限并发布新的应用版本。',
  );
}
