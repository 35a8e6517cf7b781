// Diff of an upstream job: what all jobs say of each object (authority) against what the directory holds.
import { sameValue } from '../../core/attribute.ts';
import { mergeAccepted, resolve, type ContributionView, type Resolved } from '../../core/authority.ts';
import { directoryTypes, LIFECYCLE } from '../../core/directory-types.ts';
import { kindsOf } from '../../core/guard.ts';
import { jobSettingsSchema, type JobSettings } from '../../core/job-settings.ts';
import { lifecycleAt, type Lifecycle } from '../../core/lifecycle.ts';
import type { Attributes, AttributeSpec, ObjectTypeSpec, Value } from '../../core/model.ts';
import { depthIn, waveOf } from '../../core/order.ts';
import type { Action } from '../../core/plan.ts';
import { existenceSaid, isLeaver, leaverCause, type Situation } from '../../core/situation.ts';
import { contributionEdgesOf, contributionsOf, type ContributionRow } from '../../store/contributions.ts';
import { edgesOf, objectsOf, removedAmong, type EdgeRow, type ObjectRow } from '../../store/directory.ts';
import { listJobs } from '../../store/jobs.ts';
import type { ChangeEdgeRow, NewChange } from '../../store/ledger.ts';
import { secondaryLinks, type WaitingReference } from '../../store/links.ts';
import { stagedEdgesOf, type StagedEdge, type StagedRow } from '../../store/staged.ts';
import { dueOf } from '../../store/upkeep.ts';
import type { RunContext, TypePlan } from '../context.ts';
import { knownInMirror, toDirectoryIds, toDirectoryIdsInRun, type Translation, type Wanted } from '../references.ts';
import { digest, groupBy, parseJson } from '../shapes.ts';
import type { Desired, Problem } from './assess.ts';
import { endingOf, removalHash } from './disable-first.ts';
import { vacated } from './take-over.ts';
import { holderOf, takenValues, type Taken } from './taken-values.ts';
import { ambiguousProblem, type Compared, cycleProblem, type Depths, missingProblem, problemsOf, protectedProblem, takenProblem, unknownReference } from './diff.ts';

const DAY = 86_400_000;

/** One object of the batch on its way from what the job says to a change. */
interface Subject {
  readonly row: StagedRow;
  readonly situation: Situation;
  readonly desired: Desired;
  readonly problems: Problem[];
  readonly withdrawn: boolean;
  /** What is staged already is the whole contribution. */
  readonly said: boolean;
  resolved: Resolved;
}

interface JobFacts {
  readonly connection: string;
  readonly settings: JobSettings;
}

