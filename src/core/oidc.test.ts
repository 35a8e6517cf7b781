// Which addresses are issuers, and when the settings of a provider are enough.
import { describe, expect, it } from 'vitest';
import { isIssuer, isSameIssuer, oidcProblems, oidcSchema } from './oidc.ts';

describe('an issuer', () => {
  it.each([
    ['https://id.example.org', true],
    ['https://id.example.org/realms/company', true],
    ['http://127.0.0.1:8080', true],
    ['http://localhost/realms/x', true],
    ['http://id.example.org', false],
    ['https://user:password@id.example.org', false],
    ['https://id.example.org/?realm=x', false],
    ['https://id.example.org/#x', false],
    ['id.example.org', false],
    ['ftp://id.example.org', false],
    ['', false],
  ])('%s: %s', (address, good) => {
    expect(isIssuer(address)).toBe(good);
  });

  it('is the same with and without the last slash of a bare host, and another with another path', () => {
    expect(isSameIssuer('https://id.example.org', 'https://id.example.org/')).toBe(true);
    expect(isSameIssuer('https://id.example.org/a', 'https://id.example.org/b')).toBe(false);
    expect(isSameIssuer('', '')).toBe(true);
  });
});

describe('settings of a provider', () => {
  const fields = (more: object): string[] => oidcProblems(oidcSchema.parse(more)).map(({ field }) => field);
  const whole = { issuer: 'https://id.example.org', clientId: 'x', roles: [{ value: 'it', role: 'viewer' }] };

  it('may be kept half done while nobody signs in with them, and must be whole when somebody does', () => {
    expect(fields({})).toEqual([]);
    expect(fields({ enabled: true })).toEqual(['issuer', 'clientId', 'roles']);
    expect(fields({ ...whole, enabled: true })).toEqual([]);
  });

  it('name what is wrong even while they are off', () => {
    expect(fields({ issuer: 'http://id.example.org', scope: 'profile' })).toEqual(['issuer', 'scope']);
  });
});
