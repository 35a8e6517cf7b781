// Departments that vanished together with everything in them: that looks like a lost right, not like departures.
import { list } from '../../store/database.ts';
import { objectsOf } from '../../store/directory.ts';
import type { Attributes } from '../../core/model.ts';
import type { RunContext } from '../context.ts';

/** A department that is still shown has lost a right, not people, when at least this many left it at once and nobody stayed. */
const CROWD = 3;

interface Crowd {
  readonly id: string;
  /** People of it whom this read did not show any more. */
  readonly gone: number;
  /** People of it whom this read still shows in it, or in a department that is new to them: it was really dissolved. */
  readonly stayed: number;
}

/** Directory ids of the departments that are gone with everybody, or whose people are all gone. Full upstream runs only. */
export async function vanishedContainers(context: RunContext): Promise<ReadonlySet<string>> {
  if (!context.up || context.run.mode !== 'full') return new Set();
  const absent = await absentDepartments(context);
  const crowds = new Map((await crowdsOf(context)).map((crowd) => [crowd.id, crowd]));
  const vanished = new Set<string>();
  for (const crowd of crowds.values()) {
    if (crowd.stayed === 0 && crowd.gone >= (absent.has(crowd.id) ? 1 : CROWD)) vanished.add(crowd.id);
  }
  // Absent departments without people of their own follow those above and below them.
  const isOpen = (id: string | null): id is string => id !== null && absent.has(id) && (crowds.get(id)?.stayed ?? 0) === 0;
  for (let grew = vanished.size > 0; grew; ) {
    grew = false;
    for (const [id, parent] of absent) {
      const [from, to] = vanished.has(id) ? [id, parent] : [parent, id];
      if (from === null || !vanished.has(from) || !absent.has(from) || !isOpen(to) || vanished.has(to)) continue;
      vanished.add(to);
      grew = true;
    }
  }
  return vanished;
}

/** Department → parent, of those that this read did not show. */
async function absentDepartments(context: RunContext): Promise<ReadonlyMap<string, string | null>> {
  const rows = await context.database.all<{ id: string }>(
    `SELECT directory_id AS id FROM staged WHERE run = ? AND type = 'department' AND seen = 'absent' AND situation = 'gone' AND directory_id IS NOT NULL`,
    context.run.id,
  );
  const objects = await objectsOf(
    context.database,
    rows.map((row) => row.id),
  );
  return new Map(objects.map((object) => [object.id, ((JSON.parse(object.data) as Attributes).parent as string | undefined) ?? null]));
}

async function crowdsOf(context: RunContext): Promise<readonly Crowd[]> {
  const { database, run, job } = context;
  const touched = await database.all<{ id: string }>(
    `SELECT DISTINCT e.to_id AS id FROM staged p JOIN edge e ON e.owner = p.directory_id AND e.relation = 'membership'
     WHERE p.run = ? AND p.type = 'person' AND p.seen = 'absent' AND p.situation = 'gone'`,
    run.id,
  );
  if (touched.length === 0) return [];
  // Who is not staged is unchanged and kept the departments; who changed has the new ones in the plan.
  return database.all<Crowd>(
    `SELECT e.to_id AS id, sum(CASE WHEN p.seen = 'absent' AND p.situation = 'gone' THEN 1 ELSE 0 END) AS gone,
       sum(CASE WHEN p.run IS NULL OR p.seen = 'present' AND (p.step = 'same' OR NOT EXISTS (
           SELECT 1 FROM change c JOIN change_edge x ON x.change = c.id WHERE c.run = p.run AND c.type = p.type AND c.source_key = p.source_key
             AND x.relation = 'membership' AND x.op = 'remove' AND x.to_id = e.to_id)
         OR EXISTS (
           SELECT 1 FROM change c JOIN change_edge x ON x.change = c.id WHERE c.run = p.run AND c.type = p.type AND c.source_key = p.source_key
             AND x.relation = 'membership' AND x.op = 'add')) THEN 1 ELSE 0 END) AS stayed
     FROM edge e JOIN object o ON o.id = e.owner AND o.lifecycle IN ('active', 'pre-hire')
       JOIN claim k ON k.directory_id = e.owner AND k.job = ? AND k.type = 'person'
       LEFT JOIN staged p ON p.run = ? AND p.type = k.type AND p.source_key = k.source_key
     WHERE e.relation = 'membership' AND e.to_id IN {list} GROUP BY e.to_id`,
    job.id,
    run.id,
    list(touched.map((row) => row.id)),
  );
}
