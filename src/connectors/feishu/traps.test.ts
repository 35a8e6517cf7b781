// What goes wrong with Feishu when one does not know it: each trap of the vendor is a sentence here.
import { describe, expect, it } from 'vitest';
import { sameValue } from '../../core/attribute.ts';
import { createFit } from '../../core/mapping/target.ts';
import type { Attributes } from '../../core/model.ts';
import { feishu } from './index.ts';
import { FULL_APP, LIMITED_APP } from './simulator.ts';
import { inDepartments, leads, openTestSandbox, PART, place, raw } from './test-sandbox.ts';

describe('reading', () => {
  it('asks for pages of 50, the most there is: 51 and 100 are refused, and 10 is what comes without asking', async () => {
    const { far, hire, read } = await openTestSandbox();
    for (let n = 0; n < 120; n += 1) hire(`p${n}`);
    expect((await raw(far, 'GET', '/users/find_by_department?department_id=0&page_size=51')).code).toBe(40011);
    expect(((await raw(far, 'GET', '/users/find_by_department?department_id=0')).data.items as []).length).toBe(10);
    const before = far.answered.get('GET /open-apis/contact/v3/users/find_by_department') ?? 0;
    expect((await read('person')).objects.size).toBe(120);
    expect(far.answered.get('GET /open-apis/contact/v3/users/find_by_department')! - before).toBe(3);
  });

  it('walks layer by layer, since more than 500 departments are not listed at once (43010)', async () => {
    const { far, read } = await openTestSandbox();
    const top = far.tenant.addDepartment({ name: 'top' });
    for (let n = 0; n < 501; n += 1) far.tenant.addDepartment({ name: `d${n}`, parent: top.key });
    expect((await raw(far, 'GET', `/departments/${top.key}/children?fetch_child=true&page_size=50`)).code).toBe(43010);
    expect((await read('department')).objects.size).toBe(502);
  });

  it('takes an absent field as unknown and an empty one as null', async () => {
    const sandbox = await openTestSandbox();
    const user = sandbox.hire('王芳', { mobile: '', nickname: '', job_title: '' });
    const seen = (await sandbox.read('person')).objects.get(sandbox.openId(user))!;
    expect(seen.attributes).toMatchObject({ mobile: null, job_title: null });
    user.mobileHidden = true;
    sandbox.far.withdraw(FULL_APP, ['contact:user.employee:readonly', 'contact:user.employee_number:read']);
    const { objects, end } = await sandbox.read('person');
    const hidden = objects.get(sandbox.openId(user))!;
    expect([hidden.attributes.mobile, hidden.attributes.job_title, hidden.attributes.employee_no]).toEqual([
      undefined,
      undefined,
      undefined,
    ]);
    expect(hidden.enabled).toBe(undefined);
    expect(end.visible.attributes).not.toContain('mobile');
    expect(end.visible.attributes).toContain('name');
    expect(end.visible.hidden).toContainEqual(
      expect.objectContaining({
        name: 'job_title',
        of: 1,
        remedy: expect.objectContaining({ en: expect.stringContaining('contact:user.employee:readonly') as string }) as object,
      }),
    );
    // What a policy hides of one person is readable of the others.
    sandbox.hire('李雷', { mobile: '+8613800000001' });
    const both = (await sandbox.read('person')).end.visible;
    expect(both.attributes).toContain('mobile');
    expect(both.hidden!.map(({ name, of }) => `${name} ${of}`)).toContain('mobile 1');
  });

  it('tells who resigned from who is only out of range', async () => {
    const sandbox = await openTestSandbox();
    const { far, connection } = sandbox;
    const inside = far.tenant.addDepartment({ name: 'inside' });
    const [left, hidden, present] = [
      sandbox.hire('left', {}, [inside.key]),
      sandbox.hire('hidden'),
      sandbox.hire('present', {}, [inside.key]),
    ];
    far.tenant.resign(left, sandbox.clock.now());
    far.narrow(FULL_APP, { all: false, departments: new Set([inside.key]), users: new Set(), groups: new Set() });
    const ids = [left, hidden, present].map(sandbox.openId);
    const { answers } = await connection.get!('person', ids, sandbox.asking('person'));
    expect(ids.map((id) => answers.get(id)!.state)).toEqual(['gone', 'unknown', 'found']);
    const unknown = answers.get(ids[1]!)!;
    expect(unknown.state === 'unknown' && unknown.reason.en).toContain('outside what the app may see');
  });

  it('counts who left by their own choice as somebody whose account cannot be used, and who was invited as somebody who can', async () => {
    const sandbox = await openTestSandbox();
    const [exited, invited, frozen] = ['exited', 'invited', 'frozen'].map((name) => sandbox.hire(name));
    exited!.exited = true;
    invited!.activated = false;
    frozen!.frozen = true;
    const { objects } = await sandbox.read('person');
    expect([exited, invited, frozen].map((user) => objects.get(sandbox.openId(user!))?.enabled)).toEqual([false, true, false]);
  });

  it('asks for the contact range first, and starts at its departments and single people', async () => {
    const sandbox = await openTestSandbox();
    const { far } = sandbox;
    const [a, b] = ['a', 'b'].map((name) => far.tenant.addDepartment({ name }));
    const below = far.tenant.addDepartment({ name: 'below', parent: a!.key });
    const [one, two, three] = [sandbox.hire('one', {}, [below.key]), sandbox.hire('two', {}, [b!.key]), sandbox.hire('three')];
    far.narrow(FULL_APP, { all: false, departments: new Set([a!.key]), users: new Set([three.key]), groups: new Set() });
    expect([...(await sandbox.read('department')).objects.keys()].sort()).toEqual([a!.key, below.key].sort());
    const people = (await sandbox.read('person')).objects;
    expect([one, two, three].map((user) => people.has(sandbox.openId(user)))).toEqual([true, false, true]);
    // Its parent is told, though it cannot be seen: nothing moves to the top because the range got narrow.
    far.narrow(FULL_APP, { all: false, departments: new Set([below.key]), users: new Set(), groups: new Set() });
    expect((await sandbox.read('department')).objects.get(below.key)!.attributes.parent_department_id).toBe(a!.key);
  });

  it('asks for the rights of the app once a minute, however many short runs open the connection, and anew for a whole read', async () => {
    const sandbox = await openTestSandbox();
    const kept = new Map<string, string>();
    const asked = (): number => sandbox.far.answered.get('GET /open-apis/application/v6/scopes') ?? 0;
    const id = sandbox.openId(sandbox.hire('a'));
    const glance = async () => (await sandbox.open({}, kept)).get!('person', [id], sandbox.asking('person'));
    for (let runs = 0; runs < 5; runs += 1) expect((await glance()).answers.get(id)!.state).toBe('found');
    expect(asked()).toBe(1);
    sandbox.clock.advance(61_000);
    await glance();
    expect(asked()).toBe(2);
    for await (const _ of (await sandbox.open({}, kept)).read!('person', { ...sandbox.asking('person'), part: PART })) continue;
    expect(asked()).toBeGreaterThan(2);
  });

  it('gives another range to another app, which sees other open_ids for the same people', async () => {
    const sandbox = await openTestSandbox();
    const user = sandbox.hire('same');
    const limited = sandbox.far.apps.get(LIMITED_APP)!;
    const other = await sandbox.open({ appId: limited.id, appSecret: limited.secret });
    const report = await other.get!('person', [sandbox.openId(user)], sandbox.asking('person'));
    expect(report.answers.get(sandbox.openId(user))!.state).toBe('gone');
    expect(report.visible.range).not.toBe((await sandbox.read('person')).end.visible.range);
  });

  it('sends several ids as the same parameter several times: a list with commas is one id', async () => {
    const sandbox = await openTestSandbox();
    const users = [sandbox.hire('a'), sandbox.hire('b')].map(sandbox.openId);
    expect((await raw(sandbox.far, 'GET', `/users/batch?user_ids=${users.join(',')}`)).data.items).toEqual([]);
    const before = sandbox.far.answered.get('GET /open-apis/contact/v3/users/batch')!;
    const { answers } = await sandbox.connection.get!('person', users, sandbox.asking('person'));
    expect([...answers.values()].map((answer) => answer.state)).toEqual(['found', 'found']);
    expect(sandbox.far.answered.get('GET /open-apis/contact/v3/users/batch')! - before).toBe(1);
  });

  it('reads a mobile number in one form, however it was written', async () => {
    const sandbox = await openTestSandbox();
    const a = await sandbox.create('person', { name: 'a', mobile: '138 0000 0001', employee_type: '1' });
    const b = await sandbox.create('person', { name: 'b', mobile: '+8613800000002', employee_type: '1' });
    expect([(await sandbox.get('person', a)).attributes.mobile, (await sandbox.get('person', b)).attributes.mobile]).toEqual([
      '+8613800000001',
      '+8613800000002',
    ]);
    const found = await sandbox.connection.find!('person', 'mobile', ['13800000001'], sandbox.asking('person'));
    expect(found).toEqual([{ value: '13800000001', id: a }]);
  });

  it('knows a department by its open_department_id: a department_id may be used again after a removal', async () => {
    const sandbox = await openTestSandbox();
    const first = await sandbox.create('department', { name: 'a', department_id: 'D1' });
    await sandbox.connection.remove!('department', first, sandbox.writing());
    const second = await sandbox.create('department', { name: 'b', department_id: 'D1' });
    expect(second).not.toBe(first);
    const { answers } = await sandbox.connection.get!('department', [first, second], sandbox.asking('department'));
    expect([answers.get(first)!.state, answers.get(second)!.state]).toEqual(['gone', 'found']);
  });

  it('reads a tenant with fields and employee types of its own', async () => {
    const sandbox = await openTestSandbox();
    sandbox.far.tenant.customAttrs = [
      { id: 'C-1', type: 'TEXT', name: '血型' },
      {
        id: 'C-2',
        type: 'ENUMERATION',
        name: '民族',
        options: [
          { id: 'o1', value: '汉' },
          { id: 'o2', value: '回' },
        ],
      },
    ];
    sandbox.far.tenant.employeeTypes = [{ value: '6', name: '返聘' }];
    sandbox.clock.advance(3_600_000);
    const { types } = await sandbox.connection.describe!(new AbortController().signal);
    const specs = types!.find((type) => type.id === 'person')!.attributes;
    expect(specs.find((spec) => spec.name === 'C-1')).toMatchObject({ label: { zh: '血型' }, maxLength: 100 });
    expect(specs.find((spec) => spec.name === 'C-2')!.oneOf).toEqual(['汉', '回']);
    expect(specs.find((spec) => spec.name === 'employee_type')!.oneOf).toContain('6');
    const id = await sandbox.create('person', { name: 'a', email: 'a@example.com', employee_type: '6', 'C-1': 'AB', 'C-2': '回' });
    const asked = { ...sandbox.asking('person'), attributes: ['C-1', 'C-2', 'employee_type'] };
    const shown = async () => {
      const answer = (await sandbox.connection.get!('person', [id], asked)).answers.get(id)!;
      return answer.state === 'found' ? answer.object.attributes : {};
    };
    expect(await shown()).toEqual({ 'C-1': 'AB', 'C-2': '回', employee_type: '6' });
    // The list is replaced as a whole by Feishu; what is not meant stays.
    await sandbox.update('person', id, { 'C-2': null });
    expect(await shown()).toEqual({ 'C-1': 'AB', 'C-2': null, employee_type: '6' });
  });

  it('resumes at a checkpoint without what was finished before it', async () => {
    const sandbox = await openTestSandbox();
    for (let n = 0; n < 130; n += 1) sandbox.hire(`p${n}`, {}, [sandbox.far.tenant.addDepartment({ name: `d${n}` }).key]);
    const { events, objects } = await sandbox.read('person');
    const checkpoint = events.find((event) => event.kind === 'checkpoint')!.checkpoint;
    const rest: string[] = [];
    for await (const event of sandbox.connection.read!('person', { ...sandbox.asking('person'), part: PART, checkpoint })) {
      if (event.kind === 'objects') rest.push(...event.objects.map(({ id }) => id));
    }
    const before = new Set<string>();
    for (const event of events) {
      if (event.kind === 'checkpoint') break;
      if (event.kind === 'objects') for (const { id } of event.objects) before.add(id);
    }
    expect(rest.length).toBeLessThan(130);
    expect(new Set([...before, ...rest]).size).toBe(objects.size);
  });

  it('covers one department with all below when a job says so, and knows what lies in it', async () => {
    const sandbox = await openTestSandbox();
    const { tenant } = sandbox.far;
    const top = tenant.addDepartment({ name: 'top', customId: 'TOP' });
    const below = tenant.addDepartment({ name: 'below', parent: top.key });
    const other = tenant.addDepartment({ name: 'other' });
    const [inside, outside] = [sandbox.hire('in', {}, [below.key]), sandbox.hire('out', {}, [other.key])];
    for (const department of [top.key, 'TOP']) {
      expect([...(await sandbox.read('department', { department })).objects.keys()].sort()).toEqual([top.key, below.key].sort());
      expect([...(await sandbox.read('person', { department })).objects.keys()]).toEqual([sandbox.openId(inside)]);
      const ids = [inside, outside].map(sandbox.openId);
      const { answers } = await sandbox.connection.get!('person', ids, { ...sandbox.asking('person'), part: { department } });
      expect(ids.map((id) => (answers.get(id) as { inPart?: boolean }).inPart)).toEqual([true, false]);
    }
  });
});

