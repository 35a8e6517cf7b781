// Comparison keys of a target's objects: what correlation rules, protection and unique() look things up by.
import { comparisonKeys } from '../../core/attribute.ts';
import { jobSettingsSchema, type JobSettings } from '../../core/job-settings.ts';
import type { Attributes, ObjectTypeSpec } from '../../core/model.ts';
import type { JobRow } from '../../store/jobs.ts';
import { digest } from '../shapes.ts';

/** Attributes by which jobs of one connection look accounts up, beside the unique ones. */
export interface Lookups {
  readonly correlated: Readonly<Record<string, readonly string[]>>;
  readonly protectedBy: readonly string[];
}

/** The mirror is shared: the rules of all downstream jobs of the connection, and of this run's settings, count. */
export function lookupsOf(jobs: readonly JobRow[], connection: string, own: JobSettings): Lookups {
  const all = [
    own,
    ...jobs
      .filter((job) => job.connection === connection && job.direction === 'down')
      .map((job) => jobSettingsSchema.parse(JSON.parse(job.settings))),
  ];
  const correlated: Record<string, string[]> = {};
  for (const settings of all)
    for (const [type, rules] of Object.entries(settings.correlation))
      (correlated[type] ??= []).push(...rules.map((rule) => rule.attribute));
  return { correlated, protectedBy: all.flatMap((settings) => settings.policy.protected.map((rule) => rule.attribute)) };
}

const keyed = (type: ObjectTypeSpec, lookups: Lookups) =>
  type.attributes.filter(
    (spec) => spec.unique || lookups.protectedBy.includes(spec.name) || lookups.correlated[type.id]?.includes(spec.name),
  );

export function mirrorKeys(type: ObjectTypeSpec, attributes: Attributes, lookups: Lookups): { attribute: string; key: string }[] {
  return keyed(type, lookups).flatMap((spec) => comparisonKeys(attributes[spec.name], spec).map((key) => ({ attribute: spec.name, key })));
}

/** The hash of a mirror row: other lookups mean other keys, so that every row is written again once. */
export function keyedHash(type: ObjectTypeSpec, hash: string, lookups: Lookups): string {
  const extra = keyed(type, lookups)
    .filter((spec) => !spec.unique)
    .map((spec) => spec.name);
  return extra.length === 0 ? hash : digest(`${hash}${extra.join('|')}`);
}