export async function diffAgainstDirectory(context: RunContext, plan: TypePlan, batch: readonly StagedRow[], depths: Depths): Promise<Compared> {
  const compared: Compared = { changes: [], patches: [], problems: new Map(), waiting: [] };
  const placed = batch.filter((row) => row.directory_id !== null && row.situation !== 'ambiguous' && row.situation !== 'protected');
  for (const row of batch) if (!placed.includes(row)) reportUnplaced(compared, plan, row);
  if (placed.length === 0) return compared;

  const ids = [...new Set(placed.map((row) => row.directory_id!))];
  const objects = new Map((await objectsOf(context.database, ids)).map((object) => [object.id, object]));
  const left = new Set((await vacated(context.database, context, plan.type, placed.filter((row) => row.situation === 'found').map((row) => row.directory_id!))).map((row) => `${row.job}\0${row.external_id}`));
  const accepted = groupBy((await contributionsOf(context.database, ids)).filter((row) => !left.has(`${row.job}\0${row.external_id}`)), (row) => row.directory_id);
  const edges = groupBy(await edgesOf(context.database, ids), (edge) => edge.owner);
  const jobs = await jobFacts(context);
  const stagedEdges = groupBy(await stagedEdgesOf(context.database, context.run.id, plan.type, placed.map((row) => row.source_key)), (edge) => edge.source_key);
  const leaverSince = new Map((await dueOf(context.database, context.job.id, plan.type, placed.map((row) => row.source_key))).filter((due) => due.what.startsWith('delete')).map((due) => [due.source_key, due.at]));

  const subjects = placed.map((row) => subjectOf(context, plan, row, accepted.get(row.directory_id!) ?? [], leaverSince.get(row.source_key), depths));
  const translate = await translations(context, plan, subjects, accepted, stagedEdges, jobs);
  const alive = await aliveReferences(context, plan, subjects, stagedEdges, translate);
  const secondary = new Set((await secondaryLinks(context.database, plan.type, ids)).map((link) => `${link.connection}\0${link.external_id}`));
  for (const subject of subjects) {
    const views = viewsOf(context, plan, subject, accepted.get(subject.row.directory_id!) ?? [], jobs, translate, alive, compared.waiting, secondary);
    subject.resolved = resolve(views, context.run.now);
  }
  const foreignEdges = await winnersEdges(context, plan, subjects, accepted, jobs);
  const ends = await alsoEnds(context, translate, foreignEdges);
  const taken = await takenValues(context, plan, subjects.map((subject) => ({ directoryId: subject.row.directory_id!, attributes: subject.resolved.attributes })), objects);

  for (const subject of subjects) {
    const object = objects.get(subject.row.directory_id!);
    const wantedEdges = desiredEdges(context, plan, subject, stagedEdges.get(subject.row.source_key) ?? [], foreignEdges, ends, alive, compared.waiting);
    const current = object && object.lifecycle !== 'absent' ? object : undefined;
    const change = changeOf(context, plan, subject, current, object, edges.get(subject.row.directory_id!) ?? [], wantedEdges, taken, depths);
    if (change) compared.changes.push(...(change.action === 'remove' ? endingOf(change, current!) : [change]));
    compared.patches.push({
      type: plan.type, key: subject.row.source_key, step: 'diffed', situation: change ? subject.situation : 'same',
      desired: subject.said ? null : JSON.stringify(subject.desired), reviewAt: subject.resolved.reviewAt, detail: subject.withdrawn ? '{"withdrawn":true}' : subject.row.detail,
      problems: subject.problems.length > 0 ? JSON.stringify(subject.problems) : null,
    });
    if (subject.problems.length > 0) compared.problems.set(subject.row.source_key, { title: titleOf(plan.target, subject, object), problems: subject.problems });
  }
  return compared;
}

function reportUnplaced(compared: Compared, plan: TypePlan, row: StagedRow): void {
  const detail = parseJson<{ candidates?: string[] }>(row.detail, {});
  const problem = row.situation === 'protected' ? protectedProblem() : ambiguousProblem(detail.candidates ?? []);
  const desired = parseJson<Desired | null>(row.desired, null);
  compared.problems.set(row.source_key, { title: (desired?.a[plan.target.title] as string) ?? null, problems: [...problemsOf(row), problem] });
  compared.patches.push({ type: plan.type, key: row.source_key, step: 'diffed', situation: row.situation, problems: JSON.stringify([problem]) });
}

async function jobFacts(context: RunContext): Promise<ReadonlyMap<number, JobFacts>> {
  const facts = new Map<number, JobFacts>();
  for (const job of await listJobs(context.database)) facts.set(job.id, { connection: job.connection, settings: jobSettingsSchema.parse(JSON.parse(job.settings)) });
  facts.set(context.job.id, { connection: context.job.connection, settings: context.settings });
  return facts;
}

const NOTHING: Resolved = { attributes: {}, winners: {}, relationWinners: {}, lifecycle: null, reviewAt: null };

