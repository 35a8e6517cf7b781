// A hundred mixed changes at a real LDAP server: each is looked for at the target with ldapsearch.
import { describe, expect, it } from 'vitest';
import { ldap } from '../../src/connectors/ldap/index.ts';
import { ask } from '../../test/support/asking.ts';
import { openPair } from '../../test/support/ldap-pair.ts';
import { ldapmodify, ldapsearch, removing } from '../../test/support/ldif.ts';
import { slapdAvailable } from '../../test/servers/slapd.ts';
import { leaveFirst, planDay } from './hundred-changes.ts';

const available = slapdAvailable();
const { mapping, correlation } = ldap.manifest.defaults.up!;

describe.skipIf(!available.ok)('a hundred changes at the source', () => {
  it('each arrive in the directory and at the target; the second run writes nothing', async () => {
    const pair = await openPair({
      people: 900,
      source: { database: ['overlay refint', 'refint_attributes member manager'] },
      up: { mapping: { ...mapping, person: [...mapping!.person!, { target: 'endsAt', field: 'carLicense' }] }, correlation },
    });
    const { bench, company, source, target } = pair;
    await pair.first();
    const gone = leaveFirst(company);
    ldapmodify(
      source,
      gone.map((who) => removing(who.dn)),
    );
    await settled(pair.sourceWorld);
    await pair.sync();
    const before = pair.targetWorld();
    for (const { uid } of gone) expect(before.people[uid]).toMatchObject({ businessCategory: 'disabled' });
    const uuids = new Map(
      ldapsearch(target, '(objectClass=inetOrgPerson)').map((entry) => [
        entry.values.get('employeenumber')![0]!,
        entry.values.get('entryuuid')![0]!,
      ]),
    );

    const day = planDay(company);
    expect(day.changes).toHaveLength(100);
    for (const change of day.changes) {
      try {
        ldapmodify(source, change.records);
      } catch (error) {
        throw new Error(`${change.name}: ${(error as Error).message}`);
      }
    }
    await settled(pair.sourceWorld);
    const runs = await pair.sync();
    expect([runs.up.problem, runs.down.problem]).toEqual([null, null]);
    await bench.tick();
    expect(await bench.held()).toEqual([]);

    const after = pair.targetWorld();
    const failures: string[] = [];
    for (const change of day.changes) {
      try {
        change.check(after, before);
      } catch (error) {
        failures.push(`${change.name}: ${(error as Error).message}`);
      }
    }
    expect(failures).toEqual([]);
    const leavers = (names: readonly string[]) =>
      Object.fromEntries(names.map((uid) => [uid, { ...before.people[uid]!, businessCategory: 'disabled' }]));
    expect(after).toEqual(pair.wanted(leavers(day.leavers)));
    // Nobody was deleted and made anew: who had an account has the same one.
    const now = new Map(ldapsearch(target, '(objectClass=inetOrgPerson)').map((entry) => [entry.values.get('entryuuid')![0]!, entry]));
    for (const [number, uuid] of uuids) expect(now.has(uuid), number).toBe(true);

    await explained(pair, runs.up.id);

    const [writes, history] = [await target.writes(), await pair.history()];
    const again = await pair.sync();
    expect([again.up.counts.applied ?? 0, again.down.counts.applied ?? 0, await target.writes(), await pair.history()]).toEqual([
      0,
      0,
      writes,
      history,
    ]);

    // The last day ends; nobody touches the source.
    bench.clock.advance(Date.parse(`${day.lastDay}T00:00:00Z`) + 86_400_000 - bench.clock.now() - 60_000);
    await bench.tick();
    await bench.run(pair.down);
    expect(pair.targetWorld().people).toEqual(after.people);
    bench.clock.advance(120_000);
    await bench.tick();
    await bench.run(pair.down);
    const evening = pair.targetWorld();
    expect(
      Object.values(evening.people)
        .filter((person) => person.businessCategory && !after.people[person.uid!]!.businessCategory)
        .map((person) => person.uid)
        .sort(),
    ).toEqual([...day.lastDays].sort());
    const end = await target.writes();
    const last = await pair.sync();
    expect([last.up.counts.applied ?? 0, last.down.counts.applied ?? 0, await target.writes()]).toEqual([0, 0, end]);
  }, 300_000);
});

/** Of everybody whom the run has touched: the source, the rule and value of each attribute, who wins, and what became of it at the target. */
async function explained({ bench, up, down }: Awaited<ReturnType<typeof openPair>>, run: number): Promise<void> {
  const touched = await bench.database.all<{ id: string }>(`SELECT DISTINCT id FROM history WHERE run = ? AND type = 'person'`, run);
  expect(touched.length).toBeGreaterThan(50);
  const lacking: string[] = [];
  for (const { id } of touched) {
    const { object } = await ask({ bench }, 'explain', { person: id, history: 1 });
    const lack = (what: string): void => void lacking.push(`${object?.title ?? id}: ${what}`);
    if (!object) {
      lack('not found');
      continue;
    }
    if (!object.sources.some((source) => source.job === up && source.key !== '')) lack('no source');
    for (const { name, value, said } of object.attributes.filter((attribute) => attribute.value !== null)) {
      const winner = said.find((one) => one.wins);
      if (!winner || winner.rule === '' || winner.why.en === '' || winner.source.length === 0)
        lack(`${name} = ${String(value)} comes from nowhere`);
    }
    const account = object.accounts.find((one) => one.job === down);
    if (!account?.key || account.lastChange?.state !== 'applied') lack(`its account: ${account?.lastChange?.state ?? 'never written'}`);
    if (object.history[0]?.run !== run) lack('its last change is another one');
  }
  expect(lacking).toEqual([]);
}

/** refint works behind the scenes: wait until no name at the source points nowhere. */
async function settled(
  look: () => { people: Record<string, Record<string, string>>; groups: Record<string, { members: readonly string[] }> },
): Promise<void> {
  for (let tries = 0; tries < 100; tries++) {
    const { people, groups } = look();
    const open = [
      ...Object.values(people).map((person) => person.manager ?? ''),
      ...Object.values(groups).flatMap((group) => group.members),
    ].filter((name) => name.startsWith('unknown') && !name.includes('long-gone'));
    if (open.length === 0) return;
    if (tries === 99) throw new Error(`refint left ${open.length} names behind, such as ${open[0]}`);
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
}
