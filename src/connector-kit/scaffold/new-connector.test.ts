// A started connector works at once: it compiles, passes its conformance, and stands in the registry.
import { execFile } from 'node:child_process';
import { cpSync, existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { idProblem, newConnector, nextSteps, ScaffoldError, withConnector } from './new-connector.ts';

const run = promisify(execFile);
const root = join(dirname(fileURLToPath(import.meta.url)), '..', '..', '..');
const registry = `// The registry.
import type { Connector } from '../connector-kit/contract.ts';
import { file } from './file/index.ts';
import { memory } from './memory/index.ts';

export const connectors: readonly Connector[] = [file, memory];
`;

let elsewhere = '';
beforeAll(() => {
  elsewhere = mkdtempSync(join(tmpdir(), 'tributary-scaffold-'));
  symlinkSync(join(root, 'node_modules'), join(elsewhere, 'node_modules'));
  writeFileSync(join(elsewhere, 'package.json'), '{ "type": "module" }');
});
afterAll(() => rmSync(elsewhere, { recursive: true, force: true }));

const refusal = (call: () => unknown): string => {
  try {
    call();
  } catch (error) {
    if (error instanceof ScaffoldError) return error.message;
    throw error;
  }
  return 'not refused';
};

describe('a started connector', () => {
  test('passes its conformance at once, under an id with a hyphen and in a folder elsewhere', async () => {
    const created = newConnector({ id: 'hr-system', into: elsewhere });
    expect(created.files).toContain('hr-system.test.ts');
    expect(existsSync(join(created.folder, 'memory.test.ts'))).toBe(false);
    writeFileSync(join(elsewhere, 'vitest.config.ts'), "export default { test: { include: ['**/*.test.ts'] } };\n");
    const vitest = join(root, 'node_modules', 'vitest', 'vitest.mjs');
    const { stdout } = await run(process.execPath, [vitest, 'run', '--root', elsewhere, '--config', join(elsewhere, 'vitest.config.ts')], {
      cwd: elsewhere,
      env: childEnvironment(),
    });
    expect(stdout).toMatch(/conformance of hr-system: \d{2,} passed, 0 failed, 0 skipped/);
  }, 60_000);

  test('compiles', async () => {
    // Beside the sources, as it will be: a copy of them, since the real folder is not ours to write to.
    const copy = join(elsewhere, 'copy');
    for (const folder of ['core', 'connector-kit', 'connectors/memory'])
      cpSync(join(root, 'src', folder), join(copy, 'src', folder), { recursive: true });
    cpSync(join(root, 'tsconfig.json'), join(copy, 'tsconfig.json'));
    writeFileSync(join(copy, 'src/connectors/index.ts'), registry.replace(/.*file.*\n/, '').replace('[file, memory]', '[memory]'));
    await run(process.execPath, [join(copy, 'src/connector-kit/scaffold/new-connector.ts'), 'hr-system'], {
      cwd: copy,
    });
    const text = readFileSync(join(copy, 'src/connectors/index.ts'), 'utf8');
    expect(text).toContain("import { hrSystem } from './hr-system/index.ts';");
    const only = { extends: './tsconfig.json', include: ['src/connectors/index.ts', 'src/connectors/hr-system'] };
    writeFileSync(join(copy, 'tsconfig.one.json'), JSON.stringify(only));
    await run(join(root, 'node_modules/.bin/tsc'), ['-p', join(copy, 'tsconfig.one.json')], { cwd: copy });
  }, 60_000);

  test('names the model nowhere', () => {
    const { folder } = newConnector({ id: 'crm', into: join(elsewhere, 'names') });
    for (const file of readdirSync(folder)) {
      const lines = readFileSync(join(folder, file), 'utf8').split('\n');
      expect(
        lines.filter((line) => /memory/i.test(line.replaceAll('context.memory', ''))),
        file,
      ).toEqual([]);
    }
  });

  test('comes with the next steps', () => {
    const created = newConnector({ id: 'steps', into: join(elsewhere, 'steps') });
    expect(nextSteps(created, 'steps')).toMatch(/works[\s\S]*catalogue\.ts[\s\S]*README\.md/);
    expect(created.registered).toBe(false);
  });
});

describe('the registry', () => {
  test('keeps the order of the alphabet', () => {
    const text = ['ldap', 'zoom', 'adp'].reduce(withConnector, registry);
    expect([...text.matchAll(/\.\/([a-z]+)\/index/g)].map((match) => match[1])).toEqual(['adp', 'file', 'ldap', 'memory', 'zoom']);
    expect(text).toContain('[adp, file, ldap, memory, zoom];');
  });

  test('keeps one entry a line where it is written so', () => {
    const lines = registry.replace('[file, memory]', '[\n  file,\n  memory,\n]');
    expect(withConnector(lines, 'ldap')).toContain('[\n  file,\n  ldap,\n  memory,\n]');
  });

  test('gets one entry a line when the list is too long for one', () => {
    const ids = ['adp', 'dingtalk', 'feishu', 'ldap', 'okta', 'personio', 'salesforce', 'wecom', 'workday', 'zoom'];
    const text = ids.reduce(withConnector, registry);
    expect(text).toContain('= [\n  adp,\n');
    expect(text).toContain('  workday,\n  zoom,\n];');
    expect(text.split('\n').filter((line) => line.length > 120)).toEqual([]);
  });

  test('fits the real one', () => {
    const real = readFileSync(join(root, 'src', 'connectors', 'index.ts'), 'utf8');
    const text = withConnector(real, 'zz-top-of-all-systems');
    expect(text).toContain("import { zzTopOfAllSystems } from './zz-top-of-all-systems/index.ts';");
    expect(text.split('\n').filter((line) => line.length > 120)).toEqual([]);
  });

  test('is refused, and nothing written, when its shape is not known', () => {
    const into = join(elsewhere, 'odd');
    newConnector({ id: 'one', into });
    writeFileSync(join(into, 'index.ts'), 'export const nothing = 1;\n');
    expect(refusal(() => newConnector({ id: 'two', into }))).toContain('does not have the shape');
    expect(existsSync(join(into, 'two'))).toBe(false);
  });
});

describe('what cannot be', () => {
  test.each([
    'Feishu',
    '1st',
    'a_b',
    'a--b',
    '-a',
    'a-',
    '../evil',
    'a/b',
    'ä',
    'a b',
    'x'.repeat(41),
    'new',
    'connectors',
    '',
  ])('"%s" is refused as an id', (id) => {
    expect(idProblem(id)).toBeTruthy();
    expect(refusal(() => newConnector({ id, into: elsewhere }))).not.toBe('not refused');
  });

  test.each(['feishu', 'a', 'hr-system', 'office365'])('"%s" is an id', (id) => {
    expect(idProblem(id)).toBeNull();
  });

  test('a folder that exists is left alone', () => {
    const { folder } = newConnector({ id: 'twice', into: elsewhere });
    writeFileSync(join(folder, 'index.ts'), '// mine\n');
    expect(refusal(() => newConnector({ id: 'twice', into: elsewhere }))).toContain('exists already');
    expect(readFileSync(join(folder, 'index.ts'), 'utf8')).toBe('// mine\n');
  });

  test('on the command line it is said in one line, with exit code 1', async () => {
    const script = join(root, 'src/connector-kit/scaffold/new-connector.ts');
    const failed = await run(process.execPath, [script, 'Bad Id', '--into', elsewhere]).catch(
      (error: unknown) => error as { code: number; stderr: string },
    );
    expect(failed).toMatchObject({ code: 1, stderr: expect.stringMatching(/^"Bad Id" is no id: .*\n$/) });
  });
});

/** The child is a test run of its own, not a worker of this one. */
const childEnvironment = (): NodeJS.ProcessEnv =>
  Object.fromEntries(Object.entries(process.env).filter(([name]) => !name.startsWith('VITEST') && name !== 'NODE_OPTIONS'));
