// What events of the simulated tenant carry, where that is no object of the API: a changed status, range, field or employee type.
import type { ContactRange } from './simulator-apps.ts';
import type { Tenant, TenantChange } from './simulator-tenant.ts';

/** What an app's range names itself; of everybody the first level. */
export interface Chosen {
  readonly departments: ReadonlySet<string>;
  readonly users: ReadonlySet<string>;
  readonly groups: ReadonlySet<string>;
}

/** @see https://open.feishu.cn/document/server-docs/contact-v3/scope/events/updated */
export const chosenIn = ({ root, groups }: Tenant, range: ContactRange): Chosen =>
  range.all ? { departments: new Set(root.children), users: new Set(root.members), groups: new Set(groups.keys()) } : range;

/**
 * Of the first generation; null where the status is as it was.
 * @see https://open.feishu.cn/document/server-docs/contact-v3/user/events/user_status_change
 */
export function statusChange(tenant: Tenant, { type, kind, key, old }: TenantChange): object | null {
  const user = type === 'user' ? tenant.users.get(key) : undefined;
  if (!user || (old.status === undefined && kind !== 'deleted')) return null;
  const current = { is_active: user.activated, is_frozen: user.frozen, is_resigned: user.resignedAt !== null };
  const was = (old.status ?? {}) as { is_activated?: boolean; is_frozen?: boolean };
  return {
    union_id: key,
    before_status: {
      is_active: was.is_activated ?? current.is_active,
      is_frozen: was.is_frozen ?? current.is_frozen,
      is_resigned: false,
    },
    current_status: current,
  };
}

/**
 * Fields and employee types of the tenant's own.
 * @see https://open.feishu.cn/document/server-docs/contact-v3/custom_attr/events/updated
 * @see https://open.feishu.cn/document/server-docs/contact-v3/employee_type_enum/events/created
 */
export function ownOf(tenant: Tenant, { type, key, kind, old }: TenantChange): object {
  if (type === 'custom_attr_event')
    return { object: { contact_field_key: tenant.customAttrs.map(({ id }) => id), allow_open_query: true } };
  const known = tenant.employeeTypes.find(({ value }) => value === key);
  const shown = { enum_id: `e${key}`, enum_value: key, enum_type: 2, enum_status: known?.off ? 2 : 1 };
  return {
    ...(kind === 'created' ? {} : { old_enum: { ...shown, ...old } }),
    ...(kind === 'deleted' ? {} : { new_enum: { ...shown, content: known?.name } }),
  };
}
