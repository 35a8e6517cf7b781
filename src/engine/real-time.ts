// Real time: events of a source and commits of the directory name keys, once each; keys become short runs, leavers first.
//
// Level, not edge: nothing of an event is kept but the keys it names. A lost, doubled or late one costs a look at most.
import type { Connection, EventReply, IncomingEvent, TouchedKey } from '../connector-kit/contract.ts';
import { jobSettingsSchema, type JobSettings } from '../core/job-settings.ts';
import { APART_ACTIONS } from '../core/plan.ts';
import { historySequence } from '../store/directory.ts';
import { getConnection, listJobs, patchJob, type JobRow } from '../store/jobs.ts';
import {
  countTouched,
  dropTouched,
  feedOf,
  forgetTouched,
  lastTouchedRun,
  leaversOf,
  noteCalled,
  noteEvents,
  noteVerified,
  putFeed,
  seenEvents,
  touch,
  touchedFirst,
  type TouchedRow,
} from '../store/real-time.ts';
import { openRuns } from '../store/runs.ts';
import type { EngineOptions } from './context.ts';
import { typesReading } from './dependents.ts';
import { directoryTypes } from '../core/directory-types.ts';
import { createDirectoryPort } from './directory-port.ts';
import { openConnection } from './endpoint.ts';
import type { Alongside, RunRequest } from './engine.ts';
import { draftReceiver } from './drafts/callback.ts';
import { conductOf } from './states.ts';

/** Keys of one short run: a leaver waits for no more than that, and at a system that takes so many a second for no longer than RUN_MS. */
const KEYS_PER_RUN = 500;
const LEAST_KEYS = 50;
const RUN_MS = 10_000;
/**
 * From one short run of a source to the next. A run asks a vendor a few questions of its own (what may I see, which attributes are
 * there), and some allow a hundred of those a minute: https://open.feishu.cn/document/server-docs/api-call-guide/frequency-control
 */
const BETWEEN_RUNS_MS = 700;
/** From here on one comparison of everything is cheaper than looking at each. */
const FLOOD = 10_000;
/** Committed batches of history that are looked at in one go. */
const FEED_BATCHES = 50;
const GAP_MS = 3_600_000;

export type Enqueue = (request: RunRequest, alongside?: Alongside) => Promise<number>;

export interface EventJob {
  readonly row: JobRow;
  readonly settings: JobSettings;
}

const parsed = new Map<string, JobSettings>();
/** Asked at every event and every batch, so each text is parsed once. */
function settingsOf(row: JobRow): JobSettings {
  const known = parsed.get(row.settings);
  if (known) return known;
  if (parsed.size > 500) parsed.clear();
  const settings = jobSettingsSchema.parse(JSON.parse(row.settings));
  parsed.set(row.settings, settings);
  return settings;
}

/** Jobs that live by events; those that rest listen, too. */
export const eventJobs = async (engine: EngineOptions): Promise<readonly EventJob[]> => eventJobsAmong(await listJobs(engine.database));

export const eventJobsAmong = (jobs: readonly JobRow[]): readonly EventJob[] =>
  jobs
    .filter((row) => conductOf(row.state).listens)
    .map((row) => ({ row, settings: settingsOf(row) }))
    .filter((job) => job.settings.trigger.kind === 'event');

const mayStart = (job: EventJob): boolean => conductOf(job.row.state).runsByItself;

// ── events of a source ───────────────────────────────────────────────────────────────────────────────────

export type Receive = (connection: string, event: IncomingEvent) => Promise<EventReply>;

const refused = (status: number, body: string): EventReply => ({ status, headers: { 'content-type': 'text/plain; charset=utf-8' }, body });

/** Verifies, stores and answers events. Connections stay open between events and are opened anew after an edit. */
export function createReceiver(engine: EngineOptions, onEverything: (job: number) => Promise<void>): Receive {
  const open = new Map<string, { revision: number; connection: Connection }>();
  const store = gathering((connection, events) => storeEvents(engine, connection, events, onEverything));
  const receiverOf = async (id: string): Promise<Connection['events'] | null> => {
    const row = await getConnection(engine.database, id);
    if (!row) return null;
    const known = open.get(id);
    if (known?.revision === row.revision) return known.connection.events ?? null;
    const { connection } = await openConnection(engine, id);
    open.set(id, { revision: row.revision, connection });
    await known?.connection.close();
    return connection.events ?? null;
  };
  return async (id, event) => {
    const own = await receiverOf(id);
    const receiver = own ?? (await draftReceiver(engine, id));
    if (!receiver) return refused(404, 'No connection of this name takes events here.');
    const verified = await receiver.verify(event);
    if (verified.kind === 'handshake') {
      engine.log('event-handshake', { connection: id });
      await engine.database.write((transaction) => noteVerified(transaction, id, engine.clock.now()));
      return verified.reply;
    }
    if (verified.kind === 'rejected') {
      engine.log('event-rejected', { connection: id, reason: verified.reason });
      return verified.reply;
    }
    // A draft has no job that could live by them.
    if (!own) return verified.reply;
    await store(
      id,
      verified.events.map(({ eventId, payload }) => ({ id: eventId, keys: receiver.toKeys(payload) })),
    );
    return verified.reply;
  };
}

