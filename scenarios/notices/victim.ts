// A process that sends what waits in a store, and dies at a named moment when it is told to.
import { directory } from '../../src/connectors/directory/index.ts';
import type { Connector } from '../../src/connector-kit/contract.ts';
import { createDirectoryIds } from '../../src/engine/directory-ids.ts';
import { createEngine } from '../../src/engine/engine.ts';
import { createNotifier } from '../../src/engine/notify/notifier.ts';
import { createSealer } from '../../src/engine/sealing.ts';
import { openOwnStore } from '../../test/support/store.ts';

const [folder, point, nth] = process.argv.slice(2);
let passed = 0;
const database = await openOwnStore(folder!);
// As at every start on an embedded store: nobody else is at work.
await database.write((transaction) => transaction.run('UPDATE lease SET until = 0'));
const engine = createEngine({
  database,
  connectors: new Map([['directory', directory as unknown as Connector]]),
  clock: { now: () => Date.now(), sleep: async () => {} },
  sealer: createSealer(Buffer.alloc(32, 7)),
  newId: createDirectoryIds(),
  folder: folder!,
  holder: `victim-${process.pid}`,
  log: () => {},
  probe: (at) => void (at === point && ++passed === Number(nth) && process.kill(process.pid, 'SIGKILL')),
});
const notifier = createNotifier(engine);
await notifier.pass();
await notifier.close();
await database.close();
