// The borders between the parts hold, and breaking one is explained. The table is test/layers.ts.
import { dirname } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { importsOf, readTree, type ImportMap } from './imports.ts';
import { violations } from './layers.ts';

const root = dirname(dirname(fileURLToPath(import.meta.url)));

const planted = (file: string, to: string): ImportMap => new Map([[file, [{ to, line: 3 }]]]);
const judged = (file: string, to: string): string =>
  violations(planted(file, to))
    .map((item) => item.message)
    .join('\n');

describe('the real tree', () => {
  it('keeps the table of who may import whom', () => {
    const found = violations(readTree(root, ['src', 'console']));
    expect(found.map((item) => item.message).join('\n\n')).toBe('');
  });
});

describe('a planted violation is found', () => {
  it.each([
    ['src/core/plan.ts', 'src/store/links.ts'],
    ['src/core/plan.ts', 'node:fs'],
    ['src/connector-kit/http.ts', 'src/engine/run.ts'],
    ['src/connectors/ldap/source.ts', 'src/engine/run.ts'],
    ['src/connectors/ldap/source.ts', 'src/store/mirror.ts'],
    ['src/connectors/ldap/source.ts', 'src/connectors/memory/state.ts'],
    ['src/connectors/ldap/source.ts', 'src/connectors/index.ts'],
    ['src/connectors/index.ts', 'src/connectors/ldap/client.ts'],
    ['src/store/links.ts', 'src/engine/states.ts'],
    ['src/store/links.ts', 'src/connector-kit/contract.ts'],
    ['src/engine/run.ts', 'src/store/sqlite/database.ts'],
    ['src/engine/run.ts', 'src/connectors/memory/index.ts'],
    ['src/engine/run.ts', 'src/server/app.ts'],
    ['src/server/app.ts', 'src/connectors/ldap/index.ts'],
    ['src/server/app.ts', 'node:sqlite'],
    ['src/engine/run.ts', 'fastify'],
    ['src/docs/generate.ts', 'src/store/links.ts'],
    ['console/src/api/client.ts', 'src/engine/words.ts'],
    ['src/engine/run.ts', 'test/servers/slapd.ts'],
    ['src/engine/run.ts', 'src/core/guard.test.ts'],
  ])('%s → %s', (file, to) => {
    const said = judged(file, to);
    expect(said).toContain(`${file}:3 imports ${to}`);
    expect(said).toMatch(/rule: \S+/);
    expect(said).toMatch(/what to do: \S+/);
  });

  it('a file outside of every part is named', () => {
    expect(judged('src/utils/strings.ts', 'src/core/model.ts')).toContain('src/utils/strings.ts lies in no part');
  });
});

describe('what the table allows is let through', () => {
  it.each([
    ['src/core/plan.ts', 'src/core/model.ts'],
    ['src/core/mapping/compile.ts', 're2js'],
    ['src/connectors/ldap/source.ts', 'src/connectors/ldap/wire.ts'],
    ['src/connectors/ldap/source.ts', 'src/connector-kit/contract.ts'],
    ['src/connectors/index.ts', 'src/connectors/ldap/index.ts'],
    ['src/engine/stages/read.ts', 'src/store/mirror.ts'],
    ['src/store/sqlite/database.ts', 'node:sqlite'],
    ['src/main.ts', 'src/store/sqlite/database.ts'],
    ['console/src/api/hooks.ts', 'src/server/api/wire.ts'],
    ['console/src/pages/sync-center/sync-center-page.tsx', 'console/src/ui/page.tsx'],
    ['src/cli/serve.ts', 'src/server/app.ts'],
    ['src/engine/run.test.ts', 'src/store/sqlite/database.ts'],
  ])('%s → %s', (file, to) => {
    expect(judged(file, to)).toBe('');
  });
});

describe('imports are read from source', () => {
  it('in every form that names a module, with their line', () => {
    const text = [
      "import { a } from './a.ts';",
      'import type {',
      '  B,',
      "} from '../b/b.ts';",
      "export * from './c.ts';",
      "import './d.ts';",
      "type E = import('./e.ts').E;",
      "const f = await import('./f.ts');",
      "import g from 'package';",
    ].join('\n');
    expect(importsOf('src/x/y.ts', text)).toEqual([
      { to: 'src/x/a.ts', line: 1 },
      { to: 'src/b/b.ts', line: 2 },
      { to: 'src/x/c.ts', line: 5 },
      { to: 'src/x/d.ts', line: 6 },
      { to: 'package', line: 9 },
      { to: 'src/x/e.ts', line: 7 },
      { to: 'src/x/f.ts', line: 8 },
    ]);
  });

  it('but not from comments', () => {
    const text = "// import { a } from './a.ts';\n/*\nimport { b } from './b.ts';\n*/\nconst url = 'http://c';\n";
    expect(importsOf('src/x/y.ts', text)).toEqual([]);
  });
});
