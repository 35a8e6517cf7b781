// The mapping of a job, type by type.

/** A type without rows is not synced: it is not named at all. */
export function withRows<Row>(
  mapping: Readonly<Record<string, readonly Row[]>>,
  type: string,
  rows: readonly Row[],
): Readonly<Record<string, readonly Row[]>> {
  const { [type]: _, ...others } = mapping;
  return rows.length === 0 ? others : { ...mapping, [type]: rows };
}

interface Begun {
  readonly target: string;
  readonly field?: string;
  readonly template?: string;
  readonly cel?: string;
  readonly unique?: readonly string[];
}

/** Both ends are chosen. Until then a row belongs to nothing, and nothing is wrong with it. */
export const isChosen = ({ target, field, template, cel, unique }: Begun): boolean =>
  target !== '' && [field, template, cel].every((one) => one !== '') && (unique === undefined || unique.some((one) => one !== ''));

/** A target that is called as a field of the source is taken from that. */
export const withSameName = <Row extends Begun>(row: Row, fields: readonly { readonly name: string }[]): Row =>
  row.field === '' && fields.some(({ name }) => name === row.target) ? { ...row, field: row.target } : row;

interface Related<Relation> {
  readonly relations: readonly Relation[];
}

/** What both sides know goes along without a row: departments, members, leaders. */
export const relationsBeside = <Relation extends { readonly name: string }>(
  source: Related<Relation> | undefined,
  target: Related<Relation> | undefined,
): readonly Relation[] => (target?.relations ?? []).filter(({ name }) => source?.relations.some((other) => other.name === name));
