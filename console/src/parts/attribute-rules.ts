// The policy of a job with what is said of one attribute; what is as by default is not named in it.
import type { Values } from '../forms/setting.ts';

export type DriftMode = 'enforce' | 'report' | 'adopt' | 'follow';
type Drift = Readonly<Record<string, Readonly<Record<string, DriftMode>>>>;

const driftIn = (policy: Values): Drift => (policy.drift ?? {}) as Drift;
export const driftOf = (policy: Values, type: string, attribute: string): DriftMode => driftIn(policy)[type]?.[attribute] ?? 'enforce';

export function withDrift(policy: Values, type: string, attribute: string, mode: DriftMode): Values {
  const { [type]: own = {}, ...others } = driftIn(policy);
  const { [attribute]: _, ...rest } = own;
  const next = mode === 'enforce' ? rest : { ...rest, [attribute]: mode };
  return { ...policy, drift: Object.keys(next).length === 0 ? others : { ...others, [type]: next } };
}

/** @param rank  null: that of the job */
export function withRank(policy: Values, attribute: string, rank: number | null): Values {
  const { [attribute]: _, ...others } = (policy.attributeRanks ?? {}) as Readonly<Record<string, number>>;
  return { ...policy, attributeRanks: rank === null ? others : { ...others, [attribute]: rank } };
}

export function withFallsThrough(policy: Values, attribute: string, falls: boolean): Values {
  const others = ((policy.nullFallsThrough ?? []) as readonly string[]).filter((one) => one !== attribute);
  return { ...policy, nullFallsThrough: falls ? [...others, attribute] : others };
}
