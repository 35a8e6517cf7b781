// The document and the server agree: it is committed, every route in it has a role, and no request makes the server stumble.
import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { operations } from '../../src/engine/commands.ts';
import type { Role } from '../../src/server/principal.ts';
import { openApi, type ApiScene } from '../support/api-scene.ts';
import { fitting, type JsonSchema, misfit } from '../support/json-values.ts';

interface Parameter {
  readonly name: string;
  readonly in: 'path' | 'query' | 'header';
  readonly required?: boolean;
  readonly schema: JsonSchema;
}
interface Described {
  readonly operationId: string;
  readonly 'x-role': Role | 'public' | undefined;
  readonly 'x-also'?: Role;
  readonly parameters?: readonly Parameter[];
  readonly requestBody?: { readonly content: Readonly<Record<string, { readonly schema: JsonSchema }>> };
}
interface Described31 {
  readonly openapi: string;
  readonly paths: Readonly<Record<string, Readonly<Record<string, Described>>>>;
  readonly components: { readonly schemas: Readonly<Record<string, JsonSchema>> };
}

const committed = JSON.parse(readFileSync('docs/openapi.json', 'utf8')) as Described31;
const routes = Object.entries(committed.paths).flatMap(([path, methods]) =>
  Object.entries(methods).map(([method, described]) => ({ method: method.toUpperCase(), path: path.replace('/api/v1', ''), ...described })),
);
type DescribedRoute = (typeof routes)[number];
/** Routes by what they are about, as their addresses begin. */
const rooms = Object.entries(Object.groupBy(routes, (route) => route.path.split('/')[1]!));
const resolve = (ref: string): JsonSchema => committed.components.schemas[ref.replace('#/components/schemas/', '')]!;
const bodyOf = (route: DescribedRoute): JsonSchema | null => route.requestBody?.content['application/json']?.schema ?? null;

it('is OpenAPI 3.1, and served to everybody', async () => {
  const { ask } = await openApi();
  const { status, body } = await ask('GET', '/openapi.json', { as: 'nobody' });
  expect([status, body.openapi]).toEqual([200, '3.1.0']);
  expect(Object.keys(body.paths)).toEqual(Object.keys(committed.paths));
});

it('knows every operation of the table once', () => {
  expect(
    routes
      .map((route) => route.operationId)
      .filter((id) => id in operations)
      .sort(),
  ).toEqual(
    Object.entries(operations)
      .filter(([, operation]) => operation.route !== null)
      .map(([name]) => name)
      .sort(),
  );
});

const roles: readonly Role[] = ['viewer', 'operator', 'approver', 'admin', 'auditor'];
const may: Readonly<Record<string, readonly string[]>> = {
  viewer: ['viewer', 'operator', 'approver', 'admin', 'auditor'],
  operator: ['operator', 'admin'],
  approver: ['approver', 'admin'],
  auditor: ['auditor', 'admin'],
  admin: ['admin'],
};
const addressOf = (route: DescribedRoute): string => route.path.replaceAll(/\{\w+\}/g, '1');

it('names a role for every route', () => {
  expect(routes.filter((route) => route['x-role'] === undefined).map((route) => route.operationId)).toEqual([]);
});

it('lets each role do what it says, and nobody without one', async () => {
  const { ask } = await openApi();
  for (const route of routes) {
    if (route['x-role'] === 'public') continue;
    const nobody = await ask(route.method, addressOf(route), { as: 'nobody' });
    expect([nobody.status, nobody.body.code], route.operationId).toEqual([401, 'not-signed-in']);
    for (const role of roles) {
      const answer = await ask(route.method, addressOf(route), { as: role, ...(bodyOf(route) ? { body: { unknown: true } } : {}) });
      const allowed = may[route['x-role']!]!.includes(role) || route['x-also'] === role;
      expect(answer.status === 403, `${role} at ${route.operationId}`).toBe(!allowed);
    }
  }
});

interface Request {
  readonly path: string;
  readonly body: unknown;
}

/** What the document allows. */
function allowed(route: DescribedRoute): fc.Arbitrary<Request> {
  const parameters = (route.parameters ?? []).filter((parameter) => parameter.in !== 'header');
  const values = fc.record(Object.fromEntries(parameters.map((one) => [one.name, fitting(one.schema, resolve)])), {
    requiredKeys: parameters.filter((one) => one.required).map((one) => one.name),
  });
  const schema = bodyOf(route);
  return fc
    .tuple(values, schema ? fitting(schema, resolve) : fc.constant(undefined))
    .map(([given, body]) => ({ path: addressWith(route, given), body }));
}

