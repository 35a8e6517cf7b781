// Tokens for some connections and jobs only: what is theirs works, everything else is refused, and a new operation is closed to them.
import { describe, expect, it } from 'vitest';
import { table } from '../../src/server/api/routes.ts';
import type { Principal, TokenScope } from '../../src/server/principal.ts';
import { openApi, type ApiScene } from '../support/api-scene.ts';

const scoped = (scope: TokenScope): Promise<ApiScene> =>
  openApi({ people: 2 }, (app) => {
    app.addHook('onRequest', async (request) => {
      if (request.headers['x-scoped'])
        request.principal = { kind: 'token', id: 't', name: 'token:ci', roles: ['admin'], scope } satisfies Principal;
    });
  });
const headers = { 'x-scoped': '1' };

describe('a token for one job', () => {
  it('runs and reads that job, by number, name or run, and no other', async () => {
    const api = await scoped({ jobs: [1], connections: [] });
    const status = async (method: string, path: string, body?: object) =>
      (await api.ask(method, path, { headers, ...(body ? { body } : {}) })).status;
    const started = await api.ask('POST', '/jobs/1/runs', { headers, body: {} });
    expect([200, 201, 202]).toContain(started.status);
    const mine = started.body.run;
    const other = (await api.ask('POST', '/jobs/2/runs', { body: { dryRun: true } })).body.run;
    expect(await status('GET', '/runs?job=1')).toBe(200);
    expect(await status('GET', '/jobs/hr%20in')).toBe(200);
    expect(await status('GET', `/runs/${mine}`)).toBe(200);
    for (const [method, path, body] of [
      ['POST', '/jobs/2/runs', {}],
      ['POST', '/jobs/app%20out/runs', {}],
      ['GET', '/runs'],
      ['GET', '/runs?job=2'],
      ['GET', `/runs/${other}`],
      ['GET', `/runs/${other}/changes`],
      ['GET', `/runs/${other}/events`],
      ['GET', '/runs/999'],
      ['POST', '/brakes', { reason: 'x' }],
      ['POST', '/brakes', { reason: 'x', connection: 'hr' }],
      ['POST', '/held/decisions', { decision: 'approve', ids: [1] }],
      ['POST', '/held/decisions', { decision: 'approve', ids: [1], job: 1 }],
      ['POST', '/held/decisions', { decision: 'approve', run: other, job: 1 }],
    ] as const)
      expect(await status(method, path, body), `${method} ${path}`).toBe(403);
    expect(await status('POST', '/brakes', { reason: 'x', job: 1 })).toBe(201);
  });
});

describe('a token for one connection', () => {
  it('reaches that connection and its jobs', async () => {
    const api = await scoped({ jobs: [], connections: ['app'] });
    const status = async (path: string) => (await api.ask('GET', path, { headers })).status;
    expect(await status('/jobs/2')).toBe(200);
    expect(await status('/connections/app')).toBe(200);
    expect(await status('/jobs/1')).toBe(403);
    expect(await status('/connections/hr')).toBe(403);
  });
});

describe('operations about more than one job', () => {
  const narrow =
    /^(brake\.(hold|release)|connection\.(check|get)|held\.(decide|list)|item\.(list|retry)|job\.(departments|get|orphans|parting|resume|state|times|versions)|run\.\w+)$/;
  it('are closed to such tokens, whatever their role; so is every operation that nobody thought of', async () => {
    const api = await scoped({ jobs: [1, 2], connections: ['hr', 'app'] });
    const open: string[] = [];
    for (const [name, operation] of table) {
      if (narrow.test(name)) continue;
      const path = operation.route.path.replaceAll(/\{\w+\}/g, '1');
      const answer = await api.ask(operation.route.method, path, { headers, ...(operation.route.method === 'GET' ? {} : { body: {} }) });
      // 400: the input was refused before anything was asked.
      if (answer.status !== 403 && answer.status !== 400) open.push(`${name} ${answer.status}`);
    }
    expect(open).toEqual([]);
  });
});
