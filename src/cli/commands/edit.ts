// person, department, group, edit: the directory looked at and edited by hand; the plan for every system below comes first.
import { directoryTypes } from '../../core/directory-types.ts';
import type { InputOf, OutputOf } from '../../engine/commands.ts';
import { answer, type CliCommand, type CommandCall, text } from '../command.ts';
import { type Exit, UsageError } from '../errors.ts';
import { yamlIn } from '../read-file.ts';
import { number, time } from '../format.ts';
import { exitOf, follow } from '../progress.ts';
import { plan as showPlan, result as showResult } from '../show-run.ts';
import { clean, table } from '../terminal.ts';
import { listMembers, listObjects, type ListedType, paging, showObject } from './lists.ts';

type Step = InputOf<'edit.propose'>['steps'][number];
type EditView = OutputOf<'edit.get'>;

/** `name=value` words; a name alone before `=` empties the field, one that comes again adds to a list. */
function attributesIn(type: string, words: readonly string[]): Record<string, Given | Given[] | null> {
  const specs = directoryTypes.find((spec) => spec.id === type)!.attributes;
  const found = Map.groupBy(
    words.map((word): readonly [string, Given | null] => {
      const at = word.indexOf('=');
      if (at < 1)
        throw new UsageError(`"${word}" is not NAME=VALUE, such as title=Lead.`, `“${word}”的格式应为 名称=值，例如 title=Lead。`);
      const [name, value] = [word.slice(0, at), word.slice(at + 1)];
      if (value === '') return [name, null];
      const kind = specs.find((spec) => spec.name === name)?.type;
      if (kind === 'integer' && /^-?\d+$/.test(value)) return [name, Number(value)];
      return [name, kind === 'boolean' && /^(true|false)$/.test(value) ? value === 'true' : value];
    }),
    ([name]) => name,
  );
  return Object.fromEntries(
    [...found].map(([name, given]) => [name, given.length === 1 ? given[0]![1] : given.flatMap(([, value]) => value ?? [])]),
  );
}

type Given = string | number | boolean;

const listIn = (call: CommandCall, option: string): string[] | undefined =>
  text(call, option)
    ?.split(',')
    .map((part) => part.trim())
    .filter((part) => part !== '');

const needed = (call: CommandCall, option: string): string => {
  const value = text(call, option);
  if (value === undefined) throw new UsageError(`Give --${option}.`, `请给出 --${option}。`);
  return value;
};

type Verb = (call: CommandCall, name: string, words: readonly string[]) => Step;

/** With a subject; `create` takes attributes only. */
const verbs: Readonly<Record<string, Readonly<Record<string, Verb>>>> = {
  person: {
    create: (call, name, words) => ({
      do: 'person.create',
      attributes: attributesIn('person', [name, ...words]),
      departments: (listIn(call, 'department') ?? []).map((department) => ({ department })),
    }),
    edit: (call, person, words) => ({
      do: 'person.edit',
      person,
      attributes: attributesIn('person', words),
      ...(listIn(call, 'department') ? { departments: listIn(call, 'department')!.map((department) => ({ department })) } : {}),
    }),
    move: (call, person) => ({
      do: 'person.move',
      person,
      to: needed(call, 'to'),
      ...(text(call, 'from') === undefined ? {} : { from: text(call, 'from')! }),
    }),
    offboard: (call, person) => ({
      do: 'person.offboard',
      person,
      ...(text(call, 'last-day') === undefined ? {} : { lastDay: text(call, 'last-day')! }),
    }),
    rehire: (call, person) => ({
      do: 'person.rehire',
      person,
      ...(text(call, 'first-day') === undefined ? {} : { firstDay: text(call, 'first-day')! }),
    }),
    delete: (_call, person) => ({ do: 'person.delete', person }),
  },
  department: {
    create: (call, name, words) => ({
      do: 'department.create',
      attributes: attributesIn('department', [name, ...words]),
      ...(text(call, 'under') === undefined ? {} : { under: text(call, 'under')! }),
      ...(listIn(call, 'leader') ? { leaders: listIn(call, 'leader')! } : {}),
    }),
    edit: (call, department, words) => ({
      do: 'department.edit',
      department,
      attributes: attributesIn('department', words),
      ...(listIn(call, 'leader') ? { leaders: listIn(call, 'leader')! } : {}),
    }),
    rename: (_call, department, words) => ({ do: 'department.edit', department, attributes: { name: words.join(' ') } }),
    move: (call, department) => ({ do: 'department.move', department, under: call.options.top === true ? null : needed(call, 'under') }),
    merge: (call, department) => ({ do: 'department.merge', department, into: needed(call, 'into') }),
    delete: (_call, department) => ({ do: 'department.delete', department }),
  },
  group: {
    create: (call, name, words) => ({
      do: 'group.create',
      attributes: attributesIn('group', [name, ...words]),
      ...(listIn(call, 'member') ? { members: listIn(call, 'member')! } : {}),
      ...ruleIn(call),
    }),
    edit: (call, group, words) => ({
      do: 'group.edit',
      group,
      attributes: attributesIn('group', words),
      add: listIn(call, 'add') ?? [],
      remove: listIn(call, 'remove') ?? [],
      ...ruleIn(call),
    }),
    delete: (_call, group) => ({ do: 'group.delete', group }),
  },
};

