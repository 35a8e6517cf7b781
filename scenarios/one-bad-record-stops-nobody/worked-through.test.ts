// Problems as people work through them: by cause with a remedy, known, waived, retried together, mended; waiting is no failure.
import { expect, it } from 'vitest';
import { ConnectorError } from '../../src/connector-kit/errors.ts';
import { ask } from '../../test/support/asking.ts';
import { hooked } from '../../test/support/hooked.ts';
import { openScene, roomy } from '../../test/support/plain-scene.ts';

const label = (text: string) => ({ en: text, zh: text });

it('are grouped by cause with what to do, waived without a warning, retried by cause, and listed as mended', async () => {
  const scene = await openScene({ people: 8, up: { policy: { guard: roomy } }, down: { policy: { guard: roomy } } });
  const { hr, bench, down } = scene;
  await scene.sync();
  for (const id of ['1', '2', '3']) hr.set('person', id, { name: null });
  hr.set('person', '4', { title: 'news' });
  scene.app.refusals.set(scene.account('4')!.id, 'forbidden');
  expect((await scene.sync()).down.state).toBe('partly-failed');

  const groups = async () => (await ask(scene, 'item.groups', { job: down })).groups;
  const brief = async () => (await groups()).map((group) => [group.cause, group.count, group.new, group.waived]);
  expect(await brief()).toEqual([
    ['mapping', 3, 3, 0],
    ['apply:forbidden', 1, 1, 0],
  ]);
  const [mapping, forbidden] = await groups();
  expect(mapping).toMatchObject({
    type: 'person',
    attribute: 'name',
    title: { en: 'A value cannot be mapped' },
    remedy: { zh: expect.stringContaining('默认值') },
  });
  expect(forbidden!.remedy.en).toContain('Give the credential the right');
  // A dry run says what it found on its own page, and leaves the list as it is.
  const dry = await bench.run(down, { dryRun: true });
  const inIt = (await ask(scene, 'item.list', { run: dry.id })).items;
  expect(inIt.map((one) => [one.type, one.attribute, one.cause, one.lastRun])).toEqual(
    Array(3).fill(['person', 'name', 'mapping', dry.id]),
  );
  expect(inIt.every((one) => one.message.zh !== '' && one.key !== '')).toBe(true);
  expect(await groups()).toEqual([mapping, forbidden]);
  const page = await ask(scene, 'item.list', { job: down, type: 'person', cause: 'mapping', attribute: 'name', limit: 2 });
  expect(page.items).toHaveLength(2);
  expect(
    (await ask(scene, 'item.list', { job: down, type: 'person', cause: 'mapping', attribute: 'name', after: page.next! })).items,
  ).toHaveLength(1);

  // Known is still wrong; waived is no reason to warn, and nobody tries it again by himself.
  const of = { job: down, cause: 'apply:forbidden' } as const;
  await ask(scene, 'item.triage', { job: down, cause: 'mapping', triage: 'known', note: 'HR was told' });
  await ask(scene, 'item.triage', { ...of, triage: 'waived' });
  expect((await ask(scene, 'status', {})).problems).toMatchObject([{ job: down, count: 3, waived: 1 }]);
  expect((await bench.run(down)).state).toBe('warnings');
  await ask(scene, 'item.triage', { job: down, cause: 'mapping', triage: 'waived' });
  const quiet = await bench.run(down);
  expect([quiet.state, quiet.counts.failed, quiet.counts.problems, quiet.counts.waived]).toEqual(['succeeded', 1, 3, 4]);
  bench.clock.advance(86_400_000);
  expect((await bench.tick()).filter((run) => run.cause === 'retry')).toEqual([]);

  // One cause is retried, and only that.
  scene.app.refusals.clear();
  const { run } = await ask(scene, 'item.retry', of);
  await bench.engine.drain();
  expect((await ask(scene, 'run.get', { run: run! })).run).toMatchObject({ state: 'succeeded', counts: { read: 1, applied: 1 } });
  expect(scene.account('4')!.attributes.title).toBe('news');
  expect(await brief()).toEqual([['mapping', 3, 0, 3]]);
  expect((await ask(scene, 'item.fixed', { job: down })).items).toMatchObject([{ cause: 'apply:forbidden', fixedRun: run }]);
  expect((await ask(scene, 'item.retry', of)).run).toBe(null);

  // Mended at the source, and wrong again: that is new.
  for (const id of ['1', '2', '3']) hr.set('person', id, { name: `Named ${id}` });
  await scene.sync();
  expect(await brief()).toEqual([]);
  expect((await ask(scene, 'item.fixed', { job: down, limit: 2 })).items.map((one) => one.cause)).toEqual(['mapping', 'mapping']);
  hr.set('person', '1', { name: null });
  await scene.sync();
  expect(await brief()).toEqual([['mapping', 1, 1, 0]]);
  const marks = (await ask(scene, 'audit.list', { subject: `job:${down}` })).entries.map((entry) => entry.action);
  expect(marks.filter((action) => action.startsWith('item.'))).toEqual(['item.waived', 'item.waived', 'item.known']);
});

