// The words of a plan: what can be done to an object, what the guard counts, and what it may answer.
import type { Edge, Label } from './model.ts';

/** A move or rename is an `update` whose kinds contain `move`. */
export type Action = 'create' | 'update' | 'link' | 'disable' | 'enable' | 'remove' | 'unlink';

/** What an edge says beside its far end. */
export type EdgeFacts = Omit<Edge, 'to'>;

/**
 * What the guard counts. Identifying attributes are `update:identifying:<attribute>`, so that the kind alone tells
 * which limit holds; see `attributeOfKind`.
 */
export type GuardKind = 'create' | 'disable' | 'delete' | 'move' | 'membership-loss' | 'messages' | `update:${string}` | `clear:${string}`;

/** The guard's answer for one change. `question` is the stable id of the one question that a person is asked. */
export type Verdict =
  | { readonly verdict: 'allowed' }
  | { readonly verdict: 'held'; readonly question: string; readonly reason: Label }
  | { readonly verdict: 'refused'; readonly reason: Label };

/** `takesAway`: what somebody had is gone afterwards. Needs the source's evidence. */
export const actions = {
  create: { label: { en: 'create', zh: '新建' }, takesAway: false },
  update: { label: { en: 'update', zh: '更新' }, takesAway: false },
  link: { label: { en: 'link', zh: '关联' }, takesAway: false },
  enable: { label: { en: 'enable', zh: '启用' }, takesAway: false },
  disable: { label: { en: 'disable', zh: '停用' }, takesAway: true },
  remove: { label: { en: 'delete', zh: '删除' }, takesAway: true },
  unlink: { label: { en: 'unlink', zh: '解除关联' }, takesAway: true },
} as const satisfies Record<Action, { readonly label: Label; readonly takesAway: boolean }>;

/** What only the history knows: said of a person and an account that they are two, and that taken back. */
export const apartActions = {
  apart: { en: 'not the same', zh: '不是同一人' },
  'apart-ended': { en: '“not the same” taken back', zh: '撤回“不是同一人”' },
} as const satisfies Record<string, Label>;
export const APART_ACTIONS = Object.keys(apartActions) as readonly (keyof typeof apartActions)[];

export type LimitName = 'create' | 'move' | 'update' | 'identifying' | 'disable' | 'clear' | 'membershipLoss' | 'messages';

interface KindRow {
  readonly matches: (kind: GuardKind) => boolean;
  readonly limit: LimitName;
  readonly takesAway: boolean;
  /** Completes "12 objects would …" and "12 个对象将…". */
  readonly words: (attribute: Label) => Label;
}

const IDENTIFYING = 'update:identifying:';

/** Gravest first: of several held kinds the first one asks the question. The first row that matches decides. */
const kindTable: readonly KindRow[] = [
  {
    matches: (kind) => kind === 'delete',
    limit: 'disable',
    takesAway: true,
    words: () => ({ en: 'be deleted', zh: '被删除' }),
  },
  {
    matches: (kind) => kind === 'disable',
    limit: 'disable',
    takesAway: true,
    words: () => ({ en: 'be disabled', zh: '被停用' }),
  },
  {
    matches: (kind) => kind.startsWith('clear:'),
    limit: 'clear',
    takesAway: true,
    words: (attribute) => ({ en: `lose their value of "${attribute.en}"`, zh: `被清空“${attribute.zh}”` }),
  },
  {
    matches: (kind) => kind === 'membership-loss',
    limit: 'membershipLoss',
    takesAway: true,
    words: () => ({ en: 'lose memberships', zh: '失去部门或组的归属' }),
  },
  {
    matches: (kind) => kind.startsWith(IDENTIFYING),
    limit: 'identifying',
    takesAway: false,
    words: (attribute) => ({ en: `get another "${attribute.en}"`, zh: `更改“${attribute.zh}”` }),
  },
  {
    matches: (kind) => kind === 'move',
    limit: 'move',
    takesAway: false,
    words: () => ({ en: 'move to another department', zh: '移动到其他部门' }),
  },
  {
    matches: (kind) => kind === 'messages',
    limit: 'messages',
    takesAway: false,
    words: () => ({ en: 'cause a message to somebody', zh: '触发发送消息' }),
  },
  {
    matches: (kind) => kind === 'create',
    limit: 'create',
    takesAway: false,
    words: () => ({ en: 'be created', zh: '被新建' }),
  },
  {
    matches: (kind) => kind.startsWith('update:'),
    limit: 'update',
    takesAway: false,
    words: (attribute) => ({ en: `get another "${attribute.en}"`, zh: `更改“${attribute.zh}”` }),
  },
];

function rowIndex(kind: GuardKind): number {
  const index = kindTable.findIndex((row) => row.matches(kind));
  if (index < 0) throw new Error(`The guard knows no kind "${kind}".`);
  return index;
}

export const updateKind = (attribute: string, identifying: boolean): GuardKind =>
  identifying ? `${IDENTIFYING}${attribute}` : `update:${attribute}`;

/** The attribute that an `update:` or `clear:` kind is about. */
export function attributeOfKind(kind: GuardKind): string | null {
  if (kind.startsWith(IDENTIFYING)) return kind.slice(IDENTIFYING.length);
  return kind.startsWith('update:') || kind.startsWith('clear:') ? kind.slice(kind.indexOf(':') + 1) : null;
}

/** Lower is graver. */
export const gravityOf = (kind: GuardKind): number => rowIndex(kind);
export const limitNameOf = (kind: GuardKind): LimitName => kindTable[rowIndex(kind)]!.limit;
export const kindTakesAway = (kind: GuardKind): boolean => kindTable[rowIndex(kind)]!.takesAway;
/** `called`: what people call an attribute of the target. */
export const kindWords = (kind: GuardKind, called: (name: string) => Label): Label =>
  kindTable[rowIndex(kind)]!.words(called(attributeOfKind(kind) ?? ''));
