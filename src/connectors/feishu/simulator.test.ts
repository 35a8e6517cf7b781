// The simulator behaves as the vendor's documentation says: what a client written from it relies on, one sentence each.
import { describe, expect, it } from 'vitest';
import { FULL_APP } from './simulator.ts';
import { openTestSandbox, raw } from './test-sandbox.ts';

const TOKEN = '/open-apis/auth/v3/tenant_access_token/internal';

async function signIn(
  address: string,
  body: object,
): Promise<{ code: number; tenant_access_token: string; expire: number; data?: unknown }> {
  const answer = await fetch(address + TOKEN, { method: 'POST', body: JSON.stringify(body) });
  return (await answer.json()) as { code: number; tenant_access_token: string; expire: number };
}

describe('signing in', () => {
  it('gives the same token while half an hour is left, then a new one, and both serve until their own end', async () => {
    const { far, clock } = await openTestSandbox();
    const { id, secret } = far.apps.get(FULL_APP)!;
    const body = { app_id: id, app_secret: secret };
    const get = async (token: string): Promise<number> => {
      const answer = await fetch(`${far.address}/open-apis/contact/v3/scopes`, { headers: { authorization: `Bearer ${token}` } });
      return ((await answer.json()) as { code: number }).code;
    };
    const first = await signIn(far.address, body);
    expect([first.code, first.expire, first.tenant_access_token.slice(0, 2), first.data]).toEqual([0, 7200, 't-', undefined]);
    clock.advance(5300_000);
    expect((await signIn(far.address, body)).tenant_access_token).toBe(first.tenant_access_token);
    clock.advance(200_000);
    const second = await signIn(far.address, body);
    expect(second.tenant_access_token).not.toBe(first.tenant_access_token);
    expect([await get(first.tenant_access_token), await get(second.tenant_access_token)]).toEqual([0, 0]);
    clock.advance(1800_000);
    expect([await get(first.tenant_access_token), await get(second.tenant_access_token)]).toEqual([99991663, 0]);
  });

  it('refuses an unknown app, a wrong secret, a missing and an ill-formed token with their own codes', async () => {
    const { far } = await openTestSandbox();
    expect((await signIn(far.address, { app_id: 'cli_none', app_secret: 'x' })).code).toBe(10014);
    expect((await signIn(far.address, { app_id: FULL_APP, app_secret: 'x' })).code).toBe(10015);
    expect((await signIn(far.address, { app_id: FULL_APP })).code).toBe(10003);
    const asked = async (headers: Record<string, string>) => {
      const answer = await fetch(`${far.address}/open-apis/contact/v3/scopes`, { headers });
      return [answer.status, ((await answer.json()) as { code: number }).code];
    };
    expect([await asked({}), await asked({ authorization: 'Bearer x' })]).toEqual([
      [400, 99991661],
      [400, 99991671],
    ]);
  });
});

describe('answers', () => {
  it('are an envelope with a log id, and refusals have the status that goes with their code', async () => {
    const { far } = await openTestSandbox();
    const fine = await raw(far, 'GET', '/scopes');
    expect([fine.status, fine.code, fine.headers.get('x-tt-logid') !== null]).toEqual([200, 0, true]);
    expect((await raw(far, 'GET', '/nowhere')).status).toBe(404);
    expect([(await raw(far, 'DELETE', '/scopes')).code, (await raw(far, 'GET', '/users/ou_none')).code]).toEqual([99991301, 99992351]);
    const user = await raw(far, 'POST', '/users', { name: 'a', mobile: '13800000001', department_ids: ['0'], employee_type: 1 });
    expect(user.data.user).not.toHaveProperty('mobile');
    expect((user.data.user as { status: object }).status).toMatchObject({ is_unjoin: true, is_activated: false });
    expect((await raw(far, 'POST', '/users', { name: 'b', mobile: '13800000001', department_ids: ['0'], employee_type: 1 })).code).toBe(
      41001,
    );
  });

  it('name the missing scopes in words and in a block of their own', async () => {
    const { far } = await openTestSandbox();
    far.withdraw(FULL_APP, ['contact:contact']);
    const refused = await raw(far, 'POST', '/departments', { name: 'a', parent_department_id: '0' });
    expect([refused.status, refused.code]).toEqual([400, 99991672]);
    expect(refused.whole).toMatchObject({
      msg: 'Access denied. One of the following scopes is required: [contact:contact].',
      error: { permission_violations: [{ subject: 'contact:contact' }] },
    });
  });

  it('leave out items and page_token where there is nothing', async () => {
    const { far } = await openTestSandbox();
    expect((await raw(far, 'GET', '/departments/0/children')).data).toEqual({ has_more: false });
    far.tenant.addDepartment({ name: 'a' });
    const page = (await raw(far, 'GET', '/departments/0/children?page_size=1')).data;
    expect([page.has_more, 'page_token' in page]).toEqual([false, false]);
    expect((await raw(far, 'GET', '/departments/0/children?page_token=nonsense')).code).toBe(40012);
  });
});

