// The command line as an administrator uses it: configuration, plan, run, server, backup. Own folders; what a process is needed for (exit codes, what the next start finds, a server) has its own, all else is typed into one.
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { request } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { makeCompany } from '../src/sandbox/company.ts';
import { writeCompanyFile } from '../src/sandbox/company-file.ts';
import { hireTypist, type Typed, type Typist } from './support/typist.ts';

const root = mkdtempSync(join(tmpdir(), 'tributary-cli-'));
const main = join(import.meta.dirname, '../src/main.ts');

const yaml = `connections:
  - id: hr
    connector: file
    name: HR file
    config: { use: read, path: '\${env:HR_FILE}', settleSeconds: 0 }
  - id: book
    connector: file
    name: Phone book
    config: { use: write, path: '${join(root, 'book.csv')}' }
jobs:
  - { name: HR, connection: hr, direction: up }
  - { name: Phone book, connection: book, direction: down }
`;

const surroundings = {
  LANG: 'C',
  TRIBUTARY_DATA: join(root, 'data'),
  PORT: '0',
  NO_COLOR: '1',
  HR_FILE: join(root, 'people.csv'),
};

function start(args: readonly string[], environment: Record<string, string> = {}): ChildProcess {
  return spawn(process.execPath, [main, ...args], {
    cwd: root,
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { ...process.env, ...surroundings, ...environment },
  });
}

let typist: Typist;
const cli = (args: readonly string[], environment: Record<string, string> = {}): Promise<Typed> => typist.type(args, environment);

/** In a process of its own. */
async function alone(args: readonly string[], environment: Record<string, string> = {}): Promise<Typed> {
  const child = start(args, environment);
  let [out, err] = ['', ''];
  child.stdout!.on('data', (chunk: Buffer) => (out += chunk.toString()));
  child.stderr!.on('data', (chunk: Buffer) => (err += chunk.toString()));
  const [code] = (await once(child, 'close')) as [number];
  return { code, out, err };
}

beforeAll(async () => {
  await writeCompanyFile(makeCompany({ people: 40, departments: 6, seed: 5 }), join(root, 'people.csv'));
  writeFileSync(join(root, 'tributary.yaml'), yaml);
  typist = hireTypist(root, surroundings);
});
afterAll(async () => {
  await typist.leave();
  rmSync(root, { recursive: true, force: true });
});

