// Sensitive values: sealed wherever they rest, equal when equal, unreadable once the key is gone.
import { describe, expect, test } from 'vitest';
import { createSealer } from '../src/engine/sealing.ts';

const sealer = createSealer(Buffer.alloc(32, 3));

describe('sealing', () => {
  test('equal values of one owner have equal ciphertexts, of two owners different ones', () => {
    const [mine, yours] = [sealer.newOwnerKey(), sealer.newOwnerKey()];
    expect(sealer.sealFor(mine, '110101199003070011')).toBe(sealer.sealFor(mine, '110101199003070011'));
    expect(sealer.sealFor(mine, '110101199003070011')).not.toBe(sealer.sealFor(yours, '110101199003070011'));
    expect(sealer.openFor(mine, sealer.sealFor(mine, ['a', 'b']))).toEqual(['a', 'b']);
  });

  test("another owner's key or another master key opens nothing", () => {
    const sealed = sealer.sealFor(sealer.newOwnerKey(), 'x');
    expect(() => sealer.openFor(sealer.newOwnerKey(), sealed)).toThrow();
    expect(() => createSealer(Buffer.alloc(32, 4)).open(sealer.seal('x'))).toThrow(/sealed with key/);
  });
});
