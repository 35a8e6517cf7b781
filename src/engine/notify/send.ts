// Sends what is due: per channel one at a time under its lease, each try noted before and after.
import { randomUUID } from 'node:crypto';
import type { Label } from '../../core/model.ts';
import type { NoticeKind } from '../../core/notices.ts';
import { isConnectorError } from '../../connector-kit/errors.ts';
import { channelOwner, getChannel, type ChannelRow } from '../../store/channels.ts';
import { nextNumber } from '../../store/counters.ts';
import {
  abandonChannel,
  claimDelivery,
  dueChannels,
  postponeChannel,
  settleDelivery,
  triesSince,
  type DeliveryEnd,
  type DeliveryRow,
} from '../../store/deliveries.ts';
import { getSealed } from '../../store/jobs.ts';
import { noticesOf, type NoticeRow } from '../../store/notices.ts';
import { endLease, takeLease } from '../../store/upkeep.ts';
import type { EngineOptions } from '../context.ts';
import { parseJson } from '../shapes.ts';
import type { ChannelKind, Outgoing, Outlet } from './channels/channel.ts';
import { channelKinds } from './channels/kinds.ts';
import { addressOf, personalOf, personIn } from './people.ts';
import { messageOf, tellingOf, type Told } from './render.ts';
import { installationNotices } from './settings.ts';

const MINUTE = 60_000;
/** One try; the channel's lease is longer, so that nobody begins the same one beside it. */
const SEND_MS = 90_000;
/** A person waits for it. */
const TEST_MS = 30_000;
const LEASE_MS = 5 * MINUTE;
const PAUSE_MS = 30_000;
/** In a digest. */
const MOST_TOLD = 200;

/** After each failed try; when there is no more, it is given up: two days and a half. */
const backOff: readonly number[] = [1, 5, 15, 60, 180, 360, 720, 1440].map((minutes) => minutes * MINUTE);

/** `stop`: nothing more begins. `cut`: what is being sent is cut off. */
export interface Ending {
  readonly stop: AbortSignal;
  readonly cut: AbortSignal;
}

/** Whatever is due on any channel, channels beside each other. Returns how many tries were made. */
export async function sendDue(options: EngineOptions, ending: Ending): Promise<number> {
  const channels = await dueChannels(options.database, options.clock.now());
  const tries = await Promise.all(channels.map((channel) => workThrough(options, channel, ending)));
  return tries.reduce((sum, count) => sum + count, 0);
}

async function workThrough(options: EngineOptions, id: string, ending: Ending): Promise<number> {
  const { database, clock } = options;
  const row = await getChannel(database, id);
  const kind = row && channelKinds.get(row.kind);
  if (!row || !kind) {
    await database.write((transaction) => abandonChannel(transaction, id, JSON.stringify(goneChannel(id)), clock.now()));
    return 0;
  }
  try {
    for (let count = 0; ; count++) {
      if (ending.stop.aborted) return count;
      const delivery = await claim(options, id, kind);
      if (!delivery) return count;
      options.probe?.('notice:claimed');
      const end = await tried(options, row, kind, delivery, ending.cut);
      options.probe?.('notice:sent');
      await database.write(async (transaction) => {
        const at = clock.now();
        const isOurs = await settleDelivery(transaction, delivery, end, at);
        // Whoever asks for a pause gets it, for everything that waits there.
        if (isOurs && end.state === 'queued' && !end.counts) await postponeChannel(transaction, id, end.nextAt);
      });
      options.log('notice', { channel: id, delivery: delivery.id, attempt: delivery.attempts, state: end.state });
    }
  } finally {
    await database.write((transaction) => endLease(transaction, 'notice', id, options.holder));
  }
}

/** Nothing while another worker has the channel, or its vendor's limit is used up. */
const claim = (options: EngineOptions, channel: string, { perMinute }: ChannelKind): Promise<DeliveryRow | undefined> =>
  options.database.write(async (transaction) => {
    const now = options.clock.now();
    if ((await takeLease(transaction, 'notice', channel, options.holder, now, now + LEASE_MS)) === null) return undefined;
    const tries = perMinute === null ? [] : await triesSince(transaction, channel, now - MINUTE);
    if (perMinute !== null && tries.length >= perMinute) {
      await postponeChannel(transaction, channel, tries[perMinute - 1]! + MINUTE + 1);
      return undefined;
    }
    // Numbers of tries are never used again: whoever was taken back from writes nothing more.
    return claimDelivery(transaction, channel, now, await nextNumber(transaction, 'delivery.try'));
  });

