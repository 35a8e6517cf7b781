// What errors of SCIM systems mean to the engine, by type, by status, and by what was asked.
// @see https://www.rfc-editor.org/rfc/rfc7644#section-3.12
import { describe, expect, test } from 'vitest';
import { isConnectorError } from '../../connector-kit/errors.ts';
import type { RawAnswer } from '../../connector-kit/http/answer.ts';
import { judge, listShape } from './wire.ts';

const answer = (status: number, json: unknown, effect: RawAnswer['effect'] = 'repeatable'): RawAnswer =>
  ({ status, json, isJson: json !== undefined, effect, excerpt: '', header: () => undefined }) as unknown as RawAnswer;

function kindOf(raw: RawAnswer): string {
  const verdict = judge(raw);
  return isConnectorError(verdict) ? verdict.kind : String(verdict);
}

describe('an error', () => {
  test.each([
    ['uniqueness', 409, 'already-exists'],
    ['invalidFilter', 400, 'unsupported'],
    ['tooMany', 400, 'unsupported'],
    ['invalidSyntax', 400, 'invalid'],
    ['invalidPath', 400, 'invalid'],
    ['noTarget', 400, 'invalid'],
    ['invalidValue', 400, 'invalid'],
    ['mutability', 400, 'invalid'],
    ['sensitive', 400, 'permission'],
    ['invalidCursor', 400, 'cursor-expired'],
    ['expiredCursor', 400, 'cursor-expired'],
  ])('of type %s (%i) is %s, however it is written', (scimType, status, kind) => {
    for (const written of [scimType, scimType.toUpperCase()]) {
      // The status is a text in the standard and a number at Okta.
      for (const said of [String(status), status]) expect(kindOf(answer(status, { scimType: written, Status: said }))).toBe(kind);
    }
  });

  test.each([
    [412, 'conflict'],
    [413, 'invalid'],
    [405, 'unsupported'],
    [501, 'unsupported'],
    [404, 'not-found'],
  ])('with status %i and nothing else is %s', (status, kind) => {
    expect(kindOf(answer(status, {}))).toBe(kind);
  });

  test("401 is a token to be renewed, also in an envelope of the system's own", () => {
    expect(kindOf(answer(401, {}))).toBe('renew');
    expect(kindOf(answer(400, { errcode: 40001, errmsg: 'Invalid access token' }))).toBe('renew');
  });

  test('403 of a write is about one object, of a read about the credential', () => {
    expect(kindOf(answer(403, {}))).toBe('forbidden');
    expect(kindOf(answer(403, {}, 'read'))).toBe('undefined');
  });

  test('404 that is no SCIM answer says nothing about an object, and of a write nobody knows', () => {
    expect(kindOf(answer(404, undefined, 'read'))).toBe('bad-response');
    expect(kindOf(answer(404, undefined, 'once'))).toBe('unknown-outcome');
  });

  test('an attribute that the system names in its sentence is named to whoever has to mend it', () => {
    const verdict = judge(answer(400, { scimType: 'invalidValue', detail: 'The value of userName is too long.' }));
    expect(isConnectorError(verdict) && verdict.facts.attribute).toBe('userName');
  });

  test.each([
    [{ errcode: 0, errmsg: 'ok', id: '7' }, 201, 'ok'],
    [{ errcode: 40901, errmsg: '用户已存在' }, 201, 'already-exists'],
    [{ errcode: '404', errmsg: 'user does not exist' }, 200, 'not-found'],
    [{ errcode: 1, errmsg: 'something else' }, 201, 'invalid'],
  ])('in an errcode envelope counts by its code, whatever the status says: %j (%i) is %s', (json, status, kind) => {
    expect(kindOf(answer(status, json))).toBe(kind);
  });
});

describe('a list', () => {
  test('may have no resources at all, null for them, and no numbers', () => {
    expect(listShape.parse({ totalResults: 0 })).toMatchObject({ total: 0 });
    expect(listShape.parse({ Resources: null })).toMatchObject({ resources: null });
    expect(listShape.parse({ resources: [] }).total).toBeUndefined();
  });
});
