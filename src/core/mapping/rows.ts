// The shape of a mapping: rows per object type, checked when saved.
import { z } from 'zod';

const scalar = z.union([z.string(), z.number(), z.boolean()]);

export const mappingRowSchema = z
  .strictObject({
    /** Attribute of the target. */
    target: z.string().min(1),
    /** Exactly one of the five says where the value comes from. */
    field: z.string().optional(),
    constant: z.union([scalar, z.array(scalar)]).optional(),
    /** `${given} ${family}`: empty parts leave no double blanks. */
    template: z.string().optional(),
    cel: z.string().optional(),
    /** Templates tried in order; `{n}` counts from 2. The first free one is reserved and kept for life. */
    unique: z.array(z.string()).min(1).optional(),
    /** made: in objects that this connection's jobs have created, also later; what was there before and was found keeps its own value. */
    when: z.enum(['create', 'update', 'made', 'always']).default('always'),
    onEmpty: z.enum(['clear', 'keep', 'default']).default('clear'),
    default: z.union([scalar, z.array(scalar)]).optional(),
  })
  .superRefine((row, context) => {
    const given = (['field', 'constant', 'template', 'cel', 'unique'] as const).filter((key) => row[key] !== undefined);
    if (given.length !== 1) {
      context.addIssue({
        code: 'custom',
        message: `the row for "${row.target}" needs exactly one of field, constant, template, cel, unique (has ${given.length === 0 ? 'none' : given.join(' and ')})`,
      });
    }
    if (row.onEmpty === 'default' && row.default === undefined) {
      context.addIssue({ code: 'custom', message: `the row for "${row.target}" says onEmpty: default but gives no default` });
    }
  });

export type MappingRow = z.infer<typeof mappingRowSchema>;
export type MappingRowInput = z.input<typeof mappingRowSchema>;

/** Object type → rows. A type that is missing is not synced by the job. */
export const mappingSetSchema = z.record(z.string(), z.array(mappingRowSchema));
export type MappingSet = Readonly<Record<string, readonly MappingRowInput[]>>;
