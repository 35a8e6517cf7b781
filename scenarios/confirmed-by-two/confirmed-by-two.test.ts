// Held work is seen by person across jobs and confirmed once; where the policy asks for two people, the first cannot be the second.
import { expect, it } from 'vitest';
import { carryOut, type InputOf, type OperationName, type OutputOf } from '../../src/engine/commands.ts';
import { putToken } from '../../src/store/tokens.ts';
import { ask, refusal } from '../../test/support/asking.ts';
import { openScene, roomy, type Scene } from '../../test/support/plain-scene.ts';
import { PlainSystem } from '../../test/support/plain-system.ts';

const policy = { guard: roomy, leaver: { gone: 'delete', leftScope: 'delete', departed: 'delete' } } as const;

async function askAs<N extends OperationName>(scene: Scene, actor: string, name: N, input: InputOf<N>): Promise<OutputOf<N>> {
  const { engine, database, clock } = scene.bench;
  const context = { reader: database, connectors: engine.options.connectors, now: () => clock.now(), engine, alone: true, actor };
  return (await carryOut(name, context, input)) as OutputOf<N>;
}

it('what two systems would do to one person is one line, confirmed with one word, by two people where that is asked for', async () => {
  const scene = await openScene({ people: 4, up: { policy }, down: { policy } });
  const { bench, hr, app } = scene;
  const wiki = new PlainSystem('wiki');
  await bench.connection('wiki', wiki.connector, {});
  const second = await scene.addJob(wiki, 'down', { policy, approvals: 2 });
  await scene.sync();
  await bench.run(second);
  for (const id of ['1', '2']) hr.delete('person', id);
  await bench.run(scene.up);
  await bench.approveAll();
  await bench.run(scene.down);
  await bench.run(second);

  const people = async () => (await ask(scene, 'held.people', {})).people;
  const found = await people();
  expect(found.map((one) => [one.title, one.held.map((row) => [row.jobName, row.action, row.needs])])).toEqual([
    [
      'Person 1',
      [
        ['app out', 'remove', 1],
        ['wiki out', 'remove', 2],
      ],
    ],
    [
      'Person 2',
      [
        ['app out', 'remove', 1],
        ['wiki out', 'remove', 2],
      ],
    ],
  ]);
  const [page, rest] = [
    await ask(scene, 'held.people', { limit: 1 }),
    await ask(scene, 'held.people', { limit: 1, after: found[0]!.object }),
  ];
  expect([page.people[0]!.title, page.next, rest.people[0]!.title]).toEqual(['Person 1', found[0]!.object, 'Person 2']);

  // One word for both systems: where one person is enough it happens, elsewhere it is asked for.
  const objects = found.map((one) => one.object);
  expect(await askAs(scene, 'ann', 'held.decide', { decision: 'approve', objects })).toMatchObject({ decided: 2, asked: 2 });
  await bench.engine.drain();
  expect([app.all('person').length, wiki.all('person').length]).toEqual([2, 4]);
  expect((await people()).map((one) => one.held.map((row) => row.confirmedBy.map((by) => by.by)))).toEqual([[['ann']], [['ann']]]);

  // Neither she herself nor a token of hers is somebody else.
  expect(await refusal(askAs(scene, 'ann', 'held.decide', { decision: 'approve', objects }))).toContain('asks for a second person');
  await bench.database.write((transaction) =>
    putToken(transaction, {
      id: 't',
      hash: 'h',
      name: 'robot',
      role: 'approver',
      connections: null,
      jobs: null,
      createdAt: 1,
      createdBy: 'ann',
      owner: null,
      expiresAt: 9e15,
    }),
  );
  expect(await refusal(askAs(scene, 'token:robot', 'held.decide', { decision: 'approve', objects }))).toContain('asks for a second person');

  expect(await askAs(scene, 'bob', 'held.decide', { decision: 'approve', objects: [objects[0]!] })).toMatchObject({ decided: 1, asked: 0 });
  await bench.engine.drain();
  expect(wiki.all('person').length).toBe(3);

  // What the first has seen is what the second confirms: a plan that differs begins anew.
  await bench.database.write((transaction) => transaction.run(`UPDATE held SET hash = 'differs' WHERE state = 'open'`));
  expect((await people())[0]!.held[0]!.confirmedBy).toEqual([]);
  expect(await askAs(scene, 'bob', 'held.decide', { decision: 'approve', objects: [objects[1]!] })).toMatchObject({ decided: 0, asked: 1 });
  expect(await askAs(scene, 'ann', 'held.decide', { decision: 'cancel', objects: [objects[1]!] })).toMatchObject({ decided: 1 });
  expect(await people()).toEqual([]);
  const log = (await ask(scene, 'audit.list', { subject: `job:${second}` })).entries.filter((entry) => entry.action.startsWith('held.'));
  expect(log.map((entry) => [entry.action, entry.actor]).reverse()).toEqual([
    ['held.ask', 'ann'],
    ['held.approve', 'bob'],
    ['held.ask', 'bob'],
  ]);
});

it('accepting what a source shows no more is a word of two people as well', async () => {
  const scene = await openScene({ people: 30, up: { policy, approvals: 2 } });
  const { bench, hr } = scene;
  await scene.sync();
  hr.dials.range = 'less';
  for (const id of ['1', '2', '3']) hr.delete('person', id);
  await bench.run(scene.up);
  const state = async () => (await ask(scene, 'job.get', { job: scene.up })).state;
  expect(await state()).toBe('paused');

  expect(await askAs(scene, 'ann', 'job.resume', { job: scene.up, accept: true })).toMatchObject({ run: null, state: 'paused' });
  expect(await refusal(askAs(scene, 'ann', 'job.resume', { job: scene.up, accept: true }))).toContain('asks for a second person');
  expect([await state(), (await scene.people()).length]).toEqual(['paused', 30]);
  const done = await askAs(scene, 'bob', 'job.resume', { job: scene.up, accept: true });
  expect(done).toMatchObject({ state: 'enabled', run: expect.any(Number) });
  await bench.engine.drain();
  expect((await ask(scene, 'held.people', {})).people.map((one) => one.title)).toEqual(['Person 1', 'Person 2', 'Person 3']);
  const log = (await ask(scene, 'audit.list', { subject: `job:${scene.up}` })).entries.map((entry) => [entry.action, entry.actor]);
  expect(log.filter(([action]) => action === 'job.ask' || action === 'job.accept').reverse()).toEqual([
    ['job.ask', 'ann'],
    ['job.accept', 'bob'],
  ]);
});
