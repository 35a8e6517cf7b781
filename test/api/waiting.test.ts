// Everything that waits for a person in one list: worst first, each with operations that exist, may be called and settle it.
import { describe, expect, it } from 'vitest';
import { operations, type OperationName } from '../../src/engine/commands.ts';
import type { Role } from '../../src/server/principal.ts';
import { openApi, type Loose } from '../support/api-scene.ts';
import { putToken } from '../../src/store/tokens.ts';
import { roomy } from '../support/plain-scene.ts';

interface Link {
  readonly operation: string;
  readonly role: string;
  readonly method: string;
  readonly path: string;
  readonly input: Record<string, unknown>;
}
interface Waits {
  readonly id: string;
  readonly urgency: string;
  readonly count: number | null;
  readonly settle: readonly Link[];
  readonly see: Link | null;
  readonly [field: string]: unknown;
}

const queryOf = (link: Link): string =>
  new URLSearchParams(Object.entries(link.input).map(([name, value]) => [name, String(value)])).toString();

describe('what waits for a person', () => {
  it('is one list, worst first; its links lead to operations that settle it, and what is settled is gone', async () => {
    const { ask, scene, faults } = await openApi({
      people: 6,
      up: { policy: { guard: roomy, leaver: { gone: 'delete' } } },
      down: { policy: { guard: roomy }, approvals: 2 },
    });
    const list = async (query = ''): Promise<readonly Waits[]> => (await ask('GET', `/waiting${query}`, { as: 'viewer' })).body.waiting;
    const { database, clock } = scene.bench;
    await scene.sync();
    expect((await ask('GET', '/waiting', { as: 'viewer' })).body).toEqual({
      now: clock.now(),
      totals: { stopped: 0, asked: 0, look: 0 },
      people: 0,
      waiting: [],
      leftOut: 0,
    });

    // Two leave, one has an address that nothing takes; the rest is put there as the engine would.
    scene.hr.delete('person', '1');
    scene.hr.delete('person', '2');
    await scene.bench.run(scene.up);
    await database.write(async (transaction) => {
      const set = (sql: string, ...params: (string | number)[]): Promise<number> => transaction.run(sql, ...params);
      await set(
        `UPDATE job SET state = 'quarantined', state_reason = '{"en":"no","zh":"不","kind":"credentials"}', resumes = 'enabled' WHERE id = ?`,
        scene.down,
      );
      await set(`UPDATE connection SET expires_at = ? WHERE id = 'app'`, new Date(clock.now() + 5 * 86_400_000).toISOString());
      await set(`UPDATE connection SET expires_at = ? WHERE id = 'hr'`, new Date(clock.now() - 1).toISOString());
      const item = [
        'job',
        'type',
        'source_key',
        'attribute',
        'cause',
        'message',
        'state',
        'attempts',
        'first_run',
        'last_run',
        'at',
        'triage',
      ];
      const problem = (key: string, cause: string, state: string, triage: string) =>
        [scene.up, 'person', key, '', cause, '{"en":"no","zh":"不"}', state, 1, 1, 1, 1, triage] as const;
      await transaction.insert('item', item, [
        problem('3', 'missing', 'open', 'new'),
        problem('4', 'missing', 'open', 'known'),
        problem('5', 'missing', 'open', 'waived'),
        problem('6', 'ambiguous', 'open', 'new'),
        problem('7', 'apply:waiting-for-person', 'waiting', 'new'),
      ]);
      await putToken(transaction, {
        id: 't1',
        hash: 'h',
        name: 'ci',
        role: 'viewer',
        connections: null,
        jobs: null,
        owner: { id: 'gone', name: 'bob' },
        createdAt: 1,
        createdBy: 'bob',
        expiresAt: clock.now() + 86_400_000,
      });
      const drift = ['job', 'type', 'object', 'attribute', 'mode', 'state', 'times', 'first_at', 'last_at', 'run', 'written'];
      await transaction.insert('drift', drift, [[scene.down, 'person', 'x', 'title', 'enforce', 'fought', 2, 1, 1, 1, 1]]);
    });
    await ask('POST', '/brakes', { body: { reason: 'the auditors are here' } });
    const steps = [{ do: 'department.create', as: 'lab', attributes: { name: 'Lab', code: 'lab' } }];
    expect((await ask('POST', '/edits', { body: { steps } })).status).toBe(201);

    const waits = await list();
    expect(waits.map((one) => [one.id, one.urgency, one.count])).toEqual([
      ['brake:all', 'stopped', null],
      ['credential-expired:hr', 'stopped', null],
      [`job-quarantined:${scene.down}`, 'stopped', null],
      ['token-orphaned:t1', 'stopped', null],
      [`held:${scene.up}:delete`, 'asked', 2],
      [`fought:${scene.down}`, 'asked', 1],
      [`ambiguous:${scene.up}:ambiguous`, 'asked', 1],
      [`problems:${scene.up}:missing`, 'asked', 2],
      ['edit:1', 'asked', null],
      ['credential-expiring:app', 'look', null],
      [`far-side:${scene.up}:apply:waiting-for-person`, 'look', 1],
    ]);
    const by = (id: string): Waits => waits.find((one) => one.id === id)!;
    expect(by(`held:${scene.up}:delete`)).toMatchObject({
      job: scene.up,
      connection: 'hr',
      objects: 2,
      needs: 1,
      title: { en: 'Delete these?' },
    });
    expect(by(`problems:${scene.up}:missing`)).toMatchObject({ fresh: 1, title: { en: 'A required value is missing' } });
    expect((await ask('GET', '/waiting', { as: 'viewer' })).body.people).toBe(2);
    // What a refused credential stopped, a new one mends.
    expect(by(`job-quarantined:${scene.down}`).settle.map((link) => link.operation)).toEqual(['connection.renew', 'run.start']);

    // Every link names an operation of the table, its route and role, and input that it takes; what is to be looked at can be.
    for (const one of waits)
      for (const link of [...one.settle, ...(one.see ? [one.see] : [])]) {
        const operation = operations[link.operation as OperationName] as Loose;
        expect([link.role, link.method]).toEqual([operation.role, operation.route.method]);
        const pattern = new RegExp(`^${operation.route.path.replaceAll(/\{(\w+)\}/g, '(?<$1>[^/]+)')}$`);
        const inPath = Object.fromEntries(
          Object.entries(pattern.exec(link.path)!.groups ?? {}).map(([name, text]) => [name, /^\d+$/.test(text) ? Number(text) : text]),
        );
        const given = { ...inPath, ...link.input };
        // A credential only the person has, and who answers from now on only they know.
        if (!['connection.renew', 'token.give'].includes(link.operation))
          expect(operation.input.safeParse(given)).toMatchObject({ success: true });
        if (link.method === 'GET')
          expect([link.path, (await ask('GET', `${link.path}?${queryOf(link)}`, { as: link.role as Role })).status]).toEqual([
            link.path,
            200,
          ]);
      }

    // Only what concerns a job.
    expect((await list(`?job=${scene.down}`)).map((one) => one.id)).toEqual([
      'brake:all',
      `job-quarantined:${scene.down}`,
      `fought:${scene.down}`,
      'credential-expiring:app',
    ]);

    // Settled by its first link, each is gone.
    for (const id of ['brake:all', `held:${scene.up}:delete`, `fought:${scene.down}`, 'edit:1']) {
      const [link] = by(id).settle;
      const answer = await ask(link!.method, link!.path, { body: link!.input });
      expect([id, answer.status < 300 ? 'done' : answer.body]).toEqual([id, 'done']);
      expect((await list()).map((one) => one.id)).not.toContain(id);
    }
    const known = by(`problems:${scene.up}:missing`).settle.find((link) => link.operation === 'item.triage')!;
    await ask('POST', known.path, { body: known.input });
    expect((await list()).find((one) => one.id === `problems:${scene.up}:missing`)).toMatchObject({ fresh: 0, count: 3 });
    expect(faults).toEqual([]);
  });
});
