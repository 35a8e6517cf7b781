// A matching: who has no link at a target that has accounts already, whose accounts nobody owns, and which pairs are likely.
import type { MatchKind } from '../core/match-kinds.ts';
import { list, type Reader, rows, type Transaction } from './database.ts';
import type { LinkRow } from './links.ts';

export interface MatchRow {
  readonly type: string;
  readonly kind: MatchKind;
  readonly id: string;
  readonly external_id: string | null;
  readonly detail: string | null;
}

export interface ProposalRow {
  readonly type: string;
  readonly object: string;
  readonly external_id: string;
  readonly score: number;
  readonly clear: number;
  readonly reasons: string;
}

export interface MatchingRow {
  readonly job: number;
  readonly run: number;
  readonly at: number;
  readonly by_whom: string;
}

export const matchingOf = (reader: Reader, job: number): Promise<MatchingRow | undefined> =>
  reader.get<MatchingRow>('SELECT * FROM matching WHERE job = ?', job);

export const isMatching = async (reader: Reader, run: number): Promise<boolean> =>
  (await reader.get('SELECT 1 AS yes FROM matching WHERE run = ?', run)) !== undefined;

export const putMatching = (transaction: Transaction, row: MatchingRow): Promise<void> =>
  transaction.insert(
    'matching',
    ['job', 'run', 'at', 'by_whom'],
    [[row.job, row.run, row.at, row.by_whom]],
    '(job) DO UPDATE SET run = excluded.run, at = excluded.at, by_whom = excluded.by_whom',
  );

const pieces = [
  ['match_sign', 'run, type, side, sign, key, id'],
  ['match_proposal', 'run, type, object, external_id'],
  ['match_row', 'run, type, kind, id'],
] as const;

/** Runs with rows of a matching that is no job's last one. */
export const staleMatchings = async (reader: Reader): Promise<readonly number[]> =>
  (
    await reader.all<{ run: number }>(
      `SELECT DISTINCT run FROM match_row WHERE run NOT IN (SELECT run FROM matching)
       UNION SELECT DISTINCT run FROM match_sign WHERE run NOT IN (SELECT run FROM matching)`,
    )
  ).map((row) => Number(row.run));

/** Drops a piece of what a matching stored (its signs alone, or all); 0 = nothing is left. */
export async function dropMatched(transaction: Transaction, run: number, what: 'signs' | 'all', limit: number): Promise<number> {
  let dropped = 0;
  for (const [table, key] of what === 'signs' ? pieces.slice(0, 1) : pieces)
    dropped += await transaction.run(
      `DELETE FROM ${table} WHERE (${key}) IN (SELECT ${key} FROM ${table} WHERE run = ? LIMIT ?)`,
      run,
      limit,
    );
  return dropped;
}

/** What a run knows of an object without a link. */
export interface LooseRow {
  readonly id: string;
  readonly target_key: string | null;
  readonly situation: string | null;
  readonly detail: string | null;
  readonly desired: string;
  /** What is wrong with it, as it was staged. */
  readonly problems: string | null;
  /** What the run has planned for it: create, link or null. */
  readonly action: string | null;
}

// `c.run + 0` and `c.action || ''` keep SQLite from walking through all creates of the run for each object.
export const looseObjects = (
  reader: Reader,
  of: { readonly run: number; readonly job: number; readonly connection: string; readonly type: string },
  after: string,
  limit: number,
): Promise<readonly LooseRow[]> =>
  reader.all<LooseRow>(
    `SELECT s.source_key AS id, s.target_key AS target_key, s.situation AS situation, s.detail AS detail, s.desired AS desired, s.problems AS problems,
       (SELECT min(c.action) FROM change c WHERE c.job = ? AND c.type = s.type AND c.source_key = s.source_key AND c.run + 0 = s.run AND c.action || '' IN ('create', 'link')) AS action
     FROM staged s WHERE s.run = ? AND s.type = ? AND s.source_key > ? AND s.seen = 'present' AND s.desired IS NOT NULL AND NOT EXISTS
       (SELECT 1 FROM link l WHERE l.directory_id = s.source_key AND l.connection = ? AND l.type = s.type)
     ORDER BY s.source_key LIMIT ?`,
    of.job,
    of.run,
    of.type,
    after,
    of.connection,
    limit,
  );

