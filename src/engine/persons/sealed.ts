// Sensitive values rest sealed under the key of their person: what is said of somebody else from now on is sealed under that key.
import type { Attributes, Value } from '../../core/model.ts';
import type { RegroupOrder } from '../../core/regroup.ts';
import type { ContributionRow } from '../../store/contributions.ts';
import type { Transaction } from '../../store/database.ts';
import { contributionsOf } from '../../store/contributions.ts';
import { wrappedKeys } from '../../store/person-keys.ts';
import { setWords } from '../../store/persons.ts';
import type { RunContext } from '../context.ts';
import { ownerKeys, type OwnerKeys } from '../owner-keys.ts';
import type { Sealer } from '../sealing.ts';
import { parseJson } from '../shapes.ts';

interface Said {
  readonly a: Attributes;
}

const sealedIn = (sealer: Sealer, text: string): readonly (readonly [string, string])[] =>
  Object.entries(parseJson<Said>(text, { a: {} }).a).flatMap(([name, value]) => (sealer.isSealed(value) ? [[name, value] as const] : []));

function resealed(sealer: Sealer, text: string, keys: OwnerKeys, from: string, to: string): string {
  const own = sealedIn(sealer, text);
  if (own.length === 0) return text;
  const said = JSON.parse(text) as Said;
  const again = own.map(([name, value]) => [name, sealer.sealFor(keys.get(to)!, sealer.openFor(keys.get(from)!, value)) as Value] as const);
  return JSON.stringify({ ...said, a: { ...said.a, ...Object.fromEntries(again) } });
}

/** Words that go along, as they will rest. */
export async function sealedForNext(
  context: RunContext,
  order: RegroupOrder,
  rows: readonly ContributionRow[],
): Promise<readonly ContributionRow[]> {
  const { sealer } = context.engine;
  if (rows.every((row) => sealedIn(sealer, row.data).length === 0)) return rows;
  const keys = await ownerKeys(context.database, sealer, [order.from, order.to]);
  return rows.map((row) => ({ ...row, data: resealed(sealer, row.data, keys, order.from, order.to) }));
}

/** The same in the transaction that moves them, before they are moved. The keys are there since it was planned. */
export async function sealAgain(
  context: RunContext,
  transaction: Transaction,
  order: RegroupOrder,
  moves: (row: ContributionRow) => boolean,
): Promise<void> {
  const { sealer } = context.engine;
  const rows = (await contributionsOf(transaction, [order.from])).filter((row) => moves(row) && sealedIn(sealer, row.data).length > 0);
  if (rows.length === 0) return;
  const wrapped = await wrappedKeys(transaction, [order.from, order.to]);
  const keys = new Map([...wrapped].map(([owner, text]) => [owner, Buffer.from(sealer.open(text), 'base64')]));
  await setWords(
    transaction,
    rows.map((row) => ({ ...row, data: resealed(sealer, row.data, keys, order.from, order.to) })),
  );
}
