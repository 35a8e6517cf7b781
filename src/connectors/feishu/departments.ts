// Writes departments: names, places, orders, leaders; and what stands in the way of each.
import type { ChangedParts, DesiredObject, Written } from '../../connector-kit/contract.ts';
import { ConnectorError, isConnectorError } from '../../connector-kit/errors.ts';
import type { Attributes } from '../../core/model.ts';
import { z } from 'zod';
import { clientToken, type Client } from './client.ts';
import { findIds } from './find.ts';
import { leaderBody, mainFirst, withJoined } from './leaders.ts';
import { departmentOf, ROOT } from './objects.ts';
import type { Writing } from './people.ts';
import { IDS } from './sight.ts';
import { departmentPage, departmentShape, type WireDepartment } from './wire.ts';
import { nextOf, PAGE } from './walk.ts';

const answer = z.object({ department: departmentShape.optional() });

export async function createDepartment(client: Client, desired: DesiredObject, request: Writing): Promise<Written> {
  const { attributes } = desired;
  const parent = parentOf(attributes);
  const body = {
    ...fieldsOf(client, attributes),
    parent_department_id: parent,
    ...(attributes.department_id ? { department_id: String(attributes.department_id) } : {}),
  };
  const leaders = mainFirst(desired.edges.leader ?? []);
  const query = { ...IDS, client_token: clientToken(request.idempotencyKey) };
  const department = await withFreeOrder(client, parent, null, body, request, (given, round) => {
    // Another order, and fewer leaders, are another request to Feishu, which refuses a token that it knows with other values.
    const token = (ids: readonly string[]): string => {
      const part = [...(round === 0 ? [] : [round]), ...(ids.length === leaders.length ? [] : ['joined', ...ids])].join(' ');
      return part === '' ? query.client_token : clientToken(`${request.idempotencyKey} ${part}`);
    };
    // Whoever has not joined yet is missing from the next read, and is named again then.
    return withJoined(client, leaders, request.signal, (ids) =>
      client.call('createDepartment', answer, {
        query: { ...query, client_token: token(ids) },
        body: { ...given, ...leaderBody(ids) },
        signal: request.signal,
      }),
    ).then(({ sent }) => sent);
  }).catch(async (error: unknown) => {
    throw await whichIsIt(client, error, attributes, parent, request);
  });
  // A department that came without an order was given one.
  return { id: department.open_department_id, echo: echoOf(department, { order: null, ...attributes }) };
}

export async function updateDepartment(
  client: Client,
  id: string,
  changed: ChangedParts,
  whole: DesiredObject,
  request: Writing,
): Promise<Written> {
  const { attributes } = changed;
  const parent = parentOf(whole.attributes);
  const body = {
    ...fieldsOf(client, attributes),
    ...(attributes.parent_department_id === undefined ? {} : { parent_department_id: parent }),
  };
  if (Object.keys(body).length === 0) return { id };
  const department = await withFreeOrder(client, parent, id, body, request, (given) =>
    client.call('patchDepartment', answer, { id, query: IDS, body: given, signal: request.signal }),
  ).catch(async (error: unknown) => {
    throw await whichIsIt(client, error, { ...whole.attributes, ...attributes }, parent, request);
  });
  return { id, echo: echoOf(department, attributes) };
}

/** An absent one is fine; one with people or departments in it is refused by Feishu. */
export async function removeDepartment(client: Client, id: string, signal: AbortSignal): Promise<void> {
  try {
    await client.call('deleteDepartment', z.unknown(), { id, query: { department_id_type: 'open_department_id' }, signal });
  } catch (error) {
    if (!isConnectorError(error) || error.kind !== 'not-found') throw error;
  }
}

// ── Values ───────────────────────────────────────────────────────────────────────────────────────────────

const parentOf = (attributes: Attributes): string => (attributes.parent_department_id ? String(attributes.parent_department_id) : ROOT);

function fieldsOf(client: Client, attributes: Attributes): { name?: string; order?: string } {
  const { substitute } = client.config;
  const { name, order } = attributes;
  const given = name === undefined ? {} : { name: substitute === '' ? String(name ?? '') : String(name ?? '').replaceAll('/', substitute) };
  // Feishu always has an order; there is nothing to clear.
  return { ...given, ...(order === undefined || order === null ? {} : { order: String(order) }) };
}

function echoOf(department: WireDepartment, given: Attributes): Attributes {
  const names = Object.keys(given).filter((name) => name !== 'parent_department_id');
  return departmentOf(department, { attributes: names, relations: [] }).object.attributes;
}

/** Two siblings with the same order: the later one goes to the next free place, and that is told as what was made of it. */
async function withFreeOrder<Body extends { readonly order?: string }>(
  client: Client,
  parent: string,
  own: string | null,
  body: Body,
  request: Writing,
  send: (body: Body, round: number) => Promise<z.infer<typeof answer>>,
): Promise<WireDepartment> {
  let given = body;
  for (let round = 0; ; round += 1) {
    try {
      const { department } = await send(given, round);
      if (department) return department;
      throw new ConnectorError('unknown-outcome', { en: 'Feishu did not say which department it wrote.', zh: '飞书未返回写入的部门。' });
    } catch (error) {
      if (!isConnectorError(error) || error.facts.attribute !== 'order' || given.order === undefined || round > 2) throw error;
      const used = new Set<number>();
      for (const sibling of await childrenOf(client, parent, request.signal)) {
        if (sibling.open_department_id !== own) used.add(Number(sibling.order));
      }
      let free = Number(given.order) + 1;
      while (used.has(free)) free += 1;
      given = { ...given, order: String(free) };
    }
  }
}

async function childrenOf(client: Client, parent: string, signal: AbortSignal): Promise<readonly WireDepartment[]> {
  const all: WireDepartment[] = [];
  for (let token: string | undefined, more = true; more; more = token !== undefined) {
    const page = await client.call('children', departmentPage, {
      id: parent,
      query: { ...IDS, page_size: PAGE, page_token: token },
      signal,
    });
    all.push(...(page.items ?? []));
    token = nextOf(page);
  }
  return all;
}

async function whichIsIt(client: Client, error: unknown, attributes: Attributes, parent: string, request: Writing): Promise<unknown> {
  if (!isConnectorError(error) || error.kind !== 'already-exists') return error;
  const { name } = fieldsOf(client, attributes);
  const siblings = error.facts.attribute === 'department_id' ? [] : await childrenOf(client, parent, request.signal);
  let id = siblings.find((sibling) => sibling.name === name)?.open_department_id;
  if (!id && attributes.department_id) {
    const asking = { attributes: [], relations: [], now: request.now, signal: request.signal };
    id = (await findIds(client, 'department', 'department_id', [attributes.department_id], asking))[0]?.id;
  }
  return id ? new ConnectorError(error.kind, error.label, { ...error.facts, id }) : error;
}