/** Accounts that have no owner, and that no rule of this matching has found one for. */
export const looseAccounts = (
  reader: Reader,
  of: { readonly run: number; readonly connection: string; readonly type: string },
  after: string,
  limit: number,
): Promise<readonly { readonly external_id: string; readonly data: string }[]> =>
  reader.all(
    `SELECT m.external_id AS external_id, m.data AS data FROM mirror m WHERE m.connection = ? AND m.type = ? AND m.external_id > ?
       AND NOT EXISTS (SELECT 1 FROM link l WHERE l.connection = m.connection AND l.type = m.type AND l.external_id = m.external_id)
       AND NOT EXISTS (SELECT 1 FROM match_row r WHERE r.run = ? AND r.type = m.type AND r.external_id = m.external_id)
     ORDER BY m.external_id LIMIT ?`,
    of.connection,
    of.type,
    after,
    of.run,
    limit,
  );

export const putMatchRows = (transaction: Transaction, run: number, matched: readonly MatchRow[]): Promise<void> =>
  transaction.insert(
    'match_row',
    ['run', 'type', 'kind', 'id', 'external_id', 'detail'],
    matched.map((row) => [run, row.type, row.kind, row.id, row.external_id, row.detail]),
    '(run, type, kind, id) DO NOTHING',
  );

/** What a person has refused before is left out. */
export const putProposals = (
  transaction: Transaction,
  run: number,
  connection: string,
  proposals: readonly Omit<ProposalRow, 'clear'>[],
): Promise<number> =>
  transaction.run(
    `INSERT INTO match_proposal (run, type, object, external_id, score, clear, reasons)
     SELECT CAST(? AS BIGINT), r.t, r.o, r.e, r.s, 0, r.w FROM {rows: t text, o text, e text, s bigint, w text} r WHERE NOT EXISTS
       (SELECT 1 FROM match_rejected n WHERE n.connection = ? AND n.type = r.t AND n.object = r.o AND n.external_id = r.e)
     ON CONFLICT (run, type, object, external_id) DO NOTHING`,
    run,
    rows(proposals.map((one) => [one.type, one.object, one.external_id, one.score, one.reasons])),
    connection,
  );

/** Of these accounts, those that are proposed for somebody are nobody's no more. */
export const markCandidates = (transaction: Transaction, run: number, type: string, accounts: readonly string[]): Promise<number> =>
  transaction.run(
    `UPDATE match_row SET kind = 'candidate' WHERE run = ? AND type = ? AND kind = 'nobody' AND id IN {list} AND EXISTS
       (SELECT 1 FROM match_proposal p WHERE p.run = match_row.run AND p.type = match_row.type AND p.external_id = match_row.id)`,
    run,
    type,
    list(accounts),
  );

/** Of these objects, the proposals that are high enough and far enough ahead of every other, on both sides, are clear. */
export const markClear = (
  transaction: Transaction,
  run: number,
  type: string,
  objects: readonly string[],
  least: number,
  ahead: number,
): Promise<number> =>
  transaction.run(
    `UPDATE match_proposal SET clear = 1 WHERE run = ? AND type = ? AND object IN {list} AND score >= ?
       AND NOT EXISTS (SELECT 1 FROM match_proposal o WHERE o.run = match_proposal.run AND o.type = match_proposal.type AND o.object = match_proposal.object
         AND o.external_id <> match_proposal.external_id AND o.score > match_proposal.score - ?)
       AND NOT EXISTS (SELECT 1 FROM match_proposal o WHERE o.run = match_proposal.run AND o.type = match_proposal.type AND o.external_id = match_proposal.external_id
         AND o.object <> match_proposal.object AND o.score > match_proposal.score - ?)`,
    run,
    type,
    list(objects),
    least,
    ahead,
    ahead,
  );

export const countMatched = (
  reader: Reader,
  run: number,
): Promise<readonly { readonly type: string; readonly kind: MatchKind; readonly count: number; readonly proposed: number }[]> =>
  reader.all(
    `SELECT r.type AS type, r.kind AS kind, count(*) AS count, sum(CASE WHEN EXISTS
       (SELECT 1 FROM match_proposal p WHERE p.run = r.run AND p.type = r.type AND p.object = r.id) THEN 1 ELSE 0 END) AS proposed
     FROM match_row r WHERE r.run = ? GROUP BY r.type, r.kind ORDER BY r.type, r.kind`,
    run,
  );

export const countClear = (reader: Reader, run: number): Promise<readonly { readonly type: string; readonly count: number }[]> =>
  reader.all('SELECT type, count(*) AS count FROM match_proposal WHERE run = ? AND clear = 1 GROUP BY type ORDER BY type', run);

