// Every command where a server elsewhere is named: it goes there by a route, or is refused in words. Nothing acts on this machine instead.
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { commands, dispatch } from '../../src/cli/cli.ts';
import { remoteSession } from '../../src/cli/remote-session.ts';
import { createOutput } from '../../src/cli/terminal.ts';
import { operations, type OperationName } from '../../src/engine/commands.ts';
import { readSettings } from '../../src/settings.ts';

const SERVER = 'https://sync.example.org';
/** Nothing of an installation is read or written by them, whatever the server. */
const withoutEngine = { template: 'writes a sample file', sandbox: 'starts a simulator' };

/** What is typed of each command: every verb that asks for something of its own. FILE stands for a file that is there, NEW for one that is not. */
const typed: Readonly<Record<string, readonly string[]>> = {
  serve: [''],
  worker: [''],
  plan: ['HR'],
  run: ['HR', 'HR --full'],
  sync: [''],
  runs: [''],
  show: ['1', '1 --changes', '1 --problems'],
  waiting: [''],
  held: ['', '--people'],
  confirm: ['1', '--person P'],
  resume: ['HR'],
  problems: ['', 'HR --known'],
  retry: ['HR'],
  cancel: ['1'],
  undo: ['1'],
  pins: ['', '--run 1 --remove'],
  drift: ['HR', 'HR --course', 'HR --enforce', 'HR --adopt'],
  directory: ['at 2026-01-01', 'difference 2026-01-01 2026-01-02', 'restore P --at 2026-01-01'],
  hold: ['why'],
  release: ['', '--show'],
  notices: ['', 'resend 1'],
  channel: ['list', 'test mail'],
  explain: ['P'],
  draft: ['list', 'new job N', 'show 1', 'set 1 name=x', 'finish 1', 'remove 1'],
  leaver: ['P', 'P --close'],
  merge: ['P --into Q'],
  split: ['P', 'P hr:1'],
  person: ['list', 'show P', 'create displayName=x', 'delete P'],
  department: ['list', 'create name=x'],
  group: ['list', 'create name=x'],
  edit: ['list', 'show 1', 'apply 1', 'discard 1', '-f FILE'],
  history: [''],
  export: ['runs --out NEW.csv'],
  links: [
    '',
    'check hr -f FILE',
    'import hr -f FILE --check 1',
    'export hr',
    'cut hr person 1',
    'protected hr',
    'protect hr person 1 --reason x',
  ],
  match: ['start HR', 'show HR', 'list HR matched', 'proposals HR', 'accept HR p=a --run 1', 'reject HR p=a --run 1', 'rejected HR'],
  attribute: ['list', 'create person colour', 'change person colour --en x', 'archive person colour', 'restore person colour'],
  settings: ['', 'set timeZone UTC'],
  oidc: ['', 'set issuer https://id.example.org', 'on', 'off', 'test'],
  check: ['hr'],
  renew: ['hr password --file FILE'],
  job: ['times HR', 'set HR name=x', 'versions HR', 'rollback HR 1', 'observe HR', 'duplicate HR New', 'orphans HR', 'delete HR'],
  config: ['plan -f FILE', 'apply -f FILE', 'export', 'enable HR', 'disable HR'],
  admin: ['accounts', 'invite a viewer', 'role a viewer', 'password a', 'disable a', 'enable a', 'remove a', 'reset', 'rotate-key'],
  token: ['create x --role viewer', 'list', 'owner x a', 'revoke x'],
  audit: ['', 'verify', 'forward', 'forward off'],
  compact: [''],
  prune: ['', '--dry-run'],
  erase: ['P', 'P --yes'],
  template: ['file --out NEW.csv'],
  sandbox: ['nothing'],
  backup: ['NEW.db'],
  restore: ['FILE'],
  migrate: ['', '--to postgres://a:b@127.0.0.1:1/x'],
};

interface Typed {
  readonly exit: string;
  readonly text: string;
  /** What the server was asked first. */
  readonly asked: readonly string[];
}

class Asked extends Error {}

