// What a caller of the REST API meets beside the answers: refusals as problem documents, pages, limits of bodies, headers.
import { expect, it } from 'vitest';
import { openApi } from '../support/api-scene.ts';

it('says what, where and what to do, in the language that was asked for', async () => {
  const { ask } = await openApi();
  const english = await ask('GET', '/runs/7');
  expect([english.status, english.type]).toEqual([404, 'application/problem+json']);
  expect(english.body).toEqual({
    type: 'urn:tributary:problem:not-found',
    code: 'not-found',
    title: 'There is no such thing',
    status: 404,
    detail: 'There is no run 7. "tributary runs" lists them.',
    instance: '/api/v1/runs/7',
  });
  const chinese = await ask('GET', '/runs/7', { headers: { 'accept-language': 'zh-CN,zh;q=0.9' } });
  expect(chinese.body.detail).toBe('没有编号为 7 的执行。可用 tributary runs 查看。');
  expect(chinese.headers['content-language']).toBe('zh-CN');
});

it('names every wrong field at once, with a pointer and in both languages', async () => {
  const { ask } = await openApi();
  const wrong = { mode: 'sideways', keys: [{ type: 'person' }], extra: 1 };
  const { status, body } = await ask('POST', '/jobs/1/runs', { body: wrong });
  expect(status).toBe(400);
  expect(body.errors.map((error: { pointer: string }) => error.pointer).sort()).toEqual(['/extra', '/keys/0/id', '/mode']);
  const chinese = await ask('POST', '/jobs/1/runs', { body: wrong, headers: { 'accept-language': 'zh' } });
  expect(chinese.body.errors.every((error: { message: string }) => /[一-鿿]/.test(error.message))).toBe(true);
});

it.each([
  ['broken JSON', '{"job":', 400, 'not-json', 'The body is not JSON'],
  ['a list', '[1]', 400, 'invalid', 'the body must be an object'],
  ['null', 'null', 400, 'invalid', 'the body must be an object'],
  ['nesting without end', `{"document":${'['.repeat(50_000)}${']'.repeat(50_000)}}`, 400, 'too-deep', 'nested deeper than 32 levels'],
  ['more than fits', `{"document":"${'x'.repeat(9 * 1024 * 1024)}"}`, 413, 'too-large', ''],
  ['U+0000', '{"document":{"version":"a\\u0000b"}}', 400, 'invalid', '"version" holds U+0000'],
  ['U+0000 in a name', '{"document":{"a\\u0000b":1}}', 400, 'invalid', '"ab" holds U+0000'],
  ['a reach for prototypes', '{"__proto__":{"admin":true},"document":{}}', 400, 'invalid', '"__proto__" is not a field'],
  [
    'a reach for prototypes deep inside',
    '{"document":{"version":{"__proto__":{"admin":true}}}}',
    400,
    'invalid',
    '"__proto__" is not a field',
  ],
  ['a reach for constructors', '{"document":{"constructor":{"prototype":{"admin":true}}}}', 400, 'invalid', '"constructor" is not a field'],
] as const)('refuses a body of %s before anybody looks at it', async (_, text, status, code, said) => {
  const { ask, faults } = await openApi();
  const answer = await ask('POST', '/configuration/plan', { text });
  expect([answer.status, answer.body.code]).toEqual([status, code]);
  // By this check, not by one that happens to come later.
  expect(answer.body.detail).toContain(said);
  expect(faults).toEqual([]);
  expect(({} as { admin?: boolean }).admin).toBeUndefined();
});

it('refuses other media types, unknown addresses and U+0000 in an address', async () => {
  const { ask } = await openApi();
  const form = await ask('POST', '/brakes', { text: 'reason=x', headers: { 'content-type': 'application/x-www-form-urlencoded' } });
  expect([form.status, form.body.code]).toEqual([415, 'media-type']);
  expect((await ask('GET', '/nowhere')).body.code).toBe('no-route');
  expect((await ask('GET', '/explanation?person=a%00b')).body.errors).toMatchObject([{ field: 'person' }]);
});

it('sends the headers that keep a page of another site out', async () => {
  const { ask } = await openApi();
  const { headers } = await ask('GET', '/status');
  expect(headers).toMatchObject({ 'cache-control': 'no-store', 'x-content-type-options': 'nosniff', 'referrer-policy': 'no-referrer' });
  expect(headers['content-security-policy']).toContain("default-src 'none'");
});

it('pages through a list to its end, and takes a cursor only for the list that gave it', async () => {
  const { ask, scene } = await openApi({ people: 12 });
  await scene.sync();
  const seen: string[] = [];
  let cursor: string | null = null;
  do {
    const page = await ask('GET', `/runs/1/changes?limit=5${cursor ? `&cursor=${encodeURIComponent(cursor)}` : ''}`);
    expect(page.status).toBe(200);
    seen.push(...page.body.changes.map((change: { key: string; type: string }) => `${change.type}:${change.key}`));
    cursor = page.body.next;
  } while (cursor !== null);
  expect(seen).toHaveLength(13);
  expect(new Set(seen).size).toBe(13);
  const foreign = (await ask('GET', '/runs?limit=1')).body.next as string;
  expect(foreign).toEqual(expect.any(String));
  const answer = await ask('GET', `/held?cursor=${foreign}`);
  expect([answer.status, answer.body.errors[0].field]).toEqual([400, 'cursor']);
});

it('carries out what it is told, in the name of who asked', async () => {
  const { ask, scene } = await openApi();
  expect((await ask('POST', '/brakes', { body: { reason: 'new HR system' }, as: 'operator' })).status).toBe(201);
  expect((await ask('GET', '/status')).body.brakes).toMatchObject([{ scope: 'all', by: 'operator Li', reason: 'new HR system' }]);
  const again = await ask('POST', '/brakes/release', { body: {} });
  expect([again.status, again.body.released]).toEqual([200, true]);
  const nothing = await ask('POST', '/brakes/release', { body: {} });
  expect([nothing.status, nothing.body.code]).toEqual([404, 'not-found']);
  const started = await ask('POST', `/jobs/${scene.up}/runs`, { body: { dryRun: true } });
  expect([started.status, started.body]).toEqual([202, { run: 1, resumed: false }]);
  expect((await ask('POST', '/jobs/hr%20in/state', { body: { state: 'disabled' } })).body).toMatchObject({ state: 'disabled' });
});