it('somebody who must act first is waited for: no failure, never given up, written once they have', async () => {
  const scene = await openScene({ people: 3, up: { policy: { guard: roomy } }, down: { policy: { guard: roomy, itemTries: 2 } } });
  const { bench, down } = scene;
  let consents = false;
  await bench.connection(
    'app',
    hooked(scene.app.connector, {
      beforeWrite: (what, type, id) => {
        if (!consents && what === 'update' && id === scene.account('2')?.id)
          throw new ConnectorError('waiting-for-person', label('They have not accepted the invitation yet.'));
      },
    }),
    {},
  );
  await scene.sync();
  scene.hr.set('person', '2', { title: 'news' });
  expect((await scene.sync()).down).toMatchObject({ state: 'succeeded', counts: { waiting: 1 } });
  // More tries than an object has before it is given up.
  for (let tries = 0; tries < 4; tries++) {
    bench.clock.advance(6 * 3_600_000);
    expect((await bench.tick()).filter((run) => run.state !== 'succeeded')).toEqual([]);
  }
  expect(await scene.items()).toMatchObject([{ cause: 'apply:waiting-for-person', state: 'waiting' }]);
  expect((await ask(scene, 'status', {})).problems).toMatchObject([{ job: down, count: 0, dead: 0, waiting: 1 }]);
  const waiting = () => bench.database.all(`SELECT id FROM change WHERE state = 'waiting'`);
  expect(await waiting()).toHaveLength(1);
  consents = true;
  bench.clock.advance(6 * 3_600_000);
  await bench.tick();
  expect(scene.account('2')!.attributes.title).toBe('news');
  expect([await scene.items(), await waiting()]).toEqual([[], []]);
});

it('are listed by a dry run too where a record could not even be read, and counted with the others', async () => {
  const scene = await openScene({ people: 8, up: { policy: { guard: roomy } } });
  const { hr, bench, up } = scene;
  hr.dials.unreadable = new Set(['5', '7']);
  hr.set('person', '2', { status: 'nonsense' });
  const dry = await bench.run(up, { dryRun: true });
  const { items } = await ask(scene, 'item.list', { run: dry.id });
  expect(items.map((one) => [one.cause, one.title ?? one.key])).toEqual([
    ['unreadable', 'record 5'],
    ['unreadable', 'record 7'],
    ['mapping', 'Person 2'],
  ]);
  expect((await ask(scene, 'run.plan', { run: dry.id })).problems).toBe(3);
  expect(await scene.items()).toEqual([]);
});

it('name the people a record could be, and whom a manager waits for, where they are known by name, not by a number of the inside', async () => {
  const byMail = { person: [{ attribute: 'employeeNumber' }, { attribute: 'email' }], department: [{ attribute: 'code' }] };
  const scene = await openScene({ people: 3, up: { policy: { guard: roomy }, correlation: byMail } });
  const { hr, bench, up } = scene;
  hr.set('person', '2', { mail: '1@example.com' });
  hr.set('person', '3', { manager: '2' });
  await bench.run(up);
  const says = async () => (await scene.items()).filter((item) => item.cause === 'ambiguous').map((item) => item.says);
  const taken = ['The only match already belongs to another record (Person 1 N-1). Link the right one by hand, or correct the data.'];
  expect(await says()).toEqual(taken);
  await bench.run(up);
  expect(await says()).toEqual(taken);
  const { object } = await ask(scene, 'explain', { person: 'N-3' });
  expect(object!.waiting.map(({ en }) => en)).toEqual([expect.stringContaining('waits for person "Person 2"')]);
});
