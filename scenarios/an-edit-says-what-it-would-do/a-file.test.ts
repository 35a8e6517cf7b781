// A configuration file goes through the same gate as an edit: what takes something away is refused with its consequence, and nobody is enabled unseen.
import { expect, it } from 'vitest';
import { z } from 'zod';
import type { Connector } from '../../src/connector-kit/contract.ts';
import { field } from '../../src/connector-kit/define.ts';
import { readYaml } from '../../src/engine/config/document.ts';
import { settingsOfJob } from '../../src/engine/operations/show.ts';
import { getJob } from '../../src/store/jobs.ts';
import { ask, refusal } from '../../test/support/asking.ts';
import { downSettings, openScene, roomy } from '../../test/support/plain-scene.ts';
import { PlainSystem } from '../../test/support/plain-system.ts';

it('what it would take away is named for all its jobs at once, and applied with the numbers of what was seen', async () => {
  const scene = await openScene({ people: 6, up: { policy: { guard: roomy } }, down: { policy: { guard: roomy } } });
  scene.hr.department('side');
  for (const id of ['5', '6']) scene.hr.person(id, 'side', { title: 'Clerk' });
  await scene.sync();
  const settingsNow = async (job: number) => settingsOfJob((await getJob(scene.bench.database, job))!);
  const side = (await scene.bench.objects('department')).find((row) => row.data.code === 'side')!.id;
  const jobs = [
    { ...(await settingsNow(scene.up)), scope: { people: { exclude: ['1'] } } },
    { ...(await settingsNow(scene.down)), scope: { departments: { exclude: [side] } }, description: 'the app' },
  ];
  const apply = (more: object = {}) => ask(scene, 'config.apply', { document: { version: 1, jobs }, ...more });
  const said = await refusal(apply());
  expect(said).toContain('Nothing was applied yet.');
  expect(said).toMatch(/job 1 "hr in": 1 person would be disabled \(in the directory and 1 system\)/);
  expect(said).toMatch(/job 2 "app out": 2 people would be disabled/);
  const numbers = /--forecast ([\d,]+)/.exec(said)![1]!.split(',').map(Number);
  expect(numbers).toHaveLength(2);
  expect((await settingsNow(scene.down)).description).toBe('');
  // One of two is not enough, and those of another file are none.
  expect(await refusal(apply({ forecasts: numbers.slice(0, 1) }))).toContain('job 2 "app out"');
  jobs[0]!.rank = 70;
  expect(await refusal(apply({ forecasts: numbers }))).toContain('is no forecast of exactly this edit');
  jobs[0]!.rank = 100;
  expect(await apply({ forecasts: numbers })).toMatchObject({ applied: true, unseen: [] });
  const { up, down } = await scene.sync();
  expect([up.counts.applied, down.counts.applied]).toEqual([1, 3]);
  expect((await apply()).entries.every((entry) => entry.action === 'same')).toBe(true);
  // What takes nothing away needs no number.
  jobs[1]!.description = 'the app of the company';
  expect((await apply()).applied).toBe(true);
  scene.hr.dials.unreachable = true;
  jobs[0]!.scope = { people: { exclude: ['1', '2'] } };
  expect(await refusal(apply())).toContain('cannot be told');
  expect((await apply({ withoutForecast: true })).applied).toBe(true);
});

