// Planned changes that would bring together whom a rule found, and of whom somebody has said since that they are not the same.
import type { Reader } from '../../store/database.ts';
import type { ChangeRow } from '../../store/ledger.ts';
import { apartFrom } from '../../store/matching.ts';
import type { RunContext } from '../context.ts';
import { groupBy } from '../shapes.ts';

export const apartReason = {
  en: 'Somebody has said since the plan was made that the two are not the same; it is planned anew.',
  zh: '计划生成后有人指明两者不是同一人，将重新计划。',
};

/** Ids of these changes. */
export async function partedSince(context: RunContext, reader: Reader, changes: readonly ChangeRow[]): Promise<ReadonlySet<number>> {
  const parted = new Set<number>();
  for (const [type, own] of groupBy(
    changes.filter((change) => change.situation === 'found'),
    (change) => change.type,
  )) {
    const pairs = own.map((change) => ({
      id: change.id,
      object: context.up ? change.directory_id! : change.source_key,
      account: context.up ? change.source_key : change.target_key,
    }));
    const apart = await apartFrom(
      reader,
      context.outside.id,
      type,
      pairs.map((pair) => pair.object),
    );
    const names = new Set(apart.map((row) => `${row.object}\0${row.external_id}`));
    for (const pair of pairs) if (names.has(`${pair.object}\0${pair.account}`)) parted.add(pair.id);
  }
  return parted;
}
