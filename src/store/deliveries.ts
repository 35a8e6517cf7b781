// Deliveries: one message on its way to one recipient, with its tries, under the lease of its channel.
import { nextNumber } from './counters.ts';
import { list, type Reader, type Transaction } from './database.ts';

export interface DeliveryRow {
  readonly id: number;
  readonly channel: string;
  /** '' = the channel itself. */
  readonly recipient: string;
  readonly kind: string;
  /** The id that the message carries, the same at every try. */
  readonly message: string;
  readonly digest: number;
  readonly state: 'queued' | 'sending' | 'sent' | 'dead';
  readonly attempts: number;
  readonly next_at: number | null;
  readonly epoch: number | null;
  readonly made_at: number;
  readonly tried_at: number | null;
  readonly ended_at: number | null;
  /** JSON label of what the last try met. */
  readonly error: string | null;
}

export interface NewDelivery {
  readonly channel: string;
  readonly recipient: string;
  readonly kind: string;
  readonly message: string;
  readonly digest: boolean;
  readonly nextAt: number;
  readonly madeAt: number;
}

export async function putDelivery(transaction: Transaction, delivery: NewDelivery, notices: readonly number[]): Promise<number> {
  const id = await nextNumber(transaction, 'delivery');
  await transaction.run(
    `INSERT INTO delivery (id, channel, recipient, kind, message, digest, state, attempts, next_at, made_at) VALUES (?, ?, ?, ?, ?, ?, 'queued', 0, ?, ?)`,
    id,
    delivery.channel,
    delivery.recipient,
    delivery.kind,
    delivery.message,
    delivery.digest ? 1 : 0,
    delivery.nextAt,
    delivery.madeAt,
  );
  await addToDelivery(transaction, id, notices);
  return id;
}

export const addToDelivery = (transaction: Transaction, delivery: number, notices: readonly number[]): Promise<void> =>
  transaction.insert(
    'delivery_notice',
    ['delivery', 'notice'],
    notices.map((notice) => [delivery, notice]),
    '(delivery, notice) DO NOTHING',
  );

/** How many messages of a kind were made for a recipient since then. */
export const countAlike = async (reader: Reader, channel: string, recipient: string, kind: string, since: number): Promise<number> =>
  (await reader.get<{ n: number }>(
    'SELECT count(*) AS n FROM delivery WHERE channel = ? AND recipient = ? AND kind = ? AND made_at > ?',
    channel,
    recipient,
    kind,
    since,
  ))!.n;

/** The one that still gathers: not tried yet. */
export const openDigest = (reader: Reader, channel: string, recipient: string, kind: string): Promise<DeliveryRow | undefined> =>
  reader.get<DeliveryRow>(
    `SELECT * FROM delivery WHERE channel = ? AND recipient = ? AND kind = ? AND digest = 1 AND state = 'queued' AND attempts = 0 ORDER BY id DESC LIMIT 1`,
    channel,
    recipient,
    kind,
  );

/** Channels with something to send now. What is `sending` belongs to whoever has the channel's lease. */
export const dueChannels = async (reader: Reader, now: number): Promise<readonly string[]> =>
  (
    await reader.all<{ channel: string }>(
      `SELECT DISTINCT channel FROM delivery WHERE state IN ('queued', 'sending') AND next_at <= ? ORDER BY channel`,
      now,
    )
  ).map((row) => row.channel);

/** The next one of a channel, marked as being sent under this epoch. The caller holds the channel's lease. */
export async function claimDelivery(
  transaction: Transaction,
  channel: string,
  now: number,
  epoch: number,
): Promise<DeliveryRow | undefined> {
  const row = await transaction.get<DeliveryRow>(
    `SELECT * FROM delivery WHERE channel = ? AND state IN ('queued', 'sending') AND next_at <= ? ORDER BY next_at, id LIMIT 1`,
    channel,
    now,
  );
  if (!row) return undefined;
  await transaction.run(
    `UPDATE delivery SET state = 'sending', attempts = attempts + 1, epoch = ?, tried_at = ? WHERE id = ?`,
    epoch,
    now,
    row.id,
  );
  return { ...row, state: 'sending', attempts: row.attempts + 1, epoch, tried_at: now };
}

