// Operations on the attributes that an installation adds to people, departments and groups: made, changed where that is safe, archived.
import { z } from 'zod';
import { customAttributes, hasValues, putCustomAttribute, type CustomAttributeRow } from '../../store/attributes.ts';
import { audit } from '../../store/audit.ts';
import type { Reader, Transaction } from '../../store/database.ts';
import { listJobs } from '../../store/jobs.ts';
import { enterAdded } from '../console/job.ts';
import { CommandError } from '../engine.ts';
import { command, query, type CommandContext } from './operation.ts';
import { isTaken, jobsNaming, ownLabel, ownMaxLength, ownName, ownType, ownValueType } from '../own-attributes.ts';
import { labelView } from './views.ts';

const attributeView = z.object({
  type: z.string(),
  name: z.string(),
  label: labelView,
  valueType: z.string(),
  maxLength: z.int().nullable(),
  many: z.boolean(),
  sensitive: z.boolean(),
  archived: z.boolean(),
  revision: z.int(),
});

const viewOf = (row: CustomAttributeRow): z.input<typeof attributeView> => ({
  type: row.type,
  name: row.name,
  label: { en: row.label_en, zh: row.label_zh },
  valueType: row.value_type,
  maxLength: row.max_length,
  many: row.many === 1,
  sensitive: row.sensitive === 1,
  archived: row.archived_at !== null,
  revision: row.revision,
});

const found = async (reader: Reader, of: string, named: string): Promise<CustomAttributeRow | undefined> =>
  (await customAttributes(reader)).find((row) => row.type === of && row.name === named);

export const attributeList = query({
  role: 'viewer',
  route: { method: 'GET', path: '/attributes', group: 'directory' },
  does: { en: 'Lists the attributes that were added to the directory', zh: '列出自定义属性' },
  input: z.strictObject({}),
  output: z.object({ attributes: z.array(attributeView) }),
  answer: async (context) => ({ attributes: (await customAttributes(context.reader)).map(viewOf) }),
});

export const attributeCreate = command({
  role: 'admin',
  route: { method: 'POST', path: '/attributes', group: 'directory', status: 201 },
  does: {
    en: 'Adds an attribute to people, departments or groups; mappings can use it from then on',
    zh: '新增自定义属性，之后可用于字段映射',
  },
  input: z.strictObject({
    type: ownType,
    name: ownName,
    label: ownLabel,
    valueType: ownValueType.default('string'),
    maxLength: ownMaxLength.optional(),
    many: z.boolean().default(false).describe('An object has a list of values, without doubles and in no order. Stays as it is.'),
    sensitive: z
      .boolean()
      .default(false)
      .describe('Of people: sealed wherever it rests, shown to nobody, not entered by hand. Stays as it is.'),
  }),
  output: attributeView,
  async answer(context, input) {
    return store(context, input.type, input.name, 'attribute.create', async (transaction) => {
      if (isTaken(input.type, input.name) || (await found(transaction, input.type, input.name)))
        throw new CommandError(`There is an attribute "${input.name}" already.`, `已存在属性“${input.name}”。`, {
          issues: [{ field: 'name', message: { en: 'is taken', zh: '已被使用' } }],
        });
      if (input.sensitive && input.type !== 'person')
        throw new CommandError('Only people have sensitive attributes.', '只有人员可以有敏感属性。', {
          issues: [{ field: 'sensitive', message: { en: 'is for people only', zh: '仅适用于人员' } }],
        });
      if (input.sensitive && input.many)
        throw new CommandError('A sensitive attribute has one value.', '敏感属性只能有一个值。', {
          issues: [{ field: 'many', message: { en: 'is not for sensitive attributes', zh: '不适用于敏感属性' } }],
        });
      return {
        type: input.type,
        name: input.name,
        label_en: input.label.en,
        label_zh: input.label.zh,
        value_type: input.valueType,
        max_length: input.maxLength ?? null,
        many: input.many ? 1 : 0,
        sensitive: input.sensitive ? 1 : 0,
        archived_at: null,
      };
    });
  },
});