/** Those that come while others are being stored are stored together: a flood is a few commits, and each is answered once it is safe. */
function gathering(store: (connection: string, events: readonly NamedEvent[]) => Promise<void>): typeof store {
  const open = new Map<string, { readonly events: NamedEvent[]; readonly stored: Promise<void> }>();
  const last = new Map<string, Promise<void>>();
  return (connection, events) => {
    const together = open.get(connection);
    if (together) {
      together.events.push(...events);
      return together.stored;
    }
    const own = [...events];
    const before = last.get(connection) ?? Promise.resolve();
    const stored = before
      .catch(() => {})
      .then(() => {
        open.delete(connection);
        return store(connection, own);
      });
    open.set(connection, { events: own, stored });
    last.set(connection, stored);
    return stored;
  };
}

interface NamedEvent {
  readonly id: string;
  readonly keys: readonly TouchedKey[] | 'everything';
}

/** One transaction: the ids of the events, and what they touch in every job that lives by them. */
async function storeEvents(
  engine: EngineOptions,
  connection: string,
  events: readonly NamedEvent[],
  onEverything: (job: number) => Promise<void>,
): Promise<void> {
  const jobs = (await eventJobs(engine)).filter(({ row }) => row.connection === connection && row.direction === 'up');
  const now = engine.clock.now();
  const fresh = await engine.database.write(async (transaction) => {
    const seen = await seenEvents(
      transaction,
      connection,
      events.map((event) => event.id),
    );
    const unseen = [...new Map(events.filter((event) => !seen.has(event.id)).map((event) => [event.id, event])).values()];
    await noteEvents(
      transaction,
      connection,
      now,
      unseen.map((event) => ({ id: event.id, keys: event.keys === 'everything' ? -1 : event.keys.length })),
    );
    if (unseen.length > 0) await noteCalled(transaction, connection, now);
    const keys = unseen.flatMap((event) => (event.keys === 'everything' ? [] : event.keys));
    for (const job of jobs) await touch(transaction, touchedRows(job, keys, now));
    return unseen;
  });
  if (fresh.length > 0) engine.queue?.wake({ kind: 'touched', key: connection });
  if (fresh.some((event) => event.keys === 'everything')) for (const { row } of jobs.filter(mayStart)) await onEverything(row.id);
}

/** Of the types that the job syncs, once each. */
function touchedRows({ row, settings }: EventJob, keys: readonly TouchedKey[], now: number): TouchedRow[] {
  const once = new Map<string, TouchedRow>();
  for (const key of keys) {
    if (!(key.type in settings.mapping)) continue;
    const at = key.leaver ? 0 : now;
    const name = `${key.type}\0${key.id}`;
    if ((once.get(name)?.at ?? at) >= at) once.set(name, { job: row.id, type: key.type, source_key: key.id, at });
  }
  return [...once.values()];
}

/** What a long connection said: the same as events, without ids. */
export async function touchKeys(engine: EngineOptions, connection: string, keys: readonly TouchedKey[]): Promise<void> {
  if (keys.length === 0) return;
  const jobs = (await eventJobs(engine)).filter(({ row }) => row.connection === connection && row.direction === 'up');
  const now = engine.clock.now();
  await engine.database.write(async (transaction) => {
    for (const job of jobs) await touch(transaction, touchedRows(job, keys, now));
  });
}

/** After a gap in what a source told: its jobs compare everything, though not again within the hour. */
export async function reconcileSoon(engine: EngineOptions, connection: string): Promise<void> {
  const jobs = (await eventJobs(engine)).filter((job) => mayStart(job) && job.row.connection === connection && job.row.direction === 'up');
  await engine.database.write(async (transaction) => {
    for (const { row } of jobs) {
      const at = Math.max(engine.clock.now(), (row.last_complete_at ?? 0) + GAP_MS);
      if (row.next_due_at === null || row.next_due_at > at) await patchJob(transaction, row.id, { next_due_at: at });
    }
  });
}

// ── commits of the directory ─────────────────────────────────────────────────────────────────────────────

