// Whether new accounts have a password, by what the system takes and what the job makes.
import { expect, it } from 'vitest';
import type { RunContext } from './context.ts';
import { makesNoPassword } from './without-password.ts';

const secret = { name: 'password', label: { en: 'password', zh: '密码' }, type: 'string', kind: 'secret', initial: { length: 16 } };
const job = (attributes: readonly object[], settings: object = {}, up = false) =>
  makesNoPassword({
    up,
    types: [{ type: 'person', target: { attributes } }],
    settings: { welcome: null, mapping: { person: [{ target: 'uid' }] }, ...settings },
  } as unknown as Pick<RunContext, 'up' | 'types' | 'settings'>);

it('they have none where the system takes one and nobody makes it', () => {
  expect(job([secret])).toBe(true);
});

it.each([
  ['the job makes a random one', job([secret], { welcome: { password: true } })],
  ['a row of the mapping makes it', job([secret], { mapping: { person: [{ target: 'password' }] } })],
  ['the system insists on one, so that one is made', job([{ ...secret, required: true }])],
  ['the system takes none', job([{ name: 'uid' }])],
  ['the directory is written to', job([secret], {}, true)],
])('nothing is told where %s', (_why, told) => {
  expect(told).toBe(false);
});
