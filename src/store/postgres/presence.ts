// Who has a session with the database: every process of ours says so in the name of its sessions.
import { randomBytes } from 'node:crypto';
import { hostname } from 'node:os';
import { getEnvironmentData, setEnvironmentData } from 'node:worker_threads';
import type { Reader } from '../database.ts';

/** NAMEDATALEN - 1 is 63, and of that enough for what stands around it. @see https://www.postgresql.org/docs/current/runtime-config-logging.html#GUC-APPLICATION-NAME */
const LONGEST_HOST = 18;

/** Containers may share the name of their host, and in each of them we are process 1: this tells them apart. Threads of one process have one. */
const mark = markOfProcess();

function markOfProcess(): string {
  const name = 'tributary: mark of this process';
  const known = getEnvironmentData(name);
  if (typeof known === 'string') return known;
  const mark = randomBytes(4).toString('hex');
  // Every thread that is started after this one was loaded has it, too.
  setEnvironmentData(name, mark);
  return mark;
}

const whoThisIs = (): string => `${hostname().slice(0, LONGEST_HOST)}, process ${process.pid} (${mark})`;

/** `tributary queue: machine, process 12 (5f1c09ab)`. */
export const nameOfThis = (what: string): string => `${what}: ${whoThisIs()}`;

/** Other processes of ours that work on this database: `machine, process 12 (5f1c09ab)`. */
export async function othersAtWork(reader: Reader): Promise<readonly string[]> {
  const rows = await reader.all<{ name: string }>(
    `SELECT DISTINCT application_name AS name FROM pg_stat_activity WHERE datname = current_database() AND application_name LIKE 'tributary%'`,
  );
  const others = rows.map(({ name }) => name.replace(/^tributary(?: \w+)?: /, '')).filter((who) => who !== whoThisIs());
  return [...new Set(others)].sort();
}
