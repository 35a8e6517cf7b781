// What plans, runs and the leaver sheet say of accounts that are disabled, by how the connection disables them.
import { expect, it } from 'vitest';
import { signInOfDisabled, staysOpen } from './disabled.ts';
import type { Layout } from './layout.ts';

const attribute = (disableAttribute: string, disableValue: string) =>
  staysOpen({ disableBy: 'attribute', disableAttribute, disableValue, disabledIn: '' });

it('a mark stops nobody, and what to set is named', () => {
  const said = attribute('businessCategory', 'disabled')!;
  expect(said.en).toMatch(/^can still sign in .*"businessCategory=disabled".*pwdAccountLockedTime.*000001010000Z/);
  expect(said.zh).toMatch(/仍可登录.*businessCategory=disabled.*pwdAccountLockedTime.*000001010000Z/);
});

it('another place stops nobody either', () => {
  const said = staysOpen({ disableBy: 'move', disableAttribute: 'nsAccountLock', disableValue: 'x', disabledIn: 'ou=off,dc=x' })!;
  expect(said.en).toContain('looks into "ou=off,dc=x"');
  expect(said.zh).toContain('ou=off,dc=x');
});

it.each([
  ['pwdAccountLockedTime', '000001010000Z'],
  ['NSACCOUNTLOCK', 'TRUE'],
  ['nsAccountLock', 'true'],
  ['loginDisabled', 'TRUE'],
  ['userAccountControl', '514'],
  ['userAccountControl', '2'],
])('a lock of the server (%s=%s) leaves nothing open', (name, value) => {
  expect(attribute(name, value)).toBeUndefined();
});

it.each([
  ['nsAccountLock', 'disabled', 'TRUE'],
  ['nsAccountLock', 'FALSE', 'TRUE'],
  ['loginDisabled', 'FALSE', 'TRUE'],
  ['pwdAccountLockedTime', '20200101000000Z', '000001010000Z'],
  ['pwdAccountLockedTime', 'TRUE', '000001010000Z'],
])('a value that does not lock (%s=%s) leaves the account open, and the one that does is named', (name, value, locking) => {
  const said = attribute(name, value)!;
  expect(said.en).toMatch(/^can still sign in .*as far as known, the server itself refuses nobody/);
  expect(said.en).toContain(`or enter "${locking}" as the value of ${name}`);
  expect(said.zh).toContain(`将 ${name} 的值改为“${locking}”`);
});

it.each(['512', '544', 'disabled', '0x2'])('userAccountControl without the bit of a disabled account (%s) leaves it open', (value) => {
  expect(attribute('userAccountControl', value)!.en).toMatch(/^can still sign in/);
});

it('the check tells it too, and offers the value that locks', () => {
  const config = { disableBy: 'attribute', disableAttribute: 'nsAccountLock', disableValue: 'disabled' };
  const told = (disableValue: string) => signInOfDisabled({ config: { ...config, disableValue } } as Layout, '');
  expect(told('disabled')).toMatchObject([
    { ok: true, message: { en: expect.stringContaining('still lets it sign in') }, settings: { disableValue: 'TRUE' } },
  ]);
  expect(told('TRUE')).toEqual([]);
});