/** What this job now says: new values over accepted ones, and existence by the leaver policy. */
function subjectOf(context: RunContext, plan: TypePlan, row: StagedRow, accepted: readonly ContributionRow[], deleteAt: number | undefined, depths: Depths): Subject {
  const own = accepted.find((one) => one.job === context.job.id && one.external_id === row.source_key);
  const before = parseJson<Desired>(own?.data, { a: {}, x: 'active', rules: {} });
  const { unsaid, ...staged } = parseJson<Desired>(row.desired, { a: {}, x: 'active', rules: {}, unsaid: true });
  // Who was gone and is back counts as what the source said of them itself, not as what the policy made of it.
  const said: Desired = unsaid ? { ...staged, x: before.s ?? before.x ?? 'active' } : staged;
  const situation = (row.situation === 'gone' || row.situation === 'out-of-scope' ? row.situation : said.x === 'departed' || isPastLastDay(said, before, context.run.now) ? 'departed' : row.situation === 'found' ? 'found' : row.situation === 'none' ? 'absent' : 'changed') as Situation;
  const policy = context.settings.policy.leaver;
  const wait = isLeaver(situation) ? policy[leaverCause[situation]] : null;
  const days = wait !== null && typeof wait === 'object' && deleteAt !== undefined ? Math.floor((context.run.now - (deleteAt - wait.disableThenDeleteAfterDays * DAY)) / DAY) : 0;
  const existence = existenceSaid(situation, policy, said.x, days);
  const problems = problemsOf(row);
  const attributes: Record<string, Value | null> = { ...(mergeAccepted(before.a, said.a) as Record<string, Value | null>) };
  if (plan.source.parent && depths.cyclic.has(row.source_key) && plan.target.parent) {
    delete attributes[plan.target.parent];
    problems.push(cycleProblem(plan.target.parent));
  }
  const cyclic = plan.source.parent !== undefined && depths.cyclic.has(row.source_key);
  const x = existence === 'withdraw' ? before.x : existence !== 'unknown' ? existence.existence : situation === 'departed' ? said.x : before.x;
  const { secrets: _one, s: _before, ...rest } = said;
  return { row, situation, desired: { ...rest, a: attributes, x, ...(said.x === x ? {} : { s: said.x }), rules: { ...before.rules, ...said.rules } }, problems, withdrawn: existence === 'withdraw', said: own === undefined && !cyclic && !unsaid && x === said.x && row.desired !== null && said.secrets === undefined, resolved: NOTHING };
}

/** A last day that has passed is a departure like one that the source states. */
function isPastLastDay(said: Desired, before: Desired, now: number): boolean {
  const days = mergeAccepted(before.a, said.a);
  const day = (name: string): string | null => (typeof days[name] === 'string' ? days[name] : null);
  return lifecycleAt({ existence: said.x, startsAt: day('startsAt'), endsAt: day('endsAt'), timeZone: day('timeZone') }, now).lifecycle === 'departed';
}

const referencesOf = (type: ObjectTypeSpec): readonly AttributeSpec[] => type.attributes.filter((attribute) => attribute.type === 'reference');

/** One translation per connection that speaks of these objects. */
async function translations(
  context: RunContext, plan: TypePlan, subjects: readonly Subject[], accepted: ReadonlyMap<string, ContributionRow[]>,
  stagedEdges: ReadonlyMap<string, StagedEdge[]>, jobs: ReadonlyMap<number, JobFacts>,
): Promise<ReadonlyMap<string, Translation>> {
  const wanted = new Map<string, Wanted[]>();
  const want = (connection: string, type: string, id: unknown): void => {
    if (typeof id !== 'string') return;
    const found = wanted.get(connection) ?? [];
    found.push({ type, id });
    wanted.set(connection, found);
  };
  for (const subject of subjects) {
    for (const spec of referencesOf(plan.target)) want(context.outside.id, spec.to!, subject.desired.a[spec.name]);
    for (const edge of stagedEdges.get(subject.row.source_key) ?? []) want(context.outside.id, edge.to_type, edge.to_key);
    for (const row of accepted.get(subject.row.directory_id!) ?? []) {
      const connection = jobs.get(row.job)?.connection;
      if (connection === undefined) continue;
      const data = parseJson<Desired>(row.data, { a: {}, x: 'active', rules: {} });
      for (const spec of referencesOf(plan.target)) want(connection, spec.to!, data.a[spec.name]);
    }
  }
  const result = new Map<string, Translation>();
  for (const [connection, ends] of wanted) {
    const isOwn = connection === context.outside.id;
    result.set(connection, isOwn ? await toDirectoryIdsInRun(context.database, connection, context.run.id, ends) : await toDirectoryIds(context.database, connection, ends));
  }
  return withoutRemoved(context, result, wanted);
}

