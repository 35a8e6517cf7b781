// Of two people who are made one, one was the manager of the other: nobody leads themselves, and that is said.
import { expect, it } from 'vitest';
import { ask } from '../../test/support/asking.ts';
import { openCompany } from './company.ts';

it.each([
  { title: 'who is kept was led by the other one', led: 'c1', by: 'c2' },
  { title: 'who is kept has led the other one', led: 'c2', by: 'c1' },
])('$title: the merge shows what becomes of the manager, and the record that names them is listed until it names another', async (one) => {
  const company = await openCompany(3);
  const { scene, crm, crmJob } = company;
  const { bench } = scene;
  crm.set('person', one.led, { manager: one.by });
  await bench.run(scene.up);
  await bench.run(crmJob);
  await bench.run(scene.down);
  const [kept, gone] = [await company.id('c1'), await company.id('c2')];
  const hadOne = one.led === 'c1';
  const listed = async () => (await scene.items(crmJob)).map((item) => [item.who, item.attribute, item.cause, item.state]);
  expect(await listed()).toEqual([]);

  const seen = await ask(scene, 'person.merge-preview', { person: gone, into: kept });
  const { changes } = await ask(scene, 'run.changes', { run: seen.directory.run.id, limit: 100 });
  const shown = changes.filter((change) => change.key === kept).flatMap((change) => change.attributes);
  expect(shown.filter((attribute) => attribute.name === 'manager')).toMatchObject(hadOne ? [{ after: null }] : []);

  await company.merge(gone, kept);
  expect((await scene.known('c1'))!.attributes.manager ?? null).toBe(null);
  // Twice: what is listed stays listed, and nothing is written for it again.
  for (let again = 0; again < 2; again++) {
    expect(await company.again()).toBe(0);
    expect(await listed()).toEqual([[one.led, 'manager', 'own-reference', 'open']]);
  }

  crm.set('person', one.led, { manager: 'c3' });
  await bench.run(crmJob);
  expect(await listed()).toEqual([]);
  const third = await company.id('c3');
  if (hadOne) expect((await scene.known('c1'))!.attributes.manager).toBe(third);
});

it('a manager that was entered by hand goes with the merge, which shows it, and is listed until another one is entered', async () => {
  const company = await openCompany(2);
  const { scene } = company;
  const { bench } = scene;
  await bench.run(scene.up);
  await bench.run(company.crmJob);
  const [kept, gone] = [await company.id('1'), await company.id('2')];
  const enter = async (manager: string | null): Promise<void> => {
    const edit = await ask(scene, 'edit.propose', { steps: [{ do: 'person.edit', person: kept, attributes: { manager } }] });
    await ask(scene, 'edit.apply', { edit: edit.id });
    await bench.engine.drain();
  };
  await enter(gone);
  expect((await scene.known('1'))!.attributes.manager).toBe(gone);
  const seen = await ask(scene, 'person.merge-preview', { person: gone, into: kept });
  const { changes } = await ask(scene, 'run.changes', { run: seen.directory.run.id, limit: 100 });
  const shown = changes.filter((change) => change.key === kept).flatMap((change) => change.attributes);
  expect(shown.filter((attribute) => attribute.name === 'manager')).toMatchObject([{ after: null }]);
  await company.merge(gone, kept);
  expect((await scene.known('1'))!.attributes.manager ?? null).toBe(null);
  // What was entered counts until it is entered otherwise: the next look at it says that it leads to themselves.
  const hand = (await ask(scene, 'job.list', {})).jobs.find((job) => job.connection === 'console')!;
  const listed = async () => (await scene.items(hand.id)).map((item) => [item.who, item.attribute, item.cause]);
  for (let again = 0; again < 2; again++) {
    expect((await bench.run(hand.id)).counts.applied ?? 0).toBe(0);
    expect(await listed()).toEqual([[kept, 'manager', 'own-reference']]);
  }
  await enter(null);
  expect(await listed()).toEqual([]);
});
