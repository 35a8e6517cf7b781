// What somebody who mistyped is told: a sentence with the way out, never the inside of the program.
import { existsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { scratch, told } from '../../test/support/told.ts';

describe('a file is to be written where none can be', () => {
  const writers = [['template', 'file', '--out'], ['export', 'runs', '--out'], ['backup'], ['links', 'export', 'hr', '-f']];

  it.each(writers)('%s %s: a folder that is not there is named, with what to do', async (...words) => {
    const { code, error } = await told(scratch(), ...words, 'missing/list.csv');
    expect(error).toContain('There is no folder missing to write list.csv into. Make it first, or choose another place.');
    expect(error).not.toMatch(/ENOENT|at Object/);
    expect(code).toBe(1);
  });

  it('a file in the place of the folder is named, in Chinese too', async () => {
    const folder = scratch();
    writeFileSync(join(folder, 'people'), '');
    const { code, error } = await told(folder, 'template', 'file', '--out', 'people/list.csv', '--lang', 'zh');
    expect(error).toBe('✗ people 不是文件夹，无法在其中写入 list.csv。请换一个位置。\n');
    expect(code).toBe(1);
  });

  it('what is there already is left as it is', async () => {
    const folder = scratch();
    writeFileSync(join(folder, 'people.csv'), 'mine');
    const { code, error } = await told(folder, 'template', 'file');
    expect(error).toContain('people.csv is there already. Choose another name with --out.');
    expect(code).toBe(1);
  });
});

describe('a file that is to be read', () => {
  it.each([
    ['edit', '-f'],
    ['links', 'check', 'hr', '-f'],
    ['oidc', 'secret'],
    ['renew', 'hr', 'password', '--file'],
    ['audit', 'forward', 'tls://logs.example.com', '--ca'],
  ])('%s %s: a folder and a file that is not there are told in a sentence', async (...words) => {
    const folder = scratch();
    for (const [name, says] of [
      ['.', '. is a folder. Name a file in it, such as NAME.'],
      ['none', 'There is no file none. Correct its name, or give its whole path.'],
    ] as const) {
      const { code, error } = await told(folder, ...words.filter((word) => word !== ''), name);
      expect(error).toContain(says);
      expect(error).not.toMatch(/ENOENT|EISDIR|at /);
      expect(code).toBe(1);
    }
  });

  it('and is no YAML is told by its lines', async () => {
    const folder = scratch();
    writeFileSync(join(folder, 'steps.yaml'), 'steps:\n\t- do: x\n');
    const { error, code } = await told(folder, 'edit', '-f', 'steps.yaml', '--lang', 'zh');
    expect(error).toContain('steps.yaml:2  YAML 语法错误：缩进使用了制表符；请改用空格');
    expect(code).toBe(1);
  });
});

describe('a command that does not exist', () => {
  it('is answered by that sentence alone, with the one that was meant and the way to all of them', async () => {
    const { code, out, error } = await told(scratch(), 'confrim', '3');
    expect(error).toBe('✗ There is no command "confrim". Do you mean "confirm"? "tributary --help" lists all commands.\n');
    expect(out).toBe('');
    expect(code).toBe(1);
  });

  it('is not guessed where nothing is like it', async () => {
    const { error } = await told(scratch(), 'frobnicate', '--lang', 'zh');
    expect(error).toBe('✗ 没有命令“frobnicate”。运行 tributary --help 可查看全部命令。\n');
  });
});

it('a sandbox cannot be had at a port that there is not', async () => {
  const { code, error } = await told(scratch(), 'sandbox', 'ldap', '--port', '80000');
  expect(error).toContain('--port: 80000 is not a port. Give a number from 0 (any free one) to 65535.');
  expect(error).not.toContain('at Server');
  expect(code).toBe(1);
});

it('a file in the place of the data folder is named, and how to give another one', async () => {
  const folder = scratch();
  writeFileSync(join(folder, 'data'), '');
  const { code, error } = await told(folder, 'runs');
  expect(error).toContain('TRIBUTARY_DATA');
  expect(error).not.toMatch(/ENOTDIR|at /);
  expect(code).toBe(1);
  expect(existsSync(join(folder, 'data', 'lock'))).toBe(false);
});

it.each([
  ['/proc/tributary-data', 'no folder can be made there.'],
  ['/dev/null/data', 'a file stands where a folder above it would be.'],
])('a data folder at %s, where none can be, is refused at once', { timeout: 20_000 }, async (place, why) => {
  for (const words of [['runs'], ['serve']]) {
    const { code, error } = await told(scratch(), ...words, '--data', place);
    expect(error).toContain(`The data folder ${place} cannot be used: ${why} Give another one with TRIBUTARY_DATA.`);
    expect(code).toBe(1);
  }
});

describe('what nobody knows, and one word too many', () => {
  it.each([
    ['release', 'No brake is on, so there is nothing to release. What waits, and for what, is listed ("tributary waiting").'],
    ['release HR', '"HR" is one word too many for "tributary release". Nothing was done.'],
    ['plan HR now', '"now" is one word too many for "tributary plan".'],
    ['run HR --full --incremental', 'Give one of --full, --incremental and --keys.'],
    ['restore none.db', 'There is no file none.db. Correct its name, or give its whole path.'],
    ['restore .', '. is a folder. Name a file in it, such as NAME.'],
    ['backup .', '. is a folder. Name a file in it that is not there yet, such as NAME.'],
    ['undo 99', 'There is no run 99. "tributary runs" lists them.'],
    ['confirm 99', 'There is no held change 99. "tributary held" lists them.'],
    ['draft show 99', 'There is no draft 99. "tributary draft list" lists them.'],
    ['edit show 99', 'There is no edit 99. "tributary edit list" lists them.'],
    ['person list --limit 0', '--limit needs a number from 1 on.'],
    ['audit --limit many', '--limit needs a number, not "many".'],
    ['audit list', 'Say nothing for the list, or verify or forward.'],
    ['notices all', 'Say nothing for the list, or resend with a number.'],
    ['settings set timezone UTC', 'There is no setting "timezone". Do you mean "timeZone"?'],
    ['runs --lang fr', '--lang is en or zh, not "fr".'],
  ])('%s', async (line, says) => {
    const { code, error, out } = await told(scratch(), ...line.split(' '));
    expect(error).toContain(says);
    expect(out).toBe('');
    expect(code).toBe(1);
  });

  it('a brake that is on elsewhere is named, with how it is released', async () => {
    const folder = scratch();
    await told(folder, 'hold', 'why');
    await told(folder, 'person', 'create', 'displayName=Li Na', '--yes');
    const { error, code } = await told(folder, 'release', '--connection', 'console', '--lang', 'zh');
    expect(error).toContain('没有拉下总闸。已拉下的是：');
    expect(error).toContain('（tributary release）');
    expect(code).toBe(1);
    expect((await told(folder, 'release')).code).toBe(0);
  });
});