/** What was removed from the directory is nobody's far end any more. */
async function withoutRemoved(context: RunContext, translate: ReadonlyMap<string, Translation>, wanted: ReadonlyMap<string, readonly Wanted[]>): Promise<ReadonlyMap<string, Translation>> {
  const ids = [...wanted].flatMap(([connection, ends]) => ends.flatMap((end) => translate.get(connection)!(end.type, end.id) ?? []));
  const removed = await removedAmong(context.database, [...new Set(ids)]);
  if (removed.size === 0) return translate;
  return new Map([...translate].map(([connection, find]) => [connection, (type: string, id: string) => {
    const found = find(type, id);
    return found !== undefined && removed.has(found) ? undefined : found;
  }]));
}

/** Unresolved ends that the source does show: their link will come (pending). The others are dead. */
async function aliveReferences(context: RunContext, plan: TypePlan, subjects: readonly Subject[], stagedEdges: ReadonlyMap<string, StagedEdge[]>, translate: ReadonlyMap<string, Translation>): Promise<ReadonlySet<string>> {
  const own = translate.get(context.outside.id);
  const open = new Map<string, Set<string>>();
  const look = (type: string, id: unknown): void => {
    if (typeof id !== 'string' || own?.(type, id) !== undefined) return;
    open.set(type, (open.get(type) ?? new Set()).add(id));
  };
  for (const subject of subjects) {
    for (const spec of referencesOf(plan.target)) look(spec.to!, subject.desired.a[spec.name]);
    for (const edge of stagedEdges.get(subject.row.source_key) ?? []) look(edge.to_type, edge.to_key);
  }
  const alive = new Set<string>();
  // Only a complete read of that type can say that somebody is not there.
  const isSettled = (type: string): boolean => context.run.mode === 'full' && context.evidence.types[type]?.complete === true;
  for (const [type, ids] of open) for (const id of isSettled(type) ? await knownInMirror(context.database, context.outside.id, type, [...ids]) : ids) alive.add(`${type}:${id}`);
  return alive;
}

function viewsOf(
  context: RunContext, plan: TypePlan, subject: Subject, accepted: readonly ContributionRow[], jobs: ReadonlyMap<number, JobFacts>,
  translate: ReadonlyMap<string, Translation>, alive: ReadonlySet<string>, waiting: WaitingReference[], secondary: ReadonlySet<string>,
): ContributionView[] {
  const views: ContributionView[] = [];
  const view = (job: number, externalId: string, data: Desired, relations: readonly string[], own: boolean): void => {
    const facts = jobs.get(job);
    if (!facts) return;
    const { policy, rank } = facts.settings;
    views.push({
      job, rank, decidesExistence: policy.decidesExistence, externalId, primary: !secondary.has(`${facts.connection}\0${externalId}`), existence: data.x, relations,
      attributes: withDirectoryIds(plan, subject, data.a, translate.get(facts.connection), own, alive, waiting),
      attributeRanks: policy.attributeRanks, nullFallsThrough: policy.nullFallsThrough,
    });
  };
  const relations = new Set([...parseJson<string[]>(accepted.find((row) => row.job === context.job.id && row.external_id === subject.row.source_key)?.relations, []), ...parseJson<string[]>(subject.row.relations, [])]);
  if (!subject.withdrawn) view(context.job.id, subject.row.source_key, subject.desired, [...relations], true);
  for (const row of accepted) {
    if (row.job === context.job.id && row.external_id === subject.row.source_key) continue;
    view(row.job, row.external_id, parseJson<Desired>(row.data, { a: {}, x: 'active', rules: {} }), parseJson(row.relations, []), false);
  }
  return views;
}

