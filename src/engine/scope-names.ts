// What a scope calls by id, by name: departments and people of a job's source, as the store knows them.
import { directoryTypes } from '../core/directory-types.ts';
import type { JobSettings } from '../core/job-settings.ts';
import type { Attributes } from '../core/model.ts';
import type { Scope } from '../core/scope.ts';
import { list, type Reader } from '../store/database.ts';
import type { JobRow } from '../store/jobs.ts';
import { titlesOf } from '../store/overview.ts';
import type { Names } from './operations/show.ts';

type Ids = Readonly<Record<'department' | 'person', readonly string[]>>;

/** Of a scope, or of whom a pilot is for. */
type Naming = Pick<Scope, 'departments' | 'people'>;

/** Whom settings name: in the scope, and in the pilot. */
export const namingOf = ({ scope, pilot }: Pick<JobSettings, 'scope' | 'pilot'>): readonly Naming[] => [scope, pilot ?? {}];

/** Of all these scopes; what was never read has no name. */
export const namesInScopes = (reader: Reader, names: Names, job: JobRow, scopes: readonly Naming[]): Promise<Record<string, string>> =>
  namesInSource(reader, names, job, {
    department: scopes.flatMap(({ departments: own }) => (own ? [...own.include, ...own.exclude, ...(own.onlyBelow ?? [])] : [])),
    person: scopes.flatMap(({ people: own }) => (own ? [...own.include, ...own.exclude] : [])),
  });

/** Id in the job's source → name. */
export async function namesInSource(reader: Reader, names: Names, job: JobRow, ids: Ids): Promise<Record<string, string>> {
  if (job.direction === 'down') return Object.fromEntries(await titlesOf(reader, [...new Set([...ids.department, ...ids.person])]));
  const types = names.connectors.get(names.connections.get(job.connection)?.connector ?? '')?.manifest.types ?? directoryTypes;
  const found: Record<string, string> = {};
  for (const type of ['department', 'person'] as const) {
    const title = types.find((one) => one.id === type)?.title;
    if (title === undefined || ids[type].length === 0) continue;
    const rows = await reader.all<{ id: string; data: string }>(
      'SELECT external_id AS id, data FROM mirror WHERE connection = ? AND type = ? AND external_id IN {list}',
      job.connection,
      type,
      list([...new Set(ids[type])]),
    );
    for (const { id, data } of rows) {
      const name = (JSON.parse(data) as { a: Attributes }).a[title];
      if (typeof name === 'string' && name !== '') found[id] = name;
    }
  }
  return found;
}
