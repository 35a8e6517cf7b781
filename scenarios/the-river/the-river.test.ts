// HR file and LDAP above; Feishu, a SCIM app and another LDAP below. What HR says of a person is what all three show.
import { describe, expect, it } from 'vitest';
import { slapdAvailable } from '../../test/servers/slapd.ts';
import { openRiver, type River } from './river.ts';

/** Those who have left are switched off or gone; they are compared apart. */
const atWork = (shape: ReturnType<River['inApp']>): ReturnType<River['inApp']> =>
  Object.fromEntries(Object.entries(shape).filter(([, shown]) => shown.enabled));

async function allAgree(river: River): Promise<void> {
  expect(await river.items()).toEqual([]);
  const wanted = river.wanted();
  expect(atWork(river.inFeishu())).toEqual(wanted);
  expect(atWork(river.inApp())).toEqual(wanted);
  expect(atWork(river.inLdap())).toEqual(
    Object.fromEntries(Object.entries(wanted).map(([number, { also: _, ...shown }]) => [number, shown])),
  );
  const [atHr, inFeishu] = river.leaders();
  expect(inFeishu).toEqual(atHr);
}

async function nothingMoves(river: River): Promise<void> {
  const writes = await river.writes();
  const runs = await river.flow();
  expect(runs.map((run) => run.counts.applied ?? 0)).toEqual(runs.map(() => 0));
  expect(await river.writes()).toEqual(writes);
}

const available = slapdAvailable();

describe.skipIf(!available.ok)('the river', () => {
  it('fills three systems with the same company, and the second run writes nothing anywhere', async () => {
    const river = await openRiver(20);
    await river.flow();
    // Who leads waits for the person, and holds up nothing else.
    expect((await river.items()).map((item) => item.replace(/^.*: (?=[^:]*:)/, ''))).toContain(
      '王小1 cannot be leader yet: the invitation to Feishu has not been accepted. The other leaders are set.',
    );
    river.join();
    await river.flow();
    await allAgree(river);
    expect(river.groupInApp('engineers')).toEqual(['N1', 'N2', 'N3']);
    await nothingMoves(river);
  });

  it('carries joiner, mover, leaver, manager change, rename and merge of departments to all three', async () => {
    const river = await openRiver(20);
    await river.flow();
    river.join();
    const { people, departments } = river.hr;
    const change = (number: string, more: object): void => void people.set(number, { ...people.get(number)!, ...more });
    people.set('N21', { ...people.get('N6')!, number: 'N21', name: '赵新', phone: '13800099021', department: 'LAB', manager: 'N3' });
    river.addLogin(21);
    change('N7', { department: 'OPS', title: '高级工程师' });
    change('N8', { status: '离职' });
    change('N9', { manager: 'N2' });
    change('N10', { also: '' });
    change('N11', { also: 'LAB' });
    // Main leader and deputy change places; a department gets its first, another one a deputy.
    departments.set('DEV', { ...departments.get('DEV')!, name: '研发中心', leaders: 'N3;N2' });
    departments.set('LAB', { ...departments.get('LAB')!, leaders: 'N9' });
    departments.set('OPS', { ...departments.get('OPS')!, leaders: 'N4;N5' });
    // The second operations department goes into the first.
    for (const person of people.values()) {
      const department = person.department === 'OPS2' ? 'OPS' : person.department;
      const also = [...new Set(person.also.replace('OPS2', 'OPS').split(';'))].filter((code) => code !== department).join(';');
      change(person.number, { department, also });
    }
    departments.delete('OPS2');
    await river.flow();
    await river.flow();
    await allAgree(river);
    for (const shape of [river.inFeishu(), river.inApp(), river.inLdap()]) expect(shape.N8?.enabled ?? false).toBe(false);
    await nothingMoves(river);
    const [hr, feishu, ldap, app] = river.departments();
    expect([feishu, ldap, app]).toEqual([hr, hr, hr]);
  });

  it('gives the app the mail address that Feishu has made', async () => {
    const river = await openRiver(6);
    await river.flow();
    expect(river.mailInApp('N4')).toBeUndefined();
    river.join();
    for (const user of river.sandbox.tenant.users.values()) user.fields.enterprise_email = `${String(user.userId)}@corp.example.com`;
    await river.flow();
    expect(['N1', 'N4', 'N6'].map((number) => river.mailInApp(number))).toEqual([
      'u1@corp.example.com',
      'u4@corp.example.com',
      'u6@corp.example.com',
    ]);
    await allAgree(river);
    await nothingMoves(river);
  });
});
