// Whom an edit of a downstream job's scope or leaver policy concerns: found in sets over the store, so that nobody else need be planned for.
import { compileExpression, type Expression } from '../core/mapping/expression.ts';
import type { JobSettings } from '../core/job-settings.ts';
import type { EndpointObject, ObjectKey, ObjectTypeSpec } from '../core/model.ts';
import { bareDepartments } from '../core/scope.ts';
import { canonicalText } from '../core/attribute.ts';
import { edgesOf } from '../store/directory.ts';
import { notActive, pageEnd, pointersTo, scopePage, unsettledKeys, type InScopeRow } from '../store/forecast.ts';
import { getConnection, listLookups, type JobRow } from '../store/jobs.ts';
import { directoryCatalogue } from './catalogue.ts';
import type { EngineOptions } from './context.ts';
import { typesReading } from './dependents.ts';
import { createDirectoryPort } from './directory-port.ts';
import { differInScopeOnly, isFresh, savedSettings, settingsHash, surroundingsOf } from './fresh-mirror.ts';
import { partIn } from './part.ts';
import { groupBy, parseJson, pieces } from './shapes.ts';
import { directoryParents } from './source-data.ts';
import { leavesNewOut } from './stages/newcomers.ts';
import { scopeOf, type Scoping, type Tree } from './stages/scope.ts';

const PAGE = 5000;

/** Null: everything has to be planned. What is not named would be as it is: it is settled, and stays where it is in or out of the scope. */
export async function concernedByEdit(engine: EngineOptions, job: JobRow, wanted: JobSettings): Promise<readonly ObjectKey[] | null> {
  const saved = savedSettings(job);
  const isNarrow = job.direction === 'down' && differInScopeOnly(saved, wanted) && !leavesNewOut(wanted.scope) && job.state !== 'pilot';
  if (!isNarrow || typesReading(saved).length > 0 || !/^\d+$/.test(job.cursor ?? '') || !(await knowsTarget(engine, job, saved)))
    return null;
  const { database, clock } = engine;
  const types = (await directoryCatalogue(database)).filter((type) => type.id in wanted.mapping);
  const before = await scopingOf(engine, saved, types);
  const after = await scopingOf(engine, wanted, types);
  const policyChanged = canonicalText(saved.policy.leaver) !== canonicalText(wanted.policy.leaver);
  const keys = new Map<string, ObjectKey>();
  const note = (type: string, ids: Iterable<string>): void => {
    for (const id of ids) keys.set(id, { type, id });
  };
  for (const type of types) {
    note(type.id, await unsettledKeys(database, { job: job.id, connection: job.connection, type: type.id }, clock.now()));
    if (policyChanged) note(type.id, await notActive(database, job.id, type.id));
    note(type.id, await movedAcross(engine, job.id, type, before, after));
  }
  for (const key of await changedSince(engine, Number(job.cursor))) if (key.type in wanted.mapping) keys.set(key.id, key);
  const references = types.flatMap((type) =>
    type.attributes.filter((spec) => spec.type === 'reference').map((spec) => ({ type: type.id, attribute: spec.name })),
  );
  for (const batch of pieces([...keys.keys()], 1000))
    for (const key of await pointersTo(database, batch, references)) if (key.type in wanted.mapping) keys.set(key.id, key);
  return [...keys.values()];
}

/** Whether the mirror of the target may be believed instead of reading it. */
export async function knowsTarget(engine: EngineOptions, job: JobRow, saved: JobSettings): Promise<boolean> {
  const connector = engine.connectors.get((await getConnection(engine.database, job.connection))?.connector ?? '');
  if (!connector) return false;
  return isFresh(
    engine.database,
    job,
    settingsHash(job, saved, await surroundingsOf(engine.database), {
      part: partIn(connector.manifest, saved.part),
      connector: connector.manifest.id,
      release: engine.release ?? '',
    }),
    engine.clock.now(),
  );
}

interface Judge extends Scoping {
  readonly settings: Pick<JobSettings, 'scope' | 'tree'>;
  readonly tree: Tree;
}

async function scopingOf({ database }: EngineOptions, settings: JobSettings, types: readonly ObjectTypeSpec[]): Promise<Judge> {
  const lookups = Object.fromEntries(
    (await listLookups(database)).map((row) => [row.name, JSON.parse(row.rows) as Record<string, string>]),
  );
  const scopeRules: Record<string, Expression> = {};
  for (const type of types) {
    const rule = settings.scope.rules?.[type.id];
    const compiled = rule === undefined ? null : compileExpression(rule, type.attributes, lookups);
    if (compiled && 'expression' in compiled) scopeRules[type.id] = compiled.expression;
  }
  const parents = await directoryParents(database, types.find((type) => type.id === 'department')?.parent);
  const chosen = settings.scope.people?.include ?? [];
  const holding = (await edgesOf(database, chosen)).filter((edge) => edge.relation === 'membership').map((edge) => edge.to_id);
  return { settings, scopeRules, tree: { parents, bare: bareDepartments(parents, settings.scope, holding) } };
}

/** Who is held and would be out, or is in and not held; of departments also those that would only go along, or no longer do. */
async function movedAcross({ database }: EngineOptions, job: number, type: ObjectTypeSpec, before: Judge, after: Judge): Promise<string[]> {
  const moved: string[] = [];
  const plan = { type: type.id, source: type };
  const port =
    type.id in after.scopeRules || type.id in before.scopeRules
      ? createDirectoryPort(database, '', [type], null, after.settings.tree)
      : null;
  for (let from = ''; ; ) {
    const until = await pageEnd(database, type.id, from, PAGE);
    if (until === undefined) return moved;
    const page = groupBy(await scopePage(database, job, type.id, from, until), (row) => row.id);
    const whole = port ? await port.get(type.id, [...page.keys()]) : null;
    for (const [id, rows] of page) {
      const object = whole?.get(id) ?? placed(id, rows, type, after.tree);
      const claimed = rows[0]!.claimed === 1;
      const verdict = scopeOf(after, plan, object, after.tree);
      const isIn = verdict.in === 'unknown' ? claimed : verdict.in;
      const bareBefore = type.id === 'department' && scopeOf(before, plan, object, before.tree).bare === true;
      if (isIn !== claimed || bareBefore !== (verdict.bare === true)) moved.push(id);
    }
    from = until;
    await new Promise((resolve) => setImmediate(resolve));
  }
}

/** As much of an object as a scope without rules looks at. */
function placed(id: string, rows: readonly InScopeRow[], type: ObjectTypeSpec, { parents }: Tree): EndpointObject {
  const departments = rows.flatMap((row) => row.department ?? []);
  const isKnown = departments.length > 0 || parseJson<string[]>(rows[0]!.relations, []).includes('membership');
  return {
    id,
    attributes: type.parent ? { [type.parent]: parents.get(id) ?? null } : {},
    edges: isKnown ? { membership: departments.map((to) => ({ to: { type: 'department', id: to } })) } : {},
  };
}

/** Whom the directory's history names since the job's last look, with what looks different because of them. */
async function changedSince({ database }: EngineOptions, cursor: number): Promise<ObjectKey[]> {
  const port = createDirectoryPort(database, '', []);
  const keys: ObjectKey[] = [];
  for (let at = cursor; ; ) {
    const page = await port.changedSince(at, 50);
    keys.push(...page.keys);
    if (page.done || page.sequence === at) return keys;
    at = page.sequence;
  }
}
