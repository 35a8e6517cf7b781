// Accounts, sessions, tokens, one-time links, attempts, and the audit log, as every store must keep them.
import { describe, expect, it } from 'vitest';
import { ERASE_ACTION, verifyChain } from '../../core/audit-chain.ts';
import type { Database } from '../database.ts';
import type { SessionRow } from '../sessions.ts';
import { account, change, claim, newRun, plan, seen, withJobs } from './rows.ts';
import {
  accounts,
  auditLog,
  directory,
  erase,
  eraseTexts,
  gauges,
  jobs,
  keys,
  links,
  mirror,
  rewrap,
  sessions,
  tokens,
} from './watched.ts';

const session = (hash: string, of: string, more: Partial<SessionRow> = {}): SessionRow => ({
  hash,
  account: of,
  stage: 'full',
  createdAt: 1,
  seenAt: 1,
  expiresAt: 100,
  address: '::1',
  agent: '',
  vouchedAt: null,
  refresh: null,
  ...more,
});

export function describeSecurity(open: () => Promise<Database>): void {
  describe('accounts', () => {
    it('are found by id, by name and by what they are elsewhere, and are changed in place', async () => {
      const database = await open();
      const outside = account('b', { issuer: 'https://id.example', subject: '7', roles: ['admin', 'auditor'] });
      await database.write(async (transaction) => {
        await accounts.putAccount(transaction, account('a'));
        await accounts.putAccount(transaction, outside);
        await accounts.putAccount(
          transaction,
          account('a', { roles: ['operator'], totpStep: 56_000_000, signedInAt: 1_800_000_000_000, vouchedAt: 7 }),
        );
      });
      expect(await accounts.getAccount(database, 'a')).toEqual(
        account('a', { roles: ['operator'], totpStep: 56_000_000, signedInAt: 1_800_000_000_000, vouchedAt: 7 }),
      );
      expect((await accounts.accountNamed(database, 'name a'))?.id).toBe('a');
      expect(await accounts.accountOutside(database, 'https://id.example', '7')).toEqual(outside);
      expect((await accounts.listAccounts(database)).map((row) => row.id)).toEqual(['a', 'b']);
    });

    it('of one name exist once, also when two are made at the same time', async () => {
      const database = await open();
      await database.write((transaction) => accounts.putAccount(transaction, account('a', { nameKey: 'anna' })));
      await expect(database.write((transaction) => accounts.putAccount(transaction, account('b', { nameKey: 'anna' })))).rejects.toThrow();
      expect(await accounts.listAccounts(database)).toHaveLength(1);
    });

    it('take their sessions, codes and links with them', async () => {
      const database = await open();
      await database.write(async (transaction) => {
        await accounts.putAccount(transaction, account('a'));
        await sessions.putSession(transaction, session('s', 'a'));
        await accounts.putRecoveryCodes(transaction, 'a', ['r1', 'r2']);
        await accounts.putLink(transaction, link('l', { account: 'a' }));
        await accounts.deleteAccount(transaction, 'a');
      });
      expect(await accounts.getAccount(database, 'a')).toBeUndefined();
      expect(await sessions.getSession(database, 's')).toBeUndefined();
      expect(await accounts.getLink(database, 'l', 0)).toBeUndefined();
      expect(await database.write((transaction) => accounts.useRecoveryCode(transaction, 'a', 'r1'))).toBe(false);
    });

    it('use a recovery code once', async () => {
      const database = await open();
      await database.write((transaction) => accounts.putRecoveryCodes(transaction, 'a', ['r1', 'r2']));
      const use = (hash: string) => database.write((transaction) => accounts.useRecoveryCode(transaction, 'a', hash));
      expect([await use('r1'), await use('r1'), await use('r3'), await use('r2')]).toEqual([true, false, false, true]);
    });
  });

  describe('links that work once', () => {
    it('are used once, expire, and give way to a newer one', async () => {
      const database = await open();
      await database.write(async (transaction) => {
        await accounts.putLink(transaction, link('old', { kind: 'set-up' }));
        await accounts.dropLinks(transaction, 'set-up', null);
        await accounts.putLink(transaction, link('new', { kind: 'set-up', roles: ['admin'] }));
        await accounts.putLink(transaction, link('mine', { kind: 'reset', account: 'a' }));
        await accounts.dropLinks(transaction, 'reset', 'b');
      });
      expect(await accounts.getLink(database, 'old', 0)).toBeUndefined();
      expect(await accounts.getLink(database, 'mine', 0)).toMatchObject({ account: 'a' });
      expect(await accounts.getLink(database, 'new', 99)).toEqual(link('new', { kind: 'set-up', roles: ['admin'] }));
      expect(await accounts.getLink(database, 'new', 100)).toBeUndefined();
      const use = () => database.write((transaction) => accounts.useLink(transaction, 'new'));
      expect([await use(), await use()]).toEqual([true, false]);
    });
  });

  describe('attempts', () => {
    it('are counted by subject and forgotten with what is stale', async () => {
      const database = await open();
      await database.write(async (transaction) => {
        for (const [subject, at] of [
          ['account:a', 5],
          ['address:::1', 50],
        ] as const) {
          await accounts.putAttempt(transaction, { subject, failures: 1, at, lockedUntil: 0 });
          await accounts.putAttempt(transaction, { subject, failures: 2, at, lockedUntil: 60 });
        }
        await sessions.putSession(transaction, session('over', 'a', { expiresAt: 9 }));
        await sessions.putSession(transaction, session('lasts', 'a', { expiresAt: 11 }));
        await accounts.putLink(transaction, link('over', { expiresAt: 9 }));
        await accounts.dropStale(transaction, 10, 20);
      });
      expect(await accounts.attemptsOf(database, ['account:a', 'address:::1'])).toEqual([
        { subject: 'address:::1', failures: 2, at: 50, lockedUntil: 60 },
      ]);
      expect((await sessions.sessionsOf(database, 'a')).map((row) => row.hash)).toEqual(['lasts']);
      await database.write((transaction) => accounts.dropAttempt(transaction, 'address:::1'));
      expect(await accounts.attemptsOf(database, ['address:::1'])).toEqual([]);
    });
  });

  describe('sessions', () => {
    it('are kept by hash, remember their last use, and end alone or all but one', async () => {
      const database = await open();
      await database.write(async (transaction) => {
        await sessions.putSession(transaction, session('one', 'a', { createdAt: 1 }));
        await sessions.putSession(transaction, session('two', 'a', { createdAt: 2, stage: 'code' }));
        await sessions.putSession(transaction, session('three', 'a', { createdAt: 3 }));
        await sessions.putSession(transaction, session('other', 'b'));
        await sessions.noteSeen(transaction, 'one', 7);
        await sessions.noteSeen(transaction, 'one', 6);
        await sessions.deleteSession(transaction, 'three');
      });
      expect(await sessions.getSession(database, 'one')).toEqual(session('one', 'a', { seenAt: 7 }));
      expect((await sessions.sessionsOf(database, 'a')).map((row) => row.hash)).toEqual(['two', 'one']);
      await database.write((transaction) => sessions.deleteSessionsOf(transaction, 'a', 'one'));
      expect((await sessions.sessionsOf(database, 'a')).map((row) => row.hash)).toEqual(['one']);
      expect(await sessions.sessionsOf(database, 'b')).toHaveLength(1);
      await database.write((transaction) => sessions.noteVouched(transaction, 'other', 8, 'old.sealed'));
      expect(await sessions.getSession(database, 'other')).toEqual(session('other', 'b', { vouchedAt: 8, refresh: 'old.sealed' }));
    });
  });

  describe('tokens', () => {
    it('are found by hash, keep their scope and last use, and are revoked once', async () => {
      const database = await open();
      const token = {
        id: 't',
        hash: 'h',
        name: 'ci',
        role: 'operator',
        connections: ['hr'],
        jobs: null,
        createdAt: 1,
        createdBy: 'a',
        owner: null,
        expiresAt: 9,
      };
      await database.write(async (transaction) => {
        await accounts.putAccount(transaction, account('b', { roles: ['admin'], state: 'disabled' }));
        await tokens.putToken(transaction, token);
        const owner = { id: 'b', name: 'b' };
        await tokens.putToken(transaction, { ...token, id: 'u', hash: 'i', connections: null, jobs: [1, 2], createdAt: 2, owner });
        await tokens.noteUsed(transaction, 't', 5);
        await tokens.noteUsed(transaction, 't', 4);
      });
      expect(await tokens.tokenByHash(database, 'h')).toEqual({ ...token, usedAt: 5, revokedAt: null });
      expect((await tokens.listTokens(database)).map((row) => [row.id, row.jobs])).toEqual([
        ['u', [1, 2]],
        ['t', null],
      ]);
      const revoke = () => database.write((transaction) => tokens.revokeToken(transaction, 't', 8));
      expect([await revoke(), await revoke()]).toEqual([1, 0]);
      expect((await tokens.tokenByHash(database, 'h'))?.revokedAt).toBe(8);

      // Whoever answers for one is seen as they are now, and by name when they are gone.
      const owner = async () => (await tokens.tokenByHash(database, 'i'))?.owner;
      expect(await owner()).toEqual({ id: 'b', name: 'b', account: { state: 'disabled', roles: ['admin'] } });
      const outside = account('o', { name: 'o', nameKey: 'o', issuer: 'https://id.example', subject: '7', vouchedAt: 3 });
      await database.write(async (transaction) => {
        await accounts.putAccount(transaction, outside);
        await tokens.giveToken(transaction, 'u', { id: 'o', name: 'o' });
      });
      expect((await owner())?.account).toMatchObject({ vouchedAt: 3 });
      await database.write((transaction) => accounts.putAccount(transaction, { ...outside, vouchedAt: null }));
      expect((await owner())?.account).toMatchObject({ vouchedAt: null });
      await database.write(async (transaction) => {
        await tokens.giveToken(transaction, 'u', { id: 'b', name: 'b' });
        await accounts.deleteAccount(transaction, 'b');
      });
      expect(await owner()).toEqual({ id: 'b', name: 'b', account: null });
      await database.write((transaction) => tokens.giveToken(transaction, 'u', { id: 'c', name: 'cleo' }));
      expect(await owner()).toEqual({ id: 'c', name: 'cleo', account: null });
    });
  });

  describe('sealed texts', () => {
    it('are written anew wherever they stand, once each, in batches; others stay', async () => {
      const database = await open();
      await database.write(async (transaction) => {
        for (let n = 0; n < 7; n++) await jobs.putSealed(transaction, 'c', `n${n}`, `old.${n}`);
        await jobs.putSealed(transaction, 'c', 'new', 'new.x');
        await accounts.putAccount(transaction, account('a', { totp: 'old.t' }));
      });
      const renew = (text: string): string => text.replace('old.', 'new.');
      const written: number[] = [];
      const piece = { piece: () => 3, breathe: async (rows: number) => void (rows > 0 && written.push(rows)) };
      expect(await rewrap.rewrapAll(database, ['older.', 'old.'], renew, piece)).toBe(8);
      expect(written).toEqual([3, 3, 1, 1]);
      expect(await rewrap.rewrapAll(database, ['older.', 'old.'], renew, piece)).toBe(0);
      expect(await rewrap.rewrapAll(database, [], renew, piece)).toBe(0);
      expect([...(await jobs.getSealed(database, 'c')).values()].sort()).toEqual([...'0123456'].map((n) => `new.${n}`).concat('new.x'));
      expect((await accounts.getAccount(database, 'a'))?.totp).toBe('new.t');
    });
  });

  describe('a person', () => {
    it('is taken out of every table, and nobody else is', async () => {
      const database = await open();
      await withJobs(database);
      const run = await newRun(database);
      for (const key of ['a', 'b']) {
        const id = `d-${key}`;
        await database.write(async (transaction) => {
          await links.putLinks(transaction, 'hr', [{ type: 'person', externalId: key, directoryId: id, madeBy: 'test' }], 1);
          await links.putClaims(transaction, [claim(key, { directory_id: id })], 1);
          await directory.putObjects(transaction, [
            { id, type: 'person', lifecycle: 'departed', data: `{"displayName":"Name ${key}"}`, relations: '[]' },
          ]);
          await mirror.putMirror(transaction, 'hr', 'person', [seen(key)], 1, new Set([key]));
          await keys.putWrappedKeys(transaction, [{ owner: id, wrapped: 'w' }]);
          await directory.appendHistory(
            transaction,
            [{ type: 'person', id, action: 'create', before: null, after: `{"displayName":"Name ${key}"}`, change: null, edges: [] }],
            { at: 1, run: null, job: null, actor: 'test' },
          );
        });
        await plan(database, run, [change(key, { directory_id: id })]);
      }
      const traces = await erase.tracesOf(database, 'd-a');
      expect(traces).toMatchObject({ links: [{ connection: 'hr', external_id: 'a' }], busyRuns: [run] });
      expect(traces.values.some((text) => text.includes('Name a'))).toBe(true);
      await database.write((transaction) => erase.erasePerson(transaction, 'd-a', traces, database.dialect === 'sqlite'));
      const count = async (table: string, where: string) => (await database.all(`SELECT 1 AS one FROM ${table} WHERE ${where}`)).length;
      expect(await count('person_key', `owner = 'd-a'`)).toBe(0);
      expect(await count('mirror', `external_id = 'a'`)).toBe(0);
      expect(await count('claim', `directory_id = 'd-a'`)).toBe(0);
      expect(await count('history', `id = 'd-a' AND after IS NOT NULL`)).toBe(0);
      expect(await count('change', `directory_id = 'd-a' AND (title IS NOT NULL OR after IS NOT NULL)`)).toBe(0);
      expect(await directory.objectsOf(database, ['d-a'])).toMatchObject([{ lifecycle: 'absent', data: '{}' }]);
      expect(await erase.tracesOf(database, 'd-b')).toMatchObject({ links: [{ external_id: 'b' }] });
      for (const [table, where] of [
        ['person_key', `owner = 'd-b'`],
        ['mirror', `external_id = 'b'`],
        ['claim', `directory_id = 'd-b'`],
        ['history', `id = 'd-b' AND after IS NOT NULL`],
        ['change', `directory_id = 'd-b' AND title IS NOT NULL`],
      ] as const)
        expect(await count(table, where), table).toBe(1);
    });

    it('takes a name out of sentences about others, in every table that holds such, and signs in it are no wildcards', async () => {
      const database = await open();
      await withJobs(database);
      const run = await newRun(database);
      await plan(database, run, [change('a'), change('b')]);
      const says = (name: string): string => JSON.stringify({ en: `also used by ${name}` });
      await database.write(async (transaction) => {
        await transaction.run('UPDATE change SET error = ? WHERE source_key = ?', says('50%_"li"!'), 'a');
        await transaction.run('UPDATE change SET error = ? WHERE source_key = ?', says('50xx"li"!'), 'b');
        await transaction.run('UPDATE run SET problem = ? WHERE id = ?', says('50%_"li"!'), run);
        await jobs.setBrake(transaction, { scope: 'all', since: 1, by_whom: 'x', reason: 'because of 50%_"li"!' });
      });
      const pieces = ['50%_"li"!', '50%_\\"li\\"!'];
      const without = (text: string): string => pieces.reduce((left, piece) => left.replaceAll(piece, '[…]'), text);
      expect(await database.write((transaction) => eraseTexts.rewordTexts(transaction, pieces, without))).toBe(3);
      expect(await database.write((transaction) => eraseTexts.rewordTexts(transaction, [], without))).toBe(0);
      expect(await database.all('SELECT error FROM change ORDER BY source_key')).toEqual([
        { error: says('[…]') },
        { error: says('50xx"li"!') },
      ]);
      expect(await database.get('SELECT problem FROM run WHERE id = ?', run)).toEqual({ problem: says('[…]') });
      expect(await database.get('SELECT reason FROM brake')).toEqual({ reason: 'because of […]' });
      // Earlier settings of jobs, those of now not.
      await database.write((transaction) => transaction.run(`UPDATE job SET version = 2 WHERE id = 1`));
      const put = (job: number, version: number) =>
        database.write((transaction) =>
          transaction.run(
            `INSERT INTO job_version (job, version, settings, saved_at, saved_by) VALUES (?, ?, 'li', 1, 'a') ON CONFLICT (job, version) DO UPDATE SET settings = 'li'`,
            job,
            version,
          ),
        );
      for (const version of [1, 2]) await put(1, version);
      await put(99, 5);
      const reword = (job: number, text: string): string => (text === 'li' ? `of ${job}` : text);
      expect(await database.write((transaction) => eraseTexts.rewordVersions(transaction, reword))).toBe(2);
      expect(await database.all(`SELECT job, version FROM job_version WHERE settings LIKE 'of %' ORDER BY job`)).toEqual([
        { job: 1, version: 1 },
        { job: 99, version: 5 },
      ]);
      expect(await database.get('SELECT settings FROM job_version WHERE job = 1 AND version = 2')).toEqual({ settings: 'li' });
    });
  });

  describe('gauges', () => {
    it('count what is open, on numbers that any store returns as numbers', async () => {
      const database = await open();
      await withJobs(database);
      const run = await newRun(database);
      await plan(database, run, [change('a')]);
      await database.write(async (transaction) => {
        await transaction.run(`UPDATE change SET state = 'sent'`);
        await transaction.run('UPDATE job SET last_complete_at = 1000 WHERE id = 1');
        await transaction.run(`INSERT INTO feed (job, seq) VALUES (2, 1)`);
        await transaction.run(`INSERT INTO touched (job, type, source_key, at) VALUES (1, 'person', 'a', 1)`);
        await transaction.run(`INSERT INTO counter (name, value) VALUES ('history', 5) ON CONFLICT (name) DO UPDATE SET value = 5`);
        await jobs.setBrake(transaction, { scope: 'all', since: 1, by_whom: 'x', reason: 'y' });
      });
      expect(await gauges.openRunsByState(database)).toEqual([{ labels: { state: 'queued' }, value: 1 }]);
      expect(await gauges.changesInFlight(database)).toEqual([{ labels: { state: 'sent' }, value: 1 }]);
      expect(await gauges.brakesOn(database)).toEqual([{ labels: { scope: 'all' }, value: 1 }]);
      expect(await gauges.breakers(database)).toEqual([{ labels: { connection: 'hr' }, value: 0 }]);
      expect(await gauges.secondsSinceComplete(database, 61_000)).toEqual([{ labels: { job: '1' }, value: 60 }]);
      expect(await gauges.touchedByJob(database)).toEqual([{ labels: { job: '1' }, value: 1 }]);
      expect(await gauges.feedLag(database)).toEqual([{ labels: { job: '2' }, value: 4 }]);
      expect(await gauges.openHeldByJob(database)).toEqual([]);
      expect(await gauges.problemsByState(database)).toEqual([]);
      expect((await gauges.jobsByState(database)).reduce((sum, row) => sum + row.value, 0)).toBe(2);
    });
  });

  describe('the audit log', () => {
    it('is one chain, also when many write at the same time', async () => {
      const database = await open();
      await Promise.all(
        Array.from({ length: 12 }, (_, n) =>
          database.write((transaction) => auditLog.audit(transaction, { at: n, actor: `p${n}`, action: 'x', subject: 's' })),
        ),
      );
      expect((await auditLog.auditAfter(database, 1, 2)).map((entry) => entry.seq)).toEqual([2, 3]);
      const verdict = await verifyChain(auditLog.auditEntries(database, 5), { last: await auditLog.auditLast(database) });
      expect(verdict).toMatchObject({ entries: 12, broken: null });
    });

    it('takes nothing of a transaction that is rolled back', async () => {
      const database = await open();
      await database
        .write(async (transaction) => {
          await auditLog.audit(transaction, { at: 1, actor: 'a', action: 'x', subject: 's' });
          throw new Error('no');
        })
        .catch(() => {});
      await database.write((transaction) => auditLog.audit(transaction, { at: 1, actor: 'a', action: 'y', subject: 's' }));
      const verdict = await verifyChain(auditLog.auditEntries(database), { last: await auditLog.auditLast(database) });
      expect(verdict).toMatchObject({ entries: 1, broken: null });
    });

    it('is read newest first, filtered, and shows where it was changed behind its back', async () => {
      const database = await open();
      await database.write(async (transaction) => {
        await auditLog.audit(transaction, { at: 1, actor: 'anna', action: 'brake.hold', subject: 'all' });
        await auditLog.audit(transaction, { at: 2, actor: 'bob', action: 'brake.hold', subject: 'job:1', before: 'x', after: null });
        await auditLog.audit(transaction, { at: 3, actor: 'bob', action: 'job.change', subject: 'job:1' });
      });
      const page = async (filter: object) => (await auditLog.auditPage(database, { limit: 10, ...filter })).map((entry) => entry.seq);
      expect(await page({})).toEqual([3, 2, 1]);
      expect(await page({ limit: 1, before: 3 })).toEqual([2]);
      expect(await page({ actor: 'bob' })).toEqual([3, 2]);
      expect(await page({ subject: 'job:1', action: 'brake.hold' })).toEqual([2]);
      expect([await page({ action: 'brake.' }), await page({ action: 'brake' }), await page({ from: 2, until: 3 })]).toEqual([
        [2, 1],
        [],
        [2],
      ]);
      const done = (subject: string, actions: readonly string[], after: number) =>
        auditLog.doneSince(database, { subject, actions, after });
      expect(await done('job:1', ['brake.hold', 'job.change'], 1)).toBe('job.change');
      expect(await done('job:1', ['brake.hold'], 1)).toBe('brake.hold');
      expect([await done('job:1', ['brake.hold'], 2), await done('job:2', ['job.change'], 0), await done('job:1', ['brake.'], 0)]).toEqual([
        undefined,
        undefined,
        undefined,
      ]);
      await database.write((transaction) => transaction.run(`UPDATE audit_payload SET actor = 'eve' WHERE seq = 2`));
      const verdict = await verifyChain(auditLog.auditEntries(database), { last: await auditLog.auditLast(database) });
      expect(verdict.broken).toEqual({ seq: 2, fault: 'payload-altered' });
    });

    it('still verifies when payloads were erased and an entry says so', async () => {
      const database = await open();
      await database.write(async (transaction) => {
        await auditLog.audit(transaction, { at: 1, actor: 'anna', action: 'person.create', subject: 'person:1', after: 'Zhang Wei' });
        await auditLog.audit(transaction, { at: 2, actor: 'anna', action: 'job.change', subject: 'job:1' });
        await auditLog.erasePayloads(transaction, [1]);
      });
      const verify = async () => verifyChain(auditLog.auditEntries(database), { last: await auditLog.auditLast(database) });
      expect((await verify()).broken).toEqual({ seq: 1, fault: 'payload-missing' });
      await database.write((transaction) =>
        auditLog.audit(transaction, { at: 3, actor: 'anna', action: ERASE_ACTION, subject: 'x', after: '{"entries":[1]}' }),
      );
      expect(await verify()).toMatchObject({ entries: 3, erased: 1, broken: null });
    });
  });
}

function link(hash: string, more: Partial<Parameters<typeof accounts.putLink>[1]> = {}): Parameters<typeof accounts.putLink>[1] {
  return { hash, kind: 'invitation', account: null, name: null, roles: [], createdAt: 1, createdBy: 'test', expiresAt: 100, ...more };
}
