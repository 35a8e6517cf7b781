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
    console.log(read.state, read.counts, read.problem);
    expect(read.problem).toBeNull();
    const asked = await bench.run(down);
    console.log(asked.state, asked.counts, asked.problem);
    // The first run into a foreign system is one question.
    expect(Object.keys(pair.targetWorld().people)).toEqual([]);
    expect(new Set((await bench.held()).map((row) => row.question))).toEqual(new Set(['first-run:create']));
    const [approved] = await bench.approveAll();
    console.log(approved?.state, approved?.counts, approved?.problem);

    const wanted = pair.wanted();
    const shown = pair.targetWorld();
    console.log(JSON.stringify([await pair.items(up), await pair.items(down)]).slice(0, 4000));
    expect(shown.departments).toEqual(wanted.departments);
    expect(Object.keys(shown.people).sort()).toEqual(Object.keys(wanted.people).sort());
    expect(shown.people).toEqual(wanted.people);
    expect(shown.groups).toEqual(wanted.groups);

    const [writes, history] = [await target.writes(), await pair.history()];
    const again = await pair.sync();
    console.log(again.up.counts, again.down.counts);
    console.log(JSON.stringify(await bench.database.all("SELECT c.state, c.type, c.action, c.title, c.before, c.after, (SELECT group_concat(op || to_type || ' ' || to_id) FROM change_edge e WHERE e.change = c.id) AS edges FROM change c WHERE run = ? AND state IN ('applied', 'pending') ORDER BY id LIMIT 4", again.down.id)).slice(0, 3000));
    expect([await target.writes(), await pair.history()]).toEqual([writes, history]);
    expect([again.up.counts.applied ?? 0, again.down.counts.applied ?? 0]).toEqual([0, 0]);
    expect(pair.targetWorld()).toEqual(wanted);
  }, 300_000);
});
