// Lists as files over HTTP: whole, in each format, to who may see the list, with sensitive values as dots.
import { expect, it } from 'vitest';
import { roomy } from '../support/plain-scene.ts';
import { openApi } from '../support/api-scene.ts';
import { plainUp } from '../support/plain-system.ts';

it('answers with the whole list as CSV, JSON or a workbook', async () => {
  const policy = { guard: roomy };
  const mapping = {
    ...plainUp(),
    person: [...plainUp().person!.filter((row) => row.target !== 'nickname'), { target: 'idNumber', field: 'note' }],
  };
  const { scene, app, ask } = await openApi({ people: 30, up: { policy, mapping } });
  for (let id = 1; id <= 30; id++) scene.hr.set('person', String(id), { note: `SECRET-${id}`, title: id === 7 ? '=cmd()' : 'x' });
  const run = await scene.bench.run(scene.up);
  const csv = await ask('GET', `/exports/changes?run=${run.id}&format=csv&types=person`);
  expect([csv.status, csv.headers['content-disposition']]).toEqual([200, 'attachment; filename="tributary-changes.csv"']);
  const text = String(csv.body);
  expect(text).toContain("'=cmd()");
  expect(text).not.toContain('SECRET-');
  expect(text).toContain('••••••');
  expect(text).not.toContain(',department,');
  const json = await ask('GET', `/exports/changes?run=${run.id}&format=json`);
  const entries = JSON.parse(typeof json.body === 'string' ? json.body : JSON.stringify(json.body)) as unknown[];
  expect(entries).toHaveLength(run.counts.applied!);
  const chinese = await ask('GET', '/exports/runs?format=csv', { headers: { 'accept-language': 'zh' } });
  expect(String(chinese.body)).toContain('执行,任务,模式');
  const book = await app.inject({ method: 'GET', url: `/api/v1/exports/history?run=${run.id}`, headers: { 'x-as': 'admin' } });
  expect([book.statusCode, book.rawPayload.subarray(0, 2).toString()]).toEqual([200, 'PK']);

  // Refused as any list is, before the file begins.
  expect((await ask('GET', '/exports/changes?run=99')).body).toMatchObject({ status: 404, code: 'not-found' });
  expect(
    (await ask('GET', '/exports/changes?run=x&format=pdf&limit=5')).body.errors.map((error: { field: string }) => error.field).sort(),
  ).toEqual(['format', 'limit', 'run']);
  expect((await ask('GET', '/exports/audit', { as: 'viewer' })).status).toBe(403);
  expect((await ask('GET', '/exports/audit?format=csv', { as: 'auditor' })).status).toBe(200);
  expect((await ask('GET', '/exports/runs', { as: 'nobody' })).status).toBe(401);
});
