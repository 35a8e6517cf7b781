// Undo as arithmetic: what several steps made of one object, and what has to be written so that it is as before.
import { sameValue } from './attribute.ts';
import type { Attributes, AttributeSpec, Label, ObjectTypeSpec, Value } from './model.ts';
import { edgeSubject } from './pin.ts';
import type { Action } from './plan.ts';
import type { RegroupOrder } from './regroup.ts';

/** What an undo run takes back. `made`: what becomes of objects that did not exist before. */
export type UndoOrder =
  /** Everything that a run has applied. `sparing`: but to objects of which another source speaks as well; they are left as they are. */
  | { readonly kind: 'run'; readonly run: number; readonly made: 'disable' | 'remove'; readonly sparing?: true }
  /** Everything that has happened to the run's keys in the directory after a place of the history. */
  | { readonly kind: 'moment'; readonly seq: number; readonly made: 'disable' | 'remove' };

/** Closes at once what a person has: in the directory they have left, in a system their account is disabled. */
export interface CloseOrder {
  readonly kind: 'close';
  /** Directory id. */
  readonly person: string;
}

/** What a run does that reads no source. */
export type WorkOrder = UndoOrder | CloseOrder | RegroupOrder;

export interface EdgeStep {
  readonly relation: string;
  readonly to_type: string;
  readonly to_id: string;
  readonly op: 'add' | 'remove' | 'update';
  readonly facts: string;
  readonly facts_before: string | null;
}

/** One change of the ledger or of the history, as it was applied. */
export interface Step {
  readonly action: Action;
  readonly before: Attributes;
  readonly after: Attributes;
  readonly edges: readonly EdgeStep[];
}

export interface NetEdge {
  readonly relation: string;
  readonly to_type: string;
  readonly to_id: string;
  /** Facts; null: no edge. */
  readonly before: string | null;
  readonly after: string | null;
}

/** What all steps together made of one object. */
export interface Net {
  readonly existedBefore: boolean;
  readonly existsAfter: boolean;
  readonly linked: boolean;
  readonly unlinked: boolean;
  /** Whether it was usable before; null: no step was about that. */
  readonly enabledBefore: boolean | null;
  /** `before` undefined: it was not seen. */
  readonly attributes: ReadonlyMap<string, { readonly before: Value | null | undefined; readonly after: Value | null }>;
  readonly edges: ReadonlyMap<string, NetEdge>;
}

export function netOf(steps: readonly Step[]): Net {
  const attributes = new Map<string, { before: Value | null | undefined; after: Value | null }>();
  const edges = new Map<string, NetEdge>();
  const existence = steps.filter((step) => step.action === 'create' || step.action === 'remove');
  const switches = steps.filter((step) => step.action === 'enable' || step.action === 'disable');
  for (const step of steps) {
    for (const name of new Set([...Object.keys(step.before), ...Object.keys(step.after)])) {
      const known = attributes.get(name);
      attributes.set(name, {
        before: known ? known.before : name in step.before ? step.before[name] : step.action === 'create' ? null : undefined,
        after: step.after[name] ?? null,
      });
    }
    for (const edge of step.edges) {
      const subject = edgeSubject(edge.relation, edge.to_type, edge.to_id);
      const before = edge.op === 'add' ? null : (edge.facts_before ?? edge.facts);
      const after = edge.op === 'remove' ? null : edge.facts;
      const known = edges.get(subject);
      edges.set(subject, {
        relation: edge.relation,
        to_type: edge.to_type,
        to_id: edge.to_id,
        before: known ? known.before : before,
        after,
      });
    }
  }
  return {
    existedBefore: existence[0]?.action !== 'create',
    existsAfter: existence.at(-1)?.action !== 'remove',
    linked: steps.some((step) => step.action === 'link'),
    unlinked: steps.some((step) => step.action === 'unlink'),
    enabledBefore: switches.length === 0 ? null : switches[0]!.action === 'disable',
    attributes,
    edges,
  };
}

