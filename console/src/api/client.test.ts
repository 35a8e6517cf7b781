// How an operation's input travels: path, query, body and If-Match.
import { expect, it } from 'vitest';
import { requestOf } from './client.ts';

it('fields that the path names go into it, escaped', () => {
  const route = { method: 'GET', path: '/connections/{connection}/links/{type}', role: 'viewer' } as const;
  expect(requestOf(route, { connection: 'hr/ldap', type: 'person' })).toEqual({ url: '/api/v1/connections/hr%2Fldap/links/person' });
});

it('of a query the rest stands behind the question mark; lists are joined, and what is not given is left out', () => {
  const route = { method: 'GET', path: '/runs', role: 'viewer' } as const;
  expect(requestOf(route, { job: 3, states: ['failed', 'waiting'], cursor: undefined }).url).toBe(
    '/api/v1/runs?job=3&states=failed%2Cwaiting',
  );
});

it('of a command the rest is the body, and the revision travels beside it', () => {
  const route = { method: 'PATCH', path: '/jobs/{job}', role: 'admin' } as const;
  expect(requestOf(route, { job: 3, revision: 7, name: 'HR' })).toEqual({ url: '/api/v1/jobs/3', revision: 7, body: '{"name":"HR"}' });
});

it('a command without anything to say sends an empty object: the server wants a body', () => {
  expect(requestOf({ method: 'POST', path: '/brakes/release', role: 'operator' }, {}).body).toBe('{}');
});
