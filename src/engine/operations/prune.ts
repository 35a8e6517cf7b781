// The operation that forgets what is older than the installation keeps, or says what that would be.
import { z } from 'zod';
import { audit } from '../../store/audit.ts';
import { countPrunable, prune } from '../prune.ts';
import { command } from './operation.ts';

export const recordsPrune = command({
  role: 'admin',
  route: { method: 'POST', path: '/records/prune', group: 'configuration' },
  does: {
    en: 'Forgets what is older than the settings keep, or only says what and how much; never what an undo, an open question or a run under way needs. It happens by itself once a day',
    zh: '清理超过保留期限的记录，或仅列出数量；撤销、待确认事项与进行中的执行所需内容不会清理。每天自动执行一次',
  },
  input: z.strictObject({ onlyCount: z.boolean().default(false) }),
  output: z.object({
    onlyCount: z.boolean(),
    runs: z.int(),
    dryRuns: z.int(),
    changes: z.int(),
    /** Entries of the directory's history. */
    history: z.int(),
    notices: z.int(),
    /** Problems that were mended. */
    mended: z.int(),
    /** Questions that were answered. */
    answered: z.int(),
  }),
  async answer(context, { onlyCount }) {
    const { options } = context.engine;
    if (onlyCount) return { onlyCount, ...(await countPrunable(options)) };
    const { pruned } = await prune(options);
    await options.database.write((transaction) =>
      audit(transaction, {
        at: context.now(),
        actor: context.actor,
        action: 'records.prune',
        subject: 'records',
        after: JSON.stringify(pruned),
      }),
    );
    return { onlyCount, ...pruned };
  },
});
