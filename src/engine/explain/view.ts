// The shape of an explanation.
import { z } from 'zod';
import { attributeChangeView, changeView, edgeChangeView, heldView, itemView, labelView, pinView } from '../operations/views.ts';

const jobFacts = { job: z.int(), jobName: z.string() };
const systemFacts = { connection: z.string(), connectionName: z.string() };

export const explainedObject = z.object({
  id: z.string(),
  type: z.string(),
  title: z.string(),
  lifecycle: z.string(),
  lifecycleWhy: labelView,
  /** Decided by hand against the word of the sources: by which run; `cause` close or undo. */
  kept: z.object({ run: z.int(), by: z.string(), at: z.number(), cause: z.string(), against: z.string() }).nullable(),
  /** Whose word an edit by hand would not overrule: about being there, about departments. */
  lockedByHand: z.object({ lifecycle: z.object(jobFacts).nullable(), membership: z.object(jobFacts).nullable() }),
  /** When the lifecycle may change by itself. */
  reviewAt: z.number().nullable(),
  /** Who was merged into this person: their ids go on answering, and their history is in `history`. */
  merged: z.array(z.object({ id: z.string(), at: z.number(), by: z.string(), run: z.int() })),
  sources: z.array(
    z.object({
      ...jobFacts,
      ...systemFacts,
      key: z.string(),
      rank: z.int(),
      decidesExistence: z.boolean(),
      /** What it says about existence. */
      existence: z.string(),
      /** held, disabled, leaving, left; null = no claim any more. */
      claim: z.string().nullable(),
      linked: z.boolean(),
      seenAt: z.number().nullable(),
      acceptedRun: z.int(),
    }),
  ),
  attributes: z.array(
    z.object({
      name: z.string(),
      label: labelView,
      value: z.unknown(),
      said: z.array(
        z.object({
          ...jobFacts,
          key: z.string(),
          source: z.array(z.object({ name: z.string(), value: z.unknown() })),
          rule: z.string(),
          /** The rule made it of something else: the source itself does not say this value. */
          made: z.boolean(),
          value: z.unknown(),
          wins: z.boolean(),
          why: labelView,
        }),
      ),
    }),
  ),
  memberships: z.array(
    z.object({
      relation: z.string(),
      label: labelView,
      type: z.string(),
      name: z.string(),
      primary: z.boolean(),
      title: z.string().nullable(),
      ...jobFacts,
    }),
  ),
  /** How many more there are than `memberships` lists: of a group that holds very many. */
  moreMemberships: z.int(),
  accounts: z.array(
    z.object({
      ...jobFacts,
      ...systemFacts,
      /** null = it has none there. */
      key: z.string().nullable(),
      enabled: z.boolean().nullable(),
      claim: z.string().nullable(),
      seenAt: z.number().nullable(),
      /** Where the target does not show what was sent. */
      differences: z.array(z.object({ name: z.string(), label: labelView, sent: z.unknown(), echoed: z.unknown(), now: z.unknown() })),
      lastChange: changeView.nullable(),
      why: z.array(labelView),
    }),
  ),
  /** What is kept of it, there or in the directory, because a run was undone or the person closed. */
  pins: z.array(pinView),
  held: z.array(heldView),
  problems: z.array(itemView),
  waiting: z.array(labelView),
  /** Newest first. */
  history: z.array(
    z.object({
      at: z.number(),
      action: z.string(),
      run: z.int().nullable(),
      jobName: z.string().nullable(),
      actor: z.string(),
      /** Who or what changed it, and what began that: the job before whoever started its run, the person before a job by hand. */
      by: labelView,
      attributes: z.array(attributeChangeView),
      edges: z.array(edgeChangeView),
      /** Of a link made or cut by hand, and of what is said not to be theirs: with what. */
      link: z.object({ connection: z.string(), externalId: z.string() }).nullable(),
    }),
  ),
});
export type ExplainedObject = z.output<typeof explainedObject>;

export const explainView = z.object({
  query: z.string(),
  /** Several fit: ask again with one of these ids. */
  matches: z.array(z.object({ id: z.string(), type: z.string(), title: z.string(), lifecycle: z.string(), hints: z.array(z.string()) })),
  object: explainedObject.nullable(),
  /** Found outside only: not (or no longer) in the directory, and why. */
  outside: z.array(
    z.object({ ...systemFacts, type: z.string(), key: z.string(), title: z.string(), seenAt: z.number(), why: z.array(labelView) }),
  ),
});
export type ExplainView = z.output<typeof explainView>;