/** Links of the types of a matching; some may be of other jobs of the connection. */
export const countLinked = (reader: Reader, connection: string): Promise<readonly { readonly type: string; readonly count: number }[]> =>
  reader.all('SELECT type, count(*) AS count FROM link WHERE connection = ? GROUP BY type ORDER BY type', connection);

export const matchPage = (
  reader: Reader,
  run: number,
  filter: { readonly kind: string; readonly type: string; readonly after: string; readonly limit: number },
): Promise<readonly MatchRow[]> =>
  reader.all<MatchRow>(
    'SELECT type, kind, id, external_id, detail FROM match_row WHERE run = ? AND type = ? AND kind = ? AND id > ? ORDER BY id LIMIT ?',
    run,
    filter.type,
    filter.kind,
    filter.after,
    filter.limit,
  );

/** Of these objects, those for whom a rule found one account, or whose account was accepted. */
export const matchedAmong = (
  reader: Reader,
  run: number,
  type: string,
  objects: readonly string[],
): Promise<readonly { readonly id: string; readonly external_id: string }[]> =>
  reader.all(
    `SELECT id, external_id FROM match_row WHERE run = ? AND type = ? AND kind IN ('matched', 'renamed', 'accepted') AND external_id IS NOT NULL AND id IN {list} ORDER BY id`,
    run,
    type,
    list(objects),
  );

export const proposalsOf = (reader: Reader, run: number, type: string, objects: readonly string[]): Promise<readonly ProposalRow[]> =>
  reader.all<ProposalRow>(
    `SELECT type, object, external_id, score, clear, reasons FROM match_proposal WHERE run = ? AND type = ? AND object IN {list}
     ORDER BY object, score DESC, external_id`,
    run,
    type,
    list(objects),
  );

/** For whom these accounts are proposed, the likeliest first. */
export const proposalsOfAccounts = (
  reader: Reader,
  run: number,
  type: string,
  accounts: readonly string[],
): Promise<readonly ProposalRow[]> =>
  reader.all<ProposalRow>(
    `SELECT type, object, external_id, score, clear, reasons FROM match_proposal WHERE run = ? AND type = ? AND external_id IN {list}
     ORDER BY external_id, score DESC, object`,
    run,
    type,
    list(accounts),
  );

export const proposalPage = (
  reader: Reader,
  run: number,
  filter: {
    readonly type: string;
    readonly clear: boolean;
    readonly least: number;
    readonly after: readonly [object: string, externalId: string];
    readonly limit: number;
  },
): Promise<readonly ProposalRow[]> =>
  reader.all<ProposalRow>(
    `SELECT type, object, external_id, score, clear, reasons FROM match_proposal WHERE run = ? AND type = ? AND clear >= ? AND score >= ?
       AND (object, external_id) > (?, ?) ORDER BY object, external_id LIMIT ?`,
    run,
    filter.type,
    filter.clear ? 1 : 0,
    filter.least,
    ...filter.after,
    filter.limit,
  );

type Pair = Pick<ProposalRow, 'type' | 'object' | 'external_id'>;

/** Both sides of these pairs are decided: nothing else is proposed for either. */
export async function settlePairs(transaction: Transaction, run: number, pairs: readonly Pair[]): Promise<void> {
  for (const type of new Set(pairs.map((pair) => pair.type))) {
    const own = pairs.filter((pair) => pair.type === type);
    const objects = list(own.map((pair) => pair.object));
    const accounts = list(own.map((pair) => pair.external_id));
    for (const [side, values] of [
      ['object', objects],
      ['external_id', accounts],
    ])
      await transaction.run(`DELETE FROM match_proposal WHERE run = ? AND type = ? AND ${side} IN {list}`, run, type, values!);
    await transaction.run('DELETE FROM match_row WHERE run = ? AND type = ? AND id IN {list}', run, type, objects);
    await transaction.run('DELETE FROM match_row WHERE run = ? AND type = ? AND id IN {list}', run, type, accounts);
  }
  await putMatchRows(
    transaction,
    run,
    pairs.map((pair) => ({ type: pair.type, kind: 'accepted', id: pair.object, external_id: pair.external_id, detail: null })),
  );
}

/** Of these, accounts of the matching without an owner that are not protected. */
export const ownerlessAmong = async (reader: Reader, run: number, type: string, accounts: readonly string[]): Promise<readonly string[]> =>
  (
    await reader.all<{ id: string }>(
      `SELECT id FROM match_row WHERE run = ? AND type = ? AND kind IN ('candidate', 'nobody') AND id IN {list} ORDER BY id`,
      run,
      type,
      list(accounts),
    )
  ).map((row) => row.id);

