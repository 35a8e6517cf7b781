// What a system says of itself, and what is made of it.
import { describe, expect, test } from 'vitest';
import { bearer, desired, list, open, scripted, server, writing } from './test-support.ts';

const USER = 'urn:ietf:params:scim:schemas:core:2.0:User';

describe('discovery', () => {
  test('schemas without an attribute mean that it is not kept', async () => {
    const { url } = await scripted(({ path }) =>
      path.endsWith('/Schemas')
        ? list([
            {
              id: USER,
              attributes: ['userName', 'displayName', 'emails'].map((name) => ({
                name,
                uniqueness: name === 'userName' ? 'server' : 'none',
              })),
            },
          ])
        : undefined,
    );
    const { types } = await (await open(bearer(url))).connection.describe!(writing.signal);
    const names = types!.find(({ id }) => id === 'person')!.attributes.map(({ name }) => name);
    expect(names).toEqual(['userName', 'displayName', 'email', 'password', 'externalId']);
  });

  test('whether case counts in user names is what the schema says, and by the standard it does not', async () => {
    const found = async (caseExact: unknown) => {
      const { url } = await scripted(({ path }) =>
        path.endsWith('/Schemas') ? list([{ id: USER, attributes: [{ name: 'userName', caseExact }] }]) : undefined,
      );
      return (await (await open(bearer(url))).connection.describe!(writing.signal)).facts!.ignoresCase;
    };
    expect([await found(true), await found(false), await found(null), await found('odd')]).toEqual([false, true, true, true]);
  });

  test('a server without PATCH is told by PUT from the start', async () => {
    const { config, requests } = await server('okta');
    const { connection } = await open(config);
    const { id } = await connection.create('person', desired('d', { userName: 'z' }), writing);
    await connection.disable('person', id, writing);
    expect(requests.filter((request) => request.startsWith('PATCH'))).toEqual([]);
  });

  test('the check shows what was found', async () => {
    const { config } = await server('limited');
    const report = await (await open(config)).connection.check({ direction: 'down', signal: writing.signal });
    const { en } = report.findings.find(({ level }) => level === 'rights')!.message;
    expect(en).toContain('by cursor');
    for (const said of ['user names that differ only in case are one', 'disabled by active=false', 'DELETE ', 'a member is removed'])
      expect(en).toContain(said);
  });
});
