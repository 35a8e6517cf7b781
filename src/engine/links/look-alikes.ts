// Accounts without an owner that carry the number, mail, phone or user name of somebody who has another account there already, or whom the scope leaves out.
import { comparisonKeys } from '../../core/attribute.ts';
import { neededAttributes } from '../../core/mapping/compile.ts';
import { mappingRowSchema } from '../../core/mapping/rows.ts';
import type { Attributes, AttributeSpec } from '../../core/model.ts';
import type { Reader } from '../../store/database.ts';
import { findObjects, objectsOf } from '../../store/directory.ts';
import type { JobRow } from '../../store/jobs.ts';
import { externalIdsOf } from '../../store/links.ts';
import { matchedAmong } from '../../store/matching.ts';
import { mirrorRows } from '../../store/mirror.ts';
import { directoryCatalogue } from '../catalogue.ts';
import { scopeOfObjects } from '../explain/scope-of-objects.ts';
import { settingsOfJob } from '../operations/show.ts';
import { groupBy, parseJson } from '../shapes.ts';

export interface LookAlike {
  /** Directory id of whom it looks like. */
  readonly object: string;
  /** The account that they have: linked, or found by a rule of this matching; null: none, for the scope of the job leaves them out. */
  readonly account: string | null;
}

/** By id of the account; those who look like nobody, or like several, are left out. */
export async function lookAlikes(
  reader: Reader,
  job: JobRow,
  run: number,
  type: string,
  accounts: readonly string[],
): Promise<ReadonlyMap<string, LookAlike>> {
  const signs = new Map<string, Set<string>>();
  const shown = (await mirrorRows(reader, job.connection, type, accounts)).map((row) => ({
    id: row.external_id,
    values: parseJson<{ a: Attributes }>(row.data, { a: {} }).a,
  }));
  for (const { target, spec } of await telling(reader, job, type)) {
    const keys = shown.flatMap(({ id, values }) => comparisonKeys(values[target], spec).map((key) => ({ id, key })));
    const found = groupBy(
      await findObjects(
        reader,
        type,
        spec.name,
        keys.map(({ key }) => key),
      ),
      ({ key }) => key,
    );
    for (const { id, key } of keys)
      for (const object of found.get(key) ?? []) signs.set(id, (signs.get(id) ?? new Set<string>()).add(object.id));
  }
  const people = [...new Set([...signs.values()].flatMap((objects) => [...objects]))];
  const theirs = new Map([
    ...(await matchedAmong(reader, run, type, people)).map((row) => [row.id, row.external_id] as const),
    ...(await externalIdsOf(reader, job.connection, type, people)),
  ]);
  const alike = [...signs].flatMap(([account, objects]) => (objects.size === 1 ? [{ account, object: [...objects][0]! }] : []));
  const without = [...new Set(alike.flatMap(({ object }) => (theirs.has(object) ? [] : [object])))];
  const scope = await scopeOfObjects(reader, settingsOfJob(job), await objectsOf(reader, without));
  return new Map(
    alike.flatMap(({ account, object }) => {
      const other = theirs.get(object);
      const isSomething = other === undefined ? scope.get(object)?.in === false : other !== account;
      return isSomething ? [[account, { object, account: other ?? null }]] : [];
    }),
  );
}

/** Attributes of the system that hold, by the mapping, one unique attribute of the directory and nothing else. */
async function telling(reader: Reader, job: JobRow, type: string): Promise<readonly { target: string; spec: AttributeSpec }[]> {
  const known = (await directoryCatalogue(reader)).find((one) => one.id === type)?.attributes ?? [];
  const rows = (settingsOfJob(job).mapping[type] ?? []).map((row) => mappingRowSchema.parse(row));
  return rows.flatMap((row) => {
    const reads = row.unique === undefined ? neededAttributes([row], known) : [];
    const spec = reads.length === 1 ? known.find((one) => one.name === reads[0]) : undefined;
    return spec?.unique === true && spec.kind === undefined ? [{ target: row.target, spec }] : [];
  });
}
