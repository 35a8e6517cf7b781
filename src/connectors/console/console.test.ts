// Edits by hand as an endpoint: pages, ids, what a rule makes of a group.
import { expect, test } from 'vitest';
import type { EndpointObject } from '../../core/model.ts';
import type { ConsolePort } from '../../connector-kit/directory-port.ts';
import { createPace } from '../../connector-kit/http/pace.ts';
import { console } from './index.ts';

const objects: readonly EndpointObject[] = ['p1', 'p2', 'p3'].map((id) => ({ id, attributes: { displayName: id } }));
const port: ConsolePort = {
  page: async (type, after, limit) => (type === 'person' ? objects.filter((object) => object.id > after).slice(0, Math.min(limit, 2)) : []),
  get: async (type, ids) =>
    new Map(objects.filter((object) => type === 'person' && ids.includes(object.id)).map((object) => [object.id, object])),
};
const request = { part: {}, attributes: [], relations: [], now: 0, signal: new AbortController().signal };
const clock = { now: () => 0, sleep: async () => {} };
const open = () =>
  console.open({
    connectionId: 'console',
    config: {},
    pace: createPace(clock),
    clock,
    log: () => {},
    folder: '',
    directory: port,
    memory: { get: async () => undefined, set: async () => {} },
  });

test('is read page by page to its end', async () => {
  const connection = await open();
  const seen: string[] = [];
  for await (const event of connection.read!('person', request)) {
    if (event.kind === 'objects') seen.push(...event.objects.map((object) => object.id));
    if (event.kind === 'end') expect(event.complete).toBe(true);
  }
  expect(seen).toEqual(['p1', 'p2', 'p3']);
});

test('what nobody entered is gone, and said so', async () => {
  const report = await (await open()).get!('person', ['p2', 'x'], request);
  expect([...report.answers].map(([id, answer]) => [id, answer.state])).toEqual([
    ['p2', 'found'],
    ['x', 'gone'],
  ]);
});
