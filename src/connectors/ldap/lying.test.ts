// Whether the check says that placing people by department would move those who are there, or read them as one department.
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

  test('is told as a source that they would be read as one department, with the attribute that names theirs', async () => {
    const far = await start({});
    try {
      // The place where they lie is no folder to these settings.
      const nested = { peopleIn: '', folders: [`ou=off,${SUFFIX}`, `ou=groups,${SUFFIX}`] };
      const on = await openOn(far, nested);
      const flat = await openOn(far, { layout: 'flat' });
      const together = async (words = on) => (await words.check('up')).findings.find(({ settings }) => settings?.peopleIn);
      for (let n = 0; n < 6; n++) await flat.create('person', zhang(n));
      expect(await together(), 'no attribute names a department').toMatchObject({
        ok: true,
        message: { en: expect.stringContaining('6 of 6 people lie in one place'), zh: expect.stringContaining('共同的部门') },
        settings: { peopleIn: `ou=people,${SUFFIX}` },
      });
      const sales = await flat.create('department', { ou: 'Sales', parent: null });
      for (let n = 6; n < 20; n++) await flat.create('person', zhang(n), inDepartment(sales));
      const told = await together();
      expect(told).toMatchObject({
        remedy: { en: expect.stringContaining('departmentNumber names one of the departments (their ou) for 14 of them') },
        settings: { layout: 'flat', departmentAttribute: 'departmentNumber', peopleIn: `ou=people,${SUFFIX}` },
      });
      const taken = await openOn(far, { ...nested, ...told!.settings });
      expect(await together(taken)).toBeUndefined();
      const homes = [...(await taken.read('person')).values()].map(({ edges }) => edges?.['membership']?.map(({ to }) => to.id));
      expect(homes.filter((home) => home?.[0] === sales)).toHaveLength(14);
      await Promise.all([on.close(), flat.close(), taken.close()]);
    } finally {
      await far.stop();
    }
  });
});
