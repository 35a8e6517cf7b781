// 5,000 people with everything that hurts, from one OpenLDAP through the directory into another, empty one.
import { describe, expect, it } from 'vitest';
import { openPair } from '../../test/support/ldap-pair.ts';
import { slapdAvailable } from '../../test/servers/slapd.ts';

const available = slapdAvailable();

describe.skipIf(!available.ok)('5,000 people from one OpenLDAP to another', () => {
  it('arrive as the mapping says: every person, department, manager and membership; the second run writes nothing', async () => {
    const pair = await openPair({ people: 5000 });
    const { bench, up, down, target } = pair;

    const read = await bench.run(up);
    // Two names that point nowhere are listed; all else is there.
    expect(read).toMatchObject({
      state: 'warnings',
      problem: null,
      counts: { 'applied.create.person': 5000, 'applied.create.department': 412, 'applied.create.group': 60 },
    });
    expect((await pair.items(up)).map((item) => [item.attribute, item.cause])).toEqual([
      ['member', 'unknown-reference'],
      ['manager', 'unknown-reference'],
    ]);
    await bench.run(down);
    // The first run into a foreign system is one question.
    expect(Object.keys(pair.targetWorld().people)).toEqual([]);
    expect(new Set((await bench.held()).map((row) => row.question))).toEqual(new Set(['first-run:create']));
    const [approved] = await bench.approveAll();
    expect(approved).toMatchObject({ state: 'succeeded', problem: null });

    const wanted = pair.wanted();
    const shown = pair.targetWorld();
    // The inactive have no account; everybody else has.
    expect([Object.keys(wanted.people).length, Object.keys(wanted.departments).length, Object.keys(wanted.groups).length]).toEqual([
      4839, 412, 60,
    ]);
    expect(shown.departments).toEqual(wanted.departments);
    expect(Object.keys(shown.people).sort()).toEqual(Object.keys(wanted.people).sort());
    expect(shown.people).toEqual(wanted.people);
    expect(shown.groups).toEqual(wanted.groups);

    const [writes, history] = [await target.writes(), await pair.history()];
    const again = await pair.sync();
    expect([await target.writes(), await pair.history()]).toEqual([writes, history]);
    expect([again.up.counts.applied ?? 0, again.down.counts.applied ?? 0]).toEqual([0, 0]);
    expect(pair.targetWorld()).toEqual(wanted);
  }, 300_000);
});
