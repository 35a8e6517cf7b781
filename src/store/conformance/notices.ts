// Notices, channels and deliveries: written once, claimed by one, ended once.
import { describe, expect, it } from 'vitest';
import type { Database } from '../database.ts';
import type { NewDelivery } from '../deliveries.ts';
import { channels, deliveries, gauges, notices } from './watched.ts';

const notice = (cause: string, more: object = {}) => ({ kind: 'run-failed', at: 10, job: 1, cause, facts: '{"run":1}', ...more });
const delivery = (more: Partial<NewDelivery> = {}): NewDelivery => ({
  channel: 'mail',
  recipient: 'a@example.org',
  kind: 'run-failed',
  message: 'm1',
  digest: false,
  nextAt: 10,
  madeAt: 10,
  ...more,
});
const put = (database: Database, ...all: object[]): Promise<void> =>
  database.write(async (transaction) => {
    for (const [n, more] of all.entries()) await notices.putNotice(transaction, notice(`c${n + 1}`, more));
  });
const send = (database: Database, more: Partial<NewDelivery>, ...of: number[]): Promise<number> =>
  database.write((transaction) => deliveries.putDelivery(transaction, delivery(more), of));
const claim = (database: Database, now: number, epoch = 1, channel = 'mail') =>
  database.write((transaction) => deliveries.claimDelivery(transaction, channel, now, epoch));

