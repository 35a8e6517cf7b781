// Turns stored rows into views: names for ids, labels for attributes, dots for what must not be seen.
import type { Connector } from '../../connector-kit/contract.ts';
import { deedOf } from '../../core/deed.ts';
import { directoryTypes } from '../../core/directory-types.ts';
import { jobSettingsSchema } from '../../core/job-settings.ts';
import type { Attributes, AttributeSpec, Label, ObjectTypeSpec } from '../../core/model.ts';
import { isLeaver, leaverCause, type Situation } from '../../core/situation.ts';
import { listConnections, listJobs, removedJobs, type JobRow } from '../../store/jobs.ts';
import { votesOn } from '../../store/approvals.ts';
import { objectsOf } from '../../store/directory.ts';
import { primaryOf } from '../explain/paths.ts';
import { type HeldRow } from '../../store/held.ts';
import { disablesOf } from '../../store/change-list.ts';
import { edgesOfChanges, firstEdges, type ChangeEdgeRow, type ChangeRow } from '../../store/ledger.ts';
import { titlesOf } from '../../store/overview.ts';
import { runsById, type RunRow } from '../../store/runs.ts';
import type { ProblemRow } from '../../store/problems.ts';
import { directoryCatalogue } from '../catalogue.ts';
import type { RunEvidence } from '../context.ts';
import { remedyOf } from '../remedies.ts';
import { departmentInRule, ruleWords } from '../rule-words.ts';
import { namesInSource } from '../scope-names.ts';
import { groupBy, parseJson } from '../shapes.ts';
import { staysOpenOf } from '../stays-open.ts';
import { withoutPasswordOf } from '../without-password.ts';
import { questionWords, reasonWords } from '../words.ts';
import type { QueryContext } from './operation.ts';
import { toldApart } from './same-names.ts';
import type { AttributeChangeView, ChangeView, EdgeChangeView, HeldView, ItemView, RunView } from './views.ts';

export const HIDDEN = '••••••';
const SEALED = '\u00a7s1.';

/** Jobs, connections and catalogues, loaded once per answer. */
export interface Names {
  readonly jobs: ReadonlyMap<number, JobRow>;
  /** Of jobs that are not there any more, what they were called at last. */
  readonly removed: ReadonlyMap<number, string>;
  readonly connections: ReadonlyMap<string, { readonly name: string; readonly connector: string }>;
  readonly connectors: ReadonlyMap<string, Connector>;
  /** Of the directory, added attributes included. */
  readonly directory: readonly ObjectTypeSpec[];
}

export async function loadNames(context: QueryContext): Promise<Names> {
  return {
    jobs: new Map((await listJobs(context.reader)).map((job) => [job.id, job])),
    removed: new Map((await removedJobs(context.reader)).map((row) => [Number(row.job), nameIn(row.settings)])),
    connections: new Map((await listConnections(context.reader)).map((row) => [row.id, row])),
    connectors: context.connectors,
    directory: await directoryCatalogue(context.reader),
  };
}

const nameIn = (settings: string): string => parseJson<{ name: string }>(settings, { name: '' }).name;

export const jobName = (names: Names, id: number): string => names.jobs.get(id)?.name ?? (names.removed.get(id) || `#${id}`);
export const isRemoved = (names: Names, id: number): boolean => !names.jobs.has(id);
export const settingsOfJob = (job: JobRow) => jobSettingsSchema.parse(JSON.parse(job.settings));

export function runOf(names: Names, run: RunRow): RunView {
  const evidence = run.evidence as Partial<RunEvidence> | null;
  return {
    id: run.id,
    job: run.job,
    jobName: jobName(names, run.job),
    jobRemoved: isRemoved(names, run.job),
    mode: run.mode,
    dryRun: run.dryRun,
    cause: run.cause,
    actor: run.actor,
    state: run.state,
    stage: run.stage,
    attempt: run.attempt,
    ofPlan: run.ofPlan,
    undoes: run.order?.kind === 'run' ? run.order.run : null,
    queuedAt: run.queuedAt,
    startedAt: run.startedAt,
    endedAt: run.endedAt,
    problem: run.problem,
    warnings: evidence?.warnings ?? [],
    staysOpen: staysOpenOf(evidence, run.counts),
    withoutPassword: withoutPasswordOf(evidence, run.counts),
    counts: { ...run.counts },
  };
}

