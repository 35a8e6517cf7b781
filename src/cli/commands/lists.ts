// history, and `list` and `show` of people, departments and groups: what is there, page by page, with search.
import type { InputOf, OutputOf } from '../../engine/commands.ts';
import { wordOf } from '../../engine/words.ts';
import { readCursor, writeCursor } from '../../server/api/cursor.ts';
import { answer, type CliCommand, type CommandCall, text, whole } from '../command.ts';
import { type Exit, UsageError } from '../errors.ts';
import { attributeLine, edgeLine, time, typeWord, value } from '../format.ts';
import { clean, table } from '../terminal.ts';

export type ListedType = 'person' | 'department' | 'group';

/** Options of every list. */
export const paging = { limit: { type: 'string' }, after: { type: 'string' } } as const;

/** Where a page goes on is opaque text, as over HTTP; the same for a server here and one elsewhere. */
export function placeIn<T>(call: CommandCall, operation: string): T | undefined {
  const given = text(call, 'after');
  if (given === undefined) return undefined;
  const place = readCursor(operation, given);
  if (place === undefined) throw new UsageError('--after wants what the page before ended with.', '--after 需填写上一页末尾给出的值。');
  return place as T;
}

/** The answer as JSON with an opaque `next`, or as people read it with the option that goes on. */
export function page<T extends { readonly next: unknown }>(call: CommandCall, operation: string, found: T, show: () => void): Exit {
  const next = found.next === null ? null : writeCursor(operation, found.next);
  answer(call, { ...found, next }, () => {
    show();
    if (next !== null) call.output.line(call.output.paint('dim', `… --after ${next}`));
  });
  return 'done';
}

const headings = {
  person: [
    ['employeeNumber', { en: 'number', zh: '工号' }],
    ['userName', { en: 'user name', zh: '用户名' }],
    ['title', { en: 'title', zh: '职位' }],
  ],
  department: [
    ['code', { en: 'code', zh: '编码' }],
    ['parent', { en: 'below', zh: '上级' }],
  ],
  group: [
    ['code', { en: 'code', zh: '编码' }],
    ['description', { en: 'description', zh: '描述' }],
  ],
} as const;

/** `person list [TEXT]` and the like. */
export async function listObjects(call: CommandCall, type: ListedType, words: readonly string[]): Promise<Exit> {
  const { output } = call;
  const operation = `${type}.list` as const;
  const after = placeIn<string>(call, operation);
  const department = type === 'person' ? text(call, 'department') : undefined;
  const tree = type === 'group' ? undefined : text(call, 'tree');
  const input: InputOf<'person.list'> = {
    limit: whole(call, 'limit', 50),
    ...(after === undefined ? {} : { after }),
    ...(words.length === 0 ? {} : { text: words.join(' ') }),
    ...(department === undefined ? {} : { department }),
    ...(tree === undefined ? {} : { tree }),
  };
  const found = await (await call.session()).call(operation, input);
  return page(call, operation, found, () => {
    if (found.objects.length === 0) return output.line(output.say({ en: 'There is none.', zh: '没有找到。' }));
    table(
      output,
      [
        { head: output.say({ en: 'name', zh: '名称' }) },
        ...headings[type].map(([, head]) => ({ head: output.say(head) })),
        { head: output.say({ en: 'state', zh: '状态' }) },
      ],
      found.objects.map((one) => [
        one.title,
        ...headings[type].map(([name]) => value(output, one.attributes[name])),
        output.say(wordOf.lifecycle(one.lifecycle, type)),
      ]),
    );
  });
}

/** `group members GROUP [--text TEXT]` */
export async function listMembers(call: CommandCall, group: string): Promise<Exit> {
  const { output } = call;
  const after = placeIn<[string, string]>(call, 'group.members');
  const found = await (await call.session()).call('group.members', {
    group,
    limit: whole(call, 'limit', 50),
    ...(after === undefined ? {} : { after }),
    ...(text(call, 'text') === undefined ? {} : { text: text(call, 'text')! }),
  });
  return page(call, 'group.members', found, () => {
    if (found.members.length === 0) return output.line(output.say({ en: 'There is none.', zh: '没有找到。' }));
    for (const one of found.members) output.line(`${clean(one.name)}  ${output.paint('dim', one.id)}`);
  });
}

