// Hand-over: before a claim ends, the other jobs of the connection and direction are asked whether they cover the object.
import { jobSettingsSchema } from '../../core/job-settings.ts';
import type { EndpointObject } from '../../core/model.ts';
import { bareDepartments } from '../../core/scope.ts';
import { rescueHeld } from '../../store/held.ts';
import { handOver } from '../../store/links.ts';
import { listJobs, listLookups } from '../../store/jobs.ts';
import { putDue } from '../../store/upkeep.ts';
import type { RunContext, TypePlan } from '../context.ts';
import { partIn } from '../part.ts';
import { prepareJob } from '../prepare.ts';
import { sourceObjects, sourceTree } from '../source-data.ts';
import { conductOf } from '../states.ts';
import { scopeOf } from './scope.ts';

/** `unknown`: another job may cover it, and that could not be seen. Whoever is missing is covered by nobody else. */
export type Taken = ReadonlyMap<string, 'handed-over' | 'unknown'>;

/** Gives objects that this job no longer covers to the first job that does: same link, same id, never delete and create. */
export async function offerToOthers(context: RunContext, plan: TypePlan, keys: readonly string[]): Promise<Taken> {
  const result = new Map<string, 'handed-over' | 'unknown'>();
  const { database, job, run } = context;
  const others = (await listJobs(database)).filter(
    (other) =>
      other.id !== job.id && other.connection === job.connection && other.direction === job.direction && conductOf(other.state).takesOver,
  );
  for (const other of others) {
    const left = keys.filter((key) => result.get(key) !== 'handed-over');
    if (left.length === 0) break;
    const covered = await coveredBy(context, plan.type, left, other.settings);
    const taken = left.filter((key) => covered.get(key) === true);
    for (const key of left) if (covered.get(key) !== false) result.set(key, covered.get(key) === true ? 'handed-over' : 'unknown');
    if (taken.length === 0) continue;
    context.counts.handedOver = (context.counts.handedOver ?? 0) + taken.length;
    if (run.dryRun) continue;
    await database.write(async (transaction) => {
      await handOver(transaction, job.id, other.id, plan.type, taken);
      await rescueHeld(transaction, job.id, plan.type, taken, run.now);
      // What the other job says is looked at again, now that it alone speaks.
      await putDue(
        transaction,
        taken.map((key) => ({ job: other.id, type: plan.type, source_key: key, what: 'review', at: 0 })),
      );
    });
  }
  return result;
}

async function coveredBy(
  context: RunContext,
  type: string,
  keys: readonly string[],
  text: string,
): Promise<ReadonlyMap<string, boolean | 'unknown'>> {
  const nobody = new Map(keys.map((key) => [key, false as const]));
  const settings = jobSettingsSchema.parse(JSON.parse(text));
  const lookups = Object.fromEntries(
    (await listLookups(context.database)).map((row) => [row.name, JSON.parse(row.rows) as Record<string, string>]),
  );
  const prepared = prepareJob(settings, context.source.types, context.target.types, lookups);
  const plan = prepared.types.find((candidate) => candidate.type === type);
  if (!plan || prepared.problems.length > 0) return nobody;
  const parents = settings.scope.departments || settings.scope.people ? await sourceTree(context) : new Map<string, string | null>();
  const tree = { parents, bare: bareDepartments(parents, settings.scope) };
  const objects = await objectsInPart(context, plan, keys, partIn(context.outside.manifest, settings.part));
  return new Map(
    keys.map((key) => {
      const object = objects.get(key);
      if (object === 'unknown') return [key, 'unknown'];
      return [key, object === undefined ? false : scopeOf({ settings, scopeRules: prepared.scopeRules }, plan, object, tree).in];
    }),
  );
}

async function objectsInPart(
  context: RunContext,
  plan: TypePlan,
  keys: readonly string[],
  part: unknown,
): Promise<ReadonlyMap<string, EndpointObject | 'unknown'>> {
  if (context.source.isDirectory) return sourceObjects(context, plan, keys);
  const report = await context.source.connection.get!(plan.type, keys, {
    attributes: plan.reads,
    relations: plan.relations,
    now: context.run.now,
    signal: context.signal,
    part,
  });
  const found = new Map<string, EndpointObject | 'unknown'>();
  for (const [key, answer] of report.answers) {
    if (answer.state === 'unknown') found.set(key, 'unknown');
    else if (answer.state === 'found' && answer.inPart === true) found.set(key, answer.object);
  }
  return found;
}
