// Carries the audit log to a syslog collector, in order. The log itself is the queue: what counts as sent is a number in the store.
import { hostname } from 'node:os';
import { connect as connectTcp, type Socket } from 'node:net';
import { connect as connectTls } from 'node:tls';
import { z } from 'zod';
import { guardedLookup, refuseHost } from '../connector-kit/http/addresses.ts';
import type { AuditEntry } from '../core/audit-chain.ts';
import { syslogFrame, syslogMessage } from '../core/syslog.ts';
import { auditAfter } from '../store/audit.ts';
import type { Reader } from '../store/database.ts';
import { getSetting, putSetting } from '../store/jobs.ts';
import { endLease, takeLease } from '../store/upkeep.ts';
import type { EngineOptions } from './context.ts';

const TO = 'audit.forwarding';
const STATE = 'audit.forwarded';
const TOGETHER = 500;
const LEASE_MS = 120_000;
const ANSWER_MS = 10_000;
const CLOSE_MS = 5_000;
const PAUSE_MS = 30_000;

export const forwardingSchema = z.strictObject({
  /** `tls` unless the collector is on a network of its own. */
  transport: z.enum(['tls', 'tcp']).default('tls'),
  host: z.string().min(1).max(253),
  port: z.int().min(1).max(65_535).default(6514),
  /** PEM of an authority of one's own, beside those that every system trusts. */
  ca: z.string().max(100_000).nullable().default(null),
  allowLinkLocal: z.boolean().default(false).describe('Such addresses also hand out credentials of cloud machines.'),
});
export type Forwarding = z.output<typeof forwardingSchema>;

const stateSchema = z.object({
  /** Number of the last entry that was delivered. */
  seq: z.int(),
  at: z.number().nullable(),
  error: z.string().nullable(),
  /** Not tried again before. */
  nextAt: z.number(),
});
export type ForwardState = z.output<typeof stateSchema>;

const parsed = <T>(text: string | undefined, schema: z.ZodType<T>): T | null =>
  text === undefined || text === 'null' ? null : schema.parse(JSON.parse(text));

export const forwardingOf = async (reader: Reader): Promise<Forwarding | null> => parsed(await getSetting(reader, TO), forwardingSchema);
export const forwardState = async (reader: Reader): Promise<ForwardState> =>
  parsed(await getSetting(reader, STATE), stateSchema) ?? { seq: 0, at: null, error: null, nextAt: 0 };

const putForwarding = (transaction: Parameters<typeof putSetting>[0], wanted: Forwarding | null): Promise<number> =>
  putSetting(transaction, TO, JSON.stringify(wanted));

/** From now on it goes there. @param again  from the first entry on */
export async function changeForwarding(
  transaction: Parameters<typeof putSetting>[0],
  wanted: Forwarding | null,
  again = false,
): Promise<void> {
  await putForwarding(transaction, wanted);
  const state = await forwardState(transaction);
  await putForwardState(transaction, { ...state, ...(again ? { seq: 0 } : {}), error: null, nextAt: 0 });
}

export const putForwardState = (transaction: Parameters<typeof putSetting>[0], state: ForwardState): Promise<number> =>
  putSetting(transaction, STATE, JSON.stringify(state));

/** Sends what is new, a batch. Returns how many entries the collector has taken. */
export async function forwardAudit({ database, clock, holder }: EngineOptions, stop: AbortSignal): Promise<number> {
  const wanted = await forwardingOf(database);
  if (!wanted) return 0;
  const state = await forwardState(database);
  const now = clock.now();
  if (state.nextAt > now) return 0;
  const entries = await auditAfter(database, state.seq, TOGETHER);
  if (entries.length === 0) return 0;
  const epoch = await database.write((transaction) => takeLease(transaction, 'forward', 'audit', holder, now, now + LEASE_MS));
  if (epoch === null) return 0;
  const outcome = await deliver(wanted, entries, stop).then(
    () => ({ seq: entries.at(-1)!.seq, at: clock.now(), error: null, nextAt: 0 }),
    (error: unknown) => ({ ...state, error: error instanceof Error ? error.message : String(error), nextAt: clock.now() + PAUSE_MS }),
  );
  await database.write(async (transaction) => {
    await putForwardState(transaction, outcome);
    await endLease(transaction, 'forward', 'audit', holder);
  });
  return outcome.error === null ? entries.length : 0;
}

/**
 * Syslog has no answers. Whoever reads to the end and then closes has taken everything: so each batch has a connection of its
 * own. One that breaks is sent again, under the same numbers.
 */
function deliver(to: Forwarding, entries: readonly AuditEntry[], stop: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    const { host, port } = to;
    if (!to.allowLinkLocal) refuseHost(host);
    const way = { host, port, ...(to.allowLinkLocal ? {} : { lookup: guardedLookup }) };
    const socket: Socket =
      to.transport === 'tls' ? connectTls({ ...way, servername: host, ...(to.ca ? { ca: to.ca } : {}) }) : connectTcp(way);
    const fail = (error: Error): void => {
      socket.destroy();
      reject(error);
    };
    const cut = (): void => fail(new Error('stopped'));
    stop.addEventListener('abort', cut, { once: true });
    socket.setTimeout(ANSWER_MS, () => fail(new Error(`no answer within ${ANSWER_MS / 1000} s`)));
    socket.once('error', fail);
    socket.once(to.transport === 'tls' ? 'secureConnect' : 'connect', () => {
      const here = hostname();
      socket.end(Buffer.concat(entries.map((entry) => syslogFrame(syslogMessage(entry, here)))));
    });
    // A collector that keeps its side open has not refused anything either.
    socket.once('finish', () => setTimeout(() => socket.end().destroy(), CLOSE_MS).unref());
    socket.once('close', (broken) => {
      stop.removeEventListener('abort', cut);
      if (broken || !socket.writableFinished) reject(new Error('the collector closed the connection before it had everything'));
      else resolve();
    });
    socket.resume();
  });
}