/** The catalogue of what the job writes to: the directory's, or that of the connector. */
export function targetTypes(names: Names, job: number): readonly ObjectTypeSpec[] {
  const row = names.jobs.get(job);
  if (!row || row.direction === 'up') return names.directory;
  return names.connectors.get(names.connections.get(row.connection)?.connector ?? '')?.manifest.types ?? [];
}

export function specOf(types: readonly ObjectTypeSpec[], type: string, name: string): AttributeSpec | undefined {
  const find = (all: readonly ObjectTypeSpec[]): AttributeSpec | undefined =>
    all.find((spec) => spec.id === type)?.attributes.find((spec) => spec.name === name);
  return find(types) ?? find(directoryTypes);
}

const ownLabel = (name: string): Label => ({ en: name, zh: name });

export function labelOf(types: readonly ObjectTypeSpec[], type: string, name: string): Label {
  const relation = types.find((spec) => spec.id === type)?.relations.find((spec) => spec.name === name);
  return specOf(types, type, name)?.label ?? relation?.label ?? ownLabel(name);
}

/** What may be shown of a value: names instead of ids, dots instead of what is sealed or sensitive. */
export function shownValue(value: unknown, spec: AttributeSpec | undefined, titles: ReadonlyMap<string, string>): unknown {
  if (value === null || value === undefined) return value;
  if (spec?.kind !== undefined || (typeof value === 'string' && value.startsWith(SEALED))) return HIDDEN;
  if (spec?.type !== 'reference') return value;
  const name = (id: unknown): string => titles.get(String(id)) ?? String(id).replace(/^ext:/, '');
  return Array.isArray(value) ? value.map(name) : name(value);
}

/** The directory ids that stand in before and after of these rows. */
export function referencedIds(
  names: Names,
  rows: readonly { job: number; type: string; before: string | null; after: string | null }[],
): string[] {
  const ids = new Set<string>();
  for (const row of rows) {
    const types = targetTypes(names, row.job);
    for (const values of [parseJson<Record<string, unknown>>(row.before, {}), parseJson<Record<string, unknown>>(row.after, {})]) {
      for (const [name, value] of Object.entries(values))
        if (typeof value === 'string' && specOf(types, row.type, name)?.type === 'reference') ids.add(value);
    }
  }
  return [...ids];
}

export function attributeChanges(
  names: Names,
  row: { job: number; type: string; before: string | null; after: string | null },
  titles: ReadonlyMap<string, string>,
): AttributeChangeView[] {
  const types = targetTypes(names, row.job);
  const before = parseJson<Record<string, unknown>>(row.before, {});
  const after = parseJson<Record<string, unknown>>(row.after, {});
  return [...new Set([...Object.keys(after), ...Object.keys(before)])].sort().map((name) => {
    const spec = specOf(types, row.type, name);
    return {
      name,
      label: labelOf(types, row.type, name),
      after: shownValue(after[name] ?? null, spec, titles) ?? null,
      ...(name in before ? { before: shownValue(before[name], spec, titles) } : {}),
    };
  });
}

/** `moves`: relations of which another edge moves the entry. */
function edgeChanges(
  names: Names,
  row: Pick<ChangeRow, 'job' | 'type' | 'action'>,
  edges: readonly ChangeEdgeRow[],
  titles: ReadonlyMap<string, string>,
  moves: readonly string[],
): EdgeChangeView[] {
  const types = targetTypes(names, row.job);
  const moved = (name: string): Label | undefined =>
    row.action !== 'create' && moves.includes(`${row.type} ${name}`)
      ? types.find((spec) => spec.id === row.type)?.relations.find((spec) => spec.name === name)?.moves?.label
      : undefined;
  return edges.map((edge) => ({
    relation: edge.relation,
    label: moved(edge.relation) ?? labelOf(types, row.type, edge.relation),
    op: edge.op,
    type: edge.to_type,
    name: titles.get(edge.to_id) ?? edge.to_id,
    facts: parseJson<Record<string, unknown>>(edge.facts, {}),
  }));
}

