// The command line against a server elsewhere: the same commands, the same output, and clear words when it does not work.
import { describe, expect, it } from 'vitest';
import { commands, commonLast, dispatch } from '../../src/cli/cli.ts';
import { remoteSession } from '../../src/cli/remote-session.ts';
import type { Session } from '../../src/cli/session.ts';
import { createOutput } from '../../src/cli/terminal.ts';
import { carryOut } from '../../src/engine/commands.ts';
import type { OwnAddress } from '../../src/engine/operations/operation.ts';
import { readSettings } from '../../src/settings.ts';
import { openApi, type ApiScene } from '../support/api-scene.ts';

async function typed(session: Session, ...words: string[]): Promise<{ exit: string; text: string }> {
  const written: string[] = [];
  const stream = { write: (text: string) => void written.push(text), isTTY: false, columns: 200 };
  const output = createOutput({ out: stream, err: stream, language: 'en', colour: false });
  const exit = await dispatch(
    commands[words[0]!]!,
    words.slice(1),
    readSettings({ TRIBUTARY_DATA: '/nowhere' }, '/'),
    output,
    async () => session,
  );
  return { exit, text: written.join('') };
}

/** The engine itself, as the socket of a server on this machine would reach it. */
const near = ({ scene }: ApiScene, ownAddress: OwnAddress | null = null): Session => {
  const { engine, database, clock } = scene.bench;
  const context = {
    reader: database,
    connectors: engine.options.connectors,
    now: () => clock.now(),
    engine,
    alone: true,
    actor: 'admin Li',
    ownAddress,
  };
  const session: Session = {
    isServed: true,
    call: (name, input) => carryOut(name, context, input) as never,
    follow: async (runs) => {
      while ((await engine.drain()).length > 0);
      return Promise.all(runs.map(async (run) => (await session.call('run.get', { run })).run));
    },
    close: async () => {},
  };
  return session;
};

const far = async (api: ApiScene, token = 'admin', language: 'en' | 'zh' = 'en'): Promise<Session> =>
  remoteSession({
    server: new URL(await api.app.listen({ host: '127.0.0.1', port: 0 })),
    token,
    language,
    signal: new AbortController().signal,
  });

describe('a command sent to a server', () => {
  it.each([
    ['runs'],
    ['runs', '--limit', '1', '--json'],
    ['show', '1'],
    ['show', '1', '--changes', '--limit', '3'],
    ['show', '1', '--changes', '--limit', '3', '--after', '2', '--action', 'create,update', '--type', 'person'],
    ['show', '1', '--problems'],
    ['held'],
    ['held', '--all'],
    ['explain', 'N-1'],
    ['explain', 'nobody at all'],
    ['check', 'hr'],
    ['edit', 'list'],
    ['config', 'export'],
  ])('prints what it prints near it: %s %s', async (...words) => {
    const api = await openApi({ people: 5 });
    await api.scene.sync();
    expect(await typed(await far(api), ...words)).toEqual(await typed(near(api), ...words));
  });

  it('carries runs out, follows them, and ends with the same code', async () => {
    const api = await openApi({ people: 5 });
    const session = await far(api);
    const planned = await typed(session, 'plan', 'hr in', '--exit-code');
    expect([planned.exit, planned.text]).toEqual(['changes', expect.stringContaining('create  5 people')]);
    const ran = await typed(session, 'run', 'hr in', '--plan', '1');
    expect([ran.exit, ran.text]).toEqual(['done', expect.stringContaining('✓ create 5 people')]);
    expect((await typed(session, 'run', 'nobody')).text).toContain('There is no job "nobody". There are: 1 "hr in", 2 "app out".');
    await typed(session, 'hold', 'audit', 'today');
    expect((await typed(session, 'run', 'app out')).exit).toBe('waits');
    expect((await typed(session, 'release')).exit).toBe('done');
  });

  it('edits the directory', async () => {
    const api = await openApi();
    const session = await far(api);
    expect((await typed(session, 'department', 'create', 'name=Sales', 'code=S', '--yes')).exit).toBe('done');
    expect((await typed(session, 'person', 'create', 'displayName=Li Na', 'employeeNumber=N-9', '--department', 'S', '--yes')).exit).toBe(
      'done',
    );
    expect((await api.scene.known('9'))!.departments).toEqual(['S']);
  });
});