/** Types one line in a folder of its own, and proves that the data folder there was left alone. */
async function type(name: string, line: string, settings: Record<string, string>, language: 'en' | 'zh' = 'en'): Promise<Typed> {
  const folder = mkdtempSync(join(tmpdir(), 'tributary-test-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  writeFileSync(join(folder, 'file'), 'connections: []\nsteps: []\n');
  const words = line
    .replace('FILE', join(folder, 'file'))
    .replace('NEW', join(folder, 'new'))
    .split(' ')
    .filter((word) => word !== '');
  const written: string[] = [];
  const stream = { write: (text: string) => void written.push(text), isTTY: false, columns: 200 };
  const asked: string[] = [];
  const open = async () => ({
    isServed: true,
    call: async (operation: OperationName): Promise<never> => {
      asked.push(operation);
      throw new Asked(operation);
    },
    follow: async () => [],
    close: async () => {},
  });
  const exit = await dispatch(
    commands[name]!,
    words,
    readSettings({ TRIBUTARY_DATA: join(folder, 'data'), ...settings }, folder),
    createOutput({ out: stream, err: stream, language, colour: false }),
    open,
  );
  expect([existsSync(join(folder, 'data')), readdirSync(folder).filter((file) => file !== 'file' && file !== 'new.csv')]).toEqual([
    false,
    [],
  ]);
  return { exit, text: written.join(''), asked };
}

const lines = Object.entries(typed).flatMap(([name, each]) => each.map((line) => [name, line] as const));

describe('where a server elsewhere is named', () => {
  it('every command is looked at', () => {
    expect(Object.keys(typed).toSorted()).toEqual(Object.keys(commands).toSorted());
  });

  it.each(lines)('"%s %s" goes there by a route, or is refused in words', async (name, line) => {
    const { exit, text, asked } = await type(name, line, { TRIBUTARY_SERVER: SERVER, TRIBUTARY_TOKEN: 't' });
    if (name in withoutEngine) return expect(asked).toEqual([]);
    if (asked.length > 0) return expect(operations[asked[0]! as OperationName].route, `${asked[0]} has no route`).not.toBeNull();
    expect([exit, text]).toEqual(['refused', expect.stringContaining(SERVER)]);
    expect(text).toContain("works on the server's own machine alone");
  });

  it('the refusal names the option or the variable, in both languages, and comes before anything is asked or done', async () => {
    const line = `NEW.db --server ${SERVER}`;
    expect(await type('backup', line, {})).toEqual({
      exit: 'refused',
      asked: [],
      text: `✗ "tributary backup" works on the server's own machine alone, and --server names ${SERVER}. Nothing was done. Call it on that machine; if you mean the data folder of this one, leave --server out.\n`,
    });
    expect((await type('admin', 'reset', { TRIBUTARY_SERVER: SERVER })).text).toContain('leave TRIBUTARY_SERVER out');
    expect((await type('admin', 'reset', { TRIBUTARY_SERVER: SERVER }, 'zh')).text).toContain(
      'tributary admin reset 只能在服务器本机上执行',
    );
    expect((await type('migrate', `--server ${SERVER} --json`, {})).text).toContain('"exit":"refused"');
  });

  it('without one these commands work on the data folder, as ever', async () => {
    expect((await type('backup', 'NEW.db', {})).text).toContain('no store in this data folder yet');
    expect((await type('admin', 'reset', {})).asked).toEqual(['admin.reset']);
  });

  it('an operation that has no route is said to have none, not stumbled over', async () => {
    const session = remoteSession({ server: new URL(SERVER), token: 't', language: 'en', signal: new AbortController().signal });
    await expect(session.call('admin.reset', {})).rejects.toMatchObject({
      label: { en: expect.stringContaining(`${SERVER} cannot be asked for this`), zh: expect.stringContaining('只能在其本机上执行') },
    });
  });

  it('no command asks for an operation without a route, but those that are refused', () => {
    const folder = join(import.meta.dirname, '../../src/cli/commands');
    const sources = readdirSync(folder).map((file) => readFileSync(join(folder, file), 'utf8'));
    const without = Object.entries(operations).flatMap(([name, { route }]) => (route === null ? [name] : []));
    expect(without.filter((name) => sources.some((source) => source.includes(`'${name}'`)))).toEqual(['admin.reset']);
  });
});
