// Groups of the kind groupOfUniqueNames, and the names of their groups that a server writes to people (memberOf).
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { startSlapd, type Slapd } from '../../../test/servers/slapd.ts';
import { compileExpression } from '../../core/mapping/expression.ts';
import { farSides, gather, hasSlapd, ldapsearch, openOn, SUFFIX, toPerson, zhang, type FarSide, type Words } from './test-far-sides.ts';

describe.each(farSides)('groupOfUniqueNames on %s', (_name, start) => {
  let far: FarSide;
  let on: Words;
  beforeAll(async () => {
    far = await start({});
    on = await openOn(far, { groupKind: 'groupOfUniqueNames' });
  });
  afterAll(async () => {
    await on?.close();
    await far?.stop();
  });

  test('members come and go, follow a rename, and an empty group keeps only the placeholder', async () => {
    const stands = async (cn: string) =>
      Object.values(await ldapsearch(far, `(cn=${cn})`, ['uniqueMember', 'member', 'objectClass'])).map((entry) => [
        entry.objectClass!.includes('groupOfUniqueNames'),
        entry.member,
        entry.uniqueMember!.toSorted(),
      ]);
    const name = (n: number): string => `uid=zhang${n},ou=people,${SUFFIX}`;
    const [one, two] = [await on.create('person', zhang(1)), await on.create('person', zhang(2))];
    const group = await on.create('group', { cn: 'unique' }, { member: [toPerson(one)] });
    const outer = await on.create('group', { cn: 'outer' }, { member: [{ to: { type: 'group', id: group } }] });
    expect(await stands('unique')).toEqual([[true, undefined, [name(1)]]]);

    await on.members(group, [two, two]);
    expect((await on.get('group', group))!.edges!.member).toEqual([toPerson(one), toPerson(two)]);
    await on.update('person', two, { uid: 'zhang3' }, { uid: 'zhang2' });
    expect(await stands('unique')).toEqual([[true, undefined, [name(1), name(3)]]]);
    const groups = await on.read('group');
    expect(groups.get(group)!.edges!.member).toEqual([toPerson(one), toPerson(two)]);
    expect(groups.get(outer)!.edges!.member).toEqual([{ to: { type: 'group', id: group } }]);

    await on.members(group, [], [one]);
    await on.remove('person', two);
    expect(await stands('unique')).toEqual([[true, undefined, ['cn=nobody']]]);
    expect((await on.get('group', group))!.edges!.member).toEqual([]);
    await on.members(group, [one]);
    expect(await stands('unique')).toEqual([[true, undefined, [name(1)]]]);
    expect(await gather(on.connection.readMembers!({ type: 'group', id: group }, 'member', on.asking('group')))).toEqual([[toPerson(one)]]);
  });
});

describe.skipIf(!hasSlapd)('memberOf', () => {
  let slapd: Slapd;
  let on: Words;
  beforeAll(async () => {
    slapd = await startSlapd({
      suffix: SUFFIX,
      database: ['overlay memberof'],
      ldif: ['', 'people', 'groups']
        .map((ou) =>
          ou === ''
            ? `dn: ${SUFFIX}\nobjectClass: dcObject\nobjectClass: organization\ndc: example\no: example\n`
            : `dn: ou=${ou},${SUFFIX}\nobjectClass: organizationalUnit\nou: ${ou}\n`,
        )
        .join('\n'),
    });
    on = await openOn(slapd, { folders: [] });
  });
  afterAll(async () => {
    await on?.close();
    await slapd?.stop();
  });

  test('of a server that keeps it is read as a list, empty without a group, and can be asked by a scope', async () => {
    const [inTwo, inOne, inNone] = [
      await on.create('person', zhang(1)),
      await on.create('person', zhang(2)),
      await on.create('person', zhang(3)),
    ];
    await on.create('group', { cn: 'vpn' }, { member: [toPerson(inTwo), toPerson(inOne)] });
    await on.create('group', { cn: 'all' }, { member: [toPerson(inTwo)] });
    const people = await on.read('person');
    const of = (id: string) => people.get(id)!.attributes.memberOf;
    expect([of(inTwo), of(inOne), of(inNone)]).toEqual([
      [`cn=all,ou=groups,${SUFFIX}`, `cn=vpn,ou=groups,${SUFFIX}`],
      [`cn=vpn,ou=groups,${SUFFIX}`],
      null,
    ]);
    expect((await on.get('person', inOne))!.attributes.memberOf).toEqual(of(inOne));
    const { types } = (await on.connection.describe?.(on.signal)) ?? {};
    const spec = types!.find((type) => type.id === 'person')!.attributes.filter(({ name }) => name === 'memberOf');
    expect(spec).toMatchObject([{ many: true, writable: 'never' }]);
    const rule = compileExpression(`memberOf.exists(g, g == "cn=vpn,ou=groups,${SUFFIX}")`, spec, {}, { returns: 'boolean' });
    const isIn = (id: string) => 'expression' in rule && rule.expression.evaluate(people.get(id)!.attributes);
    expect([isIn(inTwo), isIn(inOne)]).toEqual([{ value: true }, { value: true }]);
  });
});
