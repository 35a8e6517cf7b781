// Promise 2 on the Feishu sandbox: a narrowed range, a right that is withdrawn and a policy that hides numbers take nothing from anybody.
import { describe, expect, it } from 'vitest';
import { APP, openCompany, says } from './company.ts';

describe('nobody is deleted, disabled or emptied', () => {
  it('when nothing happens: the second read changes nothing', async () => {
    const company = await openCompany(60);
    const first = await company.sync();
    expect(says(first)).toBe('');
    expect(await company.items()).toEqual([]);
    const before = await company.state();
    const again = await company.sync();
    expect([again.state, again.counts.applied ?? 0]).toEqual(['succeeded', 0]);
    expect(await company.state()).toEqual(before);
    expect((await company.bench.objects('person')).length).toBe(60);
    expect((await company.bench.objects('department')).length).toBe(8);
  });

  it('when the contact range is narrowed to one department; the operator is told what to grant', async () => {
    const company = await openCompany(60);
    await company.sync();
    const before = await company.state();
    const { sandbox, departments } = company;
    sandbox.narrow(APP, { all: false, departments: new Set([departments[1]!]), users: new Set(), groups: new Set() });
    for (let round = 0; round < 3; round += 1) {
      const run = await company.sync();
      expect(await company.state()).toEqual(before);
      if (round === 0) expect(says(run)).toContain('37 of 60 account records that were known are not shown any more.');
      await company.bench.unpause();
    }
    const { findings } = await company.bench.engine.check('feishu', { direction: 'up', part: { department: '' } });
    const [range] = findings.filter((finding) => !finding.ok);
    expect(range).toMatchObject({
      level: 'range',
      message: { en: 'The app sees only 1 departments and 0 single people. Everybody else is unknown to Tributary.' },
    });
    expect(range!.remedy!.en).toContain('Contacts data range: all members; then publish a new app version');
    sandbox.narrow(APP, { all: true });
    await company.sync();
    await company.bench.unpause();
    await company.sync();
    expect(await company.state()).toEqual(before);
  });

  it('when rights are withdrawn in the middle of a read', async () => {
    let batches = -1;
    const company = await openCompany(300, {
      engine: {
        probe: (place) => {
          if (place !== 'read:batch' || batches < 0) return;
          batches += 1;
          if (batches === 2) company.sandbox.withdraw(APP, ['contact:contact', 'contact:contact.base:readonly']);
        },
      },
    });
    await company.sync();
    const before = await company.state();
    batches = 0;
    const run = await company.sync();
    batches = -1;
    expect(says(run)).toMatch(/grant one of .*contact:contact\.base:readonly.* and publish a new app version/);
    expect(await company.state()).toEqual(before);
    company.sandbox.grant(APP, ['contact:contact', 'contact:contact.base:readonly']);
    company.bench.clock.advance(3_600_000);
    await company.bench.tick();
    await company.bench.unpause();
    await company.sync();
    expect(await company.state()).toEqual(before);
  });

  it('when the range is narrowed in the middle of a read', async () => {
    let batches = -1;
    const company = await openCompany(300, {
      engine: {
        probe: (place) => {
          if (place !== 'read:batch' || batches < 0) return;
          batches += 1;
          if (batches === 2)
            company.sandbox.narrow(APP, {
              all: false,
              departments: new Set([company.departments[2]!]),
              users: new Set(),
              groups: new Set(),
            });
        },
      },
    });
    await company.sync();
    const before = await company.state();
    batches = 0;
    const run = await company.sync();
    batches = -1;
    expect(says(run)).toMatch(/What the app may see changed while it was read|contacts data range/);
    expect(await company.state()).toEqual(before);
  });

  it('when the right to see numbers is withdrawn', async () => {
    const company = await openCompany(60);
    await company.sync();
    const before = await company.state();
    company.sandbox.withdraw(APP, ['contact:user.phone:readonly', 'contact:user.email:readonly']);
    for (let round = 0; round < 2; round += 1) {
      const run = await company.sync();
      expect(says(run)).toMatch(/Nobody has a value in "mobile" any more, although 60 had one.*Grant contact:user\.phone:readonly in the/);
      await company.bench.unpause();
      expect(await company.state()).toEqual(before);
    }
  });

  it('when a policy hides the mobile number of some, and of all', async () => {
    const company = await openCompany(60);
    await company.sync();
    const before = await company.state();
    for (const [hidden, said] of [
      [
        3,
        '"mobile" did not come for 3 of 60 account records; there the field is left as it is. The right is granted, so a policy hides it',
      ],
      [3, '"mobile" did not come for 3 of 60 account records'],
      [60, 'Nobody has a value in "mobile" any more, although 60 had one.'],
    ] as const) {
      for (const key of company.people.slice(0, hidden)) company.sandbox.tenant.users.get(key)!.mobileHidden = true;
      const run = await company.sync();
      expect(says(run)).toContain(said);
      expect(says(run)).toContain('let the app see it in the admin console of Feishu (Security');
      await company.bench.unpause();
      expect(await company.state()).toEqual(before);
    }
  });

  it('and a number hidden of one person hides nobody else’s, also where the job covers some departments only', async () => {
    const company = await openCompany(20, { job: { scope: { departments: { include: [], exclude: ['od-nowhere'] } } } });
    await company.sync();
    const [first, second] = company.people.map((key) => company.sandbox.tenant.users.get(key)!);
    first!.mobileHidden = true;
    second!.fields.mobile = '+8613999999999';
    await company.sync();
    const numbers = (await company.bench.objects('person')).map((row) => String(row.data.mobile ?? row.data.phone ?? ''));
    expect(numbers.filter((number) => number === '')).toEqual([]);
    expect(numbers).toContain('+8613999999999');
  });

  it('but who resigned is a leaver, while who is only out of range is not', async () => {
    const company = await openCompany(60);
    await company.sync();
    const { sandbox, people } = company;
    sandbox.tenant.resign(sandbox.tenant.users.get(people[7]!)!, company.bench.clock.now());
    await company.sync();
    const states = (await company.bench.objects('person')).map((row) => `${String(row.data.employeeNumber)} ${row.lifecycle}`);
    expect(states.filter((state) => !state.endsWith('active'))).toEqual(['N7 suspended']);
  });
});