function ruleIn(call: CommandCall): { rule?: { departments: { department: string }[]; where?: string } } {
  const departments = listIn(call, 'department');
  const where = text(call, 'where');
  if (!departments && where === undefined) return {};
  return { rule: { departments: (departments ?? []).map((department) => ({ department })), ...(where === undefined ? {} : { where }) } };
}

/** `list` and `show` look; every other verb proposes a step. */
async function lookOrPropose(call: CommandCall, type: ListedType): Promise<Exit> {
  const [verb, name, ...words] = call.words;
  if (verb === 'list') return listObjects(call, type, name === undefined ? [] : [name, ...words]);
  if (verb === 'show' && name !== undefined) return showObject(call, type, [name, ...words].join(' '));
  if (verb === 'members' && type === 'group' && name !== undefined) return listMembers(call, [name, ...words].join(' '));
  return propose(call, [stepOf(call, type)]);
}

function stepOf(call: CommandCall, type: string): Step {
  const [verb, name, ...words] = call.words;
  const known = verbs[type]!;
  const make = verb === undefined ? undefined : known[verb];
  if (!make || name === undefined) {
    const all = ['list', 'show', ...(type === 'group' ? ['members'] : []), ...Object.keys(known)].join(', ');
    throw new UsageError(`Say ${all}, and of whom or what.`, `请使用 ${all}，并指明对象。`);
  }
  return make(call, name, words);
}

const strings = (...names: string[]) => Object.fromEntries(names.map((name) => [name, { type: 'string' as const }]));

export const person: CliCommand = {
  usage:
    'person list [TEXT] [--department D] [--tree T] | show PERSON | create NAME=VALUE … [--department D,…] | edit PERSON NAME=VALUE … | move PERSON --to D [--from D] | offboard PERSON [--last-day DATE] | rehire PERSON [--first-day DATE] | delete PERSON   [--yes]',
  does: {
    en: 'people listed, looked at, and edited by hand; shows first what changes everywhere',
    zh: '查看或手工维护人员；先显示各处的变更',
  },
  options: { ...paging, ...strings('department', 'tree', 'to', 'from', 'last-day', 'first-day'), yes: { type: 'boolean', short: 'y' } },
  run: (call) => lookOrPropose(call, 'person'),
};

export const department: CliCommand = {
  usage:
    'department list [TEXT] [--tree T] | show D | create NAME=VALUE … [--under D] [--leader P,…] | edit D NAME=VALUE … | rename D NEW NAME | move D --under D|--top | merge D --into D | delete D   [--yes]',
  does: { en: 'departments listed, looked at, and edited by hand', zh: '查看或手工维护部门' },
  options: { ...paging, ...strings('tree', 'under', 'leader', 'into'), top: { type: 'boolean' }, yes: { type: 'boolean', short: 'y' } },
  run: (call) => lookOrPropose(call, 'department'),
};

export const group: CliCommand = {
  usage:
    'group list [TEXT] | show G | members G [--text TEXT] | create NAME=VALUE … [--member P,…] | edit G [--add P,…] [--remove P,…] | delete G   [--department D,…] [--where EXPRESSION] [--yes]',
  does: {
    en: 'groups listed, looked at, and edited by hand, members one by one or by a rule',
    zh: '查看或手工维护组，成员可逐个指定或按规则',
  },
  options: { ...paging, ...strings('member', 'add', 'remove', 'department', 'where', 'text'), yes: { type: 'boolean', short: 'y' } },
  run: (call) => lookOrPropose(call, 'group'),
};

