// Tests a connection step by step and says in words what is missing and who can grant it.
import type { CheckReport, CheckRequest, Finding } from '../../connector-kit/contract.ts';
import { isConnectorError, type ConnectorError } from '../../connector-kit/errors.ts';
import type { Label } from '../../core/model.ts';
import { EntryShape, type Entry } from './ber.ts';
import type { TypeId } from './catalogue.ts';
import { everything, listOf, type Client } from './client.ts';
import type { Part } from './config.ts';
import { signInOfDisabled } from './disabled.ts';
import { childDn, dnKey, firstRdn, isWithin } from './dn.ts';
import { partBase, type Layout } from './layout.ts';
import { lockedUnseen } from './locked.ts';
import { oneDepartment, whereTheyLie } from './lying.ts';
import { idOf } from './references.ts';
import { visibleRange } from './range.ts';
import { answerError } from './result-codes.ts';
import { codes } from './wire.ts';

type Request = CheckRequest<Part>;

export async function checkLdap(client: Client, layout: Layout, request: Request): Promise<CheckReport> {
  const findings: Finding[] = [];
  const { config } = layout;
  const { signal } = request;
  try {
    await client.features(signal);
    findings.push({
      level: 'reachable',
      ok: true,
      message: { en: `The LDAP server at ${config.url} answers.`, zh: `LDAP 服务器 ${config.url} 可达。` },
    });
    findings.push({
      level: 'signed-in',
      ok: true,
      message: config.bindDn === '' ? anonymous : { en: `Signed in as ${config.bindDn}.`, zh: `已以 ${config.bindDn} 登录。` },
    });
  } catch (error) {
    if (!isConnectorError(error)) throw error;
    return { findings: [notSignedIn(error, config.bindDn)].flat() };
  }
  try {
    return await checkRights(client, layout, request, findings);
  } catch (error) {
    // The server went away, or answered nonsense, in the middle of the check.
    if (!isConnectorError(error)) throw error;
    const [finding] = notSignedIn(error, config.bindDn).slice(-1);
    return { findings: [...findings.filter(({ level }) => level !== finding!.level), finding!] };
  }
}

async function checkRights(client: Client, layout: Layout, request: Request, findings: Finding[]): Promise<CheckReport> {
  const { signal } = request;
  const base = partBase(layout, request.part);
  const [top] = await entriesAt(client, base, ['entryUUID', 'hasSubordinates', 'modifyTimestamp'], signal);
  if (!top) {
    const remedy = {
      en: `Check the DN "${base}", and give the account read access to it and to everything below.`,
      zh: `请检查 DN“${base}”，并授予该账号对其及下级的读取权限。`,
    };
    for (const level of ['reads-department', 'reads-person'] as const) findings.push({ level, ok: false, message: unseen(base), remedy });
    return { findings };
  }
  findings.push(await readsType(client, layout, base, 'department', 'reads-department', signal));
  findings.push(await readsType(client, layout, base, 'person', 'reads-person', signal));
  findings.push(...(await rights(client, layout, base, top, request)));
  if (request.direction === 'down') {
    findings.push(...(await canWrite(client, layout, base, request)));
    findings.push(...(await whereReadable(whereTheyLie(client, layout, base, signal))));
  } else {
    findings.push(...(await whereReadable(oneDepartment(client, layout, base, signal))));
    findings.push(...(await whereReadable(lockedUnseen(client, layout, base, signal))));
  }
  const { range } = await visibleRange(client, layout, signal);
  findings.push({
    level: 'range',
    ok: true,
    message: {
      en: `Everything below "${base}" that this account may see is covered.`,
      zh: `范围：“${base}”之下该账号可见的全部内容。`,
    },
  });
  return { findings, range, systemId: await systemId(client, layout, signal) };
}

/** What cannot be read has been told above. */
const whereReadable = (looking: Promise<Finding[]>): Promise<Finding[]> =>
  looking.catch((error: unknown) => {
    if (isConnectorError(error)) return [];
    throw error;
  });

function notSignedIn(error: ConnectorError, bindDn: string): Finding[] {
  const reached: Finding = {
    level: 'reachable',
    ok: true,
    message: { en: 'The LDAP server answers.', zh: 'LDAP 服务器可达。' },
  };
  if (error.kind === 'credentials') {
    return [
      reached,
      {
        level: 'signed-in',
        ok: false,
        message: error.label,
        remedy: {
          en: `Check the bind DN${bindDn ? ` "${bindDn}"` : ''} and its password.`,
          zh: `请检查绑定 DN${bindDn ? `“${bindDn}”` : ''}及其密码。`,
        },
      },
    ];
  }
  const remedy =
    error.kind === 'config'
      ? { en: 'Correct the settings of the connection as the message says.', zh: '请按提示修改连接设置。' }
      : {
          en: 'Check address, port, firewall and whether the server runs.',
          zh: '请检查地址、端口、防火墙以及服务器是否运行。',
        };
  return [{ level: 'reachable', ok: false, message: error.label, remedy }];
}