describe('orders and leaders', () => {
  it('a smaller department order stands first and is a text; a larger user_order stands first and is turned', async () => {
    const sandbox = await openTestSandbox();
    const department = await sandbox.create('department', { name: 'a', order: 7 });
    expect(((await raw(sandbox.far, 'GET', `/departments/${department}`)).data.department as { order: unknown }).order).toBe('7');
    const first = await sandbox.create(
      'person',
      { name: '1', email: '1@x.com', employee_type: '1' },
      { membership: [place(department, true, 1)] },
    );
    const second = await sandbox.create(
      'person',
      { name: '2', email: '2@x.com', employee_type: '1' },
      { membership: [place(department, true, 2)] },
    );
    const orderOf = async (id: string): Promise<number> => {
      const { user } = (await raw(sandbox.far, 'GET', `/users/${id}`)).data as { user: { orders: { user_order: number }[] } };
      return user.orders[0]!.user_order;
    };
    expect(await orderOf(first)).toBeGreaterThan(await orderOf(second));
    expect((await sandbox.get('person', first)).edges!.membership).toEqual([place(department, true, 1)]);
  });

  it('a sibling with the same order takes the next free place, and what was made of it is told', async () => {
    const sandbox = await openTestSandbox();
    await sandbox.create('department', { name: 'a', order: 1 });
    await sandbox.create('department', { name: 'b', order: 2 });
    const desired = { directoryId: 'd', attributes: { name: 'c', order: 1 }, edges: {}, enabled: true };
    const written = await sandbox.connection.create!('department', desired, sandbox.writing());
    expect(written.echo).toMatchObject({ name: 'c', order: 3 });
    expect((await sandbox.get('department', written.id)).attributes.order).toBe(3);
  });

  it('leaders are named in camel case, exactly one is the main one, and order 1 makes it so', async () => {
    const sandbox = await openTestSandbox();
    const [a, b, c] = [sandbox.hire('a'), sandbox.hire('b'), sandbox.hire('c')].map(sandbox.openId);
    const id = await sandbox.create('department', { name: 'x' }, { leader: [leads(b!, 2), leads(a!, 1)] });
    const told = async () => {
      const { department } = (await raw(sandbox.far, 'GET', `/departments/${id}`)).data as {
        department: { leader_user_id: string; leaders: { leaderType: number; leaderID: string }[] };
      };
      return [department.leader_user_id, ...department.leaders.map((leader) => `${leader.leaderType} ${leader.leaderID}`)];
    };
    expect(await told()).toEqual([a, `1 ${a}`, `2 ${b}`]);
    const change = sandbox.connection.changeMembers!;
    await change({ type: 'department', id }, 'leader', { add: [leads(c!, 1)], remove: [leads(b!, 2)] }, sandbox.writing());
    expect(await told()).toEqual([c, `1 ${c}`, `2 ${a}`]);
    await change({ type: 'department', id }, 'leader', { add: [], remove: [leads(a!, 1), leads(c!, 1)] }, sandbox.writing());
    expect(await told()).toEqual(['']);
  });

  it('a leader who has not joined yet is waited for and blocks no other (43025)', async () => {
    const sandbox = await openTestSandbox();
    const { tenant } = sandbox.far;
    const [a, b] = [sandbox.hire('a'), sandbox.hire('b')].map(sandbox.openId);
    const invited = await sandbox.create('person', { name: '新人', email: 'new@x.com', employee_type: '1' });
    const id = await sandbox.create('department', { name: 'x' }, { leader: [leads(invited, 1), leads(a!, 2)] });
    const leaders = async () => (await sandbox.get('department', id)).edges!.leader!.map((edge) => edge.to.id);
    expect(await leaders()).toEqual([a]);
    const change = (edges: object) =>
      sandbox.connection.changeMembers!({ type: 'department', id }, 'leader', { add: [], remove: [], ...edges }, sandbox.writing());
    await expect(change({ add: [leads(invited, 1), leads(b!, 3)], remove: [leads(a!, 2)] })).rejects.toMatchObject({
      kind: 'waiting-for-person',
      label: { en: '新人 cannot be leader yet: the invitation to Feishu has not been accepted. The other leaders are set.' },
    });
    expect(await leaders()).toEqual([b]);
    // Asked again before anybody has joined, nothing is written.
    const writes = sandbox.far.writes();
    await expect(change({ add: [leads(invited, 1)] })).rejects.toMatchObject({ kind: 'waiting-for-person' });
    expect(sandbox.far.writes()).toBe(writes);
    for (const user of tenant.users.values()) user.activated = true;
    await change({ add: [leads(invited, 1)] });
    expect(await leaders()).toEqual([invited, b]);
  });

  it('who sits at the root only is in no department, and who is taken out of the last one sits at the root', async () => {
    const sandbox = await openTestSandbox();
    const department = await sandbox.create('department', { name: 'a' });
    const id = await sandbox.create('person', { name: '1', email: '1@x.com', employee_type: '1' }, inDepartments(department));
    await sandbox.update('person', id, {}, { membership: [] });
    expect((await sandbox.get('person', id)).edges!.membership).toEqual([]);
    expect(((await raw(sandbox.far, 'GET', `/users/${id}`)).data.user as { department_ids: string[] }).department_ids).toEqual(['0']);
  });
});