/** Accounts without an owner that are protected now, and proposed for nobody. */
export async function settleProtected(transaction: Transaction, run: number, type: string, accounts: readonly string[]): Promise<void> {
  await transaction.run(
    `DELETE FROM match_row WHERE run = ? AND type = ? AND kind IN ('candidate', 'nobody') AND id IN {list}`,
    run,
    type,
    list(accounts),
  );
  await transaction.run('DELETE FROM match_proposal WHERE run = ? AND type = ? AND external_id IN {list}', run, type, list(accounts));
  await putMatchRows(
    transaction,
    run,
    accounts.map((id) => ({ type, kind: 'untouched', id, external_id: null, detail: null })),
  );
}

export async function rejectPairs(
  transaction: Transaction,
  run: number,
  connection: string,
  pairs: readonly Pair[],
  by: { readonly at: number; readonly actor: string },
): Promise<number> {
  await transaction.insert(
    'match_rejected',
    ['connection', 'type', 'object', 'external_id', 'at', 'by_whom'],
    pairs.map((pair) => [connection, pair.type, pair.object, pair.external_id, by.at, by.actor]),
    '(connection, type, object, external_id) DO NOTHING',
  );
  return transaction.run(
    'DELETE FROM match_proposal WHERE run = ? AND (type, object, external_id) IN (SELECT r.t, r.o, r.e FROM {rows: t text, o text, e text} r)',
    run,
    rows(pairs.map((pair) => [pair.type, pair.object, pair.external_id])),
  );
}

/**
 * Of these objects, which accounts are kept apart from each, whether or not they are there. A record of a source is asked the same way:
 * a link is shared by both directions, and so is that there is none.
 */
export const apartFrom = async (
  reader: Reader,
  connection: string,
  type: string,
  objects: readonly string[],
): Promise<readonly { readonly object: string; readonly external_id: string }[]> =>
  objects.length === 0
    ? []
    : reader.all(
        'SELECT object, external_id FROM match_rejected WHERE connection = ? AND type = ? AND object IN {list} ORDER BY object, external_id',
        connection,
        type,
        list(objects),
      );

export interface RejectedRow extends Pair {
  readonly at: number;
  readonly by_whom: string;
}

/**
 * Pairs of a connection that people have refused, in the order of both sides. One whose account or person is gone says nothing of anybody
 * and is left out; it is not forgotten: a system that hid its accounts for a day shows them again under the same ids.
 */
export const rejectedPage = (
  reader: Reader,
  connection: string,
  filter: { readonly type: string; readonly after: readonly [object: string, externalId: string]; readonly limit: number },
): Promise<readonly RejectedRow[]> =>
  reader.all<RejectedRow>(
    `SELECT type, object, external_id, at, by_whom FROM match_rejected n WHERE connection = ? AND type = ? AND (object, external_id) > (?, ?)
       AND EXISTS (SELECT 1 FROM mirror m WHERE m.connection = n.connection AND m.type = n.type AND m.external_id = n.external_id)
       AND EXISTS (SELECT 1 FROM object o WHERE o.id = n.object AND o.lifecycle <> 'absent')
     ORDER BY object, external_id LIMIT ?`,
    connection,
    filter.type,
    ...filter.after,
    filter.limit,
  );

/** Refused no more: rules may find them and the next matching may propose them. Returns how many had been. */
export const takeBackRejected = (transaction: Transaction, connection: string, pairs: readonly Pair[]): Promise<number> =>
  transaction.run(
    `DELETE FROM match_rejected WHERE connection = ? AND (type, object, external_id) IN
       (SELECT r.t, r.o, r.e FROM {rows: t text, o text, e text} r)`,
    connection,
    rows(pairs.map((pair) => [pair.type, pair.object, pair.external_id])),
  );

/** Why a pair cannot be linked any more: who of the two has a link by now. */
export const linksOfPairs = (reader: Reader, connection: string, pairs: readonly Pair[]): Promise<readonly LinkRow[]> =>
  reader.all<LinkRow>(
    `SELECT * FROM link WHERE connection = ? AND external_id IN {list} UNION SELECT * FROM link WHERE directory_id IN {list} AND connection || '' = ?`,
    connection,
    list(pairs.map((pair) => pair.external_id)),
    list(pairs.map((pair) => pair.object)),
    connection,
  );
