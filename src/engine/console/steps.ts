// What can be done to the directory by hand, step by step; one edit holds many.
import { z } from 'zod';

const scalar = z.union([z.string(), z.number(), z.boolean()]);
const attributes = z
  .record(z.string(), z.union([scalar, z.array(scalar), z.null()]))
  .describe('By name, see GET /schema; null empties a field. References are ids, numbers, user names, codes or names.');
/** An object by id, or by what people call it: number, user name, mail, code, name. `@name` = made by this edit `as` that name. */
const ref = z.string().trim().min(1).max(300);
const as = z
  .string()
  .regex(/^[A-Za-z0-9_-]{1,40}$/)
  .optional()
  .describe('Later steps of this edit may call it @name.');
const date = z.iso.date();
const membership = z.strictObject({
  department: ref,
  primary: z.boolean().optional(),
  order: z.int().optional(),
  title: z.string().optional(),
  from: date.optional(),
  until: date.optional(),
});
const rule = z.strictObject({
  departments: z.array(z.strictObject({ department: ref, below: z.boolean().default(true) })).default([]),
  where: z.string().max(2000).optional().describe('An expression over attributes of the person, such as city == "Berlin".'),
});

export const stepSchema = z.discriminatedUnion('do', [
  z.strictObject({ do: z.literal('person.create'), as, attributes, departments: z.array(membership).default([]) }),
  z.strictObject({
    do: z.literal('person.edit'),
    person: ref,
    attributes: attributes.default({}),
    departments: z.array(membership).optional(),
  }),
  z.strictObject({
    do: z.literal('person.move'),
    person: ref,
    to: ref,
    from: ref.optional().describe('The department that is left; default: the primary one.'),
    title: z.string().optional(),
  }),
  z.strictObject({ do: z.literal('person.offboard'), person: ref, lastDay: date.optional().describe('Default: at once.') }),
  z.strictObject({ do: z.literal('person.rehire'), person: ref, firstDay: date.optional().describe('Default: at once.') }),
  z.strictObject({ do: z.literal('person.delete'), person: ref }),
  z.strictObject({ do: z.literal('department.create'), as, attributes, under: ref.optional(), leaders: z.array(ref).optional() }),
  z.strictObject({
    do: z.literal('department.edit'),
    department: ref,
    attributes: attributes.default({}),
    leaders: z.array(ref).optional(),
  }),
  z.strictObject({ do: z.literal('department.move'), department: ref, under: ref.nullable() }),
  z.strictObject({ do: z.literal('department.merge'), department: ref, into: ref }),
  z.strictObject({ do: z.literal('department.delete'), department: ref }),
  z.strictObject({ do: z.literal('group.create'), as, attributes, members: z.array(ref).optional(), rule: rule.optional() }),
  z.strictObject({
    do: z.literal('group.edit'),
    group: ref,
    attributes: attributes.default({}),
    add: z.array(ref).default([]),
    remove: z.array(ref).default([]),
    rule: rule.nullable().optional().describe('null: members are entered one by one from now on.'),
  }),
  z.strictObject({ do: z.literal('group.delete'), group: ref }),
]);
export type Step = z.output<typeof stepSchema>;
export const MOST_STEPS = 5000;