/** Errors are kept as a label in JSON, or as plain text. */
export function labelIn(text: string | null): Label | null {
  if (text === null) return null;
  try {
    const value = JSON.parse(text) as Partial<Label>;
    if (typeof value.en === 'string' && typeof value.zh === 'string') return { en: value.en, zh: value.zh };
  } catch {
    // Plain text.
  }
  return ownLabel(text);
}

interface StoredVerdict {
  readonly question?: string;
  readonly reason?: Label;
}

export async function changesOf(context: QueryContext, names: Names, rows: readonly ChangeRow[]): Promise<ChangeView[]> {
  const edges: ChangeEdgeRow[] = [];
  const wanted = new Set(rows.map((row) => row.id));
  // Ids of one page lie close together; examples of different groups do not.
  for (const row of rows.length > 0 && rows.at(-1)!.id - rows[0]!.id <= rows.length * 4 ? [null] : rows) {
    edges.push(...(await edgesOfChanges(context.reader, row ? [row.id] : [...wanted])).filter((edge) => wanted.has(edge.change)));
  }
  const byChange = groupBy(edges, (edge) => String(edge.change));
  const titles = await titlesOf(context.reader, [...new Set([...referencedIds(names, rows), ...edges.map((edge) => edge.to_id)])]);
  const apart = await toldApart(
    context.reader,
    titles,
    rows.map((row) => [...referencedIds(names, [row]), ...(byChange.get(String(row.id)) ?? []).map((edge) => edge.to_id)]),
  );
  const clauses = await departmentsInRules(context, names, rows);
  const because = await becauseOf(context, names, rows);
  const kept = keptOf(names);
  const evidence = await evidenceOf(
    context,
    rows.map((row) => row.run),
  );
  return rows.map((row, index) => {
    const verdict = parseJson<StoredVerdict>(row.verdict, {});
    return {
      id: row.id,
      run: row.run,
      job: row.job,
      type: row.type,
      title: row.title ?? row.target_key ?? row.source_key,
      key: row.source_key,
      targetKey: row.target_key,
      action: row.action,
      deed: row.deed,
      aspect: row.aspect,
      situation: row.situation,
      because: because(row),
      rule: row.reason,
      ruleSays: ruleWords(row.reason, (id) => clauses.get(row.job)?.[id] ?? id),
      state: row.state,
      why: verdict.reason ?? null,
      question: verdict.question ?? null,
      error: labelIn(row.error),
      remedy: row.error_kind === null ? null : remedyOf(row.error_kind).remedy,
      attempts: row.attempts,
      sentAt: row.sent_at,
      endedAt: row.ended_at,
      attributes: attributeChanges(names, row, apart[index]!),
      edges: edgeChanges(names, row, byChange.get(String(row.id)) ?? [], apart[index]!, evidence(row.run).moves ?? []),
      keeps: row.action === 'link' ? kept(row) : [],
      later: laterOf(evidence(row.run), row),
    };
  });
}

/** Of the runs of one page: what they were found to be like when they planned. */
async function evidenceOf(context: QueryContext, runs: readonly number[]): Promise<(run: number) => Partial<RunEvidence>> {
  const distinct = [...new Set(runs)];
  const found = new Map((distinct.length === 0 ? [] : await runsById(context.reader, distinct)).map((run) => [run.id, run.evidence]));
  return (run) => (found.get(run) as Partial<RunEvidence> | null | undefined) ?? {};
}

