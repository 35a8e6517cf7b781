// One object of an upstream batch, and the facts of the jobs that speak of it.
import { type Resolved } from '../../core/authority.ts';
import { type JobSettings } from '../../core/job-settings.ts';
import type { AttributeSpec, ObjectTypeSpec } from '../../core/model.ts';
import { type Situation } from '../../core/situation.ts';
import { type StagedRow } from '../../store/staged.ts';
import type { Desired, Problem } from './assess.ts';

/** One object of the batch on its way from what the job says to a change. */
export interface Subject {
  readonly row: StagedRow;
  readonly situation: Situation;
  readonly desired: Desired;
  readonly problems: Problem[];
  readonly withdrawn: boolean;
  /** What is staged already is the whole contribution. */
  readonly said: boolean;
  resolved: Resolved;
}

export interface JobFacts {
  readonly connection: string;
  readonly settings: JobSettings;
}

export const referencesOf = (type: ObjectTypeSpec): readonly AttributeSpec[] =>
  type.attributes.filter((attribute) => attribute.type === 'reference');

export function push<T>(map: Map<string, T[]>, key: string, value: T): void {
  const known = map.get(key);
  if (known) known.push(value);
  else map.set(key, [value]);
}
