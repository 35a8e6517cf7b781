// links: who is who, page by page and searched; cut and moved once the consequence was seen; imported; accounts not to be touched.
import { answer, type CliCommand, type CommandCall, text, whole } from '../command.ts';
import { type Exit, UsageError } from '../errors.ts';
import { number, time, typeWord } from '../format.ts';
import { clean, table } from '../terminal.ts';
import { checkFile, exportFile, importFile } from './link-files.ts';
import { page, paging, placeIn } from './lists.ts';

const verbs: Readonly<Record<string, (call: CommandCall, words: readonly string[]) => Promise<Exit>>> = {
  list: (call, words) => listLinks(call, words),
  cut: (call, words) => change(call, words, undefined),
  move: (call, words) => {
    const to = text(call, 'to');
    if (to === undefined) throw new UsageError('Say whose it shall be: --to ID.', '请用 --to 给出新的目录编号。');
    return change(call, words, to);
  },
  check: (call, words) => checkFile(call, words[0]),
  import: (call, words) => importFile(call, words[0]),
  export: (call, words) => exportFile(call, words[0]),
  protected: (call, words) => listProtected(call, words),
  protect: (call, words) => protect(call, words),
  unprotect: (call, words) => unprotect(call, words),
};

export const links: CliCommand = {
  usage:
    'links [TEXT] [--connection C] [--type T] [--object ID] | links cut CONNECTION TYPE EXTERNAL-ID [--seen S] | links move CONNECTION TYPE EXTERNAL-ID --to ID [--seen S] | links check CONNECTION -f FILE | links import CONNECTION -f FILE --check C [--leave-out] | links export CONNECTION [-f FILE] | links protected CONNECTION | links protect CONNECTION TYPE EXTERNAL-ID… --reason TEXT | links unprotect CONNECTION TYPE EXTERNAL-ID',
  does: {
    en: 'which external object is which person, department or group: searched, cut, moved, imported and exported; accounts that are not to be touched',
    zh: '外部对象与人员、部门、组的关联：搜索、解除、移动、导入导出；受保护账号',
  },
  options: {
    ...paging,
    connection: { type: 'string' },
    type: { type: 'string' },
    object: { type: 'string' },
    to: { type: 'string' },
    seen: { type: 'string' },
    check: { type: 'string' },
    'leave-out': { type: 'boolean' },
    reason: { type: 'string' },
    file: { type: 'string', short: 'f' },
  },
  async run(call) {
    const [verb, ...rest] = call.words;
    const known = verb === undefined ? undefined : verbs[verb];
    return known ? known(call, rest) : listLinks(call, call.words);
  },
};

async function listLinks(call: CommandCall, words: readonly string[]): Promise<Exit> {
  const { output } = call;
  const after = placeIn<[string, string, string]>(call, 'link.list');
  const options = ['connection', 'type', 'object'].flatMap((name) => {
    const given = text(call, name);
    return given === undefined ? [] : [[name, given] as const];
  });
  const found = await (await call.session()).call('link.list', {
    limit: whole(call, 'limit', 50),
    ...(after === undefined ? {} : { after }),
    ...(words.length === 0 ? {} : { text: words.join(' ') }),
    ...Object.fromEntries(options),
  });
  return page(call, 'link.list', found, () => {
    if (found.links.length === 0) return output.line(output.say({ en: 'There is no link.', zh: '没有关联。' }));
    table(
      output,
      [
        { head: output.say({ en: 'connection', zh: '连接' }) },
        { head: output.say({ en: 'type', zh: '类型' }) },
        { head: output.say({ en: 'external id', zh: '外部编号' }) },
        { head: output.say({ en: 'is', zh: '对应' }) },
        { head: output.say({ en: 'made by', zh: '建立者' }) },
        { head: output.say({ en: 'at', zh: '时间' }) },
      ],
      found.links.map((one) => [one.connection, typeWord(output, one.type), one.externalId, one.title, one.madeBy, time(one.madeAt)]),
    );
  });
}

function namedIn(words: readonly string[]): { connection: string; type: string; externalId: string } {
  const [connection, type, externalId] = words;
  if (connection === undefined || type === undefined || externalId === undefined)
    throw new UsageError('Name connection, type and external id.', '请依次给出连接、类型和外部编号。');
  return { connection, type, externalId };
}

