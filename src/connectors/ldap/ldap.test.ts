// What only LDAP does: names that are addresses, references by name, groups that may not be empty, limits and access rules.
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { startSlapd } from '../../../test/servers/slapd.ts';
import type { ConnectorError } from '../../connector-kit/errors.ts';
import {
  farSides,
  gather,
  hasSlapd,
  inDepartment,
  ldapsearch,
  openOn,
  READER,
  run,
  SUFFIX,
  toPerson,
  zhang,
  type FarSide,
  type Words,
} from './test-far-sides.ts';

const refusal = (call: Promise<unknown>): Promise<ConnectorError> =>
  call.then(
    () => expect.fail('this must be refused'),
    (error: unknown) => error as ConnectorError,
  );

describe.each(farSides)('ldap on %s', (_name, start) => {
  let far: FarSide;
  let on: Words;
  beforeAll(async () => {
    far = await start({});
    on = await openOn(far);
  });
  afterAll(async () => {
    await on?.close();
    await far?.stop();
  });

  test('people in nested departments with awkward names are what ldapsearch reads, and what we read', async () => {
    const names = ['Sales, North', 'R&D "core" + ops', '#1/first', ' 前后空格 ', '𠮷野家；研发', 'back\\slash=x<y>'];
    let parent: string | null = null;
    for (const [n, ou] of names.entries()) {
      const id: string = await on.create('department', { ou, parent });
      await on.create('person', { ...zhang(100 + n), description: ou }, inDepartment(id));
      parent = id;
    }
    const departments = await on.read('department');
    const people = await on.read('person');
    const seen = await ldapsearch(far, '(&(objectClass=inetOrgPerson)(uid=zhang10*))', ['uid', 'description', 'entryUUID']);
    for (const [n, ou] of names.entries()) {
      const [dn, entry] = Object.entries(seen).find(([, { uid }]) => uid![0] === `zhang${100 + n}`)!;
      expect(entry.description).toEqual([ou]);
      const person = people.get(entry.entryUUID![0]!)!;
      const home = departments.get(person.edges!.membership![0]!.to.id)!;
      expect(home.attributes.ou).toBe(ou);
      expect(departments.get(String(home.attributes.parent))?.attributes.ou).toBe(names[n - 1]);
      // As many steps as departments, the person itself and the two of the suffix.
      expect(dn.split(/(?<!\\),/).length).toBe(n + 1 + 3);
    }
  });

  test('OUs that only hold things are no departments, and what lies in them has no parent', async () => {
    const id = await on.create('department', { ou: 'top', parent: null });
    const ids = [...(await on.read('department')).values()].map((object) => object.attributes.ou);
    expect(ids).not.toContain('people');
    expect(ids).not.toContain('groups');
    expect((await on.get('department', id))!.attributes.parent).toBeNull();
    const person = await on.create('person', zhang(1));
    expect((await on.get('person', person))!.edges).toEqual({ membership: [] });
    expect(Object.keys(await ldapsearch(far, '(uid=zhang1)', ['1.1']))).toEqual([`uid=zhang1,ou=people,${SUFFIX}`]);
  });

  test('a part is one OU: its entry and what lies below, with parents that may lie above', async () => {
    const top = await on.create('department', { ou: 'part-top', parent: null });
    const below = await on.create('department', { ou: 'part-below', parent: top });
    await on.create('person', zhang(2), inDepartment(below));
    await on.create('person', zhang(3), inDepartment(top));
    const within = { base: `ou=part-below,ou=part-top,${SUFFIX}` };
    expect([...(await on.read('department', within)).values()].map(({ id, attributes }) => [id, attributes.parent])).toEqual([
      [below, top],
    ]);
    expect([...(await on.read('person', within)).values()].map(({ attributes }) => attributes.uid)).toEqual(['zhang2']);
    const answers = await on.connection.get!('department', [top, below], { ...on.asking('department'), part: within });
    expect([top, below].map((id) => (answers.answers.get(id) as { inPart?: boolean }).inPart)).toEqual([false, true]);
  });

  test('a rename keeps the entryUUID, and groups and reports follow the new name', async () => {
    const boss = await on.create('person', zhang(10));
    const report = await on.create('person', { ...zhang(11), manager: boss });
    const group = await on.create('group', { cn: 'followers' }, { member: [toPerson(boss), toPerson(report)] });
    await on.update('person', boss, { uid: 'zhang, new "name"' }, { uid: 'zhang10' });
    expect((await on.get('person', boss))!.attributes.uid).toBe('zhang, new "name"');
    expect((await on.get('person', report))!.attributes.manager).toBe(boss);
    expect(
      (await on.read('group'))
        .get(group)!
        .edges!.member!.map(({ to }) => to.id)
        .sort(),
    ).toEqual([boss, report].sort());
    const seen = await ldapsearch(far, '(cn=followers)', ['member']);
    expect(Object.values(seen)[0]!.member!.some((dn) => dn.includes('zhang10'))).toBe(false);
  });

  test('a moved department takes its people along, and references to them follow', async () => {
    const from = await on.create('department', { ou: 'move-from', parent: null });
    const to = await on.create('department', { ou: 'move-to', parent: null });
    const moving = await on.create('department', { ou: 'moving', parent: from });
    const boss = await on.create('person', zhang(20), inDepartment(moving));
    const report = await on.create('person', { ...zhang(21), manager: boss });
    const group = await on.create('group', { cn: 'movers' }, { member: [toPerson(boss)] });
    await on.update('department', moving, { parent: to, ou: 'moved, at last' }, { parent: from, ou: 'moving' });
    expect((await on.get('department', moving))!.attributes).toMatchObject({ parent: to, ou: 'moved, at last' });
    expect((await on.get('person', boss))!.edges!.membership![0]!.to.id).toBe(moving);
    expect((await on.get('person', report))!.attributes.manager).toBe(boss);
    expect((await on.get('group', group))!.edges!.member).toEqual([toPerson(boss)]);
    expect((await refusal(on.update('department', to, { parent: moving }))).kind).toBe('conflict');
  });

  test('a removed person leaves no name behind, and a group without members keeps only the placeholder', async () => {
    const person = await on.create('person', zhang(30));
    const group = await on.create('group', { cn: 'lonely' }, { member: [toPerson(person)] });
    const { snapshot } = await on.remove('person', person);
    expect(snapshot!.attributes).toMatchObject({ uid: 'zhang30', sn: '张' });
    expect((await on.remove('person', person)).snapshot).toBeNull();
    expect(Object.values(await ldapsearch(far, '(cn=lonely)', ['member']))).toEqual([{ member: ['cn=nobody'] }]);
    expect((await on.get('group', group))!.edges!.member).toEqual([]);
    const other = await on.create('person', zhang(31));
    await on.members(group, [other, other]);
    expect(Object.values(await ldapsearch(far, '(cn=lonely)', ['member']))).toEqual([{ member: [`uid=zhang31,ou=people,${SUFFIX}`] }]);
    await on.members(group, [other], [other, person]);
    expect((await on.get('group', group))!.edges!.member).toEqual([]);
  });

  test('an empty group is made with the placeholder, and a group may hold groups', async () => {
    const inner = await on.create('group', { cn: 'inner' });
    const outer = await on.create('group', { cn: 'outer' }, { member: [{ to: { type: 'group', id: inner } }] });
    const groups = await on.read('group');
    expect(groups.get(inner)!.edges!.member).toEqual([]);
    expect(groups.get(outer)!.edges!.member).toEqual([{ to: { type: 'group', id: inner } }]);
  });

  test('a member that does not exist is refused by name while the others are taken', async () => {
    const [person, gone] = [await on.create('person', zhang(32)), await on.create('person', zhang(33))];
    const group = await on.create('group', { cn: 'partly' });
    await on.remove('person', gone);
    const written = await on.members(group, [person, gone]);
    expect(written!.refused.map(({ to }) => to.id)).toEqual([gone]);
    expect((await on.get('group', group))!.edges!.member).toEqual([toPerson(person)]);
  });

  test('a reference that leads out of the base is a foreign one', async () => {
    const person = await on.create('person', zhang(40));
    const outside = 'uid=stranger,ou=elsewhere,dc=other,dc=net';
    await run(
      'ldapmodify',
      ['-x', '-H', far.url, '-D', far.rootDn, '-w', far.password],
      `dn: uid=zhang40,ou=people,${SUFFIX}\nchangetype: modify\nreplace: manager\nmanager: ${outside}\n`,
    );
    expect((await on.read('person')).get(person)!.attributes.manager).toBe(`dn:${outside}`);
    expect((await on.get('person', person))!.attributes.manager).toBe(`dn:${outside}`);
  });

  test('a user name that is taken anywhere below the base is taken', async () => {
    const department = await on.create('department', { ou: 'taken', parent: null });
    const first = await on.create('person', zhang(50), inDepartment(department));
    const error = await refusal(on.create('person', { ...zhang(51), uid: 'ZHANG50' }));
    expect([error.kind, error.facts.id]).toEqual(['already-exists', first]);
    const other = await on.create('person', zhang(52));
    expect((await refusal(on.update('person', other, { uid: 'zhang50' }))).kind).toBe('already-exists');
    const twice = await refusal(on.create('department', { ou: 'Taken', parent: null }));
    expect([twice.kind, twice.facts.id]).toEqual(['already-exists', department]);
  });

  test('of forty accounts made at once, those whose user name is taken are refused, each with the one who bears it', async () => {
    const borne = new Map(await Promise.all([300, 303, 306].map(async (n) => [n, await on.create('person', zhang(n))] as const)));
    const department = await on.create('department', { ou: 'at once', parent: null });
    const asked = Array.from({ length: 40 }, (_, n) => 300 + n);
    const ends = await Promise.all(
      asked.map((n) =>
        on.create('person', { ...zhang(n), uid: `Zhang${n}` }, inDepartment(department)).then(
          () => 'made',
          (error: unknown) => (error as ConnectorError).facts.id,
        ),
      ),
    );
    expect(ends).toEqual(asked.map((n) => borne.get(n) ?? 'made'));
  });

  test('a department with people in it is not removed, and the error says so plainly', async () => {
    const department = await on.create('department', { ou: 'full', parent: null });
    await on.create('person', zhang(60), inDepartment(department));
    const error = await refusal(on.remove('department', department));
    expect(error.kind).toBe('conflict');
    expect(error.label.en).toContain('still entries below');
    expect(await on.get('department', department)).toBeDefined();
  });

  test('disabling adds one value and enabling takes it away; other values of the attribute stay', async () => {
    const person = await on.create('person', zhang(70));
    await run(
      'ldapmodify',
      ['-x', '-H', far.url, '-D', far.rootDn, '-w', far.password],
      `dn: uid=zhang70,ou=people,${SUFFIX}\nchangetype: modify\nadd: businessCategory\nbusinessCategory: retail\n`,
    );
    await on.disable(person);
    await on.disable(person);
    expect(Object.values(await ldapsearch(far, '(uid=zhang70)', ['businessCategory']))).toEqual([
      { businessCategory: ['retail', 'disabled'] },
    ]);
    expect((await on.get('person', person))!.enabled).toBe(false);
    await on.enable(person);
    await on.enable(person);
    expect(Object.values(await ldapsearch(far, '(uid=zhang70)', ['businessCategory']))).toEqual([{ businessCategory: ['retail'] }]);
    expect((await on.get('person', person))!.enabled).toBe(true);
  });

  test('disabling by moving leaves the department unknown, so that nobody moves the account back by mistake', async () => {
    const moving = await openOn(far, { disableBy: 'move', disabledIn: `ou=off,${SUFFIX}` });
    const department = await on.create('department', { ou: 'left', parent: null });
    const person = await moving.create('person', zhang(71), inDepartment(department));
    await moving.disable(person);
    expect(Object.keys(await ldapsearch(far, '(uid=zhang71)', ['1.1']))).toEqual([`uid=zhang71,ou=off,${SUFFIX}`]);
    const seen = await moving.get('person', person);
    expect([seen!.enabled, seen!.edges]).toEqual([false, undefined]);
    await moving.update('person', person, { title: 'gone' }, {}, inDepartment(department));
    expect(Object.keys(await ldapsearch(far, '(title=gone)', ['1.1']))).toEqual([`uid=zhang71,ou=off,${SUFFIX}`]);
    await moving.enable(person);
    expect((await moving.get('person', person))!.enabled).toBe(true);
    await moving.close();
  });

  test('the initial password opens the account, is kept as a hash, and is never read', async () => {
    const secret = 'S3cret – 密码';
    const person = await on.create('person', zhang(80), {}, { secrets: { userPassword: secret } });
    const dn = `uid=zhang80,ou=people,${SUFFIX}`;
    expect(await run('ldapwhoami', ['-x', '-H', far.url, '-D', dn, '-w', secret])).toContain(dn);
    expect(JSON.stringify(await ldapsearch(far, '(uid=zhang80)', ['userPassword']))).not.toContain(secret);
    const events = await on.events('person', on.part, ['uid', 'userPassword', 'USERPASSWORD']);
    expect(JSON.stringify(events)).not.toContain('SSHA');
    expect((await on.get('person', person))!.attributes.userPassword).toBeUndefined();
  });

  test('a group of 2,500 is read in pieces: the object comes before its last piece', async () => {
    const people = await Promise.all(Array.from({ length: 8 }, (_, n) => on.create('person', zhang(90 + n))));
    const strangers = Array.from({ length: 2492 }, (_, n) => ({
      to: { type: 'person', id: `dn:uid=p${n},dc=far,dc=away` },
    }));
    const group = await on.create('group', { cn: 'crowd' }, { member: [...people.map(toPerson), ...strangers] });
    const events = (await on.events('group')).filter((event) =>
      event.kind === 'edges' ? event.owner === group : event.kind === 'objects' && event.objects.some(({ id }) => id === group),
    );
    expect(events.map((event) => event.kind)).toEqual(['edges', 'edges', 'objects', 'edges']);
    const members = events.flatMap((event) => (event.kind === 'edges' ? event.edges.map(({ to }) => to.id) : []));
    expect(new Set(members).size).toBe(2500);
    for (const person of people) expect(members).toContain(person);
    expect((await gather(on.connection.readMembers!({ type: 'group', id: group }, 'member', on.asking('group')))).flat().length).toBe(2500);
    await on.remove('group', group);
  });

  test('several values of a single attribute arrive as a list, never as the first of them', async () => {
    const person = await on.create('person', { ...zhang(120), mail: ['a@example.org', 'b@example.org'] });
    expect((await on.get('person', person))!.attributes.mail).toEqual(['a@example.org', 'b@example.org']);
  });

  test('changes name what was renamed and changed, each once, and nothing that only moved along', async () => {
    const department = await on.create('department', { ou: 'changes', parent: null });
    const person = await on.create('person', zhang(130), inDepartment(department));
    const cursor = await on.connection.startCursor!({ part: on.part, signal: on.signal });
    const since = async (from: string) => {
      const events = await gather(on.connection.changes!(from, { ...on.asking('person'), part: on.part, types: ['department', 'person'] }));
      const end = events.at(-1)!;
      return {
        ids: events.flatMap((event) => (event.kind === 'objects' ? event.objects.map(({ id }) => id) : [])),
        cursor: end.kind === 'end' ? end.cursor : '',
      };
    };
    await on.update('department', department, { ou: 'changed' }, { ou: 'changes' });
    const first = await since(cursor);
    expect(first.ids).toEqual([department]);
    await on.update('person', person, { title: 'x' });
    expect((await since(first.cursor)).ids).toEqual([person]);
  });

  test('a value of a wrong form is an error about that attribute', async () => {
    const error = await refusal(on.create('person', { ...zhang(140), mail: '张伟@例子.公司' }));
    expect([error.kind, error.facts.attribute]).toEqual(['invalid', 'mail']);
    const name = await refusal(on.create('person', { ...zhang(141), uid: '名'.repeat(90) }));
    expect([name.kind, name.facts.attribute]).toEqual(['invalid', 'uid']);
    expect((await refusal(on.create('person', { uid: 'x', cn: 'x' }))).facts.attribute).toBe('sn');
  });

  test('a wrong password is told as such', async () => {
    const wrong = await openOn(far, { password: 'wrong' });
    expect((await refusal(wrong.read('person'))).kind).toBe('credentials');
    expect((await wrong.check()).findings.filter(({ ok }) => !ok).map(({ level }) => level)).toEqual(['signed-in']);
    await wrong.close();
  });

  test('ldapsearch pages through everything that we count', async () => {
    const people = await on.read('person');
    const seen = await ldapsearch(far, '(objectClass=inetOrgPerson)', ['uid'], ['-E', 'pr=7/noprompt']);
    expect(Object.keys(seen).length).toBe(people.size);
  });
});

