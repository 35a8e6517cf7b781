// The vendor's shapes as its API sends them. Everything that a missing right may hide is optional: absent is unknown.
import { z } from 'zod';

const text = z.string().optional();

/** Both list fields may be absent: `items` of an empty list, `page_token` at the end. */
export const pageOf = <T extends z.ZodType>(item: T) =>
  z.object({ items: z.array(item).nullish(), has_more: z.boolean().nullish(), page_token: text });

/** @see https://open.feishu.cn/document/server-docs/contact-v3/department/get */
export const departmentShape = z.object({
  name: text,
  department_id: text,
  open_department_id: z.string(),
  parent_department_id: text,
  /** A text in the API, a number in events. */
  order: z.union([z.string(), z.number()]).optional(),
  leader_user_id: text,
  leaders: z.array(z.object({ leaderType: z.number(), leaderID: z.string() })).nullish(),
  status: z.object({ is_deleted: z.boolean().optional() }).optional(),
});
export type WireDepartment = z.infer<typeof departmentShape>;

const customValue = z
  .object({
    text: text,
    url: text,
    option_id: text,
    option_value: text,
    name: text,
    generic_user: z.object({ id: text, type: z.number().optional() }).nullish(),
  })
  .partial();

/** @see https://open.feishu.cn/document/server-docs/contact-v3/user/get */
export const userShape = z.object({
  open_id: z.string(),
  union_id: text,
  user_id: text,
  name: text,
  en_name: text,
  nickname: text,
  email: text,
  mobile: text,
  mobile_visible: z.boolean().optional(),
  gender: z.number().optional(),
  avatar: z.object({ avatar_origin: text }).nullish(),
  status: z
    .object({
      is_frozen: z.boolean().optional(),
      is_resigned: z.boolean().optional(),
      is_activated: z.boolean().optional(),
      is_exited: z.boolean().optional(),
      is_unjoin: z.boolean().optional(),
    })
    .optional(),
  department_ids: z.array(z.string()).nullish(),
  leader_user_id: text,
  city: text,
  country: text,
  work_station: text,
  join_time: z.number().optional(),
  is_tenant_manager: z.boolean().optional(),
  employee_no: text,
  employee_type: z.number().optional(),
  orders: z
    .array(
      z.object({
        department_id: text,
        user_order: z.number().optional(),
        department_order: z.number().optional(),
        is_primary_dept: z.boolean().optional(),
      }),
    )
    .nullish(),
  custom_attrs: z.array(z.object({ type: text, id: text, value: customValue.nullish() })).nullish(),
  enterprise_email: text,
  job_title: text,
  job_level_id: text,
  job_family_id: text,
  description: text,
});
export type WireUser = z.infer<typeof userShape>;

/** @see https://open.feishu.cn/document/server-docs/contact-v3/group/get */
export const groupShape = z.object({
  id: z.string(),
  name: text,
  description: text,
  type: z.number().optional(),
  member_department_count: z.number().optional(),
});
export type WireGroup = z.infer<typeof groupShape>;

/** @see https://open.feishu.cn/document/server-docs/contact-v3/custom_attr/list */
export const customAttrShape = z.object({
  id: z.string(),
  type: z.string(),
  options: z.object({ options: z.array(z.object({ id: z.string(), value: text, name: text })).nullish() }).nullish(),
  i18n_name: z.array(z.object({ locale: text, value: text })).nullish(),
});
export type CustomAttr = z.infer<typeof customAttrShape>;

export const employeeTypeShape = z.object({ enum_value: z.string(), enum_status: z.number().optional() });

export const departmentPage = pageOf(departmentShape);
export const userPage = pageOf(userShape);
export const groupPage = z.object({ grouplist: z.array(groupShape).nullish(), has_more: z.boolean().nullish(), page_token: text });
export const memberPage = z.object({
  memberlist: z.array(z.object({ member_id: z.string(), member_type: z.string() })).nullish(),
  has_more: z.boolean().nullish(),
  page_token: text,
});

/** @see https://open.feishu.cn/document/server-docs/contact-v3/scope/list */
export const scopePage = z.object({
  department_ids: z.array(z.string()).nullish(),
  user_ids: z.array(z.string()).nullish(),
  group_ids: z.array(z.string()).nullish(),
  has_more: z.boolean().nullish(),
  page_token: text,
});

/** `grant_status` 1 = granted. @see https://open.feishu.cn/document/server-docs/application-v6/scope/list */
export const grantsShape = z.object({
  scopes: z.array(z.object({ scope_name: z.string(), grant_status: z.number(), scope_type: text })).nullish(),
});

/** @see https://open.feishu.cn/document/server-docs/tenant-v2/query */
export const tenantShape = z.object({ tenant: z.object({ tenant_key: z.string(), name: text }) });

/** The result field is called `user_id` whatever its kind. @see https://open.feishu.cn/document/server-docs/contact-v3/user/batch_get_id */
export const foundShape = z.object({ user_list: z.array(z.object({ user_id: text, mobile: text, email: text })).nullish() });

/** @see https://open.feishu.cn/document/server-docs/contact-v3/group-member/batch_add */
export const addedShape = z.object({ results: z.array(z.object({ member_id: z.string(), code: z.number() })).nullish() });

/** The envelope of every answer. The token's stands beside `code`, all others have their payload under `data`. */
export const envelopeShape = z.object({
  code: z.number(),
  msg: z.string().optional(),
  data: z.unknown().optional(),
  error: z.object({ log_id: text, permission_violations: z.array(z.object({ subject: text })).nullish() }).nullish(),
});
export type Envelope = z.infer<typeof envelopeShape>;

export const tokenShape = z.object({ tenant_access_token: z.string(), expire: z.number() });

/** @see https://github.com/larksuite/node-sdk (ws-client) */
export const lineShape = z.object({
  URL: z.string(),
  ClientConfig: z.object({ PingInterval: z.number(), ReconnectInterval: z.number().optional() }).optional(),
});
