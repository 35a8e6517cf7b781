// The simulator answers as slapd does: the same requests, sent by a foreign client, end with the same codes and states.
import { Attribute, Change, Client } from 'ldapts';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { isConnectorError } from '../../connector-kit/errors.ts';
import { startSimulator } from './simulator.ts';
import { farSides, gather, openOn, SUFFIX, zhang, type FarSide } from './test-far-sides.ts';
import { busyMs } from '../../../test/support/work-time.ts';

type Entry = Record<string, string | string[]>;
const person = (uid: string, more: Entry = {}): Entry => ({
  objectClass: 'inetOrgPerson',
  uid,
  cn: uid,
  sn: 'x',
  ...more,
});
const at = (rdn: string): string => `${rdn},ou=people,${SUFFIX}`;
const change = (operation: 'add' | 'delete' | 'replace', type: string, values: string[]): Change =>
  new Change({ operation, modification: new Attribute({ type, values }) });

/** Requests in order, by the sentence they prove. */
const requests: readonly (readonly [what: string, send: (client: Client) => Promise<unknown>])[] = [
  ['an entry is added', (c) => c.add(at('uid=a'), person('a'))],
  ['an entry is added whose name is not among its values', (c) => c.add(at('uid=b'), { objectClass: 'inetOrgPerson', cn: 'b', sn: 'b' })],
  ['the same name again', (c) => c.add(at('UID=A'), person('A'))],
  ['no parent', (c) => c.add(`uid=c,ou=never,${SUFFIX}`, person('c'))],
  ['another suffix', (c) => c.add('uid=c,dc=other', person('c'))],
  ['a name that is none', (c) => c.add('uid', person('c'))],
  ['a required attribute is missing', (c) => c.add(at('uid=d'), { objectClass: 'inetOrgPerson', uid: 'd', cn: 'd' })],
  ['an attribute the class does not allow', (c) => c.add(at('uid=d'), person('d', { gidNumber: '5' }))],
  ['an attribute nobody knows', (c) => c.add(at('uid=d'), person('d', { shoeSize: '43' }))],
  ['a class nobody knows', (c) => c.add(at('uid=d'), person('d', { objectClass: ['inetOrgPerson', 'martian'] }))],
  ['no structural class', (c) => c.add(`dc=d,${SUFFIX}`, { objectClass: 'dcObject', dc: 'd' })],
  ['an empty value', (c) => c.add(at('uid=d'), person('d', { title: '' }))],
  ['a mail address that is not ASCII', (c) => c.add(at('uid=d'), person('d', { mail: '张@例子' }))],
  ['a phone number of Chinese characters', (c) => c.add(at('uid=d'), person('d', { mobile: '一二三' }))],
  ['a reference that is no name', (c) => c.add(at('uid=d'), person('d', { manager: 'nobody' }))],
  ['two values of a single attribute', (c) => c.add(at('uid=d'), person('d', { employeeNumber: ['1', '2'] }))],
  ['a value given twice', (c) => c.add(at('uid=d'), person('d', { mail: ['a@b.c', 'A@B.C'] }))],
  ['an attribute of the server', (c) => c.add(at('uid=d'), person('d', { entryUUID: '00000000-0000-4000-8000-000000000000' }))],
  ['a group without members', (c) => c.add(`cn=g,ou=groups,${SUFFIX}`, { objectClass: 'groupOfNames', cn: 'g' })],
  [
    'a group with a member who is nobody',
    (c) => c.add(`cn=g,ou=groups,${SUFFIX}`, { objectClass: 'groupOfNames', cn: 'g', member: 'cn=nobody' }),
  ],
  ['the last member leaves', (c) => c.modify(`cn=g,ou=groups,${SUFFIX}`, change('delete', 'member', ['cn=nobody']))],
  ['a member comes, spelled differently', (c) => c.modify(`cn=g,ou=groups,${SUFFIX}`, change('add', 'member', ['CN = Nobody']))],
  ['a value is added', (c) => c.modify(at('uid=a'), change('add', 'mail', ['a@example.org']))],
  ['a value is added again', (c) => c.modify(at('uid=a'), change('add', 'mail', ['A@example.org']))],
  ['a value that is not there goes', (c) => c.modify(at('uid=a'), change('delete', 'mail', ['b@example.org']))],
  ['an attribute that is not there goes', (c) => c.modify(at('uid=a'), change('delete', 'title', []))],
  ['an absent attribute is replaced by nothing', (c) => c.modify(at('uid=a'), change('replace', 'title', []))],
  [
    'a second value of a single attribute',
    (c) => c.modify(at('uid=a'), [change('add', 'displayName', ['x']), change('add', 'displayName', ['y'])]),
  ],
  ['the value of the name goes', (c) => c.modify(at('uid=a'), change('replace', 'uid', ['z']))],
  ['a required attribute goes', (c) => c.modify(at('uid=a'), change('delete', 'sn', []))],
  ['a change of nothing', (c) => c.modify(at('uid=never'), change('replace', 'title', ['x']))],
  [
    'of two changes the second is bad',
    (c) => c.modify(at('uid=a'), [change('replace', 'title', ['kept?']), change('delete', 'description', [])]),
  ],
  ['a rename to a name that is taken', (c) => c.modifyDN(at('uid=a'), 'uid=b')],
  ['a rename that only changes the case', (c) => c.modifyDN(at('uid=a'), 'uid=Aa')],
  ['a move to nowhere', (c) => c.modifyDN(at('uid=aa'), `uid=aa,ou=never,${SUFFIX}`)],
  ['a rename and move', (c) => c.modifyDN(at('uid=aa'), `uid=a\\, b,ou=off,${SUFFIX}`)],
  ['a rename of nothing', (c) => c.modifyDN(at('uid=never'), 'uid=x')],
  [
    'an OU is added and filled',
    async (c) => {
      await c.add(`ou=in,ou=off,${SUFFIX}`, { objectClass: 'organizationalUnit', ou: 'in' });
      await c.add(`uid=deep,ou=in,ou=off,${SUFFIX}`, person('deep'));
    },
  ],
  ['an OU with entries is removed', (c) => c.del(`ou=in,ou=off,${SUFFIX}`)],
  ['an OU moves with what is below', (c) => c.modifyDN(`ou=in,ou=off,${SUFFIX}`, `ou=out,ou=people,${SUFFIX}`)],
  ['what was below is found there', (c) => c.modify(`uid=deep,ou=out,ou=people,${SUFFIX}`, change('replace', 'title', ['moved']))],
  ['nothing is removed', (c) => c.del(at('uid=never'))],
  ['an entry is removed', (c) => c.del(at('uid=b'))],
  ['a search below nothing', (c) => c.search(`ou=never,${SUFFIX}`, { timeLimit: 0 })],
  ['a comparison', (c) => c.compare(`uid=deep,ou=out,ou=people,${SUFFIX}`, 'title', 'MOVED')],
  ['a comparison that fails', (c) => c.compare(`uid=deep,ou=out,ou=people,${SUFFIX}`, 'title', 'x')],
  ['signing in as nobody with a password', (c) => c.bind(`cn=never,${SUFFIX}`, 'x')],
  ['signing in with an empty password', (c) => c.bind(`cn=admin,${SUFFIX}`, '')],
  [
    'a write without signing in',
    async (c) => {
      await c.bind('', '');
      await c.add(at('uid=d'), person('d'));
    },
  ],
];

