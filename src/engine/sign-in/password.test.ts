// Passwords: which are refused and why, and that what is kept opens to the right one only.
import { describe, expect, it } from 'vitest';
import { hashPassword, isOutdated, isPassword, passwordProblem } from './password.ts';

const cheap = { n: 1024, r: 8, p: 1 };

describe('a password', () => {
  it.each([
    ['elevenchars', 'anna', /too short/],
    ['密码密码密码密码密码密', 'anna', /too short/],
    ['x'.repeat(300), 'anna', /too long/],
    ['my-name-is-Anna.Li-2026', 'anna.li', /user name/],
    ['aaaaaaaaaaaaaaaa', 'anna', /first that are tried/],
    ['1234-5678-9012', 'anna', /first that are tried/],
    ['Password 1234', 'anna', /first that are tried/],
  ])('like "%s" of %s is refused with the reason', (password, name, reason) => {
    expect(passwordProblem(password, name)?.en).toMatch(reason);
    expect(passwordProblem(password, name)?.zh).toMatch(/密码/);
  });

  it('of four words, or of twelve characters of any script, is accepted', () => {
    expect(passwordProblem('correct horse battery staple', 'anna')).toBeNull();
    expect(passwordProblem('春眠不觉晓处处闻啼鸟夜来', 'anna')).toBeNull();
  });

  it('is kept so that only the right one opens, with other salt each time', async () => {
    const kept = await hashPassword('correct horse battery staple', cheap);
    expect(await hashPassword('correct horse battery staple', cheap)).not.toBe(kept);
    expect(kept).not.toContain('correct');
    expect(await isPassword('correct horse battery staple', kept, cheap)).toBe(true);
    expect(await isPassword('correct horse battery stapler', kept, cheap)).toBe(false);
    expect(await isPassword('', kept, cheap)).toBe(false);
    expect(await isPassword('anything', null, cheap)).toBe(false);
  });

  it('typed in another form of the same characters still opens', async () => {
    const kept = await hashPassword('café ｆｕｌｌ width'.normalize('NFC'), cheap);
    expect(await isPassword('café full width'.normalize('NFD'), kept, cheap)).toBe(true);
  });

  it('kept with other parameters opens, and is known to be outdated', async () => {
    const kept = await hashPassword('correct horse battery staple', { n: 512, r: 8, p: 1 });
    expect(await isPassword('correct horse battery staple', kept, cheap)).toBe(true);
    expect([isOutdated(kept, cheap), isOutdated(await hashPassword('x', cheap), cheap)]).toEqual([true, false]);
  });
});
