// What of its connection a job covers: unsaid it is what the connector means by nothing, wrong it is told, and several live side by side.
import { describe, expect, it, onTestFinished } from 'vitest';
import type { Connector, TouchedKey } from '../../src/connector-kit/contract.ts';
import { openCompany } from '../feishu/company.ts';
import { openScene, roomy, type Scene } from '../../test/support/plain-scene.ts';
import type { PlainSystem } from '../../test/support/plain-system.ts';

describe('a job that does not say what it covers', () => {
  it('covers all that the app may see, as an empty top department does', async () => {
    const company = await openCompany(20, { job: { part: undefined } });
    expect(await company.sync()).toMatchObject({ state: 'succeeded' });
    expect(await company.bench.objects('person')).toHaveLength(20);
    expect(await company.bench.engine.check('feishu', { direction: 'up', part: {} })).toMatchObject({
      findings: expect.arrayContaining([expect.objectContaining({ level: 'reads-department', ok: true })]),
    });
  });
});

describe('a part that does not fit its connector', () => {
  it('stops the run before anything is read, and names the field in both languages', async () => {
    const company = await openCompany(3, { job: { part: { department: 7 } } });
    const run = await company.sync();
    expect(run.state).toBe('failed');
    expect(run.problem).toMatchObject({
      en: expect.stringContaining('part.department'),
      zh: expect.stringMatching(/^part\.department: 无效输入.*string$/),
    });
    expect(await company.bench.objects('person')).toHaveLength(0);
  });
});

/** The plain system with a long connection that takes what `say` gives it, and remembers for which part it was opened. */
function listening(system: PlainSystem): { connector: Connector; say(key: TouchedKey): void; parts: unknown[] } {
  const said: TouchedKey[] = [];
  const parts: unknown[] = [];
  let wake = (): void => {};
  const connector: Connector = {
    manifest: system.connector.manifest,
    open: async (context) => ({
      ...(await system.connector.open(context)),
      async *watch({ part, signal }) {
        parts.push(part);
        signal.addEventListener('abort', () => wake(), { once: true });
        while (!signal.aborted) {
          if (said.length > 0) yield said.splice(0);
          else
            await new Promise<void>((resolve) => {
              wake = resolve;
            });
        }
      },
    }),
  };
  const say = (key: TouchedKey): void => {
    said.push(key);
    wake();
  };
  return { connector, say, parts };
}

describe('two jobs that cover two parts of one connection', () => {
  it('hear one stream, and each takes what lies in its part; who moves over is handed on', async () => {
    let voice!: ReturnType<typeof listening>;
    const live = { trigger: { kind: 'event' }, policy: { guard: roomy } } as const;
    const scene: Scene = await openScene({
      source: (system) => (voice = listening(system)).connector,
      up: { ...live, part: { department: 'north' } },
    });
    const south = await scene.addJob(scene.hr, 'up', { ...live, name: 'south in', part: { department: 'south' } });
    for (const department of ['north', 'south']) scene.hr.department(department);
    for (let id = 1; id <= 4; id++) scene.hr.person(String(id), id <= 2 ? 'north' : 'south');
    for (const job of [scene.up, south]) await scene.bench.run(job);
    const ids = (await scene.people()).map((person) => person.id);
    let woken = (): void => {};
    const watches = scene.bench.engine.watch(() => woken());
    onTestFinished(() => watches.close());
    await watches.tend();
    const tell = async (id: string): Promise<void> => {
      const heard = new Promise<void>((resolve) => {
        woken = resolve;
      });
      voice.say({ type: 'person', id });
      await heard;
      await scene.bench.engine.drain();
    };
    scene.hr.set('person', '1', { title: 'North' });
    scene.hr.set('person', '3', { title: 'South' });
    await tell('1');
    await tell('3');
    scene.hr.set('person', '2', {}, { membership: [{ to: { type: 'department', id: 'south' }, primary: true }] });
    await tell('2');
    expect(voice.parts).toEqual([{}]);
    const titles = await Promise.all(['1', '3'].map(async (id) => (await scene.known(id))!.attributes.title));
    expect(titles).toEqual(['North', 'South']);
    expect(await scene.known('2')).toMatchObject({ lifecycle: 'active', departments: ['south'] });
    expect((await scene.people()).map((person) => person.id)).toEqual(ids);
    const holders = await scene.bench.database.all<{ job: number }>(`SELECT job FROM claim WHERE type = 'person' AND source_key = '2'`);
    expect(holders.map((row) => Number(row.job))).toEqual([south]);
  });
});
