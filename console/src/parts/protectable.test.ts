// What can be chosen to protect something by.
import { expect, it } from 'vitest';
import { protectable } from './protectable.ts';

const attribute = (name: string, label: string, kind = 'plain') => ({ name, label, kind });

it('is every attribute of every type, those of people first, and a name that two types share once', () => {
  const types = [
    { id: 'department', attributes: [attribute('ou', 'name'), attribute('l', 'city')] },
    { id: 'person', attributes: [attribute('uid', 'user name'), attribute('l', 'city'), attribute('userPassword', 'password', 'secret')] },
  ];
  expect(protectable(types)).toEqual([
    { name: 'uid', of: [{ type: 'person', label: 'user name' }] },
    {
      name: 'l',
      of: [
        { type: 'person', label: 'city' },
        { type: 'department', label: 'city' },
      ],
    },
    { name: 'ou', of: [{ type: 'department', label: 'name' }] },
  ]);
});