describe.each(farSides)('an account with few rights, on %s', (_name, start) => {
  const people = async (far: FarSide, count: number): Promise<void> => {
    const on = await openOn(far);
    for (let n = 0; n < count; n++) await on.create('person', zhang(n));
    await on.close();
  };

  test('a size limit makes a read incomplete, in plain words, and check says how to lift it', async () => {
    const far = await start({ sizelimit: 5 });
    try {
      await people(far, 8);
      const on = await openOn(far, READER);
      const events = await on.events('person');
      const end = events.at(-1)!;
      expect(end).toMatchObject({ kind: 'end', complete: false });
      expect(end.kind === 'end' && end.reason!.en).toContain('size limit');
      const found = (await on.check()).findings.find(({ level }) => level === 'reads-person')!;
      expect(found.ok).toBe(false);
      // To be pasted as it stands.
      expect(found.remedy!.en).toContain('olcLimits: {0}dn.exact="cn=');
      await on.close();
    } finally {
      await far.stop();
    }
  });

  test('without entryUUID nothing is read at all', async () => {
    const far = await start({ hidesAttribute: 'entryUUID' });
    try {
      await people(far, 1);
      const on = await openOn(far, READER);
      expect((await refusal(on.read('person'))).kind).toBe('permission');
      expect((await on.check()).findings.filter(({ ok }) => !ok).map(({ level }) => level)).toContain('rights');
      await on.close();
    } finally {
      await far.stop();
    }
  });

  test('a hidden attribute is simply absent; a hidden folder changes the range', async () => {
    const far = await start({ hidesAttribute: 'mobile', hidesBelow: `ou=groups,${SUFFIX}` });
    try {
      const root = await openOn(far);
      const id = await root.create('person', { ...zhang(1), mobile: '+8613800000000', mail: 'z@example.org' });
      const on = await openOn(far, READER);
      expect((await on.get('person', id))!.attributes).toMatchObject({ mobile: null, mail: 'z@example.org' });
      const blind = await openOn(far, { ...READER, groupsIn: '' });
      expect((await on.check()).range).not.toBe((await blind.check()).range);
      await Promise.all([root.close(), on.close(), blind.close()]);
    } finally {
      await far.stop();
    }
  });

  test('check warns where a disabled account can still sign in, and offers the lock that the server knows', async () => {
    const far = await start({});
    const told = async (settings: Readonly<Record<string, unknown>>): Promise<readonly [ok: boolean, lock: unknown][]> => {
      const on = await openOn(far, settings);
      const { findings } = await on.connection.check({ direction: 'down', part: on.part, signal: on.signal });
      await on.close();
      return findings.filter(({ message }) => message.en.startsWith('A disabled account')).map(({ ok, settings: lock }) => [ok, lock]);
    };
    const lock = { disableBy: 'attribute', disableAttribute: 'pwdAccountLockedTime', disableValue: '000001010000Z' };
    try {
      expect(await told({ disableAttribute: 'businessCategory', disableValue: 'disabled' })).toEqual([[true, lock]]);
      expect(await told({ disableBy: 'move', disabledIn: `ou=people,${SUFFIX}` })).toEqual([[true, lock]]);
      expect(await told(lock)).toEqual([]);
    } finally {
      await far.stop();
    }
  });

  test('an account that may only read is told so when it writes, about this object', async () => {
    const far = await start({});
    try {
      const on = await openOn(far, READER);
      expect((await refusal(on.create('person', zhang(1)))).kind).toBe('forbidden');
      const anonymous = await openOn(far, { bindDn: '', password: '' });
      expect((await refusal(anonymous.create('person', zhang(1)))).kind).toBe('credentials');
      const report = await on.connection.check({
        direction: 'down',
        part: on.part,
        probeWrite: true,
        signal: on.signal,
      });
      expect(report.findings.find(({ level }) => level === 'writes')).toMatchObject({ ok: false });
      await Promise.all([on.close(), anonymous.close()]);
    } finally {
      await far.stop();
    }
  });
});

