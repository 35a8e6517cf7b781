// The master key: from the environment, or a file of mode 0600 that is made at the first start.
import { randomBytes } from 'node:crypto';
import { chmodSync, existsSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { keyOf } from '../settings.ts';
import type { DataFolder } from './data-folder.ts';
import { CliError } from './errors.ts';

/** `mayCreate`: only a store that has sealed nothing yet gets a new key. */
export function masterKey(folder: DataFolder, given: Buffer | null, mayCreate: boolean): Buffer {
  if (given) return given;
  if (existsSync(folder.key)) {
    if (process.platform !== 'win32' && (statSync(folder.key).mode & 0o077) !== 0) chmodSync(folder.key, 0o600);
    return keyOf(readFileSync(folder.key, 'utf8').trim(), folder.key)!;
  }
  if (!mayCreate) {
    throw new CliError(
      `The key of this data folder is missing: there is no ${folder.key}, and TRIBUTARY_KEY is not set. Put the key file back (a backup holds it only when made with --with-key), or set TRIBUTARY_KEY.`,
      `缺少此数据文件夹的密钥：没有 ${folder.key}，也未设置 TRIBUTARY_KEY。请放回密钥文件（只有用 --with-key 制作的备份才包含密钥），或设置 TRIBUTARY_KEY。`,
    );
  }
  const key = randomBytes(32);
  writeFileSync(folder.key, `${key.toString('base64')}\n`, { mode: 0o600, flag: 'wx' });
  return key;
}
