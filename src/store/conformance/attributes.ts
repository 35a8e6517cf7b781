// Attributes that an installation adds: kept by type and name, and whether anybody has a value.
import { describe, expect, it } from 'vitest';
import type { Database } from '../database.ts';
import { attributes } from './watched.ts';

export function describeAttributes(open: () => Promise<Database>): void {
  describe('attributes of an installation', () => {
    const badge = {
      type: 'person',
      name: 'badge_no',
      label_en: 'badge',
      label_zh: '工牌',
      value_type: 'string',
      max_length: 20,
      many: 0,
      sensitive: 0,
      archived_at: null,
    };

    it('are listed in order, replaced by name, and count their revisions', async () => {
      const database = await open();
      await database.write(async (transaction) => {
        await attributes.putCustomAttribute(transaction, badge);
        await attributes.putCustomAttribute(transaction, { ...badge, type: 'department', max_length: null, many: 1 });
        await attributes.putCustomAttribute(transaction, { ...badge, label_en: 'Badge', archived_at: 7, many: 1 });
      });
      expect(await attributes.customAttributes(database)).toEqual([
        { ...badge, type: 'department', max_length: null, many: 1, revision: 1 },
        // One value or several: that stays.
        { ...badge, label_en: 'Badge', archived_at: 7, revision: 2 },
      ]);
    });

    it('are known to have values when an object of the type has one, under exactly that name', async () => {
      const database = await open();
      await database.write((transaction) =>
        transaction.insert(
          'object',
          ['id', 'type', 'lifecycle', 'data', 'relations', 'revision', 'contributions'],
          [['p1', 'person', 'active', '{"badgeXno":"1","badge_no":"2"}', '[]', 1, 0]],
        ),
      );
      expect(await attributes.hasValues(database, 'person', 'badge_no')).toBe(true);
      expect(await attributes.hasValues(database, 'group', 'badge_no')).toBe(false);
      expect(await attributes.hasValues(database, 'person', 'badge__o')).toBe(false);
    });
  });
}
