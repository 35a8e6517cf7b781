// draft: jobs and connections that are not complete yet
import type { OutputOf } from '../../engine/commands.ts';
import { answer, type CliCommand, type CommandCall, seenRevision } from '../command.ts';
import { UsageError, type Exit } from '../errors.ts';
import { time } from '../format.ts';
import { clean } from '../terminal.ts';

type Draft = OutputOf<'draft.get'>;

const verbs: Readonly<Record<string, (call: CommandCall, words: readonly string[]) => Promise<Exit>>> = {
  async list(call) {
    const found = await (await call.session()).call('draft.list', {});
    answer(call, found, () => {
      for (const one of found.drafts)
        call.output.line(
          `${one.draft}  ${one.kind}  ${clean(one.name)}  ${call.output.paint('dim', `${clean(one.savedBy)}, ${time(one.savedAt)}`)}`,
        );
    });
    return 'done';
  },
  async new(call, [kind, ...words]) {
    if ((kind !== 'job' && kind !== 'connection') || words.length === 0)
      throw new UsageError(
        'Say draft new job NAME, or draft new connection NAME.',
        '请使用 draft new job 名称 或 draft new connection 名称。',
      );
    return show(call, await (await call.session()).call('draft.create', { kind, name: words.join(' ') }));
  },
  show: async (call, [id]) => show(call, await (await call.session()).call('draft.get', { draft: numberIn(id) })),
  async set(call, [id, ...given]) {
    if (given.length === 0)
      throw new UsageError('Say what: PART=VALUE, the value as JSON or as it is.', '请指定：部分=值（JSON 或原文）。');
    return show(
      call,
      await (await call.session()).call('draft.save', { draft: numberIn(id), parts: partsIn(given), ...seenRevision(call) }),
    );
  },
  async finish(call, [id]) {
    const done = await (await call.session()).call('draft.finish', { draft: numberIn(id) });
    answer(call, done, () =>
      call.output.line(
        call.output.say(
          done.job === null
            ? {
                en: `Connection "${done.connection}" is made. Check it: tributary check ${done.connection}`,
                zh: `已新建连接“${done.connection}”。`,
              }
            : {
                en: `Job ${done.job} is made, and disabled. Look at what it would do: tributary plan ${done.job}`,
                zh: `已新建任务 ${done.job}（停用）。`,
              },
        ),
      ),
    );
    return 'done';
  },
  async remove(call, [id]) {
    const gone = await (await call.session()).call('draft.remove', { draft: numberIn(id) });
    answer(call, gone, () =>
      call.output.line(call.output.say({ en: `Draft ${gone.draft} is thrown away.`, zh: `草稿 ${gone.draft} 已删除。` })),
    );
    return 'done';
  },
};

export const draft: CliCommand = {
  usage:
    'draft list | draft new job NAME | draft new connection NAME | draft show N | draft set N PART=VALUE… [--revision R] | draft finish N | draft remove N',
  does: {
    en: 'jobs and connections that are not complete yet: begun with a name, filled in part by part, finished when nothing is missing; nothing runs them',
    zh: '任务和连接的草稿：从名称开始，逐项填写，完整后生成；草稿不会执行',
  },
  options: { revision: { type: 'string' } },
  async run(call) {
    const [verb = '', ...words] = call.words;
    const known = verbs[verb];
    if (!known) throw new UsageError(`Say ${Object.keys(verbs).join(', ')}.`, `请使用 ${Object.keys(verbs).join('、')}。`);
    return known(call, words);
  },
};

function numberIn(given: string | undefined): number {
  if (given !== undefined && /^\d{1,15}$/.test(given)) return Number(given);
  throw new UsageError(
    'Give the number of the draft; "tributary draft list" lists them.',
    '请给出草稿编号，可用 tributary draft list 查看。',
  );
}

/** `config.host=x` is a field of the part `config`. */
function partsIn(given: readonly string[]): Record<string, unknown> {
  const parts: Record<string, unknown> = {};
  for (const word of given) {
    const cut = word.indexOf('=');
    if (cut < 1) throw new UsageError(`"${word}" is no PART=VALUE.`, `“${word}”不是“部分=值”的形式。`);
    const [name, text] = [word.slice(0, cut), word.slice(cut + 1)];
    if (name.startsWith('config.')) parts.config = { ...(parts.config as object | undefined), [name.slice(7)]: valueOf(text) };
    else parts[name] = valueOf(text);
  }
  return parts;
}

function valueOf(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return text;
  }
}

function show(call: CommandCall, one: Draft): Exit {
  const { output } = call;
  answer(call, one, () => {
    output.line(`${output.paint('bold', `${one.draft} ${clean(one.name)}`)}  ${one.kind}  ${output.paint('dim', `r${one.revision}`)}`);
    for (const [part, value] of Object.entries(one.parts))
      output.line(`  ${part}: ${clean(typeof value === 'string' ? value : JSON.stringify(value))}`);
    for (const name of one.secrets) output.line(`  config.${name}: ••••`);
    for (const part of one.missing) output.line(output.paint('yellow', `  ? ${part}: ${output.say({ en: 'missing', zh: '缺少' })}`));
    for (const problem of one.problems) output.line(output.paint('red', `  ! ${problem.field}: ${clean(output.say(problem.says))}`));
    if (one.missing.length + one.problems.length === 0)
      output.line(
        output.say({
          en: `Complete. Finish it: tributary draft finish ${one.draft}`,
          zh: `已完整。生成：tributary draft finish ${one.draft}`,
        }),
      );
  });
  return 'done';
}