describe.each(farSides)('a flat tree, on %s', (_name, start) => {
  test('an attribute names the department, and people follow when the department is renamed', async () => {
    const far = await start({});
    try {
      const on = await openOn(far, { layout: 'flat', groupKind: 'posixGroup' });
      const sales = await on.create('department', { ou: '销售', parent: null });
      const other = await on.create('department', { ou: 'Other', parent: sales });
      const person = await on.create('person', zhang(1), inDepartment(sales));
      const group = await on.create('group', { cn: 'staff', gidNumber: 2000 }, { member: [toPerson(person)] });
      expect(await ldapsearch(far, '(uid=zhang1)', ['departmentNumber'])).toEqual({
        [`uid=zhang1,ou=people,${SUFFIX}`]: { departmentNumber: ['销售'] },
      });
      await on.update('department', sales, { ou: 'Sales' }, { ou: '销售' });
      expect((await on.get('person', person))!.edges).toEqual(inDepartment(sales));
      await on.update('person', person, {}, {}, inDepartment(other));
      expect((await on.read('person')).get(person)!.edges).toEqual(inDepartment(other));
      await on.update('person', person, { uid: 'wei' }, { uid: 'zhang1' });
      expect(Object.values(await ldapsearch(far, '(cn=staff)', ['memberUid', 'gidNumber']))).toEqual([
        { gidNumber: ['2000'], memberUid: ['wei'] },
      ]);
      expect((await on.get('group', group))!.edges!.member).toEqual([toPerson(person)]);
      expect((await refusal(on.create('group', { cn: 'double', gidNumber: 2000 }))).facts.id).toBe(group);
      await on.close();
    } finally {
      await far.stop();
    }
  });
});

