// What an administrator enters: where the system is, how to sign in, and how it deviates from the standard.
import { z } from 'zod';
import { field } from '../../connector-kit/define.ts';
import type { Label } from '../../core/model.ts';
import { asProfile, customSettings, usual } from './custom.ts';
import { profileIds } from './profiles.ts';

const group = {
  system: { en: 'System', zh: '系统' },
  signIn: { en: 'Sign-in', zh: '登录' },
  content: { en: 'Content', zh: '内容' },
  network: { en: 'Network', zh: '网络' },
} satisfies Record<string, Label>;

const httpUrl = z
  .string()
  .trim()
  .regex(/^https?:\/\/[^\s]+$/, 'must look like https://app.example.com/scim/v2');
const optionalUrl = z.union([z.literal(''), httpUrl]).default('');

/** `name=value` lines. */
const pairs = z
  .array(
    z
      .string()
      .trim()
      .regex(/^[A-Za-z][\w-]*\s*=\s*\S+$/, 'must look like name=value'),
  )
  .default([]);

export const configSchema = z.strictObject({
  url: field(httpUrl, {
    label: { en: 'SCIM base address', zh: 'SCIM 根地址' },
    help: { en: 'As the app shows it; it often ends in /scim/v2.', zh: '以应用提供的地址为准，通常以 /scim/v2 结尾。' },
    placeholder: 'https://app.example.com/scim/v2',
    group: group.system,
  }),
  profile: field(z.enum(profileIds).default('standard'), {
    label: { en: 'Kind of system', zh: '系统类型' },
    help: {
      en: 'Standard fits most apps, and every test system: it asks the system what it can do, and tries the rest. Custom is for an app that does otherwise and does not say so.',
      zh: '大多数应用及各类测试系统选“标准”即可：系统能力会自动询问并探明。仅当应用有特殊之处又不自行说明时，选择“自定义”。',
    },
    options: { standard: { en: 'Standard', zh: '标准' }, custom: { en: 'Custom', zh: '自定义' } },
    group: group.system,
  }),
  auth: field(z.enum(['bearer', 'basic', 'client-credentials', 'none']).default('bearer'), {
    label: { en: 'Sign-in', zh: '登录方式' },
    help: {
      en: 'Whatever the app gives you beside its SCIM address; a token, mostly.',
      zh: '以应用随 SCIM 地址一并提供的方式为准，通常为令牌。',
    },
    options: {
      bearer: { en: 'Token', zh: '令牌' },
      basic: { en: 'User name and password', zh: '用户名和密码' },
      'client-credentials': { en: 'Client id and secret (OAuth)', zh: '客户端 ID 与密钥（OAuth）' },
      none: { en: 'None', zh: '无' },
    },
    group: group.signIn,
  }),
  // GitHub: https://docs.github.com/en/enterprise-cloud@latest/rest/enterprise-admin/scim
  // AWS: https://docs.aws.amazon.com/singlesignon/latest/developerguide/what-is-scim.html
  // Atlassian: https://support.atlassian.com/provisioning-users/docs/understand-user-provisioning/
  // Slack: https://docs.slack.dev/reference/scim-api/ · Alibaba Cloud: https://www.alibabacloud.com/help/en/cloudsso/
  token: field(z.string().default(''), {
    label: { en: 'Token', zh: '令牌' },
    help: {
      en: 'The app makes it beside its SCIM address (often under user provisioning or directory sync), and many show it only once. GitHub: a classic personal access token with scim:enterprise (admin:org for an organization); Atlassian: the API key of the directory; Slack: a token with the scope admin; AWS, Alibaba Cloud: the SCIM token of the identity center.',
      zh: '由应用在 SCIM 地址旁生成（多在“用户预配”或“目录同步”中），许多应用仅显示一次。GitHub：具有 scim:enterprise 的经典个人访问令牌（组织为 admin:org）；Atlassian：该目录的 API 密钥；Slack：具有 admin 权限范围的令牌；AWS、阿里云：身份中心的 SCIM 令牌（密钥）。',
    },
    secret: true,
    group: group.signIn,
    needed: true,
    showWhen: { field: 'auth', is: 'bearer' },
  }),
  user: field(z.string().default(''), {
    label: { en: 'User', zh: '用户名' },
    help: {
      en: 'An account of the app that may manage people and groups; best one for Tributary alone.',
      zh: '应用中有权管理人员和组的账号，建议为 Tributary 单独建立。',
    },
    group: group.signIn,
    needed: true,
    showWhen: { field: 'auth', is: 'basic' },
  }),
  password: field(z.string().default(''), {
    label: { en: 'Password', zh: '密码' },
    help: {
      en: 'Of that account. Where the app offers passwords for programs (app passwords, API keys), one of those.',
      zh: '该账号的密码。若应用提供程序专用密码（应用密码、API 密钥），请使用后者。',
    },
    secret: true,
    group: group.signIn,
    showWhen: { field: 'auth', is: 'basic' },
  }),
  tokenUrl: field(optionalUrl, {
    label: { en: 'Token address', zh: '令牌地址' },
    help: { en: 'Where client id and secret are exchanged for a token.', zh: '用客户端 ID 和密钥换取令牌的地址。' },
    group: group.signIn,
    needed: true,
    showWhen: { field: 'auth', is: 'client-credentials' },
  }),
  clientId: field(z.string().default(''), {
    label: { en: 'Client id', zh: '客户端 ID' },
    help: {
      en: 'The app shows it where programs are registered (OAuth client, API client; at Tencent EIAM with the data source).',
      zh: '在应用登记程序的页面（OAuth 客户端、API 客户端；腾讯 EIAM 在数据源的参数中）显示。',
    },
    group: group.signIn,
    needed: true,
    showWhen: { field: 'auth', is: 'client-credentials' },
  }),
  clientSecret: field(z.string().default(''), {
    label: { en: 'Client secret', zh: '客户端密钥' },
    help: {
      en: 'Beside the client id; many apps show it only when it is made. If it is lost, make a new one there.',
      zh: '与客户端 ID 在同一处，许多应用仅在生成时显示。遗失后请在该处重新生成。',
    },
    secret: true,
    group: group.signIn,
    needed: true,
    showWhen: { field: 'auth', is: 'client-credentials' },
  }),
  scope: field(z.string().default(''), {
    label: { en: 'Scope', zh: '授权范围' },
    help: { en: 'As the app names it, such as scim. Empty: none is asked for.', zh: '以应用给出的名称为准，例如 scim；留空则不指定。' },
    group: group.signIn,
    showWhen: { field: 'auth', is: 'client-credentials' },
  }),
  tokenRecipe: field(z.enum(['', 'post-form', 'post-basic', 'get-query']).default(asProfile), {
    label: { en: 'How the token is asked for', zh: '获取令牌的方式' },
    help: {
      en: 'Empty: as the profile says. post-form is the usual one; get-query puts the secret into the address.',
      zh: '留空按系统类型处理。常用 post-form；get-query 会把密钥放入地址。',
    },
    options: usual,
    group: group.signIn,
    rarely: true,
    showWhen: { field: 'auth', is: 'client-credentials' },
  }),

  departments: field(z.enum(['attribute', 'path', 'group', 'resource']).default('attribute'), {
    label: { en: 'Departments are', zh: '部门的表示方式' },
    help: {
      en: 'Objects of their own are those at /Organizations.',
      zh: '独立资源即 /Organizations。',
    },
    options: {
      attribute: { en: 'A text on the account', zh: '账号上的文本' },
      path: { en: 'Such a text, of which a tree is made (only for a source)', zh: '由该文本生成部门树（仅用于上游）' },
      group: { en: 'A group per department', zh: '每个部门一个组' },
      resource: { en: 'Objects of their own', zh: '独立资源' },
    },
    group: group.content,
  }),
  departmentAttributes: field(z.array(z.string().trim().min(1)).min(1).default(['department']), {
    label: { en: 'The path is in', zh: '路径所在字段' },
    help: {
      en: 'Names as in the mapping, from the top down: division, department puts each department below its division.',
      zh: '使用映射中的字段名，自上而下：division、department 表示部门位于事业部之下。',
    },
    group: group.content,
    showWhen: { field: 'departments', is: 'path' },
  }),
  departmentSeparator: field(z.string().max(5).default('/'), {
    label: { en: 'Path separator', zh: '路径分隔符' },
    help: {
      en: 'What stands between the departments of a path: A/B/C makes A, below it B, below that C. Empty: a text is one department.',
      zh: '路径中部门之间的分隔符：A/B/C 生成 A、其下 B、再下 C。留空则整个文本为一个部门。',
    },
    group: group.content,
    showWhen: { field: 'departments', is: 'path' },
  }),
  departmentPrefix: field(z.string().default('Department: '), {
    label: { en: 'Department groups begin with', zh: '部门组的名称前缀' },
    help: { en: 'Groups whose name begins so are departments; all others are groups.', zh: '名称以此开头的组视为部门，其余为普通组。' },
    group: group.content,
    showWhen: { field: 'departments', is: 'group' },
  }),
  rootDepartment: field(z.string().trim().default(''), {
    label: { en: 'Id of the root department', zh: '根部门 ID' },
    help: {
      en: 'Where the system has a department for the whole company: top departments and people without one are put there, and it is not synced itself.',
      zh: '若系统中有代表整个公司的部门：顶层部门和无部门人员归入其下，其自身不参与同步。',
    },
    group: group.content,
    showWhen: { field: 'departments', is: 'resource' },
  }),
  groups: field(z.boolean().default(true), {
    label: { en: 'Groups are offered', zh: '支持组' },
    help: { en: 'Switch it off where the app has no groups, or none to be synced.', zh: '应用没有组或无需同步组时关闭。' },
    group: group.content,
  }),
  ignored: field(z.array(z.string().trim()).default([]), {
    label: { en: 'Attributes the system does not keep', zh: '系统不保存的字段' },
    help: {
      en: 'Names as in the mapping. A probe write (check) finds them, too.',
      zh: '使用映射中的字段名。测试写入（检查）也会自动发现。',
    },
    group: group.content,
    rarely: true,
  }),
  extraAttributes: field(pairs, {
    label: { en: 'Further attributes', zh: '扩展字段' },
    help: {
      en: 'name=path, for example badge=urn:acme:1.0:User:badgeNumber or floor=extendFields.floor.',
      zh: '格式 name=path，例如 badge=urn:acme:1.0:User:badgeNumber 或 floor=extendFields.floor。',
    },
    group: group.content,
    rarely: true,
  }),
  lengthLimits: field(pairs, {
    label: { en: 'Longest values', zh: '字段长度上限' },
    help: { en: 'name=number of characters, for example displayName=32.', zh: '格式 name=字符数，例如 displayName=32。' },
    group: group.content,
    rarely: true,
  }),

  pageSize: field(z.int().min(2).max(1000).default(100), {
    label: { en: 'Objects in one page', zh: '每页数量' },
    help: {
      en: 'How many the app is asked for at once. If it gives fewer, what it gives counts; 100 suits nearly every app.',
      zh: '每次向应用请求的数量；应用给得更少时以其为准。100 适合绝大多数应用。',
    },
    group: group.network,
    rarely: true,
  }),
  parallel: field(z.int().min(1).max(64).default(8), {
    label: { en: 'Requests at a time', zh: '并发请求数' },
    help: { en: 'Turn it down where the app answers that there were too many requests.', zh: '应用提示请求过多时调低。' },
    group: group.network,
    rarely: true,
  }),
  perMinute: field(z.int().min(0).max(100_000).default(0), {
    label: { en: 'Requests in a minute at most (0: no limit)', zh: '每分钟请求上限（0 为不限）' },
    help: {
      en: 'Its documentation calls this the rate limit. What it answers by itself (Retry-After) is obeyed anyway.',
      zh: '即应用文档中的“频率限制”。应用自行返回的等待时间（Retry-After）始终遵守。',
    },
    group: group.network,
    rarely: true,
  }),
  bulk: field(z.boolean().default(true), {
    label: { en: 'Many writes in one request', zh: '合并写入' },
    help: {
      en: 'Where the system says that it offers Bulk. Switch it off if it does that badly.',
      zh: '系统声明支持批量（Bulk）时使用；若其实现有问题，可在此关闭。',
    },
    group: group.network,
    rarely: true,
  }),
  ca: field(z.string().default(''), {
    label: { en: 'Own CA certificate (PEM)', zh: '自有 CA 证书（PEM）' },
    help: { en: 'Only when the certificate of the app was issued by a CA of your own.', zh: '仅当应用的证书由自有 CA 签发时填写。' },
    placeholder: '-----BEGIN CERTIFICATE-----',
    group: group.network,
    rarely: true,
  }),
  proxy: field(optionalUrl, {
    label: { en: 'HTTP(S) proxy', zh: 'HTTP(S) 代理' },
    help: {
      en: 'Only where this server reaches the app through a proxy; your network administrators know its address. A user and password in it are kept secret.',
      zh: '仅当本服务器须经代理访问应用时填写，地址可向网络管理员索取。其中的用户名和密码会加密保存。',
    },
    placeholder: 'http://proxy.example.com:3128',
    secret: true,
    group: group.network,
    rarely: true,
  }),
  allowLinkLocal: field(z.boolean().default(false), {
    label: { en: 'Allow link-local and metadata addresses', zh: '允许链路本地和云元数据地址' },
    help: {
      en: 'Such addresses (169.254.x.x, fe80::) also hand out credentials of cloud machines, so they are refused unless this is meant.',
      zh: '此类地址（169.254.x.x、fe80::）也用于云主机的元数据与凭据，因此默认拒绝。',
    },
    group: group.network,
    rarely: true,
  }),
  headers: field(z.array(z.string().regex(/^[\w-]+:\s*\S.*$/, 'must look like Name: value')).default([]), {
    label: { en: 'Further headers', zh: '附加请求头' },
    help: { en: 'Name: value, one a line; no secrets.', zh: '每行一个 Name: value，请勿填写密钥。' },
    group: group.network,
    rarely: true,
  }),

  ...customSettings,
});
export type Config = z.infer<typeof configSchema>;

/** SCIM has no part smaller than the whole: what a job covers is its scope. */
export const partSchema = z.strictObject({});
export type Part = z.infer<typeof partSchema>;

/** `name=value` lines as pairs. */
export const pairsOf = (lines: readonly string[]): readonly (readonly [string, string])[] =>
  lines.map((line) => {
    const at = line.indexOf('=');
    return [line.slice(0, at).trim(), line.slice(at + 1).trim()] as const;
  });
