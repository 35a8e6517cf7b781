// migrate: moves the embedded store to PostgreSQL, with everything in it.
import { existsSync } from 'node:fs';
import { databaseOf } from '../../settings.ts';
import type { TransferProgress } from '../../store/transfer.ts';
import { answer, type CliCommand, type CommandCall, text } from '../command.ts';
import { lockFolder } from '../data-folder.ts';
import { CliError, UsageError } from '../errors.ts';
import { duration, number } from '../format.ts';
import { actorName } from '../session.ts';
import { table } from '../terminal.ts';

const BAR = 20;

export const migrate: CliCommand = {
  usage: 'migrate [--to postgres://…]',
  onlyThere: true,
  does: {
    en: 'moves the embedded store to PostgreSQL (default: TRIBUTARY_DATABASE) and proves both equal; the old one is not served any more',
    zh: '将内置数据库迁移到 PostgreSQL（默认 TRIBUTARY_DATABASE）并核对一致；旧数据不再提供服务',
  },
  options: { to: { type: 'string' } },
  async run(call) {
    const { folder, output } = call;
    const to = databaseOf(text(call, 'to'), '--to');
    const url = to ?? folder.postgres;
    if (url === null)
      throw new UsageError(
        'Say where to: --to postgres://user:password@host:5432/name, or set TRIBUTARY_DATABASE.',
        '请指定目标：--to postgres://用户：密码@主机：5432/库名，或设置 TRIBUTARY_DATABASE。',
      );
    if (!existsSync(folder.database))
      throw new CliError(`There is no embedded store in ${folder.path}: nothing to move.`, `${folder.path} 中没有内置数据库，无需迁移。`);
    const startedAt = Date.now();
    const lock = lockFolder(folder, 'tributary migrate');
    try {
      const { moveStore } = await import('../move-store.ts');
      const moved = await moveStore({
        folder,
        url,
        given: to === null ? 'TRIBUTARY_DATABASE' : '--to',
        actor: actorName(),
        log: () => {},
        onProgress: (progress) => draw(call, progress),
        signal: call.signal,
      });
      const { tables } = moved;
      const rows = tables.reduce((sum, one) => sum + one.rows, 0);
      output.redraw('');
      answer(call, { to: moved.to, rows, tables }, () => {
        const filled = tables.filter((one) => one.rows > 0).map((one) => [one.table, number(one.rows)]);
        table(
          output,
          [{ head: output.say({ en: 'table', zh: '表' }) }, { head: output.say({ en: 'rows', zh: '行' }), right: true }],
          filled,
        );
        output.line(
          output.say({
            en: `Moved ${number(rows)} rows of ${tables.length} tables to ${moved.to} in ${duration(Date.now() - startedAt)}; both sides are equal. Set TRIBUTARY_DATABASE to it and start the server with the same data folder: key and folders of connections stay there. The old store is kept, and is not served any more.`,
            zh: `已将 ${tables.length} 张表共 ${number(rows)} 行迁移到 ${moved.to}，用时 ${duration(Date.now() - startedAt)}，两侧一致。请将 TRIBUTARY_DATABASE 设为该地址，并用同一数据文件夹启动服务：密钥和连接文件夹仍在其中。旧数据已保留，但不再提供服务。`,
          }),
        );
      });
      return 'done';
    } catch (error) {
      if (call.signal.aborted)
        throw new CliError(
          'Stopped. The old store is as it was; the next "tributary migrate" begins anew.',
          '已停止。旧数据未变；下次执行 tributary migrate 将重新开始。',
        );
      throw error;
    } finally {
      output.redraw('');
      lock.release();
    }
  },
};

function draw({ output }: CommandCall, { step, table: name, done, total }: TransferProgress): void {
  const share = total === 0 ? 1 : done / total;
  const bar = '█'.repeat(Math.round(share * BAR)).padEnd(BAR, '░');
  const word = output.say(step === 'copy' ? { en: 'copy', zh: '复制' } : { en: 'compare', zh: '核对' });
  output.redraw(`${bar}  ${word}  ${number(done)} / ${number(total)}  ${name}`);
}
