// Configuration and runs: connections, jobs with versions, secrets, settings, brakes, and the runs themselves.
import { describe, expect, it } from 'vitest';
import type { Database } from '../database.ts';
import { change, changesOf, endRun, ids, newRun, plan, withJobs } from './rows.ts';
import { find, jobs, keys, ledger, overview, runs, upkeep } from './watched.ts';

export function describeConfiguration(open: () => Promise<Database>): void {
  describe('connections and jobs', () => {
    it('keep a revision and every version of their settings', async () => {
      const database = await open();
      await withJobs(database);
      await database.write(async (transaction) => {
        await jobs.putConnection(transaction, { id: 'hr', connector: 'file', name: 'HR 2', config: '{"a":1}' });
        await jobs.putJob(transaction, {
          id: 1,
          name: 'up',
          connection: 'hr',
          direction: 'up',
          rank: 50,
          settings: '{"v":2}',
          effectiveHash: 'h2',
          now: 2,
          by: 'anna',
        });
      });
      expect(await jobs.getConnection(database, 'hr')).toMatchObject({
        name: 'HR 2',
        revision: 2,
        breaker_failures: 0,
        breaker_opened_at: null,
      });
      expect(await jobs.getJob(database, 1)).toMatchObject({ rank: 50, version: 2, state: 'disabled' });
      expect(await jobs.settingsOfVersion(database, 1, 1)).toBe('{}');
      expect(await jobs.settingsOfVersion(database, 1, 2)).toBe('{"v":2}');
      expect(await jobs.settingsOfVersion(database, 1, 3)).toBeUndefined();
      expect(await jobs.savedVersion(database, 1, 2)).toEqual({ settings: '{"v":2}', saved_at: 2, saved_by: 'anna' });
      expect((await jobs.jobByName(database, 'down'))!.id).toBe(2);
      expect(ids(await jobs.listJobs(database))).toEqual([1, 2]);
      expect(ids(await jobs.listConnections(database))).toEqual(['hr']);
      const through = (...connectors: readonly string[]) => jobs.jobsThrough(database, connectors);
      expect([await through('memory', 'file'), await through('ldap'), await through()]).toEqual([[1, 2], [], []]);
    });

    it('change only what a patch names', async () => {
      const database = await open();
      await withJobs(database);
      await database.write(async (transaction) => {
        await jobs.patchJob(transaction, 1, { state: 'enabled', cursor: 'c7' });
        await jobs.patchJob(transaction, 1, {});
        await jobs.patchJob(transaction, 1, { cursor: null });
        await jobs.patchBreaker(transaction, 'hr', 5, 10, 40, '{"en":"away"}');
        await jobs.noteCheck(transaction, 'hr', { systemId: 's', range: 'all', expiresAt: null, at: 3 });
      });
      expect(await jobs.getJob(database, 1)).toMatchObject({ state: 'enabled', cursor: null });
      expect(await jobs.getJob(database, 2)).toMatchObject({ state: 'disabled' });
      expect(await jobs.getConnection(database, 'hr')).toMatchObject({
        breaker_failures: 5,
        breaker_opened_at: 10,
        breaker_probe_at: 40,
        system_id: 's',
        checked_at: 3,
      });
      await database.write((transaction) => jobs.forgetCheck(transaction, 'hr'));
      expect(await jobs.getConnection(database, 'hr')).toMatchObject({ system_id: null, checked_at: null, range: 'all' });
    });

    it('go with what belongs to them alone', async () => {
      const database = await open();
      await withJobs(database);
      await database.write(async (transaction) => {
        await upkeep.putDue(transaction, [
          { job: 1, type: 'person', source_key: 'p', what: 'review', at: 1 },
          { job: 2, type: 'person', source_key: 'p', what: 'review', at: 1 },
        ]);
        await jobs.deleteJob(transaction, 1);
      });
      expect((await upkeep.dueNow(database, 9, 9)).map((due) => due.job)).toEqual([2]);
      expect(await jobs.getJob(database, 1)).toBeUndefined();
      await database.write(async (transaction) => {
        await jobs.deleteJob(transaction, 2);
        await jobs.deleteConnection(transaction, 'hr');
      });
      expect(await jobs.listConnections(database)).toEqual([]);
    });
  });

  describe('small values', () => {
    it('are replaced by name: secrets, settings, lookup tables', async () => {
      const database = await open();
      await database.write(async (transaction) => {
        await jobs.putSealed(transaction, 'connection:hr', 'token', 'x1');
        await jobs.putSealed(transaction, 'connection:hr', 'token', 'x2');
        await jobs.putSealed(transaction, 'connection:app', 'token', 'y');
        await jobs.putSetting(transaction, 'mark', '1');
        await jobs.putSetting(transaction, 'mark', '2');
        await jobs.putLookup(transaction, 'cities', '{"1":"Beijing"}');
        await jobs.putLookup(transaction, 'cities', '{"1":"Shanghai"}');
        await jobs.putLookup(transaction, 'other', '{}');
        await jobs.deleteLookup(transaction, 'other');
      });
      expect([...(await jobs.getSealed(database, 'connection:hr'))]).toEqual([['token', 'x2']]);
      expect(await jobs.getSealedOne(database, 'connection:hr', 'token')).toBe('x2');
      expect(await jobs.getSetting(database, 'mark')).toBe('2');
      expect(await jobs.getSetting(database, 'none')).toBeUndefined();
      expect(await jobs.listLookups(database)).toEqual([
        expect.objectContaining({ name: 'cities', revision: 2, rows: '{"1":"Shanghai"}' }),
      ]);
      await database.write((transaction) => jobs.deleteSealed(transaction, 'connection:hr'));
      expect([...(await jobs.getSealed(database, 'connection:hr'))]).toEqual([]);
      expect([...(await jobs.getSealed(database, 'connection:app'))]).toEqual([['token', 'y']]);
    });

    it('of a person are sealed under the first key that was stored', async () => {
      const database = await open();
      await database.write((transaction) =>
        keys.putWrappedKeys(transaction, [
          { owner: 'a', wrapped: 'k1' },
          { owner: 'b', wrapped: 'k2' },
        ]),
      );
      await database.write((transaction) => keys.putWrappedKeys(transaction, [{ owner: 'a', wrapped: 'other' }]));
      expect([...(await keys.wrappedKeys(database, ['a', 'c']))]).toEqual([['a', 'k1']]);
    });

    it('say who put the brake on first, and who did what', async () => {
      const database = await open();
      await database.write(async (transaction) => {
        await jobs.setBrake(transaction, { scope: 'all', since: 1, by_whom: 'anna', reason: 'odd' });
        await jobs.setBrake(transaction, { scope: 'all', since: 2, by_whom: 'bob', reason: 'too' });
      });
      expect(await jobs.listBrakes(database)).toEqual([expect.objectContaining({ scope: 'all', by_whom: 'anna' })]);
      await database.write((transaction) => jobs.releaseBrake(transaction, 'all'));
      expect(await jobs.listBrakes(database)).toEqual([]);
    });
  });

  describe('runs', () => {
    it('are numbered, patched by name, and listed newest first', async () => {
      const database = await open();
      await withJobs(database);
      const first = await newRun(database);
      await endRun(database, first);
      const second = await newRun(database);
      const keyed = await newRun(database, {
        mode: 'keys',
        keys: [
          { type: 'person', id: 'b' },
          { type: 'person', id: 'a' },
          { type: 'person', id: 'b' },
          { type: 'department', id: 'a' },
        ],
      });
      await database.write((transaction) =>
        runs.patchRun(transaction, second, {
          state: 'running',
          checkpoint: { type: 'person', checkpoint: '7' },
          evidence: { types: {} },
          problem: { en: 'a', zh: '甲' },
          counts: { read: 3 },
        }),
      );
      await database.write((transaction) => runs.patchRun(transaction, second, {}));
      expect(await runs.getRun(database, second)).toMatchObject({
        state: 'running',
        checkpoint: { type: 'person', checkpoint: '7' },
        counts: { read: 3 },
        problem: { zh: '甲' },
        stage: '',
        dryRun: false,
      });
      expect(await runs.getRunState(database, second)).toBe('running');
      expect(await runs.getRunState(database, 99)).toBeUndefined();
      expect(await runs.getRun(database, 99)).toBeUndefined();
      expect(await runs.runKeys(database, keyed, 'person', '', 9)).toEqual(['a', 'b']);
      expect(await runs.runKeys(database, keyed, 'person', 'a', 9)).toEqual(['b']);
      await database.write((transaction) => runs.copyRunKeys(transaction, keyed, second));
      expect(await runs.countRunKeys(database, second)).toBe(3);
      await database.write((transaction) => runs.patchRun(transaction, second, { checkpoint: null }));
      expect((await runs.getRun(database, second))!.checkpoint).toBeNull();
      expect(ids(await runs.listRuns(database, { limit: 2 }))).toEqual([keyed, second]);
      expect(ids(await runs.listRuns(database, { job: 1, before: second, limit: 9 }))).toEqual([first]);
      expect(ids(await runs.openRuns(database))).toEqual([second, keyed]);
      expect(await find.lastEndedRun(database, 1)).toMatchObject({ id: first });
      expect(await overview.lastRuns(database)).toEqual([expect.objectContaining({ job: 1, id: first })]);
    });

    it('that are open have begun to write once something of them was sent, applied or failed', async () => {
      const database = await open();
      await withJobs(database);
      const [full, short, dry] = [
        await newRun(database, { job: 2 }),
        await newRun(database, { job: 2, mode: 'keys' }),
        await newRun(database, { dryRun: true }),
      ];
      for (const run of [full, short, dry]) await plan(database, run, [change(`of ${run}`)], run === dry ? 1 : 2);
      expect(await overview.writingRuns(database)).toEqual([]);
      for (const run of [full, short, dry])
        for (const { id } of await changesOf(database, run))
          await database.write((transaction) => ledger.patchChanges(transaction, [{ id, state: 'sent', epoch: 1, at: 2 }]));
      expect(await overview.writingRuns(database)).toEqual([{ job: 2, id: full }]);
      await endRun(database, full);
      expect(await overview.writingRuns(database)).toEqual([]);
    });

    it('of one job are one full run at a time, beside short ones', async () => {
      const database = await open();
      await withJobs(database);
      const full = await newRun(database);
      await expect(newRun(database)).rejects.toThrow();
      await newRun(database, { mode: 'keys' });
      await newRun(database, { mode: 'keys' });
      await newRun(database, { job: 2 });
      await endRun(database, full, 'failed');
      const next = await newRun(database);
      expect(await runs.endedBefore(database, 1, next)).toMatchObject({ id: full, state: 'failed' });
      expect(await runs.endedBefore(database, 1, full)).toBeUndefined();
      expect(await runs.lastReconcile(database, 1)).toBeUndefined();
      await endRun(database, next);
      const reconcile = await newRun(database, { cause: 'schedule' });
      await endRun(database, reconcile);
      await newRun(database, { cause: 'schedule', mode: 'keys' });
      expect(await runs.lastReconcile(database, 1)).toMatchObject({ id: reconcile });
      // Whatever came of it, it has read.
      await database.write((transaction) => runs.patchRun(transaction, full, { evidence: { types: {} } }));
      await database.write((transaction) => runs.patchRun(transaction, reconcile, { evidence: { types: {} } }));
      const whole = async (side: 'since' | 'before', run: number) => (await runs.lastWhole(database, 1, side, run))?.id;
      expect([await whole('since', next), await whole('before', reconcile), await whole('before', full)]).toEqual([
        reconcile,
        full,
        undefined,
      ]);
    });
  });
}
