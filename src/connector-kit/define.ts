// Declares connectors and the form metadata of their configuration fields.
import { z } from 'zod';
import type { Label } from '../core/model.ts';
import type { Connector } from './contract.ts';

export interface FieldMeta {
  readonly label: Label;
  readonly help?: Label;
  /** Sealed at rest, write-only in every surface. */
  readonly secret?: boolean;
  readonly group?: Label;
  /** Show only when another field has this value. */
  readonly showWhen?: { readonly field: string; readonly is: string | boolean };
  readonly placeholder?: string;
  /** Words for the values of a choice; one without words is shown as it is. */
  readonly options?: Readonly<Record<string, Label>>;
  /** What a connection of a job of this direction needs here: filled in, and not asked. */
  readonly byDirection?: { readonly up?: string | boolean; readonly down?: string | boolean };
  /** A path on the server: the file may also be brought through the browser. */
  readonly isFile?: boolean;
  /** Must be filled in where it is asked, although the settings as a whole can do without it. */
  readonly needed?: boolean;
  /** Most people never touch it: shown on demand. */
  readonly rarely?: boolean;
}

const fieldRegistry = z.registry<FieldMeta>();

/** Attaches form metadata to a zod schema: `field(z.string(), { label, help, secret })`. */
export function field<T extends z.ZodType>(schema: T, meta: FieldMeta): T {
  const own = schema.clone() as T;
  fieldRegistry.add(own, meta);
  return own;
}

export interface Field {
  readonly name: string;
  readonly meta: FieldMeta;
  readonly schema: z.ZodType;
  readonly required: boolean;
}

/** The fields of an object schema in declaration order; throws when a field lacks metadata, so that none is forgotten. */
export function fieldsOf(schema: z.ZodType): readonly Field[] {
  if (!(schema instanceof z.ZodObject)) throw new Error('A config or part schema must be a z.object of fields.');
  return Object.entries(schema.shape as Record<string, z.ZodType>).map(([name, shape]) => {
    const meta = fieldRegistry.get(shape);
    if (!meta) throw new Error(`Field "${name}" has no label: wrap it in field(…).`);
    return { name, meta, schema: shape, required: !shape.safeParse(undefined).success };
  });
}

export const secretFields = (schema: z.ZodType): readonly string[] =>
  fieldsOf(schema)
    .filter((item) => item.meta.secret)
    .map((item) => item.name);

export const defineConnector = <Config, Part>(connector: Connector<Config, Part>): Connector<Config, Part> => connector;
