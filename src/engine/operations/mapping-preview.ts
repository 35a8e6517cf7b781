// What a mapping makes of real records before it is saved: its mistakes row by row, and each value with the rule that gave it.
import { z } from 'zod';
import { compileMapping, neededAttributes, speaks } from '../../core/mapping/compile.ts';
import { expressionFunctions } from '../../core/mapping/functions.ts';
import { mappingRowSchema, type MappingRow } from '../../core/mapping/rows.ts';
import type { Attributes, EndpointObject, ObjectTypeSpec } from '../../core/model.ts';
import { listLookups } from '../../store/jobs.ts';
import { titlesOf } from '../../store/overview.ts';
import { directoryCatalogue } from '../catalogue.ts';
import { openEndpoint } from '../endpoint.ts';
import { saidOf } from '../stages/said.ts';
import { CommandError } from '../engine.ts';
import { issueWords } from '../config/issue-words.ts';
import { wantedConnection } from './connections.ts';
import { command, type CommandContext } from './operation.ts';
import { MOST_RECORDS, recordsFor } from './preview-records.ts';
import { shownValue } from './show.ts';
import { labelView } from './views.ts';

/** Far sides answer within this or not at all: somebody is typing. */
const PATIENCE_MS = 20_000;
const MOST_ROWS = 200;

const valueView = z.object({ name: z.string(), label: labelView, value: z.unknown() });

export const mappingPreview = command({
  role: 'admin',
  route: { method: 'POST', path: '/connections/{connection}/mapping-preview', group: 'connections' },
  does: {
    en: 'Says what a mapping, saved or not, makes of up to five records of the source, and what is wrong with it, row by row',
    zh: '预览字段映射（可未保存）对最多五条源记录的结果，并逐行指出错误',
  },
  input: z.strictObject({
    connection: z.string().min(1),
    direction: z.enum(['up', 'down']),
    type: z.string().min(1).default('person'),
    rows: z.array(z.record(z.string(), z.unknown())).max(MOST_ROWS).describe('As in `mapping.person` of a job.'),
    part: z.unknown().optional(),
    records: z.array(z.string()).max(MOST_RECORDS).optional().describe('Ids at the source. Left out: the first ones that fit `search`.'),
    search: z.string().max(200).default(''),
    creating: z.boolean().default(true).describe('As for somebody who is not there yet; false: as for an update.'),
  }),
  output: z.object({
    problems: z.array(z.object({ row: z.int(), target: z.string(), problem: labelView })),
    records: z.array(
      z.object({
        id: z.string(),
        title: z.string(),
        source: z.array(valueView),
        /** What the mapping gives, row by row; problems that one record has with its value. */
        result: z.array(
          valueView.extend({
            row: z.int(),
            problem: labelView.nullable(),
            clears: z
              .boolean()
              .describe(
                'The row gives nothing, and takes away what is there: somebody has said that there is none. False: what is there stays.',
              ),
          }),
        ),
      }),
    ),
    /** What goes along without a row: departments, members, leaders. */
    relations: z.array(
      z.object({
        name: z.string(),
        label: labelView,
        place: labelView.nullable().describe('Where it stands in the system that is not the directory.'),
      }),
    ),
    /** How many records of the source were looked through for `search` before it was given up; null: nobody was left out. */
    lookedThrough: z.int().nullable(),
    /** What expressions may call. */
    functions: z.array(z.object({ name: z.string(), usage: z.string(), label: labelView })),
  }),
  async answer(context, input) {
    const { reader, engine } = context;
    await wantedConnection(reader, input.connection);
    const signal = AbortSignal.timeout(PATIENCE_MS);
    const outside = await openEndpoint(engine.options, input.connection, signal);
    const directory = input.direction === 'down' ? await openEndpoint(engine.options, 'directory', signal) : null;
    try {
      const sourceType = typeIn(directory?.types ?? outside.types, input.type);
      const targetType = typeIn(directory ? outside.types : await directoryCatalogue(reader), input.type);
      const lookups = Object.fromEntries(
        (await listLookups(reader)).map((row) => [row.name, JSON.parse(row.rows) as Record<string, string>]),
      );
      const catalogues = { sourceAttributes: sourceType.attributes, targetAttributes: targetType.attributes, lookups };
      const { good, problems } = checkRows(input.rows, catalogues);
      const { objects, lookedThrough } = await recordsFor(reader, directory ?? outside, sourceType, input, context.now(), signal);
      const records = await Promise.all(
        objects.map((object) => previewOf(context, object, good, catalogues, sourceType, targetType, input)),
      );
      const relations = relationsBeside(sourceType, targetType, directory ? targetType : sourceType);
      return { problems, records, relations, lookedThrough, functions: [...expressionFunctions] };
    } finally {
      await outside.connection.close();
      await directory?.connection.close();
    }
  },
});

