// One committed change of the directory until a SCIM app has it, beside a bare PATCH of the same account in the same run.
//
// From the moment at which the transaction with the history row has returned, to the moment at which the app's answer to the
// write of that person is there. Between the two: the feed, the plan, the guard, `sent`, the request.
import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import { Pool } from 'undici';
import type { Database } from '../src/store/database.ts';
import { setScene, type Server } from './scim-scene.ts';

const CHANGES = 300;
/** People in the directory meanwhile. */
const PEOPLE = 2000;

export interface Latencies {
  readonly changes: number;
  readonly p50: number;
  readonly p99: number;
  readonly bareP50: number;
  readonly commits: number;
  readonly statements: number;
}

const percentile = (values: readonly number[], share: number): number =>
  values.toSorted((a, b) => a - b)[Math.min(values.length - 1, Math.floor(values.length * share))]!;

export async function oneChange(server: Server, folder: string): Promise<Latencies> {
  const { engine, database, source, up, counted } = await setScene(PEOPLE, server, folder, { trigger: { kind: 'event' } });
  await engine.drain();
  const commits = historyCommits(database);
  const answers = writesAnswered();
  const people = source.world.page('person', 0, PEOPLE).objects;
  const waits: number[] = [];
  let spent = { commits: 0, statements: 0 };
  for (let n = 0; n < CHANGES; n += 1) {
    const person = people[n % PEOPLE]!;
    source.world.change('person', person.id, { title: `promoted ${n}` });
    await engine.enqueue({ job: up, mode: 'keys', actor: 'bench', keys: [{ type: 'person', id: person.id }] });
    const before = { ...counted.asked };
    answers.clear();
    await engine.drain();
    const answered = answers.last();
    if (answered === null) throw new Error(`change ${n} did not reach the app; a figure from skipped work is none`);
    waits.push(answered - commits.last());
    spent = {
      commits: spent.commits + counted.asked.commits - before.commits,
      statements: spent.statements + counted.asked.statements - before.statements,
    };
  }
  answers.stop();
  const bare = await barePatches(server);
  await database.close();
  return {
    changes: CHANGES,
    p50: percentile(waits, 0.5),
    p99: percentile(waits, 0.99),
    bareP50: percentile(bare, 0.5),
    commits: Math.round(spent.commits / CHANGES),
    statements: Math.round(spent.statements / CHANGES),
  };
}

/** When the last transaction that grew the directory's history had returned. The database is watched in place. */
function historyCommits(database: Database): { last(): number } {
  const watched = database as { write: Database['write'] };
  const inner = watched.write.bind(database);
  let at = 0;
  watched.write = async (work, how) => {
    let grew = false;
    const result = await inner(async (transaction) => {
      const insert: typeof transaction.insert = (table, ...rest) => {
        grew ||= table === 'history';
        return transaction.insert(table, ...rest);
      };
      return work({ ...transaction, insert });
    }, how);
    if (grew) at = performance.now();
    return result;
  };
  return { last: () => at };
}

interface Answered {
  readonly request: { readonly method: string };
}

/** When the answer to the last writing request was there. */
function writesAnswered(): { clear(): void; last(): number | null; stop(): void } {
  let at: number | null = null;
  const hear = (message: unknown): void => {
    if (['PATCH', 'PUT'].includes((message as Answered).request.method)) at = performance.now();
  };
  subscribe('undici:request:headers', hear);
  return {
    clear: () => (at = null),
    last: () => at,
    stop: () => void unsubscribe('undici:request:headers', hear),
  };
}

async function barePatches({ url, token }: Server): Promise<number[]> {
  const { origin, pathname } = new URL(url);
  const pool = new Pool(origin, { connections: 1 });
  const headers = {
    authorization: `Bearer ${token}`,
    'content-type': 'application/scim+json',
    accept: 'application/scim+json',
    'user-agent': 'bench',
  };
  const users = `${pathname}/Users`;
  const page = await pool.request({ path: `${users}?count=1`, method: 'GET', headers });
  const { Resources } = (await page.body.json()) as { Resources: readonly { id: string }[] };
  const waits: number[] = [];
  for (let n = 0; n < CHANGES; n += 1) {
    const body = JSON.stringify({
      schemas: ['urn:ietf:params:scim:api:messages:2.0:PatchOp'],
      Operations: [{ op: 'replace', path: 'title', value: `bare ${n}` }],
    });
    const startedAt = performance.now();
    const answer = await pool.request({ path: [users, Resources[0]!.id].join('/'), method: 'PATCH', headers, body });
    await answer.body.text();
    if (answer.statusCode >= 300) throw new Error(`HTTP ${answer.statusCode}`);
    waits.push(performance.now() - startedAt);
  }
  await pool.destroy();
  return waits;
}