/** `person show PERSON` and the like. */
export async function showObject(call: CommandCall, type: ListedType, name: string): Promise<Exit> {
  const { output } = call;
  const session = await call.session();
  const asked = { person: { person: name }, department: { department: name }, group: { group: name } } as const;
  const view = await session.call(`${type}.get`, asked[type] as never);
  const { types } = await session.call('schema.get', {});
  const labels = types.find((one) => one.id === type)!;
  answer(call, view, () => {
    output.line(
      `${output.paint('bold', clean(view.title))}  ${output.say(wordOf.lifecycle(view.lifecycle, type))}  ${output.paint('dim', view.id)}`,
    );
    for (const [attribute, given] of Object.entries(view.attributes)) {
      const label = labels.attributes.find((one) => one.name === attribute)?.label ?? { en: attribute, zh: attribute };
      output.line(`  ${output.paint('dim', `${output.say(label)}:`)} ${value(output, given)}`);
    }
    for (const one of view.relations) {
      const label = labels.relations.find((relation) => relation.name === one.relation)?.label ?? { en: one.relation, zh: one.relation };
      const primary = one.facts.primary === true ? output.say({ en: ' (primary)', zh: '（主部门）' }) : '';
      output.line(`  ${output.paint('dim', `${output.say(label)}:`)} ${clean(one.name)}${primary}`);
    }
    if (view.moreRelations > 0) {
      const more = output.say({ en: `… and ${view.moreRelations} more`, zh: `……另有 ${view.moreRelations} 个` });
      output.line(output.paint('dim', type === 'group' ? `  ${more}: tributary group members ${clean(name)}` : `  ${more}`));
    }
  });
  return 'done';
}

type HistoryPage = OutputOf<'history.list'>;

export const history: CliCommand = {
  usage: 'history [PERSON|DEPARTMENT|GROUP] [--run RUN] [--limit N] [--after …]',
  does: {
    en: 'what happened in the directory, newest first: to one object, in one run, or at all',
    zh: '目录历史，新的在前：某个对象、某次执行或全部',
  },
  options: { ...paging, run: { type: 'string' } },
  async run(call) {
    const { output } = call;
    const session = await call.session();
    const wanted = call.words.join(' ');
    const before = placeIn<[number, number]>(call, 'history.list');
    const run = text(call, 'run');
    const object = wanted === '' ? undefined : await idOf(call, wanted);
    const found = await session.call('history.list', {
      limit: whole(call, 'limit', 30),
      ...(before === undefined ? {} : { before }),
      ...(run === undefined ? {} : { run: whole(call, 'run', 0) }),
      ...(object === undefined ? {} : { object }),
    });
    return page(call, 'history.list', found, () => {
      if (found.entries.length === 0) return output.line(output.say({ en: 'Nothing happened yet.', zh: '尚无历史。' }));
      for (const entry of found.entries) showEntry(call, entry);
    });
  },
};

function showEntry({ output }: CommandCall, entry: HistoryPage['entries'][number]): void {
  const by = clean(output.say(entry.by));
  const run = entry.run === null ? '' : output.say({ en: `  run ${entry.run}`, zh: `  执行 ${entry.run}` });
  output.line(
    `${time(entry.at)}  ${output.paint('bold', output.say(wordOf.action(entry.action)))} ${typeWord(output, entry.type)} ${clean(entry.title)}  ${output.paint('dim', `${by}${run}`)}`,
  );
  for (const change of entry.attributes) output.line(`    ${attributeLine(output, change, entry.action === 'create')}`);
  for (const edge of entry.edges) output.line(`    ${edgeLine(output, edge)}`);
  if (entry.link) output.line(`    ${clean(`${entry.link.connection}: ${entry.link.externalId}`)}`);
  if (entry.link) output.line(`    ${output.paint('dim', `${clean(entry.link.connection)}:`)} ${clean(entry.link.externalId)}`);
}

/** By id, or by what people call it; the explanation knows all of these. */
export async function idOf(call: CommandCall, wanted: string): Promise<string> {
  const view = await (await call.session()).call('explain', { person: wanted, history: 0 });
  if (view.object) return view.object.id;
  const several = view.matches.map((one) => `${one.title} ${one.id}`).join(', ');
  throw new UsageError(
    several === '' ? `There is nobody and nothing called "${wanted}".` : `"${wanted}" could be: ${several}. Give the id.`,
    several === '' ? `没有“${wanted}”。` : `“${wanted}”可能是：${several}。请给出编号。`,
  );
}
