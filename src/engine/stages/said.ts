// Whether anybody has said that a value is empty. The directory keeps no empties: what nobody ever spoke of looks the same there,
// and is no reason to take something away from an account.
import { LIFECYCLE } from '../../core/directory-types.ts';
import type { CompiledMapping } from '../../core/mapping/compile.ts';
import type { Attributes, EndpointObject, ObjectTypeSpec, Value } from '../../core/model.ts';
import { contributionsOf } from '../../store/contributions.ts';
import type { Reader } from '../../store/database.ts';
import type { LinkRow } from '../../store/links.ts';
import type { StagedRow } from '../../store/staged.ts';
import type { RunContext, TypePlan } from '../context.ts';
import { groupBy, parseJson } from '../shapes.ts';
import type { Desired } from './assess.ts';

/** Of what a mapping leaves empty and we never wrote: whether a source, or a person, said that there is none. */
export type Said = (directoryId: string, attribute: string) => boolean;

interface Counterparts {
  readonly mirror: ReadonlyMap<string, EndpointObject>;
  readonly links: ReadonlyMap<string, LinkRow>;
}

/** Asked of the contributions of those alone whose account shows something where nothing is wanted. */
export const saidEmpty = (context: RunContext, plan: TypePlan, rows: readonly StagedRow[], known: Counterparts): Promise<Said> =>
  saidOf(
    context.database,
    rows.filter((row) => leavesEmpty(row, known)).map((row) => row.source_key),
    plan.source,
    plan.mapping,
  );

/** @param source  a type of the directory */
export async function saidOf(
  reader: Reader,
  directoryIds: readonly string[],
  source: ObjectTypeSpec,
  mapping: Pick<CompiledMapping, 'from'>,
): Promise<Said> {
  const words = groupBy(await contributionsOf(reader, directoryIds), (row) => row.directory_id);
  // What the directory itself makes (lifecycle, department) it knows, also to be empty.
  const made = new Set([LIFECYCLE, ...source.attributes.filter((spec) => spec.writable === 'never').map((spec) => spec.name)]);
  const spoken = new Map(
    [...words].map(([id, own]) => [id, new Set(own.flatMap(({ data }) => Object.keys(parseJson<{ a?: Attributes }>(data, {}).a ?? {})))]),
  );
  return (id, attribute) => {
    const from = mapping.from(attribute);
    // What is read of accounts elsewhere, or of nothing at all, nobody contributes.
    return from === null || from.some((name) => made.has(name) || spoken.get(id)?.has(name) === true);
  };
}

/** What was there before, and that a mapping, not somebody's word, would empty. */
export const isUnsaid = (value: Value | null, wanted: Value | null | undefined, sent: Value | null | undefined): boolean =>
  value === null && wanted === null && sent === undefined;

function leavesEmpty({ target_key, desired }: StagedRow, { mirror, links }: Counterparts): boolean {
  const object = target_key === null ? undefined : mirror.get(target_key);
  if (!object) return false;
  const sent = parseJson<Attributes>(links.get(target_key!)?.sent, {});
  return Object.entries(parseJson<Desired | null>(desired, null)?.a ?? {}).some(
    ([name, value]) => value === null && sent[name] === undefined && (object.attributes[name] ?? null) !== null,
  );
}
