// What an export refuses before it is written down: values that do not fit, keys that are taken, departments below
// themselves. A file would take them all; whoever reads it would not.
import { ConnectorError } from '../../connector-kit/errors.ts';
import { normalise } from '../../core/attribute.ts';
import type { Attributes } from '../../core/model.ts';
import { specOf, typeOf } from './catalogue.ts';
import type { ExportState } from './state.ts';
import { excerpt, say } from './text.ts';

/** Deeper trees are circles. */
const DEEPEST = 1000;

/** A new object must have what is required; a change must not take it away. */
export async function assertAcceptable(
  state: ExportState,
  type: string,
  id: string,
  attributes: Attributes,
  isNew: boolean,
): Promise<void> {
  assertComplete(type, attributes, isNew);
  for (const [name, value] of Object.entries(attributes)) {
    const spec = specOf(type, name);
    const fitted = normalise(value, spec);
    if ('problem' in fitted) {
      throw new ConnectorError(
        'invalid',
        say(
          `The ${spec.label.en} "${excerpt(String(value))}" ${fitted.problem}.`,
          `${spec.label.zh}“${excerpt(String(value))}”不合法，无法导出。`,
        ),
        { attribute: name },
      );
    }
  }
  const holder = await state.holder(type, id, attributes);
  if (holder) throw taken(type, holder.id);
  const parentName = typeOf(type)!.parent;
  const parent = parentName === undefined ? undefined : attributes[parentName];
  if (!isNew && typeof parent === 'string') await assertNoCircle(state, type, id, parent);
}

function assertComplete(type: string, attributes: Attributes, isNew: boolean): void {
  const missing = typeOf(type)!.attributes.find(
    ({ name, required }) => required && (attributes[name] === null || (isNew && attributes[name] === undefined)),
  );
  if (!missing) return;
  throw new ConnectorError('invalid', say(`A ${type} needs its ${missing.label.en}.`, `缺少必填的“${missing.label.zh}”。`), {
    attribute: missing.name,
  });
}

async function assertNoCircle(state: ExportState, type: string, id: string, parent: string): Promise<void> {
  let at: unknown = parent;
  for (let depth = 0; typeof at === 'string' && depth < DEEPEST; depth++) {
    if (at === id) {
      throw new ConnectorError(
        'conflict',
        say(`${type} ${excerpt(id)} cannot be moved below itself.`, `${type} ${excerpt(id)} 不能移动到自己的下级。`),
      );
    }
    at = (await state.get(type, at))?.attributes[typeOf(type)!.parent!];
  }
}

export const taken = (type: string, id: string): ConnectorError =>
  new ConnectorError(
    'already-exists',
    say(
      `The export already holds a ${type} with this id, number, code or user name: ${excerpt(id)}.`,
      `导出中已有相同 ID、工号、编码或用户名的 ${type}：${excerpt(id)}。`,
    ),
    { id },
  );
