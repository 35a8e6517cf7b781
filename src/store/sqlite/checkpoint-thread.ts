// The thread that moves committed pages from the write-ahead log into the database file, so that hardly any commit has to.
// It is in nobody's way: a passive checkpoint waits for no one and stops no one. https://www.sqlite.org/wal.html#concurrency
import { DatabaseSync } from 'node:sqlite';
import { parentPort, workerData } from 'node:worker_threads';

const { path } = workerData as { readonly path: string };
const port = parentPort!;
const database = new DatabaseSync(path, { timeout: 0 });
database.exec('PRAGMA synchronous = FULL; PRAGMA wal_autocheckpoint = 0; PRAGMA cache_size = -500');
const checkpoint = database.prepare('PRAGMA wal_checkpoint(PASSIVE)');

port.on('message', (message: 'checkpoint' | 'end') => {
  if (message === 'checkpoint') {
    // What could not be moved now moves next time; where this never gets to it, the writer does it at a commit.
    checkpoint.get();
    return;
  }
  database.close();
  port.close();
});
