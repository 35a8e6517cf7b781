// What jobs leave behind that go as a whole: removed objects that came from them alone, what was seen of their systems, and copies of files.
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { removedJobs } from '../store/jobs.ts';
import { dropLeftBehind, dropSeen, type Going, leftBehind } from '../store/leftovers.ts';
import { consoleJob } from './console/job.ts';
import type { EngineOptions } from './context.ts';
import { parseJson } from './shapes.ts';

/** Objects of one transaction. */
const PIECE = 200;

interface Parting {
  readonly connections: readonly string[];
  /** Those that are there still; of removed ones is known which connection they had. */
  readonly jobs: readonly number[];
}

/** Piece by piece: a kill at any moment leaves what the next call goes on with. Whatever somebody else holds stays as it is. */
export async function dropObjects({ database, probe }: EngineOptions, { connections, jobs }: Parting): Promise<void> {
  const before = (await removedJobs(database))
    .filter(({ settings }) => connections.includes(parseJson<{ connection: string }>(settings, { connection: '' }).connection))
    .map(({ job }) => Number(job));
  const going: Going = { connections, jobs: [...jobs, ...before], byHand: (await consoleJob(database))?.id ?? null };
  for (let after = ''; ; ) {
    const ids = await leftBehind(database, going, after, PIECE);
    if (ids.length > 0) await database.write((transaction) => dropLeftBehind(transaction, going, ids));
    probe?.('leftovers:piece');
    if (ids.length < PIECE) return;
    after = ids.at(-1)!;
  }
}

/** What was last seen of these connections, in the store and in their folders. */
export async function dropCopies({ database, folder, probe }: EngineOptions, connections: readonly string[]): Promise<void> {
  for (const id of connections) {
    while ((await database.write((transaction) => dropSeen(transaction, id, PIECE))) > 0) probe?.('leftovers:piece');
    await rm(join(folder, 'connections', id), { recursive: true, force: true });
  }
}
