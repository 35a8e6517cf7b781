// When a check of a connection signed in last: what a run was refused before that is mended, though no run has tried it yet.
import type { CheckReport } from '../connector-kit/contract.ts';
import type { Reader, Transaction } from '../store/database.ts';
import { lookedAt, noteLooked } from '../store/notices.ts';

const NEVER = 0;
const subjectOf = (connection: string): string => `signed-in:${connection}`;

/** Each check counts, also one that is refused: then the last one did not sign in. */
export async function noteSignedIn(
  transaction: Transaction,
  connection: string,
  reports: readonly Pick<CheckReport, 'findings'>[],
  at: number,
): Promise<void> {
  const isRefused = reports.some(({ findings }) =>
    findings.some(({ level, ok }) => !ok && (level === 'reachable' || level === 'signed-in')),
  );
  await noteLooked(transaction, subjectOf(connection), isRefused ? NEVER : at);
}

export const hasSignedInSince = async (reader: Reader, connection: string, moment: number): Promise<boolean> =>
  ((await lookedAt(reader, subjectOf(connection))) ?? NEVER) > moment;