it('a job that it wants enabled stays disabled until somebody has seen a dry run of it; one that is not disabled is not taken away', async () => {
  const scene = await openScene({ people: 3 });
  const fresh = { ...downSettings('app', { name: 'second' }), state: 'enabled' };
  const document = { version: 1, jobs: [fresh] };
  expect(await ask(scene, 'config.apply', { document })).toMatchObject({
    applied: true,
    unseen: [{ job: 3, jobName: 'second', state: 'disabled' }],
  });
  const state = async () => (await getJob(scene.bench.database, 3))!.state;
  expect(await state()).toBe('disabled');
  await scene.bench.run(3, { dryRun: true });
  expect(await ask(scene, 'config.apply', { document })).toMatchObject({ applied: true, unseen: [] });
  expect(await state()).toBe('enabled');
  expect(await refusal(ask(scene, 'config.apply', { document: { version: 1, jobs: [] }, prune: true }))).toContain('Disable it first');
  expect(await state()).toBe('enabled');
  expect(await ask(scene, 'config.apply', { document: { version: 1, jobs: [{ ...fresh, name: 'third' }] }, unseen: true })).toMatchObject({
    unseen: [],
  });
  expect((await getJob(scene.bench.database, 4))!.state).toBe('enabled');
});

it('a file that disables a job, or takes a disabled one away, is refused with what that leaves behind until it was seen', async () => {
  const scene = await openScene({ people: 3 });
  await scene.sync();
  const { name } = await getJob(scene.bench.database, scene.down).then((job) => job!);
  const document = { version: 1, jobs: [{ ...downSettings('app', { name }), state: 'disabled' }] };
  const state = async () => (await getJob(scene.bench.database, scene.down))?.state;
  expect(await refusal(ask(scene, 'config.apply', { document }))).toMatch(/^Nothing was applied yet.*It looks after 3 people.*--seen/s);
  expect(await state()).toBe('enabled');
  expect((await ask(scene, 'config.apply', { document, seen: true })).applied).toBe(true);
  expect(await state()).toBe('disabled');
  const { jobs } = readYaml((await ask(scene, 'config.export', {})).yaml).data as { jobs: { name: string }[] };
  const without = { version: 1, jobs: jobs.filter((job) => job.name !== name) };
  expect(await refusal(ask(scene, 'config.apply', { document: without, prune: true }))).toMatch(/3 people.* lose their owner/s);
  expect(await state()).toBe('disabled');
});

it('a connection that is led elsewhere is an edit of its jobs: what they would do is told over it as it will be, and forgotten when it is not applied', async () => {
  const there = new PlainSystem('hr');
  there.department('main');
  for (const id of ['1', '2', '3', '4']) there.person(id, 'main', { phone: `+86 138${id.padStart(8, '0')}` });
  const site = z.object({ site: field(z.string().default('here'), { label: { en: 'site', zh: '站点' } }) });
  const scene = await openScene({
    people: 6,
    up: { policy: { guard: roomy } },
    down: { policy: { guard: roomy } },
    source: (here) =>
      ({
        manifest: { ...here.connector.manifest, config: site },
        open: (context: { config: { site: string } }) => (context.config.site === 'there' ? there : here).connector.open(context as never),
      }) as unknown as Connector,
  });
  await scene.sync();
  const settings = settingsOfJob((await getJob(scene.bench.database, scene.up))!);
  const connections = [{ id: 'hr', connector: 'hr', config: { site: 'there' } }];
  const apply = (more: object = {}, document: object = { connections }) =>
    ask(scene, 'config.apply', { document: { version: 1, ...document }, ...more });
  const said = await refusal(apply());
  // Five and six are not there, and lose their accounts below.
  expect(said).toMatch(/job 1 "hr in": 2 people would be disabled \(in the directory and 1 system\) \(run (\d+)\)/);
  const before = await scene.world();
  expect(await scene.sync()).toMatchObject({ up: { state: 'succeeded' }, down: { state: 'succeeded' } });
  expect(await scene.world()).toEqual(before);
  // The job that is edited in the same file is told over the same connection.
  const both = { connections, jobs: [{ ...settings, scope: { people: { exclude: ['1'] } } }] };
  const number = Number(
    /job 1 "hr in": 3 people would be disabled \(in the directory and 1 system\) \(run (\d+)\)/.exec(await refusal(apply({}, both)))![1],
  );
  expect(await refusal(apply({ forecasts: [number] }))).toContain('is no forecast of exactly this edit');
  expect(await apply({}, { connections: [{ id: 'hr', connector: 'hr', name: 'Human resources' }] })).toMatchObject({ applied: true });
  expect(await apply({ forecasts: [number] }, both)).toMatchObject({ applied: true });
  await scene.sync();
  expect((await scene.people()).filter((person) => person.lifecycle === 'active')).toHaveLength(3);
  expect(scene.app.all('person').filter((account) => account.enabled)).toHaveLength(3);
});