const filters = [
  '(objectClass=*)',
  '(objectClass=PERSON)',
  '(uid=DEEP)',
  '(&(objectClass=inetOrgPerson)(!(title=*)))',
  '(|(uid=deep)(cn=g))',
  '(title=mo*d)',
  '(title=*OV*)',
  '(title=x*)',
  '(shoeSize=43)',
  '(!(shoeSize=43))',
  '(&(uid=deep)(!(shoeSize=43)))',
  '(|(uid=deep)(shoeSize=43))',
  '(member=CN=NOBODY)',
  '(member=*body)',
  `(entryDN=ou=People,${SUFFIX})`,
  '(modifyTimestamp>=20000101000000Z)',
  '(modifyTimestamp>=29990101000000Z)',
  '(hasSubordinates=TRUE)',
  '(mail=a@EXAMPLE.org)',
  '(uid=a, b)',
  '(sn<=x)',
];

describe.skipIf(farSides.length < 2)('slapd and the simulator', () => {
  const sides: { far: FarSide; client: Client }[] = [];
  const both = async <T>(ask: (client: Client) => Promise<T>): Promise<T[]> => Promise.all(sides.map(({ client }) => ask(client)));
  const outcome = (promise: Promise<unknown>): Promise<unknown> =>
    promise.then(
      (value) => (typeof value === 'boolean' ? value : 'done'),
      (error: unknown) => (error as { code?: unknown }).code ?? error,
    );

  beforeAll(async () => {
    for (const [, start] of farSides) {
      const far = await start({});
      const client = new Client({ url: far.url, strictDN: false });
      await client.bind(far.rootDn, far.password);
      sides.push({ far, client });
    }
  });
  afterAll(async () => {
    for (const { far, client } of sides) {
      await client.unbind();
      await far.stop();
    }
  });

  test.each(requests.slice(0, -3))('answer alike: %s', async (_what, send) => {
    const [slapd, simulator] = await both((client) => outcome(send(client)));
    expect(simulator).toEqual(slapd);
  });

  test('hold the same tree afterwards', async () => {
    const trees = await both(async (client) => {
      const { searchEntries } = await client.search(SUFFIX, {
        attributes: ['*', 'structuralObjectClass', 'hasSubordinates', 'entryDN'],
        timeLimit: 0,
      });
      return searchEntries
        .map((entry) =>
          Object.fromEntries(
            Object.entries(entry).map(([name, value]) => [name, (Array.isArray(value) ? value : [value]).map(String).sort()]),
          ),
        )
        .map(({ objectClass: _classes, ...rest }) => rest)
        .sort((a, b) => (String(a.dn) < String(b.dn) ? -1 : 1));
    });
    expect(trees[1]).toEqual(trees[0]);
  });

  test.each(filters)('find the same with %s', async (filter) => {
    const found = await both(async (client) => {
      const { searchEntries } = await client.search(SUFFIX, { filter, attributes: ['1.1'], timeLimit: 0 });
      return searchEntries.map(({ dn }) => dn).sort();
    });
    expect(found[1]).toEqual(found[0]);
  });

  test.each(requests.slice(-3))('answer alike: %s', async (_what, send) => {
    const [slapd, simulator] = await both((client) => outcome(send(client)));
    expect(simulator).toEqual(slapd);
  });
});

