// What the store says of itself means the same on both.
import { expect, it } from 'vitest';
import type { Database } from '../database.ts';
import { migrations } from '../migrations.ts';
import { health, jobs, upkeep } from './watched.ts';

export function describeHealth(open: () => Promise<Database>): void {
  it('the store says its kind, version, size, schema and key, and who holds work now', async () => {
    const database = await open();
    const before = await health.storeHealth(database);
    expect(before).toMatchObject({ dialect: database.dialect, schema: migrations.length, key: null });
    expect(before.version).toMatch(/^\d+\.\d+/);
    expect(before.bytes).toBeGreaterThan(10_000);
    await database.write(async (transaction) => {
      await jobs.putSetting(transaction, 'key', 'k1');
      await upkeep.takeLease(transaction, 'run', '7', 'a', 100, 200);
      await upkeep.takeLease(transaction, 'run', '8', 'b', 100, 300);
    });
    expect((await health.storeHealth(database)).key).toBe('k1');
    expect(await health.holdersNow(database, 250)).toEqual([{ holder: 'b', kind: 'run', name: '8', until: 300 }]);
  });
}
