// The simulator keeps to the letter of the standard where its mood says so: what a client relies on, and what it must not get wrong.
import { describe, expect, test } from 'vitest';
import { ENTERPRISE } from './places.ts';
import { server } from './test-support.ts';

const USER = 'urn:ietf:params:scim:schemas:core:2.0:User';
const PATCH = 'urn:ietf:params:scim:api:messages:2.0:PatchOp';

describe('the shape of a request', () => {
  test('is what the standard asks: who sends it, its media type, the schemas of what it carries, operations that are some', async () => {
    const { address, config, state, requests } = await server('strict');
    const { id } = state.create('Users', { schemas: [USER], userName: 'zhang' });
    const send = async (method: string, path: string, body: unknown, headers: Record<string, string> = {}) => {
      const answer = await fetch(`${address}/${path}`, {
        method,
        headers: { authorization: `Bearer ${String(config.token)}`, 'content-type': 'application/scim+json', ...headers },
        body: JSON.stringify(body),
      });
      const { scimType = '', detail = '' } = (await answer.json()) as { scimType?: string; detail?: string };
      return `${answer.status} ${scimType} ${detail}`;
    };
    const user = { schemas: [USER], userName: 'li' };
    const patch = (...operations: unknown[]) => ({ schemas: [PATCH], Operations: operations });
    const refused: readonly (readonly [said: string, method: string, path: string, body: unknown, headers?: Record<string, string>])[] = [
      ['415', 'POST', 'Users', user, { 'content-type': 'text/plain' }],
      ['403', 'POST', 'Users', user, { 'user-agent': '' }],
      [`schemas lacks ${USER}`, 'POST', 'Users', { userName: 'li' }],
      [`schemas lacks ${USER}`, 'PUT', `Users/${String(id)}`, { userName: 'li' }],
      [`schemas lacks ${ENTERPRISE}`, 'POST', 'Users', { ...user, [ENTERPRISE]: { department: 'R&D' } }],
      [`schemas lacks ${PATCH}`, 'PATCH', `Users/${String(id)}`, { Operations: [{ op: 'replace', path: 'title', value: 'x' }] }],
      ['Operations are required', 'PATCH', `Users/${String(id)}`, patch()],
      ['"set" is no operation', 'PATCH', `Users/${String(id)}`, patch({ op: 'set', path: 'title', value: 'x' })],
      ['"add" needs a value', 'PATCH', `Users/${String(id)}`, patch({ op: 'add', path: 'title' })],
    ];
    for (const [said, method, path, body, headers] of refused) expect(await send(method, path, body, headers)).toContain(said);
    expect(state.list('Users')).toHaveLength(1);
    expect(await send('POST', 'Users', user, { 'content-type': 'application/json; charset=utf-8' })).toMatch(/^201/);
    // Each is written down, refused or not.
    expect(requests).toHaveLength(refused.length + 1);
  });
});
