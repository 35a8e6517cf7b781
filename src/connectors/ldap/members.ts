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

const TRIES = 5;

type Refused = { readonly to: Edge['to']; readonly error: unknown };

export interface MemberWriter {
  /** The values that stand for these edges, and the edges that stand for nothing. */
  values(edges: readonly Edge[], signal: AbortSignal): Promise<{ values: readonly string[]; refused: readonly Refused[] }>;
  /** Members may have been renamed while they were written: those under other names since are written again. */
  settle(id: string, added: readonly Edge[], sent: readonly string[], since: number, signal: AbortSignal): Promise<void>;
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

  const without = (list: readonly string[], others: readonly string[]): readonly string[] => {
    const keys = new Set(others.map(keyOf));
    return list.filter((value) => !keys.has(keyOf(value)));
  };

  async function settle(
    id: string,
    added: readonly Edge[],
    sent: readonly string[],
    since: number,
    signal: AbortSignal,
    removed: readonly Edge[] = [],
    taken: readonly string[] = [],
  ): Promise<void> {
    let [named, left] = [sent, taken];
    await places.settle(since, async () => {
      const now = (await values(added, signal)).values;
      const gone = (await values(removed, signal)).values;
      for (const piece of pieces(without(now, named))) await write(id, 'add', piece, signal);
      // A name that nobody bears any more; whose entry is gone, of that we know nothing.
      const stale = now.length === named.length ? without(named, now) : [];
      for (const piece of pieces([...stale, ...without(gone, left)])) await write(id, 'delete', piece, signal);
      [named, left] = [now, gone];
    });
  }

  async function change(id: string, { add, remove }: MemberChange, signal: AbortSignal): Promise<MembersWritten> {
    const since = places.moves;
    const coming = await values(add, signal);
    const going = await values(remove, signal);
    for (const piece of pieces(coming.values)) await write(id, 'add', piece, signal);
    for (const piece of pieces(going.values)) await write(id, 'delete', piece, signal);
    await settle(id, add, coming.values, since, signal, remove, going.values);
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
    let last = result;
    // Again where a repair of names changed the list between look and write.
    for (let tries = 0; isThereAlready(last) && tries < TRIES; tries++) last = await sendDifference(dn, how, piece, signal);
    return last;
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

  return { values, settle, change };
}

const isThereAlready = ({ code }: Result): boolean => code === codes.attributeOrValueExists || code === codes.noSuchAttribute;

export function* pieces<T>(list: readonly T[]): Generator<readonly T[]> {
  for (let at = 0; at < list.length; at += MEMBERS_PER_CALL) yield list.slice(at, at + MEMBERS_PER_CALL);
}

const noFarEnd = (id: string): ConnectorError =>
  new ConnectorError('not-found', {
    en: `The member to be added does not exist any more (${id}).`,
    zh: `要添加的成员已不存在（${id}）。`,
  });
