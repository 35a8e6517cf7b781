// attribute: what this installation adds to the directory's own attributes.
import type { InputOf, OutputOf } from '../../engine/commands.ts';
import { answer, type CliCommand, type CommandCall, text, whole } from '../command.ts';
import { type Exit, UsageError } from '../errors.ts';
import { typeWord } from '../format.ts';
import { table } from '../terminal.ts';

type Attribute = OutputOf<'attribute.create'>;

export const attribute: CliCommand = {
  usage:
    'attribute list | create TYPE NAME [--en LABEL] [--zh LABEL] [--kind string|integer|boolean|date|datetime] [--max N] [--many] [--sensitive] | change TYPE NAME … | archive TYPE NAME | restore TYPE NAME',
  does: {
    en: 'attributes added to people, departments or groups, for mappings to use',
    zh: '人员、部门、组的自定义属性，可用于字段映射',
  },
  options: {
    en: { type: 'string' },
    zh: { type: 'string' },
    kind: { type: 'string' },
    max: { type: 'string' },
    many: { type: 'boolean' },
    sensitive: { type: 'boolean' },
  },
  async run(call) {
    const [verb, type, name] = call.words;
    if (verb === undefined || verb === 'list') return listAttributes(call);
    if (type === undefined || name === undefined || !['create', 'change', 'archive', 'restore'].includes(verb))
      throw new UsageError(
        'Say list, or create, change, archive or restore with TYPE and NAME.',
        '请使用 list，或 create、change、archive、restore 加类型与名称。',
      );
    const session = await call.session();
    const subject = { type: type as InputOf<'attribute.create'>['type'], name };
    if (verb === 'create') {
      const label = { en: text(call, 'en') ?? name, zh: text(call, 'zh') ?? text(call, 'en') ?? name };
      return show(
        call,
        await session.call('attribute.create', {
          ...subject,
          label,
          ...details(call),
          many: call.options.many === true,
          sensitive: call.options.sensitive === true,
        }),
      );
    }
    if (verb !== 'change') return show(call, await session.call('attribute.change', { ...subject, archived: verb === 'archive' }));
    return show(call, await session.call('attribute.change', { ...subject, ...(await relabelled(call, type, name)), ...details(call) }));
  },
};

function details(call: CommandCall): { valueType?: Attribute['valueType'] & InputOf<'attribute.create'>['valueType']; maxLength?: number } {
  const kind = text(call, 'kind') as InputOf<'attribute.create'>['valueType'];
  return {
    ...(kind === undefined ? {} : { valueType: kind }),
    ...(text(call, 'max') === undefined ? {} : { maxLength: whole(call, 'max', 0) }),
  };
}

/** A label that is given in one language keeps the other one. */
async function relabelled(call: CommandCall, type: string, name: string): Promise<{ label?: Attribute['label'] }> {
  const [en, zh] = [text(call, 'en'), text(call, 'zh')];
  if (en === undefined && zh === undefined) return {};
  const { attributes } = await (await call.session()).call('attribute.list', {});
  const known = attributes.find((one) => one.type === type && one.name === name)?.label;
  return { label: { en: en ?? known?.en ?? name, zh: zh ?? known?.zh ?? name } };
}

const kindOf = (one: Attribute): string => (one.many ? `${one.valueType}[]` : one.valueType);

function show(call: CommandCall, made: Attribute): Exit {
  const { output } = call;
  answer(call, made, () =>
    output.line(
      `${typeWord(output, made.type)}.${made.name}  ${output.say(made.label)}  ${kindOf(made)}${made.archived ? output.say({ en: '  archived', zh: '  已归档' }) : ''}`,
    ),
  );
  return 'done';
}

async function listAttributes(call: CommandCall): Promise<Exit> {
  const { output } = call;
  const found = await (await call.session()).call('attribute.list', {});
  answer(call, found, () => {
    if (found.attributes.length === 0) return output.line(output.say({ en: 'No attribute was added yet.', zh: '尚无自定义属性。' }));
    table(
      output,
      [
        { head: output.say({ en: 'of', zh: '对象' }) },
        { head: output.say({ en: 'name', zh: '名称' }) },
        { head: output.say({ en: 'label', zh: '显示名' }) },
        { head: output.say({ en: 'kind', zh: '类型' }) },
        { head: output.say({ en: 'state', zh: '状态' }) },
      ],
      found.attributes.map((one) => [
        typeWord(output, one.type),
        one.name,
        output.say(one.label),
        kindOf(one),
        one.archived ? output.say({ en: 'archived', zh: '已归档' }) : output.say({ en: 'in use', zh: '使用中' }),
      ]),
    );
  });
  return 'done';
}
