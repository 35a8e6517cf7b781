// Diff of an upstream job: what all jobs say of each object (authority) against what the directory holds.
import { mergeAccepted, resolve, type ContributionView, type Resolved } from '../../core/authority.ts';
import { CONSOLE } from '../../core/console.ts';
import { jobSettingsSchema } from '../../core/job-settings.ts';
import { lifecycleAt } from '../../core/lifecycle.ts';
import type { Attributes, Value } from '../../core/model.ts';
import { namesForAuthority } from '../../core/trees.ts';
import { existenceSaid, isLeaver, leaverCause, type Situation } from '../../core/situation.ts';
import type { ContributionRow } from '../../store/contributions.ts';
import { edgesOf, objectsOf } from '../../store/directory.ts';
import { listJobs } from '../../store/jobs.ts';
import type { WaitingReference } from '../../store/links.ts';
import { stagedEdgesOf, type StagedRow } from '../../store/staged.ts';
import { dueOf } from '../../store/upkeep.ts';
import type { RunContext, TypePlan } from '../context.ts';
import { type Translation } from '../references.ts';
import { groupBy, parseJson } from '../shapes.ts';
import type { Desired } from './assess.ts';
import { endingOf } from './disable-first.ts';
import { lastWords, ownReference, ownReferences } from './own-reference.ts';
import { isShown, outlived, vacated } from './take-over.ts';
import { takenValues } from './taken-values.ts';
import { candidateNames, candidatesOf } from './candidate-names.ts';
import { ambiguousProblem, type Compared, cycleProblem, type Depths, problemsOf, protectedProblem, unknownReference } from './diff.ts';

import { isPrimary, secondaryRecords, withoutWordsGone, wordsOf } from '../persons/overlay.ts';
import { pinsFor } from '../undo/keep.ts';
import { edgesWithPins, withPins } from '../undo/lay.ts';
import { changeOf, titleOf } from './directory-change.ts';
import { aliveReferences, alsoEnds, desiredEdges, translations, winnersEdges } from './directory-ends.ts';
import { referencesOf, type JobFacts, type Subject } from './directory-subject.ts';

const DAY = 86_400_000;

export async function diffAgainstDirectory(
  context: RunContext,
  plan: TypePlan,
  batch: readonly StagedRow[],
  depths: Depths,
): Promise<Compared> {
  const compared: Compared = {
    changes: [],
    patches: [],
    problems: new Map(),
    waiting: [],
    over: [],
    drift: { looked: [], found: [] },
    agreed: [],
  };
  const placed = batch.filter((row) => row.directory_id !== null && row.situation !== 'ambiguous' && row.situation !== 'protected');
  const unplaced = batch.filter((row) => !placed.includes(row));
  const names = await candidateNames(context, plan, unplaced);
  for (const row of unplaced) reportUnplaced(compared, plan, row, names);
  if (placed.length === 0) return compared;

  const ids = [...new Set(placed.map((row) => row.directory_id!))];
  const objects = new Map((await objectsOf(context.database, ids)).map((object) => [object.id, object]));
  const left = new Set(
    [
      ...(await vacated(
        context.database,
        context,
        plan.type,
        placed.filter((row) => row.situation === 'found').map((row) => row.directory_id!),
      )),
      ...(await outlived(context.database, context, plan.type, placed.filter(isShown))),
    ].map((row) => `${row.job}\0${row.external_id}`),
  );
  const jobs = await jobFacts(context);
  const accepted = groupBy(
    (await wordsOf(context, ids, jobs)).filter((row) => !left.has(`${row.job}\0${row.external_id}`)),
    (row) => row.directory_id,
  );
  const edges = groupBy(await edgesOf(context.database, ids), (edge) => edge.owner);
  const stagedEdges = groupBy(
    await stagedEdgesOf(
      context.database,
      context.run.id,
      plan.type,
      placed.map((row) => row.source_key),
    ),
    (edge) => edge.source_key,
  );
  const leaverSince = new Map(
    (
      await dueOf(
        context.database,
        context.job.id,
        plan.type,
        placed.map((row) => row.source_key),
      )
    )
      .filter((due) => due.what.startsWith('delete'))
      .map((due) => [due.source_key, due.at]),
  );

  const subjects = placed.map((row) =>
    subjectOf(context, plan, row, accepted.get(row.directory_id!) ?? [], leaverSince.get(row.source_key), depths),
  );
  const translate = await translations(context, plan, subjects, accepted, stagedEdges, jobs);
  const alive = await aliveReferences(context, plan, subjects, stagedEdges, translate);
  const secondary = await secondaryRecords(context, plan.type, ids);
  const pins = await pinsFor(context.database, 'directory', plan.type, ids);
  for (const subject of subjects) {
    const views = viewsOf(
      context,
      plan,
      subject,
      accepted.get(subject.row.directory_id!) ?? [],
      jobs,
      translate,
      alive,
      compared.waiting,
      secondary,
    );
    const id = subject.row.directory_id!;
    const said = await withoutWordsGone(context, id, resolve(views, context.run.now, context.zone), objects.get(id), jobs);
    subject.resolved = withPins(plan, said, id, pins, compared);
  }
  const foreignEdges = await winnersEdges(context, plan, subjects, accepted, jobs);
  const ends = await alsoEnds(context, translate, foreignEdges);
  const taken = await takenValues(
    context,
    plan,
    subjects.map((subject) => ({ directoryId: subject.row.directory_id!, attributes: subject.resolved.attributes })),
    objects,
  );

  for (const subject of subjects) {
    const object = objects.get(subject.row.directory_id!);
    const unpinned = desiredEdges(
      context,
      plan,
      subject,
      stagedEdges.get(subject.row.source_key) ?? [],
      edges.get(subject.row.directory_id!) ?? [],
      foreignEdges,
      ends,
      alive,
      compared.waiting,
    );
    const wantedEdges = edgesWithPins(
      unpinned,
      subject.row.directory_id!,
      pins,
      edges.get(subject.row.directory_id!) ?? [],
      compared,
      plan.type,
    );
    const current = object && object.lifecycle !== 'absent' ? object : undefined;
    const change = changeOf(
      context,
      plan,
      subject,
      current,
      object,
      edges.get(subject.row.directory_id!) ?? [],
      wantedEdges,
      taken,
      depths,
    );
    if (change) compared.changes.push(...(change.action === 'remove' ? endingOf(change, current!) : [change]));
    compared.patches.push({
      type: plan.type,
      key: subject.row.source_key,
      step: 'diffed',
      situation: change ? subject.situation : 'same',
      desired: subject.said ? null : JSON.stringify(subject.desired),
      reviewAt: subject.resolved.reviewAt,
      detail: subject.withdrawn ? '{"withdrawn":true}' : subject.row.detail,
      problems: subject.problems.length > 0 ? JSON.stringify(subject.problems) : null,
    });
    if (subject.problems.length > 0)
      compared.problems.set(subject.row.source_key, { title: titleOf(plan.target, subject, object), problems: subject.problems });
  }
  return compared;
}

