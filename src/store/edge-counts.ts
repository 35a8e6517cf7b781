// How many edges a plan gives to one object, how many objects it moves, and how many lead to one far end once it is carried out.
import type { Reader } from './database.ts';

const PLANNED = `c.state IN ('planned', 'held')`;

/** Objects that are there and get another edge of this relation in this plan. */
export const countMoved = async (reader: Reader, run: number, type: string, relation: string): Promise<number> => {
  const row = await reader.get<{ n: number }>(
    `SELECT count(DISTINCT c.source_key) AS n FROM change c JOIN change_edge e ON e.change = c.id
     WHERE c.run = ? AND c.type = ? AND ${PLANNED} AND c.action = 'update' AND e.relation = ? AND e.op = 'add'`,
    run,
    type,
    relation,
  );
  return Number(row!.n);
};

/** Objects of a type that get more than `above` new edges of one relation in this plan: how many, and the one with the most. */
export async function mostAdded(
  reader: Reader,
  run: number,
  type: string,
  relation: string,
  above: number,
): Promise<{ readonly title: string; readonly edges: number; readonly objects: number } | undefined> {
  const rows = await reader.all<{ title: string | null; source_key: string; n: number }>(
    `SELECT c.title, c.source_key, e.n FROM
       (SELECT e.change, count(*) AS n FROM change c JOIN change_edge e ON e.change = c.id
        WHERE c.run = ? AND c.type = ? AND ${PLANNED} AND e.relation = ? AND e.op = 'add' GROUP BY e.change HAVING count(*) > ?) e
     JOIN change c ON c.id = e.change ORDER BY e.n DESC, c.id LIMIT 1000`,
    run,
    type,
    relation,
    above,
  );
  const [first] = rows;
  return first && { title: first.title ?? first.source_key, edges: Number(first.n), objects: rows.length };
}

/** Far ends to which more than `most` edges of one relation would lead, of those that this plan gives more; the fullest first. */
export async function fullEnds(
  reader: Reader,
  asked: {
    readonly run: number;
    readonly connection: string;
    readonly type: string;
    readonly relation: string;
    readonly most: number;
  },
): Promise<readonly { readonly id: string; readonly edges: number }[]> {
  const { run, connection, type, relation, most } = asked;
  const rows = await reader.all<{ id: string; n: number }>(
    `SELECT g.to_id AS id, coalesce(t.n, 0) + g.n AS n FROM
       (SELECT e.to_type, e.to_id, sum(CASE e.op WHEN 'add' THEN 1 WHEN 'remove' THEN -1 ELSE 0 END) AS n FROM change c JOIN change_edge e ON e.change = c.id
        WHERE c.run = ? AND c.type = ? AND ${PLANNED} AND e.relation = ? GROUP BY e.to_type, e.to_id) g
     LEFT JOIN link l ON l.directory_id = g.to_id AND l.connection = ? AND l.type = g.to_type AND l.role = 'primary'
     LEFT JOIN (SELECT to_type, to_id, count(*) AS n FROM mirror_edge WHERE connection = ? AND type = ? AND relation = ? GROUP BY to_type, to_id) t
       ON t.to_type = g.to_type AND t.to_id = l.external_id
     WHERE g.n > 0 AND coalesce(t.n, 0) + g.n > ? ORDER BY n DESC, g.to_id LIMIT 100`,
    run,
    type,
    relation,
    connection,
    connection,
    type,
    relation,
    most,
  );
  return rows.map((row) => ({ id: row.id, edges: Number(row.n) }));
}
