// Writes the leaders of a department: one main one, any number of deputies, and nobody who has not joined yet.
//
// The list is sent as a whole, and Feishu refuses all of it because of one who has been invited and has not accepted (43025). So those
// who have joined are sent, and the others are waited for.
// @see https://open.feishu.cn/document/server-docs/contact-v3/department/patch
import type { MemberChange } from '../../connector-kit/contract.ts';
import { ConnectorError, isConnectorError } from '../../connector-kit/errors.ts';
import type { Edge } from '../../core/model.ts';
import { z } from 'zod';
import type { Client } from './client.ts';
import { DEPUTY, leadersOf, MAIN_LEADER } from './objects.ts';
import type { Writing } from './people.ts';
import { IDS } from './sight.ts';
import { departmentShape, userShape, type WireUser } from './wire.ts';

const isMain = (edge: Edge): boolean => edge.primary === true || edge.order === 1;
const byOrder = (a: Edge, b: Edge): number =>
  Number(isMain(b)) - Number(isMain(a)) || (a.order ?? Number.MAX_SAFE_INTEGER) - (b.order ?? Number.MAX_SAFE_INTEGER);

export const mainFirst = (edges: readonly Edge[]): readonly string[] => edges.toSorted(byOrder).map((edge) => edge.to.id);

/** The first is the main one; Feishu wants exactly one of them when there are any. */
export const leaderBody = (ids: readonly string[]): { readonly leaders?: readonly object[]; readonly leader_user_id?: string } =>
  ids.length === 0
    ? {}
    : { leader_user_id: ids[0]!, leaders: ids.map((id, at) => ({ leaderType: at === 0 ? MAIN_LEADER : DEPUTY, leaderID: id })) };

/** Whoever comes as the first becomes the main leader; otherwise the present one stays so. Two who change places are one call. */
export async function changeLeaders(client: Client, id: string, change: MemberChange, { signal }: Writing): Promise<void> {
  const { department } = await client.call('department', z.object({ department: departmentShape }), { id, query: IDS, signal });
  const leaving = new Set(change.remove.map((edge) => edge.to.id));
  const first = change.add.filter(isMain).map((edge) => edge.to.id);
  const present = leadersOf(department).map((edge) => edge.to.id);
  const staying = present.filter((leader) => !leaving.has(leader));
  const next = [...new Set([...first, ...staying, ...mainFirst(change.add)])];
  const { waiting } = await withJoined(client, next, signal, async (ids) => {
    const body = ids.length === 0 ? { leaders: [], leader_user_id: '' } : leaderBody(ids);
    // Asked again and again while somebody is waited for: the others stand already.
    if (ids.length < next.length && ids.join() === present.join()) return;
    await client.call('patchDepartment', z.unknown(), { id, query: IDS, body, signal });
  });
  if (waiting.length > 0) throw notJoined(waiting);
}

/** Sends all of them, or, where Feishu refuses somebody who has not joined, those who have. */
export async function withJoined<T>(
  client: Client,
  ids: readonly string[],
  signal: AbortSignal,
  send: (ids: readonly string[]) => Promise<T>,
): Promise<{ readonly sent: T; readonly waiting: readonly WireUser[] }> {
  try {
    return { sent: await send(ids), waiting: [] };
  } catch (error) {
    if (!isConnectorError(error) || error.kind !== 'waiting-for-person') throw error;
    const waiting = await notYet(client, ids, signal);
    if (waiting.length === 0) throw error;
    const out = new Set(waiting.map((user) => user.open_id));
    return { sent: await send(ids.filter((id) => !out.has(id))), waiting };
  }
}

async function notYet(client: Client, ids: readonly string[], signal: AbortSignal): Promise<readonly WireUser[]> {
  const shape = z.object({ items: z.array(userShape).nullish() });
  const found: WireUser[] = [];
  for (let at = 0; at < ids.length; at += 50) {
    const { items } = await client.call('users', shape, { query: { ...IDS, user_ids: ids.slice(at, at + 50) }, signal });
    found.push(...(items ?? []));
  }
  return found.filter(({ status }) => status?.is_unjoin === true);
}

function notJoined(waiting: readonly WireUser[]): ConnectorError {
  const names = waiting.map((user) => user.name ?? user.open_id).slice(0, 5);
  return new ConnectorError('waiting-for-person', {
    en: `${names.join(', ')} cannot be leader yet: the invitation to Feishu has not been accepted. The other leaders are set.`,
    zh: `${names.join('、')} 尚未接受飞书邀请，暂不能设为部门负责人；其他负责人已设置。`,
  });
}
