// A job and a connection are begun with nothing but a name, filled in part by part, and finished once nothing is missing; nothing runs them before.
import { expect, it } from 'vitest';
import { feishu } from '../../src/connectors/feishu/index.ts';
import { ask, refusal } from '../../test/support/asking.ts';
import { openScene } from '../../test/support/plain-scene.ts';
import { plainUp } from '../../test/support/plain-system.ts';

it('a job says part by part what is missing and what is wrong, keeps its number, and is disabled when it is finished', async () => {
  const scene = await openScene({ people: 2 });
  const begun = await ask(scene, 'draft.create', { kind: 'job', name: 'Second' });
  expect(begun).toMatchObject({ kind: 'job', revision: 1, parts: {}, missing: ['connection', 'direction'], problems: [] });
  expect(begun.defaults).toMatchObject({ rank: 100, trigger: { kind: 'manual' }, policy: { leaver: { gone: 'disable' } } });
  const { draft } = begun;
  expect((await ask(scene, 'draft.list', {})).drafts).toMatchObject([{ draft, name: 'Second', savedBy: 'ann' }]);
  expect((await ask(scene, 'job.list', {})).jobs.some((job) => job.name === 'Second')).toBe(false);
  expect(await refusal(ask(scene, 'run.start', { job: draft }))).toContain('no job');

  // A part may be wrong, and is saved as it is.
  const wrong = await ask(scene, 'draft.save', { draft, parts: { rank: 'high', connection: 'hr' } });
  expect([wrong.missing, wrong.problems.map((one) => one.field)]).toEqual([['direction'], ['rank']]);
  const nearly = await ask(scene, 'draft.save', {
    draft,
    parts: { direction: 'up', rank: 150, scope: { departments: 1 } },
    revision: wrong.revision,
  });
  expect([nearly.missing, nearly.problems]).toEqual([['mapping'], []]);
  expect(await refusal(ask(scene, 'draft.save', { draft, parts: { rank: 1 }, revision: wrong.revision }))).toContain('saved draft');
  const mapped = await ask(scene, 'draft.save', { draft, parts: { mapping: plainUp() } });
  expect([mapped.missing, mapped.problems.map((one) => one.part)]).toEqual([[], ['scope']]);
  expect(await refusal(ask(scene, 'draft.finish', { draft }))).toContain('Not complete');
  const whole = await ask(scene, 'draft.save', { draft, name: 'The second', parts: { scope: null } });
  expect([whole.missing, whole.problems, whole.defaults.scope !== undefined]).toEqual([[], [], true]);
  expect(await refusal(ask(scene, 'draft.create', { kind: 'job', name: 'The second' }))).toContain('already');
  expect(await refusal(ask(scene, 'draft.create', { kind: 'job', name: 'hr in' }))).toContain('already');

  expect(await ask(scene, 'draft.finish', { draft })).toEqual({ job: draft, connection: null });
  expect(await ask(scene, 'job.get', { job: draft })).toMatchObject({ name: 'The second', state: 'disabled', settings: { rank: 150 } });
  expect((await ask(scene, 'draft.list', {})).drafts).toEqual([]);
  const log = (await ask(scene, 'audit.list', { subject: `draft:${draft}` })).entries.map((entry) => entry.action);
  expect([log[0], log.at(-1)]).toEqual(['draft.finish', 'draft.create']);
});

it('a connection keeps its secrets to itself, answers the handshake of its vendor already, and is thrown away whole', async () => {
  const scene = await openScene();
  const { bench } = scene;
  (bench.engine.options.connectors as Map<string, unknown>).set('feishu', feishu);
  const { draft } = await ask(scene, 'draft.create', { kind: 'connection', name: 'Feishu' });
  expect(await refusal(ask(scene, 'draft.save', { draft, parts: { config: { appId: 'cli_1' } } }))).toContain('connector first');
  const saved = await ask(scene, 'draft.save', {
    draft,
    parts: { connector: 'feishu', id: 'lark', config: { verificationToken: 'token' } },
  });
  expect([saved.missing, saved.secrets]).toEqual([['config.appId', 'config.appSecret'], ['verificationToken']]);
  expect(JSON.stringify(saved)).not.toContain('"token"');
  expect(JSON.stringify(await bench.database.all('SELECT * FROM draft'))).not.toContain('token"');

  const knock = (token: string) => ({
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    query: {},
    body: new TextEncoder().encode(JSON.stringify({ challenge: 'c1', token, type: 'url_verification' })),
    now: bench.clock.now(),
  });
  expect(await bench.engine.receive('lark', knock('token'))).toMatchObject({ status: 200, body: '{"challenge":"c1"}' });
  expect((await bench.engine.receive('lark', knock('another'))).status).not.toBe(200);
  expect((await bench.engine.receive('nobody', knock('token'))).status).toBe(404);

  const whole = await ask(scene, 'draft.save', { draft, parts: { config: { appId: 'cli_1', appSecret: 'very-secret' } } });
  expect([whole.missing, whole.problems, whole.secrets]).toEqual([[], [], ['appSecret', 'verificationToken']]);
  expect(await ask(scene, 'draft.finish', { draft })).toEqual({ job: null, connection: 'lark' });
  expect(await ask(scene, 'connection.get', { connection: 'lark' })).toMatchObject({ connector: 'feishu', config: { appId: 'cli_1' } });
  const other = await ask(scene, 'draft.create', {
    kind: 'connection',
    name: 'Never',
    parts: { connector: 'feishu', config: { appSecret: 'gone-soon' } },
  });
  await ask(scene, 'draft.remove', { draft: other.draft });
  expect(await bench.database.all(`SELECT name FROM sealed WHERE owner LIKE 'draft:%'`)).toEqual([]);
});