const entriesAt = (client: Client, base: string, names: readonly string[], signal: AbortSignal): Promise<readonly Entry[]> =>
  client.search({ base, scope: 'base', filter: everything, shape: new EntryShape(names) }, signal);

const NAMED = 10;

/** By name, so that an OU that only holds things is seen before it becomes a department. */
function departmentsFound(count: string, entries: readonly Entry[]): Label {
  const names = entries.slice(0, NAMED).map(({ dn }) => firstRdn(dn)[0]?.value ?? dn);
  const more = entries.length > NAMED;
  return {
    en: `Reads departments: ${count} found: ${names.join(', ')}${more ? ', …' : ''}. One that is none belongs into "OUs that are no departments".`,
    zh: `可读取部门：找到 ${count} 个：${names.join('、')}${more ? '……' : ''}。其中若有不是部门的，请填入“非部门的 OU”。`,
  };
}

async function readsType(
  client: Client,
  layout: Layout,
  base: string,
  type: TypeId,
  level: 'reads-department' | 'reads-person',
  signal: AbortSignal,
): Promise<Finding> {
  const what = type === 'person' ? { en: 'people', zh: '人员' } : { en: 'departments', zh: '部门' };
  const who = layout.config.bindDn === '' ? 'anonymous' : `dn.exact="${layout.config.bindDn}"`;
  const search = { base, scope: 'sub' as const, filter: layout.filters[type], shape: new EntryShape(['entryUUID']) };
  try {
    for await (const page of client.pages(search, signal)) {
      const entries = type === 'department' ? page.entries.filter(({ dn }) => !layout.isFolder(dnKey(dn))) : page.entries;
      if (page.limit) {
        return {
          level,
          ok: false,
          message: {
            en: `The server stops after ${entries.length} ${what.en}: this account has a size limit.`,
            zh: `服务器在返回 ${entries.length} 个${what.zh}后停止：该账号受条目数限制。`,
          },
          remedy: {
            en: `Raise the limit for this account on the server, e.g. olcLimits: {0}${who} size=unlimited time=unlimited`,
            zh: `请在服务器上为该账号放宽限制，例如 olcLimits: {0}${who} size=unlimited time=unlimited`,
          },
        };
      }
      if (entries.length === 0) break;
      if (entries.some((entry) => idOf(entry) === undefined)) return { level, ok: false, message: noUuid, remedy: grantUuid };
      const count = `${entries.length}${entries.length >= 1000 ? '+' : ''}`;
      return {
        level,
        ok: true,
        message:
          type === 'department'
            ? departmentsFound(count, entries)
            : { en: `Reads ${what.en}: ${count} found.`, zh: `可读取${what.zh}：找到 ${count} 个。` },
      };
    }
  } catch (error) {
    if (!isConnectorError(error)) throw error;
    return { level, ok: false, message: error.label, remedy: grantRead };
  }
  return {
    level,
    ok: true,
    message: { en: `Sees no ${what.en} below "${base}" (yet).`, zh: `“${base}”之下（尚）无可见的${what.zh}。` },
  };
}

async function rights(client: Client, layout: Layout, base: string, top: Entry, request: Request): Promise<Finding[]> {
  const findings: Finding[] = [];
  const [, hasSubordinates, modified] = top.values;
  // slapd tells hasSubordinates whatever the access rules below say: some below, none seen = hidden.
  if (hasSubordinates === 'TRUE') {
    const below = { base, scope: 'one' as const, filter: everything, shape: new EntryShape([]), sizeLimit: 1 };
    const seen = await client.search(below, request.signal).catch((error: unknown) => {
      if (isConnectorError(error) && error.facts.detail?.startsWith('LDAP 4 ')) return [top];
      throw error;
    });
    if (seen.length === 0) {
      findings.push({
        level: 'rights',
        ok: false,
        message: {
          en: `There are entries below "${base}", but this account may see none of them.`,
          zh: `“${base}”之下存在条目，但该账号均不可见。`,
        },
        remedy: grantRead,
      });
    }
  }
  if (idOf(top) === undefined) findings.push({ level: 'rights', ok: false, message: noUuid, remedy: grantUuid });
  if (modified === undefined) {
    findings.push({
      level: 'rights',
      ok: false,
      message: {
        en: 'The account may not read modifyTimestamp: incremental runs would find nothing.',
        zh: '该账号无权读取 modifyTimestamp，增量同步将无法发现变更。',
      },
      remedy: grantRead,
    });
  }
  if (request.direction === 'down' && dnKey(base) !== layout.baseKey && !layout.isFolder(dnKey(base))) {
    findings.push({
      level: 'rights',
      ok: false,
      message: {
        en: `"${base}" counts as a department, so what is created in it would be read back as lying inside that department.`,
        zh: `“${base}”被视为部门，在其中创建的对象回读时会被认为属于该部门。`,
      },
      remedy: {
        en: 'Add it to "OUs that are no departments" in the settings of the connection.',
        zh: '请将其加入连接设置中的“非部门的 OU”。',
      },
    });
  }
  if (findings.length === 0)
    findings.push({
      level: 'rights',
      ok: true,
      message: {
        en: 'The lasting id of entries (entryUUID) and the time of their last change (modifyTimestamp) are readable.',
        zh: '可读取条目的固定标识（entryUUID）与最后修改时间（modifyTimestamp）。',
      },
    });
  return findings;
}