function reportUnplaced(compared: Compared, plan: TypePlan, row: StagedRow, names: ReadonlyMap<string, string>): void {
  const problem = row.situation === 'protected' ? protectedProblem() : ambiguousProblem(candidatesOf(row), names);
  const desired = parseJson<Desired | null>(row.desired, null);
  compared.problems.set(row.source_key, {
    title: (desired?.a[plan.target.title] as string) ?? null,
    problems: [...problemsOf(row), problem],
  });
  compared.patches.push({
    type: plan.type,
    key: row.source_key,
    step: 'diffed',
    situation: row.situation,
    problems: JSON.stringify([problem]),
  });
}

async function jobFacts(context: RunContext): Promise<ReadonlyMap<number, JobFacts>> {
  const facts = new Map<number, JobFacts>();
  for (const job of await listJobs(context.database))
    facts.set(job.id, { connection: job.connection, settings: jobSettingsSchema.parse(JSON.parse(job.settings)) });
  facts.set(context.job.id, { connection: context.job.connection, settings: context.settings });
  return facts;
}

const NOTHING: Resolved = { attributes: {}, winners: {}, relationWinners: {}, lifecycle: null, reviewAt: null };

/** What this job now says: new values over accepted ones, and existence by the leaver policy. */
function subjectOf(
  context: RunContext,
  plan: TypePlan,
  row: StagedRow,
  accepted: readonly ContributionRow[],
  deleteAt: number | undefined,
  depths: Depths,
): Subject {
  const own = accepted.find((one) => one.job === context.job.id && one.external_id === row.source_key);
  const before = parseJson<Desired>(own?.data, { a: {}, x: 'active' });
  const { unsaid, ...staged } = parseJson<Desired>(row.desired, { a: {}, x: 'active', unsaid: true });
  // Who was gone and is back counts as what the source said of them itself, not as what the policy made of it.
  const said: Desired = unsaid ? { ...staged, x: before.s ?? before.x ?? 'active' } : staged;
  // What is edited by hand says nothing of existence until somebody does.
  const mute = unsaid === true && context.outside.id === CONSOLE && (own === undefined || before.mute === true);
  const hasLeft = said.x === 'departed' || isPastLastDay(said, before, context.run.now, context.zone);
  const situation = (
    row.situation === 'gone' || row.situation === 'out-of-scope'
      ? row.situation
      : hasLeft
        ? 'departed'
        : row.situation === 'found'
          ? 'found'
          : row.situation === 'none'
            ? 'absent'
            : 'changed'
  ) as Situation;
  const policy = context.settings.policy.leaver;
  const wait = isLeaver(situation) ? policy[leaverCause[situation]] : null;
  const days =
    wait !== null && typeof wait === 'object' && deleteAt !== undefined
      ? Math.floor((context.run.now - (deleteAt - wait.disableThenDeleteAfterDays * DAY)) / DAY)
      : 0;
  const existence = existenceSaid(situation, policy, hasLeft ? 'departed' : said.x, days);
  const problems = problemsOf(row);
  // The console says all it has to say every time: what was taken back is unknown again.
  const merged = context.outside.id === CONSOLE && row.desired !== null ? said.a : mergeAccepted(before.a, said.a);
  const attributes: Record<string, Value | null> = { ...(merged as Record<string, Value | null>) };
  if (plan.source.parent && depths.cyclic.has(row.source_key) && plan.target.parent) {
    delete attributes[plan.target.parent];
    problems.push(cycleProblem(plan.target.parent));
  }
  const turned = row.desired === null ? [] : ownReferences(plan.target, row.source_key, said.a);
  Object.assign(attributes, lastWords(turned, row.source_key, before.a));
  for (const spec of turned) {
    if (attributes[spec.name] === row.source_key) delete attributes[spec.name];
    problems.push(ownReference(spec));
  }
  const cyclic = plan.source.parent !== undefined && depths.cyclic.has(row.source_key);
  const x =
    existence === 'withdraw' ? before.x : existence !== 'unknown' ? existence.existence : situation === 'departed' ? said.x : before.x;
  const { secrets: _one, s: _before, mute: _mute, ...rest } = said;
  return {
    row,
    situation,
    desired: { ...rest, a: attributes, x, ...(said.x === x ? {} : { s: said.x }), ...(mute && !isLeaver(situation) ? { mute } : {}) },
    problems,
    withdrawn: existence === 'withdraw',
    said:
      own === undefined && !cyclic && turned.length === 0 && !unsaid && x === said.x && row.desired !== null && said.secrets === undefined,
    resolved: NOTHING,
  };
}

