// The schema describes itself rightly: every table, every column, a key for each.
import { describe, expect, it } from 'vitest';
import { openSqlite } from '../sqlite/database.ts';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { migrate, migrations } from '../migrations.ts';
import { tableShapes } from './columns.ts';

describe('the shapes of tables', () => {
  it('equal what the database has made of the statements', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'tributary-test-'));
    const database = openSqlite({ path: join(folder, 'a.db') });
    await migrate(database);
    const shapes = tableShapes(migrations.flat());
    const real = await database.all<{ name: string }>(
      `SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite%' AND name <> 'schema_version'`,
    );
    expect(shapes.map((shape) => shape.name).sort()).toEqual(real.map((row) => row.name).sort());
    for (const shape of shapes) {
      const columns = await database.all<{ name: string; pk: number }>(`SELECT name, pk FROM pragma_table_info(?)`, shape.name);
      expect(shape.columns, shape.name).toEqual(columns.map((column) => column.name));
      expect(shape.key, shape.name).toEqual(
        columns
          .filter((column) => column.pk > 0)
          .sort((a, b) => a.pk - b.pk)
          .map((column) => column.name),
      );
    }
    await database.close();
    rmSync(folder, { recursive: true });
  });

  it('follow what later steps add and drop, and refuse a table without a key', () => {
    const shapes = tableShapes([
      'CREATE TABLE a (x TEXT PRIMARY KEY, y BIGINT)',
      'CREATE TABLE b (x TEXT PRIMARY KEY)',
      'ALTER TABLE a ADD COLUMN z TEXT',
      'DROP TABLE b',
    ]);
    expect(shapes).toEqual([{ name: 'a', columns: ['x', 'y', 'z'], key: ['x'] }]);
    expect(() => tableShapes(['CREATE TABLE c (x TEXT)'])).toThrow(/no primary key/);
  });
});
