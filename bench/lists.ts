// `npm run bench:lists [-- 10000000]`: how long the lists of screens take when the ledger and the history are large.
import { jobSettingsSchema } from '../src/core/job-settings.ts';
import type { Database } from '../src/store/database.ts';
import { migrate } from '../src/store/migrations.ts';
import { ask, type Question } from './questions.ts';

const rows = Number(process.argv[2] ?? 10_000_000);
const PIECE = 100_000;
const JOBS = 20;
/** One run is a first sync; the others share the rest. */
const LARGE = 1_000_000;

const smallRuns = Math.max(JOBS, Math.ceil((rows - Math.min(rows / 2, LARGE)) / 4_000));
const large = Math.min(Math.floor(rows / 2), LARGE);

/** A ledger and a history of so many rows, made by the database itself. */
async function fill(database: Database): Promise<void> {
  await migrate(database);
  const settings = JSON.stringify(jobSettingsSchema.parse({ name: 'x', connection: 'c', direction: 'up', mapping: { person: [] } }));
  const numbers = 'WITH RECURSIVE n(i) AS (SELECT CAST(? AS BIGINT) UNION ALL SELECT i + 1 FROM n WHERE i < CAST(? AS BIGINT))';
  // On PostgreSQL the WITH belongs before the SELECT as well; both take it there.
  await database.write(async (transaction) => {
    await transaction.run(`INSERT INTO connection (id, connector, name, config, revision) VALUES ('c', 'memory', 'Memory', '{}', 1)`);
    for (let job = 1; job <= JOBS; job++)
      await transaction.run(
        `INSERT INTO job (id, name, connection, direction, rank, state, settings, version, effective_hash) VALUES (?, ?, 'c', 'up', 100, 'enabled', ?, 1, '')`,
        job,
        `job ${job}`,
        settings,
      );
    await transaction.run(
      `INSERT INTO run (id, job, mode, dry_run, cause, actor, state, stage, version, now, counts, queued_at, started_at, ended_at)
       ${numbers} SELECT i, 1 + i % ${JOBS}, 'full', 0, 'schedule', 'schedule', 'succeeded', 'close', 1, 1000 * i, '{"read":4000,"applied":4000}', 1000 * i, 1000 * i, 1000 * i + 900 FROM n`,
      1,
      smallRuns + 1,
    );
  });
  // Run 1 is the large one.
  const runOf = `CASE WHEN i <= ${large} THEN 1 ELSE 2 + (i - ${large}) / 4000 END`;
  const person = `'p' || (i % 100000)`;
  for (let from = 1; from <= rows; from += PIECE) {
    const to = Math.min(rows, from + PIECE - 1);
    await database.write(async (transaction) => {
      await transaction.run(
        `INSERT INTO change (id, run, job, connection, wave, depth, type, source_key, directory_id, target_key, title, action, aspect, situation, reason, kinds,
           before, after, hash, precondition, deed, state, attempts, ended_at)
         ${numbers} SELECT i, ${runOf}, 1 + (${runOf}) % ${JOBS}, 'c', 2, 0, 'person', 'k' || (i % 100000), ${person}, ${person}, 'Person ' || (i % 100000),
           CASE WHEN i % 10 = 0 THEN 'create' WHEN i % 997 = 0 THEN 'disable' ELSE 'update' END, 'object', 'different', 'r', '|update|',
           '{"title":"Engineer"}', '{"title":"Senior Engineer"}', 'h', '{}', CASE WHEN i % 10 = 0 THEN 'create' WHEN i % 997 = 0 THEN 'disable' WHEN i % 5003 = 0 THEN 'move' ELSE 'update' END, CASE WHEN i % 1999 = 0 THEN 'failed' ELSE 'applied' END, 1, i FROM n`,
        from,
        to,
      );
      await transaction.run(
        `INSERT INTO history (seq, n, at, type, id, action, before, after, run, job, change, actor)
         ${numbers} SELECT i / 1000, i % 1000, i, 'person', ${person}, 'update', '{"title":"Engineer"}', '{"title":"Senior Engineer"}', ${runOf}, 1, i, 'job 1' FROM n`,
        from,
        to,
      );
    });
    process.stderr.write(`\r${to.toLocaleString('en')} rows`);
  }
  await database.write((transaction) =>
    transaction.run(
      `INSERT INTO item (job, type, source_key, attribute, cause, message, title, state, attempts, next_at, first_run, last_run, at)
       ${numbers} SELECT 1 + i % ${JOBS}, 'person', 'k' || i, 'email', 'mapping', '{"en":"x","zh":"x"}', 'Person', 'open', 1, NULL, 1, 2, 1 FROM n`,
      1,
      Math.min(100_000, rows),
    ),
  );
  await database.write((transaction) =>
    transaction.run(
      `INSERT INTO held (id, job, type, source_key, action, aspect, directory_id, target_key, title, reason, question, kinds, before, after, hash, state, first_run,
         last_run, change, created_at, expires_at)
       ${numbers} SELECT i, 1 + i % ${JOBS}, 'person', 'k' || i, 'remove', '', 'p' || i, 'p' || i, 'Person ' || i, '{"en":"x","zh":"x"}',
         CASE WHEN i % 3 = 0 THEN 'delete' ELSE 'limit:disable' END, '|delete|', NULL, NULL, 'h', CASE WHEN i % 4 = 0 THEN 'open' ELSE 'done' END,
         1 + i % 500, 2 + i % 500, i, i, NULL FROM n`,
      1,
      Math.min(400_000, rows),
    ),
  );
  process.stderr.write('\n');
}

