// The shapes that operations answer with: what a screen needs, names beside ids, never a sealed value.
import { z } from 'zod';

export const labelView = z.object({ en: z.string(), zh: z.string() });

export const runView = z.object({
  id: z.int(),
  job: z.int(),
  jobName: z.string(),
  /** It is not there any more: this is what it was called at last. */
  jobRemoved: z.boolean(),
  mode: z.string(),
  dryRun: z.boolean(),
  cause: z.string(),
  actor: z.string(),
  state: z.string(),
  stage: z.string(),
  attempt: z.int(),
  ofPlan: z.int().nullable(),
  /** The run that it takes back; of a dry run: would take back. */
  undoes: z.int().nullable(),
  queuedAt: z.number(),
  startedAt: z.number().nullable(),
  endedAt: z.number().nullable(),
  /** Why it failed or waits. */
  problem: labelView.nullable(),
  /** What the read could not prove. */
  warnings: z.array(labelView),
  /** What the accounts that it disables can still do there, and what to set; null: nothing. */
  staysOpen: labelView.nullable(),
  /** The accounts that it makes have no password, and what makes one; null: they have, or none is made. */
  withoutPassword: labelView.nullable(),
  /** By state changes; `objects.STATE`, where it is less: how many people, departments and groups these are about; `objects`: all of the plan. */
  counts: z.record(z.string(), z.number()),
});
export type RunView = z.output<typeof runView>;

export const jobView = z.object({
  id: z.int(),
  name: z.string(),
  description: z.string(),
  owner: z.string(),
  connection: z.string(),
  connectionName: z.string(),
  connector: z.string(),
  /** Since when its system does not answer; null: it does. */
  awaySince: z.number().nullable(),
  direction: z.enum(['up', 'down']),
  state: z.string(),
  /** Why the guard paused it, or why its runs failed. */
  stateReason: labelView.nullable(),
  /** What the guard asks about the whole job, paused or not; null = nothing. Answered by `job.resume`. */
  question: labelView.nullable(),
  /** manual, schedule or event. */
  trigger: z.string(),
  /** Cron in its time zone; null = by hand. */
  schedule: z.string().nullable(),
  nextDueAt: z.number().nullable(),
  lastCompleteAt: z.number().nullable(),
  lastRun: runView.nullable(),
  /** People, departments and groups about whom somebody is asked. */
  held: z.int(),
  problems: z.int(),
});
export type JobView = z.output<typeof jobView>;

/** What a check found. `remedy` of what is ok: what would be safer; `settings`: those of the connection that would do it. */
export const findingView = z.object({
  level: z.string(),
  ok: z.boolean(),
  message: labelView,
  remedy: labelView.nullable(),
  settings: z.record(z.string(), z.string()).nullable(),
});

export const attributeChangeView = z.object({
  name: z.string(),
  label: labelView,
  /** Missing: was not seen. Sensitive values are shown as dots. */
  before: z.unknown().optional(),
  after: z.unknown(),
});
export type AttributeChangeView = z.output<typeof attributeChangeView>;

export const edgeChangeView = z.object({
  relation: z.string(),
  label: labelView,
  op: z.enum(['add', 'remove', 'update']),
  type: z.string(),
  name: z.string(),
  facts: z.record(z.string(), z.unknown()),
});
export type EdgeChangeView = z.output<typeof edgeChangeView>;

export const changeView = z.object({
  id: z.int(),
  run: z.int(),
  job: z.int(),
  type: z.string(),
  title: z.string(),
  key: z.string(),
  targetKey: z.string().nullable(),
  action: z.string(),
  /** The action, or the kind of update: `move`, `identifier`, `leader`. */
  deed: z.string(),
  aspect: z.string(),
  situation: z.string(),
  /** Why, in short: the situation, or what closed or opened the account. */
  because: labelView,
  /** The clause of the scope that decided. */
  rule: z.string(),
  /** The same in words; null: there is nothing to say. */
  ruleSays: labelView.nullable(),
  state: z.string(),
  /** Why the guard held or refused it, or what it waits for. */
  why: labelView.nullable(),
  question: z.string().nullable(),
  error: labelView.nullable(),
  /** What to do about the error. */
  remedy: labelView.nullable(),
  attempts: z.int(),
  sentAt: z.number().nullable(),
  endedAt: z.number().nullable(),
  attributes: z.array(attributeChangeView),
  edges: z.array(edgeChangeView),
  /** Of an account that was found: what it keeps as it is, since the mapping gives it only to accounts that were created. */
  keeps: z.array(labelView),
  /** Of an account that is disabled since somebody left: what becomes of it later, by the settings of the run; null: nothing, or the target cannot delete. */
  later: labelView.nullable(),
});
export type ChangeView = z.output<typeof changeView>;