describe('the simulator', () => {
  const started = async (options: Record<string, unknown> = {}) => {
    const simulator = await startSimulator({ options });
    const { url, bindDn, password } = simulator.config as Record<string, string>;
    const on = await openOn(
      { url: url!, rootDn: bindDn!, password: password!, stop: () => simulator.stop() },
      { peopleIn: '', groupsIn: '', folders: [] },
    );
    return { simulator, on };
  };

  test('a connection that is cut in the middle of a read is a transport error, and nothing is called complete', async () => {
    const { simulator, on } = await started({ pageSize: 2 });
    for (let n = 0; n < 6; n++) await on.create('person', zhang(n));
    simulator.fault({ fault: 'cut-connection', on: 'read', at: 4 });
    const seen: string[] = [];
    const error = await (async () => {
      for await (const event of on.connection.read!('person', { ...on.asking('person'), part: on.part })) seen.push(event.kind);
    })().catch((reason: unknown) => reason);
    expect(isConnectorError(error) && [error.kind, error.facts.transport]).toEqual(['transient', true]);
    expect(seen).not.toContain('end');
    await on.close();
    await simulator.stop();
  });

  test('counts only what changed something, and takes LDIF with folded and encoded lines', async () => {
    const ldif = `version: 1\n\n# a comment\ndn: dc=example,dc=org\nobjectClass: dcObject\nobjectClass: organization\ndc: example\no: exa\n mple\n\ndn:: ${Buffer.from('ou=研发,dc=example,dc=org').toString('base64')}\nobjectClass: organizationalUnit\nou:: ${Buffer.from('研发').toString('base64')}\n`;
    const { simulator, on } = await started({ ldif });
    expect([...(await on.read('department')).values()].map(({ attributes }) => attributes.ou)).toEqual(['研发']);
    expect(simulator.writes()).toBe(0);
    await on.create('person', zhang(1));
    await on.create('person', zhang(1)).catch(() => {});
    expect(simulator.writes()).toBe(1);
    await on.close();
    await simulator.stop();
  });

  /** Busy time of this thread from the start of a server with so many people until all were read and one was found. */
  const readAll = (count: number): Promise<number> =>
    busyMs(async () => {
      const entries = [
        { dn: SUFFIX, attributes: { objectClass: ['dcObject', 'organization'], dc: 'example', o: 'example' } },
        ...Array.from({ length: 100 }, (_, n) => ({
          dn: `ou=d${n},${SUFFIX}`,
          attributes: { objectClass: 'organizationalUnit', ou: `d${n}` },
        })),
        ...Array.from({ length: count }, (_, n) => ({
          dn: `uid=u${n},ou=d${n % 100},${SUFFIX}`,
          attributes: {
            objectClass: 'inetOrgPerson',
            uid: `u${n}`,
            cn: `人员${n}`,
            sn: '人',
            mail: `u${n}@example.org`,
            employeeNumber: String(n),
          },
        })),
      ];
      const { simulator, on } = await started({ entries });
      const events = await gather(
        on.connection.read!('person', {
          attributes: ['uid', 'mail'],
          relations: ['membership'],
          part: on.part,
          now: 0,
          signal: on.signal,
        }),
      );
      const people = events.flatMap((event) => (event.kind === 'objects' ? event.objects : []));
      expect(people.length).toBe(count);
      expect(people.every(({ edges }) => edges!.membership!.length === 1)).toBe(true);
      expect((await on.connection.find!('person', 'uid', [`U${count - 1}`], on.asking('person'))).length).toBe(1);
      await on.close();
      await simulator.stop();
    });

  test('holds 100,000 people, and a read of all of them grows with their number, not with its square', async () => {
    const few = await readAll(10_000);
    expect((await readAll(100_000)) / few).toBeLessThan(40);
  });
});
