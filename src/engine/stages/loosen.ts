// References to what is removed: they become empty with the removal, and are set again should it come back.
import { canonicalText } from '../../core/attribute.ts';
import { directoryTypes } from '../../core/directory-types.ts';
import type { Value } from '../../core/model.ts';
import { list, type Transaction } from '../../store/database.ts';
import { findObjects, objectsOf, putObjects, type HistoryIn } from '../../store/directory.ts';
import { addWaiting } from '../../store/links.ts';
import { digest, groupBy } from '../shapes.ts';

interface Removed {
  readonly type: string;
  readonly id: string;
  /** Its id in the job's source. */
  readonly key: string;
}

const references = directoryTypes.flatMap((type) =>
  type.attributes.filter((spec) => spec.type === 'reference').map((spec) => ({ owner: type.id, name: spec.name, to: spec.to! })),
);

/** Empties every reference to the removed objects; returns the history of it. */
export async function loosen(transaction: Transaction, job: number, removed: readonly Removed[]): Promise<readonly HistoryIn[]> {
  const history: HistoryIn[] = [];
  const keys = new Map(removed.map((one) => [one.id, one.key]));
  for (const { owner, name, to } of references) {
    const gone = removed.filter((one) => one.type === to).map((one) => one.id);
    const rows = gone.length === 0 ? [] : (await findObjects(transaction, owner, name, gone)).filter((row) => !keys.has(row.id));
    if (rows.length === 0) continue;
    const pointed = new Map(rows.map((row) => [row.id, row.key]));
    const objects = (await objectsOf(transaction, [...pointed.keys()])).filter((object) => object.lifecycle !== 'absent');
    await putObjects(
      transaction,
      objects.map((object) => {
        const { [name]: _gone, ...data } = JSON.parse(object.data) as Record<string, Value>;
        const text = canonicalText(data);
        return { ...object, data: text, hash: digest(`${object.lifecycle}${text}`) };
      }),
    );
    await transaction.run(
      'DELETE FROM object_key WHERE type = ? AND attribute = ? AND key IN {list} AND id IN {list}',
      owner,
      name,
      list(gone),
      list(objects.map((object) => object.id)),
    );
    for (const object of objects) {
      history.push({
        type: owner,
        id: object.id,
        action: 'update',
        before: JSON.stringify({ [name]: pointed.get(object.id)! }),
        after: JSON.stringify({ [name]: null }),
        change: null,
        edges: [],
      });
    }
    const claims = await transaction.all<{ source_key: string; directory_id: string }>(
      'SELECT source_key, directory_id FROM claim WHERE job = ? AND type = ? AND directory_id IN {list}',
      job,
      owner,
      list(objects.map((object) => object.id)),
    );
    await addWaiting(
      transaction,
      job,
      claims.map((claim) => ({
        to_type: to,
        to_key: keys.get(pointed.get(claim.directory_id)!)!,
        type: owner,
        source_key: claim.source_key,
        name,
      })),
    );
  }
  // One object may have lost two references: its history is one entry.
  return [...groupBy(history, (entry) => entry.id).values()].map((entries) => ({
    ...entries[0]!,
    before: merged(entries.map((entry) => entry.before)),
    after: merged(entries.map((entry) => entry.after)),
  }));
}

const merged = (texts: readonly (string | null)[]): string =>
  JSON.stringify(Object.assign({}, ...texts.map((text) => JSON.parse(text ?? '{}') as object)));