const lists: readonly Question[] = [
  ['runs, newest', 'run.list', { limit: 50 }],
  ['runs of a job', 'run.list', { job: 3, limit: 50 }],
  ['runs of a job, an old page', 'run.list', { job: 3, before: Math.floor(smallRuns / 2), limit: 50 }],
  ['changes of a run', 'run.changes', { run: 7, limit: 50 }],
  ['changes of the large run', 'run.changes', { run: 1, limit: 50 }],
  ['changes of the large run, an old page', 'run.changes', { run: 1, after: Math.floor(large * 0.7), limit: 50 }],
  ['failed changes of the large run', 'run.changes', { run: 1, states: ['failed'], limit: 50 }],
  ['disabled by the large run', 'run.changes', { run: 1, actions: ['disable'], limit: 50 }],
  ['changes of the large run, by name', 'run.changes', { run: 1, text: 'person 777', limit: 50 }],
  ['changes of the large run, nobody of that name', 'run.changes', { run: 1, text: 'nobody at all', limit: 50 }],
  ['moves in the large run', 'run.changes', { run: 1, deeds: ['move'], limit: 50 }],
  ['failed runs', 'run.list', { states: ['failed'], limit: 50 }],
  ['failed runs of a job', 'run.list', { job: 3, states: ['failed'], limit: 50 }],
  ['long runs', 'run.list', { modes: ['full', 'incremental'], limit: 50 }],
  ['runs by hand', 'run.list', { cause: 'manual', limit: 50 }],
  [
    'runs of a moment long ago',
    'run.list',
    { from: 1000 * Math.floor(smallRuns / 2), until: 1000 * Math.floor(smallRuns / 2) + 60_000, limit: 50 },
  ],
  ['short runs by the hour', 'run.hours', { limit: 24 }],
  ['problems by cause', 'item.groups', {}],
  ['problems of a job by cause', 'item.groups', { job: 3 }],
  ['problems of one cause', 'item.list', { job: 3, type: 'person', cause: 'mapping', attribute: 'email', limit: 50 }],
  ['mended problems', 'item.fixed', { limit: 50 }],
  ['held work', 'held.list', { limit: 50 }],
  ['held work, an old page', 'held.list', { states: ['done'], after: 200_000, limit: 50 }],
  ['held work of a job', 'held.list', { job: 3, limit: 50 }],
  ['held work of one question', 'held.list', { job: 3, question: 'delete', limit: 50 }],
  ['held work of a run', 'held.list', { run: 7, limit: 50 }],
  ['everything that waits', 'waiting.list', {}],
  ['held work by person', 'held.people', { limit: 50 }],
  ['history, newest', 'history.list', { limit: 50 }],
  ['history, an old page', 'history.list', { before: [Math.floor(rows / 2000), 0], limit: 50 }],
  ['history of one person', 'history.list', { object: 'p777', limit: 50 }],
  ['history of a run', 'history.list', { run: 7, limit: 50 }],
  ['history of the large run', 'history.list', { run: 1, limit: 50 }],
  ['history of the large run, an old page', 'history.list', { run: 1, before: [Math.floor(large / 2000), 500], limit: 50 }],
  ['problems', 'item.list', { limit: 50 }],
  ['problems of a job', 'item.list', { job: 3, limit: 50 }],
];

await ask({ name: `lists-${rows}`, goalMs: 50, questions: lists, fill }, process.argv[3]);