describe('a link for somebody', () => {
  const listening: OwnAddress = { url: 'http://127.0.0.1:7423', isPublic: false };
  const published: OwnAddress = { url: 'https://sync.example.org', isPublic: true };
  const linkOf = async (session: Session, ...words: string[]): Promise<URL> =>
    new URL((await typed(session, ...words)).text.split('\n')[0]!);

  it.each([
    ['admin', 'invite', 'anna', 'viewer'],
    ['admin', 'reset'],
  ])('leads to where the server says it is, not to where this command would listen: %s %s', async (...words) => {
    const api = await openApi();
    expect((await linkOf(near(api, listening), ...words)).host).toBe('127.0.0.1:7423');
    expect((await linkOf(near(api, published), ...words)).origin).toBe('https://sync.example.org');
  });

  it('made from another machine begins with PUBLIC_URL, else with the address that reached the server', async () => {
    const [local, open] = [await openApi({ ownAddress: listening }), await openApi({ ownAddress: published })];
    const session = await far(local);
    const link = await linkOf(session, 'admin', 'invite', 'anna', 'viewer');
    expect([link.origin, link.pathname]).toEqual([session.elsewhere, '/set-up']);
    expect((await linkOf(await far(open), 'admin', 'invite', 'anna', 'viewer')).origin).toBe('https://sync.example.org');
    const json = JSON.parse((await typed(session, 'admin', 'invite', 'bert', 'viewer', '--json')).text) as { url: string; path: string };
    expect(json.url).toBe(`${session.elsewhere}${json.path}`);
  });
});

it('a link of an older server, which says no whole address, begins with the one that is known here', async () => {
  const old = { path: '/set-up?link=x', expiresAt: 1 } as never;
  const session: Session = { isServed: true, call: async () => old, follow: async () => [], close: async () => {} };
  expect((await typed(session, 'admin', 'reset')).text).toMatch(/^http:\/\/127\.0\.0\.1:7300\/set-up\?link=x\n/);
  const far = { ...session, elsewhere: 'https://sync.example.org' };
  expect((await typed(far, 'admin', 'password', 'anna')).text).toMatch(/^https:\/\/sync\.example\.org\/set-up\?link=x\n/);
});

describe('what does not work', () => {
  it('is said: nobody listens, another page answers, the token is not known, the role is not enough', async () => {
    const api = await openApi();
    const session = (server: string, token = 'admin', language: 'en' | 'zh' = 'en') =>
      remoteSession({ server: new URL(server), token, language, signal: new AbortController().signal });
    expect(await typed(session('http://127.0.0.1:65533'), 'runs')).toEqual({
      exit: 'refused',
      text: expect.stringContaining('cannot be reached: ECONNREFUSED'),
    });
    const url = await api.app.listen({ host: '127.0.0.1', port: 0 });
    expect((await typed(session(url, 'nobody'), 'runs')).text).toContain('does not accept the token');
    expect((await typed(session(url, 'viewer'), 'hold', 'x')).text).toContain('This needs the role operator. You have: viewer.');
    expect((await typed(session(url, 'viewer'), 'admin', 'invite', 'anna', 'viewer')).text).toContain(
      'This needs the role administrator. You have: viewer.',
    );
    expect((await typed(session(url, 'viewer', 'zh'), 'hold', 'x')).text).toContain('此操作需要角色“操作员”。您拥有：查看者。');
    expect((await typed(session(`${url}/elsewhere`), 'runs')).exit).toBe('refused');
  });

  it('comes in the language that was asked for', async () => {
    const api = await openApi();
    const written = await typed(await far(api, 'admin', 'zh'), 'run', 'nobody');
    expect(written.text).toContain('没有任务“nobody”');
  });
});

it('options for the server may stand before the command', () => {
  expect(commonLast(['--server', 'https://x', '--token=t', 'runs', 'HR'])).toEqual(['runs', 'HR', '--server', 'https://x', '--token=t']);
  expect(commonLast(['runs', '--server', 'https://x'])).toEqual(['runs', '--server', 'https://x']);
});
