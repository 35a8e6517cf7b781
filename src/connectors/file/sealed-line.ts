// Objects as lines of the state and the journal: sensitive values are sealed in them, whatever column they go to.
import type { EndpointObject } from '../../core/model.ts';
import { isSensitive } from './catalogue.ts';
import type { Seal } from './seal.ts';

export interface SealedLines {
  /** From now on these attributes are sealed, too: the mapping fills them with sensitive values. */
  note(type: string, names: readonly string[]): void;
  close(type: string, object: EndpointObject): Line;
  open(type: string, line: Line): EndpointObject;
}

/** `sealed`: the attributes that are missing from the object. */
export type Line = EndpointObject & { readonly sealed?: string };

export function sealedLines(seal: Seal): SealedLines {
  const noted = new Set<string>();
  const keyOf = (type: string, name: string): string => `${type}:${name}`;
  return {
    note(type, names) {
      for (const name of names) noted.add(keyOf(type, name));
    },
    close(type, object) {
      const all = Object.entries(object.attributes);
      const hidden = all.filter(([name, value]) => (value ?? null) !== null && (isSensitive(type, name) || noted.has(keyOf(type, name))));
      if (hidden.length === 0) return object;
      const names = new Set(hidden.map(([name]) => name));
      return {
        ...object,
        attributes: Object.fromEntries(all.filter(([name]) => !names.has(name))),
        sealed: seal.close(Object.fromEntries(hidden)),
      };
    },
    open(type, { sealed, ...object }) {
      if (sealed === undefined) return object;
      const hidden = seal.open(sealed);
      for (const name of Object.keys(hidden)) noted.add(keyOf(type, name));
      return { ...object, attributes: { ...object.attributes, ...hidden } };
    },
  };
}
