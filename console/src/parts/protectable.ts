// By which attributes something in a target can be protected: each name once, since a rule holds for every type that has it.

interface TypeOf<Label> {
  readonly id: string;
  readonly attributes: readonly { readonly name: string; readonly label: Label; readonly kind: string }[];
}

interface Protectable<Label> {
  readonly name: string;
  readonly of: readonly { readonly type: string; readonly label: Label }[];
}

/** Those of people first. What is sealed is not read back, so nothing is found by it. */
export function protectable<Label>(types: readonly TypeOf<Label>[]): readonly Protectable<Label>[] {
  const found = new Map<string, { readonly type: string; readonly label: Label }[]>();
  for (const type of types.toSorted((a, b) => Number(b.id === 'person') - Number(a.id === 'person')))
    for (const { name, label, kind } of type.attributes)
      if (kind === 'plain') found.set(name, [...(found.get(name) ?? []), { type: type.id, label }]);
  return [...found].map(([name, of]) => ({ name, of }));
}