export const heldView = z.object({
  id: z.int(),
  job: z.int(),
  jobName: z.string(),
  /** up: it would happen in the directory. */
  direction: z.enum(['up', 'down']),
  type: z.string(),
  title: z.string(),
  /** Employee number of a person, code of a department or group: thirty people may have one name. */
  number: z.string().nullable(),
  /** Of a person: the name of the primary department. */
  department: z.string().nullable(),
  /** Its id in the directory; null: it is not there. */
  object: z.string().nullable(),
  key: z.string(),
  action: z.string(),
  question: z.string(),
  /** The question as people read it. */
  asks: labelView,
  reason: labelView.nullable(),
  state: z.string(),
  /** Narrower than the action: see `run.changes`. */
  deed: z.string(),
  attributes: z.array(attributeChangeView),
  /** Memberships, leaders, members: the first of each that come, go or change. Empty where the run that asked is no longer kept. */
  edges: z.array(edgeChangeView),
  /** How many there are beside these. */
  moreEdges: z.int(),
  firstRun: z.int(),
  lastRun: z.int(),
  createdAt: z.number(),
  expiresAt: z.number().nullable(),
  decidedAt: z.number().nullable(),
  decidedBy: z.string().nullable(),
  /** How many people must confirm it, and who has. */
  needs: z.int(),
  confirmedBy: z.array(z.object({ by: z.string(), at: z.number() })),
});
export type HeldView = z.output<typeof heldView>;

export const itemView = z.object({
  job: z.int(),
  jobName: z.string(),
  type: z.string(),
  key: z.string(),
  title: z.string().nullable(),
  attribute: z.string(),
  cause: z.string(),
  message: labelView,
  state: z.string(),
  attempts: z.int(),
  nextAt: z.number().nullable(),
  /** new: nobody has looked at it · known: somebody has · waived: it may stay as it is */
  triage: z.enum(['new', 'known', 'waived']),
  note: z.string().nullable(),
  triageBy: z.string().nullable(),
  triageAt: z.number().nullable(),
  firstRun: z.int(),
  lastRun: z.int(),
  at: z.number(),
});
export type ItemView = z.output<typeof itemView>;

export const planView = z.object({
  run: runView,
  /** Gravest first. */
  groups: z.array(
    z.object({
      action: z.string(),
      type: z.string(),
      situation: z.string(),
      /** Why, in short. */
      because: labelView,
      state: z.string(),
      question: z.string().nullable(),
      /** The question as people read it. */
      asks: labelView.nullable(),
      why: labelView.nullable(),
      /** Changes. */
      count: z.int(),
      /** People, departments or groups that these changes are about: somebody with a manager has two. Of a large run under way: the changes. */
      objects: z.int(),
      /** Of updates: what changes, most frequent first. */
      parts: z.array(z.object({ kind: z.string(), count: z.int() })),
      examples: z.array(changeView),
    }),
  ),
  problems: z.int(),
});
export type PlanView = z.output<typeof planView>;

export const brakeView = z.object({ scope: z.string(), scopeName: labelView, since: z.number(), by: z.string(), reason: z.string() });

export const statusView = z.object({
  now: z.number(),
  jobs: z.array(jobView),
  runs: z.array(runView),
  questions: z.array(
    z.object({ job: z.int(), jobName: z.string(), question: z.string(), label: labelView, count: z.int(), objects: z.int() }),
  ),
  problems: z.array(
    z.object({
      job: z.int(),
      jobName: z.string(),
      count: z.int(),
      dead: z.int(),
      /** Of these a person at the far side must act first; not in `count`, and neither is what was waived. */
      waiting: z.int(),
      waived: z.int(),
    }),
  ),
  brakes: z.array(brakeView),
  connections: z.array(
    z.object({
      id: z.string(),
      name: z.string(),
      connector: z.string(),
      /** Since when it is away; null = fine. */
      awaySince: z.number().nullable(),
      reason: z.string().nullable(),
      checkedAt: z.number().nullable(),
      expiresAt: z.string().nullable(),
    }),
  ),
});
export type StatusView = z.output<typeof statusView>;

/** What a loss or a pin is about. */
export const subjectView = {
  /** An attribute, `relation>type:id`, `id`, or empty for the object itself. */
  subject: z.string(),
  label: labelView,
  /** Of an edge: whom or what it leads to. */
  end: z.string().nullable(),
};

/** What is kept because a run was undone. */
export const pinView = z.object({
  /** A connection, or `directory`. */
  connection: z.string(),
  connectionName: z.string(),
  type: z.string(),
  object: z.string(),
  title: z.string(),
  ...subjectView,
  undone: z.unknown(),
  keep: z.unknown(),
  says: labelView,
  run: z.int(),
  at: z.int(),
  by: z.string(),
});
export type PinView = z.output<typeof pinView>;
