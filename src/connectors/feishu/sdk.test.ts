// The vendor's own SDK as a client of the simulator, and the vendor's published vectors against our code.
import * as lark from '@larksuiteoapi/node-sdk';
import { afterEach, describe, expect, it } from 'vitest';
import { decrypt, signatureOf } from './cipher.ts';
import { decodeFrame, encodeFrame } from './frames.ts';
import { FULL_APP, simulate, type FeishuSimulator } from './simulator.ts';
import { signedRequest } from './simulator-events.ts';

let sandbox: FeishuSimulator | undefined;
const closing: (() => void)[] = [];
afterEach(async () => {
  for (const close of closing.splice(0)) close();
  await sandbox?.stop();
  sandbox = undefined;
});

const quiet = { loggerLevel: lark.LoggerLevel.fatal };

async function openSdk(): Promise<{ readonly client: lark.Client; readonly sandbox: FeishuSimulator }> {
  sandbox = await simulate({});
  const app = sandbox.apps.get(FULL_APP)!;
  // The SDK keeps its tokens in a cache of the process: another tenant is another app to it.
  const client = new lark.Client({
    appId: app.id,
    appSecret: app.secret,
    domain: sandbox.address,
    disableTokenCache: false,
    ...quiet,
    cache: ownCache(),
  });
  return { client, sandbox };
}

function ownCache(): lark.Cache {
  const values = new Map<unknown, unknown>();
  return {
    get: async (key) => values.get(key),
    set: async (key, value) => {
      values.set(key, value);
      return true;
    },
  };
}

/** Waits for a condition, never for a time. */
async function until(holds: () => boolean): Promise<void> {
  for (let left = 4800; left > 0 && !holds(); left -= 1) await new Promise((resolve) => setTimeout(resolve, 25));
  expect(holds()).toBe(true);
}

const person = (name: string, mobile: string, departments: string[]) => ({ name, mobile, department_ids: departments, employee_type: 1 });

describe("the vendor's SDK on the simulator", () => {
  it('creates, reads, changes, moves, freezes and deletes people and departments', async () => {
    const { client, sandbox: far } = await openSdk();
    const made = await client.contact.v3.department.create({ data: { name: '研发', parent_department_id: '0', department_id: 'DEV' } });
    const department = made.data!.department!.open_department_id!;
    expect([made.code, department.slice(0, 3)]).toEqual([0, 'od-']);
    const created = await client.contact.v3.user.create({
      data: { ...person('张伟', '13800000001', [department]), user_id: 'zhangwei' },
      params: { user_id_type: 'open_id' },
    });
    const user = created.data!.user!;
    expect([created.code, user.name, user.mobile, user.status?.is_unjoin]).toEqual([0, '张伟', undefined, true]);
    const read = await client.contact.v3.user.get({ path: { user_id: 'zhangwei' }, params: { user_id_type: 'user_id' } });
    expect([read.data!.user!.open_id, read.data!.user!.mobile]).toEqual([user.open_id, '+8613800000001']);
    await client.contact.v3.user.patch({ path: { user_id: user.open_id! }, data: { job_title: '工程师', is_frozen: true } });
    const listed = await client.contact.v3.user.findByDepartment({ params: { department_id: department, page_size: 50 } });
    expect(listed.data!.items!.map((one) => [one.job_title, one.status?.is_frozen])).toEqual([['工程师', true]]);
    await client.contact.v3.department.patch({ path: { department_id: department }, data: { name: '研发中心' } });
    expect(
      (await client.contact.v3.department.get({ path: { department_id: 'DEV' }, params: { department_id_type: 'department_id' } })).data!
        .department!.name,
    ).toBe('研发中心');
    const found = await client.contact.v3.user.batchGetId({
      data: { mobiles: ['13800000001', '13800000009'] },
      params: { user_id_type: 'open_id' },
    });
    expect(found.data!.user_list!.map((one) => one.user_id)).toEqual([user.open_id, undefined]);
    await client.contact.v3.user.delete({ path: { user_id: user.open_id! }, data: {} });
    const after = await client.contact.v3.user.get({ path: { user_id: user.open_id! } });
    expect(after.data!.user!.status!.is_resigned).toBe(true);
    expect((await client.contact.v3.department.delete({ path: { department_id: department } })).code).toBe(0);
    expect(far.tenant.departments.size).toBe(0);
  });

  it('lists pages with its iterator, the contact range, and user groups', async () => {
    const { client, sandbox: far } = await openSdk();
    for (let n = 0; n < 120; n += 1) far.tenant.addDepartment({ name: `部门${n}` });
    const names: string[] = [];
    for await (const page of await client.contact.v3.department.childrenWithIterator({
      path: { department_id: '0' },
      params: { page_size: 50 },
    })) {
      names.push(...(page?.items ?? []).map((item) => item.name!));
    }
    expect(new Set(names).size).toBe(120);
    const scope = await client.contact.v3.scope.list({ params: { page_size: 100 } });
    expect([scope.data!.department_ids!.length, scope.data!.has_more]).toEqual([100, true]);
    const { data } = await client.contact.v3.group.create({ data: { name: '党支部', description: '一组' } });
    const user = far.tenant.addUser({ fields: { name: '李雷', employee_type: 1 }, departments: ['0'] });
    const member = { member_id: far.tenant.openId(FULL_APP, user.key), member_type: 'user', member_id_type: 'open_id' };
    await client.contact.v3.groupMember.batchAdd({ path: { group_id: data!.group_id }, data: { members: [member] } });
    const members = await client.contact.v3.groupMember.simplelist({ path: { group_id: data!.group_id } });
    expect(members.data!.memberlist!.map((one) => one.member_id)).toEqual([member.member_id]);
  });

  it('is refused with the codes and the status that the vendor documents', async () => {
    const { client, sandbox: far } = await openSdk();
    const refused = async (call: Promise<unknown>): Promise<[number, number]> => {
      const error = (await call.then(
        () => expect.fail('it must be refused'),
        (reason: unknown) => reason,
      )) as { response: { status: number; data: { code: number } } };
      return [error.response.status, error.response.data.code];
    };
    far.tenant.addUser({ fields: { name: 'a', mobile: '+8613800000001', employee_type: 1 }, departments: ['0'] });
    expect(await refused(client.contact.v3.user.create({ data: person('b', '13800000001', ['0']) }))).toEqual([400, 41001]);
    expect(await refused(client.contact.v3.department.children({ path: { department_id: '0' }, params: { page_size: 51 } }))).toEqual([
      400, 40011,
    ]);
    far.narrow(FULL_APP, { all: false, departments: new Set(), users: new Set(), groups: new Set() });
    expect(await refused(client.contact.v3.department.children({ path: { department_id: '0' } }))).toEqual([403, 40004]);
  });

  it('hears events over its long connection, and acknowledges them', async () => {
    const { sandbox: far } = await openSdk();
    const app = far.apps.get(FULL_APP)!;
    const heard: unknown[] = [];
    const eventDispatcher = new lark.EventDispatcher(quiet).register({
      'contact.user.created_v3': async (data: { object?: { name?: string } }) => void heard.push(data.object?.name),
      'contact.department.updated_v3': async (data: { object?: { order?: unknown } }) => void heard.push(typeof data.object?.order),
    });
    const ws = new lark.WSClient({ appId: app.id, appSecret: app.secret, domain: far.address, ...quiet });
    closing.push(() => ws.close({ force: true }));
    await ws.start({ eventDispatcher });
    await until(() => far.connections.size === 1);
    const department = far.tenant.addDepartment({ name: '研发' });
    far.tenant.tell({ kind: 'updated', type: 'department', key: department.key, old: {} });
    // Larger than one piece of the connection.
    far.tenant.addUser({ fields: { name: '王'.repeat(30_000), employee_type: 1 }, departments: [department.key] });
    await until(() => heard.length === 2);
    expect(heard).toEqual(['number', '王'.repeat(30_000)]);
    await until(() => far.events.sent.length === 3);
  });
});

