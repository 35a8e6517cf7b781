// export: a list as a file, however long it is.
import { createWriteStream } from 'node:fs';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { sizeInWords } from '../../core/byte-size.ts';
import type { OperationName } from '../../engine/commands.ts';
import { exportNames, type ExportName } from '../../engine/export/lists.ts';
import { answer, type CliCommand, text, whole } from '../command.ts';
import { UsageError } from '../errors.ts';
import { pathOfNewFile } from '../new-file.ts';

const isList = (name: string): name is ExportName => (exportNames as readonly string[]).includes(name);

export const exportList: CliCommand = {
  usage: `export ${exportNames.join(' | ')} --out FILE.xlsx|.csv|.json [--run RUN] [--job JOB]`,
  does: {
    en: 'writes a list to a file, whole: changes of a run, history, problems, runs, audit log, open accounts of people who have left; sensitive values as dots',
    zh: '将完整列表导出为文件：某次执行的变更、历史、问题、执行记录、审计日志、离职人员未关闭的账号；敏感值以圆点显示',
  },
  options: { out: { type: 'string' }, run: { type: 'string' }, job: { type: 'string' } },
  async run(call) {
    const [list = ''] = call.words;
    if (!isList(list)) throw new UsageError(`Say what: ${exportNames.join(', ')}.`, `请指定导出内容：${exportNames.join('、')}。`);
    const name = text(call, 'out') ?? '';
    const { exportFormats, exportOf } = await import('../../engine/export/export.ts');
    const isFormat = (ending: string): ending is keyof typeof exportFormats => Object.hasOwn(exportFormats, ending);
    const format = name.split('.').at(-1)!.toLowerCase();
    if (!isFormat(format))
      throw new UsageError(
        'Name the file with --out; it ends with .xlsx, .csv or .json.',
        '请用 --out 指定文件，以 .xlsx、.csv 或 .json 结尾。',
      );
    const path = pathOfNewFile(name);
    const session = await call.session();
    const ask = (operation: OperationName, input: Readonly<Record<string, unknown>>): Promise<unknown> =>
      session.call(operation, input as never);
    const filter = {
      ...(text(call, 'run') === undefined ? {} : { run: whole(call, 'run', 0) }),
      ...(text(call, 'job') === undefined ? {} : { job: text(call, 'job')! }),
    };
    const pieces = exportOf(ask, { list, format, language: call.output.language, filter });
    // What is refused is refused before there is a file.
    const first = await pieces.next();
    let bytes = 0;
    const all = async function* (): AsyncGenerator<Buffer> {
      for (let piece = first; !piece.done; piece = await pieces.next()) {
        bytes += piece.value.length;
        yield piece.value;
      }
    };
    await pipeline(Readable.from(all(), { objectMode: false }), createWriteStream(path, { flags: 'wx', mode: 0o600 }), {
      signal: call.signal,
    });
    answer(call, { file: path, bytes }, () =>
      call.output.line(call.output.say({ en: `Wrote ${name}, ${sizeInWords(bytes)}.`, zh: `已写入 ${name}，${sizeInWords(bytes)}。` })),
    );
    return 'done';
  },
};
