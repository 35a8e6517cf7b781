// The directory as an endpoint: pages, ids, the change feed and what it expands to.
import { directoryTypes } from '../../core/directory-types.ts';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { Connection } from '../../connector-kit/contract.ts';
import { createPace } from '../../connector-kit/http/pace.ts';
import { createDirectoryPort } from '../../engine/directory-port.ts';
import { appendHistory, applyEdges, putObjects, replaceKeys } from '../../store/directory.ts';
import type { Database } from '../../store/database.ts';
import { openWorkbench, type Workbench } from '../../../test/support/workbench.ts';
import { directory } from './index.ts';

const request = { attributes: [], relations: [], now: 0, signal: new AbortController().signal };

describe('the directory as an endpoint', () => {
  let bench: Workbench;
  let connection: Connection<Record<string, never>>;

  beforeEach(async () => {
    bench = await openWorkbench();
    await seed(bench.database);
    connection = await directory.open({
      connectionId: 'directory',
      config: {},
      clock: bench.clock,
      pace: createPace(bench.clock),
      log: () => {},
      folder: bench.folder,
      directory: createDirectoryPort(bench.database, 'here', directoryTypes),
      memory: { get: async () => undefined, set: async () => {} },
    });
  });
  afterEach(() => bench.close());

  test('reads every object that is not absent, and says that it is complete', async () => {
    const seen: string[] = [];
    let complete = false;
    for await (const event of connection.read!('person', { ...request, part: {} })) {
      if (event.kind === 'objects') seen.push(...event.objects.map((object) => object.id));
      if (event.kind === 'end') complete = event.complete;
    }
    expect(seen).toEqual(['p1', 'p2']);
    expect(complete).toBe(true);
  });

  test('shows what it holds as known: empty attributes are null, the department is named', async () => {
    const report = await connection.get!('person', ['p1', 'p3'], request);
    const answer = report.answers.get('p1');
    expect(answer?.state === 'found' && answer.object.attributes).toMatchObject({
      displayName: '张伟',
      email: null,
      departmentName: '研发部',
      departmentPath: '星河/研发部',
    });
    expect(report.answers.get('p3')).toEqual({ state: 'gone' });
  });

  test('a renamed department concerns everything below it and everybody in it', async () => {
    const cursor = await connection.startCursor!({ part: {}, signal: request.signal });
    await bench.database.write((transaction) =>
      appendHistory(transaction, [{ type: 'department', id: 'd1', action: 'update', before: null, after: null, change: null, edges: [] }], {
        at: 1,
        run: null,
        job: null,
        actor: 'test',
      }),
    );
    const keys: string[] = [];
    for await (const event of connection.changes!(cursor, { ...request, part: {}, types: ['person', 'department'] })) {
      if (event.kind === 'keys') keys.push(...event.keys.map((key) => key.id));
    }
    expect(keys.sort()).toEqual(['d1', 'd2', 'p1', 'p2']);
  });

  test('a cursor that is none asks for a full read', async () => {
    const read = async (): Promise<void> => {
      for await (const _ of connection.changes!('yesterday', { ...request, part: {}, types: [] }));
    };
    await expect(read()).rejects.toMatchObject({ kind: 'cursor-expired' });
  });
});

async function seed(database: Database): Promise<void> {
  const object = (id: string, type: string, data: object, lifecycle = 'active') => ({
    id,
    type,
    lifecycle,
    data: JSON.stringify(data),
    relations: type === 'person' ? '["membership"]' : '[]',
    hash: id,
  });
  await database.write(async (transaction) => {
    await putObjects(transaction, [
      object('d1', 'department', { name: '星河' }),
      object('d2', 'department', { name: '研发部', parent: 'd1' }),
      object('p1', 'person', { displayName: '张伟' }),
      object('p2', 'person', { displayName: 'Anna Schmidt' }),
      object('p3', 'person', { displayName: '王芳' }, 'absent'),
    ]);
    await replaceKeys(transaction, [], [{ type: 'department', attribute: 'parent', key: 'd1', id: 'd2' }]);
    await applyEdges(
      transaction,
      ['p1', 'p2'].map((owner) => ({
        owner,
        relation: 'membership',
        toType: 'department',
        toId: 'd2',
        op: 'add' as const,
        facts: '{"primary":true}',
        factsBefore: null,
      })),
      'main',
      1,
    );
  });
}
