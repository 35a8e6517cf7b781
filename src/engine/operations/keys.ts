// The operation that brings in a new master key, while the server goes on.
import { z } from 'zod';
import { rotateKey } from '../keys/rotate.ts';
import { command } from './operation.ts';
import { labelView } from './views.ts';

export const keyRotate = command({
  role: 'admin',
  route: { method: 'POST', path: '/key/rotation', group: 'configuration' },
  does: {
    en: 'Makes a new master key and seals everything anew with it, while runs go on. The old key is kept in the data folder for backups that were made with it',
    zh: '生成新的主密钥，并用其重新加密全部密文，执行不受影响。旧密钥保留在数据文件夹中，供此前的备份使用',
  },
  input: z.strictObject({}),
  output: z.object({
    /** Ids of keys; never a key itself. */
    from: z.string(),
    to: z.string(),
    /** How many values were sealed anew. */
    rows: z.int(),
    /** The file on the server in which the old key is kept. */
    kept: z.string(),
    /** The new key is in use, but something could not be done on the disk: what, and what to do about it. */
    warning: labelView.nullable(),
  }),
  answer: ({ engine, actor }) => rotateKey(engine.options, actor),
});
