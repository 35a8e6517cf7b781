// What happened to objects of the directory, in the words of a screen.
import type { Attributes } from '../../core/model.ts';
import type { HistoryRow } from '../../store/directory.ts';
import { historyEdges, historyLink } from '../../store/find.ts';
import { titlesOf } from '../../store/overview.ts';
import type { QueryContext } from '../operations/operation.ts';
import { jobName, labelOf, shownValue, specOf, type Names } from '../operations/show.ts';
import { parseJson } from '../shapes.ts';
import type { ExplainedObject } from './view.ts';

export async function historyViews(context: QueryContext, names: Names, rows: readonly HistoryRow[]): Promise<ExplainedObject['history']> {
  // Side by side: a list of fifty is not to wait for fifty answers in a row.
  const looked = await Promise.all(rows.map((row) => lookAt(context, row)));
  const titles = await titlesOf(context.reader, [...new Set(looked.flatMap((one) => one.named))]);
  return rows.map((row, index) => {
    const { before, after, edges, link } = looked[index]!;
    return {
      at: row.at,
      action: row.action,
      run: row.run,
      jobName: row.job === null ? null : jobName(names, row.job),
      actor: row.actor,
      attributes: Object.keys(after)
        .sort()
        .map((name) => {
          const spec = specOf(names.directory, row.type, name);
          return {
            name,
            label: labelOf(names.directory, row.type, name),
            after: shownValue(after[name], spec, titles) ?? null,
            ...(name in before ? { before: shownValue(before[name], spec, titles) ?? null } : {}),
          };
        }),
      edges: edges.map((edge) => ({
        relation: edge.relation,
        label: labelOf(names.directory, row.type, edge.relation),
        op: edge.op,
        type: edge.to_type,
        name: titles.get(edge.to_id) ?? edge.to_id,
        facts: parseJson(edge.facts, {}),
      })),
      link: link ? { connection: link.connection, externalId: link.external_id } : null,
    };
  });
}

/** One entry with its edges, and the directory ids that it names. */
async function lookAt({ reader }: QueryContext, row: HistoryRow) {
  const edges = await historyEdges(reader, row.seq, row.n);
  const link = row.action === 'link' || row.action === 'unlink' ? await historyLink(reader, row.seq, row.n) : undefined;
  const before = parseJson<Attributes>(row.before, {});
  const after = parseJson<Attributes>(row.after, {});
  const values = [...Object.values(before), ...Object.values(after)].filter(
    (value): value is string => typeof value === 'string' && value.length === 36,
  );
  return { before, after, edges, link, named: [...values, ...edges.map((edge) => edge.to_id)] };
}
