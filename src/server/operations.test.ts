// What load balancers and monitoring get: alive, ready or not, and numbers for those with a token.
import { describe, expect, it } from 'vitest';
import { newSecret, secretHash } from '../engine/sign-in/door.ts';
import { putToken } from '../store/tokens.ts';
import { createMetrics } from './metrics.ts';
import { openSite, type Site } from './sign-in/browser-test-support.ts';

const ask = (site: Site, url: string, authorization = '') =>
  site.app.inject({ url, headers: { host: '10.1.2.3:7300', ...(authorization ? { authorization } : {}) } });

async function token(site: Site, more: object = {}): Promise<string> {
  const secret = newSecret();
  await site.bench.database.write((transaction) =>
    putToken(transaction, {
      id: secret.slice(0, 8),
      hash: secretHash(secret),
      name: 'prometheus',
      role: 'viewer',
      connections: null,
      jobs: null,
      createdAt: 1,
      createdBy: 'test',
      owner: null,
      expiresAt: site.bench.clock.now + 1000,
      ...more,
    }),
  );
  return `Bearer ${secret}`;
}

describe('health', () => {
  it('is told under any name, without signing in', async () => {
    const site = await openSite();
    expect((await ask(site, '/healthz')).json()).toEqual({ ok: true });
    expect((await ask(site, '/readyz')).statusCode).toBe(200);
  });

  it('and readiness are two things: a store that is away is no reason to restart', async () => {
    const site = await openSite({ ready: () => Promise.reject(new Error('password=hunter2')) });
    const answer = await ask(site, '/readyz');
    expect([answer.statusCode, answer.json()]).toEqual([503, { ok: false }]);
    expect((await ask(site, '/healthz')).statusCode).toBe(200);
  });
});

describe('metrics', () => {
  it('need a token that may see everything', async () => {
    const site = await openSite();
    expect((await ask(site, '/metrics')).statusCode).toBe(401);
    expect((await ask(site, '/metrics', 'Bearer nonsense')).statusCode).toBe(401);
    expect((await ask(site, '/metrics', await token(site, { jobs: [1] }))).statusCode).toBe(401);
    const answer = await ask(site, '/metrics', await token(site));
    expect(answer.statusCode).toBe(200);
    expect(answer.headers['content-type']).toContain('text/plain');
    expect(answer.body).toContain('process_resident_memory_bytes');
  });

  it('show brake, breaker and queue as they are now, and runs and changes as they end', async () => {
    const site = await openSite();
    const { database, clock } = site.bench;
    await database.write(async (transaction) => {
      await transaction.run(`INSERT INTO brake (scope, since, by_whom, reason) VALUES ('all', 1, 'x', 'y')`);
      await transaction.run(
        `INSERT INTO connection (id, connector, name, config, revision, breaker_opened_at) VALUES ('hr', 'file', 'HR', '{}', 1, 5)`,
      );
    });
    const metrics = createMetrics(database, () => clock.now);
    await metrics.read();
    // By whoever it was: the store says so, this process may have had no part in it.
    await database.write(async (transaction) => {
      for (const [id, state, counts, startedAt, endedAt] of [
        [1, 'succeeded', '{"applied":3,"held":1}', 1000, 2500],
        [2, 'running', '{"applied":9}', 1000, null],
      ] as const)
        await transaction.run(
          `INSERT INTO run (id, job, mode, dry_run, cause, actor, state, stage, version, now, counts, queued_at, started_at, ended_at)
           VALUES (?, 1, 'full', 0, 'manual', 'x', ?, '', 1, 1, ?, 1, ?, ?)`,
          id,
          state,
          counts,
          startedAt,
          endedAt,
        );
    });
    await metrics.read();
    const text = await metrics.read();
    for (const line of [
      'tributary_brake{scope="all"} 1',
      'tributary_breaker_open{connection="hr"} 1',
      'tributary_runs_total{job="1",mode="full",state="succeeded"} 1',
      'tributary_changes_total{job="1",outcome="applied"} 3',
      'tributary_changes_total{job="1",outcome="held"} 1',
      'tributary_run_duration_seconds_sum{job="1",mode="full"} 1.5',
    ])
      expect(text).toContain(line);
    await database.write((transaction) => transaction.run('DELETE FROM brake'));
    expect(await metrics.read()).not.toContain('tributary_brake{');
  });

  it('name routes, never addresses, so that no link or id becomes a label', async () => {
    const site = await openSite();
    await site.browser().get('/set-up?link=planted-link');
    await site.browser().get('/nothing/planted-path');
    const { body } = await ask(site, '/metrics', await token(site));
    expect(body).toContain('route="/set-up"');
    expect(body).not.toContain('planted');
  });
});
