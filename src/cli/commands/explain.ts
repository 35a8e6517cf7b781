// explain: where every value of a person comes from, where they have accounts, what waits and what happened.
import type { ExplainedObject, ExplainView } from '../../engine/explain/view.ts';
import type { ChangeView } from '../../engine/operations/views.ts';
import { wordOf } from '../../engine/words.ts';
import { answer, type CliCommand, type CommandCall, text, whole } from '../command.ts';
import { UsageError } from '../errors.ts';
import { attributeLine, edgeLine, time, typeWord, value } from '../format.ts';
import { clean } from '../terminal.ts';
import { problems } from './runs.ts';
import { pinLine } from './undo.ts';

export const explain: CliCommand = {
  usage: 'explain PERSON [--job JOB] [--history N]',
  does: {
    en: 'explains a person (name, number, user name, mail, phone): source, rule, value, authority, accounts',
    zh: '解释一个人员（姓名、工号、用户名、邮箱、手机）：来源、规则、取值、权威源、账号',
  },
  options: { job: { type: 'string' }, history: { type: 'string' } },
  async run(call) {
    const person = call.words.join(' ');
    if (person === '')
      throw new UsageError('Say whom: a name, number, user name, mail or phone.', '请指定人员：姓名、工号、用户名、邮箱或手机。');
    const view = await (await call.session()).call('explain', {
      person,
      ...(text(call, 'job') ? { job: text(call, 'job')! } : {}),
      ...(text(call, 'history') ? { history: whole(call, 'history', 10) } : {}),
    });
    answer(call, view, () => show(call, view));
    return view.object || view.outside.length > 0 || view.matches.length > 0 ? 'done' : 'refused';
  },
};

function show(call: CommandCall, view: ExplainView): void {
  const { output } = call;
  for (const match of view.matches)
    output.line(
      `  ${clean(match.title)}  ${output.paint('dim', `${typeWord(output, match.type)} · ${match.hints.map(clean).join(' · ')} · ${match.id}`)}`,
    );
  if (view.matches.length > 0)
    output.line(
      output.say({
        en: `${view.matches.length} fit "${view.query}". Ask again with a number or the id.`,
        zh: `有 ${view.matches.length} 个符合“${view.query}”，请用工号或编号再次查询。`,
      }),
    );
  if (view.object) showObject(call, view.object);
  for (const outside of view.outside) {
    output.line(
      `${output.paint('bold', clean(outside.title))}  ${output.paint('dim', `${clean(outside.connectionName)} · ${typeWord(output, outside.type)} ${clean(outside.key)}`)}  ${output.paint('yellow', output.say({ en: 'not in the directory', zh: '不在目录中' }))}`,
    );
    for (const why of outside.why) output.line(`  ${output.paint('yellow', '?')} ${clean(output.say(why))}`);
  }
  if (!view.object && view.outside.length === 0 && view.matches.length === 0) {
    output.line(
      output.say({
        en: `Nobody fits "${view.query}", neither in the directory nor in any source that was read. Try an employee number, user name, mail or phone; "tributary person list TEXT" searches.`,
        zh: `目录和已读取的源系统中都没有符合“${view.query}”的对象。可改用工号、用户名、邮箱或手机号，或用 tributary person list 文本 搜索。`,
      }),
    );
  }
}

const ruleHeads: Readonly<Record<string, string>> = { field: '字段', template: '模板', cel: '表达式', unique: '唯一值', constant: '常量' };
const ruleTimes: Readonly<Record<string, string>> = { create: '新建时', update: '更新时' };

/** `field mail (create)` as it stands in the job, with its words in the reader's language. */
const ruleWords = (output: CommandCall['output'], rule: string): string =>
  output.say({
    en: rule,
    zh: rule
      .replace(/(^| · )(field|template|cel|unique|constant)(?= |$)/g, (_, before: string, head: string) => before + ruleHeads[head]!)
      .replace(/ \((create|update)\)(?= · |$)/g, (_, when: string) => `(${ruleTimes[when]!})`),
  });

/** What was done there last, and what became of it. */
function lastOutcome({ output }: CommandCall, change: ChangeView): void {
  const at = change.endedAt === null ? '' : `${time(change.endedAt)}  `;
  const run = output.paint('dim', output.say({ en: `run ${change.run}`, zh: `执行 ${change.run}` }));
  const said = change.error ?? change.why;
  output.line(
    `    ${at}${output.say(wordOf.action(change.action))}: ${output.say(wordOf.change(change.state))}  ${run}${said ? `  ${clean(output.say(said))}` : ''}`,
  );
  if (change.action !== 'create') for (const one of change.attributes) output.line(`      ${attributeLine(output, one, false)}`);
  for (const edge of change.action === 'create' ? [] : change.edges) output.line(`      ${edgeLine(output, edge)}`);
}