/** Says what follows; done with --seen and what that was called. */
async function change(call: CommandCall, words: readonly string[], to: string | undefined): Promise<Exit> {
  const { output } = call;
  const named = namedIn(words);
  const session = await call.session();
  const seen = text(call, 'seen');
  const { connection, type, externalId } = named;
  const again = `tributary links ${to === undefined ? 'cut' : 'move'} ${connection} ${type} ${externalId}${to === undefined ? '' : ` --to ${to}`}`;
  if (seen === undefined) {
    const found = await session.call('link.consequence', { ...named, ...(to === undefined ? {} : { to }) });
    answer(call, found, () => {
      output.line(output.paint('bold', `${clean(found.title)}  ${clean(connection)} ${clean(externalId)}`));
      for (const says of found.says) output.line(`  ${clean(output.say(says))}`);
      output.line(
        output.paint(
          'dim',
          output.say({
            en: `Nothing was changed. Do it: ${again} --seen ${found.seen}`,
            zh: `未作任何更改。确认执行：${again} --seen ${found.seen}`,
          }),
        ),
      );
    });
    return 'done';
  }
  if (to === undefined) {
    const cut = await session.call('link.cut', { ...named, seen });
    answer(call, cut, () =>
      output.line(
        output.say({
          en: `Cut. The next full run looks for the counterpart of ${cut.object} anew.`,
          zh: `已解除。下次全量执行将为 ${cut.object} 重新匹配。`,
        }),
      ),
    );
    return 'done';
  }
  const moved = await session.call('link.move', { ...named, to, seen });
  answer(call, moved, () =>
    output.line(
      output.say({
        en: `It is ${moved.to} now. Values follow with the next full run.`,
        zh: `现对应 ${moved.to}。数据随下次全量执行更新。`,
      }),
    ),
  );
  return 'done';
}

// ── accounts that are not to be touched ──────────────────────────────────────────────────────────────────

async function listProtected(call: CommandCall, words: readonly string[]): Promise<Exit> {
  const { output } = call;
  const [connection] = words;
  if (connection === undefined) throw new UsageError('Name the connection.', '请给出连接。');
  const after = placeIn<[string, string]>(call, 'protected.list');
  const found = await (await call.session()).call('protected.list', {
    connection,
    limit: whole(call, 'limit', 50),
    ...(after === undefined ? {} : { after }),
  });
  return page(call, 'protected.list', found, () => {
    if (found.accounts.length === 0) return output.line(output.say({ en: 'None is protected by hand.', zh: '没有手工保护的账号。' }));
    table(
      output,
      [
        { head: output.say({ en: 'type', zh: '类型' }) },
        { head: output.say({ en: 'external id', zh: '外部编号' }) },
        { head: output.say({ en: 'name', zh: '名称' }) },
        { head: output.say({ en: 'reason', zh: '原因' }) },
      ],
      found.accounts.map((one) => [typeWord(output, one.type), one.externalId, one.title, one.reason]),
    );
  });
}

async function protect(call: CommandCall, words: readonly string[]): Promise<Exit> {
  const [connection, type, ...ids] = words;
  const reason = text(call, 'reason');
  if (connection === undefined || type === undefined || ids.length === 0 || reason === undefined)
    throw new UsageError(
      'Name connection, type and external ids, and why with --reason.',
      '请依次给出连接、类型和外部编号，并用 --reason 说明原因。',
    );
  const made = await (await call.session()).call('protected.add', {
    connection,
    accounts: ids.map((externalId) => ({ type, externalId })),
    reason,
  });
  answer(call, made, () =>
    call.output.line(call.output.say({ en: `Protected: ${number(made.protected)}.`, zh: `已保护 ${number(made.protected)} 个账号。` })),
  );
  return 'done';
}

async function unprotect(call: CommandCall, words: readonly string[]): Promise<Exit> {
  const gone = await (await call.session()).call('protected.remove', namedIn(words));
  answer(call, gone, () =>
    call.output.line(call.output.say({ en: `"${gone.removed}" is protected by hand no more.`, zh: `“${gone.removed}”已取消手工保护。` })),
  );
  return 'done';
}
