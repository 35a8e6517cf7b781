// What did not come, of whom, and what to grant so that it does.
//
// A right shows or hides a field of everybody; a policy of the tenant hides one (the mobile number) of single people. So a field
// counts as readable as soon as one object shows it: of the others it is unknown, each for itself.
// @see https://open.feishu.cn/document/server-docs/contact-v3/user/field-overview
import type { Visible } from '../../connector-kit/visible.ts';
import type { Label } from '../../core/model.ts';
import type { Asked, Shown } from './objects.ts';
import { FIELD_RIGHTS, type Sight } from './sight.ts';

export interface Tally {
  note(shown: Shown): void;
  visible(sight: Sight, asked: Asked): Visible;
}

export function openTally(): Tally {
  const missing = new Map<string, number>();
  let objects = 0;
  return {
    note({ unseen }) {
      objects += 1;
      for (const name of unseen) missing.set(name, (missing.get(name) ?? 0) + 1);
    },
    visible({ range, granted }, asked) {
      if (missing.size === 0) return { attributes: 'all', range };
      return {
        attributes: asked.attributes.filter((name) => (missing.get(name) ?? 0) < objects || objects === 0),
        range,
        hidden: [...missing].map(([name, of]) => ({ name, of, remedy: remedyOf(name, granted) })),
      };
    },
  };
}

/** Rights that show what `check` does not ask for one by one. */
const FURTHER_RIGHTS: Readonly<Record<string, readonly string[]>> = {
  ...Object.fromEntries(['en_name', 'nickname', 'avatar', 'description', 'mobile_visible'].map((name) => [name, FIELD_RIGHTS.name!])),
  ...Object.fromEntries(['parent_department_id', 'department_id', 'leader'].map((name) => [name, ['contact:department.base:readonly']])),
  job_level_id: ['contact:user.job_level:readonly'],
  job_family_id: ['contact:user.job_family:readonly'],
};
/** The rest of an account, the tenant's own fields included, comes with this one. */
const EMPLOYEE = ['contact:user.employee:readonly'];

/** A right that is granted hides nothing: then it is a policy. Where Feishu does not tell the rights, it may be either. */
function remedyOf(name: string, granted: Sight['granted']): Label {
  const rights = FIELD_RIGHTS[name] ?? FURTHER_RIGHTS[name] ?? EMPLOYEE;
  const grant: Label = {
    en: `Grant ${rights.join(' or ')} in the developer console (Permissions & Scopes) and publish a new app version`,
    zh: `请在开发者后台“权限管理”开通 ${rights.join(' 或 ')} 并发布新的应用版本`,
  };
  const policy: Label = {
    en: 'let the app see it in the admin console of Feishu (Security → visibility of members’ fields)',
    zh: '请在飞书管理后台“安全”中允许应用查看该成员字段',
  };
  if (granted && !rights.some((right) => granted.has(right))) return { en: `${grant.en}.`, zh: `${grant.zh}。` };
  if (granted)
    return { en: `The right is granted, so a policy hides it: ${policy.en}.`, zh: `权限已开通，字段被安全策略隐藏：${policy.zh}。` };
  return { en: `${grant.en}; or a policy hides it: ${policy.en}.`, zh: `${grant.zh}；若为安全策略隐藏，${policy.zh}。` };
}
