// Promises 5 and 6 on real OpenLDAP servers: one entry that may not be written, and a target that dies in the middle.
import { describe, expect, it } from 'vitest';
import { getRun } from '../../src/store/runs.ts';
import { openPair, TARGET, type Pair } from '../../test/support/ldap-pair.ts';
import { ldapmodify, ldapsearch, modifying } from '../../test/support/ldif.ts';
import { slapdAvailable } from '../../test/servers/slapd.ts';

const available = slapdAvailable();
const SIGN_IN = 'access to attrs=userPassword by anonymous auth by * none';
const WRITER = `dn.exact="cn=writer,ou=services,${TARGET}"`;
const OPEN = [SIGN_IN, `access to * by ${WRITER} write by * none`];
const FIRST = { policy: { guard: { firstRun: { creates: 100_000 } } } };

/** As `ldapsearch` shows them: dn and entryUUID by user name. */
const accounts = (pair: Pair): Map<string, string> =>
  new Map(
    ldapsearch(pair.target, '(objectClass=inetOrgPerson)').map((entry) => [
      entry.values.get('uid')![0]!,
      `${entry.dn} ${entry.values.get('entryuuid')![0]!}`,
    ]),
  );

describe.skipIf(!available.ok)('a target that refuses one entry', () => {
  it('has it listed with the cause and everybody else written; once the rule is mended, a retry writes just that one', async () => {
    const pair = await openPair({ people: 300, writeAs: 'writer', target: { acl: OPEN }, down: FIRST });
    await pair.first();
    expect(pair.targetWorld()).toEqual(pair.wanted());

    const chosen = [12, 14, 16, 18, 20].map((number) => pair.company.people[number - 1]!);
    const refused = chosen[2]!;
    const [entry] = ldapsearch(pair.target, `(uid=${refused.uid})`);
    const rule = `access to dn.base="${entry!.dn.replaceAll('\\', '\\\\')}" by ${WRITER} read by * none`;
    await pair.restart('target', { acl: [SIGN_IN, rule, OPEN[1]!] });
    ldapmodify(
      pair.source,
      chosen.map((person) => modifying(person.dn, ['replace', 'mobile', `+8613900000${person.number}0`])),
    );
    const before = pair.targetWorld();
    const { down } = await pair.sync();
    expect(down.state).toBe('partly-failed');
    const wanted = pair.wanted();
    const without = { ...wanted, people: { ...wanted.people, [refused.uid]: before.people[refused.uid]! } };
    expect(pair.targetWorld()).toEqual(without);
    const title = wanted.people[refused.uid]!.displayName;
    expect(await pair.items(pair.down)).toEqual([
      {
        who: title,
        attribute: '',
        cause: 'apply:forbidden',
        says: `The account may not do this. Grant it the right in the access rules of the LDAP server. (${entry!.dn})`,
        state: 'retrying',
      },
    ]);

    // A retry against the same rule changes nothing and says the same; one that is no longer refused writes one entry.
    await pair.bench.engine.retry(pair.down, 'all', 'ann');
    await pair.bench.engine.drain();
    expect(pair.targetWorld()).toEqual(without);
    expect(await pair.items(pair.down)).toMatchObject([{ cause: 'apply:forbidden' }]);
    await pair.restart('target', { acl: OPEN });
    const run = await pair.bench.engine.retry(pair.down, 'all', 'ann');
    await pair.bench.engine.drain();
    expect(await getRun(pair.bench.database, run!)).toMatchObject({ state: 'succeeded', counts: { read: 1, applied: 1 } });
    expect(await pair.target.writes()).toBe(1);
    expect(pair.targetWorld()).toEqual(wanted);
    expect(await pair.items(pair.down)).toEqual([]);
  }, 240_000);
});

describe.skipIf(!available.ok)('a target that is killed while it is written', () => {
  it.each([1, 40, 250])('after %i accounts: the run goes on when it is back, and nothing is there twice', async (after) => {
    let watching: Promise<void> | null = null;
    const pair: Pair = await openPair({
      people: 400,
      down: FIRST,
      engine: {
        probe: (place) => {
          if (place === 'apply:sent' && armed) watching ??= killAfter();
        },
      },
    });
    let armed = true;
    let left = 0;
    /** While the engine writes: kills the server as soon as it holds that many of our accounts. */
    async function killAfter(): Promise<void> {
      for (;;) {
        left = (await pair.target.writes('Add').catch(() => 0)) - pair.company.departments.length;
        if (left >= after) break;
      }
      armed = false;
      pair.kill('target');
    }
    await pair.bench.run(pair.up);
    const run = await pair.bench.run(pair.down);
    await watching;
    expect(run.state).toBe('waiting');
    // A connection that breaks and one that is refused are told in different words.
    expect(run.problem!.en).toMatch(/^The (system|LDAP server) cannot be reached/);
    expect(await pair.items(pair.down)).toEqual([]);

    await pair.restart('target');
    const survived = accounts(pair);
    expect(survived.size).toBeGreaterThanOrEqual(after);
    expect(survived.size).toBeLessThan(385);
    const groups = ldapsearch(pair.target, '(objectClass=groupOfNames)').length;
    pair.bench.clock.advance(3_600_000);
    const resumed = await pair.bench.tick();
    expect(resumed.map((one) => one.id)).toContain(run.id);
    const wanted = pair.wanted();
    expect(pair.targetWorld()).toEqual(wanted);
    // Who was there still is the same entry, and every add after the restart made something that was missing.
    const now = accounts(pair);
    for (const [uid, entry] of survived) expect([uid, now.get(uid)]).toEqual([uid, entry]);
    const missing = Object.keys(wanted.people).length - survived.size + Object.keys(wanted.groups).length - groups;
    expect(await pair.target.writes('Add')).toBe(missing);
    const links = await pair.bench.database.all(
      `SELECT directory_id FROM link WHERE connection = 'target' GROUP BY directory_id HAVING count(*) > 1`,
    );
    expect(links).toEqual([]);

    const [writes, history] = [await pair.target.writes(), await pair.history()];
    await pair.sync();
    expect([await pair.target.writes(), await pair.history()]).toEqual([writes, history]);
  }, 240_000);
});
