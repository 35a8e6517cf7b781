// Every value in every table of a store, as one text to search in: what a backup would carry.
import type { Database } from '../../src/store/database.ts';
import { migrations } from '../../src/store/migrations.ts';
import { tableShapes } from '../../src/store/schema/columns.ts';

export async function everythingIn(database: Database): Promise<string> {
  const parts: string[] = [];
  for (const { name } of tableShapes(migrations.flat()))
    for (const row of await database.all<Record<string, unknown>>(`SELECT * FROM ${name}`))
      parts.push(`${name} ${Object.values(row).join('\n')}`);
  return parts.join('\n');
}
