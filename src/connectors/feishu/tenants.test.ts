// What one tenant has that another has not: product, verification, licences, seats, calls, fields of its own, who takes over.
import { describe, expect, it } from 'vitest';
import type { Attributes } from '../../core/model.ts';
import { configSchema, hostOf } from './config.ts';
import { feishu } from './index.ts';
import { openTestSandbox, raw } from './test-sandbox.ts';

const person = (n: number, more: Attributes = {}): Attributes => ({ name: `p${n}`, email: `p${n}@x.com`, employee_type: '1', ...more });

describe('a tenant of Lark', () => {
  it('is asked at its own host, takes no mainland numbers, and wants no address beside a foreign one', async () => {
    const config = (brand: string) => configSchema.parse({ appId: 'a', appSecret: 's', brand });
    expect([hostOf(config('lark')), hostOf(config('feishu'))]).toEqual(['https://open.larksuite.com', 'https://open.feishu.cn']);
    const { far, spec, create, get } = await openTestSandbox({ config: { brand: 'lark' } });
    far.tenant.terms.brand = 'lark';
    expect(spec('person').needsBeside).toBeUndefined();
    expect(feishu.manifest.types.find(({ id }) => id === 'person')!.needsBeside).toHaveLength(1);
    await expect(create('person', person(1, { mobile: '+8613800000001' }))).rejects.toMatchObject({
      kind: 'invalid',
      facts: { attribute: 'mobile' },
      label: { en: 'This tenant does not take mainland numbers (+86).' },
    });
    const id = await create('person', { name: 'Kim', mobile: '+6591234567', employee_type: '1' });
    expect((await get('person', id)).attributes).toMatchObject({ mobile: '+6591234567', email: null });
  });
});