export function describeNotices(open: () => Promise<Database>): void {
  describe('notices', () => {
    it('of one cause are written once, and wait in order until they are looked at', async () => {
      const database = await open();
      const written = await database.write(async (transaction) => [
        await notices.putNotice(transaction, notice('run:1')),
        await notices.putNotice(transaction, notice('run:1', { kind: 'other' })),
        await notices.putNotice(transaction, notice('away:hr', { job: null, connection: 'hr', kind: 'connection-away' })),
      ]);
      expect(written).toEqual([true, false, true]);
      expect((await notices.newNotices(database, 10)).map((row) => [row.id, row.kind, row.job, row.connection, row.state])).toEqual([
        [1, 'run-failed', 1, null, 'new'],
        [2, 'connection-away', null, 'hr', 'new'],
      ]);
      await database.write((transaction) => notices.settleNotice(transaction, 1, 'unheard'));
      expect((await notices.newNotices(database, 10)).map((row) => row.id)).toEqual([2]);
    });

    it('are listed newest first, by job and kind, page by page', async () => {
      const database = await open();
      await put(database, {}, { job: 2 }, { kind: 'held-opened' }, {});
      const ids = async (filter: object) => (await notices.noticePage(database, { limit: 10, ...filter })).map((row) => row.id);
      expect(await ids({})).toEqual([4, 3, 2, 1]);
      expect(await ids({ before: 3, limit: 1 })).toEqual([2]);
      expect(await ids({ job: 1, kind: 'run-failed' })).toEqual([4, 1]);
      await send(database, {}, 2);
      expect(await ids({ delivery: 'queued' })).toEqual([2]);
      expect(await ids({ delivery: 'dead' })).toEqual([]);
    });

    it('are removed when they are old and were told; what waits stays', async () => {
      const database = await open();
      await put(database, {}, {}, {}, { at: 99 });
      await send(database, {}, 1);
      await send(database, { message: 'm2' }, 2);
      await database.write(async (transaction) => {
        for (const id of [1, 2, 4]) await notices.settleNotice(transaction, id, 'routed');
        const first = (await deliveries.claimDelivery(transaction, 'mail', 10, 1))!;
        await deliveries.settleDelivery(transaction, first, { state: 'sent' }, 11);
        expect(await notices.trimNotices(transaction, 50)).toBe(1);
      });
      expect((await notices.noticePage(database, { limit: 10 })).map((row) => row.id)).toEqual([4, 3, 2]);
      expect(await database.all('SELECT id FROM delivery')).toEqual([{ id: 2 }]);
    });

    it('remember when something was looked at', async () => {
      const database = await open();
      expect(await notices.lookedAt(database, 'hr')).toBeNull();
      for (const at of [1, 2]) await database.write((transaction) => notices.noteLooked(transaction, 'hr', at));
      expect(await notices.lookedAt(database, 'hr')).toBe(2);
    });
  });

  describe('channels', () => {
    it('are saved with a revision that counts up', async () => {
      const database = await open();
      const row = { id: 'mail', kind: 'email', name: 'Mail', language: 'zh' as const, config: '{}' };
      await database.write((transaction) => channels.putChannel(transaction, row));
      await database.write((transaction) => channels.putChannel(transaction, { ...row, name: 'Post' }));
      expect(await channels.getChannel(database, 'mail')).toEqual({ ...row, name: 'Post', revision: 2 });
      expect(channels.channelOwner('mail')).toBe('channel:mail');
      await database.write((transaction) => channels.deleteChannel(transaction, 'mail'));
      expect(await channels.listChannels(database)).toEqual([]);
    });
  });

  describe('deliveries', () => {
    it('are claimed one by one, the longest due first, and end once under the epoch that claimed them', async () => {
      const database = await open();
      await put(database, {});
      await send(database, { nextAt: 20 }, 1);
      await send(database, { recipient: 'b@example.org', nextAt: 10 }, 1);
      await send(database, { channel: 'hook', recipient: '', nextAt: 5 }, 1);
      expect(await deliveries.dueChannels(database, 9)).toEqual(['hook']);
      expect(await deliveries.dueChannels(database, 20)).toEqual(['hook', 'mail']);
      expect(await claim(database, 9)).toBeUndefined();
      const first = (await claim(database, 20))!;
      expect(first).toMatchObject({ id: 2, state: 'sending', attempts: 1, epoch: 1, tried_at: 20 });
      // Its worker died: the next one takes it over, and what the first still writes counts for nothing.
      const again = (await claim(database, 30, 2))!;
      expect(again).toMatchObject({ id: 2, attempts: 2, epoch: 2 });
      const ends = await database.write(async (transaction) => [
        await deliveries.settleDelivery(transaction, first, { state: 'dead', error: '{}' }, 31),
        await deliveries.settleDelivery(transaction, again, { state: 'sent' }, 31),
        await deliveries.settleDelivery(transaction, again, { state: 'dead', error: '{}' }, 32),
      ]);
      expect(ends).toEqual([false, true, false]);
      expect((await claim(database, 31))!.id).toBe(1);
      expect(await deliveries.triesSince(database, 'mail', 0)).toEqual([31, 30]);
      expect(await deliveries.countDeliveries(database)).toEqual([
        { channel: 'hook', state: 'queued', count: 1 },
        { channel: 'mail', state: 'sending', count: 1 },
      ]);
    });

    it('are tried later, given up, and tried anew when somebody asks', async () => {
      const database = await open();
      await put(database, {});
      await send(database, {}, 1);
      const settle = async (now: number, end: Parameters<typeof deliveries.settleDelivery>[2]) => {
        const row = (await claim(database, now))!;
        await database.write((transaction) => deliveries.settleDelivery(transaction, row, end, now));
      };
      const only = async () => (await deliveries.deliveriesOf(database, [1]))[0];
      await settle(10, { state: 'queued', error: '{"en":"busy"}', nextAt: 40, counts: false });
      expect(await only()).toMatchObject({ state: 'queued', attempts: 0, next_at: 40, error: '{"en":"busy"}', notice: 1 });
      await settle(40, { state: 'queued', error: '{"en":"down"}', nextAt: 80, counts: true });
      expect(await only()).toMatchObject({ attempts: 1 });
      await database.write((transaction) => deliveries.postponeChannel(transaction, 'mail', 90));
      expect(await claim(database, 80)).toBeUndefined();
      await settle(90, { state: 'dead', error: '{"en":"no"}' });
      expect(await only()).toMatchObject({ state: 'dead', attempts: 2, next_at: null, ended_at: 90 });
      await database.write((transaction) => deliveries.reviveDeliveries(transaction, 1, 100));
      expect(await only()).toMatchObject({ state: 'queued', attempts: 0, next_at: 100, message: 'm1' });
      await database.write((transaction) => deliveries.abandonChannel(transaction, 'mail', '{"en":"gone"}', 101));
      expect(await gauges.noticesByState(database)).toEqual([{ labels: { state: 'dead' }, value: 1 }]);
      expect(await only()).toMatchObject({ state: 'dead', error: '{"en":"gone"}', ended_at: 101 });
    });

    it('gather in one digest until it is tried', async () => {
      const database = await open();
      await put(database, {}, {}, {});
      await send(database, { madeAt: 5 }, 1);
      const digest = await send(database, { digest: true, madeAt: 10 }, 2);
      const alike = (since: number) => deliveries.countAlike(database, 'mail', 'a@example.org', 'run-failed', since);
      expect([await alike(4), await alike(5), await alike(10)]).toEqual([2, 1, 0]);
      const opened = () => deliveries.openDigest(database, 'mail', 'a@example.org', 'run-failed');
      expect((await opened())!.id).toBe(digest);
      for (const _ of [1, 2]) await database.write((transaction) => deliveries.addToDelivery(transaction, digest, [3]));
      expect((await notices.noticesOf(database, digest, 10)).map((row) => row.id)).toEqual([2, 3]);
      await claim(database, 10);
      await claim(database, 10);
      await database.write((transaction) => transaction.run('UPDATE delivery SET attempts = 1'));
      expect(await opened()).toBeUndefined();
    });

    it('wipe a secret with the last of them, and not before', async () => {
      const database = await open();
      await put(database, { secret: 'sealed' });
      await send(database, {}, 1);
      await send(database, { recipient: 'b@example.org' }, 1);
      const secret = async () => (await notices.noticesOf(database, 1, 1))[0]!.secret;
      for (const left of ['sealed', null]) {
        const row = (await claim(database, 10))!;
        await database.write((transaction) => deliveries.settleDelivery(transaction, row, { state: 'sent' }, 11));
        expect(await secret()).toBe(left);
      }
    });
  });
}
