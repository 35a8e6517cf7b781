// An entry of the tree → an object of ours, for one type and one set of wanted attributes and relations.
import type { Attributes, Edge, EndpointObject, Label, Value } from '../../core/model.ts';
import { EntryShape, type Entry } from './ber.ts';
import { DN, MANAGER, MEMBER_OF, PARENT, readable, type TypeId } from './catalogue.ts';
import { listOf } from './client.ts';
import { dnKey } from './dn.ts';
import type { Layout } from './layout.ts';
import type { Needs, References } from './references.ts';

export interface Translator {
  /** What to ask of the server; entryUUID comes first. */
  readonly shape: EntryShape;
  readonly needs: Needs;
  /** Everything but group members. */
  object(entry: Entry, id: string, references: References): EndpointObject;
  /** Values of the member attribute, the placeholder left out; undefined when members are not wanted. */
  members(entry: Entry): readonly string[] | undefined;
  /** Why this entry cannot be understood in full; null when it can. */
  fault(entry: Entry): Label | null;
}

export function translatorOf(layout: Layout, type: TypeId, attributes: readonly string[], relations: readonly string[]): Translator {
  const { config } = layout;
  const wantsMembership = type === 'person' && relations.includes('membership');
  const wantsMembers = type === 'group' && relations.includes('member');
  const helpers = [
    ...(type === 'person' && config.disableBy === 'attribute' ? [config.disableAttribute] : []),
    ...(wantsMembership && config.layout === 'flat' ? [config.departmentAttribute] : []),
    ...(wantsMembers ? [layout.memberAttribute] : []),
  ];
  const shape = new EntryShape(distinct(['entryUUID', ...readable(attributes), ...helpers]));
  // In the order in which objects are written down and compared: nobody has to sort each one.
  const places = attributes
    .toSorted()
    .map((name) => [name, shape.place(name)] as const)
    .filter(([name, place]) => place >= 0 || name === DN || name === PARENT);
  const disabledAt = config.disableBy === 'attribute' ? shape.place(config.disableAttribute) : -1;
  const departmentAt = shape.place(config.departmentAttribute);
  const membersAt = shape.place(layout.memberAttribute);
  const placeholderKey = dnKey(config.placeholderMember);

  const attributesOf = (entry: Entry, references: References): Attributes => {
    const out: Record<string, Value | null> = {};
    for (const [name, place] of places) {
      if (place >= 0) {
        const value = entry.values[place];
        if (value === undefined) out[name] = null;
        else if (name === MANAGER) out[name] = translated(value, (dn) => references.person(dn));
        else if (name === MEMBER_OF) out[name] = listOf(value).toSorted();
        else if (name === 'gidNumber' && typeof value === 'string') out[name] = Number(value);
        else out[name] = value;
      } else {
        const value = name === DN ? entry.dn : type === 'department' ? references.departmentAbove(entry.dn) : null;
        if (value !== undefined) out[name] = value;
      }
    }
    return out;
  };

  const isEnabled = (entry: Entry): boolean => !layout.isDisabled(entry.dn, entry.values[disabledAt]);

  /** Undefined while a disabled account stands aside, or in a hidden OU: which department it belongs to cannot be seen. */
  const membershipOf = (entry: Entry, references: References): readonly Edge[] | undefined => {
    if (config.layout === 'flat') return listOf(entry.values[departmentAt]).map((name) => departmentEdge(references.departmentNamed(name)));
    if (layout.isDisabledPlace(dnKey(entry.dn))) return undefined;
    const home = references.departmentAbove(entry.dn);
    if (home === undefined) return undefined;
    return home === null ? [] : [departmentEdge(home)];
  };

  return {
    shape,
    needs: {
      departments: wantsMembership || (type === 'department' && attributes.includes(PARENT)),
      managers: type === 'person' && attributes.includes(MANAGER),
      members: wantsMembers,
    },
    object(entry, id, references) {
      const attributes = attributesOf(entry, references);
      if (type !== 'person') return { id, attributes };
      const enabled = isEnabled(entry);
      const membership = wantsMembership ? membershipOf(entry, references) : undefined;
      return membership ? { id, attributes, edges: { membership }, enabled } : { id, attributes, enabled };
    },
    members: (entry) =>
      wantsMembers
        ? listOf(entry.values[membersAt]).filter((value) => layout.membersAre === 'uid' || dnKey(value) !== placeholderKey)
        : undefined,
    fault(entry) {
      if (!entry.unreadable) return null;
      const names = distinct(entry.unreadable.map((place) => shape.names[place]!)).join(', ');
      return { en: `${names} holds bytes that are not text (UTF-8).`, zh: `${names} 的内容不是有效的 UTF-8 文本。` };
    },
  };
}

export const memberEdge = (references: References, value: string): Edge => ({ to: references.member(value) });

const departmentEdge = (id: string): Edge => ({ to: { type: 'department', id } });

const translated = (value: string | readonly string[], translate: (dn: string) => string): Value =>
  typeof value === 'string' ? translate(value) : value.map(translate);

/** Names of attributes are the same whatever their case. */
const distinct = (names: readonly string[]): string[] => [...new Map(names.map((name) => [name.toLowerCase(), name])).values()];
