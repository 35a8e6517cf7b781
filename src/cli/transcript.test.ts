// What every command prints, word for word, in both languages: golden/en.txt and golden/zh.txt are a session to read.
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import type { RunView } from '../engine/operations/views.ts';
import type { Label } from '../core/model.ts';
import { readSettings } from '../settings.ts';
import { commands, dispatch, help } from './cli.ts';
import { exits, type Exit } from './errors.ts';
import { openLocalSession } from './local-session.ts';
import { exitOf } from './progress.ts';
import { EngineFault, type Session } from './session.ts';
import { createOutput, widthOf } from './terminal.ts';

const folders: string[] = [];
afterAll(() => folders.forEach((folder) => rmSync(folder, { recursive: true, force: true })));

const COLUMNS = 80;

/** A terminal of 80 columns without colours, and what it was written. */
function screen(language: 'en' | 'zh') {
  const written: string[] = [];
  const stream = { write: (text: string) => void written.push(text), isTTY: true, columns: COLUMNS };
  // Progress is redrawn on a terminal only; errors and answers share the transcript as they share the screen.
  return { written, output: createOutput({ out: stream, err: { ...stream, isTTY: false }, language, colour: false }) };
}

function opened(language: 'en' | 'zh') {
  const folder = mkdtempSync(join(tmpdir(), 'tributary-transcript-'));
  folders.push(folder);
  const { written, output } = screen(language);
  const settings = readSettings({ TRIBUTARY_DATA: join(folder, 'data'), LANG: language }, folder);
  const ended = new Set<Exit>();
  const path = (name: string): string => join(folder, name);
  const plain = (text: string): string =>
    text
      .replaceAll(folder, 'FOLDER')
      .replace(/cli:[\w.-]+/g, 'cli:ann')
      .replace(/\d{4}-\d\d-\d\d \d\d:\d\d UTC/g, 'YYYY-MM-DD hh:mm UTC')
      .replace(/\b\d\d:\d\d\b/g, 'hh:mm')
      .replace(/\d{4}-\d\d-\d\d hh:mm/g, 'YYYY-MM-DD hh:mm')
      .replace(/ *\b\d+(?:\.\d)? m?s\b/g, '  n ms')
      // The column is as wide as the longest duration, which no two machines share.
      .replace(/ +(took|用时) /g, '  $1 ')
      .replace(/[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[0-9a-f]{4}-[0-9a-f]{12}/g, 'DIRECTORY-ID')
      .replace(/--token \d\S+/g, '--token TOKEN')
      .replace(/… --after \S+/g, '… --after PLACE')
      .replace(/…[0-9a-f]{12}/g, '…IDIDIDIDIDID')
      .replace(/"(queuedAt|startedAt|endedAt|now|at|since|nextDueAt|lastCompleteAt|checkedAt)": \d+/g, '"$1": 0')
      .replace(/\b[\d.]+ ([KM]?B)(?![A-Za-z])/g, 'n $1');
  return {
    path,
    ended,
    transcript: () => written.join(''),
    async type(...words: string[]): Promise<Exit> {
      const from = written.length;
      written.push(`$ tributary ${words.join(' ')}\n`);
      const exit = await dispatch(commands[words[0]!]!, words.slice(1), settings, output, (data, signal) =>
        openLocalSession({ folder: data, key: null, command: 'test', log: () => {}, signal }),
      );
      written.push(`[${exits[exit].code} ${exit}]\n\n`);
      const text = plain(written.splice(from).join(''));
      written.push(text);
      ended.add(exit);
      return exit;
    },
  };
}

const yaml = (path: (name: string) => string): string => `connections:
  - id: hr
    connector: file
    name: HR file
    config: { path: '${path('people.csv')}', settleSeconds: 0 }
  - id: book
    connector: file
    name: Phone book
    config: { use: write, path: '${path('book.csv')}' }
jobs:
  - { name: HR, connection: hr, direction: up, policy: { leaver: { gone: delete } } }
  - { name: Book, connection: book, direction: down }
`;

describe.each(['en', 'zh'] as const)('a session in %s', (language) => {
  const { type, path, ended, transcript } = opened(language);

  it('prints what the golden text says', { timeout: 120_000 }, async () => {
    const lines = (name: string): string[] => readFileSync(path(name), 'utf8').split('\n');
    writeFileSync(path('tributary.yaml'), yaml(path));
    writeFileSync(
      path('bad.yaml'),
      yaml(path).replace('direction: down', 'direction: sideways').replace('connection: hr', 'connection: hrr'),
    );
    // Nothing there yet.
    await type('runs');
    await type('waiting');
    await type('held');
    await type('run', 'HR');
    await type('explain', 'Wei');
    // Set up.
    await type('template', 'file', '--out', path('people.csv'));
    await type('template', 'file', '--out', path('people.csv'));
    await type('config', 'plan', '-f', path('bad.yaml'));
    await type('config', 'plan', '-f', path('none.yaml'));
    await type('config', 'plan', '-f', path('tributary.yaml'));
    await type('config', 'apply', '-f', path('tributary.yaml'));
    await type('config', 'apply', '-f', path('tributary.yaml'));
    await type('check', 'hr');
    await type('check', 'nobody');
    // First runs.
    await type('plan', 'HR', '--exit-code');
    await type('run', 'HR');
    await type('config', 'enable', 'HR');
    await type('run', 'HR', '--plan', '1');
    await type('run', '1');
    await type('config', 'enable', 'Book');
    await type('config', 'enable', 'Book', '--unseen');
    await type('run', 'Book');
    await type('explain', '000102');
    // A manager whom nobody knows; a person gone.
    const [head, ...rows] = lines('people.csv');
    writeFileSync(
      path('people.csv'),
      [head, ...rows.map((row) => row.replace(',000102,', ',000199,')).filter((row) => !row.startsWith('000101'))].join('\n'),
    );
    await type('plan', 'HR');
    await type('run', 'HR');
    await type('show', '6');
    await type('show', '6', '--changes', '--limit', '1');
    await type('show', '6', '--problems');
    await type('waiting');
    await type('held');
    await type('confirm', '--cancel', '1');
    await type('confirm', '--take-back', '1');
    await type('problems');
    await type('problems', 'HR', '--cause', 'unknown-reference', '--known', '--note', 'told HR');
    await type('problems', 'HR');
    await type('retry', 'HR', '--cause', 'mapping');
    await type('retry', 'HR');
    await type('problems', '--fixed');
    await type('confirm', '1');
    await type('held', '--all');
    await type('explain', '000103');
    // By hand.
    await type('department', 'create', 'name=Sales', 'code=S');
    await type('edit', 'apply', '1');
    await type('person', 'create', 'displayName=Li Na', 'employeeNumber=900', '--department', 'S', '--yes');
    await type('person', 'edit', '000103', 'displayName=Other');
    await type('person', 'move', '900', '--to', 'nowhere');
    await type('person', 'list', '--limit', '3');
    await type('person', 'list', 'Li Na');
    await type('person', 'list', '--after', 'nonsense');
    await type('person', 'show', '900');
    await type('department', 'list', 'Sales');
    await type('group', 'list');
    await type('history', '900');
    await type('history', 'N-nobody');
    await type('export', 'changes', '--run', '3', '--out', path('changes.csv'));
    await type('export', 'changes', '--run', '3', '--out', path('changes.csv'));
    await type('export', 'changes', '--run', '99', '--out', path('other.csv'));
    await type('links', '--connection', 'hr', '--limit', '2');
    await type('links', 'import', 'hr');
    await type('links', 'cut', 'hr', 'person', 'none');
    await type('attribute', 'create', 'person', 'badge', '--en', 'badge', '--zh', '工牌', '--max', '20');
    await type('attribute', 'create', 'person', 'title');
    await type('attribute', 'change', 'person', 'badge', '--kind', 'integer');
    await type('attribute', 'archive', 'person', 'badge');
    await type('attribute', 'list');
    await type('settings');
    await type('settings', 'set', 'timeZone', 'Asia/Shanghai');
    // Whom people sign in with.
    await type('oidc', 'on');
    await type('oidc', 'set', 'issuer', 'https://169.254.169.254/realms/company');
    await type('oidc', 'test');
    await type('oidc', 'set', 'clientId', 'tributary');
    await type('oidc', 'set', 'roles', 'sync-admins=king');
    await type('oidc', 'set', 'roles', 'sync-admins=admin, desk=operator');
    writeFileSync(path('secret'), 'a secret of the client\n');
    await type('oidc', 'secret', path('secret'));
    await type('oidc', 'secret', path('none'));
    await type('oidc', 'set', 'clientSecret', 'typed');
    await type('oidc', 'on');
    await type('oidc');
    await type('person', 'delete', '900', '--yes');
    await type('edit', 'list');
    await type('edit', 'discard', '1');
    // The brake.
    await type('hold', 'audit', 'today');
    await type('run', 'Book');
    await type('release', '--show');
    await type('release');
    await type('runs');
    await type('runs', '--limit', '1', '--json');
    await type('notices');
    await type('notices', 'resend', '1');
    await type('channel');
    await type('channel', 'test', 'ops');
    // By the clock, and everything in order.
    await type('job', 'times', 'HR');
    await type('sync');
    await type('job', 'set', 'Book', 'description=who is who', 'rank=70');
    await type('job', 'versions', 'Book');
    await type('job', 'rollback', 'Book', '1');
    await type('job', 'duplicate', 'Book', 'Book');
    // Taken back, kept, and as it was; somebody leaves.
    writeFileSync(path('people.csv'), lines('people.csv').join('\n').replace('2026-05-06', '2026-05-07'));
    await type('run', 'HR');
    await type('undo', '24');
    await type('undo', '24', '--yes');
    await type('undo', '24');
    await type('show', '24');
    await type('pins');
    await type('explain', '000103', '--history', '1');
    await type('pins', '--remove', '--run', '26');
    await type('directory', 'at', '2000-01-01');
    await type('directory', 'restore', 'nobody', '--at', '2000-01-01');
    await type('leaver', '000102');
    await type('leaver', '000102', '--close');
    await type('leaver', '000102', '--close', '--token', 'none');
    // An empty file, and the question about the job.
    writeFileSync(path('people.csv'), `${head}\n`);
    await type('run', 'HR');
    await type('resume', 'Book');
    // Away.
    rmSync(path('people.csv'));
    await type('check', 'hr');
    await type('run', 'HR');
    await type('cancel', '1');
    // Backup.
    await type('backup', path('copy.db'));
    await type('backup', path('copy.db'));
    await type('backup', path('copy2.db'), '--with-key');
    await type('restore', path('tributary.yaml'));
    await type('restore', path('copy.db'));
    await type('restore', path('copy.db'), '--data', path('other'), '--key', path('copy2.db.key'));
    await type('config', 'export');
    // Who has which account there: accepted only by the comparison that was seen.
    await type('match', 'show', 'Book');
    await type('match', 'start', 'Book');
    await type('match', 'accept', 'Book', '--clear');
    await type('match', 'accept', 'Book', '--clear', '--run', '1');
    // Written wrongly.
    for (const words of [
      ['plan'],
      ['run', 'nobody'],
      ['run', 'HR', '--bogus'],
      ['run', 'HR', '--keys'],
      ['run', 'HR', '--keys', 'x'],
      ['run', 'HR', '--plan', 'x'],
      ['run', 'HR', '--plan', '99'],
      ['runs', '--limit', 'many'],
      ['show', 'x'],
      ['show', '99'],
      ['confirm'],
      ['confirm', 'x'],
      ['confirm', '99'],
      ['hold'],
      ['explain'],
      ['check'],
      ['renew'],
      ['retry'],
      ['export', 'people'],
      ['export', 'history', '--out', 'x.pdf'],
      ['problems', '--waive'],
      ['cancel', 'x'],
      ['resume'],
      ['job'],
      ['job', 'times'],
      ['job', 'set', 'Book'],
      ['config'],
      ['config', 'apply'],
      ['template'],
      ['sandbox'],
      ['sandbox', 'scim', '--mood', 'nice'],
      ['sandbox', 'ldap', '--mood', 'nice'],
      ['backup'],
      ['restore'],
      ['person'],
      ['department', 'move', 'S'],
      ['edit', 'show'],
      ['run', 'nobody', '--json'],
      ['serve', '--help'],
    ])
      await type(...words);
    // A job that is removed, and what it did.
    await type('config', 'disable', 'Book', '--seen');
    await type('job', 'delete', 'Book', '--seen');
    await type('runs', '--limit', '6');
    await expect(transcript()).toMatchFileSnapshot(join(import.meta.dirname, 'golden', `${language}.txt`));
  });

  it('ended its commands in every way that needs no failing system', () => {
    expect([...ended].sort()).toEqual(['changes', 'done', 'doubts', 'failed', 'refused', 'waits']);
  });

  it('keeps its tables inside the terminal', () => {
    const tables = transcript()
      .split('\n')
      .filter((line) => /^ *#  |hh:mm {2}/.test(line) && !line.includes('"'));
    expect(tables.length).toBeGreaterThan(10);
    for (const line of tables) expect([line, widthOf(line) <= COLUMNS]).toEqual([line, true]);
  });

  it('is told by the help which commands and exit codes there are', () => {
    const { written, output } = screen(language);
    help(output);
    const text = written.join('');
    for (const command of Object.values(commands)) expect(text).toContain(`tributary ${command.usage}`);
    for (const exit of Object.values(exits)) expect(text).toContain(`${exit.code}  ${exit.when[language]}`);
  });
});

it('speaks both languages everywhere: the Chinese session has no English sentence', () => {
  const text = readFileSync(join(import.meta.dirname, 'golden', 'zh.txt'), 'utf8');
  const sentences = text
    .split('\n')
    .filter((line) => !/^[$[#{]/.test(line) && /[a-z]+ [a-z]+ [a-z]+ [a-z]+/.test(line.replace(/tributary .*/, '')));
  expect(sentences).toEqual([]);
});

describe('the exit code of a command', () => {
  const run = (state: string, more: Partial<RunView> = {}): RunView => ({ state, counts: {}, warnings: [], ...more }) as RunView;
  it.each([
    [['succeeded'], 'done'],
    [['succeeded', 'warnings'], 'doubts'],
    [['waiting', 'warnings'], 'waits'],
    [['partly-failed', 'waiting'], 'partly'],
    [['cancelled', 'partly-failed'], 'failed'],
    [['failed', 'succeeded'], 'failed'],
    [[], 'done'],
  ] as const)('after runs that are %j is that of the worst: %s', (states, exit) => {
    expect(exitOf(states.map((state) => run(state)))).toBe(exit);
  });

  it.each([
    [{ planned: 3 }, 'done'],
    [{ planned: 3, problems: 1 }, 'doubts'],
    [{ unreadable: 1 }, 'doubts'],
    [{ held: 2 }, 'doubts'],
    [{ refused: 1 }, 'doubts'],
  ] as const)('after a dry run that counts %j is that of the run it shows: %s', (counts, exit) => {
    expect(exitOf([run('succeeded', { dryRun: true, counts })])).toBe(exit);
  });

  it('numbers no two ways alike', () => {
    const codes = Object.values(exits).map(({ code }) => code);
    expect(new Set(codes).size).toBe(codes.length);
  });

  const failing = async (error: unknown, words: readonly string[]) => {
    const { written, output } = screen('en');
    const broken: Session = {
      isServed: false,
      call: () => Promise.reject(error),
      follow: () => Promise.reject(error),
      close: async () => {},
    };
    const exit = await dispatch(commands.runs!, words, readSettings({}, '/'), output, async () => broken);
    return { exit, said: written.join('') };
  };
  const label: Label = { en: 'The store is damaged.', zh: '数据已损坏。' };

  it('of a fault is 6, with what is known of it', async () => {
    expect(await failing(new EngineFault(label), [])).toEqual({ exit: 'fault', said: '✗ The store is damaged.\n' });
    expect((await failing(new Error('a bug'), [])).exit).toBe('fault');
  });
  it('stands in the JSON of an error, too', async () => {
    const { said } = await failing(new EngineFault(label), ['--json']);
    expect(JSON.parse(said)).toEqual({ error: { exit: 'fault', code: 6, message: label } });
  });
});