function typeIn(types: readonly ObjectTypeSpec[], wanted: string): ObjectTypeSpec {
  const found = types.find((type) => type.id === wanted);
  if (found) return found;
  const known = types.map((type) => type.id).join(', ');
  throw new CommandError(`There is no object type "${wanted}" here. There are: ${known}.`, `没有对象类型“${wanted}”。现有：${known}。`, {
    code: 'invalid',
    issues: [{ field: 'type', message: { en: `one of ${known}`, zh: `可选：${known}` } }],
  });
}

/** Those that both sides have and the target takes. */
const relationsBeside = (source: ObjectTypeSpec, target: ObjectTypeSpec, outside: ObjectTypeSpec) =>
  target.relations
    .filter(({ name, writable }) => writable !== false && source.relations.some((other) => other.name === name))
    .map(({ name, label }) => ({ name, label, place: outside.relations.find((one) => one.name === name)?.place ?? null }));

type Catalogues = Parameters<typeof compileMapping>[1];
interface Numbered {
  readonly row: MappingRow;
  readonly at: number;
}

/** A row that is wrong does not hide what the others do. */
function checkRows(rows: readonly Readonly<Record<string, unknown>>[], catalogues: Catalogues) {
  const parsed: Numbered[] = [];
  const problems: { row: number; target: string; problem: { en: string; zh: string } }[] = [];
  for (const [at, given] of rows.entries()) {
    const row = mappingRowSchema.safeParse(given);
    if (row.success) parsed.push({ row: row.data, at });
    else problems.push({ row: at, target: String(given.target ?? ''), problem: issueWords(row.error.issues[0]!, '') });
  }
  const compiled = compileMapping(
    parsed.map(({ row }) => row),
    catalogues,
  );
  if (!('problems' in compiled)) return { good: parsed, problems };
  const wrong = new Set(compiled.problems.map((one) => one.row));
  problems.push(...compiled.problems.map((one) => ({ row: parsed[one.row]!.at, target: one.target, problem: one.problem })));
  return { good: parsed.filter((_, index) => !wrong.has(index)), problems: problems.toSorted((a, b) => a.row - b.row) };
}

async function previewOf(
  context: CommandContext,
  object: EndpointObject,
  rows: readonly Numbered[],
  catalogues: Catalogues,
  sourceType: ObjectTypeSpec,
  targetType: ObjectTypeSpec,
  { creating, direction }: { readonly creating: boolean; readonly direction: 'up' | 'down' },
) {
  const compiled = compileMapping(
    rows.map(({ row }) => row),
    catalogues,
  );
  const standing = creating ? 'new' : 'made';
  const mapped = 'mapping' in compiled ? compiled.mapping.apply(object.attributes, { standing }) : null;
  // A source's own word of what is empty counts by itself; downstream, only what somebody said.
  const said =
    direction === 'down' && 'mapping' in compiled ? await saidOf(context.reader, [object.id], sourceType, compiled.mapping) : () => true;
  const sensitive = new Set(sourceType.attributes.filter((spec) => spec.kind !== undefined).map((spec) => spec.name));
  const titles = await titlesOf(context.reader, referencesIn(object.attributes, sourceType));
  const title = object.attributes[sourceType.title];
  return {
    id: object.id,
    title: typeof title === 'string' && title !== '' ? title : object.id,
    source: sourceType.attributes
      .filter((spec) => object.attributes[spec.name] !== undefined && object.attributes[spec.name] !== null)
      .map((spec) => ({ name: spec.name, label: spec.label, value: shownValue(object.attributes[spec.name], spec, titles) })),
    result: rows
      .filter(({ row }) => speaks(row, standing))
      .map(({ row, at }) => {
        const spec = targetType.attributes.find((one) => one.name === row.target);
        const isHidden = neededAttributes([row], sourceType.attributes).some((name) => sensitive.has(name));
        const wish =
          mapped?.unique
            .find((one) => one.attribute === row.target)
            ?.candidates()
            .next().value?.value ?? null;
        const value = mapped?.attributes[row.target] ?? wish;
        return {
          row: at,
          name: row.target,
          label: spec?.label ?? { en: row.target, zh: row.target },
          value:
            isHidden && value !== null
              ? shownValue(value, { ...spec!, kind: 'sensitive' }, titles)
              : (shownValue(value, spec, titles) ?? null),
          problem: mapped?.problems.find((problem) => problem.attribute === row.target)?.problem ?? null,
          clears: value === null && mapped?.attributes[row.target] === null && said(object.id, row.target),
        };
      }),
  };
}

const referencesIn = (attributes: Attributes, type: ObjectTypeSpec): string[] =>
  type.attributes
    .filter((spec) => spec.type === 'reference')
    .flatMap((spec) => {
      const value = attributes[spec.name];
      return typeof value === 'string' ? [value] : [];
    });
