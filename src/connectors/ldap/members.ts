// Writing the members of a group: in pieces, tolerant of what is there already, never leaving a group empty.
import type { MemberChange, MembersWritten } from '../../connector-kit/contract.ts';
import { ConnectorError } from '../../connector-kit/errors.ts';
import type { Edge } from '../../core/model.ts';
import { EntryShape } from './ber.ts';
import { everything, listOf, type Client } from './client.ts';
import { dnKey } from './dn.ts';
import type { Layout } from './layout.ts';
import type { Places } from './places.ts';
import type { AttributeChange, Result } from './messages.ts';
import { answerError } from './result-codes.ts';
import { codes } from './wire.ts';

/** Values in one modify request. */
export const MEMBERS_PER_CALL = 1000;

type Refused = { readonly to: Edge['to']; readonly error: unknown };

export interface MemberWriter {
  /** The values that stand for these edges, and the edges that stand for nothing. */
  values(edges: readonly Edge[], signal: AbortSignal): Promise<{ values: readonly string[]; refused: readonly Refused[] }>;
  change(id: string, change: MemberChange, signal: AbortSignal): Promise<MembersWritten>;
}

export function memberWriter(client: Client, layout: Layout, places: Places): MemberWriter {
  const attribute = layout.memberAttribute;
  const placeholder = layout.membersAre === 'dn' ? layout.config.placeholderMember : undefined;
  const keyOf = (value: string): string => (layout.membersAre === 'dn' ? dnKey(value) : value.toLowerCase());

  async function values(edges: readonly Edge[], signal: AbortSignal): Promise<{ values: readonly string[]; refused: readonly Refused[] }> {
    const found = await Promise.all(edges.map(({ to }) => places.find(to.id, signal)));
    const out = new Map<string, string>();
    const refused: Refused[] = [];
    for (const [index, { to }] of edges.entries()) {
      const place = found[index];
      const value = layout.membersAre === 'dn' ? place?.dn : (place?.uid ?? (to.id.startsWith('uid:') ? to.id.slice(4) : undefined));
      if (value === undefined) refused.push({ to, error: noFarEnd(to.id) });
      else out.set(keyOf(value), value);
    }
    return { values: [...out.values()], refused };
  }

  async function change(id: string, { add, remove }: MemberChange, signal: AbortSignal): Promise<MembersWritten> {
    const coming = await values(add, signal);
    const going = await values(remove, signal);
    for (const piece of pieces(coming.values)) await write(id, 'add', piece, signal);
    for (const piece of pieces(going.values)) await write(id, 'delete', piece, signal);
    return { refused: coming.refused };
  }

  async function write(id: string, how: 'add' | 'delete', piece: readonly string[], signal: AbortSignal): Promise<void> {
    const { dn } = await places.require('group', id, signal);
    let result = await send(dn, how, piece, signal);
    if (result.code === codes.noSuchObject) {
      places.forget(id);
      const again = await places.require('group', id, signal);
      result = await send(again.dn, how, piece, signal);
    }
    if (result.code !== codes.success) throw answerError(result, 'write', dn);
  }

  async function send(dn: string, how: 'add' | 'delete', piece: readonly string[], signal: AbortSignal): Promise<Result> {
    const wanted: AttributeChange = [how, attribute, piece];
    const result = await client.modify(
      dn,
      how === 'add' && placeholder ? [wanted, ['delete', attribute, [placeholder]]] : [wanted],
      signal,
      'permissive',
    );
    if (result.code === codes.objectClassViolation && how === 'delete' && placeholder) {
      return client.modify(dn, [['add', attribute, [placeholder]], wanted], signal, 'permissive');
    }
    // A server without the permissive control: look first, then send the difference.
    if (result.code === codes.attributeOrValueExists || result.code === codes.noSuchAttribute)
      return sendDifference(dn, how, piece, signal);
    return result;
  }

  async function sendDifference(dn: string, how: 'add' | 'delete', piece: readonly string[], signal: AbortSignal): Promise<Result> {
    const [entry] = await client.search({ base: dn, scope: 'base', filter: everything, shape: new EntryShape([attribute]) }, signal);
    const held = new Set(listOf(entry?.values[0]).map(keyOf));
    const open = piece.filter((value) => held.has(keyOf(value)) === (how === 'delete'));
    const changes: AttributeChange[] = open.length > 0 ? [[how, attribute, open]] : [];
    const holdsPlaceholder = placeholder !== undefined && held.has(keyOf(placeholder));
    if (placeholder && how === 'add' && holdsPlaceholder && held.size + open.length > 1) changes.push(['delete', attribute, [placeholder]]);
    if (placeholder && how === 'delete' && held.size === open.length) changes.unshift(['add', attribute, [placeholder]]);
    return changes.length > 0 ? client.modify(dn, changes, signal) : { code: codes.success, message: '', controls: new Map() };
  }

  return { values, change };
}

export function* pieces<T>(list: readonly T[]): Generator<readonly T[]> {
  for (let at = 0; at < list.length; at += MEMBERS_PER_CALL) yield list.slice(at, at + MEMBERS_PER_CALL);
}

const noFarEnd = (id: string): ConnectorError =>
  new ConnectorError('not-found', {
    en: `The member to be added does not exist any more (${id}).`,
    zh: `要添加的成员已不存在（${id}）。`,
  });
