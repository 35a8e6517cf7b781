// Accounts that were there before are found by phone, by user name and by an expression: nobody gets a second one.
import { expect, it } from 'vitest';
import { ask } from '../../test/support/asking.ts';
import { openScene, roomy } from '../../test/support/plain-scene.ts';

it('who is there under an old number, another way to write a phone or a user name keeps that account; whom a rule cannot judge is listed', async () => {
  const scene = await openScene({
    up: {
      correlation: { person: [{ attribute: 'employeeNumber' }, { attribute: 'userName' }], department: [{ attribute: 'code' }] },
      policy: { guard: roomy },
    },
    down: {
      correlation: {
        person: [
          { attribute: 'number' },
          { attribute: 'number', cel: '"E-" + split(number, "-")[1]' },
          { attribute: 'phone' },
          { attribute: 'login' },
        ],
        department: [{ attribute: 'code' }],
      },
      policy: { guard: roomy },
    },
  });
  const bare = { number: null, mail: null, phone: null, login: null };
  scene.hr.department('main');
  for (const id of ['1', '2', '3', '5']) scene.hr.person(id, 'main', { phone: null, login: null });
  scene.hr.set('person', '2', { phone: '+8613800000002' });
  scene.hr.set('person', '3', { login: 'Li.Lei' });
  scene.hr.set('person', '5', { number: 'none' });
  scene.app.put('person', 'a1', { ...bare, name: 'One', number: 'E-1' });
  scene.app.put('person', 'a2', { ...bare, name: 'Two', phone: '+86 138-0000-0002' });
  scene.app.put('person', 'a3', { ...bare, name: 'Three', login: 'li.lei' });
  const first = await scene.sync();
  expect([first.up.problem, first.down.problem]).toEqual([null, null]);
  const numbers = () => Object.fromEntries(scene.app.all('person').map((account) => [account.id, account.attributes.number]));
  const made = Object.keys(numbers()).find((id) => !/^a\d$/.test(id))!;
  expect(numbers()).toEqual({ a1: 'N-1', a2: 'N-2', a3: 'N-3', [made]: 'none' });
  // The expression cannot be evaluated for who has no such number.
  const five = (await scene.people()).find((person) => person.attributes.employeeNumber === 'none')!;
  expect(await scene.items(scene.down)).toMatchObject([{ who: five.id, attribute: 'number', cause: 'mapping' }]);

  // Upstream, another system is known by its user names.
  const book = await scene.addJob(scene.app, 'up', {
    name: 'book',
    rank: 50,
    correlation: { person: [{ attribute: 'employeeNumber', cel: 'replace(employeeNumber, "^X", "N")' }, { attribute: 'userName' }] },
    mapping: {
      person: [
        { target: 'employeeNumber', field: 'note' },
        { target: 'userName', field: 'login' },
        { target: 'city', field: 'title' },
      ],
    },
    policy: { guard: roomy },
  });
  for (const account of scene.app.all('person')) if (account.id !== 'a1' && account.id !== 'a3') scene.app.delete('person', account.id);
  scene.app.set('person', 'a1', { note: 'X-1', login: null, title: 'by expression' });
  scene.app.set('person', 'a3', { note: null, login: 'LI.LEI', title: 'by user name' });
  await scene.bench.run(book);
  expect([(await scene.known('1'))!.attributes.city, (await scene.known('3'))!.attributes.city]).toEqual(['by expression', 'by user name']);
  expect(await scene.people()).toHaveLength(4);

  // What would become of a link that is cut names the expression by which it would be found again.
  const { says } = await ask(scene, 'link.consequence', { connection: 'app', type: 'person', externalId: 'a1' });
  expect(says.map((one) => one.en).join(' ')).toContain('by "employeeNumber = replace(employeeNumber, "^X", "N")"');
});
