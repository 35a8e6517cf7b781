// The form of a connection is one form, whichever way the accounts go.
import { describe, expect, test } from 'vitest';
import { fieldsOf } from '../../connector-kit/define.ts';
import { configSchema } from './config.ts';

describe('The form of an LDAP connection', () => {
  test('says of disabled accounts what holds for a source and for a target', () => {
    const { help } = fieldsOf(configSchema).find(({ name }) => name === 'disableBy')!.meta;
    // An administrator who sets up a target took "is only read" for a word about theirs.
    expect(help!.en).not.toMatch(/only read/);
    expect(help!.zh).not.toMatch(/只读取|不会写入/);
    expect(help!.en).toMatch(/recognised.*disabled by it/);
    expect(help!.zh).toMatch(/识别.*停用/);
  });
});
