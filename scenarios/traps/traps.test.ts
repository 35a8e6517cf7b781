// Traps that other products have laid for their users (parity, section 5): 11 what "equal" means, 12 a copied task, 13 whose clock is right, 15 the apps of the story.
import { expect, it, onTestFinished } from 'vitest';
import { scim } from '../../src/connectors/scim/index.ts';
import { simulate } from '../../src/connectors/scim/simulator.ts';
import { situations } from '../../src/core/situation.ts';
import { ask } from '../../test/support/asking.ts';
import { openScene, roomy } from '../../test/support/plain-scene.ts';
import { byNumber, PlainSystem, plainUp } from '../../test/support/plain-system.ts';
import { openWorkbench } from '../../test/support/workbench.ts';

const policy = { guard: roomy } as const;

it('trap 11: "same" is said of what a job syncs, never "equal" or "identical", and what it does not sync may differ', async () => {
  const scene = await openScene({ people: 2, up: { policy }, down: { policy } });
  await scene.sync();
  const account = scene.account('1')!;
  scene.app.set('person', account.id, { kind: 'of their own' });
  const { down } = await scene.sync();
  expect([down.counts.applied ?? 0, scene.account('1')!.attributes.kind]).toEqual([0, 'of their own']);
  const same = situations.find((row) => row.situation === 'same')!;
  expect([same.label, same.when]).toEqual([
    { en: 'same', zh: '一致' },
    { en: 'What the job syncs is the same at source and target.', zh: '任务所同步的内容在源与目标一致。' },
  ]);
  expect(situations.flatMap((row) => [row.label.en, row.when.en]).filter((text) => /\b(equal|identical)\b/i.test(text))).toEqual([]);
});

it('trap 12: a copied job does nothing until somebody enables it, and then nothing twice: one account has one writer', async () => {
  const scene = await openScene({ people: 5, up: { policy }, down: { policy } });
  await scene.sync();
  const { id: copy } = await ask(scene, 'job.duplicate', { job: scene.down, name: 'Copy of app out' });
  expect(await ask(scene, 'job.get', { job: copy })).toMatchObject({ state: 'disabled', connection: 'app' });
  const writes = scene.app.writes;
  await expect(scene.bench.run(copy)).rejects.toThrow();
  await ask(scene, 'job.state', { job: copy, state: 'enabled', unseen: true });
  await scene.bench.run(copy);
  expect([scene.app.writes - writes, scene.app.all('person').length]).toEqual([0, 5]);
  // A change is written once, by the lower number, whichever of them runs first.
  scene.hr.set('person', '1', { title: 'Chief' });
  scene.hr.person('6', 'main');
  await scene.bench.run(scene.up);
  await scene.bench.run(copy);
  await scene.bench.run(scene.down);
  await scene.bench.run(copy);
  expect([scene.app.all('person').length, scene.account('1')!.attributes.title]).toEqual([6, 'Chief']);
  expect(scene.app.log.slice(writes).filter((line) => line.startsWith('create person'))).toHaveLength(1);
  expect(scene.app.log.slice(writes).filter((line) => line.startsWith('update person'))).toHaveLength(1);
});

it('trap 13: nothing is newer because a clock says so: with the clock an hour back or a year ahead the same word wins, and nothing is lost', async () => {
  const scene = await openScene({ people: 3, up: { policy, rank: 200 }, down: { policy } });
  const crm = new PlainSystem('crm');
  await scene.bench.connection('crm', crm.connector, {});
  const second = await scene.addJob(crm, 'up', { policy, rank: 100 });
  crm.department('main');
  scene.hr.set('person', '1', { title: 'By HR' });
  crm.person('1', 'main', { title: 'By CRM' });
  await scene.sync();
  await scene.bench.run(second);
  const title = async (): Promise<unknown> => (await scene.known('1'))!.attributes.title;
  expect(await title()).toBe('By HR');
  for (const [skew, text] of [
    [-3_600_000, 'back'],
    [366 * 86_400_000, 'ahead'],
    [-365 * 86_400_000, 'back again'],
  ] as const) {
    scene.bench.clock.advance(skew);
    // The lower rank speaks last, by every clock there is.
    scene.hr.set('person', '2', { title: text });
    crm.set('person', '1', { title: `By CRM ${text}` });
    await scene.bench.run(scene.up);
    await scene.bench.run(second);
    expect(await title()).toBe('By HR');
    expect((await scene.known('2'))!.attributes.title).toBe(text);
    const down = await scene.bench.run(scene.down);
    expect([down.state, scene.account('2')!.attributes.title, scene.app.all('person').length]).toEqual(['succeeded', text, 3]);
    expect((await scene.people()).every((person) => person.lifecycle === 'active')).toBe(true);
  }
  expect((await scene.sync()).down.counts.applied ?? 0).toBe(0);
});

it.each([
  'github',
  'atlassian',
  'zoom',
] as const)('trap 15: an app of the story that speaks SCIM (%s) is a connection like any other: people come, change and leave', async (app) => {
  const bench = await openWorkbench();
  const far = await simulate({ clock: bench.clock, options: { mood: app === 'zoom' ? 'zoom' : 'strict' } });
  onTestFinished(async () => {
    await far.stop();
    await bench.close();
  });
  const hr = new PlainSystem('hr');
  hr.department('d');
  for (const n of [1, 2, 3]) hr.person(String(n), 'd', { login: `user${n}` });
  await bench.connection('hr', hr.connector, {});
  await bench.connection('app', scim, { ...far.config, ...(app === 'zoom' ? {} : { profile: app }) });
  const leaver = { gone: 'disable', leftScope: 'disable', departed: 'disable' } as const;
  const up = await bench.job({
    name: 'in',
    connection: 'hr',
    direction: 'up',
    mapping: plainUp(),
    correlation: byNumber.up,
    policy: { guard: roomy, leaver },
  });
  const down = await bench.job({
    name: 'out',
    connection: 'app',
    direction: 'down',
    ...scim.manifest.defaults.down!,
    policy: { guard: roomy, leaver },
  });
  const sync = async () => {
    await bench.run(up);
    return bench.run(down);
  };
  expect((await sync()).state).toBe('succeeded');
  const users = () => far.state.list('Users').map((user) => `${String(user.userName)} ${String(user.active)}`);
  expect(users().sort()).toEqual(['user1 true', 'user2 true', 'user3 true']);
  hr.delete('person', '3');
  hr.person('4', 'd', { login: 'user4' });
  await sync();
  expect(users().sort()).toEqual(['user1 true', 'user2 true', 'user3 false', 'user4 true']);
  expect((await sync()).counts.applied ?? 0).toBe(0);
});
