// What runs plan and do: ledger, problems, due list, windows, readings, reservations, and what screens ask of them.
import { describe, expect, it } from 'vitest';
import type { Database } from '../database.ts';
import { change, changesOf, endRun, ids, item, memberEdge, newRun, plan, sorted, withJobs } from './rows.ts';
import { changeList, directory, find, ledger, links, overview, problems, runs, staged, upkeep } from './watched.ts';

export function describeLedger(open: () => Promise<Database>): void {
  describe('references', () => {
    it('tell who is referred to, and whom those refer to themselves', async () => {
      const database = await open();
      const manager = (key: string, id: string) => ({ type: 'person', attribute: 'manager', key, id });
      await database.write((transaction) =>
        directory.replaceKeys(transaction, [], [manager('chief', 'boss'), manager('boss', 'a'), manager('boss', 'b')]),
      );
      expect(await directory.referredTo(database, 'person', 'manager')).toEqual(
        new Map([
          ['boss', 'chief'],
          ['chief', null],
        ]),
      );
      expect((await directory.referredTo(database, 'department', 'manager')).size).toBe(0);
    });
  });

  describe('creates that a system has no room for', () => {
    it('are the last ones in the order in which they would be made', async () => {
      const database = await open();
      await withJobs(database);
      const run = await newRun(database);
      await plan(database, run, [
        change('late', { action: 'create', wave: 3 }),
        change('deep', { action: 'create', depth: 1 }),
        change('first', { action: 'create' }),
        change('kept'),
        change('other', { action: 'create', type: 'group' }),
      ]);
      const keys = new Map((await changesOf(database, run)).map((row) => [row.id, row.source_key]));
      const beyond = async (room: number) => (await ledger.createsBeyond(database, run, 'person', room)).map((id) => keys.get(id));
      expect([await beyond(0), await beyond(2), await beyond(3)]).toEqual([['first', 'deep', 'late'], ['late'], []]);
    });
  });

  describe('wishes of one plan', () => {
    it('names who wishes for a key, and only what is contested when asked for that', async () => {
      const database = await open();
      const wish = (key: string, id: string) => ({ type: 'person', attribute: 'mail', key, id });
      await database.write((transaction) =>
        staged.putStagedKeys(transaction, 1, [wish('one', 'a'), wish('two', 'a'), wish('two', 'b'), wish('three', 'c')]),
      );
      const keys = ['one', 'two', 'three', 'none'];
      const all = await staged.stagedHolders(database, 1, 'person', 'mail', keys);
      expect(sorted(all.map((row) => `${row.key} ${row.id}`))).toEqual(['one a', 'three c', 'two a', 'two b']);
      const contested = async (own: readonly string[]) =>
        sorted((await staged.contestedHolders(database, 1, 'person', 'mail', keys, own)).map((row) => `${row.key} ${row.id}`));
      expect(await contested(['a', 'b', 'c'])).toEqual(['two a', 'two b']);
      expect(await contested(['a'])).toEqual(['three c', 'two a', 'two b']);
    });
  });

  describe('the ledger', () => {
    it('numbers what is planned in order, and gives it back wave by wave', async () => {
      const database = await open();
      const run = await newRun(database);
      const first = await plan(database, run, [
        change('a', { wave: 3 }),
        change('b', { wave: 2, depth: 1 }),
        change('c'),
        change('d'),
        change('e'),
      ]);
      expect(ids(await changesOf(database, run))).toEqual([0, 1, 2, 3, 4].map((n) => first + n));
      expect(await ledger.nextStep(database, run)).toMatchObject({ wave: 2, depth: 0 });
      expect((await ledger.nextBatch(database, run, 'planned', 2, 0, 2)).map((row) => row.source_key)).toEqual(['c', 'd']);
      await database.write((transaction) =>
        ledger.patchChanges(
          transaction,
          [2, 3, 4].map((n) => ({ id: first + n, state: 'applied', at: 3 })),
        ),
      );
      expect(await ledger.nextStep(database, run)).toMatchObject({ wave: 2, depth: 1 });
      expect((await ledger.changesIn(database, run, ['applied', 'planned'], first + 2, 2)).map((row) => row.id)).toEqual([
        first + 3,
        first + 4,
      ]);
      expect((await ledger.fewChangesIn(database, run, 'applied', first + 2, 1)).map((row) => row.id)).toEqual([first + 3]);
      const done = await ledger.carriedOut(database, { run, job: 1 }, 'person', ['a', 'b', 'c', 'd']);
      expect([...done].sort()).toEqual(['c', 'd']);
      expect(await ledger.carriedOut(database, { run: run + 1, job: 1 }, 'person', ['c'])).toEqual(new Set());
      expect(ids(await ledger.changesById(database, [first, first + 4, 999]))).toEqual([first, first + 4]);
      expect(await ledger.nextStep(database, 99)).toBeUndefined();
    });

    it('keeps an outcome: what a patch does not name stays, attempts are counted, a secret goes with it', async () => {
      const database = await open();
      const run = await newRun(database);
      const id = await plan(database, run, [change('a', { secrets: '{"p":"x"}' })]);
      const patch = (more: object): Promise<void> =>
        database.write((transaction) => ledger.patchChanges(transaction, [{ id, state: 'planned', at: 1, ...more }]));
      await patch({ state: 'sent', epoch: 4, at: 5 });
      await patch({ state: 'unknown', errorKind: 'unknown-outcome', error: '{"en":"lost"}', at: 6 });
      expect((await changesOf(database, run))[0]).toMatchObject({
        state: 'unknown',
        attempts: 1,
        epoch: 4,
        sent_at: 6,
        ended_at: null,
        secrets: '{"p":"x"}',
        error_kind: 'unknown-outcome',
      });
      await patch({ state: 'sent', at: 7 });
      await patch({ state: 'planned', uncalled: true, at: 7 });
      expect((await changesOf(database, run))[0]).toMatchObject({ state: 'planned', attempts: 1 });
      await patch({ state: 'sent', at: 8 });
      await patch({ state: 'applied', targetKey: 't', snapshot: '{}', verdict: '{"v":1}', at: 9 });
      expect((await changesOf(database, run))[0]).toMatchObject({
        state: 'applied',
        attempts: 2,
        epoch: 4,
        sent_at: 8,
        ended_at: 9,
        secrets: null,
        target_key: 't',
        snapshot: '{}',
        verdict: '{"v":1}',
        error: null,
      });
    });

    it('marks what one transaction carried out, also with gaps between the numbers', async () => {
      const database = await open();
      const run = await newRun(database);
      const first = await plan(database, run, [change('a'), change('b'), change('c', { secrets: '{"p":"x"}' }), change('d')]);
      await database.write((transaction) => ledger.markApplied(transaction, [first, first + 2], 7));
      const states = async () => (await changesOf(database, run)).map((row) => [row.state, row.attempts, row.ended_at, row.secrets]);
      expect(await states()).toEqual([
        ['applied', 1, 7, null],
        ['planned', 0, null, null],
        ['applied', 1, 7, null],
        ['planned', 0, null, null],
      ]);
      await database.write((transaction) => ledger.markApplied(transaction, [first + 1], 8));
      await database.write((transaction) => ledger.markApplied(transaction, [], 9));
      expect((await states())[1]).toEqual(['applied', 1, 8, null]);
    });

    it('lets one change of an object be under way at a target, and tells whom others have under way', async () => {
      const database = await open();
      const [one, two] = [await newRun(database), await newRun(database, { job: 2 })];
      const first = await plan(database, one, [change('a')]);
      const second = await plan(database, two, [change('a'), change('b')], 2);
      const send = (id: number): Promise<void> =>
        database.write((transaction) => ledger.patchChanges(transaction, [{ id, state: 'sent', at: 1 }]));
      await send(first);
      await expect(send(second)).rejects.toThrow();
      expect(await ledger.busyElsewhere(database, 'hr', two, ['d-a', 'd-b'])).toEqual(new Set(['d-a']));
      expect(await ledger.busyElsewhere(database, 'hr', one, ['d-a'])).toEqual(new Set());
      expect(await ledger.leftUnknown(database, 1, 0, 9)).toEqual([]);
      await endRun(database, one, 'cancelled');
      expect(ids(await ledger.leftUnknown(database, 1, 0, 9))).toEqual([first]);
      expect(await ledger.leftUnknown(database, 2, 0, 9)).toEqual([]);
    });

    it('keeps edges with their change, splits off what has to wait, and leaves nothing of a plan that is made anew', async () => {
      const database = await open();
      const run = await newRun(database);
      const id = await plan(database, run, [
        change('g', { type: 'group', edges: [memberEdge('x'), memberEdge('y')] }),
        change('h', { type: 'group', edges: [memberEdge('x', 'remove')] }),
      ]);
      const [first] = await changesOf(database, run);
      const edges = await ledger.edgesOfChanges(database, [id]);
      expect(edges.map((edge) => edge.to_id)).toEqual(['x', 'y']);
      await database.write((transaction) =>
        ledger.splitPending(
          transaction,
          first!,
          {
            kept: { before: {}, after: { title: 'Boss' } },
            rest: { before: {}, after: {} },
            edges: edges.filter((edge) => edge.to_id === 'y'),
            hash: 'h2',
          },
          { reason: 'later' },
          4,
        ),
      );
      const after = await changesOf(database, run);
      expect(after.map((row) => [row.source_key, row.state, row.aspect])).toEqual([
        ['g', 'planned', ''],
        ['h', 'planned', ''],
        ['g', 'pending', 'references'],
      ]);
      expect((await ledger.edgesOfChanges(database, ids(after) as number[])).map((edge) => [edge.change, edge.to_id])).toEqual([
        [id, 'x'],
        [id + 1, 'x'],
        [id + 2, 'y'],
      ]);
      expect(await ledger.edgesOfChanges(database, [])).toEqual([]);
      const waits = (key: string, name: string) => ({ to_type: 'person', to_key: 'boss', type: 'group', source_key: key, name });
      await database.write(async (transaction) => {
        await links.addWaiting(transaction, 1, [waits('g', 'leader'), waits('z', 'leader'), waits('z', 'member')]);
        await links.wakeWaiting(transaction, 1, run, 'person', ['nobody']);
      });
      expect(await upkeep.dueNow(database, 9, 9)).toEqual([]);
      // What the run still has to write gets its references with it.
      await database.write((transaction) => links.wakeWaiting(transaction, 1, run, 'person', ['boss', 'nobody']));
      expect((await upkeep.dueNow(database, 9, 9)).map((due) => [due.type, due.source_key, due.what])).toEqual([
        ['group', 'z', 'reference'],
      ]);
      expect(await ledger.hasPlan(database, run)).toBe(true);
      await database.write((transaction) => ledger.clearPlan(transaction, run));
      expect([await changesOf(database, run), await database.all('SELECT * FROM change_edge')]).toEqual([[], []]);
      expect(await ledger.hasPlan(database, run)).toBe(false);
    });

    it('knows what made, stopped and ended the accounts of a person, the last first', async () => {
      const database = await open();
      const run = await newRun(database);
      const id = await plan(database, run, [
        change('a', { action: 'remove', wave: 4 }),
        change('a', { action: 'disable', wave: 0 }),
        change('a'),
        change('b'),
      ]);
      await database.write((transaction) => ledger.markApplied(transaction, [id, id + 1, id + 2, id + 3], 1));
      expect((await find.endingsOf(database, 'd-a')).map((row) => row.action)).toEqual(['remove', 'disable']);
      expect(await find.endingsOf(database, 'd-b')).toEqual([]);
    });

    it('counts what was planned and what came of it', async () => {
      const database = await open();
      const run = await newRun(database);
      const id = await plan(database, run, [change('a'), change('b'), change('c', { action: 'create', kinds: '|create|' })]);
      await database.write((transaction) =>
        ledger.patchChanges(transaction, [{ id, state: 'held', verdict: '{"question":"limit"}', at: 1 }]),
      );
      expect(await ledger.countChanges(database, run)).toEqual(
        expect.arrayContaining([
          expect.objectContaining({ state: 'held', count: 1 }),
          expect.objectContaining({ action: 'create', count: 1 }),
        ]),
      );
      // The guard judges a run as a whole, also when it goes on after a crash.
      expect(await ledger.countKinds(database, run)).toEqual(
        expect.arrayContaining([expect.objectContaining({ kinds: '|update:title|', count: 2 })]),
      );
      expect(await overview.planGroups(database, run)).toHaveLength(3);
      expect(await overview.planExamples(database, run, 1)).toHaveLength(3);
      expect((await overview.planGroups(database, run)).filter((group) => group.kinds !== null)).toEqual([
        expect.objectContaining({ action: 'update', kinds: '|update:title|', count: 1 }),
        expect.objectContaining({ action: 'update', kinds: '|update:title|', count: 1 }),
      ]);
      expect(
        (await changeList.changePage(database, { run, after: 0, limit: 9, states: ['planned'], text: 'PERSON c' })).rows.map(
          (row) => row.source_key,
        ),
      ).toEqual(['c']);
      expect((await changeList.changePage(database, { run, after: 0, limit: 9 })).rows).toHaveLength(3);
      expect(await find.lastChangeOf(database, 1, 'person', 'b')).toMatchObject({ id: id + 1 });
      expect(await overview.titlesOf(database, ['d-a', 'none'])).toEqual(new Map([['d-a', 'Person a']]));
      await database.write((transaction) => runs.patchRun(transaction, run, { state: 'waiting' }));
      expect(await overview.piledUp(database)).toEqual(
        expect.arrayContaining([expect.objectContaining({ run, action: 'update', count: 1 })]),
      );
      await database.write((transaction) => ledger.skipPlanned(transaction, run, { reason: 'ended' }, 7));
      expect((await changesOf(database, run)).map((row) => row.state)).toEqual(['held', 'skipped', 'skipped']);
    });
  });

  describe('the changes of a run', () => {
    it('are listed page by page, each once and in order, whatever is asked for', async () => {
      const database = await open();
      const run = await newRun(database);
      const actions = ['create', 'update', 'update', 'update', 'disable'];
      const states = ['applied', 'applied', 'applied', 'failed', 'held', 'planned'];
      const first = await plan(
        database,
        run,
        Array.from({ length: 120 }, (_, n) =>
          change(`k${n}`, {
            action: actions[(n * 7) % 5]!,
            type: n % 4 === 0 ? 'department' : 'person',
            situation: n % 3 === 0 ? 'gone' : 'changed',
          }),
        ),
      );
      await plan(database, await newRun(database, { mode: 'keys' }), [change('other')]);
      await database.write((transaction) =>
        ledger.patchChanges(
          transaction,
          Array.from({ length: 120 }, (_, n) => ({ id: first + n, state: states[(n * 5) % 6]!, at: 1 })),
        ),
      );
      const all = await changesOf(database, run);
      const some = <T>(values: readonly T[] | undefined, value: T): boolean => values === undefined || values.includes(value);
      for (const wanted of [undefined, ['failed'], ['applied', 'held']])
        for (const doing of [undefined, ['disable'], ['create', 'update'], ['link']])
          for (const types of [undefined, ['person']])
            for (const [text, situations] of [
              [undefined, undefined],
              ['K1', undefined],
              ['nobody', undefined],
              [undefined, ['gone']],
              ['k2', ['changed', 'gone']],
            ] as const) {
              const filter = { run, limit: 7, lookThrough: 20, states: wanted, actions: doing, types, situations, text };
              const listed: number[] = [];
              for (let after: number | null = 0; after !== null; ) {
                const page: Awaited<ReturnType<typeof changeList.changePage>> = await changeList.changePage(database, { ...filter, after });
                expect(page.rows.length).toBeLessThanOrEqual(7);
                listed.push(...page.rows.map((row) => row.id));
                after = page.next;
              }
              const expected = all.filter(
                (row) =>
                  some(wanted, row.state) &&
                  some(doing, row.action) &&
                  some(types, row.type) &&
                  some(situations, row.situation) &&
                  (text === undefined || row.source_key.includes(text.toLowerCase())),
              );
              expect(listed).toEqual(ids(expected));
            }
      const leads = { relation: 'membership', to_type: 'department', op: 'add', facts: '{}', facts_before: null } as const;
      const of = await newRun(database, { mode: 'keys' });
      await plan(database, of, [
        change('in', { directory_id: 'd-in' }),
        change('comes', { directory_id: 'd-comes', edges: [{ ...leads, to_id: 'sales' }] }),
        change('itself', { directory_id: 'sales', type: 'department' }),
        change('elsewhere', { directory_id: 'd-elsewhere', edges: [{ ...leads, to_id: 'finance' }] }),
      ]);
      await database.write((transaction) =>
        transaction.run(
          `INSERT INTO edge (owner, relation, to_type, to_id, tree, job, facts) VALUES ('d-in', 'membership', 'department', 'sales', '', 1, '{}')`,
        ),
      );
      expect(
        (await changeList.changePage(database, { run: of, after: 0, limit: 9, department: 'sales' })).rows.map((row) => row.source_key),
      ).toEqual(['in', 'comes', 'itself']);
      expect(await changeList.changePage(database, { run: 999, after: 0, limit: 5 })).toEqual({ rows: [], next: null });
    });
  });

  describe('problems of single objects', () => {
    it('count their attempts, are mended by the run that did not meet them again, and come back when retried', async () => {
      const database = await open();
      await database.write((transaction) =>
        upkeep.putItems(transaction, [item('a', { title: 'A' }), item('b', { cause: 'missing', state: 'open', next_at: null })]),
      );
      await database.write((transaction) => upkeep.putItems(transaction, [item('a', { last_run: 2, next_at: 20, state: 'dead' })]));
      expect(await upkeep.itemsOf(database, 1, 'person', ['a'])).toEqual([
        expect.objectContaining({ attempts: 2, state: 'dead', title: 'A', first_run: 1, last_run: 2 }),
      ]);
      expect(await upkeep.dueItems(database, 99, 9)).toEqual([]);
      await database.write((transaction) => problems.reviveProblems(transaction, 1, {}, 30));
      expect(await upkeep.dueItems(database, 29, 9)).toEqual([]);
      const due = await upkeep.dueItems(database, 30, 9);
      expect(due.map((row) => [row.source_key, row.attempts])).toEqual([['a', 0]]);
      await database.write((transaction) => upkeep.postponeItems(transaction, due, 50));
      expect(await upkeep.dueItems(database, 49, 9)).toEqual([]);
      expect(await overview.countItems(database)).toEqual([expect.objectContaining({ job: 1, count: 2, dead: 0 })]);
      expect(await overview.itemPage(database, { run: 2, limit: 9 })).toHaveLength(1);
      const keysOf = async (filter: Omit<Parameters<typeof overview.itemPage>[1], 'limit'>) =>
        (await overview.itemPage(database, { limit: 9, ...filter })).map((row) => row.source_key);
      expect([await keysOf({ job: 1 }), await keysOf({ job: 2 }), await keysOf({})]).toEqual([['a', 'b'], [], ['a', 'b']]);
      expect([
        await keysOf({ job: 1, after: [1, 'person', 'a', '~'] }),
        await keysOf({ job: 1, after: [0, '', '', ''] }),
        await keysOf({ job: 1, after: [2, '', '', ''] }),
      ]).toEqual([['b'], ['a', 'b'], []]);
      expect(await find.itemsOfKey(database, 1, 'person', 'b')).toHaveLength(1);
      await database.write((transaction) => upkeep.mendItems(transaction, 1, 'person', ['a', 'b'], 3, 'writing'));
      expect((await upkeep.listItems(database, 1, 9)).map((row) => row.source_key)).toEqual(['b']);
      await database.write((transaction) => upkeep.mendItems(transaction, 1, 'person', ['b'], 1, 'data'));
      expect(await upkeep.listItems(database, 0, 9)).toHaveLength(1);
      await database.write((transaction) => upkeep.mendItems(transaction, 1, 'person', ['b'], 2, 'data'));
      expect(await upkeep.listItems(database, 0, 9)).toEqual([]);
    });
  });

  describe('the due list', () => {
    it('has one time per object and reason', async () => {
      const database = await open();
      const due = (what: string, at: number) => ({ job: 1, type: 'person', source_key: 'a', what, at });
      await database.write((transaction) => upkeep.putDue(transaction, [due('review', 5), due('delete', 9)]));
      await database.write((transaction) => upkeep.putDue(transaction, [due('review', 7)]));
      expect((await upkeep.dueNow(database, 7, 9)).map((row) => row.what)).toEqual(['review']);
      expect(sorted((await upkeep.dueOf(database, 1, 'person', ['a'])).map((row) => `${row.what} ${row.at}`))).toEqual([
        'delete 9',
        'review 7',
      ]);
      await database.write((transaction) => upkeep.dropDue(transaction, 1, 'person', ['a'], 'delete'));
      expect(await upkeep.dueNow(database, 99, 9)).toHaveLength(1);
      const keys = ['a', 'b'].map((id) => ({ type: 'person', id }));
      const run = await newRun(database, { mode: 'keys', keys });
      await database.write((transaction) => upkeep.reviewAgain(transaction, { id: run, job: 1 }, 50));
      expect((await upkeep.dueNow(database, 99, 9)).map((row) => `${row.source_key} ${row.at}`).sort()).toEqual(['a 50', 'b 50']);
      await database.write((transaction) => upkeep.reviewAllNow(transaction, 20));
      expect((await upkeep.dueNow(database, 99, 9)).map((row) => row.at)).toEqual([20, 20]);
    });
  });

  describe('the rolling window', () => {
    const reserve = (database: Database, run: number, at: number, objects: readonly string[]): Promise<void> =>
      database.write((transaction) =>
        upkeep.reserveWindow(
          transaction,
          1,
          run,
          at,
          objects.map((object) => ({ kind: 'update:title', object })),
        ),
      );

    it('counts distinct objects of other runs since a moment', async () => {
      const database = await open();
      await reserve(database, 1, 10, ['a', 'b']);
      await reserve(database, 1, 10, ['a']);
      await reserve(database, 2, 20, ['a', 'c']);
      expect(await upkeep.windowCount(database, 1, 'update:title', 0, 3)).toBe(3);
      expect(await upkeep.windowCount(database, 1, 'update:title', 0, 2)).toBe(2);
      expect(await upkeep.windowCount(database, 1, 'update:title', 10, 3)).toBe(2);
      expect(await upkeep.windowCount(database, 2, 'update:title', 0, 3)).toBe(0);
      expect(sorted((await upkeep.windowObjects(database, 1, 'update:title', 0, 2, ['a', 'c', 'z'])).map((row) => row.object))).toEqual([
        'a',
      ]);
    });

    it('knows how many of a plan it has already, and takes back what was not used', async () => {
      const database = await open();
      const run = await newRun(database);
      const id = await plan(database, run, [change('a'), change('b')]);
      await reserve(database, 99, 5, ['d-a']);
      expect(await upkeep.windowOverlap(database, 1, 'update:title', 0, run)).toBe(1);
      await reserve(database, run, 6, ['d-a', 'd-b', 'd-c']);
      await database.write(async (transaction) => {
        await ledger.patchChanges(transaction, [{ id, state: 'applied', at: 7 }]);
        await upkeep.giveBackWindow(transaction, 1, run, ['d-c']);
        await upkeep.giveBackUnused(transaction, 1, run);
      });
      expect(
        sorted((await upkeep.windowObjects(database, 1, 'update:title', 0, 0, ['d-a', 'd-b', 'd-c'])).map((row) => row.object)),
      ).toEqual(['d-a']);
      await database.write((transaction) => upkeep.trimWindow(transaction, 6));
      expect(await upkeep.windowCount(database, 1, 'update:title', 0, run)).toBe(0);
    });
  });

  describe('readings and reservations', () => {
    it('keep the last complete read of a part', async () => {
      const database = await open();
      const reading = { job: 1, type: 'person', part_hash: 'p', run: 1, at: 5, range: 'all', attributes: '[]', objects: 10, present: '{}' };
      await database.write((transaction) => upkeep.putReadings(transaction, [reading]));
      await database.write((transaction) =>
        upkeep.putReadings(transaction, [
          { ...reading, run: 2, at: 6, objects: 11 },
          { ...reading, part_hash: 'q', at: 4, objects: 3 },
          { ...reading, type: 'group', objects: 2 },
        ]),
      );
      const readings = await upkeep.readingsOf(database, 1);
      expect(readings.get('person')).toMatchObject({ run: 2, objects: 11 });
      expect(readings.get('group')).toMatchObject({ run: 1, objects: 2 });
      expect((await upkeep.readingsOf(database, 2)).size).toBe(0);
    });

    it('keep a value for its holder, cool it down, and forget those of a dry run', async () => {
      const database = await open();
      await database.write(async (transaction) => {
        await upkeep.reserve(transaction, 'app', 'person.login', 1, [{ key: 'zhangwei', holder: 'd1', value: 'ZhangWei' }]);
        await upkeep.reserve(transaction, 'app', 'person.login', 2, [{ key: 'zhangwei2', holder: 'd2', value: 'ZhangWei2' }]);
        await upkeep.coolReservations(transaction, 'app', ['d1'], 50);
      });
      expect(await upkeep.reservationsOf(database, 'app', 'person.login', ['zhangwei', 'other'])).toEqual([
        expect.objectContaining({ holder: 'd1', state: 'cooling', until: 50 }),
      ]);
      expect(await upkeep.reservationsHeldBy(database, 'app', 'person.login', ['d2'])).toEqual([
        expect.objectContaining({ key: 'zhangwei2', state: 'owned', until: null }),
      ]);
      await database.write((transaction) =>
        upkeep.reserve(transaction, 'app', 'person.login', 3, [{ key: 'zhangwei', holder: 'd1', value: 'ZhangWei' }]),
      );
      expect((await upkeep.reservationsHeldBy(database, 'app', 'person.login', ['d1']))[0]).toMatchObject({ state: 'owned', until: null });
      await database.write((transaction) => upkeep.dropDryReservations(transaction, 2));
      expect(await upkeep.reservationsHeldBy(database, 'app', 'person.login', ['d1', 'd2'])).toHaveLength(1);
      expect(await withJobs(database)).toBeUndefined();
    });
  });
}
