// What monitoring asks at every scrape: a few counts, each by an index, none over the whole ledger.
import { usage } from '../core/budget.ts';
import { listBudgets } from './budgets.ts';
import type { Reader } from './database.ts';

export interface Gauge {
  readonly labels: Readonly<Record<string, string>>;
  readonly value: number;
}

const gauges = async (reader: Reader, label: string, sql: string, ...params: readonly number[]): Promise<readonly Gauge[]> =>
  (await reader.all<{ label: string | number; value: number | string | null }>(sql, ...params)).map((row) => ({
    labels: { [label]: String(row.label) },
    value: Number(row.value ?? 0),
  }));

export const openRunsByState = (reader: Reader): Promise<readonly Gauge[]> =>
  gauges(
    reader,
    'state',
    `SELECT state AS label, count(*) AS value FROM run WHERE state IN ('queued', 'running', 'waiting') GROUP BY state ORDER BY state`,
  );

export const jobsByState = (reader: Reader): Promise<readonly Gauge[]> =>
  gauges(reader, 'state', 'SELECT state AS label, count(*) AS value FROM job GROUP BY state ORDER BY state');

/** Changes that wait for a person. */
export const openHeldByJob = (reader: Reader): Promise<readonly Gauge[]> =>
  gauges(reader, 'job', `SELECT job AS label, count(*) AS value FROM held WHERE state = 'open' GROUP BY job ORDER BY job`);

/** Changes under way or in doubt at a target. */
export const changesInFlight = (reader: Reader): Promise<readonly Gauge[]> =>
  gauges(
    reader,
    'state',
    `SELECT state AS label, count(*) AS value FROM change WHERE state IN ('sent', 'unknown', 'pending', 'waiting') GROUP BY state ORDER BY state`,
  );

export const problemsByState = (reader: Reader): Promise<readonly Gauge[]> =>
  gauges(reader, 'state', 'SELECT state AS label, count(*) AS value FROM item GROUP BY state ORDER BY state');

/** Messages that wait, and those that were given up. */
export const noticesByState = (reader: Reader): Promise<readonly Gauge[]> =>
  gauges(reader, 'state', `SELECT state AS label, count(*) AS value FROM delivery WHERE state <> 'sent' GROUP BY state ORDER BY state`);

export const brakesOn = (reader: Reader): Promise<readonly Gauge[]> =>
  gauges(reader, 'scope', 'SELECT scope AS label, 1 AS value FROM brake ORDER BY scope');

/** 1: known to be away. */
export const breakers = (reader: Reader): Promise<readonly Gauge[]> =>
  gauges(
    reader,
    'connection',
    'SELECT id AS label, CASE WHEN breaker_opened_at IS NULL THEN 0 ELSE 1 END AS value FROM connection ORDER BY id',
  );

/** Seconds since the last complete read of each job. */
export const secondsSinceComplete = (reader: Reader, now: number): Promise<readonly Gauge[]> =>
  gauges(
    reader,
    'job',
    'SELECT id AS label, (? - last_complete_at) / 1000 AS value FROM job WHERE last_complete_at IS NOT NULL ORDER BY id',
    now,
  );

/** Objects said to have changed and not looked at yet. */
export const touchedByJob = (reader: Reader): Promise<readonly Gauge[]> =>
  gauges(reader, 'job', 'SELECT job AS label, count(*) AS value FROM touched GROUP BY job ORDER BY job');

/** How many batches of history a downstream job has still to follow. */
export const feedLag = (reader: Reader): Promise<readonly Gauge[]> =>
  gauges(
    reader,
    'job',
    `SELECT f.job AS label, coalesce((SELECT value FROM counter WHERE name = 'history'), 0) - f.seq AS value FROM feed f ORDER BY f.job`,
  );

/** Rate budgets that workers share: how much of the narrowest window is lent or used, 0 to 1. */
export const budgetsUsed = async (reader: Reader, now: number): Promise<readonly Gauge[]> =>
  (await listBudgets(reader)).map(({ connection, bucket, state }) => ({ labels: { connection, bucket }, value: usage(state, now) }));

/** Seconds for which a system still wants no calls. */
export const budgetsHeld = async (reader: Reader, now: number): Promise<readonly Gauge[]> =>
  (await listBudgets(reader)).map(({ connection, bucket, state }) => ({
    labels: { connection, bucket },
    value: Math.max(0, state.heldUntil - now) / 1000,
  }));
