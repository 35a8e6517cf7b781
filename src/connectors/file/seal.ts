// Seals the sensitive values of copies in our folder, with a key that the store keeps sealed.
import { createCipheriv, createDecipheriv, createHash, randomBytes } from 'node:crypto';
import type { ConnectionContext } from '../../connector-kit/contract.ts';
import type { Attributes } from '../../core/model.ts';

export interface Seal {
  /** Changes with the key: what an older key sealed cannot be opened. */
  readonly id: string;
  close(values: Attributes): string;
  open(sealed: string): Attributes;
}

const MEMORY_KEY = 'copy-seal-key';

export async function openSeal(memory: ConnectionContext<unknown>['memory']): Promise<Seal> {
  let stored = await memory.get(MEMORY_KEY);
  if (stored === undefined) {
    stored = randomBytes(32).toString('base64');
    await memory.set(MEMORY_KEY, stored);
  }
  const key = Buffer.from(stored, 'base64');
  return {
    id: createHash('sha256').update(key).digest('hex').slice(0, 8),
    close(values) {
      const nonce = randomBytes(12);
      const cipher = createCipheriv('aes-256-gcm', key, nonce);
      const body = Buffer.concat([cipher.update(JSON.stringify(values), 'utf8'), cipher.final()]);
      return Buffer.concat([nonce, cipher.getAuthTag(), body]).toString('base64');
    },
    open(sealed) {
      const bytes = Buffer.from(sealed, 'base64');
      const decipher = createDecipheriv('aes-256-gcm', key, bytes.subarray(0, 12));
      decipher.setAuthTag(bytes.subarray(12, 28));
      return JSON.parse(Buffer.concat([decipher.update(bytes.subarray(28)), decipher.final()]).toString('utf8')) as Attributes;
    },
  };
}