async function tried(
  options: EngineOptions,
  row: ChannelRow,
  kind: ChannelKind,
  delivery: DeliveryRow,
  signal: AbortSignal,
): Promise<DeliveryEnd> {
  const ending = new AbortController();
  const stop = (): void => ending.abort(signal.reason);
  signal.addEventListener('abort', stop, { once: true });
  const timer = setTimeout(() => ending.abort(new Error('out of time')), SEND_MS);
  try {
    const outlet = await openOutlet(options, row, kind);
    await outlet.send(await outgoingOf(options, row, delivery), ending.signal);
    return { state: 'sent' };
  } catch (error) {
    return endOf(error, delivery, options.clock.now());
  } finally {
    clearTimeout(timer);
    signal.removeEventListener('abort', stop);
  }
}

/** Sends a test message at once, beside everything that waits. Throws what the channel throws. */
export async function testChannel(options: EngineOptions, row: ChannelRow, recipient: string): Promise<void> {
  const kind = channelKinds.get(row.kind)!;
  const outlet = await openOutlet(options, row, kind);
  const at = options.clock.now();
  const told: Told = { kind: 'channel-test', at, job: null, connection: null, facts: {} };
  const publicUrl = options.publicUrl ?? null;
  const data = { type: told.kind, notices: [tellingOf(told, row.language, publicUrl)] };
  const outgoing = { id: `tributary.${randomUUID()}`, recipient, at, ...messageOf([told], row.language, publicUrl), data };
  await outlet.send(outgoing, AbortSignal.timeout(TEST_MS));
}

/** With its secrets. Throws `config` when its settings do not fit any more. */
async function openOutlet(options: EngineOptions, row: ChannelRow, kind: ChannelKind): Promise<Outlet> {
  const config = JSON.parse(row.config) as Record<string, unknown>;
  for (const [name, value] of await getSealed(options.database, channelOwner(row.id))) config[name] = options.sealer.open(value);
  return kind.open(kind.config.parse(config), () => options.clock.now());
}

export const toldOf = (row: NoticeRow): Told => ({
  kind: row.kind as NoticeKind,
  at: row.at,
  job: row.job,
  connection: row.connection,
  facts: parseJson(row.facts, {}),
});

async function outgoingOf(options: EngineOptions, { language }: ChannelRow, delivery: DeliveryRow): Promise<Outgoing> {
  const rows = await noticesOf(options.database, delivery.id, MOST_TOLD);
  const reader = personIn(delivery.recipient);
  const all = await Promise.all(
    rows.map(async (row) => ({ ...toldOf(row), ...(reader ? { personal: await personalOf(options, row) } : {}) })),
  );
  const publicUrl = options.publicUrl ?? null;
  const { texts } = await installationNotices(options.database);
  return {
    id: delivery.message,
    recipient: reader ? await addressOf(options, rows[0]!.job!, reader) : delivery.recipient,
    at: delivery.made_at,
    ...messageOf(all, language, publicUrl, texts),
    data: { type: delivery.kind, notices: all.map((told) => tellingOf(told, language, publicUrl)) },
  };
}

/** What a failed try means. Nothing of the error but its label is kept. */
function endOf(error: unknown, { attempts }: DeliveryRow, now: number): DeliveryEnd {
  const label: Label = isConnectorError(error)
    ? error.label
    : { en: `Unexpected fault: ${(error as Error).message}`, zh: `意外故障：${(error as Error).message}` };
  const said = JSON.stringify(label);
  if (isConnectorError(error) && error.kind === 'rate-limited')
    return { state: 'queued', error: said, nextAt: now + (error.facts.afterMs ?? PAUSE_MS), counts: false };
  const rest = backOff[attempts - 1];
  if (rest === undefined || (isConnectorError(error) && error.kind === 'invalid')) return { state: 'dead', error: said };
  return { state: 'queued', error: said, nextAt: now + rest, counts: true };
}

const goneChannel = (id: string): Label => ({
  en: `There is no channel "${id}" any more.`,
  zh: `渠道“${id}”已不存在。`,
});
