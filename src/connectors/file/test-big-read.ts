// For tests only: reads a file in a process of its own, so that its heap can be limited. Arguments: file, folder.
import type { Connection } from '../../connector-kit/contract.ts';
import { createPace } from '../../connector-kit/http/pace.ts';
import { configSchema, type FilePart } from './config.ts';
import { file as connector } from './index.ts';

const [path, folder] = process.argv.slice(2) as [string, string];
const signal = new AbortController().signal;
const connection: Connection<FilePart> = await connector.open({
  connectionId: 'big',
  config: configSchema.parse({ path }),
  clock: { now: () => Date.now(), sleep: async () => {} },
  pace: createPace({ now: () => 0, sleep: async () => {} }),
  log() {},
  memory: { get: async () => undefined, set: async () => {} },
  folder,
});
const request = { attributes: ['employeeNumber', 'displayName', 'manager'], relations: ['membership'], now: 0, signal };
let people = 0;
let complete = false;
for await (const event of connection.read!('person', { ...request, part: {} })) {
  if (event.kind === 'objects') people += event.objects.length;
  if (event.kind === 'end') complete = event.complete;
}
const { answers } = await connection.get!('person', ['099999', 'nobody'], request);
process.stdout.write(
  JSON.stringify({
    people,
    complete,
    found: answers.get('099999')?.state,
    gone: answers.get('nobody')?.state,
    megabytes: process.memoryUsage().rss / 1e6,
  }),
);
await connection.close();
