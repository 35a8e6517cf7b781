// A file that somebody brought through the browser: who did, is in the audit log.
import { z } from 'zod';
import { audit } from '../../store/audit.ts';
import { command } from './operation.ts';

export const uploadKeep = command({
  role: 'admin',
  // The route that takes the file streams it, and then calls this.
  route: null,
  does: { en: 'Notes that a file was uploaded', zh: '记录文件上传' },
  input: z.strictObject({ path: z.string().min(1), name: z.string().min(1), bytes: z.int().min(0) }),
  output: z.object({ path: z.string() }),
  async answer(context, input) {
    const after = JSON.stringify({ path: input.path, bytes: input.bytes });
    await context.engine.options.database.write((transaction) =>
      audit(transaction, { at: context.now(), actor: context.actor, action: 'upload.keep', subject: `file:${input.name}`, after }),
    );
    return { path: input.path };
  },
});