function withDirectoryIds(
  plan: TypePlan, subject: Subject, attributes: Attributes, translate: Translation | undefined, own: boolean,
  alive: ReadonlySet<string>, waiting: WaitingReference[],
): Attributes {
  const result: Record<string, Value | null> = { ...(attributes as Record<string, Value | null>) };
  for (const spec of referencesOf(plan.target)) {
    const id = result[spec.name];
    if (typeof id !== 'string') continue;
    const found = translate?.(spec.to!, id);
    if (found !== undefined) {
      result[spec.name] = found;
      continue;
    }
    // Who cannot be found is unknown, not nobody: what was accepted last stays.
    delete result[spec.name];
    if (own && !alive.has(`${spec.to}:${id}`)) {
      if (!subject.problems.some((problem) => problem.attribute === spec.name)) subject.problems.push(unknownReference(spec.name, id));
    }
    if (own) waiting.push({ to_type: spec.to!, to_key: id, type: plan.type, source_key: subject.row.source_key, name: spec.name });
  }
  return result;
}

type EdgeSource = { job: number; connection: string; edges: readonly { relation: string; to_type: string; to_key: string; facts: string }[] };

/** Edges of contributions that win a relation and are not the ones staged by this run. By directory id. */
async function winnersEdges(
  context: RunContext, plan: TypePlan, subjects: readonly Subject[], accepted: ReadonlyMap<string, ContributionRow[]>, jobs: ReadonlyMap<number, JobFacts>,
): Promise<Map<string, EdgeSource[]>> {
  const result = new Map<string, EdgeSource[]>();
  const wanted = new Map<number, Map<string, string>>();
  for (const subject of subjects) {
    const known = new Set(parseJson<string[]>(subject.row.relations, []));
    for (const [relation, { job }] of Object.entries(subject.resolved.relationWinners)) {
      for (const row of accepted.get(subject.row.directory_id!) ?? []) {
        if (row.job !== job) continue;
        if (job === context.job.id && row.external_id === subject.row.source_key && known.has(relation)) continue;
        const ids = wanted.get(job) ?? new Map<string, string>();
        ids.set(row.external_id, row.directory_id);
        wanted.set(job, ids);
      }
    }
  }
  for (const [job, ids] of wanted) {
    const rows = await contributionEdgesOf(context.database, job, plan.type, [...ids.keys()]);
    for (const [external, edges] of groupBy(rows, (row) => row.external_id)) {
      const directoryId = ids.get(external)!;
      result.set(directoryId, [...(result.get(directoryId) ?? []), { job, connection: jobs.get(job)!.connection, edges: edges.map((edge) => ({ ...edge })) }]);
    }
  }
  return result;
}

/** The translations, and those of the far ends of accepted edges. */
async function alsoEnds(context: RunContext, translate: ReadonlyMap<string, Translation>, edges: ReadonlyMap<string, EdgeSource[]>): Promise<ReadonlyMap<string, Translation>> {
  const wanted = new Map<string, Wanted[]>();
  for (const source of [...edges.values()].flat()) for (const edge of source.edges) push(wanted, source.connection, { type: edge.to_type, id: edge.to_key });
  const result = new Map(translate);
  for (const [connection, ends] of wanted) {
    const more = await toDirectoryIds(context.database, connection, ends);
    const first = translate.get(connection);
    result.set(connection, (type, id) => first?.(type, id) ?? more(type, id));
  }
  return withoutRemoved(context, result, wanted);
}

type EdgeMap = Map<string, { relation: string; to_type: string; to_id: string; facts: string }>;

