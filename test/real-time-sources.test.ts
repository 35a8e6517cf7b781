// Real time is offered and accepted only where a system tells of changes by itself.
import { describe, expect, it } from 'vitest';
import { file } from '../src/connectors/file/index.ts';
import { connectors } from '../src/connectors/index.ts';
import { ask, refusal } from './support/asking.ts';
import { openScene } from './support/plain-scene.ts';
import { plainUp } from './support/plain-system.ts';
import { speaking } from './support/speaking.ts';

const trigger = { kind: 'event' } as const;

describe('a connector', () => {
  it('says whether its systems tell of changes by themselves, and whether they call an address of ours', async () => {
    const scene = await openScene();
    for (const connector of connectors)
      (scene.bench.engine.options.connectors as Map<string, unknown>).set(connector.manifest.id, connector);
    const { connectors: known } = await ask(scene, 'connector.list', {});
    const told = Object.fromEntries(known.map(({ id, realTime, callback }) => [id, { realTime, callback }]));
    expect(told).toMatchObject({
      feishu: { realTime: true, callback: true },
      memory: { realTime: true },
      file: { realTime: false, callback: false },
      ldap: { realTime: false, callback: false },
      scim: { realTime: false, callback: false },
    });
  });
});

describe('a job that reads from a system that tells nothing', () => {
  const second = { name: 'second', connection: 'hr', direction: 'up', mapping: plainUp(), trigger } as const;

  it('is not told to run in real time: the error says where and what to use, by a file and by an edit', async () => {
    const scene = await openScene();
    const planned = await ask(scene, 'config.plan', { document: { version: 1, jobs: [second] } });
    expect(planned.problems).toEqual([
      {
        path: ['jobs', 0, 'trigger'],
        problem: {
          en: 'trigger: the connection "hr" does not tell of changes by itself, so "event" would never start a run. Use kind: schedule',
          zh: 'trigger：连接“hr”不会主动通知变化，“event”（实时）不会触发执行。请使用 kind: schedule（定时）',
        },
      },
    ]);
    expect(await refusal(ask(scene, 'job.update', { job: scene.up, settings: { trigger } }))).toContain('Use kind: schedule');
    // The same file in which the connection itself stands.
    (scene.bench.engine.options.connectors as Map<string, unknown>).set('file', file);
    const connection = { id: 'list', connector: 'file', config: { use: 'read', path: '/nowhere/people.csv' } };
    const whole = await ask(scene, 'config.plan', {
      document: { version: 1, connections: [connection], jobs: [{ name: 'list', connection: 'list', direction: 'up', trigger }] },
    });
    expect(whole.problems.map(({ path }) => path.join('.'))).toEqual(['jobs.0.trigger']);
  });

  it('keeps what was saved before anybody asked, so that the rest of it can still be edited', async () => {
    const scene = await openScene();
    const { database } = scene.bench;
    const [row] = await database.all<{ settings: string }>('SELECT settings FROM job WHERE id = ?', scene.up);
    const settings = JSON.stringify({ ...JSON.parse(row!.settings), trigger: { kind: 'event', reconcile: null } });
    await database.write((transaction) => transaction.run('UPDATE job SET settings = ? WHERE id = ?', settings, scene.up));
    expect(await ask(scene, 'job.update', { job: scene.up, settings: { description: 'mended' } })).toMatchObject({
      settings: { description: 'mended', trigger },
    });
  });

  it('is one that writes: downstream the directory tells of every change', async () => {
    const scene = await openScene();
    expect(await ask(scene, 'job.update', { job: scene.down, settings: { trigger } })).toMatchObject({ settings: { trigger } });
  });
});

it('a job that reads from a system with a voice runs in real time', async () => {
  const scene = await openScene({ source: (system) => speaking(system.connector) });
  expect(await ask(scene, 'job.update', { job: scene.up, settings: { trigger } })).toMatchObject({ settings: { trigger } });
});
