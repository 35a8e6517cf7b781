// Values that fit a JSON schema, and values that do not, for requests that nobody thought of.
import fc from 'fast-check';

export interface JsonSchema {
  readonly type?: string | readonly string[];
  readonly properties?: Readonly<Record<string, JsonSchema>>;
  readonly required?: readonly string[];
  readonly items?: JsonSchema;
  readonly prefixItems?: readonly JsonSchema[];
  readonly anyOf?: readonly JsonSchema[];
  readonly oneOf?: readonly JsonSchema[];
  readonly enum?: readonly unknown[];
  readonly const?: unknown;
  readonly minimum?: number;
  readonly exclusiveMinimum?: number;
  readonly maximum?: number;
  readonly minLength?: number;
  readonly maxLength?: number;
  readonly minItems?: number;
  readonly pattern?: string;
  readonly additionalProperties?: boolean | JsonSchema;
  readonly propertyNames?: JsonSchema;
  readonly $ref?: string;
}

export type Resolve = (ref: string) => JsonSchema;

const anything = fc.oneof(
  fc.string({ maxLength: 8 }),
  fc.integer(),
  fc.boolean(),
  fc.constant(null),
  fc.dictionary(fc.string({ maxLength: 4 }), fc.string({ maxLength: 4 }), { maxKeys: 2 }),
);

export function fitting(schema: JsonSchema, resolve: Resolve, depth = 0): fc.Arbitrary<unknown> {
  if (schema.$ref) return fitting(resolve(schema.$ref), resolve, depth);
  if (schema.const !== undefined) return fc.constant(schema.const);
  if (schema.enum) return fc.constantFrom(...schema.enum);
  const choices = schema.anyOf ?? schema.oneOf;
  if (choices) return fc.oneof(...choices.map((choice) => fitting(choice, resolve, depth)));
  const types = schema.type === undefined ? [] : Array.isArray(schema.type) ? schema.type : [schema.type];
  if (types.length > 1) return fc.oneof(...types.map((type) => fitting({ ...schema, type }, resolve, depth)));
  switch (types[0]) {
    case 'object': {
      const required = new Set(schema.required ?? []);
      const own = Object.entries(schema.properties ?? {}).filter(([name]) => required.has(name) || depth < 3);
      const extra = typeof schema.additionalProperties === 'object' && depth < 3 ? schema.additionalProperties : undefined;
      const record = fc.record(Object.fromEntries(own.map(([name, inner]) => [name, fitting(inner, resolve, depth + 1)])), {
        requiredKeys: [...required].filter((name) => own.some(([known]) => known === name)),
      });
      if (!extra) return record;
      return fc
        .tuple(record, fc.dictionary(fc.stringMatching(/^[a-z]{1,5}$/), fitting(extra, resolve, depth + 1), { maxKeys: 2 }))
        .map(([a, b]) => ({ ...b, ...a }));
    }
    case 'array':
      return schema.prefixItems
        ? fc.tuple(...schema.prefixItems.map((item) => fitting(item, resolve, depth + 1)))
        : fc.array(fitting(schema.items ?? {}, resolve, depth + 1), {
            minLength: schema.minItems ?? 0,
            maxLength: (schema.minItems ?? 0) + 2,
          });
    case 'integer':
    case 'number': {
      const min = Math.max(schema.minimum ?? -5, (schema.exclusiveMinimum ?? -6) + 1, -5);
      return fc.integer({ min, max: Math.min(schema.maximum ?? 1000, min + 1000) });
    }
    case 'boolean':
      return fc.boolean();
    case 'null':
      return fc.constant(null);
    case 'string':
      if (schema.pattern) return fc.stringMatching(new RegExp(schema.pattern, 'u'));
      return fc.string({
        unit: 'grapheme',
        minLength: schema.minLength ?? 0,
        maxLength: Math.min(schema.maxLength ?? 12, (schema.minLength ?? 0) + 12),
      });
    default:
      return anything;
  }
}

/** Of a type that the schema does not allow; null when it allows everything. */
export function misfit(schema: JsonSchema, resolve: Resolve): fc.Arbitrary<unknown> | null {
  const types = new Set(typesOf(schema, resolve));
  if (types.has('any')) return null;
  const others: fc.Arbitrary<unknown>[] = [];
  if (!types.has('string')) others.push(fc.constant('\u{1f4a5} not this'));
  if (!types.has('integer') && !types.has('number')) others.push(fc.constant(12.5));
  if (!types.has('boolean')) others.push(fc.boolean());
  if (!types.has('array')) others.push(fc.constant([['x']]));
  if (!types.has('object')) others.push(fc.constant({ surprise: 1 }));
  return others.length > 0 ? fc.oneof(...others) : null;
}

function typesOf(schema: JsonSchema, resolve: Resolve): readonly string[] {
  if (schema.$ref) return typesOf(resolve(schema.$ref), resolve);
  const choices = schema.anyOf ?? schema.oneOf;
  if (choices) return choices.flatMap((choice) => typesOf(choice, resolve));
  if (schema.enum) return schema.enum.map((value) => (value === null ? 'null' : typeof value));
  if (schema.const !== undefined) return [typeof schema.const];
  if (schema.type === undefined) return ['any'];
  return Array.isArray(schema.type) ? schema.type : [schema.type as string];
}