describe('the way to the server', () => {
  test('a password never travels unencrypted to another machine unless that was allowed', async () => {
    const on = await openOn({
      url: 'ldap://ldap.invalid:389',
      rootDn: 'cn=admin',
      password: 'secret word',
      stop: async () => {},
    });
    const error = await refusal(on.read('person'));
    expect([error.kind, error.label.en.includes('unencrypted')]).toEqual(['config', true]);
    await on.close();
  });

  test.skipIf(!hasSlapd)('ldaps and StartTLS hold with the own CA and fail without it', async () => {
    const slapd = await startSlapd({
      suffix: SUFFIX,
      tls: true,
      ldif: `dn: ${SUFFIX}\nobjectClass: dcObject\nobjectClass: organization\ndc: example\no: example\n`,
    });
    const bare = { peopleIn: '', groupsIn: '', folders: [] };
    try {
      for (const config of [{ url: slapd.ldapsUrl }, { url: slapd.url, startTls: true }]) {
        const good = await openOn(slapd, { ...bare, ...config, ca: slapd.ca });
        expect((await good.check()).findings.filter(({ ok }) => !ok)).toEqual([]);
        await good.create('person', zhang('startTls' in config ? 2 : 1));
        const untrusted = await openOn(slapd, { ...bare, ...config });
        const [finding] = (await untrusted.check()).findings;
        expect([finding!.ok, finding!.message.en.includes('certificate')]).toEqual([false, true]);
        expect((await refusal(untrusted.read('person'))).kind).toBe('config');
        await Promise.all([good.close(), untrusted.close()]);
      }
    } finally {
      await slapd.stop();
    }
  });

  test.skipIf(!hasSlapd)('bytes that are no text make an object unreadable, not shorter', async () => {
    const slapd = await startSlapd({
      suffix: SUFFIX,
      ldif: `dn: ${SUFFIX}\nobjectClass: dcObject\nobjectClass: organization\ndc: example\no: example\n`,
    });
    const on = await openOn(slapd, { peopleIn: '', groupsIn: '', folders: [], extraAttributes: ['jpegPhoto'] });
    try {
      const [plain, pictured] = [await on.create('person', zhang(1)), await on.create('person', zhang(2))];
      await run(
        'ldapmodify',
        ['-x', '-H', slapd.url, '-D', slapd.rootDn, '-w', slapd.password],
        `dn: uid=zhang2,${SUFFIX}\nchangetype: modify\nadd: jpegPhoto\njpegPhoto:: /9j/4AAQSkZJRg==\n`,
      );
      const events = await on.events('person', on.part, ['uid', 'jpegPhoto']);
      expect(events.flatMap((event) => (event.kind === 'objects' ? event.objects.map(({ id }) => id) : []))).toEqual([plain]);
      expect(events.find((event) => event.kind === 'unreadable')).toMatchObject({ id: pictured });
    } finally {
      await on.close();
      await slapd.stop();
    }
  });
});
