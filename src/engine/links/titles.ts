// What accounts of another system are called there, for people who must recognise them.
import type { Attributes, AttributeSpec, ObjectTypeSpec } from '../../core/model.ts';
import type { MirrorRow } from '../../store/mirror.ts';
import type { Names } from '../operations/show.ts';
import { parseJson } from '../shapes.ts';

/** What tells two of one name apart: user name, mail, number and where an entry stands. Phone numbers and what is sensitive are left out. */
export function marksIn(type: ObjectTypeSpec | undefined, attributes: Attributes): readonly string[] {
  const telling = (type?.attributes ?? []).filter(
    (spec) => spec.kind === undefined && !spec.many && (spec.equality === 'dn' || (spec.identifying && isText(spec))),
  );
  return [
    ...new Set(
      telling.flatMap(({ name }) => {
        const value = attributes[name];
        return typeof value === 'string' && value !== '' ? [value] : [];
      }),
    ),
  ];
}

const isText = (spec: AttributeSpec): boolean => spec.type === 'string' && spec.equality !== 'phone';

const typeOf = (names: Names, connection: string, type: string): ObjectTypeSpec | undefined =>
  names.connectors.get(names.connections.get(connection)?.connector ?? '')?.manifest.types.find((spec) => spec.id === type);

/** External id → what else it is known by there. */
export const accountMarks = (
  names: Names,
  connection: string,
  type: string,
  rows: readonly Pick<MirrorRow, 'external_id' | 'data'>[],
): ReadonlyMap<string, readonly string[]> =>
  new Map(
    rows.map((row) => [row.external_id, marksIn(typeOf(names, connection, type), parseJson<{ a: Attributes }>(row.data, { a: {} }).a)]),
  );

/** External id → the attribute by which its type is recognised; those without are left out. */
export function accountTitles(
  names: Names,
  connection: string,
  type: string,
  rows: readonly Pick<MirrorRow, 'external_id' | 'data'>[],
): ReadonlyMap<string, string> {
  const title = typeOf(names, connection, type)?.title;
  const found = new Map<string, string>();
  for (const row of rows) {
    const value = title === undefined ? undefined : parseJson<{ a: Attributes }>(row.data, { a: {} }).a[title];
    if (typeof value === 'string') found.set(row.external_id, value);
  }
  return found;
}

/** External id → what people call it there, with what tells it from another of that name; those of which nothing is known are left out. */
export function accountNames(
  names: Names,
  connection: string,
  type: string,
  rows: readonly Pick<MirrorRow, 'external_id' | 'data'>[],
): ReadonlyMap<string, string> {
  const [titles, marks] = [accountTitles(names, connection, type, rows), accountMarks(names, connection, type, rows)];
  const found = new Map<string, string>();
  for (const { external_id: id } of rows) {
    const title = titles.get(id);
    // A user name rather than the whole place of an entry.
    const [mark] = (marks.get(id) ?? []).filter((one) => one !== title).toSorted((a, b) => a.length - b.length);
    const name = title === undefined ? mark : `${title} (${mark ?? id})`;
    if (name !== undefined) found.set(id, name);
  }
  return found;
}
