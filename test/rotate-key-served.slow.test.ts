// A new master key in a real server that is at work: killed in the middle, again and again; and beside a worker that has only the old one.
import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import type { Session } from '../src/cli/session.ts';
import { ldap } from '../src/connectors/ldap/index.ts';
import { dataFolder } from '../src/cli/data-folder.ts';
import { openReader } from '../src/cli/open-store.ts';
import { postgresAvailable } from './servers/postgres.ts';
import { roomy } from './support/plain-scene.ts';
import { runAndFollow, serve, start, type ServerPlace } from './support/server-process.ts';
import { dropDatabase, newDatabase } from './support/store.ts';

const PEOPLE = 2500;
const LATE_MS = 90_000;

async function newPlace(store: 'sqlite' | 'postgres'): Promise<ServerPlace> {
  const root = mkdtempSync(join(tmpdir(), 'tributary-rotating-'));
  const database = store === 'postgres' ? await newDatabase() : null;
  const running = new Set<ChildProcess>();
  onTestFinished(async () => {
    for (const child of running) child.kill('SIGKILL');
    if (database) await dropDatabase(database);
    rmSync(root, { recursive: true, force: true, maxRetries: 5, retryDelay: 100 });
  });
  return { root, database, running };
}

/** Everybody's ID number ends in `mark`. */
function writePeople({ root }: ServerPlace, mark: string): void {
  const rows = Array.from({ length: PEOPLE }, (_, n) => `${n},Person ${n},110101199001${String(n).padStart(4, '0')}${mark},Main`);
  writeFileSync(join(root, 'people.csv'), `employee number,name,id number,department\n${rows.join('\n')}\n`);
}

async function kill(child: ChildProcess): Promise<void> {
  const ended = once(child, 'exit');
  child.kill('SIGKILL');
  await ended;
}

const keyOf = async (session: Session): Promise<string> => (await session.call('system.health', {})).key!;
/** Until no rotation is under way or waits. */
const settled = (session: Session): Promise<unknown> =>
  expect.poll(async () => (await session.call('system.health', {})).keyRotation.state, { timeout: LATE_MS, interval: 50 }).toBe('none');

/** With the password that was sealed first of all. */
const signsIn = async (session: Session): Promise<boolean> =>
  (await session.call('connection.check', { connection: 'ldap' })).checks.every((check) => check.findings.every((finding) => finding.ok));

/** Runs that were cut off have come to their end. */
const ended = (session: Session): Promise<unknown> =>
  expect
    .poll(async () => Object.values((await session.call('system.health', {})).runs).reduce((sum, count) => sum + count, 0), {
      timeout: LATE_MS,
      interval: 100,
    })
    .toBe(0);

/** Ids of the keys that have sealed anything in the store. */
async function keysInStore({ root, database }: ServerPlace): Promise<string[]> {
  const reader = await openReader(dataFolder(join(root, 'data'), database));
  try {
    const texts = await reader.all<{ text: string | null }>(
      `SELECT wrapped AS text FROM person_key UNION ALL SELECT value FROM sealed UNION ALL SELECT answer FROM answered
       UNION ALL SELECT secrets FROM change UNION ALL SELECT desired FROM staged UNION ALL SELECT refresh FROM session`,
    );
    return [...new Set(texts.flatMap(({ text }) => [...(text ?? '').matchAll(/§s1\.(\w+)\./g)].map(([, id]) => id!)))].filter(
      (id) => id !== 'owner',
    );
  } finally {
    await reader.close();
  }
}

describe.each(['sqlite', 'postgres'] as const)('a new master key in a server at work, on %s', { timeout: 300_000 }, (store) => {
  it.skipIf(store === 'postgres' && !postgresAvailable().ok)('is taken whenever it is killed, and nothing is lost', async () => {
    const place = await newPlace(store);
    const far = await ldap.simulate!({ port: 0 });
    onTestFinished(() => far.stop());
    writePeople(place, '00');
    let { child, session } = await serve(place);
    await session.call('config.apply', {
      document: {
        connections: [
          { id: 'hr', connector: 'file', name: 'HR', config: { use: 'read', path: join(place.root, 'people.csv'), settleSeconds: 0 } },
        ],
        jobs: [{ name: 'HR', connection: 'hr', direction: 'up', policy: { guard: roomy } }],
      },
    });
    await session.call('connection.create', { id: 'ldap', connector: 'ldap', name: 'LDAP', config: far.config as never });
    await session.call('job.state', { job: 'HR', state: 'enabled', unseen: true });
    await runAndFollow(session, 'HR');
    const first = await keyOf(session);

    // Another process takes a run of a shared store over when the lease of the killed one has lapsed: there it is killed once.
    for (const [n, afterMs] of (store === 'sqlite' ? [0, 15, 40, 80] : [40]).entries()) {
      writePeople(place, String(n + 1).padStart(2, '0'));
      // Where the one before is still under way, that goes on.
      await session.call('run.start', { job: 'HR' }).catch(() => {});
      void session.call('key.rotate', {}).catch(() => {});
      await new Promise((resolve) => setTimeout(resolve, afterMs));
      await kill(child);
      await session.close();
      ({ child, session } = await serve(place));
      await settled(session);
    }
    await ended(session);
    // One that was asked for and not noted yet was forgotten with the kill: the last is not killed.
    const before = await keyOf(session);
    const { from, to } = await session.call('key.rotate', {});
    expect([from, to === first]).toEqual([before, false]);
    expect(await signsIn(session)).toBe(true);
    await kill(child);
    await session.close();
    expect(await keysInStore(place)).toEqual([to]);
    for (const name of readdirSync(join(place.root, 'data'))) if (/^key\..*\.old$/.test(name)) rmSync(join(place.root, 'data', name));
    ({ child, session } = await serve(place));
    expect(await signsIn(session)).toBe(true);
    writePeople(place, '99');
    await runAndFollow(session, 'HR');
    await session.close();
  });
});

it.skipIf(!postgresAvailable().ok)(
  'none is made while a worker has only the old key; which one, and what to do, is said before',
  { timeout: 120_000 },
  async () => {
    const place = await newPlace('postgres');
    const { session } = await serve(place);
    expect((await session.call('system.health', {})).keyRotation).toEqual({ obstacle: null, state: 'none', rows: 0 });
    const key = readFileSync(join(place.root, 'data', 'key'), 'utf8').trim();
    const worker = start({ ...place, root: mkdtempSync(join(place.root, 'worker-')), environment: { TRIBUTARY_KEY: key } }, 'worker');
    const obstacle = async (): Promise<string> => (await session.call('system.health', {})).keyRotation.obstacle?.en ?? '';
    await expect.poll(obstacle, { timeout: LATE_MS, interval: 100 }).toContain(`process ${worker.pid}`);
    await expect(session.call('key.rotate', {})).rejects.toThrow(/Stop every worker and command there first/);
    await kill(worker);
    await expect.poll(obstacle, { timeout: LATE_MS, interval: 100 }).toBe('');
    expect((await session.call('key.rotate', {})).to).toBe(await keyOf(session));
    const late = start({ ...place, root: mkdtempSync(join(place.root, 'late-')), environment: { TRIBUTARY_KEY: key } }, 'worker');
    const [code] = (await once(late, 'exit')) as [number];
    expect(code).not.toBe(0);
    await session.close();
  },
);
