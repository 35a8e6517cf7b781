// A source that shows nothing, or breaks off: the inbox says so until a run reads it again.
import { expect, it } from 'vitest';
import { openApi, type Loose } from '../support/api-scene.ts';
import { roomy } from '../support/plain-scene.ts';

async function company() {
  const { ask, scene } = await openApi({ people: 3, up: { policy: { guard: roomy } }, down: { policy: { guard: roomy } } });
  await scene.sync();
  const waits = async (): Promise<Loose[]> => (await ask('GET', '/waiting', { as: 'viewer' })).body.waiting;
  return { ask, scene, waits };
}

it('an emptied source waits for a person with what was known of it, until a run reads something again', async () => {
  const { ask, scene, waits } = await company();
  expect(await waits()).toEqual([]);
  scene.hr.dials.empty = true;
  const { up } = await scene.sync();
  const [entry, ...rest] = await waits();
  expect(rest).toEqual([]);
  expect(entry).toMatchObject({ id: `source-empty:${scene.up}`, urgency: 'stopped', job: scene.up, connection: 'hr', since: up.endedAt });
  expect(entry.detail.en).toContain(`Run ${up.id} read none of the 3 people and 1 department that are known.`);
  expect(entry.detail.zh).toContain('3 名人员、1 个部门');
  expect(entry.see.path).toBe(`/runs/${up.id}`);
  expect(entry.settle.map((way: Loose) => way.operation)).toEqual(['run.start', 'connection.check']);
  // What reads nothing of it does not settle it: a dry run, a single record, a run that fails.
  scene.hr.dials.empty = false;
  await scene.bench.run(scene.up, { dryRun: true });
  await scene.bench.run(scene.up, { keys: [{ type: 'person', id: '1' }] });
  expect((await waits()).map((one) => one.id)).toEqual([`source-empty:${scene.up}`]);
  // The way that is offered leads out of it.
  const [again] = entry.settle;
  expect((await ask(again.method, again.path, { body: again.input })).status).toBe(202);
  await scene.bench.engine.drain();
  expect(await waits()).toEqual([]);
});

it('a source that is not read to its end is named with the reason, and a job that is switched off is not', async () => {
  const { scene, waits } = await company();
  scene.hr.dials.sizeLimit = 2;
  const { up } = await scene.sync();
  expect(await waits()).toMatchObject([{ id: `read-incomplete:${scene.up}`, urgency: 'look', see: { path: `/runs/${up.id}` } }]);
  await scene.bench.database.write((transaction) => transaction.run(`UPDATE job SET state = 'disabled' WHERE id = ?`, scene.up));
  expect(await waits()).toEqual([]);
});
