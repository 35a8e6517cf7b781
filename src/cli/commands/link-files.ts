// links check, import and export: tables of who is who, looked at against both sides before any line counts.
import { writeFileSync } from 'node:fs';
import { extname } from 'node:path';
import type { InputOf } from '../../engine/commands.ts';
import { answer, type CommandCall, text } from '../command.ts';
import { CliError, type Exit, UsageError } from '../errors.ts';
import { bytesIn, yamlIn } from '../read-file.ts';
import { number } from '../format.ts';
import { pathToWrite } from '../new-file.ts';
import { clean } from '../terminal.ts';

/** Lines with a problem that are shown; --json has a thousand. */
const SHOWN = 50;

type Given = Pick<InputOf<'link.check'>, 'connection' | 'csv' | 'links'>;

/** A table (UTF-8, or GB18030 as Excel in China writes it), or a list in YAML or JSON. */
async function givenIn(call: CommandCall, connection: string | undefined): Promise<Given> {
  const file = text(call, 'file');
  if (connection === undefined || file === undefined)
    throw new UsageError('Name the connection, and the file with -f.', '请给出连接，并用 -f 指定文件。');
  if (!['.yaml', '.yml', '.json'].includes(extname(file).toLowerCase())) return { connection, csv: decoded(file, bytesIn(file)) };
  const list = await yamlIn(file);
  if (Array.isArray(list)) return { connection, links: list as NonNullable<Given['links']> };
  throw new UsageError(`${file} holds no list of { type, externalId, object }.`, `${file} 中没有 { type, externalId, object } 列表。`);
}

function decoded(name: string, bytes: Buffer): string {
  for (const encoding of ['utf-8', 'gb18030'])
    try {
      return new TextDecoder(encoding, { fatal: true }).decode(bytes);
    } catch {
      // The other one, then.
    }
  throw new CliError(
    `${name} is no text in UTF-8 or GB18030. Save it as CSV in UTF-8.`,
    `${name} 不是 UTF-8 或 GB18030 文本。请另存为 UTF-8 编码的 CSV。`,
  );
}

export async function checkFile(call: CommandCall, connection: string | undefined): Promise<Exit> {
  const { output } = call;
  const given = await givenIn(call, connection);
  const found = await (await call.session()).call('link.check', given);
  answer(call, found, () => {
    for (const one of found.problems.slice(0, SHOWN))
      output.line(
        `${output.paint('bold', output.say({ en: `line ${one.line}, ${clean(one.column)}:`, zh: `第 ${one.line} 行，${clean(one.column)}:` }))} ${clean(output.say(one.message))}`,
      );
    if (found.problemCount > SHOWN)
      output.line(
        output.say({
          en: `… and ${number(found.problemCount - SHOWN)} more; --json lists them.`,
          zh: `……另有 ${number(found.problemCount - SHOWN)} 处，可用 --json 查看。`,
        }),
      );
    if (found.ignored.length > 0)
      output.line(output.say({ en: `Columns left aside: ${found.ignored.join(', ')}.`, zh: `未使用的列：${found.ignored.join('、')}。` }));
    output.line(
      output.say({
        en: `${number(found.ready)} would be linked, ${number(found.known)} are already, ${number(found.problemCount)} have a problem. Nothing was stored.`,
        zh: `可建立 ${number(found.ready)} 条，已存在 ${number(found.known)} 条，有问题 ${number(found.problemCount)} 处。未写入任何内容。`,
      }),
    );
    const again = `tributary links import ${given.connection} -f ${text(call, 'file')} --check ${found.check}${found.problemCount > 0 ? ' --leave-out' : ''}`;
    if (found.ready > 0) output.line(output.paint('dim', output.say({ en: `Do it: ${again}`, zh: `确认执行：${again}` })));
  });
  return 'done';
}

export async function importFile(call: CommandCall, connection: string | undefined): Promise<Exit> {
  const given = await givenIn(call, connection);
  const check = text(call, 'check');
  const made = await (await call.session()).call('link.import', {
    ...given,
    ...(check === undefined ? {} : { check }),
    leaveOut: call.options['leave-out'] === true,
  });
  answer(call, made, () =>
    call.output.line(
      call.output.say({
        en: `Made ${number(made.made)} links; ${number(made.known)} were there already; ${number(made.leftOut)} were left out.`,
        zh: `已建立 ${number(made.made)} 条关联；${number(made.known)} 条已存在；跳过 ${number(made.leftOut)} 条。`,
      }),
    ),
  );
  return 'done';
}

export async function exportFile(call: CommandCall, connection: string | undefined): Promise<Exit> {
  if (connection === undefined) throw new UsageError('Name the connection.', '请给出连接。');
  const file = text(call, 'file');
  const path = file === undefined ? null : pathToWrite(file);
  const session = await call.session();
  const pages: string[] = [];
  for (let after: [string, string, string] | null | undefined; after !== null; ) {
    const found = await session.call('link.export', { connection, ...(after ? { after } : {}) });
    pages.push(found.csv);
    after = found.next;
  }
  const csv = pages.join('');
  if (file === undefined || path === null) {
    call.output.line(csv.trimEnd());
    return 'done';
  }
  // The mark by which a spreadsheet knows UTF-8.
  writeFileSync(path, `\uFEFF${csv}`, { mode: 0o600 });
  const lines = csv.split('\r\n').length - 2;
  answer(call, { file, links: lines }, () =>
    call.output.line(call.output.say({ en: `Wrote ${number(lines)} links to ${file}.`, zh: `已将 ${number(lines)} 条关联写入 ${file}。` })),
  );
  return 'done';
}
