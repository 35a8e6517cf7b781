// What only time makes worth telling: a read that is overdue, events that stay away, a credential that expires.
import { describe, expect, it, onTestFinished } from 'vitest';
import type { Connector } from '../../src/connector-kit/contract.ts';
import { z } from 'zod';
import { field } from '../../src/connector-kit/define.ts';
import { carryOut } from '../../src/engine/commands.ts';
import { getSealed } from '../../src/store/jobs.ts';
import { createNotifier } from '../../src/engine/notify/notifier.ts';
import { saveInstallationNotices } from '../../src/engine/notify/settings.ts';
import { installationNoticesSchema } from '../../src/core/notices.ts';
import { noticePage } from '../../src/store/notices.ts';
import { createRun, patchRun } from '../../src/store/runs.ts';
import { openScene, roomy, type Scene } from '../../test/support/plain-scene.ts';

const HOUR = 3_600_000;
const DAY = 24 * HOUR;

/** Looks every `step` hours for so many hours; what was told but of runs, oldest first. */
async function pass(scene: Scene, hours: number, step = 1): Promise<string[]> {
  const notifier = createNotifier(scene.bench.engine);
  onTestFinished(() => notifier.close());
  for (let passed = 0; passed < hours; passed += step) {
    scene.bench.clock.advance(step * HOUR);
    await notifier.tend();
  }
  const rows = await noticePage(scene.bench.database, { limit: 100 });
  return rows
    .filter((row) => !row.kind.startsWith('run-'))
    .reverse()
    .map((row) => `${row.kind} ${row.job ?? row.connection}`);
}
const rules = (scene: Scene, given: object): Promise<unknown> =>
  scene.bench.database.write((transaction) => saveInstallationNotices(transaction, installationNoticesSchema.parse(given)));

/** The PlainSystem with a token that `check` looks at, and says the end of. */
const withToken = (connector: Connector, good: () => string, expiresAt: () => string): Connector => ({
  ...connector,
  manifest: {
    ...connector.manifest,
    config: z.object({ token: field(z.string().optional(), { label: { en: 'Token', zh: '令牌' }, secret: true }) }),
  },
  async open(context) {
    const connection = await connector.open(context);
    return {
      ...connection,
      async check(request) {
        const report = await connection.check(request);
        const { token } = context.config as { token?: string };
        const ok = token === undefined || token === good();
        const said = { en: 'signed in', zh: '已登录' };
        return { ...report, expiresAt: expiresAt(), findings: [...report.findings, { level: 'signed-in', ok, message: said }] };
      },
    };
  },
});

describe('a complete read', () => {
  it('that does not come is told once, and again only after one did come', async () => {
    const scene = await openScene({ people: 2, up: { policy: { guard: roomy }, notices: { noCompleteReadHours: 48 } } });
    await scene.bench.run(scene.up);
    expect(await pass(scene, 48, 6)).toEqual([]);
    expect(await pass(scene, 60, 6)).toEqual([`read-overdue ${scene.up}`]);
    await scene.bench.run(scene.up);
    expect(await pass(scene, 50)).toHaveLength(2);
  });

  it('is not missed of a job that is started by hand, unless its own settings say so', async () => {
    const scene = await openScene({ people: 2, up: { policy: { guard: roomy } } });
    await rules(scene, { noCompleteReadHours: 1 });
    await scene.bench.run(scene.up);
    expect(await pass(scene, 9)).toEqual([]);
  });
});

describe('events', () => {
  it('that stay away although a reconcile found changes are told, once per reconcile; with events nothing is', async () => {
    const scene = await openScene({ people: 2, up: { policy: { guard: roomy } } });
    const { database, clock } = scene.bench;
    await database.write(async (transaction) => {
      const row = (await transaction.get<{ settings: string }>('SELECT settings FROM job WHERE id = ?', scene.up))!;
      const settings = JSON.stringify({ ...JSON.parse(row.settings), trigger: { kind: 'event', reconcile: null } });
      await transaction.run('UPDATE job SET settings = ? WHERE id = ?', settings, scene.up);
    });
    await rules(scene, { noEventHours: 24 });
    const ended = (more: { mode: 'full' | 'keys'; cause: string }, counts: Record<string, number>): Promise<void> =>
      database.write(async (transaction) => {
        const id = await createRun(transaction, { job: scene.up, dryRun: false, actor: 'test', version: 1, now: clock.now(), ...more });
        await patchRun(transaction, id, { state: 'succeeded', counts, endedAt: clock.now() });
      });
    await ended({ mode: 'full', cause: 'schedule' }, { read: 9 });
    expect(await pass(scene, 2)).toEqual([]);
    await ended({ mode: 'keys', cause: 'event' }, { applied: 1 });
    await ended({ mode: 'full', cause: 'schedule' }, { applied: 4 });
    expect(await pass(scene, 2)).toEqual([]);
    clock.advance(2 * DAY);
    await ended({ mode: 'full', cause: 'schedule' }, { applied: 4 });
    expect(await pass(scene, 3)).toEqual([`events-silent ${scene.up}`]);
  });
});

describe('a credential', () => {
  it('is looked at every day, and its end told 30, 7 and 1 days before, once each', async () => {
    const scene = await openScene({ people: 1, up: { policy: { guard: roomy } } });
    const start = scene.bench.clock.now();
    let checks = 0;
    const expiresAt = (): string => {
      checks++;
      return new Date(start + 40 * DAY).toISOString();
    };
    await scene.bench.connection(
      'hr',
      withToken(scene.hr.connector, () => '', expiresAt),
      {},
    );
    expect(await pass(scene, 9 * 24, 12)).toEqual([]);
    expect(checks).toBe(9);
    expect(await pass(scene, 2 * 24, 12)).toEqual(['credential-expiring hr']);
    expect(await pass(scene, 28 * 24, 12)).toHaveLength(3);
    const facts = (await noticePage(scene.bench.database, { limit: 9 })).map((row) => (JSON.parse(row.facts) as { days: number }).days);
    expect(facts).toEqual([1, 7, 30]);
  });
});

describe('a new credential', () => {
  it('is tried first: one that does not work is not taken, one that works is, and what it says of its end counts', async () => {
    const scene = await openScene({ people: 1, up: { policy: { guard: roomy } } });
    const { engine, database, clock } = scene.bench;
    const end = new Date(clock.now() + 400 * DAY).toISOString();
    await scene.bench.connection(
      'hr',
      withToken(
        scene.hr.connector,
        () => 'new-token',
        () => end,
      ),
      { token: 'old-token' },
    );
    const context = { reader: database, connectors: engine.options.connectors, now: () => clock.now(), engine, actor: 'test', alone: true };
    const renew = (secrets: object): Promise<unknown> => carryOut('connection.renew', context, { connection: 'hr', secrets });
    const inUse = async (): Promise<string> => engine.options.sealer.open((await getSealed(database, 'connection:hr')).get('token')!);
    expect(await renew({ token: 'mistyped' })).toMatchObject({ renewed: false });
    expect(await inUse()).toBe('old-token');
    await expect(renew({ name: 'x' })).rejects.toThrow(/no secret of connection "hr"/);
    scene.hr.dials.range = 'all';
    expect(await renew({ token: 'new-token' })).toMatchObject({ renewed: true, expiresAt: end, error: null });
    expect(await inUse()).toBe('new-token');
    expect(await database.get('SELECT expires_at FROM connection WHERE id = ?', 'hr')).toEqual({ expires_at: end });
    expect(JSON.stringify(await database.all('SELECT * FROM audit_payload'))).not.toContain('new-token');
  });
});