/** A last day that has passed is a departure like one that the source states. */
function isPastLastDay(said: Desired, before: Desired, now: number, zone: string): boolean {
  const days = mergeAccepted(before.a, said.a);
  const day = (name: string): string | null => (typeof days[name] === 'string' ? days[name] : null);
  return (
    lifecycleAt({ existence: said.x, startsAt: day('startsAt'), endsAt: day('endsAt'), timeZone: day('timeZone') ?? zone }, now)
      .lifecycle === 'departed'
  );
}

function viewsOf(
  context: RunContext,
  plan: TypePlan,
  subject: Subject,
  accepted: readonly ContributionRow[],
  jobs: ReadonlyMap<number, JobFacts>,
  translate: ReadonlyMap<string, Translation>,
  alive: ReadonlySet<string>,
  waiting: WaitingReference[],
  secondary: ReadonlySet<string>,
): ContributionView[] {
  const views: ContributionView[] = [];
  const view = (job: number, externalId: string, data: Desired, relations: readonly string[], own: boolean): void => {
    const facts = jobs.get(job);
    if (!facts) return;
    const { policy, rank, tree } = facts.settings;
    views.push({
      job,
      rank,
      decidesExistence: policy.decidesExistence,
      externalId,
      primary: isPrimary(facts.connection, externalId, subject.row.directory_id!, secondary),
      ...(data.mute ? {} : { existence: data.x }),
      relations: namesForAuthority(relations, { connection: facts.connection, tree }),
      attributes: withDirectoryIds(plan, subject, data.a, translate.get(facts.connection), own, alive, waiting),
      attributeRanks: policy.attributeRanks,
      nullFallsThrough: policy.nullFallsThrough,
    });
  };
  const relations = new Set([
    ...parseJson<string[]>(accepted.find((row) => row.job === context.job.id && row.external_id === subject.row.source_key)?.relations, []),
    ...parseJson<string[]>(subject.row.relations, []),
  ]);
  if (!subject.withdrawn) view(context.job.id, subject.row.source_key, subject.desired, [...relations], true);
  for (const row of accepted) {
    if (row.job === context.job.id && row.external_id === subject.row.source_key) continue;
    view(row.job, row.external_id, parseJson<Desired>(row.data, { a: {}, x: 'active' }), parseJson(row.relations, []), false);
  }
  return views;
}

function withDirectoryIds(
  plan: TypePlan,
  subject: Subject,
  attributes: Attributes,
  translate: Translation | undefined,
  own: boolean,
  alive: ReadonlySet<string>,
  waiting: WaitingReference[],
): Attributes {
  const result: Record<string, Value | null> = { ...(attributes as Record<string, Value | null>) };
  for (const spec of referencesOf(plan.target)) {
    const id = result[spec.name];
    if (typeof id !== 'string') continue;
    const found = translate?.(spec.to!, id);
    if (found !== undefined && found !== subject.row.directory_id) {
      result[spec.name] = found;
      continue;
    }
    // Who cannot be found is unknown, not nobody: what was accepted last stays.
    delete result[spec.name];
    if (found !== undefined) {
      // Two records of one person, of which one names the other.
      if (own && !subject.problems.some((problem) => problem.attribute === spec.name)) subject.problems.push(ownReference(spec));
      continue;
    }
    if (own && !alive.has(`${spec.to}:${id}`)) {
      if (!subject.problems.some((problem) => problem.attribute === spec.name)) subject.problems.push(unknownReference(spec.name, id));
    }
    if (own) waiting.push({ to_type: spec.to!, to_key: id, type: plan.type, source_key: subject.row.source_key, name: spec.name });
  }
  return result;
}
