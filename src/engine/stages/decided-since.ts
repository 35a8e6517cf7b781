// What people have decided since a change was planned: accounts that are protected, kept apart, cut or somebody else's by now are not written to for whom they were.
import type { Label } from '../../core/model.ts';
import type { Reader } from '../../store/database.ts';
import type { ChangeRow } from '../../store/ledger.ts';
import { externalIdsOf, linksByExternal } from '../../store/links.ts';
import { protectedAmong } from '../../store/protected.ts';
import type { RunContext } from '../context.ts';
import { groupBy } from '../shapes.ts';
import { apartReason, partedSince } from './parted-since.ts';

const protectedReason: Label = {
  en: 'The account has been protected since the plan was made; it is left alone.',
  zh: '计划生成后该账号已设为受保护，不再处理。',
};
const movedReason: Label = {
  en: 'The account has been linked to somebody else since the plan was made; it is planned anew.',
  zh: '计划生成后该账号已关联到其他对象，将重新计划。',
};
const cutReason: Label = {
  en: 'The link to the account has been cut since the plan was made; it is planned anew.',
  zh: '计划生成后与该账号的关联已解除，将重新计划。',
};
const otherReason: Label = {
  en: 'Another account has been linked since the plan was made; it is planned anew.',
  zh: '计划生成后已关联另一个账号，将重新计划。',
};

/** By id of the change, why it is not carried out any more. */
export async function decidedSince(
  context: RunContext,
  reader: Reader,
  changes: readonly ChangeRow[],
): Promise<ReadonlyMap<number, Label>> {
  const decided = new Map<number, Label>();
  for (const id of await partedSince(context, reader, changes)) decided.set(id, apartReason);
  for (const [type, own] of groupBy(
    changes.filter((change) => change.target_key !== null),
    (change) => change.type,
  )) {
    const accounts = [...new Set(own.map((change) => change.target_key!))];
    // Rules of the job that protect look at the account, which is compared with what the plan saw of it.
    const guarded = await protectedAmong(reader, context.outside.id, type, accounts);
    const owners = new Map(
      (await linksByExternal(reader, context.outside.id, type, accounts)).map((link) => [link.external_id, link.directory_id]),
    );
    const loose = own.filter((change) => change.situation === 'found' && !owners.has(change.target_key!));
    const theirs = await externalIdsOf(
      reader,
      context.outside.id,
      type,
      loose.map((change) => change.source_key),
    );
    for (const change of own) {
      if (decided.has(change.id)) continue;
      const why = standsAgainst(change, {
        isProtected: guarded.has(change.target_key!),
        owner: owners.get(change.target_key!),
        account: theirs.get(change.source_key),
        takesBack: context.run.order?.kind === 'run' || context.run.order?.kind === 'moment',
      });
      if (why) decided.set(change.id, why);
    }
  }
  return decided;
}

interface Now {
  readonly isProtected: boolean;
  /** Whose the account is; undefined: nobody's. */
  readonly owner: string | undefined;
  /** Of whom the account was found for, and who does not have it: the one they have. */
  readonly account: string | undefined;
  /** An undo also puts accounts right that nobody keeps equal any more. */
  readonly takesBack: boolean;
}

function standsAgainst(change: ChangeRow, { isProtected, owner, account, takesBack }: Now): Label | null {
  // Letting go of an account writes nothing there.
  if (isProtected && change.action !== 'unlink') return protectedReason;
  if (owner !== undefined) return owner === change.source_key ? null : movedReason;
  if (takesBack || change.action === 'create' || change.action === 'unlink') return null;
  if (change.situation !== 'found') return cutReason;
  if (account !== undefined) return otherReason;
  // What lets go of something comes before the link, all else after it.
  return change.action === 'link' || change.wave === 0 ? null : cutReason;
}