function addressWith(route: DescribedRoute, given: Readonly<Record<string, unknown>>): string {
  const text = (value: unknown): string => encodeURIComponent(typeof value === 'object' ? JSON.stringify(value) : String(value));
  // `.` and `..` never arrive as part of a path: every client walks them.
  const path = route.path.replaceAll(/\{(\w+)\}/g, (_, name: string) => text(given[name]).replace(/^\.{1,2}$/, '') || 'x');
  const query = (route.parameters ?? [])
    .filter((one) => one.in === 'query' && given[one.name] !== undefined)
    .map((one) => `${one.name}=${text(given[one.name])}`);
  return query.length > 0 ? `${path}?${query.join('&')}` : path;
}

async function assertSound(api: ApiScene, route: DescribedRoute, request: Request): Promise<void> {
  const answer = await api.ask(route.method, request.path, request.body === undefined ? {} : { body: request.body });
  const said = `${route.method} ${request.path} ${JSON.stringify(request.body)} → ${JSON.stringify(answer.body)?.slice(0, 400)}`;
  expect(api.faults.map(String), said).toEqual([]);
  expect(answer.status, said).not.toBe(500);
  if (answer.status < 400) return;
  expect(answer.type, said).toContain('application/problem+json');
  expect(answer.body, said).toMatchObject({ status: answer.status, code: expect.any(String), detail: expect.any(String) });
  if (answer.status === 400) expect(answer.body.errors ?? [], said).not.toEqual([]);
}

describe.each(rooms)('/%s', (_, among = []) => {
  // One installation for a room: what a request changes there is what the next ones meet.
  let api: ApiScene;
  const ends: (() => Promise<void> | void)[] = [];
  beforeAll(async () => {
    api = await openApi({ people: 2, atEnd: (end) => ends.unshift(end) });
    await api.scene.sync();
  });
  afterAll(async () => {
    for (const end of ends) await end();
  });
  const named = among.map((route) => [`${route.method} ${route.path}`, route] as const);

  it.each(named)('%s answers whatever its schema allows, or says what is wrong', async (_address, route) => {
    await fc.assert(
      fc.asyncProperty(allowed(route), (request) => assertSound(api, route, request)),
      { numRuns: 25 },
    );
  });

  it.each(named)('%s names each field that does not fit', async (_address, route) => {
    const schema = bodyOf(route);
    const fields = [
      ...Object.entries((schema?.$ref ? resolve(schema.$ref) : schema)?.properties ?? {}).map(([name, inner]) => ({
        name,
        inner,
        where: 'body' as const,
      })),
      ...(route.parameters ?? [])
        .filter((one) => one.in === 'query')
        .map((one) => ({ name: one.name, inner: one.schema, where: 'query' as const })),
    ];
    for (const { name, inner, where } of fields) {
      const wrong = where === 'query' ? (isTyped(inner) ? fc.constant('\u{1f4a5}') : null) : misfit(inner, resolve);
      if (!wrong) continue;
      await fc.assert(
        fc.asyncProperty(allowed(route), wrong, async (request, value) => {
          const given =
            where === 'query'
              ? { path: withQuery(request.path, name, value), body: request.body }
              : { path: request.path, body: { ...(request.body as object), [name]: value } };
          const answer = await api.ask(route.method, given.path, given.body === undefined ? {} : { body: given.body });
          const fieldsNamed = ((answer.body.errors ?? []) as { field: string }[]).map((error) => error.field);
          expect(answer.status, JSON.stringify([given, answer.body])).toBe(400);
          expect(
            fieldsNamed.some((field) => field === name || field.startsWith(`${name}.`) || field.startsWith(`${name}[`)),
            JSON.stringify([given, answer.body]),
          ).toBe(true);
        }),
        { numRuns: 4 },
      );
    }
    const answer = await api.ask(route.method, withQuery(addressOf(route), 'nonsense', '1'), schema ? { body: { nonsense: 1 } } : {});
    expect(answer.status).toBe(400);
    expect((answer.body.errors as { field: string }[]).map((error) => error.field)).toContain('nonsense');
  });
});

/** Query text that is not any text. */
const isTyped = (schema: JsonSchema): boolean =>
  ['integer', 'number', 'boolean'].includes(String(schema.type)) || schema.enum !== undefined;
const withQuery = (path: string, name: string, value: unknown): string => {
  const url = new URL(path, 'http://x');
  url.searchParams.set(name, String(value));
  return `${url.pathname}${url.search}`;
};
