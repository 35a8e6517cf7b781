// Notices reach a real mail server and a real web server, whatever those do meanwhile: none is lost, none comes twice by itself.
import { createServer, type IncomingHttpHeaders, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { describe, expect, it, onTestFinished } from 'vitest';
import { signWebhook } from '../../src/engine/notify/channels/webhook.ts';
import { saveInstallationSettings } from '../../src/engine/installation-settings.ts';
import { createNotifier, type Notifier } from '../../src/engine/notify/notifier.ts';
import { saveInstallationNotices } from '../../src/engine/notify/settings.ts';
import { installationSettingsSchema } from '../../src/core/installation-settings.ts';
import { installationNoticesSchema, type InstallationNotices } from '../../src/core/notices.ts';
import { putChannel } from '../../src/store/channels.ts';
import { deliveriesOf } from '../../src/store/deliveries.ts';
import { putSealed } from '../../src/store/jobs.ts';
import { noticePage, putNotice } from '../../src/store/notices.ts';
import { startMailServer, type MailServer, type Mood } from '../../test/support/mail-server.ts';
import { openWorkbench, type Workbench } from '../../test/support/workbench.ts';

const MINUTE = 60_000;
const SECRET = 'a-secret-of-twenty-signs';
type RulesInput = Parameters<typeof installationNoticesSchema.parse>[0];

interface Post {
  readonly headers: IncomingHttpHeaders;
  readonly url: string;
  readonly body: string;
}
type Answer = (response: ServerResponse) => void;

async function startReceiver(...answers: Answer[]): Promise<{ url: string; posts: Post[] }> {
  const posts: Post[] = [];
  const server = createServer((request, response) => {
    let body = '';
    request.on('data', (chunk: Buffer) => (body += chunk.toString()));
    request.on('end', () => {
      posts.push({ headers: request.headers, url: request.url!, body });
      (answers.shift() ?? ((reply) => reply.end('{"code":0,"errcode":0}')))(response);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(async () => {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  });
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/hook`, posts };
}

interface Desk {
  readonly bench: Workbench;
  readonly notifier: Notifier;
  rules(rules: RulesInput): Promise<void>;
  channel(id: string, kind: string, config: object, secrets?: Record<string, string>, language?: 'en' | 'zh'): Promise<void>;
  happens(...kinds: string[]): Promise<void>;
  /** Passes, moving the clock on by so many minutes each time. */
  passes(...minutes: number[]): Promise<void>;
  deliveries(): Promise<readonly { recipient: string; state: string; attempts: number; error: string | null }[]>;
}

let happened = 0;
async function openDesk(): Promise<Desk> {
  const bench = await openWorkbench({ engine: { publicUrl: 'https://sync.example.org' } });
  const notifier = createNotifier(bench.engine);
  onTestFinished(async () => {
    await notifier.close();
    await bench.close();
  });
  const { database, clock } = bench;
  return {
    bench,
    notifier,
    rules: async (rules) =>
      void (await database.write((transaction) =>
        saveInstallationNotices(transaction, installationNoticesSchema.parse(rules) as InstallationNotices),
      )),
    channel: (id, kind, config, secrets = {}, language = 'en') =>
      database.write(async (transaction) => {
        await putChannel(transaction, { id, kind, name: id, language, config: JSON.stringify(config) });
        for (const [name, value] of Object.entries(secrets))
          await putSealed(transaction, `channel:${id}`, name, bench.engine.options.sealer.seal(value));
      }),
    happens: (...kinds) =>
      database.write(async (transaction) => {
        for (const kind of kinds)
          await putNotice(transaction, {
            kind,
            at: clock.now(),
            job: 7,
            cause: `test:${++happened}`,
            facts: JSON.stringify({ jobName: `HR ${happened}`, run: happened, reason: { en: 'The key was refused.', zh: '密钥被拒绝。' } }),
          });
      }),
    async passes(...minutes) {
      await notifier.pass();
      for (const count of minutes) {
        clock.advance(count * MINUTE);
        await notifier.pass();
      }
    },
    async deliveries() {
      const ids = (await noticePage(database, { limit: 500 })).map((row) => row.id);
      return (await deliveriesOf(database, ids)).map(({ recipient, state, attempts, error }) => ({
        recipient,
        state,
        attempts,
        error: error === null ? null : (JSON.parse(error) as { en: string }).en,
      }));
    },
  };
}

async function withMail(...moods: Mood[]): Promise<{ desk: Desk; mail: MailServer }> {
  const mail = await startMailServer();
  onTestFinished(() => mail.stop());
  mail.moods(...moods);
  const desk = await openDesk();
  await desk.channel('mail', 'email', { host: '127.0.0.1', port: mail.port, security: 'none', from: 'sync@example.org' });
  return { desk, mail };
}

describe('mail', () => {
  it('goes to each recipient once, in words, with a link and an id of its own', async () => {
    const { desk, mail } = await withMail();
    await desk.rules({
      rules: [
        { on: ['failure'], channel: 'mail', to: ['it@example.org', 'ops@example.org'] },
        { on: ['always'], channel: 'mail', to: ['IT@example.org'] },
        { on: ['recovery'], channel: 'mail', to: ['nobody@example.org'] },
        // Names nobody: whom the installation says.
        { on: ['failure'], channel: 'mail' },
      ],
    });
    const settings = installationSettingsSchema.parse({ recipients: ['desk@example.org'] });
    await desk.bench.database.write((transaction) => saveInstallationSettings(transaction, settings, 0));
    await desk.happens('run-failed');
    await desk.passes(1, 1);
    expect(mail.letters.map((letter) => letter.to)).toEqual([['it@example.org'], ['ops@example.org'], ['desk@example.org']]);
    const [letter] = mail.letters;
    expect(letter!.from).toBe('sync@example.org');
    expect(letter!.subject).toMatch(/^HR \d+: the run failed$/);
    expect(letter!.text).toContain('Cause: The key was refused.');
    expect(letter!.text).toMatch(/https:\/\/sync\.example\.org\/#\/runs\/\d+/);
    expect(letter!.raw).toContain('Auto-Submitted: auto-generated');
    expect(letter!.id).toMatch(/^<tributary\.[0-9a-f-]{36}@example\.org>$/);
    expect(new Set(mail.letters.map((one) => one.id)).size).toBe(3);
  });

  it('is not for those whom no rule names, and says so', async () => {
    const { desk, mail } = await withMail();
    await desk.rules({ rules: [{ on: ['held'], channel: 'mail', to: ['it@example.org'] }] });
    await desk.happens('run-failed');
    await desk.passes();
    expect(mail.letters).toEqual([]);
    expect((await noticePage(desk.bench.database, { limit: 1 }))[0]!.state).toBe('unheard');
  });

  it.each([
    ['a passing refusal of the address', { refuse: 450, at: 'rcpt' }],
    ['a passing refusal of the message', { refuse: 451, at: 'data' }],
    ['a sender that is not let in yet', { refuse: 550, at: 'mail' }],
  ] as const)('comes through after %s, under the same id', async (_what, mood) => {
    const { desk, mail } = await withMail(mood, mood);
    await desk.rules({ rules: [{ on: ['failure'], channel: 'mail', to: ['it@example.org'] }] });
    await desk.happens('run-failed');
    await desk.passes();
    const [first] = await desk.deliveries();
    expect(first).toMatchObject({ state: 'queued', attempts: 1, error: expect.stringContaining('as told') });
    await desk.passes(1, 5, 60, 60);
    expect(mail.letters).toHaveLength(1);
    expect(await desk.deliveries()).toEqual([{ recipient: 'it@example.org', state: 'sent', attempts: 3, error: null }]);
  });

  it('that is refused for good is given up at once and listed; the others get theirs', async () => {
    const { desk, mail } = await withMail({ refuse: 550, at: 'rcpt' });
    await desk.rules({ rules: [{ on: ['failure'], channel: 'mail', to: ['gone@example.org', 'it@example.org'] }] });
    await desk.happens('run-failed');
    await desk.passes(60, 60);
    expect(mail.letters.map((letter) => letter.to)).toEqual([['it@example.org']]);
    expect(await desk.deliveries()).toEqual([
      { recipient: 'gone@example.org', state: 'dead', attempts: 1, error: expect.stringMatching(/refused the mail for good/) },
      { recipient: 'it@example.org', state: 'sent', attempts: 1, error: null },
    ]);
  });

  it('whose answer is lost after it was taken comes once more, under the same Message-ID', async () => {
    const { desk, mail } = await withMail({ drop: true });
    await desk.rules({ rules: [{ on: ['failure'], channel: 'mail', to: ['it@example.org'] }] });
    await desk.happens('run-failed');
    await desk.passes(1, 60);
    expect(mail.letters).toHaveLength(2);
    expect(mail.letters[0]!.id).toBe(mail.letters[1]!.id);
  });

  it('waits for a server that is away, longer each time, and is given up after two days and a half, never before', async () => {
    const { desk, mail } = await withMail();
    await mail.stop();
    await desk.rules({ rules: [{ on: ['failure'], channel: 'mail', to: ['it@example.org'] }] });
    await desk.happens('run-failed');
    await desk.passes(1, 5, 15, 60, 180, 360, 720);
    expect(await desk.deliveries()).toMatchObject([{ state: 'queued', attempts: 8 }]);
    await desk.passes(1440);
    expect(await desk.deliveries()).toMatchObject([{ state: 'dead', attempts: 9, error: expect.stringMatching(/could not be reached/) }]);
  });

  it('to a slow server holds up no other channel', async () => {
    const { desk, mail } = await withMail({ afterMs: 300 });
    const receiver = await startReceiver();
    await desk.channel('hook', 'webhook', { url: receiver.url }, { secret: SECRET });
    await desk.rules({
      rules: [
        { on: ['failure'], channel: 'mail', to: ['it@example.org'] },
        { on: ['failure'], channel: 'hook' },
      ],
    });
    await desk.happens('run-failed');
    const passing = desk.notifier.pass();
    while ((await desk.deliveries()).every((row) => row.state !== 'sent')) await new Promise((resolve) => setImmediate(resolve));
    expect((await desk.deliveries()).find((row) => row.state === 'sent')!.recipient).toBe('');
    await passing;
    expect((await desk.deliveries()).map((row) => row.state)).toEqual(['sent', 'sent']);
    expect(mail.letters).toHaveLength(1);
  });

  it('in a flood becomes a digest that leaves nothing out', async () => {
    const { desk, mail } = await withMail();
    await desk.rules({ rules: [{ on: ['failure'], channel: 'mail', to: ['it@example.org'] }], digest: { count: 3, minutes: 10 } });
    for (let n = 0; n < 20; n++) {
      await desk.happens('run-failed');
      await desk.passes();
    }
    expect(mail.letters).toHaveLength(3);
    await desk.passes(9);
    expect(mail.letters).toHaveLength(3);
    await desk.passes(1);
    expect(mail.letters).toHaveLength(4);
    expect(mail.letters[3]!.subject).toMatch(/^17 notices: HR/);
    expect(mail.letters[3]!.text.match(/the run failed/g)).toHaveLength(17);
  });

  it('never carries a line break into a header, whatever a job is called', async () => {
    const { desk, mail } = await withMail();
    await desk.rules({ rules: [{ on: ['failure'], channel: 'mail', to: ['it@example.org'] }] });
    await desk.bench.database.write((transaction) =>
      putNotice(transaction, {
        kind: 'run-failed',
        at: 1,
        job: 1,
        cause: 'evil',
        facts: JSON.stringify({ jobName: 'HR\r\nBcc: victim@example.org\r\n\r\nHello', run: 1 }),
      }),
    );
    await desk.passes();
    expect(mail.letters).toHaveLength(1);
    expect(mail.letters[0]!.to).toEqual(['it@example.org']);
    expect(mail.letters[0]!.raw).not.toMatch(/^Bcc:/im);
    for (const address of [
      'a@example.org\r\nBcc: b@example.org',
      'a@example.org, b@example.org',
      'A <a@example.org>',
      'a@b\u0000.org',
      'x',
    ])
      expect(installationNoticesSchema.safeParse({ rules: [{ on: ['failure'], channel: 'mail', to: [address] }] }).success, address).toBe(
        false,
      );
  });
});

describe('a webhook', () => {
  it('is signed over id, time and body, and is tried again under the same id', async () => {
    const receiver = await startReceiver(
      (reply) => reply.writeHead(503).end('busy'),
      (reply) => void reply.socket!.destroy(),
      (reply) => reply.writeHead(204).end(),
    );
    const desk = await openDesk();
    await desk.channel('hook', 'webhook', { url: receiver.url }, { secret: SECRET }, 'zh');
    await desk.rules({ rules: [{ on: ['failure'], channel: 'hook' }] });
    await desk.happens('run-failed');
    await desk.passes(1, 5, 60);
    expect(await desk.deliveries()).toMatchObject([{ recipient: '', state: 'sent', attempts: 3 }]);
    expect(receiver.posts).toHaveLength(3);
    expect(new Set(receiver.posts.map((post) => post.headers['webhook-id'])).size).toBe(1);
    for (const { headers, body } of receiver.posts) {
      const at = Number(headers['webhook-timestamp']);
      expect(headers['webhook-signature']).toBe(signWebhook(SECRET, String(headers['webhook-id']), at, body));
    }
    expect(JSON.parse(receiver.posts[2]!.body)).toMatchObject({
      id: receiver.posts[0]!.headers['webhook-id'],
      type: 'run-failed',
      title: expect.stringMatching(/执行失败$/),
      notices: [{ kind: 'run-failed', job: 7, link: expect.stringContaining('https://sync.example.org/#/runs/') }],
    });
  });

  it('rests as long as the receiver asks, without being counted', async () => {
    const receiver = await startReceiver((reply) => reply.writeHead(429, { 'retry-after': '600' }).end());
    const desk = await openDesk();
    await desk.channel('hook', 'webhook', { url: receiver.url }, { secret: SECRET });
    await desk.rules({ rules: [{ on: ['failure'], channel: 'hook' }] });
    await desk.happens('run-failed', 'run-failed');
    await desk.passes(9);
    expect(receiver.posts).toHaveLength(1);
    await desk.passes(1);
    expect(receiver.posts).toHaveLength(3);
    expect((await desk.deliveries()).map((row) => [row.state, row.attempts])).toEqual([
      ['sent', 1],
      ['sent', 1],
    ]);
  });

  it('does not reach where no connection may reach', async () => {
    const desk = await openDesk();
    await desk.channel('hook', 'webhook', { url: 'https://169.254.169.254/latest' }, { secret: SECRET });
    await desk.channel('mail', 'email', { host: '169.254.169.254', from: 'sync@example.org' });
    await desk.rules({
      rules: [
        { on: ['failure'], channel: 'hook' },
        { on: ['failure'], channel: 'mail', to: ['it@example.org'] },
      ],
    });
    await desk.happens('run-failed');
    await desk.passes();
    const said = (await desk.deliveries()).map((row) => row.error);
    expect(said).toHaveLength(2);
    for (const error of said) expect(error).toMatch(/169\.254\.169\.254 is a link-local or metadata address/);
  });
});

describe('a bot', () => {
  const bots: readonly (readonly [string, Record<string, string>, (url: string) => string])[] = [
    ['feishu-bot', { secret: SECRET }, (body) => (JSON.parse(body) as { content: { text: string } }).content.text],
    ['wecom-bot', {}, (body) => (JSON.parse(body) as { text: { content: string } }).text.content],
    ['dingtalk-bot', { secret: SECRET }, (body) => (JSON.parse(body) as { text: { content: string } }).text.content],
  ];

  it.each(bots)('of %s writes plain text to its group', async (kind, secrets, textOf) => {
    const receiver = await startReceiver();
    const desk = await openDesk();
    await desk.channel('bot', kind, {}, { url: `${receiver.url}?key=k`, ...secrets }, 'zh');
    await desk.rules({ rules: [{ on: ['failure'], channel: 'bot' }] });
    await desk.happens('run-failed');
    await desk.passes();
    expect(receiver.posts).toHaveLength(1);
    expect(textOf(receiver.posts[0]!.body)).toMatch(/^HR \d+：执行失败\n\n执行未能完成/);
    const { url, body } = receiver.posts[0]!;
    if (kind === 'dingtalk-bot') expect(url).toMatch(/key=k&timestamp=\d{13}&sign=.{40,}/);
    if (kind === 'feishu-bot')
      expect(JSON.parse(body)).toMatchObject({ timestamp: expect.stringMatching(/^\d{10}$/), sign: expect.any(String) });
  });

  it.each([
    ['feishu-bot', '{"code":19021,"msg":"sign match fail"}', 'queued', /security settings/],
    ['feishu-bot', '{"code":11232,"msg":"frequency limited"}', 'queued', /too often/],
    ['wecom-bot', '{"errcode":93000,"errmsg":"invalid webhook url"}', 'queued', /gone or its address is wrong/],
    ['wecom-bot', '{"errcode":40058,"errmsg":"invalid parameter"}', 'dead', /refused as wrong/],
    ['dingtalk-bot', '{"errcode":310000,"errmsg":"keywords not in content"}', 'queued', /security settings/],
    ['dingtalk-bot', '{"errcode":777,"errmsg":"new"}', 'queued', /777/],
  ])('of %s that answers %s with HTTP 200 has not taken it', async (kind, answer, state, said) => {
    const receiver = await startReceiver((reply) => reply.end(answer));
    const desk = await openDesk();
    await desk.channel(
      'bot',
      kind,
      {},
      { url: `${receiver.url}?access_token=very-secret-token`, ...(kind === 'wecom-bot' ? {} : { secret: '' }) },
    );
    await desk.rules({ rules: [{ on: ['failure'], channel: 'bot' }] });
    await desk.happens('run-failed');
    await desk.passes();
    const [row] = await desk.deliveries();
    expect(row).toMatchObject({ state, error: expect.stringMatching(said) });
    expect(row!.error).not.toContain('very-secret-token');
  });

  it('of WeCom gets twenty messages a minute and no more; the rest follow', async () => {
    const receiver = await startReceiver();
    const desk = await openDesk();
    await desk.channel('bot', 'wecom-bot', {}, { url: receiver.url });
    await desk.rules({ rules: [{ on: ['failure'], channel: 'bot' }], digest: { count: 1000 } });
    await desk.happens(...Array.from({ length: 30 }, () => 'run-failed'));
    await desk.passes();
    expect(receiver.posts).toHaveLength(20);
    await desk.passes(0.5);
    expect(receiver.posts).toHaveLength(20);
    await desk.passes(0.6);
    expect(receiver.posts).toHaveLength(30);
  });
});
