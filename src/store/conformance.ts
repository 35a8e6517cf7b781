// What every implementation of the store must do: aggregates with set semantics, and transactions that interleave.
import { describe, expect, it } from 'vitest';
import { describeAttributes } from './conformance/attributes.ts';
import { describeApprovals } from './conformance/approvals.ts';
import { describeApi } from './conformance/api.ts';
import { describeConsole } from './conformance/console.ts';
import { describeBudgets } from './conformance/budgets.ts';
import { describeHealth } from './conformance/health.ts';
import { describeBatches } from './conformance/batches.ts';
import { describeCreates } from './conformance/creates.ts';
import { describeConfiguration } from './conformance/configuration.ts';
import { describeDoubts } from './conformance/doubts.ts';
import { describeDrafts } from './conformance/drafts.ts';
import { describeDrift } from './conformance/drift.ts';
import { describePersons } from './conformance/persons.ts';
import { describeEdgePages } from './conformance/edge-pages.ts';
import { describeForecast } from './conformance/forecast.ts';
import { describeHeld } from './conformance/held.ts';
import { describeJobLife } from './conformance/job-life.ts';
import { describeMatching } from './conformance/matching.ts';
import { describeNotices } from './conformance/notices.ts';
import { describeProblems } from './conformance/problems.ts';
import { describeResuming } from './conformance/resuming.ts';
import { describeLinks } from './conformance/links.ts';
import { describeCounted } from './conformance/counted.ts';
import { describeCounterparts } from './conformance/counterparts.ts';
import { describeLeftovers } from './conformance/leftovers.ts';
import { describeLedger } from './conformance/ledger.ts';
import { describeReading } from './conformance/reading.ts';
import { describeRetention } from './conformance/retention.ts';
import { describeRunList } from './conformance/run-list.ts';
import { describeSecurity } from './conformance/security.ts';
import { describeRealTime } from './conformance/real-time.ts';
import { describeUndo } from './conformance/undo.ts';
import { describeTransactions } from './conformance/transactions.ts';
import { describeCountedObjects } from './conformance/objects-counted.ts';
import { describeWaiting } from './conformance/waiting.ts';
import { notCalled } from './conformance/watched.ts';
import type { Database } from './database.ts';
import {
  foundSchema,
  migrate,
  migrations,
  NewerSchemaError,
  OtherSchemaError,
  schemaDigest,
  schemaVersion,
  SERVING,
} from './migrations.ts';

/**
 * @param open  a new, empty store; whoever gives it closes it after the test
 * @param withTables  the same with all tables, where that is had sooner than by making them
 */
export function describeStore(name: string, open: () => Promise<Database>, withTables = open): void {
  const opened = async (): Promise<Database> => {
    const database = await withTables();
    await migrate(database);
    return database;
  };

  describe(`the store on ${name}`, () => {
    describeTransactions(opened);
    describeConfiguration(opened);
    describeApi(opened);
    describeApprovals(opened);
    describeAttributes(opened);
    describeConsole(opened);
    describeReading(opened);
    describeLedger(opened);
    describeLeftovers(opened);
    describeCounted(opened);
    describeCounterparts(opened);
    describeEdgePages(opened);
    describeForecast(opened);
    describeHeld(opened);
    describeCreates(opened);
    describeBatches(opened);
    describeBudgets(opened);
    describeHealth(opened);
    describeDoubts(opened);
    describeDrafts(opened);
    describeDrift(opened);
    describePersons(opened);
    describeJobLife(opened);
    describeProblems(opened);
    describeResuming(opened);
    describeRetention(opened);
    describeRunList(opened);
    describeSecurity(opened);
    describeRealTime(opened);
    describeNotices(opened);
    describeUndo(opened);
    describeLinks(opened);
    describeMatching(opened);
    describeCountedObjects(opened);
    describeWaiting(opened);

    describe('the schema', () => {
      it('is made once; a second start finds it as it is', async () => {
        const database = await open();
        expect(await migrate(database)).toBe(0);
        await database.write((transaction) => transaction.run(`INSERT INTO setting (name, value) VALUES ('kept', 'yes')`));
        expect(await migrate(database)).toBe(schemaVersion);
        expect(await database.all('SELECT value FROM setting')).toHaveLength(1);
      });

      it('of a newer Tributary is left alone, with a sentence on what to do', async () => {
        const database = await opened();
        await database.write((transaction) => transaction.run('UPDATE schema_version SET version = ?', schemaVersion + 1));
        await expect(migrate(database)).rejects.toThrow(NewerSchemaError);
        await expect(migrate(database)).rejects.toThrow(/Start the newer version, or restore a backup/);
        expect(await database.get('SELECT version FROM schema_version')).toMatchObject({ version: schemaVersion + 1 });
      });

      it('says of which text its tables were made; those of another text under the same number are left alone', async () => {
        const database = await opened();
        expect(await foundSchema(database, database.dialect)).toEqual({ version: schemaVersion, digest: schemaDigest(), served: null });
        await database.write(async (transaction) => {
          await transaction.run(`UPDATE schema_version SET digest = '0123456789ab'`);
          await transaction.run(`INSERT INTO setting (name, value) VALUES (?, '0.1.0+abc')`, SERVING);
        });
        await expect(migrate(database)).rejects.toThrow(OtherSchemaError);
        await expect(migrate(database)).rejects.toThrow(
          `schema ${schemaVersion} (0123456789ab), used last by 0.1.0+abc; this program knows schema ${schemaVersion} (${schemaDigest()})`,
        );
        expect(await foundSchema(database, database.dialect)).toMatchObject({ digest: '0123456789ab' });
      });

      it('of a program that did not write its text down is left alone, too', async () => {
        // Not one that others get after this: it loses a column.
        const database = await open();
        await migrate(database);
        await database.write((transaction) => transaction.run('ALTER TABLE schema_version DROP COLUMN digest'));
        await expect(migrate(database)).rejects.toThrow(`schema ${schemaVersion} (unknown)`);
        expect(await foundSchema(database, database.dialect)).toEqual({ version: schemaVersion, digest: null, served: null });
      });

      it('gets the steps that it lacks, where those it has were made of the same text', async () => {
        const database = await opened();
        const next = [...migrations, ['CREATE TABLE colour (id TEXT PRIMARY KEY)']];
        expect(await migrate(database, next)).toBe(schemaVersion);
        expect(await foundSchema(database, database.dialect)).toMatchObject({ version: schemaVersion + 1, digest: schemaDigest(next) });
        const edited = [migrations[0]!.with(0, 'CREATE TABLE other (id TEXT)'), ...next.slice(1)];
        await expect(migrate(database, edited)).rejects.toThrow(OtherSchemaError);
        expect(schemaDigest(migrations.map((texts) => texts.map((text) => text.replaceAll(' ', '\n  '))))).toBe(schemaDigest());
      });
    });

    it('was asked for every function of its aggregates', () => {
      expect(notCalled()).toEqual([]);
    });
  });
}
