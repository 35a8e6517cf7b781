// A file brought over HTTP: kept under a safe name, looked at as a table, its columns corrected, and a mapping tried on its people.
import { existsSync, readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { file } from '../../src/connectors/file/index.ts';
import { openApi } from '../support/api-scene.ts';

const list =
  '工号,姓名,邮箱,身份证号,备注,部门\n0001,陈思远,chen@example.com,110101199003070011,x,总部\n0002,林晓燕,lin@example.com,110101199003070012,y,总部/人事部\n';

it('a list that somebody drops into the page is kept, understood, and its mapping tried before anything is saved', async () => {
  const api = await openApi();
  const { ask, app, scene } = api;
  const send = async (name: string, text: string, as = 'admin') => {
    const answer = await app.inject({
      method: 'PUT',
      url: `/api/v1/uploads/${encodeURIComponent(name)}`,
      headers: { 'x-as': as, 'content-type': 'application/octet-stream' },
      payload: Buffer.from(text),
    });
    return { status: answer.statusCode, body: answer.json() as { path: string; bytes: number; code: string } };
  };

  const kept = await send('../../员工 名单(2026).csv', list);
  expect(kept.status).toBe(201);
  expect(kept.body.path.startsWith(join(scene.bench.folder, 'uploads'))).toBe(true);
  expect(kept.body.path.split('/').at(-1)).toBe('员工-名单-2026.csv');
  expect(readFileSync(kept.body.path, 'utf8')).toBe(list);
  expect((await send('list.exe', list)).body.code).toBe('invalid');
  expect((await send('list.csv', list, 'operator')).status).toBe(403);
  expect(readdirSync(join(scene.bench.folder, 'uploads'))).toHaveLength(1);
  const { entries } = (await ask('GET', '/audit?limit=5', { as: 'auditor' })).body;
  expect(JSON.stringify(entries)).toContain('file:员工-名单-2026.csv');

  await scene.bench.connection('people', file as never, { use: 'read', path: kept.body.path });
  const table = await ask('POST', '/connections/people/table', { body: { rows: 1 } });
  expect(table.body.columns).toEqual([
    { header: '工号', attribute: 'employeeNumber' },
    { header: '姓名', attribute: 'displayName' },
    { header: '邮箱', attribute: 'email' },
    { header: '身份证号', attribute: 'idNumber' },
    { header: '备注', attribute: null },
    { header: '部门', attribute: 'department' },
  ]);
  expect(table.body.rows).toEqual([['0001', '陈思远', 'chen@example.com', '••••••', 'x', '总部']]);
  expect((await ask('POST', '/connections/hr/table', { body: {} })).status).toBe(409);

  const preview = await ask('POST', '/connections/people/mapping-preview', {
    body: {
      direction: 'up',
      search: '林',
      rows: [
        { target: 'displayName', field: 'displayName' },
        { target: 'userName', cel: 'pinyin(displayNam)' },
        { target: 'email', cel: 'lower(email) + ' },
        { target: 'title', template: '${displayName} (${employeeNumber})' },
        { target: 'nickname', field: 'idNumber' },
        { target: 'city' },
      ],
    },
  });
  expect(preview.body.problems.map((one: { row: number; target: string }) => [one.row, one.target])).toEqual([
    [1, 'userName'],
    [2, 'email'],
    [5, 'city'],
  ]);
  expect(preview.body.records).toHaveLength(1);
  const [lin] = preview.body.records;
  expect(lin.title).toBe('林晓燕');
  expect(lin.result.map((one: { name: string; value: unknown }) => [one.name, one.value])).toEqual([
    ['displayName', '林晓燕'],
    ['title', '林晓燕 (0002)'],
    ['nickname', '••••••'],
  ]);
  expect(JSON.stringify(preview.body)).not.toContain('110101199003070012');
  expect(api.faults).toEqual([]);
  expect(existsSync(kept.body.path)).toBe(true);
});
