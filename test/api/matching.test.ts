// Over HTTP: pairs are accepted by the comparison in which they were seen, and a protected account is given to nobody.
import { expect, it } from 'vitest';
import { openApi } from '../support/api-scene.ts';
import { roomy } from '../support/plain-scene.ts';

const policy = { policy: { guard: roomy } };

it('a pair of an older comparison, and a protected account, are refused as a problem that says what to do, in the language of whoever asks', async () => {
  const { scene, ask } = await openApi({ people: 2, up: policy, down: policy });
  const { bench, down } = scene;
  await bench.run(scene.up);
  scene.app.put('person', 'theirs', { name: 'Person 1', mail: '1@example.com' });
  const compare = async (): Promise<number> => {
    const { run } = (await ask('POST', `/jobs/${down}/matching`, { body: {} })).body;
    await bench.engine.drain();
    return run;
  };
  const [first, second] = [await compare(), await compare()];
  const pairs = [{ object: (await scene.known('1'))!.id, account: 'theirs' }];
  const accept = (body: object, headers = {}) => ask('POST', `/jobs/${down}/matching/accept`, { body, headers });
  const unsaid = await accept({ pairs });
  expect([unsaid.status, unsaid.body.errors]).toEqual([400, [expect.objectContaining({ field: 'run' })]]);
  const older = await accept({ pairs, run: first }, { 'accept-language': 'zh' });
  expect([older.status, older.type]).toEqual([409, expect.stringContaining('application/problem+json')]);
  expect(older.body).toMatchObject({ detail: expect.stringContaining(`最近一次为执行 ${second}`), errors: [{ field: 'run' }] });
  const reject = (body: object) => ask('POST', `/jobs/${down}/matching/reject`, { body });
  expect((await reject({ pairs })).body.errors).toEqual([expect.objectContaining({ field: 'run' })]);
  const refused = await reject({ pairs, run: first });
  expect([refused.status, refused.body.detail]).toEqual([409, expect.stringContaining(`then reject with run ${second}`)]);
  expect((await accept({ pairs, run: second })).body).toMatchObject({ linked: 1 });

  const place = '/connections/app/links/person/theirs';
  await ask('POST', '/connections/app/protected', { body: { accounts: [{ type: 'person', externalId: 'theirs' }], reason: 'the boss' } });
  const to = (await scene.known('2'))!.id;
  for (const refused of [
    await ask('GET', `${place}/consequence?to=${to}`, { headers: { 'accept-language': 'zh' } }),
    await ask('POST', `${place}/move`, { body: { to }, headers: { 'accept-language': 'zh' } }),
  ])
    expect([refused.status, refused.body.detail]).toEqual([
      409,
      '未移动：连接“app”的账号“Person 1 (1@example.com)”（人员）受保护（原因：the boss）。请先将其移出受保护名单（tributary links unprotect app person theirs），再移动。',
    ]);
});
