// Somebody makes the app of Feishu anew: every open_id is another one. Nobody is deleted, disabled or doubled.
import { expect, it } from 'vitest';
import { LIMITED_APP } from '../../src/connectors/feishu/simulator.ts';
import { ALL_SCOPES } from '../../src/connectors/feishu/simulator-apps.ts';
import { feishu } from '../../src/connectors/feishu/index.ts';
import type { RunRow } from '../../src/store/runs.ts';
import { getJob } from '../../src/store/jobs.ts';
import { openCompany, says, type Company } from './company.ts';

/** The app under which the tenant is read from now on. What it may see can be chosen. */
async function useApp(company: Company, scopes: readonly string[]): Promise<void> {
  company.sandbox.grant(LIMITED_APP, scopes);
  const anew = company.sandbox.apps.get(LIMITED_APP)!;
  const config = { ...company.sandbox.config, appId: anew.id, appSecret: anew.secret, longConnection: false };
  await company.bench.connection('feishu', feishu, config);
}

/** As if everybody had been read before union_ids were kept. */
const forgetUnionIds = ({ bench }: Company): Promise<number> =>
  bench.database.write((transaction) => transaction.run(`DELETE FROM mirror_key WHERE attribute = 'union_id'`));

/** What is shown now is all there is: a run begins by itself. */
async function accept({ bench, job }: Company): Promise<RunRow> {
  await bench.engine.resume(job, { accept: true }, 'mei');
  return (await bench.engine.drain()).at(-1)!;
}

it('everybody is known again by their union_id, and what the new app may not see stays as it was', async () => {
  const company = await openCompany(20);
  const { bench } = company;
  await company.sync();
  const before = await company.state();
  await useApp(
    company,
    ALL_SCOPES.filter((scope) => scope !== 'contact:user.phone:readonly'),
  );
  const tried = await bench.run(company.job, { dryRun: true });
  expect([tried.state, says(tried)]).toEqual(['succeeded', expect.stringContaining('20 account records have new ids and are known again')]);
  const run = await company.sync();
  expect(says(run)).toContain('20 account records have new ids and were known again by union_id, user_id');
  expect([await company.state(), await bench.held(), await company.items()]).toEqual([before, [], []]);
  expect(await accept(company)).toMatchObject({ state: 'succeeded', counts: { same: 28 } });
  expect([await company.state(), await bench.held(), await company.items()]).toEqual([before, [], []]);
});

it('nobody is harmed when all ids of a tenant change at once and no union_id is known: the operator is asked, and once it is accepted a user_id is enough', async () => {
  const company = await openCompany(20);
  const { bench, sandbox } = company;
  await company.sync();
  const before = await company.state();
  await forgetUnionIds(company);
  await useApp(company, ALL_SCOPES);
  expect(says(await company.sync())).toContain('20 of 20 account records that were known are not shown any more');
  expect((await getJob(bench.database, company.job))!.state).toBe('paused');
  // Whoever lets it go on without an answer gets the same question.
  await bench.unpause();
  await company.sync();
  expect([await company.state(), await bench.held()]).toEqual([before, []]);
  // The old app brings all back.
  await bench.connection('feishu', feishu, { ...sandbox.config, longConnection: false });
  await bench.unpause();
  expect(await company.sync()).toMatchObject({ state: 'succeeded', counts: { same: 28 } });
  expect(await company.state()).toEqual(before);
  await forgetUnionIds(company);
  await useApp(company, ALL_SCOPES);
  await company.sync();
  const accepted = await accept(company);
  expect([says(accepted), await company.state(), await bench.held(), await company.items()]).toEqual([
    expect.stringContaining('20 account records have new ids and were known again'),
    before,
    [],
    [],
  ]);
  expect(await company.sync()).toMatchObject({ state: 'succeeded', counts: { same: 28 } });
});
