// Finds whom a question is about: by id, unique value, name or number; first in the directory, then outside.
import { comparisonKey } from '../../core/attribute.ts';
import { directoryTypes } from '../../core/directory-types.ts';
import type { ObjectTypeSpec } from '../../core/model.ts';
import type { Reader } from '../../store/database.ts';
import { objectsOf, type ObjectRow } from '../../store/directory.ts';
import {
  idsByKey,
  linkOfOutside,
  linksByExternalId,
  objectsContaining,
  outsideById,
  outsideByKey,
  outsideContaining,
  type OutsideRow,
} from '../../store/find.ts';
import { listConnections } from '../../store/jobs.ts';
import { mergedInto } from '../../store/persons.ts';
import { search } from './search.ts';

const LIMIT = 20;
/** People are asked for most; departments and groups only when nobody fits. */
const order = ['person', 'department', 'group'];

export interface Found {
  readonly objects: readonly ObjectRow[];
  readonly outside: readonly OutsideRow[];
}

export async function find(reader: Reader, text: string): Promise<Found> {
  // Who was merged into somebody goes on answering under the old id.
  const direct = await objectsOf(reader, [(await mergedInto(reader, [text])).get(text) ?? text]);
  if (direct.length > 0) return { objects: direct, outside: [] };
  for (const look of [byKeys, byParts, byText]) {
    for (const type of order) {
      const objects = await look(reader, directoryTypes.find((spec) => spec.id === type)!, text);
      if (objects.length > 0) return { objects, outside: [] };
    }
    const outside = await (look === byKeys ? outsideExact(reader, text) : look === byText ? outsideLoose(reader, text) : []);
    const linked = await linkedObjects(reader, outside);
    if (linked.length > 0) return { objects: linked, outside: [] };
    if (outside.length > 0) return { objects: [], outside };
  }
  return { objects: [], outside: [] };
}

/** What the text is under each attribute's own equality. A number without country code is tried as a Chinese one. */
function pairsOf(type: ObjectTypeSpec, text: string): { attribute: string; key: string }[] {
  return type.attributes
    .filter((spec) => (spec.unique || spec.name === type.title) && spec.kind === undefined)
    .flatMap((spec) => {
      const keys = spec.equality === 'phone' ? phoneKeys(text) : [comparisonKey(text, spec.equality)];
      return keys.filter((key) => key !== '').map((key) => ({ attribute: spec.name, key }));
    });
}

function phoneKeys(text: string): string[] {
  if (!/^[+\d][\d\s()./-]{4,}$/.test(text)) return [];
  const key = comparisonKey(text, 'phone');
  return key.startsWith('+') ? [key] : [key, `+86${key}`, `+${key}`];
}

async function byKeys(reader: Reader, type: ObjectTypeSpec, text: string): Promise<readonly ObjectRow[]> {
  const ids = await idsByKey(reader, type.id, pairsOf(type, text), LIMIT);
  const linked = (await linksByExternalId(reader, type.id, text)).map((link) => link.directory_id);
  return objectsOf(reader, [...new Set([...ids, ...linked])]);
}

const byParts = (reader: Reader, type: ObjectTypeSpec, text: string): Promise<readonly ObjectRow[]> =>
  [...text].length < 2 ? Promise.resolve([]) : search(reader, type.id, text, LIMIT);

async function byText(reader: Reader, type: ObjectTypeSpec, text: string): Promise<readonly ObjectRow[]> {
  if ([...text].length < 2) return [];
  return objectsContaining(reader, type.id, text, LIMIT);
}

async function outsideExact(reader: Reader, text: string): Promise<OutsideRow[]> {
  const found: OutsideRow[] = [];
  const keys = [...new Set([text, comparisonKey(text, 'ignore-case'), comparisonKey(text, 'spaces'), ...phoneKeys(text)])];
  const attributes = ['employeeNumber', 'userName', 'uid', 'email', 'mail', 'mobile', 'phone', 'displayName', 'name', 'cn', 'code', 'ou'];
  for (const type of order) {
    found.push(...(await outsideById(reader, type, text)));
    for (const connection of await listConnections(reader))
      found.push(
        ...(await outsideByKey(
          reader,
          connection.id,
          type,
          attributes.flatMap((attribute) => keys.map((key) => ({ attribute, key }))),
        )),
      );
    if (found.length > 0) break;
  }
  return distinct(found);
}

async function outsideLoose(reader: Reader, text: string): Promise<OutsideRow[]> {
  if ([...text].length < 2) return [];
  for (const type of order) {
    const found = await outsideContaining(reader, type, text, LIMIT);
    if (found.length > 0) return distinct(found);
  }
  return [];
}

const distinct = (rows: readonly OutsideRow[]): OutsideRow[] =>
  [...new Map(rows.map((row) => [`${row.connection}\0${row.type}\0${row.external_id}`, row])).values()].slice(0, LIMIT);

async function linkedObjects(reader: Reader, outside: readonly OutsideRow[]): Promise<readonly ObjectRow[]> {
  const ids = new Set<string>();
  for (const row of outside) {
    const link = await linkOfOutside(reader, row);
    if (link) ids.add(link.directory_id);
  }
  return objectsOf(reader, [...ids]);
}
