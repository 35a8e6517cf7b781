// What the objects of both sides are compared by: signs of their values, by what each attribute holds.
import { directoryKind, type Kind, kindOf, signsOf } from '../../core/matching.ts';
import { neededAttributes } from '../../core/mapping/compile.ts';
import { mappingRowSchema } from '../../core/mapping/rows.ts';
import type { Attributes } from '../../core/model.ts';
import type { SignRow } from '../../store/match-signs.ts';
import type { RunContext, TypePlan } from '../context.ts';

export interface SignMaker {
  /** Of what the directory knows of an object, and of what would be written. */
  ofObject(id: string, known: Attributes, desired: Attributes): readonly SignRow[];
  ofAccount(id: string, shown: Attributes): readonly SignRow[];
}

export function signMaker(context: RunContext, plan: TypePlan): SignMaker {
  const directory = new Map<string, Kind>();
  for (const spec of plan.source.attributes) {
    const kind = spec.kind === undefined ? directoryKind(spec.name) : undefined;
    if (kind) directory.set(spec.name, kind);
  }
  const outside = new Map<string, Kind>();
  /** Attributes whose wanted value says something of the object itself: one made to be unique shuns the very account that is looked for. */
  const wanted = new Map<string, Kind>();
  const rows = (context.settings.mapping[plan.type] ?? []).map((row) => mappingRowSchema.parse(row));
  for (const spec of plan.target.attributes) {
    if (plan.veiled.has(spec.name)) continue;
    const own = rows.filter((row) => row.target === spec.name);
    const kind = kindOf(plan.target, spec.name, neededAttributes(own, plan.source.attributes));
    if (!kind) continue;
    outside.set(spec.name, kind);
    if (own.every((row) => row.unique === undefined)) wanted.set(spec.name, kind);
  }
  return {
    ofObject: (id, known, desired) => distinct([...signed(id, known, directory), ...signed(id, desired, wanted)]),
    ofAccount: (id, shown) => distinct(signed(id, shown, outside)),
  };
}

function signed(id: string, attributes: Attributes, kinds: ReadonlyMap<string, Kind>): SignRow[] {
  const found: SignRow[] = [];
  for (const [name, kind] of kinds) {
    const value = attributes[name] ?? null;
    for (const entry of Array.isArray(value) ? value : [value])
      if (typeof entry === 'string') for (const { sign, key } of signsOf(kind, entry)) found.push({ sign, key, id });
  }
  return found;
}

const distinct = (list: readonly SignRow[]): readonly SignRow[] => [
  ...new Map(list.map((one) => [`${one.sign} ${one.key}`, one])).values(),
];