/** Why something will not be as it was. */
export const lossReasons = {
  'changed-since': { en: 'changed since by somebody else; left as it is', zh: '之后被他人修改过，保持现状' },
  gone: { en: 'no longer there', zh: '已不存在' },
  'new-id': { en: 'comes back under another id', zh: '恢复后编号不同' },
  'read-only': { en: 'the system does not let it be written', zh: '该系统不允许写入' },
  'far-end-gone': { en: 'what it points to is no longer there', zh: '所指向的对象已不存在' },
  'not-known': { en: 'what it was before is not known', zh: '此前的值未知' },
  required: { en: 'it was empty, and may not be', zh: '原先为空，但不允许为空' },
  taken: { en: 'somebody else has the value now', zh: '该值已被他人使用' },
  cannot: { en: 'the system cannot do it', zh: '该系统不支持' },
  stays: { en: 'was made by the run and stays, disabled', zh: '由该次执行创建，停用后保留' },
  'lived-in': {
    en: 'was made by the run and stays, because accounts that stay are in it',
    zh: '由该次执行创建，其中有保留的账号，因此保留',
  },
  link: { en: 'the match itself stays', zh: '关联本身保留' },
} as const satisfies Record<string, Label>;
export type LossReason = keyof typeof lossReasons;

export interface Loss {
  /** An attribute, an edge, 'id', or '' for the object itself. */
  readonly subject: string;
  readonly reason: LossReason;
  readonly was: Value | null;
  readonly now: Value | null;
}

/** The object as it is now, references and edges in directory ids. */
export interface Now {
  readonly attributes: Attributes;
  /** By `edgeSubject`: facts. Of a relation that is not in `relations` nothing is known. */
  readonly edges: ReadonlyMap<string, string>;
  readonly relations: ReadonlySet<string>;
}

export interface Rules {
  readonly type: Pick<ObjectTypeSpec, 'attributes' | 'relations'>;
  /** Whether a far end is there, or will be when this undo is carried out. */
  readonly reachable: (type: string, id: string) => boolean;
  /** Whether what is there is what the system makes of the value that was written. */
  readonly isEcho: (name: string, now: Value | null) => boolean;
  readonly isTaken: (spec: AttributeSpec, value: Value) => boolean;
}

export interface Inverse {
  readonly before: Readonly<Record<string, Value | null>>;
  readonly after: Readonly<Record<string, Value | null>>;
  readonly edges: readonly EdgeStep[];
  readonly losses: readonly Loss[];
}

/** What has to be written to an object that was there before and is there now. */
export function inverseOf(net: Net, now: Now, rules: Rules): Inverse {
  const before: Record<string, Value | null> = {};
  const after: Record<string, Value | null> = {};
  const losses: Loss[] = [];
  for (const [name, { before: was, after: left }] of net.attributes) {
    const spec = rules.type.attributes.find((candidate) => candidate.name === name);
    if (!spec) continue;
    const exact = spec.kind === 'sensitive' ? { ...spec, equality: 'exact' as const } : spec;
    const current = now.attributes[name];
    const lose = (reason: LossReason): void => void losses.push({ subject: name, reason, was: was ?? null, now: current ?? null });
    if (was === undefined) {
      lose('not-known');
      continue;
    }
    if (current !== undefined && sameValue(current, was, exact)) continue;
    if (current !== undefined && !sameValue(current, left, exact) && !rules.isEcho(name, current)) lose('changed-since');
    else if (spec.writable === 'never' || spec.writable === 'create') lose('read-only');
    else if (was === null && spec.required) lose('required');
    else if (spec.type === 'reference' && typeof was === 'string' && !rules.reachable(spec.to!, was)) lose('far-end-gone');
    else if (spec.unique && was !== null && rules.isTaken(spec, was)) lose('taken');
    else {
      // What the run wanted, not what the system made of it: a pin compares it with what is wanted next time.
      before[name] = left;
      after[name] = was;
    }
  }
  const edges: EdgeStep[] = [];
  for (const [subject, edge] of net.edges) {
    if (!now.relations.has(edge.relation)) continue;
    const current = now.edges.get(subject) ?? null;
    const lose = (reason: LossReason): void => void losses.push({ subject, reason, was: edge.before, now: current });
    if (current === edge.before) continue;
    if (current !== edge.after) lose('changed-since');
    else if (rules.type.relations.find((relation) => relation.name === edge.relation)?.writable === false) lose('read-only');
    else if (edge.before !== null && !rules.reachable(edge.to_type, edge.to_id)) lose('far-end-gone');
    else edges.push(edgeStep(edge, current, edge.before));
  }
  return { before, after, edges, losses };
}

/** The step that makes `to` of `from`, of which at least one is an edge. */
export const edgeStep = (edge: Omit<NetEdge, 'before' | 'after'>, from: string | null, to: string | null): EdgeStep => ({
  relation: edge.relation,
  to_type: edge.to_type,
  to_id: edge.to_id,
  op: to === null ? 'remove' : from === null ? 'add' : 'update',
  facts: to ?? from!,
  facts_before: from,
});
