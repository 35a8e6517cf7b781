// A lookup table is taken away only when nobody calls it, and only as it was seen.
import { expect, it } from 'vitest';
import { auditEntries } from '../../src/store/audit.ts';
import { openApi, type Loose } from '../support/api-scene.ts';
import { plainUp } from '../support/plain-system.ts';

const grades = { P1: 'Junior', P2: 'Senior' };
const calling = (table: string): Loose => ({
  ...plainUp(),
  person: [...plainUp().person!.filter((row) => row.target !== 'title'), { target: 'title', cel: `lookup("${table}", title, "")` }],
});

async function withGrades() {
  const api = await openApi();
  await api.ask('PUT', '/lookups/grades', { body: { rows: grades } });
  const lookups = async () => (await api.ask('GET', '/lookups')).body.lookups;
  return { ...api, lookups };
}

it('a table that nobody uses is taken away, with its rows in the audit log, and is not there any more', async () => {
  const { ask, lookups, scene } = await withGrades();
  expect((await ask('DELETE', '/lookups/grades', { as: 'operator' })).status).toBe(403);
  const removed = await ask('DELETE', '/lookups/grades', { headers: { 'if-match': '"1"' } });
  expect([removed.status, removed.body]).toEqual([200, { removed: 'grades' }]);
  expect(await lookups()).toEqual([]);
  const told = [];
  for await (const entry of auditEntries(scene.bench.database)) told.push(entry);
  const last = told.find((entry) => entry.action === 'lookup.remove')!;
  expect(last.payload).toMatchObject({ actor: 'admin Li', subject: 'lookup:grades' });
  expect(JSON.parse(last.payload!.before!)).toEqual(grades);
  const again = await ask('DELETE', '/lookups/grades');
  expect(again.body).toMatchObject({ status: 404, detail: 'There is no lookup table "grades". There is none yet.' });
});

it('a table that a job or a draft calls stays, and whoever asks is told who that is and what to do', async () => {
  const { ask, lookups, scene } = await withGrades();
  expect((await ask('PATCH', `/jobs/${scene.up}`, { body: { settings: { mapping: calling('grades') } } })).status).toBe(200);
  const draft = (
    await ask('POST', '/drafts', {
      body: { kind: 'job', name: 'Half done', parts: { mapping: { person: [{ target: 'title', cel: `lookup('grades', x)` }] } } },
    })
  ).body;
  expect((await lookups())[0].usedBy).toEqual([
    { job: scene.up, name: 'hr in', isDraft: false },
    { job: draft.draft, name: 'Half done', isDraft: true },
  ]);
  const refused = await ask('DELETE', '/lookups/grades');
  expect(refused.body).toMatchObject({
    status: 409,
    detail: `Lookup table "grades" is used by job ${scene.up} "hr in", draft ${draft.draft} "Half done". Take lookup("grades", …) out of their expressions first.`,
    errors: [{ field: 'name' }],
  });
  const inChinese = await ask('DELETE', '/lookups/grades', { headers: { 'accept-language': 'zh' } });
  expect(inChinese.body.detail).toContain(`正被任务 ${scene.up} "hr in"、草稿 ${draft.draft} "Half done"使用`);
  expect(await lookups()).toHaveLength(1);
  await ask('PATCH', `/jobs/${scene.up}`, { body: { settings: { mapping: plainUp() } } });
  await ask('DELETE', `/drafts/${draft.draft}`);
  expect((await ask('DELETE', '/lookups/grades')).status).toBe(200);
});

it('what somebody saved since it was seen is not taken away', async () => {
  const { ask, lookups } = await withGrades();
  await ask('PUT', '/lookups/grades', { body: { rows: { ...grades, P3: 'Lead' } } });
  const late = await ask('DELETE', '/lookups/grades', { headers: { 'if-match': '"1"' } });
  expect(late.body).toMatchObject({ status: 412, code: 'changed', saved: { by: 'admin Li', what: ['P3'] } });
  expect((await lookups())[0].rows).toHaveProperty('P3');
  expect((await ask('DELETE', '/lookups/grades', { headers: { 'if-match': '"2"' } })).status).toBe(200);
});