/** Relation by relation the edges of the winning job, several links of it united. Null: the relation is unknown. */
function desiredEdges(
  context: RunContext, plan: TypePlan, subject: Subject, own: readonly StagedEdge[], others: ReadonlyMap<string, EdgeSource[]>,
  translate: ReadonlyMap<string, Translation>, alive: ReadonlySet<string>, waiting: WaitingReference[],
): ReadonlyMap<string, EdgeMap> {
  const result = new Map<string, EdgeMap>();
  const known = new Set(parseJson<string[]>(subject.row.relations, []));
  for (const [relation, { job }] of Object.entries(subject.resolved.relationWinners)) {
    const edges: EdgeMap = new Map();
    let resolvable = true;
    let open = 0;
    const add = (connection: string, edge: { to_type: string; to_key: string; facts: string }, mine: boolean): void => {
      const id = translate.get(connection)?.(edge.to_type, edge.to_key);
      if (id !== undefined) edges.set(`${edge.to_type}:${id}`, { relation, to_type: edge.to_type, to_id: id, facts: edge.facts });
      else if (mine) {
        open++;
        waiting.push({ to_type: edge.to_type, to_key: edge.to_key, type: plan.type, source_key: subject.row.source_key, name: relation });
        if (!alive.has(`${edge.to_type}:${edge.to_key}`) && !subject.problems.some((problem) => problem.attribute === relation)) subject.problems.push(unknownReference(relation, edge.to_key));
      } else resolvable = false;
    };
    if (job === context.job.id && known.has(relation)) for (const edge of own) if (edge.relation === relation) add(context.outside.id, edge, true);
    for (const source of others.get(subject.row.directory_id!) ?? []) {
      if (source.job === job) for (const edge of source.edges) if (edge.relation === relation) add(source.connection, edge, false);
    }
    // When none of the ends can be found, nothing is taken away because of that.
    if (edges.size > 0 || (resolvable && open === 0)) result.set(relation, edges);
  }
  return result;
}

const push = <T>(map: Map<string, T[]>, key: string, value: T): void => void map.set(key, [...(map.get(key) ?? []), value]);

const titleOf = (type: ObjectTypeSpec, subject: Subject, object: ObjectRow | undefined): string | null => {
  const value = subject.resolved.attributes[type.title] ?? subject.desired.a[type.title] ?? (object ? (JSON.parse(object.data) as Attributes)[type.title] : null);
  return typeof value === 'string' ? value : null;
};

function changeOf(
  context: RunContext, plan: TypePlan, subject: Subject, current: ObjectRow | undefined, stored: ObjectRow | undefined, edges: readonly EdgeRow[],
  wanted: ReadonlyMap<string, EdgeMap>, taken: Taken, depths: Depths,
): NewChange | null {
  const id = subject.row.directory_id!;
  const { attributes, lifecycle: resolvedLifecycle } = subject.resolved;
  const lifecycle: Lifecycle = resolvedLifecycle ?? ((current?.lifecycle as Lifecycle) || 'active');
  if (!current && lifecycle === 'absent') return null;
  const now: Attributes = current ? (JSON.parse(current.data) as Attributes) : {};
  const before: Record<string, Value | null> = {};
  const after: Record<string, Value | null> = {};
  const removing = lifecycle === 'absent';
  for (const spec of plan.target.attributes) {
    if (spec.name === LIFECYCLE || removing) continue;
    const value = attributes[spec.name];
    if (value === undefined) continue;
    const compare = spec.kind === 'sensitive' ? { ...spec, equality: 'exact' as const } : spec;
    if (sameValue(value, now[spec.name] ?? null, compare)) continue;
    if (spec.unique && value !== null) {
      const other = holderOf(taken, spec, value, id);
      if (other !== null) {
        subject.problems.push(takenProblem(spec.name, String(value), other));
        continue;
      }
    }
    before[spec.name] = now[spec.name] ?? null;
    after[spec.name] = value;
  }
  if (!current || removing) {
    const missing = removing ? undefined : plan.target.attributes.find((spec) => spec.required && (after[spec.name] ?? null) === null);
    if (missing) {
      if (!subject.problems.some((found) => found.attribute === missing.name)) subject.problems.push(missingProblem(missing.name, missing.label));
      return null;
    }
  }
  if (current && current.lifecycle !== lifecycle) {
    before[LIFECYCLE] = current.lifecycle;
    after[LIFECYCLE] = lifecycle;
  } else if (!current) after[LIFECYCLE] = lifecycle;
  const edgeChanges = removing ? [] : edgeDiff(edges, wanted);
  const action = subject.withdrawn && Object.keys(after).length === 0 && edgeChanges.length === 0 ? 'unlink' : actionOf(current, lifecycle, after, edgeChanges.length > 0, subject);
  if (action === null) return null;
  const moves = plan.target.parent !== undefined && plan.target.parent in after && current !== undefined ? true : primaryMoves(edges, edgeChanges) && current !== undefined;
  const edgesLost = edgeChanges.filter((edge) => edge.op === 'remove').length;
  const kinds = kindsOf({ action, type: plan.type, before, after, edgesLost: moves ? Math.max(0, edgesLost - 1) : edgesLost, moves, messages: 0 }, directoryTypes);
  const ordered = { action, type: plan.type };
  const depth = depths.depth.get(subject.row.source_key) ?? 0;
  const needs = needsOf(plan, after, edgeChanges);
  return {
    wave: action === 'disable' ? waveOf({ action: 'update', type: plan.type }) : waveOf(ordered), depth: depthIn(ordered, depth, depths.deepest), type: plan.type, source_key: subject.row.source_key,
    directory_id: id, target_key: id, title: titleOf(plan.target, subject, stored), action, aspect: '', situation: subject.situation, reason: subject.row.scope_rule ?? '',
    kinds: kinds.length > 0 ? `|${kinds.join('|')}|` : '', before: JSON.stringify(before), after: JSON.stringify(after),
    hash: removing ? removalHash(current, edges) : digest({ action, before, after, edges: edgeChanges }), precondition: JSON.stringify({ o: stored?.revision ?? null, c: stored?.contributions ?? null }),
    needs: needs.length > 0 ? JSON.stringify(needs) : null, secrets: null, temporary: null, edges: edgeChanges,
  };
}