describe('writing', () => {
  it('moves and freezes one a second, while other changes go at the usual pace', async () => {
    const sandbox = await openTestSandbox();
    const users = Array.from({ length: 6 }, (_, n) => sandbox.openId(sandbox.hire(`p${n}`)));
    let from = sandbox.clock.now();
    await Promise.all(users.map((id) => sandbox.connection.disable!('person', id, sandbox.writing())));
    expect(sandbox.clock.now() - from).toBeGreaterThanOrEqual(5000);
    from = sandbox.clock.now();
    await Promise.all(users.map((id) => sandbox.update('person', id, { city: '北京' })));
    expect(sandbox.clock.now() - from).toBeLessThan(1000);
    expect(sandbox.logged.filter((line) => line.includes('rate-limited'))).toEqual([]);
  });

  it('writes the department tree one after the other, and waits while somebody else holds its lock', async () => {
    const sandbox = await openTestSandbox();
    sandbox.far.lockTree(2);
    await Promise.all(Array.from({ length: 8 }, (_, n) => sandbox.create('department', { name: `d${n}` })));
    expect(sandbox.far.tenant.departments.size).toBe(8);
  });

  it('makes nobody twice: the same change sent again is answered alike, with other values it is refused', async () => {
    const sandbox = await openTestSandbox();
    const desired = (name: string) => ({
      directoryId: 'd',
      attributes: { name, email: 'a@x.com', employee_type: '1' },
      edges: {},
      enabled: true,
    });
    const first = await sandbox.connection.create!('person', desired('a'), sandbox.writing('same'));
    expect((await sandbox.connection.create!('person', desired('a'), sandbox.writing('same'))).id).toBe(first.id);
    await expect(sandbox.connection.create!('person', desired('b'), sandbox.writing('same'))).rejects.toMatchObject({ kind: 'conflict' });
    expect(sandbox.far.tenant.users.size).toBe(1);
  });

  it('invites who is new, unless told not to, and names the seat where the tenant has several', async () => {
    const sandbox = await openTestSandbox();
    const bodies: Record<string, unknown>[] = [];
    sandbox.far.watchBodies((body) => bodies.push(body));
    await sandbox.create('person', { name: 'a', email: 'a@x.com', employee_type: '1' });
    const quiet = await sandbox.open({ invite: false, subscriptionIds: 's1, s2' });
    await quiet.create!(
      'person',
      { directoryId: 'd', attributes: { name: 'b', email: 'b@x.com', employee_type: '1' }, edges: {}, enabled: true },
      sandbox.writing(),
    );
    expect(bodies.map((body) => [body.need_send_notification, body.subscription_ids])).toEqual([
      [true, undefined],
      [false, ['s1', 's2']],
    ]);
  });

  it('keeps the day of the tenant, although Feishu keeps a moment', async () => {
    const sandbox = await openTestSandbox();
    const id = await sandbox.create('person', { name: 'a', email: 'a@x.com', employee_type: '1', join_time: '2024-03-01' });
    const { user } = (await raw(sandbox.far, 'GET', `/users/${id}`)).data as { user: { join_time: number } };
    expect(new Date(user.join_time * 1000).toISOString()).toBe('2024-02-29T16:00:00.000Z');
    expect((await sandbox.get('person', id)).attributes.join_time).toBe('2024-03-01');
  });

  it('makes a group with the members that Feishu takes, and names the others', async () => {
    const { far, clock, connection, hire, openId, writing, get } = await openTestSandbox();
    const [present, left] = [hire('present'), hire('left')];
    far.tenant.resign(left, clock.now());
    const member = [present, left].map((user) => ({ to: { type: 'person', id: openId(user) } }));
    const desired = { directoryId: 'd', attributes: { name: 'g' }, edges: { member }, enabled: true };
    const made = await connection.create!('group', desired, writing());
    expect(made.refused).toMatchObject([{ relation: 'member', to: { id: openId(left) }, error: { kind: 'not-found' } }]);
    expect((await get('group', made.id)).edges!.member).toEqual([{ to: { type: 'person', id: openId(present) } }]);
  });

  it('never writes a dynamic group, and says why', async () => {
    const sandbox = await openTestSandbox();
    const group = sandbox.far.tenant.addGroup({ name: '全员', type: 2 });
    expect((await sandbox.read('group')).objects.get(group.key)!.attributes.kind).toBe('dynamic');
    await expect(sandbox.update('group', group.key, { name: 'x' })).rejects.toMatchObject({ kind: 'forbidden' });
  });

  it('changes only what changed: nothing is ever put as a whole, which would empty what was left out', async () => {
    const sandbox = await openTestSandbox();
    const id = await sandbox.create('person', { name: 'a', email: 'a@x.com', employee_type: '1', city: '上海', nickname: 'A' });
    const department = await sandbox.create('department', { name: 'd', order: 1 });
    await sandbox.update('person', id, { city: '北京' });
    await sandbox.update('department', department, { name: 'e' });
    expect((await sandbox.get('person', id)).attributes).toMatchObject({ city: '北京', nickname: 'A', email: 'a@x.com' });
    expect((await sandbox.get('department', department)).attributes).toMatchObject({ name: 'e', order: 1 });
    expect([...sandbox.far.answered.keys()].filter((call) => call.startsWith('PUT'))).toEqual([]);
  });

  it('deletes only empty departments, and says what is in the way', async () => {
    const sandbox = await openTestSandbox();
    const top = await sandbox.create('department', { name: 'top' });
    const below = await sandbox.create('department', { name: 'below', parent_department_id: top });
    await sandbox.create('person', { name: 'a', email: 'a@x.com', employee_type: '1' }, inDepartments(below));
    const remove = (id: string) => sandbox.connection.remove!('department', id, sandbox.writing());
    await expect(remove(top)).rejects.toMatchObject({ kind: 'conflict', label: { en: 'There are still departments below.' } });
    await expect(remove(below)).rejects.toMatchObject({ kind: 'conflict', label: { en: 'There are still people in the department.' } });
  });

  it('brings back who was deleted within 30 days, and not later', async () => {
    const sandbox = await openTestSandbox();
    const id = await sandbox.create('person', { name: 'a', mobile: '13800000001', employee_type: '1' });
    await sandbox.connection.remove!('person', id, sandbox.writing());
    expect((await sandbox.connection.restore!('person', id, sandbox.writing())).id).toBe(id);
    expect((await sandbox.get('person', id)).attributes.mobile).toBe('+8613800000001');
    await sandbox.connection.remove!('person', id, sandbox.writing());
    sandbox.clock.advance(31 * 86_400_000);
    await expect(sandbox.connection.restore!('person', id, sandbox.writing())).rejects.toMatchObject({ kind: 'not-found' });
  });

  it('looks for the account behind a taken number, address or id, and says whose it is', async () => {
    const sandbox = await openTestSandbox();
    const id = await sandbox.create('person', { name: 'a', mobile: '13800000001', email: 'a@x.com', user_id: 'u1', employee_type: '1' });
    const same: Attributes[] = [
      { mobile: '13800000001' },
      { mobile: '13800000002', email: 'A@x.com' },
      { mobile: '13800000003', user_id: 'u1' },
    ];
    for (const taken of same) {
      await expect(sandbox.create('person', { name: 'b', employee_type: '1', ...taken })).rejects.toMatchObject({
        kind: 'already-exists',
        facts: { id },
      });
    }
  });

  it('takes nobody who was deleted for the account behind a number: it may be given again', async () => {
    const sandbox = await openTestSandbox();
    const attributes = { name: 'a', mobile: '13800000001', employee_type: '1' };
    const first = await sandbox.create('person', attributes);
    await sandbox.connection.remove!('person', first, sandbox.writing());
    expect(await sandbox.connection.find!('person', 'mobile', ['13800000001'], sandbox.asking('person'))).toEqual([]);
    expect(await sandbox.create('person', attributes)).not.toBe(first);
  });

  it('knows the form of a number although the answer to a creation leaves it out', async () => {
    const sandbox = await openTestSandbox();
    const desired = { directoryId: 'd', attributes: { name: 'a', mobile: '13800000001', employee_type: '1' }, edges: {}, enabled: true };
    const written = await sandbox.connection.create!('person', desired, sandbox.writing());
    const shown = (await sandbox.get('person', written.id)).attributes.mobile;
    // Either it is told what became of it, or it reads as it was sent: the next run has nothing to write.
    const spec = sandbox.spec('person').attributes.find(({ name }) => name === 'mobile')!;
    expect(shown).toBe('+8613800000001');
    expect(sameValue(written.echo?.mobile ?? '13800000001', shown!, spec)).toBe(true);
  });

  it('refuses an id of a department that Feishu would refuse before anything is sent', () => {
    const spec = feishu.manifest.types.find(({ id }) => id === 'department')!.attributes.find(({ name }) => name === 'department_id')!;
    const fit = createFit(spec);
    const refused = (id: string): boolean => 'problem' in fit(id);
    expect(['D1', '7-a_b@c.d', 'mod-1', '10'].filter(refused)).toEqual([]);
    expect(['0', '1', 'od-1', '-a', '_a', 'a b', '部门', 'a'.repeat(65)].filter((id) => !refused(id))).toEqual([]);
  });

  it('takes members out of groups at a hundred calls a minute, as published', async () => {
    const sandbox = await openTestSandbox();
    const group = await sandbox.create('group', { name: 'g' });
    const person = sandbox.openId(sandbox.hire('a'));
    const remove = [{ to: { type: 'person', id: person } }];
    const from = sandbox.clock.now();
    for (let calls = 0; calls <= 100; calls += 1)
      await sandbox.connection.changeMembers!({ type: 'group', id: group }, 'member', { add: [], remove }, sandbox.writing());
    expect(sandbox.clock.now() - from).toBeGreaterThanOrEqual(60_000);
    expect(sandbox.logged.filter((line) => line.includes('rate-limited'))).toEqual([]);
  });

  it('sends an operator whose top department is wrong to the job, not to the rights', async () => {
    const { connection } = await openTestSandbox();
    const signal = new AbortController().signal;
    const { findings } = await connection.check({ direction: 'up', part: { department: 'od-never' }, signal });
    const wrong = findings.find(({ ok }) => !ok)!;
    expect([wrong.level, wrong.message.zh]).toEqual(['reads-department', '该部门在飞书中不存在。']);
    expect(wrong.remedy!.en).toContain('top department of the job');
  });

  it('asks the operator for the rights that are missing, by name', async () => {
    const sandbox = await openTestSandbox();
    sandbox.far.withdraw(FULL_APP, ['contact:contact']);
    await expect(sandbox.create('person', { name: 'a', email: 'a@x.com', employee_type: '1' })).rejects.toMatchObject({
      kind: 'permission',
      label: {
        en: 'The app lacks a right: grant one of contact:contact in the developer console (Permissions & Scopes) and publish a new app version.',
      },
    });
  });
});
