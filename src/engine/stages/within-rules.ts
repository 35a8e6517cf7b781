// What a target would refuse because of several attributes together, or of too many edges, is told by the plan and not sent.
import type { AccountRules } from '../../core/account-rules.ts';
import type { EndpointObject, Label, RelationSpec } from '../../core/model.ts';
import { createsBeyond } from '../../store/ledger.ts';
import { mirrorCount } from '../../store/mirror.ts';
import type { RunContext } from '../context.ts';
import type { Desired, Problem } from './assess.ts';

/** What is desired without what breaks a rule: that is left as it is, and told. */
export function withinRules(
  rules: AccountRules,
  own: string,
  desired: Desired,
  object: EndpointObject | undefined,
  problems: Problem[],
): Desired {
  const broken = rules(own, desired.a, object?.attributes);
  if (broken.length === 0) return desired;
  problems.push(...broken.map(({ left, message }) => ({ attribute: left[0]!, cause: 'refused', message })));
  const left = new Set(broken.flatMap((rule) => rule.left));
  return { ...desired, a: Object.fromEntries(Object.entries(desired.a).filter(([name]) => !left.has(name))) };
}

const order = (facts: string): number => (JSON.parse(facts) as { order?: number }).order ?? Number.MAX_SAFE_INTEGER;
const isPrimary = (facts: string): boolean => facts.includes('"primary":true');

/** As many of the edges as the target takes, the primary one and those in front first. */
export function asManyAsFit<T extends { readonly facts: string; readonly to_key: string }>(
  relation: RelationSpec,
  edges: T[],
  problems: Problem[],
): T[] {
  const { max } = relation;
  if (max === undefined || edges.length <= max) return edges;
  problems.push({
    attribute: relation.name,
    cause: 'refused',
    message: {
      en: `${edges.length} ${relation.label.en}, and this target takes at most ${max}: the first ${max} are written. Take some away at the source.`,
      zh: `${relation.label.zh}有 ${edges.length} 个，该目标系统最多 ${max} 个：仅写入前 ${max} 个。请在源系统中减少。`,
    },
  });
  const inFront = (a: T, b: T): number =>
    Number(isPrimary(b.facts)) - Number(isPrimary(a.facts)) || order(a.facts) - order(b.facts) || (a.to_key < b.to_key ? -1 : 1);
  return edges.toSorted(inFront).slice(0, max);
}

/** Creates of this plan for which the target has no room. */
export async function beyondRoom(context: RunContext): Promise<ReadonlyMap<number, Label>> {
  const found = new Map<number, Label>();
  if (context.target.isDirectory) return found;
  for (const { type, target } of context.types) {
    if (target.most === undefined) continue;
    const there = await mirrorCount(context.database, context.outside.id, type);
    const message = {
      en: `This target holds at most ${target.most} objects of the type ${target.label.en}, and there are ${there}. Remove some there, or narrow the scope.`,
      zh: `该目标系统最多有 ${target.most} 个${target.label.zh}，现有 ${there} 个。请在目标系统中删除一部分，或缩小任务范围。`,
    };
    for (const id of await createsBeyond(context.database, context.run.id, type, Math.max(0, target.most - there))) found.set(id, message);
  }
  return found;
}
