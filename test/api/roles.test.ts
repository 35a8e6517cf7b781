// What each role may, over HTTP, where the words of the role leave no doubt: an auditor reads, an operator runs, an approver confirms.
import { describe, expect, it } from 'vitest';
import { operations } from '../../src/engine/commands.ts';
import { openApi, type ApiScene } from '../support/api-scene.ts';
import { roomy } from '../support/plain-scene.ts';

const SECRET = 'planted-signing-secret-7';
const policy = { policy: { guard: { ...roomy, deletions: 'hold-above-limit' as const } } };
const company = async (): Promise<ApiScene> => {
  const api = await openApi({ people: 3, up: policy, down: policy });
  await api.scene.sync();
  return api;
};

describe('an auditor', () => {
  it('reads what was told to whom, the rules and the channels, never a secret, and changes none of them', async () => {
    const { ask } = await openApi();
    const channel = { id: 'hook', kind: 'webhook', name: 'Hook', config: { url: 'https://hooks.example.org/x', secret: SECRET } };
    expect((await ask('POST', '/channels', { body: channel })).status).toBe(201);
    const as = 'auditor';
    const channels = await ask('GET', '/channels', { as });
    expect(channels).toMatchObject({ status: 200, body: { channels: [{ id: 'hook', secrets: ['secret'] }] } });
    expect((await ask('GET', '/notices', { as })).body).toMatchObject({ notices: [] });
    expect((await ask('GET', '/notices/rules', { as })).body).toMatchObject({ rules: { rules: [] } });
    expect(JSON.stringify(channels.body)).not.toContain(SECRET);
    expect((await ask('PATCH', '/channels/hook', { as, body: { name: 'Mine' } })).status).toBe(403);
    expect((await ask('PUT', '/notices/rules', { as, body: { rules: {} } })).status).toBe(403);
    expect((await ask('POST', '/notices/1/resend', { as, body: {} })).status).toBe(403);
    for (const other of ['viewer', 'approver'] as const) expect((await ask('GET', '/channels', { as: other })).status).toBe(403);
    expect((await ask('GET', '/channels', { as: 'operator' })).status).toBe(200);
  });

  it('is shut out of nothing that only reads', async () => {
    const { ask } = await openApi();
    const reads = Object.entries(operations).filter(([, { where, route }]) => where === 'reader' && route?.method === 'GET');
    expect(reads.length).toBeGreaterThan(50);
    for (const [name, { route }] of reads)
      expect((await ask('GET', route!.path.replaceAll(/\{\w+\}/g, '1'), { as: 'auditor' })).status, name).not.toBe(403);
  });
});

describe('an approver', () => {
  it('closes somebody alone: looks at what it would do, and says the word', async () => {
    const { scene, ask } = await company();
    const as = 'approver';
    const looked = await ask('POST', '/people/N-3/closing-preview', { as, body: {} });
    expect(looked.status).toBe(200);
    expect((await ask('POST', '/people/N-3/closing', { as, body: { token: looked.body.token } })).status).toBe(202);
    await scene.bench.engine.drain();
    expect(scene.account('3')!.enabled).toBe(false);
    expect((await ask('POST', '/people/N-2/closing-preview', { as: 'operator', body: {} })).status).toBe(403);
  });
});

describe('an operator', () => {
  it('plans how a run is taken back, and leaves it to an administrator to do so', async () => {
    const { scene, ask } = await company();
    scene.days(1);
    scene.hr.set('person', '1', { title: 'Chief' });
    const { down } = await scene.sync();
    const as = 'operator';
    const planned = await ask('POST', `/runs/${down.id}/undo-preview`, { as, body: {} });
    expect(planned.status).toBe(202);
    await scene.bench.engine.drain();
    const plan = planned.body.run as number;
    expect((await ask('POST', `/runs/${down.id}/undo`, { as, body: { plan } })).status).toBe(403);
    const person = (await scene.known('1'))!.id;
    const at = new Date(scene.bench.clock.now()).toISOString();
    expect((await ask('POST', '/directory/restore', { as, body: { at, object: person } })).status).toBe(403);
    expect((await ask('POST', '/pins/removals', { as, body: { object: person } })).status).toBe(403);
    expect(scene.account('1')!.attributes.title).toBe('Chief');
    expect((await ask('POST', `/runs/${down.id}/undo`, { body: { plan } })).status).toBe(202);
  });
});