function actionOf(current: ObjectRow | undefined, lifecycle: Lifecycle, after: Attributes, edgesChanged: boolean, subject: Subject): Action | null {
  if (!current) return 'create';
  if (lifecycle === 'absent') return 'remove';
  if (LIFECYCLE in after) {
    if (lifecycle === 'suspended' || lifecycle === 'departed') return current.lifecycle === 'suspended' || current.lifecycle === 'departed' ? 'update' : 'disable';
    if (lifecycle === 'active') return 'enable';
  }
  if (Object.keys(after).length > 0 || edgesChanged) return 'update';
  return subject.situation === 'found' ? 'link' : null;
}

export function edgeDiff(current: readonly { relation: string; to_type: string; to_id: string; facts: string }[], wanted: ReadonlyMap<string, EdgeMap>): Omit<ChangeEdgeRow, 'change'>[] {
  const changes: Omit<ChangeEdgeRow, 'change'>[] = [];
  for (const [relation, edges] of wanted) {
    const have = new Map(current.filter((edge) => edge.relation === relation).map((edge) => [`${edge.to_type}:${edge.to_id}`, edge]));
    for (const [key, edge] of edges) {
      const now = have.get(key);
      if (!now) changes.push({ relation, to_type: edge.to_type, to_id: edge.to_id, op: 'add', facts: edge.facts, facts_before: null });
      else if (now.facts !== edge.facts) changes.push({ relation, to_type: edge.to_type, to_id: edge.to_id, op: 'update', facts: edge.facts, facts_before: now.facts });
    }
    for (const [key, edge] of have) {
      if (!edges.has(key)) changes.push({ relation, to_type: edge.to_type, to_id: edge.to_id, op: 'remove', facts: edge.facts, facts_before: edge.facts });
    }
  }
  return changes;
}

const primaryMoves = (edges: readonly EdgeRow[], changes: readonly Omit<ChangeEdgeRow, 'change'>[]): boolean =>
  edges.some((edge) => edge.relation === 'membership' && edge.facts.includes('"primary":true') && changes.some((change) => change.op === 'remove' && change.to_id === edge.to_id)) &&
  changes.some((change) => change.relation === 'membership' && change.op !== 'remove');

/** Objects that must exist before this change: parent and departments. */
function needsOf(plan: TypePlan, after: Attributes, edges: readonly Omit<ChangeEdgeRow, 'change'>[]): string[] {
  const needs = edges.filter((edge) => edge.relation === 'membership' && edge.op !== 'remove').map((edge) => edge.to_id);
  const parent = plan.target.parent ? after[plan.target.parent] : undefined;
  if (typeof parent === 'string') needs.push(parent);
  return needs;
}
