// What a person accepts while the source is being asked counts for the answer.
import { expect, it } from 'vitest';
import type { Connector } from '../../src/connector-kit/contract.ts';
import { openScene, roomy } from '../../test/support/plain-scene.ts';
import { ask } from '../../test/support/asking.ts';

it('a person accepts what the source shows while a run about one person asks: what is missing there counts by the answer, not by what was before', async () => {
  let meanwhile: (() => Promise<unknown>) | null = null;
  const scene = await openScene({
    people: 5,
    up: { policy: { guard: roomy } },
    source: (system) => {
      const { connector } = system;
      return {
        ...connector,
        open: async (context: never) => {
          const connection = await connector.open(context);
          return {
            ...connection,
            get: async (...args: never[]) => {
              const now = meanwhile;
              meanwhile = null;
              await now?.();
              return (connection.get as unknown as (...a: never[]) => Promise<never>)(...args);
            },
          };
        },
      } as unknown as Connector;
    },
  });
  const { hr, bench } = scene;
  // The first complete read: a small range, two people are not in it yet.
  hr.dials.range = 'small';
  const [four, five] = [hr.get('person', '4')!, hr.get('person', '5')!];
  hr.delete('person', '4');
  hr.delete('person', '5');
  await bench.run(scene.up);
  // The range is widened: both are shown, which is a doubt until somebody accepts it.
  hr.dials.range = 'wide';
  hr.put('person', '4', four.attributes, four.edges ?? {});
  hr.put('person', '5', five.attributes, five.edges ?? {});
  await bench.run(scene.up);
  const before = await scene.known('5');
  expect(before?.lifecycle).toBe('active');
  // Somebody accepts; in the same moment the right is lost again, and an event asks for 5.
  meanwhile = async () => {
    await ask(scene, 'job.resume', { job: scene.up, accept: true } as never);
    hr.dials.range = 'small';
    hr.delete('person', '5');
  };
  const run = await bench.run(scene.up, { keys: [{ type: 'person', id: '5' }] });
  expect(await scene.changes(run)).toEqual([]);
});
