// Moves the embedded store of a data folder to PostgreSQL: copied, proved equal, the old one closed, then the new one opened.
import { audit } from '../store/audit.ts';
import { markInstallation } from './installation.ts';
import { migrate } from '../store/migrations.ts';
import { openPostgres, placeOf } from '../store/postgres/database.ts';
import { postgresMark, serverTime } from '../store/postgres/installation.ts';
import {
  isBeingFilled,
  markMoved,
  movedTo,
  transferStore,
  unmarkMoved,
  type TableCount,
  type TransferProgress,
} from '../store/transfer.ts';
import type { DataFolder } from './data-folder.ts';
import { openStore } from './open-store.ts';
import { movedError } from './whereabouts.ts';

export interface MoveInput {
  /** Of the embedded store. */
  readonly folder: DataFolder;
  /** `postgres://…` */
  readonly url: string;
  /** What the address was given with, for errors. */
  readonly given: string;
  readonly actor: string;
  readonly log: (event: string, fields?: Record<string, unknown>) => void;
  readonly onProgress?: (progress: TransferProgress) => void;
  readonly signal?: AbortSignal;
  /** Called between closing the old store and opening the new one; tests stop there. */
  readonly probe?: () => void;
}

export interface Move {
  /** Host and database, without who signs in. */
  readonly to: string;
  readonly tables: readonly TableCount[];
}

/** Call it under the folder's lock only. Whatever interrupts it, the next call begins anew, and never are both served. */
export async function moveStore(input: MoveInput): Promise<Move> {
  const { folder, url, given, actor, log, onProgress, signal, probe = () => {} } = input;
  const place = placeOf(url);
  const old = await openStore({ ...folder, postgres: null }, log);
  try {
    const from = old.database;
    await migrate(from);
    const to = await openPostgres({ url, given });
    try {
      const mark = await postgresMark(to);
      const earlier = await movedTo(from);
      if (earlier) {
        const isUnfinished = JSON.stringify(earlier.mark) === JSON.stringify(mark) && (await isBeingFilled(to));
        if (!isUnfinished) throw movedError(earlier);
        await unmarkMoved(from);
      }
      const at = Math.round(await serverTime(to));
      const tables = await transferStore({
        from,
        to,
        ...(onProgress ? { onProgress } : {}),
        ...(signal ? { signal } : {}),
        async beforeOpening() {
          await markMoved(from, { to: place, at, mark });
          probe();
        },
        async opening(transaction) {
          // The first start there is no restored copy, and nobody is at work on what the lock of the folder kept for us.
          await markInstallation(transaction, mark);
          await transaction.run('UPDATE lease SET until = 0');
          await audit(transaction, { at, actor, action: 'store.move', subject: 'store', before: folder.database, after: place });
        },
      });
      return { to: place, tables };
    } finally {
      await to.close();
    }
  } finally {
    await old.close();
  }
}
