// Incidents of other sync products, replayed with default settings: runs that end too early, too well, or never.
import { describe, expect, it, onTestFinished } from 'vitest';
import { connectors } from '../../src/connectors/index.ts';
import { scim } from '../../src/connectors/scim/index.ts';
import { simulate } from '../../src/connectors/scim/simulator.ts';
import { takeLease } from '../../src/store/upkeep.ts';
import { listRuns } from '../../src/store/runs.ts';
import { hooked } from '../../test/support/hooked.ts';
import { openScene, sentences } from '../../test/support/plain-scene.ts';
import { openWorkbench } from '../../test/support/workbench.ts';
import { ConnectorError } from '../../src/connector-kit/errors.ts';

describe('one bad record', () => {
  it('neither ends the run nor is swallowed: a missing name, a name too long for the app and a refused one are listed, and the run is no plain success', async () => {
    const scene = await openScene({ people: 20 });
    scene.hr.set('person', '1', { name: null });
    scene.hr.set('person', '2', { name: '长'.repeat(65) });
    scene.hr.dials.unreadable.add('3');
    const { up } = await scene.sync();
    expect(up.state).toBe('warnings');
    // Length limits of the app are told by the dry run already.
    const dry = await scene.bench.run(scene.down, { dryRun: true });
    expect(dry.counts.problems ?? 0).toBeGreaterThan(0);
    expect(new Set((await scene.items()).map((item) => item.who))).toEqual(
      new Set(['3', ...(await Promise.all(['1', '2'].map(async (id) => (await scene.known(id))!.id)))]),
    );
    expect(scene.app.all('person')).toHaveLength(17);
    scene.hr.set('person', '1', { name: 'Somebody' });
    scene.hr.set('person', '2', { name: 'Short' });
    scene.hr.dials.unreadable.clear();
    await scene.sync();
    expect(await scene.items()).toEqual([]);
    expect(scene.app.all('person')).toHaveLength(20);
  });
});

describe('a large run that dies in a time-out (keycloak#21146)', () => {
  it('goes on where it stopped, again and again, and never reads a page twice', async () => {
    const scene = await openScene({ people: 95 });
    const pages: number[] = [];
    let alive = 2;
    const connector = hooked(scene.hr.connector, {
      checkpoints: true,
      beforePage: (type, at) => {
        if (type !== 'person') return;
        if (alive-- === 0) throw new ConnectorError('timeout', { en: 'out of time', zh: '超时' }, { transport: true });
        pages.push(at);
      },
    });
    await scene.bench.connection('hr', connector, {});
    let run = await scene.bench.run(scene.up);
    for (let tries = 0; tries < 20 && run.endedAt === null; tries += 1) {
      alive = 2;
      scene.bench.clock.advance(120_000);
      run = (await scene.bench.tick()).find((one) => one.id === run.id) ?? run;
    }
    expect(run.state).toBe('succeeded');
    expect(pages).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9, 10]);
    expect(await scene.people()).toHaveLength(95);
  });
});

describe('a lock that outlives its worker', () => {
  it('is taken over when it lapses: the next run does not wait for somebody who is dead', async () => {
    const scene = await openScene({ people: 3 });
    const id = await scene.bench.engine.enqueue({ job: scene.up, mode: 'full', actor: 'test' });
    const now = scene.bench.clock.now();
    await scene.bench.database.write((transaction) => takeLease(transaction, 'run', String(id), 'a dead worker', now, now + 60_000));
    await scene.bench.engine.drain();
    expect(await scene.people()).toEqual([]);
    scene.bench.clock.advance(61_000);
    expect(await scene.bench.tick()).toMatchObject([{ id, state: 'succeeded' }]);
    expect(await scene.people()).toHaveLength(3);
  });
});

