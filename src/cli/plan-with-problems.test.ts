// A plan tells what it could not read, before anything is enabled.
import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';

const main = join(import.meta.dirname, '../main.ts');

it('a plan over a file with a cell that cannot be read says that there are problems, and where they are listed', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'tributary-plan-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  const tributary = (...words: string[]): Promise<string> =>
    new Promise((resolve) => {
      const environment = { ...process.env, TRIBUTARY_DATA: join(folder, 'data'), NO_COLOR: '1', LANG: 'C' };
      execFile(process.execPath, [main, ...words], { cwd: folder, env: environment }, (_, out) => resolve(out));
    });
  const rows =
    'employee number,name,department,status,start date\n1,Ada Lovell,Company,active,2026-13-45\n2,Wei Zhang,Company,active,2020-01-01\n';
  writeFileSync(join(folder, 'people.csv'), rows);
  writeFileSync(
    join(folder, 'hr.yaml'),
    `connections:\n  - { id: hr, connector: file, name: HR, config: { path: ${join(folder, 'people.csv')}, settleSeconds: 0 } }\njobs:\n  - { name: HR, connection: hr, direction: up }\n`,
  );
  await tributary('config', 'apply', '-f', 'hr.yaml');
  expect(await tributary('plan', 'HR')).toContain('Problems of single records: tributary show 1 --problems');
  expect(await tributary('show', '1', '--problems')).toContain('"2026-13-45" is not a date');
});
