// Lays pins over what authority has resolved for the directory: attributes, existence and edges.
import type { Resolved } from '../../core/authority.ts';
import { LIFECYCLE } from '../../core/directory-types.ts';
import { keepEdges, keepValues, type Pin } from '../../core/pin.ts';
import type { EdgeRow } from '../../store/directory.ts';
import type { TypePlan } from '../context.ts';
import type { Compared } from '../stages/diff.ts';
import type { EdgeMap } from '../stages/directory-ends.ts';

type Pins = ReadonlyMap<string, readonly Pin[]>;

const end = (compared: Compared, type: string, object: string, over: readonly Pin[]): void =>
  void compared.over.push(...over.map(({ subject }) => ({ connection: 'directory', type, object, subject })));

/** Who decides existence at the directory says so by lifecycle: its pin is one of a value. */
export function withPins(plan: TypePlan, resolved: Resolved, object: string, pins: Pins, compared: Compared): Resolved {
  const own = pins.get(object);
  if (!own) return resolved;
  const wanted = { ...resolved.attributes, ...(resolved.lifecycle === null ? {} : { [LIFECYCLE]: resolved.lifecycle }) };
  const { values, over } = keepValues(wanted, own, plan.target);
  end(compared, plan.type, object, over);
  const { [LIFECYCLE]: lifecycle, ...attributes } = values;
  return { ...resolved, attributes, lifecycle: (lifecycle as Resolved['lifecycle'] | undefined) ?? null };
}

/** An edge is kept while its far end is there: what was removed has taken its edges with it. */
export function edgesWithPins(
  wanted: ReadonlyMap<string, EdgeMap>,
  object: string,
  pins: Pins,
  current: readonly EdgeRow[],
  compared: Compared,
  type: string,
): ReadonlyMap<string, EdgeMap> {
  const own = pins.get(object);
  if (!own) return wanted;
  const there = new Map(current.map((edge) => [`${edge.to_type}:${edge.to_id}`, edge.tree]));
  return new Map(
    [...wanted].map(([relation, edges]) => {
      const { values, over } = keepEdges(
        relation,
        edges,
        own,
        (toType, id) => there.has(`${toType}:${id}`),
        (toType, id) => there.get(`${toType}:${id}`),
      );
      end(compared, type, object, over);
      return [relation, values];
    }),
  );
}