describe('ids', () => {
  it('are translated in path, body and answer by the two query parameters, and every kind names the same person', async () => {
    const { far, hire, openId } = await openTestSandbox();
    const department = far.tenant.addDepartment({ name: 'a', customId: 'DEV' });
    const user = hire('x', {}, [department.key]);
    const kinds = { open_id: openId(user), union_id: user.key, user_id: user.userId };
    for (const [kind, id] of Object.entries(kinds)) {
      const got = await raw(far, 'GET', `/users/${id}?user_id_type=${kind}&department_id_type=department_id`);
      expect(got.data.user).toMatchObject({ ...kinds, department_ids: ['DEV'] });
    }
    const children = await raw(far, 'GET', '/users/find_by_department?department_id=DEV&department_id_type=department_id');
    expect((children.data.items as unknown[]).length).toBe(1);
    expect((await raw(far, 'GET', '/users/find_by_department?department_id=DEV')).code).toBe(99992357);
  });
});

describe('limits', () => {
  it('are counted per API: the fifty-first request of a second is refused, with when to come back', async () => {
    const { far } = await openTestSandbox();
    const codes: number[] = [];
    for (let n = 0; n < 50; n += 1) codes.push((await raw(far, 'GET', '/scopes')).code);
    const refused = await raw(far, 'GET', '/scopes');
    expect([new Set(codes), refused.status, refused.code]).toEqual([new Set([0]), 429, 99991400]);
    expect([refused.headers.get('x-ogw-ratelimit-limit'), Number(refused.headers.get('x-ogw-ratelimit-reset')) > 0]).toEqual([
      '1000',
      true,
    ]);
    expect((await raw(far, 'GET', '/departments/0/children')).code).toBe(0);
  });

  it('let one user a second be moved or frozen, and any number be renamed', async () => {
    const { far, clock, hire, openId } = await openTestSandbox();
    const id = openId(hire('a', { mobile: '+8613800000001' }));
    const patch = async (body: object) => (await raw(far, 'PATCH', `/users/${id}`, body)).code;
    expect([
      await patch({ is_frozen: true }),
      await patch({ department_ids: ['0'] }),
      await patch({ name: 'b' }),
      await patch({ name: 'c' }),
    ]).toEqual([0, 99991400, 0, 0]);
    clock.advance(1000);
    expect(await patch({ is_frozen: false })).toBe(0);
  });
});

