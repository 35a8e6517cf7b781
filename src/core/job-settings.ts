// What a job is: its settings, checked when saved, with safe defaults.
import { z } from 'zod';
import { type CorrelationRules, correlationRulesSchema } from './correlation.ts';
import { driftSchema } from './drift.ts';
import { guardPolicySchema } from './guard.ts';
import { type MappingSet, mappingSetSchema } from './mapping/rows.ts';
import { jobNoticesSchema, welcomeSchema } from './notices.ts';
import { type Schedule, scheduleFields } from './schedule.ts';
import { scopeSchema } from './scope.ts';
import { leaverPolicySchema } from './situation.ts';
import { USUAL_TREE } from './trees.ts';

export const triggerSchema = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('manual') }),
  z.strictObject({ kind: z.literal('schedule'), ...scheduleFields }),
  z.strictObject({
    kind: z.literal('event'),
    /** Compares everything beside the events, which proves that none was missed. Null turns it off. */
    reconcile: z.strictObject(scheduleFields).nullable().prefault({ cron: '0 3 * * *' }),
  }),
]);

/** The schedule of a trigger: its own, or the one beside the events. */
export function scheduleOf(trigger: z.output<typeof triggerSchema>): Schedule | null {
  switch (trigger.kind) {
    case 'manual':
      return null;
    case 'schedule':
      return trigger;
    case 'event':
      return trigger.reconcile;
  }
}

export const protectedSchema = z.strictObject({
  /** Accounts of the connection that no rule may match and no run may touch, by attribute value. */
  attribute: z.string().min(1),
  values: z.array(z.string()).min(1),
});

export const policySchema = z.strictObject({
  leaver: leaverPolicySchema.prefault({}),
  guard: guardPolicySchema.prefault({}),
  protected: z.array(protectedSchema).default([]),
  /** Days a held change waits before it expires; it is planned anew by the next run. */
  heldExpiresAfterDays: z.int().min(1).max(3650).default(30),
  /** Upstream: whether this job's word on existence counts. */
  decidesExistence: z.boolean().default(true),
  /** Upstream: ranks of single attributes, above or below the job's own. */
  attributeRanks: z.record(z.string(), z.int()).default({}),
  /** Upstream: attributes whose null lets the next source speak. */
  nullFallsThrough: z.array(z.string()).default([]),
  /** Days in which a value made by unique() is not given to somebody else after a departure. */
  uniqueCoolingDays: z.int().min(0).default(180),
  /** Downstream: what is done about values that somebody else has changed there. */
  drift: driftSchema,
  /** Back-off tries of one object before it is listed as dead. */
  itemTries: z.int().min(1).max(100).default(8),
});

export const jobSettingsSchema = z.strictObject({
  name: z.string().min(1).max(200),
  description: z.string().max(2000).default(''),
  owner: z.string().default(''),
  connection: z.string().min(1),
  direction: z.enum(['up', 'down']),
  /** Higher wins. */
  rank: z.int().default(100),
  tree: z.string().default(USUAL_TREE),
  part: z.unknown().default({}),
  scope: scopeSchema.prefault({}),
  /** Of a job in the state pilot: for whom it writes. Departments above them go along. */
  pilot: scopeSchema.pick({ departments: true, people: true }).optional(),
  /** Types that are missing are not synced. */
  mapping: mappingSetSchema,
  /** Relations that are not synced. */
  withoutRelations: z.array(z.string()).default([]),
  correlation: correlationRulesSchema.default({}),
  trigger: triggerSchema.prefault({ kind: 'manual' }),
  policy: policySchema.prefault({}),
  /** How many people must confirm what is held. With two, whoever asks first cannot be the second. */
  approvals: z.int().min(1).max(2).default(1),
  notices: jobNoticesSchema.prefault({}),
  /** Downstream: whom new accounts are announced to, once the job has had a good full run. Null: nobody. */
  welcome: welcomeSchema.nullable().default(null),
  onError: z
    .strictObject({
      /** How often a run is begun in all when what stopped it may pass by itself. */
      tries: z.int().min(1).max(20).default(3),
      /** Before the second try; twice as long before each further one, up to an hour. */
      pauseSeconds: z.int().min(1).max(86_400).default(60),
      /** A job that starts by itself and has failed is tried this often, until it works again. */
      quarantineMinutes: z.int().min(1).max(10_080).default(60),
    })
    .prefault({}),
});

export type JobSettings = z.output<typeof jobSettingsSchema>;
export type JobSettingsInput = Omit<z.input<typeof jobSettingsSchema>, 'mapping' | 'correlation'> & {
  readonly mapping: MappingSet;
  readonly correlation?: CorrelationRules;
};

/** The settings whose change makes every object worth looking at again. */
export const effectiveSettings = (settings: JobSettings): unknown => ({
  direction: settings.direction,
  tree: settings.tree,
  part: settings.part,
  rank: settings.rank,
  scope: settings.scope,
  mapping: settings.mapping,
  withoutRelations: settings.withoutRelations,
  correlation: settings.correlation,
  policy: settings.policy,
});