/** Disabled now, deleted later: said where it is disabled, so that nobody is surprised in a month. */
function laterOf({ deletedLater }: Partial<RunEvidence>, { action, situation }: ChangeRow): Label | null {
  const cause = situation as Situation;
  const later = action === 'disable' && isLeaver(cause) ? deletedLater?.[leaverCause[cause]] : undefined;
  if (later === undefined) return null;
  const { days, asks } = later;
  return {
    en: `Deleted ${days} ${days === 1 ? 'day' : 'days'} later${asks ? ', once somebody has confirmed it' : ''}, unless they come back.`,
    zh: `${days} 天后删除${asks ? '（需人工确认）' : ''}；期间重新出现则不删除。`,
  };
}

/** What accounts that were there before keep, by the present mapping of the job. */
function keptOf(names: Names): (row: ChangeRow) => Label[] {
  const known = new Map<string, Label[]>();
  return ({ job, type }) => {
    const key = `${job} ${type}`;
    const row = names.jobs.get(job);
    const rows = row?.direction === 'down' && !known.has(key) ? (settingsOfJob(row).mapping[type] ?? []) : [];
    const labels =
      known.get(key) ?? rows.filter(({ when }) => when === 'made').map(({ target }) => labelOf(targetTypes(names, job), type, target));
    known.set(key, labels);
    return labels;
  };
}

/** Job → id → name of the departments that the clauses name. */
async function departmentsInRules(context: QueryContext, names: Names, rows: readonly ChangeRow[]) {
  const found = new Map<number, Readonly<Record<string, string>>>();
  for (const [id, own] of groupBy(rows, (row) => String(row.job))) {
    const job = names.jobs.get(Number(id));
    const department = own.flatMap((row) => departmentInRule(row.reason) ?? []);
    if (job && department.length > 0) found.set(job.id, await namesInSource(context.reader, names, job, { department, person: [] }));
  }
  return found;
}

/** An account follows the directory: what took the person out of use there says more than that it did. */
async function becauseOf(context: QueryContext, names: Names, rows: readonly ChangeRow[]): Promise<(row: ChangeRow) => Label> {
  const isClosed = (row: ChangeRow): boolean => row.action === 'disable' && row.situation === 'changed' && row.directory_id !== null;
  const ids = rows.filter(isClosed).map((row) => row.directory_id!);
  const found = ids.length === 0 ? [] : await disablesOf(context.reader, [...new Set(ids)]);
  const upstream = found.filter((one) => names.jobs.get(one.job)?.direction === 'up');
  return (row) => {
    const cause = isClosed(row) ? upstream.findLast((one) => one.directory_id === row.directory_id && one.id < row.id) : undefined;
    if (!cause) return reasonWords(row.action, row.situation);
    const [job, why] = [jobName(names, cause.job), reasonWords('disable', cause.situation)];
    return { en: `${why.en} (${job})`, zh: `${why.zh}（${job}）` };
  };
}

/** Of each relation that comes, goes or changes with one held change: whoever looks at the list every few seconds reads no more. */
const EDGES_TOLD = 20;

