import { describe, expect, it } from 'vitest';
import { ConnectorError } from '../../src/connector-kit/errors.ts';
import { createEngine } from '../../src/engine/engine.ts';
import type { Database } from '../../src/store/database.ts';
import { getRun } from '../../src/store/runs.ts';
import { hooked } from '../../test/support/hooked.ts';
import { openScene, roomy, type Scene } from '../../test/support/plain-scene.ts';

const label = (text: string) => ({ en: text, zh: text });
const policy = { policy: { guard: roomy } };
const count = (scene: Scene, what: string): number => scene.app.log.filter((line) => line.startsWith(what)).length;
const open = (scene: Scene): Promise<readonly object[]> =>
  scene.bench.database.all(`SELECT id, state FROM change WHERE state IN ('sent', 'unknown', 'planned', 'failed')`);

/** Stops a run when a point is passed; it goes on with the next drain. */
async function interrupted(scene: Scene, job: number, point: string): Promise<number> {
  const stop = new AbortController();
  const engine = createEngine({ ...scene.bench.engine.options, probe: (at) => void (at === point && stop.abort()) });
  const run = await engine.enqueue({ job, mode: 'full', actor: 'test' });
  await engine.drain(stop.signal);
  return run;
}

describe('a write whose answer is lost', () => {
  it('is found again by what was sent, also when the target makes something else of the values', async () => {
    const scene = await openScene({ people: 6, up: policy, down: policy });
    await scene.bench.run(scene.up);
    scene.app.dials.echoes = true;
    scene.app.dials.makes = (name, value) => (name === 'name' ? String(value).toUpperCase() : value);
    scene.app.dials.loseAnswers = 4;
    const run = await scene.bench.run(scene.down);
    expect(run.state).toBe('succeeded');
    expect(scene.app.all('person')).toHaveLength(6);
    expect(count(scene, 'create')).toBe(7);
    expect(await open(scene)).toEqual([]);
    const writes = scene.app.writes;
    await scene.bench.run(scene.down);
    expect(scene.app.writes).toBe(writes);
  });

  it('makes nothing that refers to it pass as written', async () => {
    const scene = await openScene({ people: 4, up: policy, down: policy });
    scene.hr.department('below', 'main');
    scene.hr.set('person', '2', { manager: '1' });
    await scene.bench.run(scene.up);
    // Cut off before they are executed: the top department, and the manager.
    const cut = new Set(['department', 'person']);
    await scene.bench.connection(
      'app',
      hooked(scene.app.connector, {
        limits: { inFlight: 1 },
        beforeWrite: (what, type) => {
          if (what === 'create' && cut.delete(type)) throw new ConnectorError('unknown-outcome', label('Cut off.'), { transport: true });
        },
      }),
      {},
    );
    const run = await scene.bench.run(scene.down);
    expect(run.state).toBe('succeeded');
    expect(scene.account('2')!.attributes.manager).toBe(scene.account('1')!.id);
    expect(scene.app.by('department', 'code', 'below')!.attributes.parent).toBe(scene.app.by('department', 'code', 'main')!.id);
    expect(await scene.bench.database.all(`SELECT id FROM change WHERE state = 'pending'`)).toEqual([]);
  });

  it('of a removal keeps what was removed', async () => {
    const scene = await openScene({
      people: 6,
      up: { policy: { guard: roomy, leaver: { gone: 'delete' } } },
      down: { policy: { guard: roomy, leaver: { gone: 'delete' } } },
    });
    await scene.sync();
    scene.hr.delete('person', '3');
    await scene.bench.run(scene.up);
    await scene.bench.approveAll();
    await scene.bench.run(scene.down);
    scene.app.dials.loseAnswers = 1;
    await scene.bench.approveAll();
    expect(scene.account('3')).toBeUndefined();
    const [row] = await scene.bench.database.all<{ state: string; snapshot: string | null }>(
      `SELECT state, snapshot FROM change WHERE action = 'remove' AND job = ? AND state = 'applied'`,
      scene.down,
    );
    expect(JSON.parse(row!.snapshot!)).toMatchObject({ attributes: { number: 'N-3' } });
  });

  it('of a change of several calls repeats none that is visible', async () => {
    const scene = await openScene({ people: 4, up: policy, down: policy });
    scene.hr.group('crew', [
      ['person', '1'],
      ['person', '2'],
    ]);
    await scene.sync();
    scene.hr.group(
      'crew',
      [
        ['person', '3'],
        ['person', '4'],
      ],
      { name: 'The crew' },
    );
    await scene.bench.run(scene.up);
    const log: string[] = [];
    let cut = true;
    await scene.bench.connection(
      'app',
      hooked(scene.app.connector, {
        beforeWrite: (what) => {
          if (what === 'members' && cut) {
            cut = false;
            throw new ConnectorError('transient', label('Refused.'), { transport: true });
          }
        },
        afterWrite: (what, type) => void log.push(`${what} ${type}`),
      }),
      {},
    );
    await scene.bench.run(scene.down);
    expect(log).toEqual(['update group', 'members group']);
    const crew = scene.app.by('group', 'code', 'crew')!;
    expect(crew.attributes.name).toBe('The crew');
    expect(crew.edges!.member!.map((edge) => edge.to.id).sort()).toEqual(['3', '4'].map((id) => scene.account(id)!.id).sort());
  });

  it('is left unknown while nobody can tell, and settled by the next run', async () => {
    const scene = await openScene({ people: 5, up: policy, down: policy });
    await scene.sync();
    scene.hr.set('person', '2', { title: 'Boss' });
    await scene.bench.run(scene.up);
    scene.app.dials.loseAnswers = 1;
    const blind = {
      ...scene.app.connector,
      open: async (context: never) => {
        const connection = await scene.app.connector.open(context);
        return {
          ...connection,
          get: async (type: string, ids: readonly string[], request: never) => ({
            visible: (await connection.get!(type, ids, request)).visible,
            answers: new Map(ids.map((id) => [id, { state: 'unknown' as const, reason: label('not now') }])),
          }),
        };
      },
    };
    await scene.bench.connection('app', blind, {});
    const run = await scene.bench.run(scene.down);
    expect(run.state).toBe('partly-failed');
    expect(await open(scene)).toEqual([expect.objectContaining({ state: 'unknown' })]);
    await scene.bench.connection('app', scene.app.connector, {});
    expect((await scene.bench.run(scene.down)).state).toBe('succeeded');
    expect(await open(scene)).toEqual([]);
    expect(count(scene, 'update person')).toBe(1);
  });
});

