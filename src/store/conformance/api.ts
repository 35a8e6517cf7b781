// What the API keeps: answers under idempotency keys.
import { describe, expect, it } from 'vitest';
import type { Database } from '../database.ts';
import { answered } from './watched.ts';

export function describeApi(open: () => Promise<Database>): void {
  describe('idempotency keys', () => {
    const row = { by_whom: 'person:1', key: 'k', request: 'h1', at: 10 };

    it('are taken once; whoever comes later learns what was answered', async () => {
      const database = await open();
      expect(await database.write((transaction) => answered.takeKey(transaction, row))).toBeUndefined();
      expect(await database.write((transaction) => answered.takeKey(transaction, { ...row, request: 'h2' }))).toEqual({
        ...row,
        answer: null,
      });
      await database.write((transaction) => answered.keepAnswer(transaction, 'person:1', 'k', '{"run":1}'));
      expect(await database.write((transaction) => answered.takeKey(transaction, { ...row, at: 99 }))).toEqual({
        ...row,
        answer: '{"run":1}',
      });
      expect(await database.write((transaction) => answered.takeKey(transaction, { ...row, by_whom: 'token:1' }))).toBeUndefined();
      await database.write(async (transaction) => {
        expect(await answered.keptAnswers(transaction)).toEqual([{ by_whom: 'person:1', key: 'k', answer: '{"run":1}' }]);
        expect(await answered.withdrawAnswer(transaction, 'person:1', 'k')).toBe(1);
        expect(await answered.keptAnswers(transaction)).toEqual([]);
        expect(await answered.takeKey(transaction, row), 'it stays taken').toMatchObject({ request: 'h1', answer: null });
      });
    });

    it('are free again when nothing was done, and forgotten when they are old', async () => {
      const database = await open();
      await database.write(async (transaction) => {
        await answered.takeKey(transaction, row);
        expect(await answered.freeKey(transaction, 'person:1', 'k')).toBe(1);
        expect(await answered.takeKey(transaction, row)).toBeUndefined();
        await answered.keepAnswer(transaction, 'person:1', 'k', '1');
        expect(await answered.freeKey(transaction, 'person:1', 'k')).toBe(0);
        expect(await answered.forgetAnswers(transaction, 10)).toBe(0);
        expect(await answered.forgetAnswers(transaction, 11)).toBe(1);
      });
    });
  });
}
