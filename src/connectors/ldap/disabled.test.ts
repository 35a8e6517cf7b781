// What plans, runs and the leaver sheet say of accounts that are disabled, by how the connection disables them.
import { expect, it } from 'vitest';
import { staysOpen } from './disabled.ts';

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

it.each(['pwdAccountLockedTime', 'NSACCOUNTLOCK', 'loginDisabled'])('a lock of the server (%s) leaves nothing open', (name) => {
  expect(attribute(name, 'TRUE')).toBeUndefined();
});