export async function heldOf(context: QueryContext, names: Names, rows: readonly HeldRow[]): Promise<HeldView[]> {
  const edges = await firstEdges(
    context.reader,
    rows.map((row) => row.change),
    EDGES_TOLD,
  );
  const own = (row: HeldRow): readonly ChangeEdgeRow[] => edges.get(row.change)?.edges ?? [];
  const ends = rows.flatMap((row) => own(row).map((edge) => edge.to_id));
  const titles = await titlesOf(context.reader, [...new Set([...referencedIds(names, rows), ...ends])]);
  const apart = await toldApart(
    context.reader,
    titles,
    rows.map((row) => [...referencedIds(names, [row]), ...own(row).map((edge) => edge.to_id)]),
  );
  const evidence = await evidenceOf(
    context,
    rows.map((row) => row.last_run),
  );
  const needs = new Map([...names.jobs.values()].map((job) => [job.id, settingsOfJob(job).approvals]));
  const asked = rows.filter((row) => (needs.get(row.job) ?? 1) > 1).map((row) => row.id);
  const votes = groupBy(asked.length === 0 ? [] : await votesOn(context.reader, asked), (vote) => String(vote.held));
  const idsOf = (own: readonly HeldRow[]): string[] => [
    ...new Set(own.flatMap((row) => (row.directory_id === null ? [] : [row.directory_id]))),
  ];
  const known = new Map(
    (await objectsOf(context.reader, idsOf(rows))).map((object) => [object.id, parseJson<Attributes>(object.data, {})]),
  );
  const homes = await primaryOf(context.reader, idsOf(rows.filter((row) => row.type === 'person')));
  const homeNames = await titlesOf(context.reader, [...new Set(homes.values())]);
  const numberOf = (row: HeldRow): string | null => {
    const said = known.get(row.directory_id ?? '') ?? parseJson<Attributes | null>(row.after, null) ?? {};
    const number = row.type === 'person' ? said.employeeNumber : said.code;
    return typeof number === 'string' && number !== '' ? number : null;
  };
  return rows.map((row, index) => ({
    id: row.id,
    job: row.job,
    jobName: jobName(names, row.job),
    direction: names.jobs.get(row.job)?.direction ?? 'up',
    type: row.type,
    title: row.title ?? row.target_key ?? row.source_key,
    number: numberOf(row),
    department: homeNames.get(homes.get(row.directory_id ?? '') ?? '') ?? null,
    object: known.has(row.directory_id ?? '') ? row.directory_id : null,
    key: row.source_key,
    action: row.action,
    question: row.question,
    asks: questionWords(row.question, (name) => labelOf(targetTypes(names, row.job), row.type, name)),
    reason: labelIn(row.reason === 'null' ? null : row.reason),
    state: row.state,
    deed: deedOf({ ...row, edges: own(row) }),
    attributes: attributeChanges(names, row, apart[index]!),
    edges: edgeChanges(names, row, own(row), apart[index]!, evidence(row.last_run).moves ?? []),
    moreEdges: (edges.get(row.change)?.count ?? 0) - own(row).length,
    firstRun: row.first_run,
    lastRun: row.last_run,
    createdAt: row.created_at,
    expiresAt: row.expires_at,
    decidedAt: row.decided_at,
    decidedBy: row.decided_by,
    needs: needs.get(row.job) ?? 1,
    confirmedBy: (votes.get(String(row.id)) ?? [])
      .filter((vote) => vote.hash === row.hash)
      .map((vote) => ({ by: vote.actor, at: vote.at })),
  }));
}

export const itemOf = (names: Names, row: ProblemRow): ItemView => ({
  job: row.job,
  jobName: jobName(names, row.job),
  type: row.type,
  key: row.source_key,
  title: row.title,
  attribute: row.attribute,
  cause: row.cause,
  message: labelIn(row.message)!,
  state: row.state,
  attempts: row.attempts,
  nextAt: row.next_at,
  triage: row.triage,
  note: row.note,
  triageBy: row.triage_by,
  triageAt: row.triage_at,
  firstRun: row.first_run,
  lastRun: row.last_run,
  at: row.at,
});

/** 'all', 'connection:<id>', 'job:<id>' in words. */
export function scopeName(names: Names, scope: string): Label {
  if (scope === 'all') return { en: 'everything', zh: '全部' };
  const [kind, id] = [scope.slice(0, scope.indexOf(':')), scope.slice(scope.indexOf(':') + 1)];
  if (kind === 'job') return { en: `job ${id} "${jobName(names, Number(id))}"`, zh: `任务 ${id}“${jobName(names, Number(id))}”` };
  return { en: `connection "${names.connections.get(id)?.name ?? id}"`, zh: `连接“${names.connections.get(id)?.name ?? id}”` };
}

/** Directory ids that an object of the directory refers to. */
export function referencedIn(row: { readonly type: string; readonly data: string }): string[] {
  const data = JSON.parse(row.data) as Record<string, unknown>;
  return Object.entries(data).flatMap(([name, value]) =>
    typeof value === 'string' && specOf(directoryTypes, row.type, name)?.type === 'reference' ? [value] : [],
  );
}