export type DeliveryEnd =
  | { readonly state: 'sent' }
  | { readonly state: 'dead'; readonly error: string }
  /** `counts`: false when nobody is to blame, so the try is not counted. */
  | { readonly state: 'queued'; readonly error: string; readonly nextAt: number; readonly counts: boolean };

/** How the try ended. False when another worker has taken it over meanwhile. */
export async function settleDelivery(
  transaction: Transaction,
  delivery: Pick<DeliveryRow, 'id' | 'epoch'>,
  end: DeliveryEnd,
  now: number,
): Promise<boolean> {
  const changed = await transaction.run(
    `UPDATE delivery SET state = ?, error = ?, next_at = ?, ended_at = ?, attempts = attempts - ? WHERE id = ? AND state = 'sending' AND epoch = ?`,
    end.state,
    end.state === 'sent' ? null : end.error,
    end.state === 'queued' ? end.nextAt : null,
    end.state === 'queued' ? null : now,
    end.state === 'queued' && !end.counts ? 1 : 0,
    delivery.id,
    delivery.epoch,
  );
  if (changed > 0 && end.state !== 'queued') await wipeSecrets(transaction, delivery.id);
  return changed > 0;
}

/** A secret is delivered once, or not at all: it does not outlive the last delivery that was to tell it. */
const wipeSecrets = (transaction: Transaction, delivery: number): Promise<number> =>
  transaction.run(
    `UPDATE notice SET secret = NULL WHERE secret IS NOT NULL AND id IN (SELECT notice FROM delivery_notice WHERE delivery = ?)
       AND NOT EXISTS (SELECT 1 FROM delivery_notice x JOIN delivery d ON d.id = x.delivery WHERE x.notice = notice.id AND d.state IN ('queued', 'sending'))`,
    delivery,
  );

/** When the last tries of a channel began, newest first. */
export const triesSince = async (reader: Reader, channel: string, since: number): Promise<readonly number[]> =>
  (
    await reader.all<{ at: number }>(
      'SELECT tried_at AS at FROM delivery WHERE channel = ? AND tried_at > ? ORDER BY tried_at DESC LIMIT 1000',
      channel,
      since,
    )
  ).map((row) => row.at);

/** Everything of a channel waits until then: it asked for a pause. */
export const postponeChannel = (transaction: Transaction, channel: string, until: number): Promise<number> =>
  transaction.run(`UPDATE delivery SET next_at = ? WHERE channel = ? AND state = 'queued' AND next_at < ?`, until, channel, until);

export const deliveriesOf = (reader: Reader, notices: readonly number[]): Promise<readonly (DeliveryRow & { readonly notice: number })[]> =>
  reader.all(
    'SELECT d.*, x.notice AS notice FROM delivery_notice x JOIN delivery d ON d.id = x.delivery WHERE CAST(x.notice AS TEXT) IN {list} ORDER BY x.notice, d.id',
    list(notices.map(String)),
  );

/** What was given up is tried anew, with its count of tries from the start. */
export const reviveDeliveries = (transaction: Transaction, notice: number, now: number): Promise<number> =>
  transaction.run(
    `UPDATE delivery SET state = 'queued', attempts = 0, next_at = ?, ended_at = NULL WHERE state = 'dead' AND id IN (SELECT delivery FROM delivery_notice WHERE notice = ?)`,
    now,
    notice,
  );

/** Nothing leaves by a channel that is gone. */
export const abandonChannel = (transaction: Transaction, channel: string, error: string, now: number): Promise<number> =>
  transaction.run(
    `UPDATE delivery SET state = 'dead', error = ?, ended_at = ?, next_at = NULL WHERE channel = ? AND state IN ('queued', 'sending')`,
    error,
    now,
    channel,
  );

export const countDeliveries = (
  reader: Reader,
): Promise<readonly { readonly channel: string; readonly state: string; readonly count: number }[]> =>
  reader.all(
    `SELECT channel, state, count(*) AS count FROM delivery WHERE state <> 'sent' GROUP BY channel, state ORDER BY channel, state`,
  );