describe('the command line', { timeout: 240_000 }, () => {
  test('refuses a file that cannot work, names the line, and changes nothing', async () => {
    writeFileSync(join(root, 'bad.yaml'), yaml.replace('direction: up', 'direction: sideways').replace('HR_FILE', 'NOT_SET'));
    const { code, out } = await alone(['config', 'apply', '-f', 'bad.yaml']);
    expect(code).toBe(1);
    expect(out).toMatch(/bad\.yaml:\d+/);
    expect(out).toContain('NOT_SET');
    expect((await cli(['config', 'export'])).out).not.toContain('id: hr');
  });

  test.each(['README.md', 'README.zh-CN.md'])('plans the configuration that %s begins with', async (readme) => {
    const [, example] = /```yaml\n([\s\S]*?)```/.exec(readFileSync(join(import.meta.dirname, '..', readme), 'utf8'))!;
    writeFileSync(join(root, 'readme.yaml'), example!);
    const { code, out } = await cli(['config', 'plan', '-f', 'readme.yaml']);
    expect([code, out]).toEqual([0, expect.stringContaining('+ job Phone book')]);
  });

  test('applies a file once; the second time everything is as it says; what is exported applies without a change', async () => {
    expect((await alone(['config', 'apply', '-f', 'tributary.yaml'])).code).toBe(0);
    expect((await cli(['config', 'apply', '-f', 'tributary.yaml'])).out).toContain('Everything is as the file says');
    writeFileSync(join(root, 'exported.yaml'), (await alone(['config', 'export'])).out);
    expect((await cli(['config', 'plan', '-f', 'exported.yaml'])).out).toContain('Everything is as the file says');
  });

  test('a disabled job can be planned and not run; a plan writes nothing', async () => {
    const refused = await cli(['run', 'HR']);
    expect(refused.code).toBe(1);
    expect(refused.err).toContain('config enable');
    const plan = await alone(['plan', 'HR', '--exit-code']);
    expect(plan.code).toBe(10);
    expect(plan.out).toContain('Nothing was written');
    expect((await cli(['explain', '001001'])).out).not.toContain('Sources');
  });

  test('exactly the plan that was looked at is carried out; the second run writes nothing', async () => {
    expect((await cli(['config', 'enable', 'HR'])).code).toBe(0);
    const planned = JSON.parse((await cli(['plan', 'HR', '--json'])).out) as { run: { id: number; counts: Record<string, number> } };
    const run = JSON.parse((await alone(['run', 'HR', '--plan', String(planned.run.id), '--json'])).out) as {
      run: { state: string; counts: Record<string, number> };
    };
    expect(run.run.counts.applied).toBe(planned.run.counts.planned);
    const again = JSON.parse((await cli(['run', 'HR', '--json'])).out) as { run: { counts: Record<string, number> } };
    expect(again.run.counts.applied ?? 0).toBe(0);
  });

  test('explains a person: source, rule, value and what happened', async () => {
    const { code, out } = await cli(['explain', '001001']);
    expect(code).toBe(0);
    for (const word of ['Sources', 'HR file', 'field displayName', 'Last changes', 'create']) expect(out).toContain(word);
  });

  test('an unknown command, run or job is named with what to do', async () => {
    expect(await alone(['frobnicate'])).toMatchObject({ code: 1 });
    expect((await cli(['show', '999'])).err).toContain('tributary runs');
    expect((await cli(['run', 'nobody'])).err).toContain('There are:');
    expect((await cli(['serve'], { PORT: 'x' })).err).toContain('PORT');
  });

  test('the brake holds every write until it is released', async () => {
    expect((await cli(['config', 'enable', 'Phone book', '--unseen'])).code).toBe(0);
    expect((await cli(['hold', 'audit', 'today'])).code).toBe(0);
    const held = await cli(['run', 'Phone book']);
    expect(held.code).toBe(5);
    expect(held.out).toContain('The brake is on');
    expect((await cli(['release'])).out).toContain('released');
  });

  test('with a server the command line goes through its socket; a second server is refused; SIGTERM ends it', async () => {
    const server = start(['serve']);
    let out = '';
    await new Promise<void>((resolve, reject) => {
      server.once('exit', () => reject(new Error(`the server ended: ${out}`)));
      server.stdout!.on('data', (chunk: Buffer) => {
        out += chunk.toString();
        if (/set-up\?link=\S+\n/.test(out)) resolve();
      });
      server.stderr!.on('data', (chunk: Buffer) => (out += chunk.toString()));
    });
    try {
      const url = /http:\/\/[\d.]+:\d+/.exec(out)![0];
      expect((await fetch(`${url}/healthz`)).status).toBe(200);
      // Where a console was built, the status page makes way for it.
      const isBuilt = (await fetch(`${url}/status`, { redirect: 'manual' })).status !== 404;
      const status = `${url}/${isBuilt ? 'status' : ''}`;
      expect((await fetch(status, { redirect: 'manual' })).headers.get('location')).toBe('/sign-in');
      const cookie = await signedIn(url, /link=([\w-]+)/.exec(out)![1]!);
      // The server says where it is: the PORT and PUBLIC_URL of whoever types are not its own.
      for (const words of [
        ['admin', 'reset'],
        ['admin', 'invite', 'berta', 'viewer'],
      ])
        expect((await cli(words, { PORT: '7999', PUBLIC_URL: 'https://elsewhere.example' })).out).toMatch(
          new RegExp(`^${url}/set-up\\?link=[\\w-]{43}\n`),
        );
      const page = await (await fetch(status, { headers: { cookie } })).text();
      expect(page).toContain('Phone book');
      expect(page).not.toContain('xinghe.example');
      expect(await statusFor(url, 'evil.example')).toBe(421);
      for (const file of readdirSync(join(root, 'data'))) {
        const entry = statSync(join(root, 'data', file));
        if (entry.isSocket()) expect([file, (entry.mode & 0o777).toString(8)]).toEqual([file, '600']);
      }
      expect(readdirSync(join(root, 'data')).some((file) => statSync(join(root, 'data', file)).isSocket())).toBe(true);
      // Backed up while the server writes: the copy is whole, as of some moment of that run.
      await writeCompanyFile(makeCompany({ people: 60, departments: 6, seed: 5 }), join(root, 'people.csv'));
      const [run, backup] = await Promise.all([alone(['run', 'HR']), cli(['backup', 'while-running.db'])]);
      expect([run.code, backup.code], run.out + backup.err).toEqual([0, 0]);
      const copy = new DatabaseSync(join(root, 'while-running.db'), { readOnly: true });
      expect(copy.prepare('PRAGMA integrity_check').get()).toEqual({ integrity_check: 'ok' });
      // Whoever is in it is in its history as well: both are of one moment.
      expect(copy.prepare(`SELECT count(*) AS n FROM object o WHERE NOT EXISTS (SELECT 1 FROM history h WHERE h.id = o.id)`).get()).toEqual(
        { n: 0 },
      );
      expect((copy.prepare(`SELECT count(*) AS n FROM object WHERE type = 'person'`).get() as { n: number }).n).toBeGreaterThanOrEqual(40);
      copy.close();
      // A new master key, by the server that goes on: what it sealed before and after is there at its next start.
      const rotated = await cli(['admin', 'rotate-key']);
      expect([rotated.code, rotated.out], rotated.err).toEqual([
        0,
        expect.stringMatching(/^Key \w{8} has taken over from \w{8}: \d+ values/),
      ]);
      expect((await alone(['run', 'HR'])).code).toBe(0);
      const second = await alone(['serve']);
      expect(second.code).toBe(1);
      expect(second.err).toContain('is in use');
    } finally {
      const ended = once(server, 'exit');
      server.kill('SIGTERM');
      expect((await ended)[0]).toBe(0);
    }
  });

  test('accounts, tokens and the audit log are there without a server too', async () => {
    expect((await cli(['admin', 'rotate-key'])).out).toMatch(/^Key \w{8} has taken over from \w{8}: \d+ values/);
    expect((await cli(['admin', 'reset'])).out).toMatch(/\/set-up\?link=[\w-]{43}\n/);
    expect((await cli(['admin', 'invite', 'bob', 'operator,approver'])).out).toContain('/set-up?link=');
    expect((await cli(['admin', 'accounts'])).out).toContain('anna');
    const token = (await cli(['token', 'create', 'ci', '--role', 'operator', '--job', 'HR'])).out.split('\n')[0]!;
    expect(token).toMatch(/^tributary_[\w-]{43}$/);
    expect((await cli(['token', 'list'])).out).toContain('ci');
    expect((await cli(['token', 'revoke', 'ci'])).code).toBe(0);
    expect((await cli(['audit', '--action', 'token.revoke'])).out).toContain('cli:');
    const verified = await cli(['audit', 'verify', '--json']);
    expect(verified.code).toBe(0);
    expect(JSON.parse(verified.out)).toMatchObject({ broken: null, erased: 0 });
    const store = new DatabaseSync(join(root, 'data', 'tributary.db'));
    store.exec(`UPDATE audit_payload SET actor = 'nobody' WHERE seq = 2`);
    store.close();
    const broken = await cli(['audit', 'verify']);
    expect(broken.code).toBe(4);
    expect(broken.out).toContain('entry 2');
  });

  test('a backup made and restored elsewhere starts with the brake on', async () => {
    const backup = await cli(['backup', 'copy.db']);
    expect(backup.out).toContain('The key is not in it');
    expect((await alone(['restore', 'copy.db', '--key', join(root, 'data', 'key')], { TRIBUTARY_DATA: join(root, 'other') })).code).toBe(0);
    const run = await alone(['run', 'HR'], { TRIBUTARY_DATA: join(root, 'other') });
    expect(`${run.out}${run.err}`).toContain('restored or copied');
    expect((await cli(['restore', 'copy.db'])).err).toContain('already holds a store');
  });

  test('a secret of a connection stands in no file of the data folder', async () => {
    const secret = 'correct horse battery staple';
    writeFileSync(
      join(root, 'ldap.yaml'),
      `connections:\n  - id: ldap\n    connector: ldap\n    name: LDAP\n    config: { url: 'ldap://127.0.0.1:1', base: 'dc=example,dc=org', bindDn: 'cn=a,dc=example,dc=org', password: '\${env:PW}' }\n`,
    );
    expect((await cli(['config', 'apply', '-f', 'ldap.yaml'], { PW: secret })).code).toBe(0);
    const check = await alone(['check', 'ldap']);
    expect(check.code).toBe(4);
    expect(`${check.out}${check.err}`).not.toContain(secret);
    expect(readFileSync(join(root, 'data', 'tributary.db')).includes(secret)).toBe(false);
    expect((await cli(['config', 'export'])).out).not.toContain(secret);
  });
});

/** Opens the set-up link as a browser does; returns the cookie. */
async function signedIn(url: string, link: string): Promise<string> {
  const answer = await fetch(`${url}/set-up`, {
    method: 'POST',
    redirect: 'manual',
    headers: { origin: url },
    body: new URLSearchParams({ link, name: 'anna', title: 'Anna Li', password: 'staple battery horse' }),
  });
  expect(answer.status).toBe(303);
  return answer.headers.getSetCookie()[0]!.split(';')[0]!;
}

/** fetch does not let us set Host. */
function statusFor(url: string, host: string): Promise<number> {
  return new Promise((resolve, reject) => {
    request(url, { headers: { host } }, (response) => {
      response.resume();
      resolve(response.statusCode ?? 0);
    })
      .on('error', reject)
      .end();
  });
}
