// Writes user groups and their members. Dynamic groups follow from a rule in Feishu and are never written.
import type { DesiredObject, MemberChange, MembersWritten, RefusedEdge, Written } from '../../connector-kit/contract.ts';
import { ConnectorError, isConnectorError } from '../../connector-kit/errors.ts';
import type { Attributes, Edge } from '../../core/model.ts';
import { z } from 'zod';
import type { Client } from './client.ts';
import { errorOf } from './codes.ts';
import { listGroups } from './groups.ts';
import type { Writing } from './people.ts';
import { addedShape } from './wire.ts';

/** @see https://open.feishu.cn/document/server-docs/contact-v3/group-member/batch_add */
export const MEMBERS_PER_CALL = 100;

export async function createGroup(client: Client, desired: DesiredObject, request: Writing): Promise<Written> {
  const { signal } = request;
  const { name, description, group_id: id } = desired.attributes;
  const body = {
    name: String(name ?? ''),
    ...(description ? { description: String(description) } : {}),
    type: 1,
    ...(id ? { group_id: String(id) } : {}),
  };
  let made: string;
  try {
    ({ group_id: made } = await client.call('createGroup', z.object({ group_id: z.string() }), { body, signal }));
  } catch (error) {
    throw await explained(client, error, desired.attributes, undefined, signal);
  }
  const members = desired.edges.member ?? [];
  const refused: RefusedEdge[] = [];
  for (let at = 0; at < members.length; at += MEMBERS_PER_CALL) {
    const add = members.slice(at, at + MEMBERS_PER_CALL);
    try {
      const written = await changeGroupMembers(client, made, { add, remove: [] }, request);
      refused.push(...written.refused.map((edge) => ({ relation: 'member', ...edge })));
    } catch (error) {
      if (!isConnectorError(error)) throw error;
      // The group is made: what fails from here on is about its members, and must not make it again.
      refused.push(...add.map(({ to }) => ({ relation: 'member', to, error })));
    }
  }
  return { id: made, ...(refused.length > 0 ? { refused } : {}) };
}

export async function updateGroup(client: Client, id: string, attributes: Attributes, { signal }: Writing): Promise<Written> {
  const body = Object.fromEntries(
    (['name', 'description'] as const).flatMap((name) => (attributes[name] === undefined ? [] : [[name, String(attributes[name] ?? '')]])),
  );
  if (Object.keys(body).length === 0) return { id };
  try {
    await client.call('patchGroup', z.unknown(), { id, body, signal });
  } catch (error) {
    throw await explained(client, error, attributes, id, signal);
  }
  return { id };
}

export async function removeGroup(client: Client, id: string, signal: AbortSignal): Promise<void> {
  try {
    await client.call('deleteGroup', z.unknown(), { id, signal });
  } catch (error) {
    const told = await explained(client, error, {}, id, signal);
    if (!isConnectorError(told) || told.kind !== 'not-found') throw told;
  }
}

/** Members Feishu refuses one by one are told; the others are in. */
export async function changeGroupMembers(client: Client, id: string, change: MemberChange, { signal }: Writing): Promise<MembersWritten> {
  const listOf = (edges: readonly Edge[]) =>
    edges.map((edge) => ({ member_id: edge.to.id, member_type: 'user', member_id_type: 'open_id' }));
  const refused: MembersWritten['refused'][number][] = [];
  try {
    if (change.remove.length > 0) {
      await client.call('removeMembers', z.unknown(), { id, body: { members: listOf(change.remove) }, signal });
    }
    if (change.add.length > 0) {
      const { results } = await client.call('addMembers', addedShape, { id, body: { members: listOf(change.add) }, signal });
      for (const { member_id: member, code } of results ?? []) {
        if (code === 0) continue;
        const error = errorOf({ status: 400, envelope: { code, data: null }, logId: undefined, kind: 'write' });
        refused.push({ to: { type: 'person', id: member }, error });
      }
    }
  } catch (error) {
    throw await explained(client, error, {}, id, signal);
  }
  return { refused };
}

/**
 * The codes of this resource are not published, so a refusal is understood by looking: the name is another group's, the group
 * is gone, or it is a dynamic one.
 */
async function explained(
  client: Client,
  error: unknown,
  attributes: Attributes,
  id: string | undefined,
  signal: AbortSignal,
): Promise<unknown> {
  if (!isConnectorError(error) || error.kind !== 'invalid') return error;
  let own = false;
  for await (const group of listGroups(client, signal)) {
    if (group.id === id) {
      own = true;
      if (group.type === 2) return dynamic();
    } else if (group.id === attributes.group_id || (attributes.name && group.name === attributes.name)) {
      return new ConnectorError(
        'already-exists',
        { en: 'Another user group has the same name or id.', zh: '已有同名或同 ID 的用户组。' },
        { ...error.facts, attribute: group.id === attributes.group_id ? 'group_id' : 'name', id: group.id },
      );
    }
  }
  if (id === undefined || own) return error;
  return new ConnectorError('not-found', { en: 'The user group does not exist in Feishu.', zh: '该用户组在飞书中不存在。' }, error.facts);
}

const dynamic = (): ConnectorError =>
  new ConnectorError('forbidden', {
    en: 'A dynamic user group follows from its rule in Feishu and cannot be written.',
    zh: '动态用户组由飞书中的规则决定，不能写入。',
  });
