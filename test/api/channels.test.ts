// Channels and rules over the API and as a file: secrets go in and never come out, and what nobody would hear of is refused.
import { describe, expect, it, onTestFinished } from 'vitest';
import { parse } from 'yaml';
import { fillPlaceholders } from '../../src/engine/config/document.ts';
import { startMailServer } from '../support/mail-server.ts';
import { openApi } from '../support/api-scene.ts';
import { everythingIn } from '../support/everything.ts';

const SECRET = 'planted-signing-secret-1';
const hook = { id: 'hook', kind: 'webhook', name: 'Hook', config: { url: 'https://hooks.example.org/x', secret: SECRET } };

describe('a channel', () => {
  it('is made, changed without naming its secret again, listed without it, and taken away when no rule names it', async () => {
    const api = await openApi();
    expect((await api.ask('POST', '/channels', { body: hook, as: 'operator' })).status).toBe(403);
    const made = await api.ask('POST', '/channels', { body: hook });
    expect(made).toMatchObject({ status: 201, body: { id: 'hook', secrets: ['secret'], config: { url: 'https://hooks.example.org/x' } } });
    expect((await api.ask('POST', '/channels', { body: hook })).status).toBe(409);
    const changed = await api.ask('PATCH', '/channels/hook', { body: { language: 'zh', config: { url: 'https://hooks.example.org/y' } } });
    expect(changed.body).toMatchObject({
      language: 'zh',
      revision: 2,
      secrets: ['secret'],
      config: { url: 'https://hooks.example.org/y' },
    });
    const rules = { rules: [{ on: ['failure'], channel: 'hook' }] };
    expect((await api.ask('PUT', '/notices/rules', { body: { rules } })).status).toBe(200);
    expect(await api.ask('DELETE', '/channels/hook')).toMatchObject({
      status: 409,
      body: { detail: expect.stringContaining('rules of notices') },
    });
    await api.ask('PUT', '/notices/rules', { body: { rules: {} } });
    expect((await api.ask('DELETE', '/channels/hook')).body).toEqual({ removed: 'hook' });
    const audit = await api.ask('GET', '/audit', { as: 'auditor' });
    const actions = (audit.body.entries as { action: string }[]).map((entry) => entry.action);
    expect(actions).toEqual(expect.arrayContaining(['channel.add', 'channel.change', 'channel.remove', 'notices.change']));
    expect(JSON.stringify([made.body, changed.body, audit.body, (await api.ask('GET', '/channels')).body])).not.toContain(SECRET);
    expect(await everythingIn(api.scene.bench.database)).not.toContain(SECRET);
  });

  it('is known by name to those who see a job only where a version of that job names it', async () => {
    const api = await openApi();
    const secret = { ...hook, id: 'secret', name: 'Investigation of Mr Wang' };
    for (const body of [hook, secret]) expect((await api.ask('POST', '/channels', { body })).status).toBe(201);
    const job = `/jobs/${api.scene.down}`;
    const named = async () => (await api.ask('GET', `${job}/versions`, { as: 'viewer' })).body.channels;
    expect((await api.ask('GET', '/channels', { as: 'viewer' })).status).toBe(403);
    expect(await named()).toEqual({});
    const settings = { notices: { rules: [{ on: ['failure'], channel: 'hook' }] } };
    expect((await api.ask('POST', `${job}/forecast`, { body: { settings } })).body.channels).toEqual({ hook: 'Hook' });
    expect((await api.ask('PATCH', job, { body: { settings } })).status).toBe(200);
    expect(await named()).toEqual({ hook: 'Hook' });
    // What is past is still said by name.
    expect((await api.ask('PATCH', job, { body: { settings: { notices: null } } })).status).toBe(200);
    expect(await named()).toEqual({ hook: 'Hook' });
  });

  it.each([
    ['of no known kind', { ...hook, kind: 'pigeon' }, /no kind of channel "pigeon"/],
    ['without its secret', { ...hook, config: { url: 'https://hooks.example.org/x' } }, /secret/],
    ['over plain HTTP', { ...hook, config: { ...hook.config, url: 'http://hooks.example.org/x' } }, /https/],
    ['with a setting that it has not', { ...hook, config: { ...hook.config, color: 'red' } }, /no setting of "webhook"/],
    [
      'with two lines for a sender',
      { id: 'm', kind: 'email', config: { host: 'h', from: 'a@b.org', fromName: 'A\r\nBcc: c@d.org' } },
      /one line/,
    ],
    ['with a list for a sender', { id: 'm', kind: 'email', config: { host: 'h', from: 'a@b.org, c@d.org' } }, /one mail address/],
    [
      'that would send a password in the clear',
      { id: 'm', kind: 'email', config: { host: 'h', from: 'a@b.org', security: 'none', user: 'u', password: 'p' } },
      /encryption/,
    ],
  ])('%s is refused, with the field', async (_what, body, said) => {
    const api = await openApi();
    const refused = await api.ask('POST', '/channels', { body });
    expect(refused.status).toBe(400);
    expect(refused.body.detail).toMatch(said);
  });

  it('is tested at once, and says what the far side said', async () => {
    const mail = await startMailServer();
    onTestFinished(() => mail.stop());
    const api = await openApi();
    const config = { host: '127.0.0.1', port: mail.port, security: 'none', from: 'sync@example.org' };
    await api.ask('POST', '/channels', { body: { id: 'mail', kind: 'email', language: 'zh', config } });
    expect((await api.ask('POST', '/channels/mail/test', { body: {} })).status).toBe(400);
    const good = await api.ask('POST', '/channels/mail/test', { body: { to: 'it@example.org' } });
    expect(good.body).toEqual({ channel: 'mail', sent: true, error: null });
    expect(mail.letters[0]).toMatchObject({ to: ['it@example.org'], subject: 'Tributary：测试消息' });
    mail.moods({ refuse: 550, at: 'rcpt' });
    const bad = await api.ask('POST', '/channels/mail/test', { body: { to: 'gone@example.org' } });
    expect(bad.body).toMatchObject({ sent: false, error: { en: expect.stringContaining('550') } });
  });
});

