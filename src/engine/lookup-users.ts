// Who calls a lookup table: jobs and drafts of jobs, wherever an expression of theirs stands.
import { listDrafts } from '../store/drafts.ts';
import type { Reader } from '../store/database.ts';
import { listJobs } from '../store/jobs.ts';
import { parseJson } from './shapes.ts';

export interface LookupUser {
  /** The number of the job; a draft has that of the job it will be. */
  readonly job: number;
  readonly name: string;
  readonly isDraft: boolean;
}

/** The name is always a fixed text (core/mapping/call-check.ts), in any of the quotes that CEL knows. */
const CALL = /\blookup\s*\(\s*[rR]?("""|'''|"|')(\w+)\1/g;

/** The tables that texts anywhere in these settings call. */
export function lookupsCalled(settings: unknown): ReadonlySet<string> {
  const found = new Set<string>();
  const look = (value: unknown): void => {
    if (typeof value === 'string') for (const [, , name] of value.matchAll(CALL)) found.add(name!);
    else if (typeof value === 'object' && value !== null) for (const part of Object.values(value)) look(part);
  };
  look(settings);
  return found;
}

/** By the name of the table. */
export async function lookupUsers(reader: Reader): Promise<ReadonlyMap<string, readonly LookupUser[]>> {
  const jobs = (await listJobs(reader)).map((row) => ({ job: row.id, name: row.name, isDraft: false, text: row.settings }));
  const drafts = (await listDrafts(reader))
    .filter((row) => row.kind === 'job')
    .map((row) => ({ job: row.id, name: row.name, isDraft: true, text: row.parts }));
  const users = new Map<string, LookupUser[]>();
  for (const { text, ...user } of [...jobs, ...drafts])
    for (const table of lookupsCalled(parseJson(text, {}))) users.set(table, [...(users.get(table) ?? []), user]);
  return users;
}
