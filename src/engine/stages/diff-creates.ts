// Diff of objects that nobody has ever heard of: one word about each, nothing to compare it with. The general way would plan the same.
import { resolveOne } from '../../core/authority.ts';
import { LIFECYCLE } from '../../core/directory-types.ts';
import type { Attributes, Value } from '../../core/model.ts';
import { depthIn, waveOf } from '../../core/order.ts';
import { contestedObjects, isAnyKnown } from '../../store/creates.ts';
import { type StagedEdge, stagedEdgesOf, type StagedRow } from '../../store/staged.ts';
import type { NewChange } from '../../store/ledger.ts';
import { CONSOLE } from '../../core/console.ts';
import type { RunContext, TypePlan } from '../context.ts';
import { toDirectoryIdsInRun, type Translation, type Wanted } from '../references.ts';
import { groupBy, parseJson } from '../shapes.ts';
import type { Desired } from './assess.ts';
import type { Depths } from './diff.ts';
import { changeHash } from './change-hash.ts';
import { needsOf } from './directory-change.ts';
import { withoutRemoved } from './directory-ends.ts';
import { referencesOf } from './directory-subject.ts';

/** So many objects that want the same value as another one are remembered; with more, all are compared the general way. */
const CONTESTED = 10_000;

export interface PlannedCreates {
  readonly changes: readonly NewChange[];
  /** When an object must be looked at again, by source key. */
  readonly reviews: ReadonlyMap<string, number>;
  readonly planned: ReadonlySet<string>;
}

const NONE: PlannedCreates = { changes: [], reviews: new Map(), planned: new Set() };

/** Plans those of a batch that are plain creates; the others are for the general way. */
export type CreatePlanner = (batch: readonly StagedRow[]) => Promise<PlannedCreates>;

export async function createPlanner(context: RunContext, plan: TypePlan, depths: Depths): Promise<CreatePlanner> {
  const { database, run, outside } = context;
  // What has a place in a tree waits for its parent, and the console takes words back: both need the general way.
  if (!context.up || plan.source.parent !== undefined || plan.target.parent !== undefined || outside.id === CONSOLE)
    return async () => NONE;
  const contested = await contestedObjects(database, run.id, plan.type, CONTESTED);
  if (contested === null) return async () => NONE;
  return async (batch) => {
    const fresh = batch.filter((row) => isFresh(row) && !contested.has(row.directory_id!));
    const ids = fresh.map((row) => row.directory_id!);
    if (fresh.length === 0 || (await isAnyKnown(database, ids))) return NONE;
    const keys = fresh.map((row) => row.source_key);
    const edges = groupBy(await stagedEdgesOf(database, run.id, plan.type, keys), (edge) => edge.source_key);
    const words = fresh.map((row) => ({ row, word: JSON.parse(row.desired!) as Desired, edges: edges.get(row.source_key) ?? [] }));
    const translate = await translationOf(context, plan, words);
    const planned = { changes: [] as NewChange[], reviews: new Map<string, number>(), planned: new Set<string>() };
    for (const { row, word, edges: own } of words) {
      const made = createOf(context, plan, depths, row, word, own, translate);
      if (made === null) continue;
      planned.changes.push(made.change);
      planned.planned.add(row.source_key);
      if (made.reviewAt !== null) planned.reviews.set(row.source_key, made.reviewAt);
    }
    return planned;
  };
}

const isFresh = (row: StagedRow): boolean =>
  row.situation === 'none' &&
  row.seen === 'present' &&
  row.directory_id !== null &&
  row.desired !== null &&
  row.problems === null &&
  row.detail === null;

interface Word {
  readonly row: StagedRow;
  readonly word: Desired;
  readonly edges: readonly StagedEdge[];
}

async function translationOf(context: RunContext, plan: TypePlan, words: readonly Word[]): Promise<Translation> {
  const references = referencesOf(plan.target);
  const wanted = new Map<string, Wanted>();
  const want = (type: string, id: unknown): void => {
    if (typeof id === 'string') wanted.set(`${type}\0${id}`, { type, id });
  };
  for (const { word, edges } of words) {
    for (const spec of references) want(spec.to!, word.a[spec.name]);
    for (const edge of edges) want(edge.to_type, edge.to_key);
  }
  const { outside, database, run } = context;
  const ends = [...wanted.values()];
  const found = await toDirectoryIdsInRun(database, outside.id, run.id, ends);
  const alive = await withoutRemoved(context, new Map([[outside.id, found]]), new Map([[outside.id, ends]]));
  return alive.get(outside.id)!;
}

/** Null where something is not plain: a far end that is not known or the object itself, a value that is missing, somebody who has left already. */
function createOf(
  context: RunContext,
  plan: TypePlan,
  depths: Depths,
  row: StagedRow,
  word: Desired,
  edges: readonly StagedEdge[],
  translate: Translation,
): { readonly change: NewChange; readonly reviewAt: number | null } | null {
  if (word.unsaid || word.mute || word.secrets !== undefined || word.s !== undefined) return null;
  const said: Record<string, Value | null> = { ...(word.a as Record<string, Value | null>) };
  for (const spec of referencesOf(plan.target)) {
    const id = said[spec.name];
    if (typeof id !== 'string') continue;
    const found = translate(spec.to!, id);
    if (found === undefined || found === row.directory_id) return null;
    said[spec.name] = found;
  }
  const { lifecycle, departed, reviewAt } = resolveOne(
    said,
    word.x,
    context.settings.policy.decidesExistence,
    context.run.now,
    context.zone,
  );
  if (departed || lifecycle === 'absent') return null;
  const after: Record<string, Value | null> = {};
  for (const spec of plan.target.attributes) {
    const value = spec.name === LIFECYCLE ? undefined : said[spec.name];
    if (value !== undefined && value !== null && !isNothing(value)) after[spec.name] = value;
    else if (spec.required) return null;
  }
  const id = row.directory_id!;
  const title = said[plan.target.title];
  const added: NewChange['edges'][number][] = [];
  const known = parseJson<string[]>(row.relations, []);
  for (const relation of [...known].sort()) {
    for (const edge of edges) {
      if (edge.relation !== relation) continue;
      const to = translate(edge.to_type, edge.to_key);
      if (to === undefined) return null;
      added.push({ relation, to_type: edge.to_type, to_id: to, op: 'add', facts: edge.facts, facts_before: null });
    }
  }
  after[LIFECYCLE] = lifecycle;
  const ordered = { action: 'create', type: plan.type } as const;
  const needs = needsOf(plan, after as Attributes, added);
  const text = JSON.stringify(after);
  return {
    reviewAt,
    change: {
      wave: waveOf(ordered),
      depth: depthIn(ordered, depths.depth.get(row.source_key) ?? 0, depths.deepest),
      type: plan.type,
      source_key: row.source_key,
      directory_id: id,
      target_key: id,
      title: typeof title === 'string' ? title : null,
      action: 'create',
      aspect: '',
      situation: 'absent',
      reason: row.scope_rule ?? '',
      kinds: '|create|',
      before: '{}',
      after: text,
      hash: changeHash('create', '{}', text, added),
      precondition: '{"o":null,"c":null}',
      needs: needs.length > 0 ? JSON.stringify(needs) : null,
      secrets: null,
      temporary: null,
      edges: added,
    },
  };
}

/** What is not told apart from having no value. */
const isNothing = (value: Value): boolean => (typeof value === 'string' ? value.trim() === '' : Array.isArray(value) && value.length === 0);
