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