describe('two runs that meet at one object', () => {
  it('create one account: the run that comes later plans it anew', async () => {
    const scene = await openScene({ people: 5, up: policy, down: policy });
    await scene.bench.run(scene.up);
    const full = await interrupted(scene, scene.down, 'after:guard');
    const person = (await scene.known('2'))!;
    const department = (await scene.bench.objects('department'))[0]!;
    await scene.bench.engine.retry(
      scene.down,
      [
        { type: 'department', id: department.id },
        { type: 'person', id: person.id },
      ],
      'admin',
    );
    await scene.bench.engine.drain();
    expect((await getRun(scene.bench.database, full))!.endedAt).not.toBeNull();
    expect(scene.app.all('person').filter((account) => account.attributes.number === 'N-2')).toHaveLength(1);
    expect(count(scene, 'create person')).toBe(5);
    expect(await scene.items()).toEqual([]);
    await scene.bench.run(scene.down);
    expect(count(scene, 'create person')).toBe(5);
    expect(scene.app.all('department')).toHaveLength(1);
  });

  it('do not write it at the same time', async () => {
    const scene = await openScene({ people: 5, up: policy, down: policy });
    await scene.sync();
    scene.hr.set('person', '2', { title: 'Boss' });
    await scene.bench.run(scene.up);
    // The full run dies with the write under way: the line is still "sent" when a short run comes first.
    const full = await interrupted(scene, scene.down, 'apply:before-batch');
    await scene.bench.database.write((transaction) =>
      transaction.run(`UPDATE change SET state = 'sent', sent_at = 0 WHERE run = ? AND state = 'planned'`, full),
    );
    const person = (await scene.known('2'))!;
    await scene.bench.engine.retry(scene.down, [{ type: 'person', id: person.id }], 'admin');
    await scene.bench.engine.drain();
    expect((await getRun(scene.bench.database, full))!.state).toBe('succeeded');
    expect(count(scene, 'update person')).toBe(1);
    expect(scene.account('2')!.attributes.title).toBe('Boss');
  });
});

