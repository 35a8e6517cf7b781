// Who in an export has a value: by our id and what only one may have at once, by anything else by going through all of it.
import type { Found } from '../../connector-kit/contract.ts';
import { comparisonKeys } from '../../core/attribute.ts';
import type { Value } from '../../core/model.ts';
import { DIRECTORY_ID, specOf, uniqueIn } from './catalogue.ts';
import type { ExportState } from './state.ts';

export async function findIn(state: ExportState, type: string, attribute: string, values: readonly Value[]): Promise<readonly Found[]> {
  const isUnique = uniqueIn(type).some((spec) => spec.name === attribute);
  if (attribute !== DIRECTORY_ID && !isUnique) return findAmongAll(state, type, attribute, values);
  const found: Found[] = [];
  for (const value of values) {
    const object = attribute === DIRECTORY_ID ? await state.get(type, String(value)) : await state.holder(type, '', { [attribute]: value });
    if (object) found.push({ value, id: object.id });
  }
  return found;
}

async function findAmongAll(state: ExportState, type: string, attribute: string, values: readonly Value[]): Promise<readonly Found[]> {
  const spec = specOf(type, attribute);
  const wanted = values.map((value) => ({ value, keys: new Set(comparisonKeys(value, spec)) }));
  const found: Found[] = [];
  for await (const object of state.all(type)) {
    const keys = comparisonKeys(object.attributes[attribute], spec);
    for (const one of wanted) if (keys.some((key) => one.keys.has(key))) found.push({ value: one.value, id: object.id });
  }
  return found;
}
