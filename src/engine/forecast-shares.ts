// What of a forecast is the edit's own, and what was planned before it: the plan of the job as it is, laid beside the one with the edit.
import { canonicalText } from '../core/attribute.ts';
import type { ObjectKey } from '../core/model.ts';
import { plannedFor } from '../store/forecast.ts';
import { type ChangeEdgeRow, type ChangeRow, edgesOfChanges, planPage } from '../store/ledger.ts';
import type { JobRow } from '../store/jobs.ts';
import { runsOver, type RunRow } from '../store/runs.ts';
import { planNow } from './dry-run.ts';
import type { Engine } from './engine.ts';
import { type Consequence, planBelow } from './forecast.ts';
import { groupBy, parseJson, pieces } from './shapes.ts';
import { actionOrder } from './words.ts';

/** So many are looked up one by one; above it everything is read again. */
const FEW = 500;
const PAGE = 1000;
const DIRECTORY = 'directory';

interface Shares {
  /** What only the edit leads to, the gravest first. Held work counts: it is asked about. */
  readonly own: readonly Consequence[];
  /** What the next run would do without it, too. */
  readonly already: readonly Consequence[];
}

const destructive = new Set(['remove', 'disable', 'unlink', 'update']);

/** What of it takes something away or overwrites it. */
export const losses = (found: readonly Consequence[]): readonly Consequence[] => found.filter((one) => destructive.has(one.action));

/** `run` is the forecast of the edit, with those of the jobs below over it. */
export async function sharesOf(engine: Engine, job: JobRow, run: RunRow, actor: string): Promise<Shares> {
  const { database } = engine.options;
  const touched = await touchedBy(engine, run.id);
  if (touched === null) return { own: [], already: [] };
  // Over another connection everything is another system's.
  const base = run.trialConfig === null ? await asItIs(engine, job, touched, actor) : null;
  const plans = async (top: number | null): Promise<readonly number[]> => (top === null ? [] : [top, ...(await runsOver(database, top))]);
  const before = await plans(base);
  const own = new Map<string, Concerned>();
  const already = new Map<string, Concerned>();
  for (const plan of await plans(run.id)) {
    for (let after = 0; ; ) {
      const page = await planPage(database, plan, after, PAGE);
      const known = await knownIn(engine, before, page);
      for (const change of page) {
        if (!isDone(change)) continue;
        const into = known(change) ? already : own;
        const key = `${change.action}\0${change.type}`;
        const concerned = into.get(key) ?? { objects: new Set(), systems: new Set() };
        into.set(key, concerned);
        // Somebody with an account in each of three systems is one person.
        concerned.objects.add(change.directory_id ?? `${change.job} ${change.source_key}`);
        concerned.systems.add(job.direction === 'up' && change.job === job.id ? DIRECTORY : change.connection);
      }
      if (page.length < PAGE) break;
      after = page.at(-1)!.id;
    }
  }
  return { own: counted(own), already: counted(already) };
}

interface Concerned {
  readonly objects: Set<string>;
  /** Where something is done to them; `directory` is one of these. */
  readonly systems: Set<string>;
}

const isDone = (change: ChangeRow): boolean => !['refused', 'skipped', 'superseded'].includes(change.state);

/** The objects of a plan by their keys at the source; null: it changes nothing. */
async function touchedBy(engine: Engine, run: number): Promise<readonly ObjectKey[] | null> {
  const keys = new Map<string, ObjectKey>();
  for (let after = 0; ; ) {
    const page = await planPage(engine.options.database, run, after, PAGE);
    for (const change of page)
      if (isDone(change)) keys.set(`${change.type} ${change.source_key}`, { type: change.type, id: change.source_key });
    if (page.length < PAGE) return keys.size === 0 ? null : [...keys.values()];
    after = page.at(-1)!.id;
  }
}

/** The plan of the job as it is saved, for the same objects. Null: it cannot be told, so that all counts as the edit's own. */
async function asItIs(engine: Engine, job: JobRow, touched: readonly ObjectKey[], actor: string): Promise<number | null> {
  const what = touched.length > FEW ? { mode: 'full' as const } : { mode: 'keys' as const, keys: touched };
  const run = await planNow(engine, { cause: 'forecast', actor, job: job.id, ...what });
  if (run.state !== 'succeeded') return null;
  await planBelow(engine, job, run.id, actor);
  return run.id;
}

/** Whether one of these plans does the same to the same object, or more of it. */
async function knownIn(engine: Engine, plans: readonly number[], page: readonly ChangeRow[]): Promise<(change: ChangeRow) => boolean> {
  const { database } = engine.options;
  const rows: ChangeRow[] = [];
  for (const own of groupBy(page, (change) => `${change.job} ${change.type}`).values())
    for (const piece of plans.length === 0 ? [] : pieces(own, PAGE))
      rows.push(
        ...(await plannedFor(
          database,
          plans,
          own[0]!.job,
          own[0]!.type,
          piece.map((change) => change.source_key),
        )),
      );
  const before = groupBy(rows, (change) => `${change.job} ${change.type} ${change.source_key} ${change.action}`);
  const wanted = new Set([...rows, ...page].map((change) => change.id));
  const edges = groupBy(
    [
      ...(await edgesOfChanges(
        database,
        rows.map((change) => change.id),
      )),
      ...(rows.length === 0
        ? []
        : await edgesOfChanges(
            database,
            page.map((change) => change.id),
          )),
    ].filter((edge) => wanted.has(edge.change)),
    (edge) => String(edge.change),
  );
  const edgesIn = (change: ChangeRow): readonly ChangeEdgeRow[] => edges.get(String(change.id)) ?? [];
  return (change) =>
    (before.get(`${change.job} ${change.type} ${change.source_key} ${change.action}`) ?? []).some(
      (other) => other.hash === change.hash || holds(other, edgesIn(other), change, edgesIn(change)),
    );
}

function holds(whole: ChangeRow, wholeEdges: readonly ChangeEdgeRow[], part: ChangeRow, partEdges: readonly ChangeEdgeRow[]): boolean {
  const known = parseJson<Record<string, unknown>>(whole.after, {});
  const values = Object.entries(parseJson<Record<string, unknown>>(part.after, {}));
  const edge = (one: ChangeEdgeRow): string => [one.op, one.relation, one.to_type, one.to_id, one.facts].join('\0');
  const there = new Set(wholeEdges.map(edge));
  return (
    values.every(([name, value]) => name in known && canonicalText(known[name]) === canonicalText(value)) &&
    partEdges.every((one) => there.has(edge(one)))
  );
}

function counted(found: ReadonlyMap<string, Concerned>): readonly Consequence[] {
  const place = (one: Consequence): number => actionOrder.indexOf(one.action);
  return [...found]
    .map(([key, { objects, systems }]) => ({
      action: key.slice(0, key.indexOf('\0')),
      type: key.slice(key.indexOf('\0') + 1),
      count: objects.size,
      inDirectory: systems.has(DIRECTORY),
      systems: systems.size - Number(systems.has(DIRECTORY)),
    }))
    .filter((one) => place(one) >= 0)
    .sort((a, b) => place(a) - place(b) || b.count - a.count);
}
