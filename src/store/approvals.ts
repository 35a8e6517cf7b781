// Who has confirmed a held change where the policy asks for two people, and held changes as they concern one object across jobs.
import { list, type Reader, rows, type Transaction } from './database.ts';
import type { HeldRow } from './held.ts';

export interface VoteRow {
  readonly held: number;
  readonly actor: string;
  /** Of before and after as they were then: a plan that differs has no votes. */
  readonly hash: string;
  readonly at: number;
}

export const votesOn = (reader: Reader, held: readonly number[]): Promise<readonly VoteRow[]> =>
  reader.all<VoteRow>(
    'SELECT v.held, v.actor, v.hash, v.at FROM held_vote v WHERE v.held IN (SELECT r.id FROM {rows: id bigint} r) ORDER BY v.held, v.at, v.actor',
    rows(held.map((id) => [id])),
  );

/** One word per person and change; the last one counts. */
export const putVotes = (transaction: Transaction, votes: readonly VoteRow[]): Promise<void> =>
  transaction.insert(
    'held_vote',
    ['held', 'actor', 'hash', 'at'],
    votes.map((vote) => [vote.held, vote.actor, vote.hash, vote.at]),
    '(held, actor) DO UPDATE SET hash = excluded.hash, at = excluded.at',
  );

/** Who made tokens of this name, and who answers for them. */
export const behindTokens = async (reader: Reader, name: string): Promise<readonly string[]> =>
  (
    await reader.all<{ who: string }>(
      `SELECT created_by AS who FROM token WHERE name = ? UNION SELECT owner_name AS who FROM token WHERE name = ? AND owner_name IS NOT NULL`,
      name,
      name,
    )
  )
    .map((row) => row.who)
    .sort();

/** Objects about which something is asked, by id, after this one. */
export const heldObjects = async (reader: Reader, after: string, limit: number): Promise<readonly string[]> =>
  (
    await reader.all<{ directory_id: string }>(
      `SELECT directory_id FROM held WHERE state = 'open' AND directory_id > ? GROUP BY directory_id ORDER BY directory_id LIMIT ?`,
      after,
      limit,
    )
  ).map((row) => row.directory_id);

export const heldOfObjects = (reader: Reader, objects: readonly string[], states: readonly string[]): Promise<readonly HeldRow[]> =>
  reader.all<HeldRow>(
    'SELECT * FROM held WHERE state IN {list} AND directory_id IN {list} ORDER BY directory_id, id',
    list(states),
    list(objects),
  );