/** Follows the directory's history for every downstream job that lives by events. A job new to it begins with everything. */
export async function followHistory(
  engine: EngineOptions,
  listening: readonly EventJob[],
  onEverything: (job: number) => Promise<void>,
): Promise<void> {
  const jobs = listening.filter(({ row }) => row.direction === 'down');
  if (jobs.length === 0) return;
  const head = await historySequence(engine.database);
  const port = createDirectoryPort(engine.database, '', directoryTypes);
  for (const job of jobs) {
    let at = await feedOf(engine.database, job.row.id);
    if (at === null) {
      await engine.database.write((transaction) => putFeed(transaction, job.row.id, head));
      if (mayStart(job)) await onEverything(job.row.id);
      continue;
    }
    while (at < head) {
      // Who decides pair by pair goes on in the same comparison: a run that began by itself meanwhile would make it old.
      const page = await port.changedSince(at, FEED_BATCHES, APART_ACTIONS);
      const leavers = await leaversOf(
        engine.database,
        page.keys.map((key) => key.id),
      );
      const rows = touchedRows(
        job,
        page.keys.map((key) => ({ ...key, leaver: leavers.has(key.id) })),
        engine.clock.now(),
      );
      await engine.database.write(async (transaction) => {
        await touch(transaction, rows);
        await putFeed(transaction, job.row.id, page.sequence);
      });
      if (page.sequence === at) break;
      at = page.sequence;
    }
  }
}

// ── short runs ───────────────────────────────────────────────────────────────────────────────────────────

/** Queues the next short run of each job that has something touched and none under way. Returns the ms until the next may start, if one waits. */
export async function startTouched(engine: EngineOptions, listening: readonly EventJob[], enqueue: Enqueue): Promise<number | null> {
  const jobs = listening.filter(mayStart);
  if (jobs.length === 0) return null;
  let pause: number | null = null;
  const runs = await openRuns(engine.database);
  for (const { row, settings } of jobs) {
    const own = runs.filter((run) => run.job === row.id && !run.dryRun);
    if (own.some((run) => run.mode === 'keys' && run.cause === 'event')) continue;
    const waiting = await touchedFirst(engine.database, row.id, KEYS_PER_RUN);
    if (waiting.length === 0) continue;
    const entries = waiting.slice(0, await keysAtOnce(engine, row, waiting.length));
    const rest = await pauseOf(engine, row, entries[0]!);
    if (rest > 0) {
      pause = Math.min(pause ?? rest, rest);
      continue;
    }
    const whole = own.find((run) => run.mode !== 'keys');
    // A comparison of everything that has not begun to read will see all of it anyway.
    if (whole?.state === 'queued' && whole.stage === '') {
      await engine.database.write((transaction) => forgetTouched(transaction, row.id));
      continue;
    }
    if (!whole && waiting.length === KEYS_PER_RUN && (await countTouched(engine.database, row.id)) > FLOOD && entries[0]!.at !== 0) {
      await enqueue(
        {
          job: row.id,
          mode: row.cursor === null || typesReading(settings).length > 0 ? 'full' : 'incremental',
          cause: 'event',
          actor: 'event',
        },
        async (transaction) => void (await forgetTouched(transaction, row.id)),
      );
      continue;
    }
    await enqueue(
      {
        job: row.id,
        mode: 'keys',
        cause: 'event',
        actor: 'event',
        keys: entries.map((entry) => ({ type: entry.type, id: entry.source_key })),
      },
      async (transaction) => void (await dropTouched(transaction, entries)),
    );
  }
  return pause;
}

/** So many as the system is written in RUN_MS; of a source it is read many at a time. */
async function keysAtOnce(engine: EngineOptions, row: JobRow, waiting: number): Promise<number> {
  if (row.direction === 'up' || waiting <= LEAST_KEYS) return KEYS_PER_RUN;
  const connection = await getConnection(engine.database, row.connection);
  const { perSecond = Infinity } = engine.connectors.get(connection?.connector ?? '')?.manifest.limits ?? {};
  return Math.max(LEAST_KEYS, Math.min(KEYS_PER_RUN, Math.floor((perSecond * RUN_MS) / 1000)));
}

/** How long what was touched above still waits: nothing after a quiet moment, and nothing for leavers. */
async function pauseOf(engine: EngineOptions, row: JobRow, first: TouchedRow): Promise<number> {
  if (row.direction === 'down' || first.at === 0) return 0;
  const last = await lastTouchedRun(engine.database, row.id);
  return last === null ? 0 : Math.max(0, last + BETWEEN_RUNS_MS - engine.clock.now());
}