describe("the vendor's vectors", () => {
  it('are decrypted by our code', () => {
    expect(decrypt('test key', 'P37w+VZImNgPEO1RBhJ6RtKl7n6zymIbEG1pReEzghk=')).toBe('hello world');
  });

  it('are signed alike by our code: SHA-256 over timestamp, nonce, key and raw body', () => {
    const body = Buffer.from('{"encrypt":"P37w+VZImNgPEO1RBhJ6RtKl7n6zymIbEG1pReEzghk="}');
    const signature = '669e3ed5328644f71370e3249f96af0fd17e5ed4d7b178c44f11f7997339e344';
    expect(signatureOf('test key', '1700000000', 'nonce123', body)).toBe(signature);
  });

  it("our events are decrypted by the SDK's own dispatcher and pass its check of the signature; with another signature none does", async () => {
    const plain = JSON.stringify({
      schema: '2.0',
      header: { event_id: 'e', event_type: 'contact.user.created_v3', token: 't' },
      event: { object: { name: 'x' } },
    });
    let heard = '';
    const dispatcher = new lark.EventDispatcher({ encryptKey: 'k', verificationToken: 't', ...quiet }).register({
      'contact.user.created_v3': async (data: { object?: { name?: string } }) => void (heard = data.object?.name ?? ''),
    });
    const { headers, body } = signedRequest({ encryptKey: 'k' }, plain, Date.now());
    // As the SDK's own adapters hand a request over: what is signed is the body alone.
    const handed = (signed: Readonly<Record<string, unknown>>): unknown =>
      dispatcher.invoke(Object.assign(Object.create({ headers: signed }), JSON.parse(String(body))));
    await handed({ ...headers, 'x-lark-signature': '0'.repeat(64) });
    expect(heard).toBe('');
    await handed(headers);
    expect(heard).toBe('x');
  });
});

describe('a frame', () => {
  it('comes back as it was, whatever is in it', () => {
    const frame = {
      seqId: 18446744073709551615n,
      logId: 0n,
      service: 33554678,
      method: 1,
      headers: { type: 'event', 名: '值' },
      payload: Buffer.from('𠮷{}'),
    };
    const back = decodeFrame(encodeFrame(frame));
    expect({ ...back, payload: Buffer.from(back.payload) }).toEqual(frame);
  });

  it('that is cut off is refused', () => {
    const bytes = encodeFrame({ seqId: 1n, logId: 2n, service: 3, method: 0, headers: { type: 'ping' }, payload: Buffer.from('abc') });
    expect(() => decodeFrame(bytes.subarray(0, bytes.length - 1))).toThrow('cut off');
  });
});