async function canWrite(client: Client, layout: Layout, base: string, request: Request): Promise<Finding[]> {
  const defined = await definedAttributes(client, request.signal);
  const findings: Finding[] = unknownAttributes(layout, defined).map((name) => ({
    level: 'writes',
    ok: false,
    message: { en: `The schema of the server has no attribute "${name}".`, zh: `服务器架构中没有属性“${name}”。` },
    remedy: {
      en: 'Choose another one in the settings of the connection, or load the schema or overlay that defines it.',
      zh: '请在连接设置中更换，或加载定义它的架构 / overlay。',
    },
  }));
  findings.push(...signInOfDisabled(layout, defined));
  if (!request.probeWrite) return findings;
  const dn = childDn('ou', `tributary-probe-${process.hrtime.bigint()}`, base);
  const grant = { en: `Give the account write access below "${base}".`, zh: `请授予该账号在“${base}”之下的写权限。` };
  const steps = [
    () =>
      client
        .add(
          dn,
          new Map([
            ['objectClass', ['top', 'organizationalUnit']],
            ['ou', [dn.slice(3).split(',')[0]!]],
          ]),
          request.signal,
        )
        .then(({ result }) => result),
    () => client.modify(dn, [['replace', 'description', ['probe of Tributary']]], request.signal),
    () => client.remove(dn, request.signal),
  ];
  for (const step of steps) {
    const result = await step();
    if (result.code === codes.success) continue;
    await client.remove(dn, request.signal);
    return [...findings, { level: 'writes', ok: false, message: answerError(result, 'write', base).label, remedy: grant }];
  }
  return [
    ...findings,
    {
      level: 'writes',
      ok: true,
      message: { en: 'Created, changed and removed a probe entry.', zh: '已创建、修改并删除一个测试条目。' },
    },
  ];
}

/** What the server's schema defines, in lower case; '' where it does not tell. @see https://www.rfc-editor.org/rfc/rfc4512#section-4.2 */
async function definedAttributes(client: Client, signal: AbortSignal): Promise<string> {
  const { schemaDn } = await client.features(signal);
  if (schemaDn === undefined) return '';
  const [schema] = await client.search(
    { base: schemaDn, scope: 'base', filter: everything, shape: new EntryShape(['attributeTypes']) },
    signal,
  );
  return listOf(schema?.values[0]).join('\n').toLowerCase();
}

/** Attributes named in the settings that it does not define. */
function unknownAttributes({ config }: Layout, defined: string): readonly string[] {
  const names = [config.disableBy === 'attribute' ? config.disableAttribute : '', config.idAttribute, ...config.extraAttributes].filter(
    (name) => name !== '',
  );
  return defined === '' ? [] : names.filter((name) => !defined.includes(`'${name.toLowerCase()}'`));
}

/** The database, not the address: the entry at the top of the naming context. */
async function systemId(client: Client, layout: Layout, signal: AbortSignal): Promise<string> {
  const { namingContexts } = await client.features(signal);
  const suffix = namingContexts.find((context) => isWithin(layout.baseKey, dnKey(context))) ?? layout.config.base;
  const [entry] = await entriesAt(client, suffix, ['entryUUID'], signal);
  const id = entry && idOf(entry);
  return id ? `ldap:${id}` : `ldap:${layout.config.url.toLowerCase()}/${dnKey(suffix)}`;
}

const anonymous: Label = { en: 'Connected without signing in (anonymous).', zh: '已匿名连接（未登录）。' };
const unseen = (base: string): Label => ({
  en: `"${base}" does not exist, or this account may not see it.`,
  zh: `“${base}”不存在，或该账号无权查看。`,
});
const noUuid: Label = {
  en: 'The account may not read entryUUID, without which entries cannot be recognised after a rename.',
  zh: '该账号无权读取 entryUUID，重命名后将无法识别条目。',
};
const grantUuid: Label = {
  en: 'Give the account read access to the operational attribute entryUUID.',
  zh: '请授予该账号对操作属性 entryUUID 的读取权限。',
};
const grantRead: Label = {
  en: 'Give the account read access in the access rules of the server (olcAccess).',
  zh: '请在服务器的访问规则（olcAccess）中授予读取权限。',
};
