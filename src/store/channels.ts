// Channels: how notices leave. Secrets are sealed values of the owner `channel:<id>`.
import type { Reader, Transaction } from './database.ts';

export interface ChannelRow {
  readonly id: string;
  readonly kind: string;
  readonly name: string;
  readonly language: 'en' | 'zh';
  /** JSON, without secrets. */
  readonly config: string;
  readonly revision: number;
}

export const channelOwner = (id: string): string => `channel:${id}`;

export const listChannels = (reader: Reader): Promise<readonly ChannelRow[]> => reader.all<ChannelRow>('SELECT * FROM channel ORDER BY id');

export const getChannel = (reader: Reader, id: string): Promise<ChannelRow | undefined> =>
  reader.get<ChannelRow>('SELECT * FROM channel WHERE id = ?', id);

export const putChannel = (transaction: Transaction, row: Omit<ChannelRow, 'revision'>): Promise<number> =>
  transaction.run(
    `INSERT INTO channel (id, kind, name, language, config, revision) VALUES (?, ?, ?, ?, ?, 1)
     ON CONFLICT (id) DO UPDATE SET kind = excluded.kind, name = excluded.name, language = excluded.language, config = excluded.config, revision = channel.revision + 1`,
    row.id,
    row.kind,
    row.name,
    row.language,
    row.config,
  );

export const deleteChannel = (transaction: Transaction, id: string): Promise<number> =>
  transaction.run('DELETE FROM channel WHERE id = ?', id);
