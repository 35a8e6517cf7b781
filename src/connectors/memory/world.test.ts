// What only the memory system does: it is large, fast, and knows parts.
import { describe, expect, test } from 'vitest';
import { createPace } from '../../connector-kit/http/pace.ts';
import { memory } from './index.ts';
import { simulate } from './simulator.ts';

const clock = { now: () => 0, sleep: async () => undefined };

describe('the memory world', () => {
  test('holds 100,000 people, gives them back page by page, and stays small', async () => {
    const { world } = await simulate({ options: { world: 'large' } });
    const before = process.memoryUsage().heapUsed;
    const department = world.insert('department', { name: 'all' });
    const edges = { membership: [{ to: { type: 'department', id: department.id }, primary: true }] };
    for (let n = 0; n < 100_000; n += 1) {
      world.insert(
        'person',
        { userName: `p${n}`, displayName: `Person ${n}`, mail: `p${n}@example.com`, employeeNumber: String(n) },
        edges,
      );
    }
    let read = 0;
    for (let at: number | null = 0; at !== null; ) {
      const page: ReturnType<typeof world.page> = world.page('person', at, 1000);
      read += page.objects.length;
      at = page.next;
    }
    expect(read).toBe(100_000);
    expect(process.memoryUsage().heapUsed - before).toBeLessThan(400 * 1024 * 1024);
  });

  test('a part covers the departments below it, the people in them, and all groups', async () => {
    const { world, config } = await simulate({ options: { world: 'parts' } });
    const [top, other] = [world.insert('department', { name: 'top' }), world.insert('department', { name: 'other' })];
    const below = world.insert('department', { name: 'below', parent: top.id });
    const put = (userName: string, id: string) =>
      world.insert('person', { userName, displayName: userName }, { membership: [{ to: { type: 'department', id } }] }).id;
    const inside = put('inside', below.id);
    put('outside', other.id);
    const connection = await memory.open({
      connectionId: 'c',
      config: memory.manifest.config.parse(config),
      clock,
      pace: createPace(clock),
      log: () => undefined,
      memory: { get: async () => undefined, set: async () => undefined },
      folder: '/nowhere',
    });
    const ids: string[] = [];
    const request = {
      part: { department: top.id },
      attributes: ['displayName'],
      relations: [],
      now: 0,
      signal: new AbortController().signal,
    };
    for await (const event of connection.read!('person', request))
      if (event.kind === 'objects') ids.push(...event.objects.map(({ id }) => id));
    expect(ids).toEqual([inside]);
  });
});
