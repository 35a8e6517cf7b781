// What only the server can tell: which database this is, and what time it has.
import type { Reader } from '../database.ts';

/** A cluster and a database in it: a dump that is loaded elsewhere has other ones. A copy of the whole cluster has the same. */
export async function postgresMark(reader: Reader): Promise<Readonly<Record<string, string>>> {
  const row = await reader.get<{ system: string; database: string }>(
    `SELECT CAST(s.system_identifier AS TEXT) AS system, CAST(d.oid AS TEXT) AS database FROM pg_control_system() s, pg_database d WHERE d.datname = current_database()`,
  );
  return { system: row!.system, database: row!.database };
}

/** Epoch ms. */
export const serverTime = async (reader: Reader): Promise<number> =>
  (await reader.get<{ now: number }>('SELECT extract(epoch FROM clock_timestamp()) * 1000 AS now'))!.now;
