// What an administrator enters: the app of the tenant, how its events are proven, and what new accounts get.
import { z } from 'zod';
import { field } from '../../connector-kit/define.ts';
import type { Label } from '../../core/model.ts';

const group = {
  app: { en: 'App', zh: '应用' },
  events: { en: 'Real time', zh: '实时' },
  writing: { en: 'Writing', zh: '写入' },
  network: { en: 'Network', zh: '网络' },
} satisfies Record<string, Label>;

/** @see https://open.feishu.cn/document/server-docs/api-call-guide/calling-process/overview */
const HOSTS = { feishu: 'https://open.feishu.cn', lark: 'https://open.larksuite.com' } as const;

export const configSchema = z.strictObject({
  brand: field(z.enum(['feishu', 'lark']).default('feishu'), {
    label: { en: 'Product', zh: '产品' },
    help: {
      en: 'Feishu (China) or Lark (international): two separate services with the same interface.',
      zh: '飞书（中国）或 Lark（国际版）：接口相同的两套独立服务。',
    },
    options: { feishu: { en: 'Feishu', zh: '飞书' }, lark: { en: 'Lark', zh: 'Lark' } },
    group: group.app,
  }),
  appId: field(z.string().trim().min(1), {
    label: { en: 'App ID', zh: 'App ID' },
    help: {
      en: 'Of a custom app (self-built) of your tenant: developer console → Credentials & Basic Info.',
      zh: '企业自建应用的凭证：开发者后台 → 凭证与基础信息。',
    },
    placeholder: 'cli_a1b2c3d4e5f6',
    group: group.app,
  }),
  // @see https://open.feishu.cn/document/server-docs/authentication-management/access-token/tenant_access_token_internal
  appSecret: field(z.string().trim().min(1), {
    label: { en: 'App Secret', zh: 'App Secret' },
    help: {
      en: 'Below the App ID: developer console (open.feishu.cn/app, Lark: open.larksuite.com/app) → your app → Credentials & Basic Info. Resetting it there ends the old one.',
      zh: '在 App ID 下方：开发者后台（open.feishu.cn/app，Lark 为 open.larksuite.com/app）→ 您的应用 → 凭证与基础信息。在后台重置后旧值立即失效。',
    },
    secret: true,
    group: group.app,
  }),
  encryptKey: field(z.string().trim().default(''), {
    label: { en: 'Encrypt Key', zh: 'Encrypt Key' },
    help: {
      en: 'Developer console → Events & Callbacks → Encryption. Needed when events come to the callback URL; resetting it there ends the old one.',
      zh: '开发者后台 → 事件与回调 → 加密策略。使用请求网址接收事件时需要；在后台重置后旧值立即失效。',
    },
    secret: true,
    group: group.events,
  }),
  verificationToken: field(z.string().trim().default(''), {
    label: { en: 'Verification Token', zh: 'Verification Token' },
    help: { en: 'On the same page as the Encrypt Key.', zh: '与 Encrypt Key 在同一页面。' },
    secret: true,
    group: group.events,
  }),
  longConnection: field(z.boolean().default(false), {
    label: { en: 'Receive events by long connection', zh: '使用长连接接收事件' },
    help: {
      en: 'Needs no public address. Choose the same in the developer console: Events & Callbacks → Subscription mode.',
      zh: '无需公网地址。请在开发者后台“事件与回调 → 订阅方式”中同样选择长连接。',
    },
    group: group.events,
  }),
  invite: field(z.boolean().default(true), {
    label: { en: 'New people get an invitation', zh: '向新成员发送邀请' },
    help: {
      en: 'By text message or e-mail, from Feishu. Without it people join by themselves with their number or address.',
      zh: '由飞书通过短信或邮件发送。关闭后成员需自行用手机号或邮箱加入。',
    },
    group: group.writing,
  }),
  subscriptionIds: field(z.string().trim().default(''), {
    label: { en: 'Seat licences of new accounts', zh: '新账号的席位 ID' },
    help: {
      en: 'Only for tenants with several licences: their ids, separated by commas.',
      zh: '仅多席位租户需要：席位 ID，以逗号分隔。',
    },
    group: group.writing,
    rarely: true,
  }),
  substitute: field(z.enum(['', '-', '_', ' ', '／', '、']).default(''), {
    label: { en: 'Instead of "/" in department names', zh: '部门名称中“/”的替代字符' },
    help: {
      en: 'Feishu refuses "/". Empty: such a department is reported and not written.',
      zh: '飞书不允许“/”。留空时该部门会被报告且不写入。',
    },
    group: group.writing,
    rarely: true,
  }),
  handOverTo: field(z.string().trim().default(''), {
    label: { en: 'Who takes over what a deleted account owns', zh: '删除账号时的资源接收人' },
    help: {
      en: 'An open_id. Empty: the direct manager, as Feishu does by itself.',
      zh: '填写 open_id。留空则由飞书默认转给直属上级。',
    },
    group: group.writing,
    rarely: true,
  }),
  timeZone: field(z.string().trim().default('Asia/Shanghai'), {
    label: { en: 'Time zone of days', zh: '日期所用时区' },
    help: { en: 'Feishu keeps the first day as a moment.', zh: '飞书以时间戳保存入职日期。' },
    placeholder: 'Asia/Shanghai',
    group: group.writing,
    rarely: true,
  }),
  baseUrl: field(z.union([z.literal(''), z.url()]).default(''), {
    label: { en: 'Other address', zh: '其他地址' },
    help: {
      en: 'For private deployments and the sandbox. Empty: the address of the product.',
      zh: '用于私有化部署或沙箱；留空使用产品地址。',
    },
    group: group.network,
    rarely: true,
  }),
  proxy: field(z.union([z.literal(''), z.url()]).default(''), {
    label: { en: 'HTTP proxy', zh: 'HTTP 代理' },
    help: { en: 'The long connection does not go through it.', zh: '长连接不经过代理。' },
    placeholder: 'http://proxy.example.com:3128',
    secret: true,
    group: group.network,
    rarely: true,
  }),
  ca: field(z.string().default(''), {
    label: { en: 'Own CA certificate (PEM)', zh: '自有 CA 证书（PEM）' },
    help: { en: 'Only behind a proxy or a private deployment with a CA of your own.', zh: '仅在代理或私有化部署使用自有 CA 时填写。' },
    placeholder: '-----BEGIN CERTIFICATE-----',
    group: group.network,
    rarely: true,
  }),
});
export type Config = z.infer<typeof configSchema>;

/** What of the tenant one job covers. */
export const partSchema = z.strictObject({
  department: field(z.string().trim().default(''), {
    label: { en: 'Top department', zh: '顶层部门' },
    help: {
      en: 'open_department_id (od-…) or department_id; with all below. Empty covers everything the app may see.',
      zh: '填写 open_department_id（od-…）或 department_id，包含其下级；留空表示应用可见的全部。',
    },
    placeholder: 'od-…',
  }),
});
export type Part = z.infer<typeof partSchema>;

export const hostOf = ({ baseUrl, brand }: Config): string => (baseUrl === '' ? HOSTS[brand] : baseUrl.replace(/\/+$/, ''));
