// The chain of managers: who is created before whom, so that an account is made with its manager instead of getting one later.
import { treeDepths } from '../../core/order.ts';
import type { Attributes } from '../../core/model.ts';
import { referredTo } from '../../store/directory.ts';
import { countRunKeys } from '../../store/runs.ts';
import type { RunContext, TypePlan } from '../context.ts';

/** Fewer objects than this are written twice rather than have the whole directory asked for its chain. */
const WORTH_ASKING = 100;
/** Every step of the chain is a step of the apply stage: who stands deeper gets the reference afterwards. */
const DEEPEST = 12;

/** Per type that refers to itself: how many stand above each that somebody refers to. */
export type Chains = ReadonlyMap<string, ReadonlyMap<string, number>>;

export async function chainsOf(context: RunContext): Promise<Chains> {
  const chains = new Map<string, ReadonlyMap<string, number>>();
  // What was approved was planned with the chain: without it the plan would be another one, and be asked about again. So was what is foretold.
  const { run, database } = context;
  const small =
    run.mode !== 'full' && run.cause !== 'approval' && run.trial === null && (await countRunKeys(database, run.id)) < WORTH_ASKING;
  if (context.up || small) return chains;
  for (const plan of context.types) {
    const reference = plan.source.attributes.find(
      (spec) => spec.type === 'reference' && spec.to === plan.type && spec.name !== plan.source.parent && plan.reads.includes(spec.name),
    );
    if (!reference) continue;
    const above = await referredTo(context.database, plan.type, reference.name);
    chains.set(plan.type, treeDepths(above).depth);
  }
  return chains;
}

/** Step of wave 2 in which the object is created; references to whom an earlier step makes come with it. */
export function stepOf(chains: Chains, plan: TypePlan, key: string, desired: Attributes | undefined): number {
  const chain = chains.get(plan.type);
  if (!chain || !desired) return 0;
  const own = chain.get(key);
  if (own !== undefined) return Math.min(own, DEEPEST);
  let step = 0;
  for (const spec of plan.target.attributes) {
    if (spec.type !== 'reference' || spec.to !== plan.type) continue;
    const far = desired[spec.name];
    const above = typeof far === 'string' ? chain.get(far) : undefined;
    if (above !== undefined) step = Math.max(step, above + 1);
  }
  return Math.min(step, DEEPEST);
}

/** Whether the plan makes `far` in an earlier step than `step`. */
export const isMadeBefore = (chains: Chains, plan: TypePlan, type: string, far: string, step: number): boolean => {
  const above = type === plan.type ? chains.get(type)?.get(far) : undefined;
  return above !== undefined && Math.min(above, DEEPEST) < step;
};