export const attributeChange = command({
  role: 'admin',
  route: { method: 'PATCH', path: '/attributes/{type}/{name}', group: 'directory' },
  does: {
    en: 'Changes an added attribute: its label at any time, its kind of value while nobody has one; archives it when no job uses it, or takes it back',
    zh: '修改自定义属性：名称随时可改，类型仅在无值时可改；无任务使用时可归档，也可恢复',
  },
  input: z.strictObject({
    type: ownType,
    name: ownName,
    label: ownLabel.optional(),
    valueType: ownValueType.optional(),
    maxLength: ownMaxLength.optional(),
    archived: z.boolean().optional(),
    revision: z.int().optional().describe('The revision that was read; refused when somebody saved it meanwhile.'),
  }),
  output: attributeView,
  answer: (context, input) =>
    store(context, input.type, input.name, 'attribute.change', async (transaction) => {
      const row = await found(transaction, input.type, input.name);
      if (!row)
        throw new CommandError(`There is no added attribute "${input.name}" of a ${input.type}.`, `没有自定义属性“${input.name}”。`, {
          code: 'not-found',
        });
      if (input.revision !== undefined && input.revision !== row.revision)
        throw new CommandError(
          `Attribute "${input.name}" was saved by somebody else meanwhile. Read it again, and make your change on top of that.`,
          `属性“${input.name}”期间已被他人保存。请重新读取后再修改。`,
          { code: 'changed' },
        );
      await assertSafe(transaction, row, input);
      return {
        ...row,
        label_en: input.label?.en ?? row.label_en,
        label_zh: input.label?.zh ?? row.label_zh,
        value_type: input.valueType ?? row.value_type,
        max_length: input.maxLength === undefined ? row.max_length : input.maxLength,
        archived_at: input.archived === undefined ? row.archived_at : input.archived ? (row.archived_at ?? context.now()) : null,
      };
    }),
});

async function assertSafe(
  transaction: Transaction,
  row: CustomAttributeRow,
  input: { readonly valueType?: string | undefined; readonly archived?: boolean | undefined },
): Promise<void> {
  if (input.valueType !== undefined && input.valueType !== row.value_type && (await hasValues(transaction, row.type, row.name)))
    throw new CommandError(
      `There are values of "${row.name}" already: they would not fit another kind. Add a new attribute, or take it out of the mappings first.`,
      `“${row.name}”已有取值，不能改变类型。请新增属性，或先从字段映射中移除。`,
      { issues: [{ field: 'valueType', message: { en: 'cannot change while there are values', zh: '已有取值，不能修改' } }] },
    );
  if (input.archived !== true || row.archived_at !== null) return;
  const using = jobsNaming(await listJobs(transaction), row.name);
  if (using.length > 0)
    throw new CommandError(
      `"${row.name}" is used by job ${using.join(', ')}. Take it out of their mappings and scopes first.`,
      `任务 ${using.join('、')} 正在使用“${row.name}”。请先从其字段映射与同步范围中移除。`,
      { issues: [{ field: 'archived', message: { en: 'is in use', zh: '正在使用' } }] },
    );
}

function store(
  context: CommandContext,
  of: string,
  named: string,
  action: string,
  wanted: (transaction: Transaction) => Promise<Omit<CustomAttributeRow, 'revision'>>,
): Promise<z.input<typeof attributeView>> {
  const { database, clock } = context.engine.options;
  return database.write(async (transaction) => {
    const before = await found(transaction, of, named);
    await putCustomAttribute(transaction, await wanted(transaction));
    await enterAdded(transaction, clock.now(), context.actor);
    const after = viewOf((await found(transaction, of, named))!);
    await audit(transaction, {
      at: clock.now(),
      actor: context.actor,
      action,
      subject: `attribute:${of}.${named}`,
      before: before ? JSON.stringify(viewOf(before)) : null,
      after: JSON.stringify(after),
    });
    return after;
  });
}