export const edit: CliCommand = {
  usage: 'edit list | show N | apply N | discard N | -f FILE [--yes]',
  does: { en: 'edits by hand: look at one, carry it out, or give many steps in a file', zh: '手工编辑：查看、执行，或用文件批量给出步骤' },
  options: { file: { type: 'string', short: 'f' }, yes: { type: 'boolean', short: 'y' }, limit: { type: 'string' } },
  async run(call) {
    const file = text(call, 'file');
    if (file !== undefined) return propose(call, await stepsIn(file));
    const [verb, given] = call.words;
    if (verb === 'list' || verb === undefined) return listEdits(call);
    const id = Number(given);
    if (!['show', 'apply', 'discard'].includes(verb) || !Number.isInteger(id) || id < 1)
      throw new UsageError('Say list, or show, apply or discard with a number.', '请使用 list，或 show、apply、discard 加编号。');
    const session = await call.session();
    if (verb === 'apply') return apply(call, id);
    if (verb === 'discard') {
      const gone = await session.call('edit.discard', { edit: id });
      answer(call, gone, () => call.output.line(call.output.say({ en: `Edit ${id} is thrown away.`, zh: `已放弃编辑 ${id}。` })));
      return 'done';
    }
    const view = await session.call('edit.get', { edit: id });
    answer(call, view, () => showEdit(call, view));
    return 'done';
  },
};

/** A list of steps as YAML or JSON. */
async function stepsIn(file: string): Promise<Step[]> {
  const parsed = await yamlIn(file);
  const steps = Array.isArray(parsed) ? parsed : (parsed as { steps?: unknown } | null)?.steps;
  if (!Array.isArray(steps)) throw new UsageError(`${file} holds no list of steps.`, `${file} 中没有步骤列表。`);
  return steps as Step[];
}

async function propose(call: CommandCall, steps: Step[]): Promise<Exit> {
  const session = await call.session();
  const view = await session.call('edit.propose', { steps });
  if (call.options.yes !== true) {
    answer(call, view, () => {
      showEdit(call, view);
      call.output.line(
        call.output.paint(
          'dim',
          call.output.say({
            en: `\nNothing was changed. Carry it out: tributary edit apply ${view.id}`,
            zh: `\n未作任何更改。如需执行：tributary edit apply ${view.id}`,
          }),
        ),
      );
    });
    return 'done';
  }
  if (!call.json) showEdit(call, view);
  return apply(call, view.id);
}

async function apply(call: CommandCall, id: number): Promise<Exit> {
  const session = await call.session();
  const { run } = await session.call('edit.apply', { edit: id });
  const ended = await follow(call, [run]);
  const view = await session.call('run.plan', { run });
  answer(call, view, () => showResult(call.output, view));
  return exitOf(ended);
}

function showEdit(call: CommandCall, view: EditView): void {
  const { output } = call;
  if (view.state !== 'proposed')
    output.line(
      output.say({
        en: `Edit ${view.id}: ${view.state} by ${clean(view.decidedBy ?? '')}, ${time(view.decidedAt)}`,
        zh: `编辑 ${view.id}：${clean(view.decidedBy ?? '')} ${view.state === 'applied' ? '已执行' : '已放弃'}，${time(view.decidedAt)}`,
      }),
    );
  output.line(output.paint('bold', output.say({ en: 'In the directory', zh: '目录' })));
  if (view.directory) showPlan(output, view.directory);
  for (const { title, enters, leaves } of view.ruleGroups)
    output.line(
      output.say({
        en: `  group ${clean(title)}, by its rule: ${enters.count} enter, ${leaves.count} leave`,
        zh: `  组 ${clean(title)}（按规则）：加入 ${enters.count} 人，退出 ${leaves.count} 人`,
      }),
    );
  for (const plan of view.downstream) {
    output.line(
      output.paint('bold', output.say({ en: `\nThen in ${clean(plan.run.jobName)}`, zh: `\n随后在 ${clean(plan.run.jobName)}` })),
    );
    showPlan(output, plan);
  }
  if (view.downstream.length === 0)
    output.line(output.say({ en: 'No job writes this anywhere else.', zh: '没有任务会把它写到其他系统。' }));
}

async function listEdits(call: CommandCall): Promise<Exit> {
  const { output } = call;
  const page = await (await call.session()).call('edit.list', { limit: Number(text(call, 'limit') ?? 20) });
  answer(call, page, () => {
    if (page.edits.length === 0) return output.line(output.say({ en: 'Nothing was edited by hand yet.', zh: '尚无手工编辑。' }));
    table(
      output,
      [
        { head: '#', right: true },
        { head: output.say({ en: 'at', zh: '时间' }) },
        { head: output.say({ en: 'by', zh: '操作人' }) },
        { head: output.say({ en: 'steps', zh: '步骤' }), right: true },
        { head: output.say({ en: 'state', zh: '状态' }) },
      ],
      page.edits.map((one) => [String(one.id), time(one.at), clean(one.by), number(one.steps), output.say(stateWords[one.state])]),
    );
  });
  return 'done';
}

const stateWords = {
  proposed: { en: 'proposed', zh: '待执行' },
  applied: { en: 'applied', zh: '已执行' },
  discarded: { en: 'thrown away', zh: '已放弃' },
} as const;
