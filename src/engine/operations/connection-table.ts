// The rows of a source as they lie there, with what each column was taken for: what somebody sees after dropping a file.
import { z } from 'zod';
import { openConnection } from '../endpoint.ts';
import { CommandError } from '../engine.ts';
import { wantedConnection } from './connections.ts';
import { command } from './operation.ts';
import { labelView } from './views.ts';

const PATIENCE_MS = 30_000;

export const connectionTable = command({
  role: 'admin',
  route: { method: 'POST', path: '/connections/{connection}/table', group: 'connections' },
  does: {
    en: 'Shows the first rows of a file as they lie there, and what each column was taken for',
    zh: '查看文件的前几行以及各列被识别为哪个属性',
  },
  input: z.strictObject({ connection: z.string().min(1), rows: z.int().min(1).max(100).default(20) }),
  output: z.object({
    where: z.string(),
    columns: z.array(z.object({ header: z.string(), attribute: z.string().nullable() })),
    /** What a column can be. */
    offered: z.array(z.object({ attribute: z.string(), label: labelView })),
    rows: z.array(z.array(z.string())),
    /** The field of the configuration that says otherwise: attribute → header. */
    setting: z.string(),
  }),
  async answer(context, input) {
    const row = await wantedConnection(context.reader, input.connection);
    const { connection } = await openConnection(context.engine.options, row.id);
    try {
      if (!connection.table)
        throw new CommandError(`Connection "${row.id}" reads no table.`, `连接“${row.id}”不读取表格。`, { code: 'conflict' });
      const view = await connection.table({ rows: input.rows, signal: AbortSignal.timeout(PATIENCE_MS) });
      return { ...view, columns: [...view.columns], offered: [...view.offered], rows: view.rows.map((cells) => [...cells]) };
    } finally {
      await connection.close();
    }
  },
});
