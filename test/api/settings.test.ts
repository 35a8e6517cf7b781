// Settings of the installation: the same over HTTP and in the configuration file, refused where they mean nothing, in the audit log.
import { expect, it } from 'vitest';
import { openApi } from '../support/api-scene.ts';

const kept = { keepRunsDays: 400, keepDryRunsDays: 90, keepHistoryDays: null, keepNoticesDays: 90 };
const undecided = { language: 'en', recipients: [], ...kept };

it('are read, changed and written out in the file, which applies again without a change', async () => {
  const { ask } = await openApi();
  expect((await ask('GET', '/settings')).body).toEqual({ timeZone: 'UTC', ...undecided, revision: 0 });
  expect((await ask('GET', '/configuration')).body.yaml).not.toMatch(/^settings:/m);
  expect((await ask('PATCH', '/settings', { body: { timeZone: 'Asia/Shanghai' } })).body).toMatchObject({
    timeZone: 'Asia/Shanghai',
    revision: 1,
  });
  expect((await ask('PATCH', '/settings', { body: {} })).body).toMatchObject({ timeZone: 'Asia/Shanghai', revision: 1 });
  expect((await ask('GET', '/configuration')).body.yaml).toMatch(/^settings:\n  timeZone: Asia\/Shanghai$/m);
  const judged = await ask('POST', '/configuration/plan', { body: { document: { settings: { timeZone: 'Europe/Paris' } } } });
  expect(judged.body.entries).toEqual([
    {
      kind: 'settings',
      name: 'settings',
      number: null,
      action: 'change',
      changes: [{ path: 'timeZone', before: 'Asia/Shanghai', after: 'Europe/Paris' }],
    },
  ]);
  await ask('PUT', '/configuration', { body: { document: { settings: { timeZone: 'Europe/Paris' } } } });
  expect((await ask('GET', '/settings')).body).toEqual({ timeZone: 'Europe/Paris', ...undecided, revision: 2 });
  const { entries } = (await ask('GET', '/audit')).body;
  expect(entries.filter((entry: { action: string }) => entry.action === 'settings.change')).toMatchObject([
    { after: '{"timeZone":"Europe/Paris"}' },
    { before: expect.stringContaining('"timeZone":"UTC"'), after: expect.stringContaining('"timeZone":"Asia/Shanghai"') },
  ]);
});

it('name the field of what is no time zone, over HTTP and in a file', async () => {
  const { ask } = await openApi();
  expect((await ask('PATCH', '/settings', { body: { timeZone: 'Mars/Olympus' } })).body).toMatchObject({
    status: 400,
    errors: [{ field: 'timeZone' }],
  });
  const judged = await ask('POST', '/configuration/plan', { body: { document: { settings: { timeZone: 'Mars/Olympus' } } } });
  expect(judged.body.problems).toMatchObject([{ path: ['settings', 'timeZone'] }]);
  expect((await ask('GET', '/settings')).body).toMatchObject({ timeZone: 'UTC', revision: 0 });
});

it('an edit of what somebody else has saved meanwhile is refused, and says where the culprit stands', async () => {
  const { ask } = await openApi();
  const read = await ask('GET', '/settings');
  const own = { 'if-match': read.headers.etag as string };
  expect((await ask('PATCH', '/settings', { body: { language: 'zh' }, headers: own })).status).toBe(200);
  const late = await ask('PATCH', '/settings', { body: { timeZone: 'Europe/Paris' }, headers: own });
  expect([late.status, late.body.detail]).toEqual([412, expect.stringContaining('audit log')]);
  expect((await ask('GET', '/settings')).body).toEqual({ timeZone: 'UTC', language: 'zh', recipients: [], ...kept, revision: 1 });
});

it('the language and the recipients hold where a channel and a rule name none', async () => {
  const { ask } = await openApi();
  const config = { host: 'mail.example.org', from: 'sync@example.org' };
  const rule = { on: ['failure'], channel: 'mail' };
  const nobody = await ask('PUT', '/configuration', {
    body: { document: { channels: [{ id: 'mail', kind: 'email', config }], notices: { rules: [rule] } } },
  });
  expect(JSON.stringify(nobody.body)).toContain('recipients in the settings');
  const settings = { language: 'zh', recipients: ['it@example.org'] };
  expect(
    (
      await ask('PUT', '/configuration', {
        body: { document: { settings, channels: [{ id: 'mail', kind: 'email', config }], notices: { rules: [rule] } } },
      })
    ).status,
  ).toBe(200);
  expect((await ask('GET', '/channels')).body.channels).toMatchObject([{ id: 'mail', language: 'zh' }]);
  const { yaml } = (await ask('GET', '/configuration')).body;
  expect(yaml).toMatch(/^settings:\n  language: zh\n  recipients:/m);
  expect((await ask('POST', '/channels', { body: { id: 'second', kind: 'email', config } })).body.language).toBe('zh');
});

it('say how long records are kept, in the file too, and what would be forgotten is counted by whoever may', async () => {
  const { ask } = await openApi();
  await ask('PATCH', '/settings', { body: { keepRunsDays: 100, keepHistoryDays: 1000 } });
  expect((await ask('GET', '/configuration')).body.yaml).toMatch(/^settings:\n  keepRunsDays: 100\n  keepHistoryDays: 1000$/m);
  expect((await ask('PATCH', '/settings', { body: { keepHistoryDays: 99 } })).status).toBe(400);
  const count = { onlyCount: true };
  expect((await ask('POST', '/records/prune', { body: count })).body).toMatchObject({ onlyCount: true, runs: 0, history: 0 });
  expect((await ask('POST', '/records/prune', { body: count, as: 'approver' })).status).toBe(403);
});

it('how the server is: versions, store, disk, work and lag, for whoever may see the status', async () => {
  const { ask, scene } = await openApi();
  await scene.bench.run(scene.up);
  const { status, body } = await ask('GET', '/health', { as: 'viewer' });
  expect(status).toBe(200);
  expect(body).toMatchObject({ runtime: `Node ${process.versions.node}`, runs: {}, problems: {}, away: [] });
  expect(body.store).toMatchObject({ kind: scene.bench.database.dialect, schema: expect.any(Number) });
  expect(body.disk.totalBytes).toBeGreaterThan(body.disk.freeBytes);
  expect(body.jobs.map((row: { name: string }) => row.name)).toContain('hr in');
  expect((await ask('GET', '/health', { as: 'nobody' })).status).toBe(401);
});
