// Codes are those of the RFC, good for one use, and off by one step at most.
import { describe, expect, it } from 'vitest';
import { acceptedStep, codeAt, newTotpSecret, stepAt, totpUri } from './totp.ts';

/** "12345678901234567890" in base32. */
const RFC_SECRET = 'GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ';

describe('one-time codes', () => {
  // @see https://www.rfc-editor.org/rfc/rfc6238#appendix-B
  it.each([
    [59, '94287082'],
    [1111111109, '07081804'],
    [1111111111, '14050471'],
    [1234567890, '89005924'],
    [2000000000, '69279037'],
    [20000000000, '65353130'],
  ])('at second %i are the one of the RFC', (second, code) => {
    expect(codeAt(RFC_SECRET, stepAt(second * 1000), 8)).toBe(code);
  });

  it('are accepted one step early or late, and not two', () => {
    const now = 1_800_000_000_000;
    const accepted = [-2, -1, 0, 1, 2].map((offset) => acceptedStep(RFC_SECRET, codeAt(RFC_SECRET, stepAt(now) + offset), now, null));
    expect(accepted).toEqual([null, stepAt(now) - 1, stepAt(now), stepAt(now) + 1, null]);
  });

  it('are good once: the same and older ones are refused afterwards', () => {
    const now = 1_800_000_000_000;
    const step = acceptedStep(RFC_SECRET, codeAt(RFC_SECRET, stepAt(now)), now, null)!;
    expect(acceptedStep(RFC_SECRET, codeAt(RFC_SECRET, step), now, step)).toBeNull();
    expect(acceptedStep(RFC_SECRET, codeAt(RFC_SECRET, step - 1), now, step)).toBeNull();
    expect(acceptedStep(RFC_SECRET, codeAt(RFC_SECRET, step + 1), now, step)).toBe(step + 1);
  });

  it('come from secrets of 160 bits that apps can read', () => {
    const secret = newTotpSecret();
    expect(secret).toMatch(/^[A-Z2-7]{32}$/);
    expect(newTotpSecret()).not.toBe(secret);
    expect(new URL(totpUri(secret, 'anna@example.org', 'sync.example.org')).searchParams.get('secret')).toBe(secret);
  });
});