describe('two changes of one account in one run', () => {
  it('are both written, one after the other', async () => {
    const scene = await openScene({ people: 4, up: policy, down: policy });
    await scene.sync();
    scene.hr.set('person', '2', { status: 'suspended' });
    await scene.sync();
    expect(scene.account('2')!.enabled).toBe(false);
    scene.hr.set('person', '2', { status: 'active', title: 'Back' });
    const { down } = await scene.sync();
    expect(down.state).toBe('succeeded');
    expect(scene.account('2')).toMatchObject({ enabled: true, attributes: { title: 'Back' } });
  });

  it('that was found by a rule are its link and its update', async () => {
    const scene = await openScene({ people: 2, up: policy, down: policy });
    scene.app.put('person', 'there', { name: 'Old name', number: 'N-1' });
    const { down } = await scene.sync();
    expect(down.state).toBe('succeeded');
    expect(scene.app.get('person', 'there')!.attributes.name).toBe('Person 1');
    expect(scene.app.all('person')).toHaveLength(2);
  });
});

describe('an approval', () => {
  it('and its run are one: a crash between them leaves the question open', async () => {
    const scene = await openScene({ people: 4, up: { policy: { guard: roomy, leaver: { gone: 'delete' } } } });
    await scene.bench.run(scene.up);
    scene.hr.delete('person', '3');
    await scene.bench.run(scene.up);
    const [row] = await scene.bench.held();
    const { database } = scene.bench;
    // Dies in the middle of approving, wherever that is.
    for (let survived = 0; survived < 3; survived++) {
      let left = survived;
      const dying: Database = {
        ...database,
        write: (work) =>
          database.write(async (transaction) => {
            const result = await work(transaction);
            if (left-- <= 0) throw new Error('power cut');
            return result;
          }),
      };
      const engine = createEngine({ ...scene.bench.engine.options, database: dying });
      const done = await engine.approve([row!.id], 'admin').then(
        () => true,
        () => false,
      );
      const now = (await scene.heldIn('open', 'approved'))[0]!;
      const runs = await database.all(`SELECT id FROM run WHERE cause = 'approval'`);
      expect([now.state, runs.length]).toEqual(done ? ['approved', 1] : ['open', 0]);
      if (done) break;
    }
    await scene.bench.engine.drain();
    expect((await scene.known('3'))!.lifecycle).toBe('absent');
  });

  it('whose run is cancelled or finds the object moved is a question again', async () => {
    const scene = await openScene({ people: 4, up: { policy: { guard: roomy, leaver: { gone: 'delete' } } } });
    await scene.bench.run(scene.up);
    scene.hr.delete('person', '3');
    await scene.bench.run(scene.up);
    const [row] = await scene.bench.held();
    const [run] = await scene.bench.engine.approve([row!.id], 'admin');
    await scene.bench.engine.cancel(run!, 'admin');
    expect((await scene.bench.held()).map((held) => held.id)).toEqual([row!.id]);
    await scene.bench.approveAll();
    expect((await scene.known('3'))!.lifecycle).toBe('absent');
  });
});