describe('rules', () => {
  it('keep names, orders, ids, depth and emptiness of departments', async () => {
    const { far } = await openTestSandbox();
    const make = async (body: object) => raw(far, 'POST', '/departments', { parent_department_id: '0', ...body });
    const first = await make({ name: 'a', department_id: 'A', order: '1' });
    const id = (first.data.department as { open_department_id: string }).open_department_id;
    const serial: number[] = [];
    for (const body of [
      { name: 'a' },
      { name: 'b', department_id: 'A' },
      { name: 'b', department_id: 'od-x' },
      { name: 'b', order: '1' },
      { name: 'b', order: 2 },
      { name: 'a/b' },
      { name: '' },
      { name: 'b', parent_department_id: 'od-none' },
    ]) {
      serial.push((await make(body)).code);
    }
    expect(serial).toEqual([43022, 43007, 43008, 43005, 40001, 43029, 40016, 99992357]);
    let parent = id;
    for (let level = 2; level <= 25; level += 1) {
      parent = ((await make({ name: `l${level}`, parent_department_id: parent })).data.department as { open_department_id: string })
        .open_department_id;
    }
    expect((await make({ name: 'l26', parent_department_id: parent })).code).toBe(43019);
    expect((await raw(far, 'DELETE', `/departments/${id}`)).code).toBe(43012);
    expect((await raw(far, 'PATCH', '/departments/0', { name: 'x' })).code).toBe(40002);
  });

  it('keep who can be a manager, and that an order names one of the departments', async () => {
    const { far, clock, hire, openId } = await openTestSandbox();
    const [a, left] = [hire('a', { mobile: '+8613800000001' }), hire('b')];
    far.tenant.resign(left, clock.now());
    const patch = async (body: object) => {
      clock.advance(1100);
      return (await raw(far, 'PATCH', `/users/${openId(a)}`, body)).code;
    };
    expect([
      await patch({ leader_user_id: openId(a) }),
      await patch({ leader_user_id: openId(left) }),
      await patch({ leader_user_id: 'ou_none' }),
      await patch({ mobile: '', email: '' }),
      await patch({ mobile: '+4915112345678' }),
      await patch({ department_ids: ['0'], orders: [{ department_id: far.tenant.addDepartment({ name: 'd' }).key, user_order: 1 }] }),
      await patch({ department_ids: [] }),
    ]).toEqual([41030, 44021, 44022, 41009, 44020, 41025, 41017]);
  });

  it('answer a lost create alike when it comes again with its client_token', async () => {
    const { far } = await openTestSandbox();
    const body = { name: 'a', email: 'a@x.com', department_ids: ['0'], employee_type: 1 };
    const first = await raw(far, 'POST', '/users?client_token=t1', body);
    const again = await raw(far, 'POST', '/users?client_token=t1', body);
    expect(again.data).toEqual(first.data);
    expect((await raw(far, 'POST', '/users?client_token=t1', { ...body, name: 'b' })).code).toBe(40021);
    expect(far.tenant.users.size).toBe(1);
  });
});

describe('the page', () => {
  it('shows the tenant in both languages, escapes what people are called, and hires, moves, freezes and lets go', async () => {
    const { far } = await openTestSandbox();
    const department = far.tenant.addDepartment({ name: '<研发>' });
    const post = (action: string, form: Record<string, string>) =>
      fetch(`${far.address}/sandbox/${action}?lang=zh`, { method: 'POST', body: new URLSearchParams(form), redirect: 'manual' });
    expect((await post('hire', { name: '韩梅梅', mobile: '13800000001', number: 'N1', department: '0' })).status).toBe(303);
    const [user] = [...far.tenant.users.values()];
    await post('move', { user: user!.key, department: department.key });
    await post('freeze', { user: user!.key });
    expect([user!.departments, user!.frozen]).toEqual([[department.key], true]);
    const zh = await (await fetch(`${far.address}/`)).text();
    const en = await (await fetch(`${far.address}/?lang=en`)).text();
    expect(zh).toContain('韩梅梅');
    expect(zh).toContain('已暂停');
    expect(en).toContain('frozen');
    expect(zh).not.toContain('<研发>');
    expect(zh).toContain('placeholder="部门名称"');
    // Whoever presses "move" without choosing stays where they are.
    expect(zh).toContain(`<option selected value="${department.key}">`);
    expect(user!.fields.mobile).toBe('+8613800000001');
    user!.activated = false;
    await post('join', { user: user!.key });
    expect(user!.activated).toBe(true);
    // What is somebody else's is refused, as the API refuses it.
    const again = await post('hire', { name: '李雷', mobile: '+86 138 0000 0001', department: '0' });
    expect([again.headers.get('location'), far.tenant.users.size]).toEqual(['/?lang=zh&taken', 1]);
    expect(await (await fetch(`${far.address}/?lang=en&taken`)).text()).toContain('Not done');
    await post('department', { name: '<研发>' });
    await post('department', { name: '测试' });
    const other = [...far.tenant.departments.values()].find(({ name }) => name === '测试')!;
    await post('rename', { department: other.key, name: '<研发>' });
    expect([...far.tenant.departments.values()].map(({ name }) => name)).toEqual(['<研发>', '测试']);
    await post('rename', { department: other.key, name: '质量' });
    expect(other.name).toBe('质量');
    await post('leave', { user: user!.key });
    expect(user!.resignedAt).not.toBe(null);
  });
});