describe('rules', () => {
  it.each([
    [{ on: ['failure'], channel: 'nowhere' }, /no channel "nowhere"/],
    [{ on: ['failure'], channel: 'hook', to: ['it@example.org'] }, /not to addresses/],
    [{ on: ['failure'], channel: 'mail' }, /name somebody/],
  ])('that nobody would hear of are refused: %j', async (rule, said) => {
    const api = await openApi();
    await api.ask('POST', '/channels', { body: hook });
    await api.ask('POST', '/channels', { body: { id: 'mail', kind: 'email', config: { host: 'h', from: 'a@b.org' } } });
    const refused = await api.ask('PUT', '/notices/rules', { body: { rules: { rules: [rule] } } });
    expect(refused.status).toBe(400);
    expect(refused.body.detail).toMatch(said);
    const job = await api.ask('PATCH', `/jobs/${api.scene.up}`, { body: { settings: { notices: { rules: [rule] } } } });
    expect(job.status).toBe(400);
    expect(job.body.detail).toMatch(said);
  });
});

describe('a configuration file', () => {
  it('holds channels and rules, shows what would change, and is written out so that it applies again without a change', async () => {
    const api = await openApi();
    const document = {
      version: 1,
      channels: [{ ...hook, config: { ...hook.config, secret: '${env:HOOK_SECRET}' } }],
      notices: { rules: [{ on: ['failure', 'recovery'], channel: 'hook' }], digest: { count: 9 } },
    };
    const filled = (data: unknown) => fillPlaceholders(data, { environment: { HOOK_SECRET: SECRET }, readFile: () => '' }).data;
    const plan = await api.ask('POST', '/configuration/plan', { body: { document: filled(document) } });
    expect(plan.body.entries).toMatchObject([
      { kind: 'channel', name: 'hook', action: 'add' },
      { kind: 'notices', action: 'change' },
    ]);
    await api.ask('PUT', '/configuration', { body: { document: filled(document) } });
    const { yaml } = (await api.ask('GET', '/configuration', { as: 'auditor' })).body as { yaml: string };
    expect(yaml).toContain('${env:HOOK_SECRET}');
    expect(yaml).not.toContain(SECRET);
    const { channels, notices } = parse(yaml) as { channels: unknown; notices: unknown };
    const again = await api.ask('POST', '/configuration/plan', { body: { document: filled({ version: 1, channels, notices }) } });
    expect((again.body.entries as { action: string }[]).map((entry) => entry.action)).toEqual(['same', 'same']);
    const rotated = await api.ask('POST', '/configuration/plan', {
      body: { document: { version: 1, channels: [{ ...hook, config: { ...hook.config, secret: 'another-secret-of-20' } }] } },
    });
    expect(JSON.stringify(rotated.body)).toMatch(/config\.secret/);
    expect(JSON.stringify(rotated.body)).not.toContain('another-secret');
    const pruned = await api.ask('POST', '/configuration/plan', { body: { document: { version: 1 }, prune: true } });
    expect(pruned.body.entries).toEqual(
      expect.arrayContaining([expect.objectContaining({ kind: 'channel', name: 'hook', action: 'remove' })]),
    );
  });
});
