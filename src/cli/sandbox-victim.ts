// A process made to die, with a sandbox company of its own: it fills the phone book and is killed in the middle of that. Begun once more in the same folder, it goes on.
import { readFileSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import type { Connector } from '../connector-kit/contract.ts';
import { carryOut, type InputOf, type OperationName, type OutputOf } from '../engine/commands.ts';
import { createEngine, type Engine } from '../engine/engine.ts';
import { BOOK } from '../engine/sandbox.ts';
import { countChanges } from '../store/ledger.ts';
import { listRuns } from '../store/runs.ts';
import { dataFolder, lockFolder } from './data-folder.ts';
import { openApp } from './open-app.ts';
import type { Died, WentOn } from './sandbox-kill.ts';

/** People that it writes before it dies: enough that many are in the book by then, and many are not. */
const WRITES = 100;

const [path, phase] = process.argv.slice(2);
const folder = dataFolder(path!);
lockFolder(folder, 'sandbox company, killed in the middle');
const app = await openApp({ folder, key: null, log: () => {} });

/** Calls `onWritten` whenever somebody was written into the phone book, before the engine hears of it. */
const watched = (connector: Connector, onWritten: () => void): Connector => ({
  ...connector,
  async open(context) {
    const connection = await connector.open(context);
    const { create } = connection;
    if (context.connectionId !== BOOK || !create) return connection;
    return {
      ...connection,
      async create(type, desired, request) {
        const written = await create(type, desired, request);
        if (type === 'person') onWritten();
        return written;
      },
    };
  },
});

const engineThat = (onWritten: () => void): Engine =>
  createEngine({
    ...app.engine.options,
    connectors: new Map([...app.engine.options.connectors].map(([id, connector]) => [id, watched(connector, onWritten)])),
    // What a dead process had in hand is not under way any more: it wrote into a file of this machine.
    settleMs: 0,
  });

async function call<N extends OperationName>(name: N, input: InputOf<N>): Promise<OutputOf<N>> {
  const { engine, database } = app;
  const { connectors } = engine.options;
  const context = { reader: database, connectors, now: () => Date.now(), engine, alone: true, actor: 'sandbox' };
  return (await carryOut(name, context, input)) as OutputOf<N>;
}

const tell = (what: Died | WentOn): void => void writeSync(1, JSON.stringify(what));

async function die(): Promise<void> {
  await call('sandbox.add', {});
  await app.engine.drain();
  const { held } = await call('held.list', { limit: 1000 });
  await call('held.decide', { decision: 'approve', ids: held.map(({ id }) => id) });
  let written = 0;
  const engine = engineThat(() => {
    written += 1;
    if (written < WRITES) return;
    tell({ written });
    process.kill(process.pid, 'SIGKILL');
  });
  await engine.drain();
}

/** People whom the last run of the job has noted as written. */
async function notedIn(job: number): Promise<number> {
  const [cut] = await listRuns(app.database, { job, limit: 1 });
  const changes = await countChanges(app.database, cut!.id);
  return changes.filter(({ state, type }) => state === 'applied' && type === 'person').reduce((sum, { count }) => sum + Number(count), 0);
}

async function goOn(): Promise<void> {
  const { down } = await call('sandbox.show', {});
  const noted = await notedIn(down!);
  let written = 0;
  const engine = engineThat(() => (written += 1));
  await engine.drain();
  const made = written;
  const again = await engine.enqueue({ job: down!, mode: 'full', actor: 'sandbox' });
  await engine.drain();
  const { run } = await call('run.get', { run: again });
  const rows = readFileSync(join(folder.path, 'sandbox', 'phone-book.csv'), 'utf8')
    .split('\r\n')
    .slice(1)
    .filter(Boolean);
  const numbers = rows.map((row) => row.split(',')[0]);
  tell({ noted, written: made, again: run.counts.applied ?? 0, people: rows.length, different: new Set(numbers).size });
  await app.close();
}

await (phase === 'die' ? die() : goOn());
