// What happened to objects of the directory, in the words of a screen.
import { CONSOLE } from '../../core/console.ts';
import type { Attributes, Label } from '../../core/model.ts';
import { APART_ACTIONS } from '../../core/plan.ts';
import type { HistoryRow } from '../../store/directory.ts';
import { historyEdges, historyLink } from '../../store/find.ts';
import { titlesOf } from '../../store/overview.ts';
import { getRun } from '../../store/runs.ts';
import type { QueryContext } from '../operations/operation.ts';
import { jobName, labelOf, shownValue, specOf, type Names } from '../operations/show.ts';
import { parseJson } from '../shapes.ts';
import { wordOf } from '../words.ts';
import type { ExplainedObject } from './view.ts';

export async function historyViews(context: QueryContext, names: Names, rows: readonly HistoryRow[]): Promise<ExplainedObject['history']> {
  // Side by side: a list of fifty is not to wait for fifty answers in a row.
  const looked = await Promise.all(rows.map((row) => lookAt(context, row)));
  const titles = await titlesOf(context.reader, [...new Set(looked.flatMap((one) => one.named))]);
  const runs = [...new Set(rows.flatMap((row) => row.run ?? []))];
  const causes = new Map(await Promise.all(runs.map(async (run) => [run, (await getRun(context.reader, run))?.cause ?? ''] as const)));
  return rows.map((row, index) => {
    const { before, after, edges, link } = looked[index]!;
    return {
      at: row.at,
      action: row.action,
      run: row.run,
      jobName: row.job === null ? null : jobName(names, row.job),
      actor: row.actor,
      by: changedBy(names, row, causes.get(row.run ?? -1) ?? ''),
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

/** What a person asks for outright: it is their change, whichever job carries it out. */
const deeds: ReadonlySet<string> = new Set(['undo', 'merge', 'split', 'close']);

const begun: Readonly<Record<string, (actor: string) => Label>> = {
  manual: (actor) => ({ en: `in a run started by ${actor}`, zh: `${actor} 启动的执行` }),
  approval: (actor) => ({ en: `confirmed by ${actor}`, zh: `由 ${actor} 确认` }),
  resume: (actor) => ({ en: `in a run that ${actor} let go on`, zh: `${actor} 继续的执行` }),
};

function changedBy(names: Names, { job, actor, action }: HistoryRow, cause: string): Label {
  const row = job === null ? undefined : names.jobs.get(job);
  if (!row || APART_ACTIONS.some((one) => one === action)) return { en: `by ${actor}`, zh: `由 ${actor}` };
  if (deeds.has(cause)) return { en: `by ${actor} (${wordOf.cause(cause).en})`, zh: `由 ${actor}（${wordOf.cause(cause).zh}）` };
  // Nobody did it: somebody came to fit, or no longer does.
  if (cause === 'rule') return wordOf.cause(cause);
  if (row.connection === CONSOLE) return { en: `by ${actor}, by hand`, zh: `由 ${actor} 手工修改` };
  const how = begun[cause]?.(actor) ?? (cause === '' ? null : wordOf.cause(cause));
  return how ? { en: `by ${row.name}, ${how.en}`, zh: `来自“${row.name}”，${how.zh}` } : { en: `by ${row.name}`, zh: `来自“${row.name}”` };
}

const NAMES_ACCOUNT: ReadonlySet<string> = new Set(['link', 'unlink', ...APART_ACTIONS]);

/** One entry with its edges, and the directory ids that it names. */
async function lookAt({ reader }: QueryContext, row: HistoryRow) {
  const edges = await historyEdges(reader, row.seq, row.n);
  const link = NAMES_ACCOUNT.has(row.action) ? await historyLink(reader, row.seq, row.n) : undefined;
  const before = parseJson<Attributes>(row.before, {});
  const after = parseJson<Attributes>(row.after, {});
  const values = [...Object.values(before), ...Object.values(after)].filter(
    (value): value is string => typeof value === 'string' && value.length === 36,
  );
  return { before, after, edges, link, named: [...values, ...edges.map((edge) => edge.to_id)] };
}
