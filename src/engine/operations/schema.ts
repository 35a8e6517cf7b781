// Object types as answers show them: attributes and relations with their labels. The directory's own are a query.
import { z } from 'zod';
import type { ObjectTypeSpec } from '../../core/model.ts';
import { directoryCatalogue } from '../catalogue.ts';
import { query } from './operation.ts';
import { labelView } from './views.ts';

export const typeView = z.object({
  id: z.string(),
  label: labelView,
  /** The attribute that people know an object by. */
  title: z.string(),
  attributes: z.array(
    z.object({
      name: z.string(),
      label: labelView,
      type: z.string(),
      many: z.boolean(),
      required: z.boolean(),
      unique: z.boolean(),
      writable: z.enum(['always', 'create', 'never']),
      oneOf: z.array(z.string()).nullable(),
      maxLength: z.int().nullable(),
      /** Sensitive values are sealed and shown as dots. */
      kind: z.enum(['plain', 'sensitive', 'secret']),
      initial: z.boolean().describe('Of a secret: a new object can be given a random one.'),
    }),
  ),
  relations: z.array(z.object({ name: z.string(), label: labelView, to: z.array(z.string()) })),
});

export const typeOf = (type: ObjectTypeSpec): z.input<typeof typeView> => ({
  id: type.id,
  label: type.label,
  title: type.title,
  attributes: type.attributes.map((spec) => ({
    name: spec.name,
    label: spec.label,
    type: spec.type,
    many: spec.many ?? false,
    required: spec.required ?? false,
    unique: spec.unique !== undefined && spec.unique !== false,
    writable: spec.writable ?? 'always',
    oneOf: spec.oneOf ? [...spec.oneOf] : null,
    maxLength: spec.maxLength ?? null,
    kind: spec.kind ?? 'plain',
    initial: spec.initial !== undefined,
  })),
  relations: type.relations.map((relation) => ({ name: relation.name, label: relation.label, to: [...relation.to] })),
});

export const schemaGet = query({
  role: 'viewer',
  route: { method: 'GET', path: '/schema', group: 'directory' },
  does: { en: 'Shows the attributes and relations of people, departments and groups', zh: '查看人员、部门和组的属性与关系' },
  input: z.strictObject({}),
  output: z.object({ types: z.array(typeView) }),
  answer: async (context) => ({ types: (await directoryCatalogue(context.reader)).map(typeOf) }),
});
