// Two jobs read two OUs of one real OpenLDAP: who moves between them is handed over, by ldapsearch the same account.
import { describe, expect, it } from 'vitest';
import { ldap } from '../../src/connectors/ldap/index.ts';
import { openPair, roomy, SOURCE, type Pair } from '../../test/support/ldap-pair.ts';
import { ldapmodify, ldapsearch, namesIn, renaming } from '../../test/support/ldif.ts';
import { slapdAvailable } from '../../test/servers/slapd.ts';

const available = slapdAvailable();
const [NORTH, SOUTH] = [`ou=L1 unit 1,${SOURCE}`, `ou=L1 unit 2,${SOURCE}`];
const { department, person } = ldap.manifest.defaults.up!.mapping!;
/** Whatever ends, ends: a hand-over that fails would show as a deletion. */
const policy = {
  guard: { ...roomy, deletions: 'hold-above-limit' },
  leaver: { gone: 'delete', leftScope: 'delete', departed: 'delete' },
} as const;

interface Parts extends Pair {
  readonly north: number;
  readonly south: number;
  both(): Promise<void>;
}

async function openParts(order: 'leaving part first' | 'joining part first'): Promise<Parts> {
  const part = (base: string) => ({ part: { base }, mapping: { department: department!, person: person! }, policy });
  const down = ldap.manifest.defaults.down!;
  const pair = await openPair({
    people: 300,
    up: { name: 'north', ...part(NORTH) },
    down: { mapping: { department: down.mapping!.department!, person: down.mapping!.person! }, policy },
  });
  const south = await pair.bench.job({
    ...ldap.manifest.defaults.up!,
    name: 'south',
    connection: 'source',
    direction: 'up',
    ...part(SOUTH),
  });
  const both = async (): Promise<void> => {
    for (const job of order === 'leaving part first' ? [pair.up, south] : [south, pair.up]) await pair.bench.run(job);
    // What hand-over wakes is looked at by the clock.
    await pair.bench.tick();
    await pair.bench.run(pair.down);
    await pair.bench.tick();
  };
  await both();
  await pair.bench.approveAll();
  await both();
  return Object.assign(pair, { north: pair.up, south, both });
}

/** Employee number → directory id, claiming jobs, entryUUID at the target and where that stands. */
async function who(pair: Pair) {
  const claims = await pair.bench.database.all<{ id: string; data: string; job: number; lifecycle: string }>(
    `SELECT o.id, o.data, c.job, o.lifecycle FROM object o JOIN claim c ON c.directory_id = o.id JOIN job j ON j.id = c.job AND j.direction = 'up' WHERE o.type = 'person' ORDER BY c.job`,
  );
  const entries = new Map(
    ldapsearch(pair.target, '(objectClass=inetOrgPerson)').map((entry) => [entry.values.get('employeenumber')![0]!, entry]),
  );
  return new Map(
    claims.map(({ id, data, job, lifecycle }) => {
      const number = String((JSON.parse(data) as { employeeNumber?: string }).employeeNumber);
      const entry = entries.get(number);
      const place =
        entry &&
        namesIn(entry.dn)
          .slice(1, -2)
          .map(({ value }) => value)
          .reverse()
          .join(' / ');
      return [number, { id, job, lifecycle, account: entry?.values.get('entryuuid')?.[0], place }] as const;
    }),
  );
}

const ended = (pair: Pair, after: number) =>
  pair.bench.database.all(
    `SELECT type, action, title FROM change WHERE id > ? AND action IN ('create', 'remove', 'disable', 'unlink') AND state <> 'superseded'`,
    after,
  );
const lastChange = async (pair: Pair): Promise<number> =>
  (await pair.bench.database.get<{ n: number }>('SELECT max(id) AS n FROM change'))!.n;

describe.skipIf(!available.ok).each(['leaving part first', 'joining part first'] as const)('between two OUs of one server, %s', (order) => {
  it('a person and a whole department are handed over: same directory id, same account, nothing made or deleted', async () => {
    const pair = await openParts(order);
    const before = await who(pair);
    expect([...new Set([...before.values()].map((one) => one.job))].sort()).toEqual([pair.north, pair.south].sort());
    const mark = await lastChange(pair);

    // One person.
    const mover = pair.company.people.find(
      (one) => one.dn.endsWith(NORTH) && one.number > 100 && one.number % 31 && one.number % 23 && one.number % 19,
    )!;
    const number = `N${String(mover.number).padStart(6, '0')}`;
    const home = pair.company.departments.find((dn) => dn.endsWith(`,${SOUTH}`) && namesIn(dn).length === 5)!;
    ldapmodify(pair.source, [renaming(mover.dn, mover.dn.split(',')[0]!, home)]);
    await pair.both();
    const moved = await who(pair);
    const path = (dn: string): string =>
      namesIn(dn)
        .slice(0, -2)
        .map(({ value }) => value)
        .reverse()
        .join(' / ');
    expect(moved.get(number)).toEqual({ ...before.get(number)!, job: pair.south, place: path(home) });
    moved.delete(number);
    expect(moved).toEqual(new Map([...before].filter(([other]) => other !== number)));
    expect(await ended(pair, mark)).toEqual([]);

    // A department of the third level, with what is below and everybody in it.
    const unit = pair.company.departments.find((dn) => dn.endsWith(`,${NORTH}`) && namesIn(dn).length === 4)!;
    const rdn = unit.slice(
      0,
      unit.length -
        (unit
          .split(/(?<!\\),/)
          .slice(1)
          .join(',').length +
          1),
    );
    const [from, to] = [path(unit), path(`${rdn},${home}`)];
    const start = await who(pair);
    const crowd = [...start].filter(([, one]) => one.place === from || one.place?.startsWith(`${from} / `));
    expect(crowd.length).toBeGreaterThan(10);
    ldapmodify(pair.source, [renaming(unit, rdn, home)]);
    await pair.both();
    await pair.both();
    const after = await who(pair);
    for (const [name, one] of start) {
      if (one.place === undefined) continue;
      const expected = crowd.some(([other]) => other === name)
        ? { ...one, job: pair.south, place: to + one.place.slice(from.length) }
        : one;
      expect([name, after.get(name)]).toEqual([name, expected]);
    }
    expect(await ended(pair, mark)).toEqual([]);
    expect(await pair.bench.held()).toEqual([]);
    expect(Object.keys(pair.targetWorld().departments).some((name) => name === from || name.startsWith(`${from} / `))).toBe(false);

    const [writes, history] = [await pair.target.writes(), await pair.history()];
    await pair.both();
    expect([await pair.target.writes(), await pair.history()]).toEqual([writes, history]);
  }, 240_000);
});
