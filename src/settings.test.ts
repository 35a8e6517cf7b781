// Settings that open the server to others: each mistake is named with what to do, before anything starts.
import { describe, expect, it } from 'vitest';
import { readSettings, SettingsError, type Environment } from './settings.ts';

const read = (environment: Environment) => readSettings(environment, '/srv');
const problem = (environment: Environment): string => {
  try {
    read(environment);
    return 'none';
  } catch (error) {
    return error instanceof SettingsError ? error.label.en : String(error);
  }
};

describe('the database', () => {
  it('is the embedded one unless PostgreSQL is named', () => {
    expect(read({}).database).toBeNull();
    expect(read({ TRIBUTARY_DATABASE: 'postgres://a:b%40c@db:5432/tributary' }).database).toBe('postgres://a:b%40c@db:5432/tributary');
  });
  it.each([
    'mysql://a:secret@db/x',
    'postgres://db',
    'db:5432/x',
    'postgres://a:secret@db/',
  ])('is not "%s", and no password is repeated', (text) => {
    expect(problem({ TRIBUTARY_DATABASE: text })).toContain('TRIBUTARY_DATABASE');
    expect(problem({ TRIBUTARY_DATABASE: text })).not.toContain('secret');
  });
});

describe('where a worker says how it is', () => {
  it('is nowhere unless a port is given, and then on this machine only', () => {
    expect(read({}).worker).toBeNull();
    expect(read({ WORKER_HOST: '0.0.0.0' }).worker).toBeNull();
    expect(read({ WORKER_PORT: '7301' }).worker).toEqual({ host: '127.0.0.1', port: 7301 });
    expect(read({ WORKER_PORT: '0', WORKER_HOST: '0.0.0.0' }).worker).toEqual({ host: '0.0.0.0', port: 0 });
    expect(problem({ WORKER_PORT: 'x' })).toContain('WORKER_PORT');
    expect(problem({ WORKER_PORT: '1', WORKER_HOST: 'a b' })).toContain('WORKER_HOST');
  });
});

describe('trusted proxies', () => {
  it('are addresses and networks', () => {
    expect(read({ TRUSTED_PROXIES: '10.0.0.1, 192.168.0.0/16 ::1' }).trustedProxies).toEqual(['10.0.0.1', '192.168.0.0/16', '::1']);
    expect(read({}).trustedProxies).toEqual([]);
  });
  it.each(['everybody', 'proxy.example.org', '10.0.0.0/33', '0.0.0.0/0', '10.0.0.1/8/8', '::1/200'])('are not "%s"', (text) => {
    expect(problem({ TRUSTED_PROXIES: text })).toContain('TRUSTED_PROXIES');
  });
});

describe('an own certificate', () => {
  it('needs both files, relative to where the command was called', () => {
    expect(read({ TLS_CERT: 'a.pem', TLS_KEY: '/etc/b.pem' }).tls).toEqual({ certificate: '/srv/a.pem', key: '/etc/b.pem' });
    expect(problem({ TLS_CERT: 'a.pem' })).toContain('TLS_KEY');
    expect(problem({ TLS_KEY: 'a.pem' })).toContain('TLS_CERT');
  });
});

describe('a provider to sign in with', () => {
  const good = { OIDC_ISSUER: 'https://id.example.org', OIDC_CLIENT_ID: 'x', OIDC_ROLES: 'sync-admins=admin' };
  it('needs https, a client and a table of roles', () => {
    expect(problem({ ...good, OIDC_ISSUER: 'http://id.example.org' })).toContain('OIDC_ISSUER');
    expect(problem({ ...good, OIDC_CLIENT_ID: '' })).toContain('OIDC_CLIENT_ID');
    for (const roles of ['', 'admins', 'admins=king', '=admin']) expect(problem({ ...good, OIDC_ROLES: roles })).toContain('OIDC_ROLES');
  });
  it('maps values of the claim to roles', () => {
    const { oidc } = read({ ...good, OIDC_ROLES: 'sync-admins=admin, a=b=auditor' });
    expect(oidc!.roles).toEqual([
      { value: 'sync-admins', role: 'admin' },
      { value: 'a=b', role: 'auditor' },
    ]);
    expect(oidc).toMatchObject({
      rolesClaim: 'groups',
      nameClaim: 'preferred_username',
      scope: 'openid profile email',
      clientSecret: null,
    });
  });
});