describe('the list of runs', () => {
  it('has a row of its own for every run, by schedule, by event and by hand: none is overwritten', async () => {
    const scene = await openScene({ people: 3, up: { trigger: { kind: 'schedule', cron: '*/10 * * * *' } } });
    for (let n = 0; n < 3; n += 1) {
      scene.bench.clock.advance(600_000);
      await scene.bench.tick();
    }
    await scene.bench.run(scene.up, { keys: [{ type: 'person', id: '1' }] });
    await scene.bench.run(scene.up);
    const runs = await listRuns(scene.bench.database, { limit: 100 });
    expect(new Set(runs.map((run) => run.id)).size).toBe(runs.length);
    expect(runs.filter((run) => run.job === scene.up && run.cause === 'schedule').length).toBeGreaterThanOrEqual(2);
    expect(runs.filter((run) => run.job === scene.up && run.cause === 'manual')).toHaveLength(2);
    expect(runs.every((run) => run.endedAt !== null)).toBe(true);
  });
});

describe('credentials', () => {
  it('no password follows from the user name: no default mapping writes a secret', () => {
    const written = connectors.flatMap(({ manifest }) =>
      (['up', 'down'] as const).flatMap((direction) =>
        Object.entries(manifest.defaults[direction]?.mapping ?? {}).flatMap(([type, rows]) => {
          const secrets = new Set(
            (direction === 'up' ? [] : manifest.types).flatMap((spec) =>
              spec.id === type ? spec.attributes.filter((one) => one.kind === 'secret').map((one) => one.name) : [],
            ),
          );
          return rows.filter((row) => secrets.has((row as { target: string }).target));
        }),
      ),
    );
    expect(written).toEqual([]);
    expect(connectors.some(({ manifest }) => manifest.types.some((type) => type.attributes.some((one) => one.kind === 'secret')))).toBe(
      true,
    );
  });

  it('a secret that a vendor wants in the address of its token is in no log line, no run, no item and no audit entry, whatever goes wrong', async () => {
    const lines: string[] = [];
    const bench = await openWorkbench({ engine: { log: (event, fields) => void lines.push(JSON.stringify([event, fields])) } });
    onTestFinished(() => bench.close());
    const server = await simulate({ clock: bench.clock, options: { mood: 'tencent' } });
    onTestFinished(() => server.stop());
    const secret = 'p@ss/word?&=%23 +secret';
    for (const [name, given] of [
      ['wrong', secret],
      ['right', String(server.config.clientSecret)],
    ] as const) {
      await bench.connection('eiam', scim, { ...server.config, clientSecret: given });
      const job = await bench.job({
        name,
        connection: 'eiam',
        direction: 'up',
        mapping: { person: [{ target: 'userName', field: 'userName' }] },
      });
      for (const fault of ['garbage', 'server-error', 'cut-connection', 'expire-token'] as const) {
        server.fault({ fault, on: 'any', at: 1, times: 1 });
        const run = await bench.run(job);
        lines.push(JSON.stringify(run), sentences(run));
        bench.clock.advance(120_000);
        await bench.tick();
      }
    }
    for (const table of ['run', 'item', 'change', 'job', 'connection', 'audit_payload'])
      lines.push(...(await bench.database.all(`SELECT * FROM ${table}`)).map((row) => JSON.stringify(row)));
    const text = lines.join('\n');
    expect(text.length).toBeGreaterThan(1000);
    for (const shown of [secret, encodeURIComponent(secret), String(server.config.clientSecret)]) expect(text).not.toContain(shown);
  });

  it('a check says that writes will fail before the first of them does', async () => {
    const bench = await openWorkbench();
    onTestFinished(() => bench.close());
    const server = await simulate({ clock: bench.clock, options: { mood: 'strict' } });
    onTestFinished(() => server.stop());
    await bench.connection('app', scim, server.limitedConfig);
    const { findings } = await bench.engine.check('app', { direction: 'down', probeWrite: true });
    const wrong = findings.filter((finding) => !finding.ok);
    expect(findings.find((finding) => finding.level === 'signed-in')).toMatchObject({ ok: true });
    expect(wrong.length).toBeGreaterThan(0);
    expect(wrong.every((finding) => finding.remedy !== undefined)).toBe(true);
  });
});