describe('a tenant', () => {
  it('that nobody has verified takes mainland numbers only, and no more people than it has seats', async () => {
    const { far, create } = await openTestSandbox();
    const { terms } = far.tenant;
    terms.verified = false;
    await expect(create('person', person(1, { mobile: '+4915112345678' }))).rejects.toMatchObject({ facts: { attribute: 'mobile' } });
    const first = await create('person', person(1, { mobile: '+8613800000001' }));
    terms.seats = 1;
    // No more are made; whoever leaves gives back a seat.
    await expect(create('person', person(2))).rejects.toMatchObject({ kind: 'quota' });
    expect((await raw(far, 'DELETE', `/users/${first}`)).code).toBe(0);
    await create('person', person(2));
    Object.assign(terms, { verified: true, seats: Infinity });
    await create('person', person(3, { mobile: '+4915112345678' }));
  });

  it('with several licences asks which: the connection names them, and says so where it does not', async () => {
    const { far, create, open, writing } = await openTestSandbox();
    far.tenant.terms.licences = ['L1', 'L2'];
    await expect(create('person', person(1))).rejects.toMatchObject({
      kind: 'config',
      label: { en: 'The tenant has several licences: enter the seat licences of new accounts in the connection.' },
    });
    const desired = { directoryId: 'd', attributes: person(1), edges: {}, enabled: true };
    const unknown = await open({ subscriptionIds: 'L9' });
    await expect(unknown.create!('person', desired, writing())).rejects.toMatchObject({ kind: 'config' });
    const named = await open({ subscriptionIds: 'L2' });
    await named.create!('person', desired, writing());
    expect(far.tenant.users.size).toBe(1);
  });

  it('whose calls of the month are used up stops the run, and goes on when there are some again', async () => {
    const { far, read, hire } = await openTestSandbox();
    hire('a');
    far.tenant.terms.callsLeft = 0;
    await expect(read('person')).rejects.toMatchObject({ kind: 'quota' });
    far.tenant.terms.callsLeft = 100;
    expect((await read('person')).objects.size).toBe(1);
    expect(far.tenant.terms.callsLeft).toBeLessThan(100);
  });

  it('that is full takes no more departments, and a department no more members', async () => {
    const { far, create } = await openTestSandbox();
    Object.assign(far.tenant.terms, { mostDepartments: 1, mostMembers: 1 });
    const department = await create('department', { name: 'a' });
    await expect(create('department', { name: 'b' })).rejects.toMatchObject({ kind: 'invalid' });
    const edges = { membership: [{ to: { type: 'department', id: department } }] };
    const first = await create('person', person(1), edges);
    await expect(create('person', person(2), edges)).rejects.toMatchObject({ kind: 'invalid' });
    // Who is in it already does not count twice.
    expect((await raw(far, 'PATCH', `/users/${first}`, { department_ids: [department] })).code).toBe(0);
    expect((await raw(far, 'GET', '/users/find_by_department?department_id=')).code).toBe(40008);
  });

  it('is told who takes over what a deleted account owns, and the setting is named where that is nobody', async () => {
    const { far, hire, open, openId, writing } = await openTestSandbox();
    const [leaver, heir, other] = ['leaver', 'heir', 'other'].map((name) => hire(name));
    const bodies: Readonly<Record<string, unknown>>[] = [];
    far.watchBodies((body) => bodies.push(body));
    const remove = async (handOverTo: string, user = leaver!) => {
      const connection = await open({ handOverTo });
      return connection.remove!('person', openId(user), writing());
    };
    await expect(remove('ou_nobody')).rejects.toMatchObject({ kind: 'config', label: { zh: '资源接收人不是有效账号。' } });
    await expect(remove(openId(leaver!))).rejects.toMatchObject({ kind: 'config' });
    expect(leaver!.resignedAt).toBe(null);
    await remove(openId(heir!));
    expect(new Set(Object.values(bodies[0]!))).toEqual(new Set([openId(heir!)]));
    expect(Object.keys(bodies[0]!)).toContain('docs_acceptor_user_id');
    await remove('', other!);
    expect([bodies[1], leaver!.resignedAt !== null, other!.resignedAt !== null]).toEqual([{}, true, true]);
  });

  it('has fields of every kind: an address, a picture and a person are read and written as what they say', async () => {
    const sandbox = await openTestSandbox();
    const { tenant } = sandbox.far;
    tenant.customAttrs = [
      { id: 'C-link', type: 'HREF', name: '主页' },
      {
        id: 'C-badge',
        type: 'PICTURE_ENUM',
        name: '徽章',
        options: [
          { id: 'o1', value: 'https://img.example/1', name: '金' },
          { id: 'o2', value: 'https://img.example/2', name: '银' },
        ],
      },
      { id: 'C-mentor', type: 'GENERIC_USER', name: '导师' },
    ];
    sandbox.clock.advance(3_600_000);
    const { types } = await sandbox.connection.describe!(new AbortController().signal);
    const specs = types!.find((type) => type.id === 'person')!.attributes;
    expect(specs.find(({ name }) => name === 'C-badge')!.oneOf).toEqual(['金', '银']);
    expect(specs.find(({ name }) => name === 'C-mentor')).toMatchObject({ type: 'reference', to: 'person' });
    const [one, two] = [sandbox.openId(sandbox.hire('one')), sandbox.openId(sandbox.hire('two'))];
    const own = { 'C-link': 'https://a.example/1', 'C-badge': '银', 'C-mentor': one };
    const id = await sandbox.create('person', person(1, own));
    const asked = { ...sandbox.asking('person'), attributes: Object.keys(own) };
    const shown = async () => {
      const answer = (await sandbox.connection.get!('person', [id], asked)).answers.get(id)!;
      return answer.state === 'found' ? answer.object.attributes : {};
    };
    expect(await shown()).toEqual(own);
    await sandbox.update('person', id, { 'C-mentor': two, 'C-badge': '金' });
    expect(await shown()).toEqual({ ...own, 'C-mentor': two, 'C-badge': '金' });
    await sandbox.update('person', id, { 'C-mentor': null, 'C-link': null });
    expect(await shown()).toEqual({ 'C-link': null, 'C-badge': '金', 'C-mentor': null });
    const wrongs: readonly Attributes[] = [{ 'C-mentor': 'ou_nobody' }, { 'C-link': 'no address' }, { 'C-badge': '铜' }];
    for (const wrong of wrongs) await expect(sandbox.update('person', id, wrong)).rejects.toMatchObject({ kind: 'invalid' });
    // Every app sees a person under the id that is its own.
    const user = [...tenant.users.values()].find((candidate) => candidate.fields.name === 'p1')!;
    expect(JSON.stringify([...user.custom.values()])).not.toContain('ou_');
  });
});
