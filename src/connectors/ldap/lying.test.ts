// Whether the check says that placing people by department would move those who are there.
import { describe, expect, test } from 'vitest';
import { farSides, inDepartment, openOn, SUFFIX, zhang } from './test-far-sides.ts';

describe.each(farSides)('a server whose people all lie in one place, on %s', (_name, start) => {
  test('is told that placing them by department would move them, with the setting that leaves them', async () => {
    const far = await start({});
    try {
      const on = await openOn(far);
      const moved = async () => (await on.check('down')).findings.find(({ settings }) => settings?.layout === 'flat');
      const sales = await on.create('department', { ou: 'Sales', parent: null });
      for (let n = 0; n < 4; n++) await on.create('person', zhang(n), inDepartment(sales));
      expect(await moved(), 'they lie by department').toBeUndefined();
      for (let n = 4; n < 12; n++) await on.create('person', zhang(n));
      expect(await moved()).toMatchObject({
        ok: true,
        message: { en: expect.stringContaining('8 of 12 people lie in one place') },
        settings: { layout: 'flat', peopleIn: `ou=people,${SUFFIX}` },
      });
      await on.close();
      const flat = await openOn(far, { layout: 'flat' });
      expect((await flat.check('down')).findings.filter(({ settings }) => settings?.layout)).toEqual([]);
      await flat.close();
    } finally {
      await far.stop();
    }
  });
});
