// Whether the check of a source says that somebody whom the server locks is read as active.
import { describe, expect, test } from 'vitest';
import { farSides, openOn, zhang } from './test-far-sides.ts';

const LOCK = { disableBy: 'attribute', disableAttribute: 'pwdAccountLockedTime', disableValue: '000001010000Z' };
const MARK = { disableBy: 'attribute', disableAttribute: 'businessCategory', disableValue: 'disabled' };

describe.each(farSides)('a source whose leavers the server locks, on %s', (_name, start) => {
  test('is told that they are read as active, with the setting that recognises them', async () => {
    const far = await start({});
    try {
      const locking = await openOn(far, LOCK);
      const ids = await Promise.all([1, 2, 3].map((n) => locking.create('person', zhang(n))));
      const marking = await openOn(far, MARK);
      const locked = async (on = marking) =>
        (await on.check('up')).findings.filter(({ message }) => message.en.startsWith('The server locks'));
      expect(await locked(), 'nobody is locked').toEqual([]);
      await locking.disable(ids[0]!);
      await locking.disable(ids[1]!);
      const [told, ...more] = await locked();
      expect(more).toEqual([]);
      expect(told).toMatchObject({
        ok: true,
        message: {
          en: expect.stringContaining('locks 2 of the accounts ("pwdAccountLockedTime=000001010000Z")'),
          zh: expect.stringContaining('2 人'),
        },
        settings: LOCK,
      });
      const taken = await openOn(far, told!.settings);
      expect(await locked(taken), 'the setting recognises them').toEqual([]);
      expect([...(await taken.read('person')).values()].filter(({ enabled }) => enabled === false)).toHaveLength(2);

      await marking.disable(ids[0]!);
      expect((await locked())[0], 'one of the two is recognised already').toMatchObject({
        message: { en: expect.stringContaining('locks 1 of the accounts') },
        settings: LOCK,
      });
      await marking.disable(ids[2]!);
      const [both] = await locked();
      expect(both, 'somebody is only marked, whom the lock would not recognise').toMatchObject({
        remedy: { en: expect.stringContaining('(!(pwdAccountLockedTime=000001010000Z))') },
      });
      expect(both!.settings).toBeUndefined();
      await Promise.all([locking.close(), marking.close(), taken.close()]);
    } finally {
      await far.stop();
    }
  });
});