function showObject(call: CommandCall, object: ExplainedObject): void {
  const { output } = call;
  const heading = (en: string, zh: string): void => output.line(`\n${output.paint('bold', output.say({ en, zh }))}`);
  output.line(
    `${output.paint('bold', clean(object.title))}  ${output.say(wordOf.lifecycle(object.lifecycle))}  ${output.paint('dim', object.id)}`,
  );
  output.line(`  ${clean(output.say(object.lifecycleWhy))}`);
  heading('Sources', '来源');
  for (const source of object.sources) {
    output.line(
      `  ${clean(source.jobName)}  ${output.paint('dim', `${clean(source.connectionName)} · ${clean(source.key)} · ${output.say({ en: 'rank', zh: '优先级' })} ${source.rank} · ${output.say({ en: 'seen', zh: '读取于' })} ${time(source.seenAt)}`)}  ${output.say(wordOf.lifecycle(source.existence))}`,
    );
  }
  heading('Values', '取值');
  for (const attribute of object.attributes) {
    output.line(`  ${output.paint('dim', `${output.say(attribute.label)}:`)} ${value(output, attribute.value)}`);
    for (const said of attribute.said) {
      const from = said.source.map((one) => `${one.name}=${value(output, one.value)}`).join(', ');
      output.line(
        `    ${said.wins ? output.paint('green', '●') : '○'} ${clean(said.jobName)}: ${clean(from)} ${output.paint('dim', '→')} ${clean(ruleWords(output, said.rule))} ${output.paint('dim', '→')} ${value(output, said.value)}  ${output.paint('dim', clean(output.say(said.why)))}`,
      );
    }
  }
  if (object.memberships.length > 0) heading('Departments and groups', '部门与组');
  for (const edge of object.memberships)
    output.line(
      `  ${output.paint('dim', `${output.say(edge.label)}:`)} ${clean(edge.name)}${edge.primary ? output.say({ en: ' (primary)', zh: '（主部门）' }) : ''}  ${output.paint('dim', clean(edge.jobName))}`,
    );
  if (object.moreMemberships > 0)
    output.line(
      output.paint('dim', output.say({ en: `  … and ${object.moreMemberships} more`, zh: `  ……另有 ${object.moreMemberships} 个` })),
    );
  if (object.accounts.length > 0) heading('Accounts', '账号');
  for (const account of object.accounts) {
    const state =
      account.key === null
        ? output.say({ en: 'none', zh: '无' })
        : account.enabled === false
          ? output.paint('yellow', output.say({ en: 'disabled', zh: '已停用' }))
          : output.paint('green', output.say({ en: 'there', zh: '存在' }));
    output.line(`  ${clean(account.jobName)}  ${output.paint('dim', clean(account.connectionName))}  ${state}`);
    if (account.lastChange) lastOutcome(call, account.lastChange);
    for (const why of account.why) output.line(`    ${clean(output.say(why))}`);
    for (const one of account.differences)
      output.line(
        `    ${output.say(one.label)}: ${output.say({ en: 'sent', zh: '已发送' })} ${value(output, one.sent)}, ${output.say({ en: 'shows', zh: '显示' })} ${value(output, one.now)}`,
      );
  }
  if (object.pins.length > 0) heading('Kept', '保留');
  for (const pin of object.pins) output.line(`  ${pinLine(output, pin)}`);
  if (object.held.length + object.waiting.length > 0) heading('Waits', '等待');
  for (const held of object.held)
    output.line(
      `  ${output.paint('yellow', '?')} #${held.id} ${output.say(wordOf.action(held.action))}  ${clean(held.jobName)}  ${held.reason ? clean(output.say(held.reason)) : ''}`,
    );
  for (const waiting of object.waiting) output.line(`  ${clean(output.say(waiting))}`);
  if (object.problems.length > 0) {
    heading('Problems', '问题');
    problems(call, object.problems);
  }
  heading('Last changes', '最近变更');
  for (const entry of object.history) {
    output.line(
      `  ${time(entry.at)}  ${output.say(wordOf.action(entry.action))}  ${output.paint('dim', `${clean(output.say(entry.by))}${entry.run === null ? '' : output.say({ en: `  run ${entry.run}`, zh: `  执行 ${entry.run}` })}`)}`,
    );
    if (entry.action !== 'create') for (const change of entry.attributes) output.line(`      ${attributeLine(output, change, false)}`);
    for (const edge of entry.action === 'create' ? [] : entry.edges) output.line(`      ${edgeLine(output, edge)}`);
    if (entry.link) output.line(`      ${clean(`${entry.link.connection}: ${entry.link.externalId}`)}`);
  }
}
