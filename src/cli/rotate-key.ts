// A new master key: all that the old one sealed is sealed anew. Killed at any point, the next start works and the next call goes on.
import { randomBytes } from 'node:crypto';
import { existsSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { createSealer, keyIdOf, sealedBy, sealedPrefix } from '../engine/sealing.ts';
import { keyOf } from '../settings.ts';
import { audit } from '../store/audit.ts';
import type { Database } from '../store/database.ts';
import { putSetting } from '../store/jobs.ts';
import { othersAtWork } from '../store/postgres/presence.ts';
import { rewrapAll } from '../store/rewrap.ts';
import type { DataFolder } from './data-folder.ts';
import { CliError } from './errors.ts';

/** Beside the key while it takes over. */
const nextFile = (folder: DataFolder): string => `${folder.key}.next`;

export const nextKey = (folder: DataFolder): Buffer | null =>
  existsSync(nextFile(folder)) ? keyOf(readFileSync(nextFile(folder), 'utf8').trim(), nextFile(folder)) : null;

/** The last step. The old key is kept for backups that were made with it. Returns its file. */
export function takeOver(folder: DataFolder, oldId: string): string {
  const kept = join(folder.path, `key.${oldId}.old`);
  if (existsSync(folder.key)) renameSync(folder.key, kept);
  renameSync(nextFile(folder), folder.key);
  return kept;
}

export interface Rotation {
  readonly from: string;
  readonly to: string;
  readonly rows: number;
  /** Where the old key is kept. */
  readonly kept: string;
}

export interface RotationInput {
  readonly folder: DataFolder;
  readonly database: Database;
  readonly present: Buffer;
  readonly actor: string;
  readonly now: number;
  /** Called after each step that a crash could follow; tests stop there. */
  readonly probe?: (step: 'key-made' | 'sealed' | 'settled') => void;
}

/** Whoever works with the old key meanwhile, on another machine, would seal what nobody could open any more. */
async function assertNobodyElse(database: Database): Promise<void> {
  if (database.dialect === 'sqlite') return;
  const others = await othersAtWork(database);
  if (others.length === 0) return;
  throw new CliError(
    `The database is in use by ${others.join('; ')}. Stop every server and worker first; then rotate, and give each of them the new key.`,
    `数据库正被 ${others.join('; ')} 使用。请先停止所有服务和工作进程,轮换后再为它们配置新密钥。`,
  );
}

/** Call it under the lock of the folder, and of the database where that is shared. */
export async function rotateKey({ folder, database, present, actor, now, probe = () => {} }: RotationInput): Promise<Rotation> {
  if (!existsSync(folder.key))
    throw new CliError(
      'The key of this installation comes from TRIBUTARY_KEY. Put it into the file "key" of the data folder (mode 0600), unset TRIBUTARY_KEY, then rotate.',
      '本安装的密钥来自 TRIBUTARY_KEY。请将其写入数据文件夹的 key 文件（权限 0600），取消 TRIBUTARY_KEY，然后再轮换。',
    );
  await assertNobodyElse(database);
  if (!nextKey(folder)) writeFileSync(nextFile(folder), `${randomBytes(32).toString('base64')}\n`, { mode: 0o600, flag: 'wx' });
  const next = nextKey(folder)!;
  probe('key-made');
  const [from, to] = [keyIdOf(present), keyIdOf(next)];
  const sealer = createSealer(next, [present]);
  const rows = await rewrapAll(database, sealedPrefix(from), (text) =>
    text.replaceAll(sealedBy(from), (sealed) => sealer.seal(sealer.open(sealed))),
  );
  probe('sealed');
  await database.write(async (transaction) => {
    await putSetting(transaction, 'key', to);
    await audit(transaction, { at: now, actor, action: 'key.rotate', subject: 'key', before: from, after: to });
  });
  probe('settled');
  return { from, to, rows, kept: takeOver(folder, from) };
}
