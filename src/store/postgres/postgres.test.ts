// PostgreSQL keeps what every store must keep, and what only many writers at once can break.
import { describe, onTestFinished } from 'vitest';
import { dropDatabase, newDatabase } from '../../../test/servers/one-postgres.ts';
import { postgresAvailable } from '../../../test/servers/postgres.ts';
import { describeStore } from '../conformance.ts';
import type { Database } from '../database.ts';
import { openPostgres } from './database.ts';

const available = postgresAvailable();

async function openNew(): Promise<Database> {
  const url = await newDatabase();
  const database = await openPostgres({ url });
  onTestFinished(async () => {
    await database.close();
    await dropDatabase(url);
  });
  return database;
}

describe.skipIf(!available.ok)('PostgreSQL', () => {
  describeStore('PostgreSQL', openNew);
});
