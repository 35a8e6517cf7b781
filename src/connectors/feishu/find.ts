// Finds ids by a unique value, as far as Feishu can look for one.
import type { Found, GetRequest } from '../../connector-kit/contract.ts';
import { ConnectorError, isConnectorError } from '../../connector-kit/errors.ts';
import { comparisonKey } from '../../core/attribute.ts';
import type { ObjectTypeId, Value } from '../../core/model.ts';
import { z } from 'zod';
import type { Client } from './client.ts';
import { listGroups } from './groups.ts';
import { IDS } from './sight.ts';
import { departmentShape, foundShape, userShape } from './wire.ts';

/** @see https://open.feishu.cn/document/server-docs/contact-v3/user/batch_get_id */
const AT_ONCE = 50;

type Look = (client: Client, values: readonly Value[], request: GetRequest) => Promise<readonly Found[]>;

/** Throws `unsupported` for what Feishu has no call for: employee numbers, and names of departments. */
export async function findIds(
  client: Client,
  type: ObjectTypeId,
  attribute: string,
  values: readonly Value[],
  request: GetRequest,
): Promise<readonly Found[]> {
  const look = looks[`${type}.${attribute}`];
  if (look) return look(client, values, request);
  throw new ConnectorError(
    'unsupported',
    { en: `Feishu cannot look for a ${type} by "${attribute}".`, zh: `飞书无法按“${attribute}”查找。` },
    { attribute },
  );
}

const looks: Readonly<Record<string, Look>> = {
  'person.mobile': (client, values, request) => byContact(client, 'mobile', values, request),
  'person.email': (client, values, request) => byContact(client, 'email', values, request),
  'person.user_id': (client, values, { signal }) =>
    oneByOne(values, async (id) => {
      const query = { ...IDS, user_id_type: 'user_id' };
      const { user } = await client.call('user', z.object({ user: userShape }), { id, query, signal });
      return user.status?.is_resigned ? null : user.open_id;
    }),
  'person.open_id': (client, values, { signal }) =>
    oneByOne(values, async (id) => {
      const { user } = await client.call('user', z.object({ user: userShape }), { id, query: IDS, signal });
      return user.status?.is_resigned ? null : user.open_id;
    }),
  'department.department_id': (client, values, { signal }) =>
    oneByOne(values, async (id) => {
      const query = { ...IDS, department_id_type: 'department_id' };
      const { department } = await client.call('department', z.object({ department: departmentShape }), { id, query, signal });
      return department.open_department_id;
    }),
  'group.name': async (client, values, { signal }) => {
    const found: Found[] = [];
    for await (const group of listGroups(client, signal)) {
      for (const value of values) if (comparisonKey(String(value)) === comparisonKey(group.name ?? '')) found.push({ value, id: group.id });
    }
    return found;
  },
};

/** People who have left are not looked for: their number and address are free again. */
async function byContact(
  client: Client,
  by: 'mobile' | 'email',
  values: readonly Value[],
  { signal }: GetRequest,
): Promise<readonly Found[]> {
  const equality = by === 'mobile' ? 'phone' : 'ignore-case';
  const key = (text: string): string => comparisonKey(by === 'mobile' ? fullNumber(text) : text, equality);
  const asked = new Map<string, Value>();
  for (const value of values) for (const one of Array.isArray(value) ? value : [value]) asked.set(key(String(one)), value);
  const texts = [...asked.keys()].filter((text) => text !== '');
  const found = new Map<string, Found>();
  for (let at = 0; at < texts.length; at += AT_ONCE) {
    const body = { [`${by}s`]: texts.slice(at, at + AT_ONCE), include_resigned: false };
    const answer = await client.call('findUsers', foundShape, { query: { user_id_type: 'open_id' }, body, signal });
    for (const row of answer.user_list ?? []) {
      const value = asked.get(key(row[by] ?? ''));
      if (row.user_id && value !== undefined) found.set(row.user_id, { value, id: row.user_id });
    }
  }
  return [...found.values()];
}

/** Feishu keeps mainland numbers with +86, however they were written. */
export const fullNumber = (text: string): string => {
  const digits = text.replace(/[\s()-]/g, '');
  return digits === '' || digits.startsWith('+') ? digits : `+86${digits}`;
};

async function oneByOne(values: readonly Value[], ask: (id: string) => Promise<string | null>): Promise<readonly Found[]> {
  const found: Found[] = [];
  for (const value of values) {
    try {
      const id = await ask(String(value));
      if (id !== null) found.push({ value, id });
    } catch (error) {
      if (!isConnectorError(error) || !['not-found', 'invalid'].includes(error.kind)) throw error;
    }
  }
  return found;
}
