// A copy of the embedded database: whole, for its owner's eyes only, and not there when it failed.
import { existsSync, mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import { migrate } from '../migrations.ts';
import { copyDatabase, inspectBackup } from './backup.ts';
import { openSqlite } from './database.ts';

function newFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'tributary-backup-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

it('is whole, and readable by its owner alone from the beginning', async () => {
  const folder = newFolder();
  const [from, to] = [join(folder, 'tributary.db'), join(folder, 'copy.db')];
  const database = openSqlite({ path: from });
  await migrate(database);
  copyDatabase(from, to);
  await database.close();
  expect(inspectBackup(to)).toMatchObject({ jobs: 0, people: 0 });
  if (process.platform !== 'win32') expect(statSync(to).mode & 0o777).toBe(0o600);
  expect(() => copyDatabase(from, to), 'nothing is written over').toThrow(/exists already/);
});

it('that fails leaves no half of one behind', () => {
  const folder = newFolder();
  writeFileSync(join(folder, 'no-database'), 'x'.repeat(5000));
  expect(() => copyDatabase(join(folder, 'no-database'), join(folder, 'copy.db'))).toThrow();
  expect(existsSync(join(folder, 'copy.db'))).toBe(false);
});
