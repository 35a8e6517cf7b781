// Reads user groups with their members; large ones in pieces.
import type { GetRequest, ReadEvent, ReadRequest } from '../../connector-kit/contract.ts';
import { isConnectorError } from '../../connector-kit/errors.ts';
import type { Edge } from '../../core/model.ts';
import { z } from 'zod';
import type { Client } from './client.ts';
import type { Part } from './config.ts';
import { groupAttributes, type Asked, type Shown } from './objects.ts';
import type { Sight } from './sight.ts';
import { groupPage, groupShape, memberPage, type WireGroup } from './wire.ts';
import { nextOf } from './walk.ts';

/** @see https://open.feishu.cn/document/server-docs/contact-v3/group-member/simplelist */
const PAGE = 100;
/** Members of a group that still fit into one object. */
const WHOLE = 1000;

/** Ordinary ones, then dynamic ones. */
export async function* listGroups(client: Client, signal: AbortSignal): AsyncGenerator<WireGroup> {
  for (const type of [1, 2]) {
    for (let token: string | undefined, more = true; more; more = token !== undefined) {
      const page = await client.call('groups', groupPage, { query: { type, page_size: PAGE, page_token: token }, signal });
      for (const group of page.grouplist ?? []) yield { type, ...group };
      token = nextOf(page);
    }
  }
}

export async function* readGroups(client: Client, _sight: Sight, request: ReadRequest<Part>): AsyncGenerator<ReadEvent> {
  for await (const group of listGroups(client, request.signal)) {
    const attributes = groupAttributes(group, request, await departmentsIn(client, group, request));
    const members = request.relations.includes('member') ? readGroupMembers(client, group.id, request.signal) : undefined;
    if (!members) {
      yield { kind: 'objects', objects: [{ id: group.id, attributes, edges: {} }] };
      continue;
    }
    const first: Edge[] = [];
    let large = false;
    for await (const edges of members) {
      if (!large && first.length + edges.length <= WHOLE) {
        first.push(...edges);
        continue;
      }
      if (!large) yield { kind: 'edges', owner: group.id, relation: 'member', edges: first, last: false };
      large = true;
      yield { kind: 'edges', owner: group.id, relation: 'member', edges, last: false };
    }
    yield { kind: 'objects', objects: [{ id: group.id, attributes, edges: large ? {} : { member: first } }] };
    if (large) yield { kind: 'edges', owner: group.id, relation: 'member', edges: [], last: true };
  }
}

/** null when it does not exist (any more): Feishu's code for that is not published, so a refusal is checked against the list. */
export async function groupObject(client: Client, id: string, request: GetRequest, signal: AbortSignal): Promise<Shown | null> {
  let group: WireGroup;
  try {
    group = (await client.call('group', z.object({ group: groupShape }), { id, signal })).group;
  } catch (error) {
    if (!isConnectorError(error) || error.kind !== 'invalid') throw error;
    for await (const listed of listGroups(client, signal)) if (listed.id === id) throw error;
    return null;
  }
  const attributes = groupAttributes(group, request, await departmentsIn(client, group, { ...request, signal }));
  const member: Edge[] = [];
  if (request.relations.includes('member')) for await (const edges of readGroupMembers(client, id, signal)) member.push(...edges);
  return { object: { id, attributes, edges: request.relations.includes('member') ? { member } : {} }, unseen: [] };
}

export async function* readGroupMembers(client: Client, id: string, signal: AbortSignal): AsyncGenerator<readonly Edge[]> {
  for await (const ids of memberIds(client, id, 'user', signal)) yield ids.map((member) => ({ to: { type: 'person', id: member } }));
}

/** Departments in a group are told as such: who sits in them is for the departments to say. */
async function departmentsIn(
  client: Client,
  group: WireGroup,
  asked: Asked & { readonly signal: AbortSignal },
): Promise<readonly string[]> {
  if (!asked.attributes.includes('departments') || group.member_department_count === 0) return [];
  const all: string[] = [];
  for await (const ids of memberIds(client, group.id, 'department', asked.signal)) all.push(...ids);
  return all;
}

async function* memberIds(client: Client, id: string, type: 'user' | 'department', signal: AbortSignal): AsyncGenerator<readonly string[]> {
  const kind = type === 'user' ? 'open_id' : 'open_department_id';
  for (let token: string | undefined, more = true; more; more = token !== undefined) {
    const query = { member_type: type, member_id_type: kind, page_size: PAGE, page_token: token };
    const page = await client.call('groupMembers', memberPage, { id, query, signal });
    const ids = (page.memberlist ?? []).map((member) => member.member_id).filter((member) => member !== '');
    if (ids.length > 0) yield ids;
    token = nextOf(page);
  }
}
