// Incidents of other sync products, replayed with default settings: fields that always differ, groups that lose members, another server.
import { describe, expect, it, onTestFinished } from 'vitest';
import { ldap } from '../../src/connectors/ldap/index.ts';
import { startSimulator } from '../../src/connectors/ldap/simulator.ts';
import { scim } from '../../src/connectors/scim/index.ts';
import { simulate } from '../../src/connectors/scim/simulator.ts';
import { openScene } from '../../test/support/plain-scene.ts';
import { byNumber, PlainSystem, plainUp } from '../../test/support/plain-system.ts';
import { openWorkbench } from '../../test/support/workbench.ts';

describe('every record counted as changed', () => {
  it('because of a field that is another one at every read, and of a target that makes something else of every value (authentik#25832): the second run writes nothing', async () => {
    const scene = await openScene({ people: 20 });
    // A time of last sign-in and the like: nobody maps it.
    const stir = (): void => {
      for (let id = 1; id <= 20; id++) scene.hr.set('person', String(id), { kind: `seen at ${scene.bench.clock.now()} by ${id}` });
    };
    scene.app.dials.makes = (name, value) => (name === 'name' || name === 'title' ? `${String(value).trim().toUpperCase()} ` : value);
    stir();
    await scene.sync();
    stir();
    await scene.sync();
    const [history, writes] = [await scene.history(), scene.app.writes];
    for (let again = 0; again < 3; again++) {
      stir();
      const { up, down } = await scene.sync();
      expect([up.counts.applied ?? 0, down.counts.applied ?? 0]).toEqual([0, 0]);
    }
    expect([await scene.history(), scene.app.writes]).toEqual([history, writes]);
  });
});

describe('a large group', () => {
  it('keeps its members past a hundred in a SCIM app that takes a hundred at a time (FusionAuth#2784), and one member more is one change, not two hundred and fifty', async () => {
    const bench = await openWorkbench();
    onTestFinished(() => bench.close());
    const server = await simulate({ clock: bench.clock, options: { mood: 'limited' } });
    onTestFinished(() => server.stop());
    const hr = new PlainSystem('hr');
    hr.department('main');
    for (let n = 1; n <= 251; n += 1) hr.person(String(n), 'main', { login: `u${n}` });
    const members = (count: number) => Array.from({ length: count }, (_, at) => ['person', String(at + 1)] as const);
    hr.group('all', members(250));
    await bench.connection('hr', hr.connector, {});
    await bench.connection('app', scim, server.config);
    const up = await bench.job({ name: 'in', connection: 'hr', direction: 'up', mapping: plainUp(), correlation: byNumber.up });
    const down = await bench.job({ name: 'out', connection: 'app', direction: 'down', ...scim.manifest.defaults.down! });
    const sync = async (): Promise<number> => {
      await bench.run(up);
      const { id } = await bench.run(down);
      await bench.approveAll();
      return id;
    };
    await sync();
    const membersThere = (): number => (server.state.list('Groups')[0] as unknown as { members: unknown[] }).members.length;
    expect(membersThere()).toBe(250);
    const writes = server.writes();
    hr.group('all', members(251));
    const run = await sync();
    expect(membersThere()).toBe(251);
    expect(server.writes() - writes).toBe(1);
    const planned = await bench.database.all<{ op: string }>(
      'SELECT e.op FROM change c JOIN change_edge e ON e.change = c.id WHERE c.run = ?',
      run,
    );
    expect(planned).toEqual([{ op: 'add' }]);
    await sync();
    expect(server.writes() - writes).toBe(1);
  });
});

describe('a change number of one LDAP server', () => {
  it('replayed against another server, which counts by itself: what lies between is not lost, and nobody is made twice, disabled or deleted', async () => {
    const bench = await openWorkbench();
    onTestFinished(() => bench.close());
    const person = (n: number, title: string) => ({
      dn: `uid=u${n},dc=example,dc=org`,
      attributes: { objectClass: 'inetOrgPerson', uid: `u${n}`, cn: `User ${n}`, sn: 'User', employeeNumber: `N${n}`, title },
    });
    const people = (count: number, title = 'old') => Array.from({ length: count }, (_, at) => person(at + 1, title));
    const start = async (count: number, title?: string) => {
      const server = await startSimulator({ clock: bench.clock, options: { entries: people(count, title) } });
      onTestFinished(() => server.stop());
      return server;
    };
    const late = await start(11, 'old on the copy');
    bench.clock.advance(3_600_000);
    const first = await start(12);
    const point = (server: { config: object }) => bench.connection('ldap', ldap, { ...server.config, allowPlainPassword: true });
    await point(first);
    const job = await bench.job({ name: 'in', connection: 'ldap', direction: 'up', ...ldap.manifest.defaults.up! });
    await bench.run(job);
    const seen = async () => (await bench.objects('person')).map((row) => [row.id, row.lifecycle, row.data.employeeNumber]);
    const before = await seen();
    expect(before).toHaveLength(12);
    // The other one is an hour behind, lacks somebody, and knows everybody by other ids.
    await point(late);
    await bench.run(job, { mode: 'incremental' });
    expect(await seen()).toEqual(before);
    bench.clock.advance(60_000);
    await bench.unpause();
    await point(first);
    const back = await bench.run(job, { mode: 'incremental' });
    expect(['succeeded', 'warnings']).toContain(back.state);
    expect(await seen()).toEqual(before);
    expect((await bench.objects('person')).every((row) => row.data.title === 'old')).toBe(true);
  });
});
