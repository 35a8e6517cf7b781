// What the console says of objects: as records, as an edit would leave them, and as its connector reads them.
import type { ConsolePort } from '../../connector-kit/directory-port.ts';
import type { GroupRule } from '../../core/console.ts';
import type { Attributes, Edge, EndpointObject } from '../../core/model.ts';
import type { Database, Reader, Transaction } from '../../store/database.ts';
import {
  consoleEdges,
  consolePage,
  consoleRecords,
  draftsOf,
  dropConsoleRecords,
  putConsoleRecords,
  type ConsoleEdgeRow,
  type ConsoleRow,
  type DraftRow,
} from '../../store/console.ts';
import { factsText, groupBy, parseJson } from '../shapes.ts';
import { membersByRule } from './rules.ts';

export interface ConsoleRecord {
  /** A missing attribute is unknown: the console leaves the word to others. */
  readonly a: Attributes;
  /** Relations it speaks of, with all their edges. */
  readonly e: Readonly<Record<string, readonly Edge[]>>;
  readonly rule?: GroupRule;
}

export const noRecord: ConsoleRecord = { a: {}, e: {} };

export async function recordsOf(reader: Reader, type: string, ids: readonly string[]): Promise<Map<string, ConsoleRecord>> {
  if (ids.length === 0) return new Map();
  return withEdges(reader, type, await consoleRecords(reader, type, ids));
}

async function withEdges(reader: Reader, type: string, rows: readonly ConsoleRow[]): Promise<Map<string, ConsoleRecord>> {
  const edges = groupBy(
    await consoleEdges(
      reader,
      type,
      rows.map((row) => row.id),
    ),
    (edge) => edge.id,
  );
  return new Map(
    rows.map((row) => {
      const own: Record<string, Edge[]> = Object.fromEntries(parseJson<string[]>(row.relations, []).map((relation) => [relation, []]));
      for (const edge of edges.get(row.id) ?? [])
        (own[edge.relation] ??= []).push({ to: { type: edge.to_type, id: edge.to_id }, ...parseJson(edge.facts, {}) });
      const rule = parseJson<GroupRule | null>(row.rule, null);
      return [row.id, { a: JSON.parse(row.data) as Attributes, e: own, ...(rule ? { rule } : {}) }];
    }),
  );
}

/** Writes what an edit leaves. */
export async function storeRecords(transaction: Transaction, drafts: readonly DraftRow[]): Promise<void> {
  const rows: ConsoleRow[] = [];
  const edges: ConsoleEdgeRow[] = [];
  for (const [type, own] of groupBy(drafts, (draft) => draft.type)) {
    await dropConsoleRecords(
      transaction,
      type,
      own.filter((draft) => draft.record === null).map((draft) => draft.id),
    );
    for (const { id, record: text } of own) {
      if (text === null) continue;
      const record = JSON.parse(text) as ConsoleRecord;
      rows.push({
        type,
        id,
        data: JSON.stringify(record.a),
        relations: JSON.stringify(Object.keys(record.e)),
        rule: record.rule ? JSON.stringify(record.rule) : null,
      });
      for (const [relation, ends] of Object.entries(record.e))
        for (const edge of ends) edges.push({ type, id, relation, to_type: edge.to.type, to_id: edge.to.id, facts: factsText(edge) });
    }
  }
  await putConsoleRecords(transaction, rows, edges);
}

/** @param edit  a proposed edit: its drafts stand in for what is stored */
export function createConsolePort(database: Database, edit: number | null): ConsolePort {
  let drafts: Promise<ReadonlyMap<string, DraftRow>> | null = null;
  const draftMap = (): Promise<ReadonlyMap<string, DraftRow>> =>
    (drafts ??= (async () =>
      new Map(edit === null ? [] : (await draftsOf(database, edit)).map((draft) => [`${draft.type}\0${draft.id}`, draft])))());
  const get = async (type: string, ids: readonly string[]): Promise<Map<string, ConsoleRecord>> => {
    const proposed = await draftMap();
    const found = await recordsOf(database, type, ids);
    for (const id of ids) {
      const draft = proposed.get(`${type}\0${id}`);
      if (!draft) continue;
      if (draft.record === null) found.delete(id);
      else found.set(id, JSON.parse(draft.record) as ConsoleRecord);
    }
    return found;
  };
  const shown = async (type: string, records: ReadonlyMap<string, ConsoleRecord>): Promise<Map<string, EndpointObject>> => {
    const result = new Map<string, EndpointObject>();
    for (const [id, record] of records) {
      const edges = record.rule ? { ...record.e, member: await membersByRule(database, record.rule) } : record.e;
      result.set(id, { id, attributes: record.a, edges });
    }
    return result;
  };
  return {
    page: async (type, after, limit) => {
      const rows = await consolePage(database, type, after, limit);
      return [...(await shown(type, await withEdges(database, type, rows))).values()];
    },
    get: async (type, ids) => shown(type, await get(type, ids)),
  };
}