it('protected accounts, drafts and where the audit log goes stand in the file as well: written out, applied, and as before', async () => {
  const scene = await openScene({ people: 2, up: { policy: { guard: roomy } }, down: { policy: { guard: roomy } } });
  await scene.sync();
  const [one, two] = ['1', '2'].map((id) => scene.account(id)!.id) as [string, string];
  await ask(scene, 'protected.add', { connection: 'app', accounts: [{ type: 'person', externalId: one }], reason: 'emergency' });
  await ask(scene, 'draft.create', { kind: 'job', name: 'Half done', parts: { rank: 'high', connection: 'hr' } });
  await ask(scene, 'audit.forward', { to: { host: 'logs.example.com' } });
  const exported = async () => readYaml((await ask(scene, 'config.export', {})).yaml).data as Record<string, unknown>;
  const before = await exported();
  expect(before).toMatchObject({
    protected: { app: { person: { [one]: 'emergency' } } },
    drafts: [{ kind: 'job', name: 'Half done', parts: { rank: 'high', connection: 'hr' } }],
    auditForwarding: { transport: 'tls', host: 'logs.example.com', port: 6514 },
  });
  const plan = async (document: object, prune = false) =>
    (await ask(scene, 'config.plan', { document, prune })).entries
      .filter((entry) => entry.action !== 'same')
      .map((entry) => [entry.kind, entry.name, entry.action]);
  expect(await plan(before)).toEqual([]);
  // More of it, other of it; what is not named stays unless it is pruned.
  const changed = {
    version: 1,
    protected: { app: { person: { [two]: 'the boss' } } },
    drafts: [{ kind: 'job', name: 'Half done', parts: { connection: 'hr', direction: 'up' } }],
    auditForwarding: null,
  };
  expect(await plan(changed)).toEqual([
    ['forwarding', 'audit', 'change'],
    ['protected', 'app', 'change'],
    ['draft', 'job Half done', 'change'],
  ]);
  await ask(scene, 'config.apply', { document: changed });
  expect(await exported()).toMatchObject({
    protected: { app: { person: { [one]: 'emergency', [two]: 'the boss' } } },
    drafts: [{ parts: { direction: 'up' } }],
  });
  expect((await exported()).auditForwarding).toBeUndefined();
  // Back to what was written out, everything else gone.
  await ask(scene, 'config.apply', { document: before, prune: true });
  expect(await exported()).toEqual(before);
  expect((await ask(scene, 'protected.list', { connection: 'app' })).accounts.map((account) => account.externalId)).toEqual([one]);
  expect((await ask(scene, 'audit.list', { subject: 'protected:app' })).entries.map((entry) => entry.action)).toContain('protected.change');
  const without = Object.fromEntries(Object.entries(before).filter(([name]) => name !== 'drafts' && name !== 'protected'));
  expect(await plan(without, true)).toEqual([
    ['protected', 'app', 'remove'],
    ['draft', 'job Half done', 'remove'],
  ]);
  const { problems } = await ask(scene, 'config.plan', {
    document: {
      protected: { nowhere: { person: { x: 'y' } } },
      drafts: [
        { kind: 'job', name: 'hr in' },
        { kind: 'connection', name: 'Memory', parts: { connector: 'memory', config: { token: 'x' } } },
      ],
    },
  });
  expect(problems.map((one) => one.path.join('.'))).toEqual(['protected.nowhere', 'drafts.0.name']);
});
