// The operation that writes the embedded database anew, so that nothing of what was deleted stays in its file.
import { z } from 'zod';
import { audit } from '../../store/audit.ts';
import { openRuns } from '../../store/runs.ts';
import { CommandError } from '../engine.ts';
import { command } from './operation.ts';

export const storeCompact = command({
  role: 'admin',
  route: { method: 'POST', path: '/store/compaction', group: 'configuration' },
  does: {
    en: 'Writes the embedded database anew: what was deleted leaves its file. Nobody writes meanwhile, so no run may be under way',
    zh: '重写内置数据库，使已删除的内容不再留在文件中。期间无法写入，因此不得有进行中的执行',
  },
  input: z.strictObject({}),
  output: z.object({
    /** Bytes of the file. */
    before: z.int(),
    after: z.int(),
    /** Somebody was reading: old pages may lie in the write-ahead file until it is used anew. */
    left: z.boolean(),
  }),
  async answer(context) {
    const { database } = context.engine.options;
    const { compact } = database;
    if (!compact)
      throw new CommandError(
        'The store is PostgreSQL, which gives back what was deleted by itself (autovacuum). To have the files written anew: VACUUM FULL, by whoever runs the database.',
        '数据保存在 PostgreSQL 中，已删除的空间由其自动回收（autovacuum）。如需重写文件，请由数据库管理员执行 VACUUM FULL。',
      );
    const busy = (await openRuns(context.reader)).find((run) => run.state === 'running');
    if (busy)
      throw new CommandError(
        `Run ${busy.id} is under way. Wait for it, or put the brake on and cancel it with "tributary cancel ${busy.id}".`,
        `执行 ${busy.id} 正在进行。请等待其结束，或拉下总闸并用 tributary cancel ${busy.id} 取消。`,
        { code: 'conflict' },
      );
    await database.write((transaction) =>
      audit(transaction, { at: context.now(), actor: context.actor, action: 'store.compact', subject: 'store' }),
    );
    return compact();
  },
});
