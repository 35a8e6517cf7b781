// Who else reads the accounts that a run sees or makes change: jobs whose mapping says account("<this connection>") look at those people again.
import { accountReads } from '../core/mapping/compile.ts';
import type { MappingRow } from '../core/mapping/rows.ts';
import type { JobSettings } from '../core/job-settings.ts';
import type { Transaction } from '../store/database.ts';
import type { JobRow } from '../store/jobs.ts';
import { linksByExternal } from '../store/links.ts';
import { touch } from '../store/real-time.ts';
import type { RunContext } from './context.ts';
import { eventJobsAmong } from './real-time.ts';
import { pieces } from './shapes.ts';

/** A job that reads accounts of a connection, and of which types. */
export interface AccountReader {
  readonly job: number;
  readonly types: readonly string[];
}

/** Types in which a job's mapping reads accounts of the connection; of any when none is named. */
export const typesReading = (settings: JobSettings, connection?: string): readonly string[] =>
  Object.entries(settings.mapping)
    .filter(([, rows]) => accountReads(rows as MappingRow[]).some((read) => connection === undefined || read.system === connection))
    .map(([type]) => type);

/** Jobs that live by events only: the others find it at their next run, because account values count as input. */
export const accountReaders = (jobs: readonly JobRow[], connection: string): readonly AccountReader[] =>
  eventJobsAmong(jobs)
    .filter(({ row }) => row.direction === 'down' && row.connection !== connection)
    .map(({ row, settings }) => ({ job: row.id, types: typesReading(settings, connection) }))
    .filter((reader) => reader.types.length > 0);

/** In the transaction that stores what was seen: the people behind these accounts are to be looked at. */
export async function touchReadersOf(
  transaction: Transaction,
  context: RunContext,
  type: string,
  externalIds: readonly string[],
): Promise<void> {
  if (context.readers.length === 0 || externalIds.length === 0 || context.run.dryRun) return;
  const links = await linksByExternal(transaction, context.outside.id, type, externalIds);
  await touchPeople(
    transaction,
    context,
    type,
    links.map((link) => link.directory_id),
  );
}

/** At the end of a run: the people whose accounts it wrote. */
export async function touchReadersOfWritten(context: RunContext): Promise<void> {
  if (context.readers.length === 0 || context.run.dryRun) return;
  for (const type of new Set(context.readers.flatMap((reader) => reader.types))) {
    const written = await context.database.all<{ id: string }>(
      `SELECT DISTINCT directory_id AS id FROM change WHERE run = ? AND type = ? AND state = 'applied' AND directory_id IS NOT NULL`,
      context.run.id,
      type,
    );
    for (const batch of pieces(written, 1000))
      await context.database.write((transaction) =>
        touchPeople(
          transaction,
          context,
          type,
          batch.map((row) => row.id),
        ),
      );
  }
}

async function touchPeople(transaction: Transaction, context: RunContext, type: string, ids: readonly string[]): Promise<void> {
  for (const reader of context.readers)
    if (reader.types.includes(type))
      await touch(
        transaction,
        ids.map((id) => ({ job: reader.job, type, source_key: id, at: context.engine.clock.now() })),
      );
}
