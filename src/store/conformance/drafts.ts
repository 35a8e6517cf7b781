// Drafts: saved by one at a time, gone with their secrets.
import { describe, expect, it } from 'vitest';
import type { Database } from '../database.ts';
import { drafts, jobs } from './watched.ts';

export function describeDrafts(open: () => Promise<Database>): void {
  describe('drafts', () => {
    it('are saved on top of what was read, named once per kind, and gone with their secrets', async () => {
      const database = await open();
      const row = (name: string, kind: 'job' | 'connection' = 'job') => ({ kind, name, parts: '{}', at: 1, by_whom: 'ann' });
      const [one, two] = await database.write(async (transaction) => [
        await drafts.createDraft(transaction, row('a')),
        await drafts.createDraft(transaction, row('a', 'connection')),
      ]);
      await expect(database.write((transaction) => drafts.createDraft(transaction, row('a')))).rejects.toThrow();
      const save = (revision: number) =>
        database.write((transaction) =>
          drafts.saveDraft(transaction, one!, revision, { name: 'b', parts: '{"x":1}', at: 2, by_whom: 'bob' }),
        );
      expect([await save(1), await save(1), await save(2)]).toEqual([true, false, true]);
      expect(await drafts.getDraft(database, one!)).toMatchObject({ name: 'b', parts: '{"x":1}', revision: 3, by_whom: 'bob' });
      expect((await drafts.draftNamed(database, 'connection', 'a'))?.id).toBe(two);
      expect((await drafts.listDrafts(database)).map((draft) => draft.id)).toEqual([one, two]);
      const secrets = async (): Promise<readonly string[]> => [...(await jobs.getSealed(database, `draft:${two}`)).keys()];
      await database.write(async (transaction) => {
        for (const name of ['key', 'token']) await jobs.putSealed(transaction, `draft:${two}`, name, 'x');
        await drafts.dropDraftSecret(transaction, two!, 'key');
      });
      expect(await secrets()).toEqual(['token']);
      await database.write((transaction) => drafts.dropDraft(transaction, two!));
      expect([await secrets(), await drafts.getDraft(database, two!)]).toEqual([[], undefined]);
    });
  });
}
