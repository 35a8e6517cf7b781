// What a change does, as lists name it: its action, and of updates the kind that people look for.
import type { Label } from './model.ts';
import type { Action } from './plan.ts';

export type Deed = Action | 'identifier' | 'move' | 'manager' | 'leader';

interface DeedRow {
  readonly action: Action;
  readonly label: Label;
}

export const deeds = {
  create: { action: 'create', label: { en: 'create', zh: '新建' } },
  update: { action: 'update', label: { en: 'update', zh: '更新' } },
  identifier: { action: 'update', label: { en: 'change an identifier', zh: '变更标识' } },
  /** Of a person: another department. Of a department: another parent. */
  move: { action: 'update', label: { en: 'move', zh: '调整部门' } },
  manager: { action: 'update', label: { en: 'change the manager', zh: '变更上级' } },
  leader: { action: 'update', label: { en: 'change the leader', zh: '变更部门负责人' } },
  disable: { action: 'disable', label: { en: 'disable', zh: '停用' } },
  enable: { action: 'enable', label: { en: 'enable', zh: '启用' } },
  remove: { action: 'remove', label: { en: 'delete', zh: '删除' } },
  link: { action: 'link', label: { en: 'link', zh: '关联' } },
  unlink: { action: 'unlink', label: { en: 'unlink', zh: '解除关联' } },
} as const satisfies Record<Deed, DeedRow>;

export const deedNames = Object.keys(deeds) as [Deed, ...Deed[]];

interface Told {
  readonly action: string;
  readonly type: string;
  /** `|kind|kind|` */
  readonly kinds: string;
  /** Attributes as JSON. */
  readonly after: string | null;
  readonly edges: readonly { readonly relation: string; readonly op: string; readonly to_type: string }[];
}

/** Of an update that does several of these, what weighs most: a move before an identifier before a manager before a leader. */
export function deedOf(change: Told): string {
  if (change.action !== 'update') return change.action;
  if (isMove(change)) return 'move';
  const identifying = [...change.kinds.matchAll(/\|update:identifying:([^|]+)(?=\|)/g)].map((match) => match[1]!);
  if (identifying.length > 0) {
    const after = JSON.parse(change.after ?? '{}') as Readonly<Record<string, unknown>>;
    return identifying.every((name) => isObject(after[name])) ? 'manager' : 'identifier';
  }
  return change.type === 'department' && change.edges.some((edge) => edge.relation === 'leader') ? 'leader' : 'update';
}

/** Where no department is the primary one, whoever leaves one and comes to another has moved; so has whose department is a text. */
function isMove({ type, kinds, edges }: Told): boolean {
  if (kinds.includes('|move|')) return true;
  if (type !== 'person') return false;
  const does = (op: string): boolean => edges.some((edge) => edge.to_type === 'department' && edge.op === op);
  return kinds.includes('|update:department|') || (does('add') && does('remove'));
}

/** Plans name objects by directory id, and who is not in the directory by `ext:`: such a value is no identifier but somebody. */
const isObject = (value: unknown): boolean => typeof value === 'string' && /^(ext:|[0-9a-f]{8}-[0-9a-f]{4}-7)/.test(value);

/** Those that are one of these actions, or are named. Undefined: all. */
export function deedsNamed(actions: readonly string[] | undefined, named: readonly string[] | undefined): readonly string[] | undefined {
  const ofActions = actions && actions.length > 0 ? deedNames.filter((deed) => actions.includes(deeds[deed].action)) : undefined;
  if (!named || named.length === 0) return ofActions;
  return ofActions ? ofActions.filter((deed) => named.includes(deed)) : named;
}
