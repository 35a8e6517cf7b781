// Metrics for Prometheus, read from the store at each scrape: gauges, and counters of the runs that ended since the last one. No value of a person is a label.
import { collectDefaultMetrics, Counter, Gauge, Histogram, Registry } from 'prom-client';
import type { Reader } from '../store/database.ts';
import { endedRuns } from '../store/ended-runs.ts';
import {
  breakers,
  brakesOn,
  budgetsHeld,
  budgetsUsed,
  changesInFlight,
  feedLag,
  jobsByState,
  noticesByState,
  openHeldByJob,
  openRunsByState,
  problemsByState,
  secondsSinceComplete,
  touchedByJob,
  type Gauge as Row,
} from '../store/gauges.ts';
import type { RunRow } from '../store/runs.ts';

export interface Metrics {
  noteRequest(method: string, route: string, status: number, ms: number): void;
  /** The text that Prometheus reads. */
  read(): Promise<string>;
  readonly contentType: string;
}

type Ask = (reader: Reader, now: number) => Promise<readonly Row[]>;

const gauges: readonly { readonly name: string; readonly help: string; readonly labels: readonly string[]; readonly ask: Ask }[] = [
  { name: 'tributary_runs_open', help: 'Runs that are queued, running or waiting', labels: ['state'], ask: openRunsByState },
  { name: 'tributary_jobs', help: 'Jobs by state', labels: ['state'], ask: jobsByState },
  { name: 'tributary_held_open', help: 'Changes that wait for a person', labels: ['job'], ask: openHeldByJob },
  { name: 'tributary_changes_in_flight', help: 'Changes sent, in doubt, pending or waiting', labels: ['state'], ask: changesInFlight },
  { name: 'tributary_problems', help: 'Records with problems', labels: ['state'], ask: problemsByState },
  { name: 'tributary_notices', help: 'Messages that wait, and those that were given up', labels: ['state'], ask: noticesByState },
  { name: 'tributary_brake', help: '1 for each brake that is on', labels: ['scope'], ask: brakesOn },
  { name: 'tributary_breaker_open', help: '1 while a connection is known to be away', labels: ['connection'], ask: breakers },
  {
    name: 'tributary_complete_read_age_seconds',
    help: 'Seconds since the last complete read of a job',
    labels: ['job'],
    ask: secondsSinceComplete,
  },
  { name: 'tributary_touched', help: 'Objects said to have changed and not looked at yet', labels: ['job'], ask: touchedByJob },
  {
    name: 'tributary_feed_lag_batches',
    help: 'Batches of history that a downstream job has still to follow',
    labels: ['job'],
    ask: feedLag,
  },
  {
    name: 'tributary_budget_used_ratio',
    help: 'How much of a vendor limit that several workers share is lent or used, 0 to 1',
    labels: ['connection', 'bucket'],
    ask: budgetsUsed,
  },
  {
    name: 'tributary_budget_held_seconds',
    help: 'Seconds for which a system has asked for no calls',
    labels: ['connection', 'bucket'],
    ask: budgetsHeld,
  },
];

export function createMetrics(reader: Reader, now: () => number): Metrics {
  const registry = new Registry();
  collectDefaultMetrics({ register: registry });
  for (const { name, help, labels, ask } of gauges) {
    registry.registerMetric(
      new Gauge({
        name,
        help,
        labelNames: labels,
        registers: [],
        async collect() {
          const rows = await ask(reader, now());
          this.reset();
          for (const row of rows) this.set(row.labels, row.value);
        },
      }),
    );
  }
  const registers = [registry];
  const runs = new Counter({ name: 'tributary_runs_total', help: 'Runs that ended', labelNames: ['job', 'mode', 'state'], registers });
  const changes = new Counter({ name: 'tributary_changes_total', help: 'Changes by outcome', labelNames: ['job', 'outcome'], registers });
  const durations = new Histogram({
    name: 'tributary_run_duration_seconds',
    help: 'From start to end',
    labelNames: ['job', 'mode'],
    buckets: [0.1, 1, 5, 15, 60, 300, 900, 3600, 14_400],
    registers,
  });
  const requests = new Histogram({
    name: 'tributary_http_request_duration_seconds',
    help: 'By route, not by address',
    labelNames: ['method', 'route', 'status'],
    buckets: [0.005, 0.02, 0.05, 0.1, 0.25, 1, 5],
    registers,
  });
  const noteRun = ({ job: id, mode, dryRun, state, counts, startedAt, endedAt }: RunRow): void => {
    const job = String(id);
    runs.inc({ job, mode: dryRun ? 'dry-run' : mode, state });
    durations.observe({ job, mode }, (endedAt! - (startedAt ?? endedAt!)) / 1000);
    for (const outcome of ['applied', 'failed', 'held', 'refused'])
      if ((counts[outcome] ?? 0) > 0) changes.inc({ job, outcome }, counts[outcome]);
  };
  const ended = endedRuns(reader);
  // What ends from now on counts, also before the first scrape. A store that is away is asked again then.
  void ended.look().catch(() => undefined);
  return {
    contentType: registry.contentType,
    async read() {
      for (const run of await ended.look()) noteRun(run);
      return registry.metrics();
    },
    noteRequest: (method, route, status, ms) => requests.observe({ method, route, status: String(status) }, ms / 1000),
  };
}
