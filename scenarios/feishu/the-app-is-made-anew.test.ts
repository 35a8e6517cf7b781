// Somebody makes the app of Feishu anew: every open_id is another one. Nobody is deleted, disabled or doubled.
import { expect, it } from 'vitest';
import { LIMITED_APP } from '../../src/connectors/feishu/simulator.ts';
import { ALL_SCOPES } from '../../src/connectors/feishu/simulator-apps.ts';
import { feishu } from '../../src/connectors/feishu/index.ts';
import { getJob } from '../../src/store/jobs.ts';
import { openCompany, says } from './company.ts';

it('nobody is harmed when all ids of a tenant change at once; the operator is told, and the old app brings all back', async () => {
  const company = await openCompany(20);
  const { bench, sandbox } = company;
  await company.sync();
  const before = await company.state();
  sandbox.grant(LIMITED_APP, ALL_SCOPES);
  const anew = sandbox.apps.get(LIMITED_APP)!;
  await bench.connection('feishu', feishu, { ...sandbox.config, appId: anew.id, appSecret: anew.secret, longConnection: false });
  const run = await company.sync();
  expect(says(run)).toContain('20 of 20 account records that were known are not shown any more');
  expect((await getJob(bench.database, company.job))!.state).toBe('paused');
  // Whoever lets it go on without an answer gets the same question.
  await bench.unpause();
  await company.sync();
  expect([await company.state(), await bench.held()]).toEqual([before, []]);
  await bench.connection('feishu', feishu, { ...sandbox.config, longConnection: false });
  await bench.unpause();
  expect(await company.sync()).toMatchObject({ state: 'succeeded', counts: { same: 28 } });
  expect(await company.state()).toEqual(before);
});
