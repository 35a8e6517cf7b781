// What changed since a cursor, where the system can be searched by the time of the last change.
//
// SCIM has no feed: such a search says who was made or changed, never who was removed. So the cursor also keeps how many there
// were: when the numbers do not add up somebody is gone, and `cursor-expired` asks for a full read, which names them.
// Times are the far side's own. Some keep whole seconds, some answer from a copy that is late: the search reaches back by
// OVERLAP_MS, and what was seen there before is known again by its digest, not by its time.
import { createHash } from 'node:crypto';
import { z } from 'zod';
import type { ChangeEvent, Connection } from '../../connector-kit/contract.ts';
import { ConnectorError } from '../../connector-kit/errors.ts';
import { canonicalText } from '../../core/attribute.ts';
import type { ObjectKey, ObjectTypeId } from '../../core/model.ts';
import type { Abilities, AbilitySource } from './abilities.ts';
import type { Client, Kind } from './client.ts';
import type { Part } from './config.ts';
import { isDepartmentGroup, kindOf } from './objects.ts';
import { idOf, wholeList } from './pages.ts';
import { isObject, member, quoted, type Json } from './places.ts';
import { visible } from './source.ts';

const OVERLAP_MS = 120_000;
/** Without a clock of the far side ours is taken, which may go differently. */
const OTHER_CLOCK_MS = 900_000;
/** Of more than so many none is kept: they are told once more, which costs a look. */
const MOST_SEEN = 1000;
/** A number that does not add up may only mean that somebody was made while we looked. */
const LOOKS = 2;

const standShape = z.object({ at: z.number(), total: z.int(), seen: z.record(z.string(), z.string()) });
type Stand = z.infer<typeof standShape>;
const cursorShape = z.object({ url: z.string(), kinds: z.record(z.string(), standShape) });

export type ChangedBy = 'meta.lastModified' | 'lastModified';
export type ScimChanges = Required<Pick<Connection<Part>, 'startCursor' | 'changes'>>;

export function scimChanges(client: Client, abilities: AbilitySource, by: ChangedBy): ScimChanges {
  const { config } = client;

  const kindsOf = (now: Abilities, types: readonly ObjectTypeId[]): readonly Kind[] => [
    ...new Set(now.catalogue.types.filter(({ id }) => types.includes(id)).map(({ id }) => kindOf(config, id))),
  ];

  /** Who was changed after `at`, and how it stands now. Throws where the system does not answer what was asked. */
  const look = async (now: Abilities, kind: Kind, at: number, signal: AbortSignal): Promise<{ changed: readonly Json[]; stand: Stand }> => {
    const head = await client.list(kind, countOnly(now), signal);
    if (head.total === undefined) throw noNumber();
    const since = at - OVERLAP_MS;
    const filter = `${by} gt ${quoted(new Date(since).toISOString())}`;
    const changed = await wholeList(client, now.profile, { kind, filter, signal });
    if (!changed.every((one) => (timeIn(one, by, 'lastModified') ?? Infinity) > since)) throw notSearched();
    const next = head.date ?? client.clock.now() - OTHER_CLOCK_MS;
    const recent = changed.filter((one) => (timeIn(one, by, 'lastModified') ?? 0) > next - OVERLAP_MS);
    const seen =
      recent.length > MOST_SEEN ? {} : Object.fromEntries(recent.flatMap((one) => (idOf(one) ? [[idOf(one)!, digest(one)]] : [])));
    return { changed, stand: { at: next, total: head.total, seen } };
  };

  return {
    async startCursor({ signal }) {
      const now = await abilities.now(signal);
      const kinds: Record<string, Stand> = {};
      for (const kind of kindsOf(
        now,
        now.catalogue.types.map(({ id }) => id),
      )) {
        const head = await client.list(kind, countOnly(now), signal);
        const { stand } = await look(now, kind, head.date ?? client.clock.now() - OTHER_CLOCK_MS, signal);
        kinds[kind] = stand;
      }
      return JSON.stringify({ url: config.url, kinds } satisfies z.infer<typeof cursorShape>);
    },

    async *changes(cursor, request): AsyncGenerator<ChangeEvent> {
      const now = await abilities.now(request.signal);
      const before = standsIn(cursor, config.url);
      // Who sits in a department that is a group is written on the group, so nobody's account changes with it.
      if (config.departments === 'group') throw notSearched();
      const kinds: Record<string, Stand> = { ...before };
      const { types } = request;
      // Where accounts list their groups, a group changes with an account.
      const onAccounts = now.profile.groupsAttribute !== '' && types.includes('group');
      for (const kind of kindsOf(now, onAccounts ? [...types, 'person'] : types)) {
        const old = before[kind];
        if (!old) throw unknownCursor();
        const { changed, stand } = await settled(() => look(now, kind, old.at, request.signal), old, by);
        kinds[kind] = stand;
        const fresh = changed.filter((one) => old.seen[idOf(one) ?? ''] !== digest(one));
        const keys = fresh.flatMap((one) => {
          const id = idOf(one);
          return id === undefined ? [] : [{ type: typeOf(now, kind, one), id }];
        });
        const asked = keys.filter(({ type }) => types.includes(type));
        if (asked.length > 0) yield { kind: 'keys', keys: asked };
        // Which groups it was in before nobody says: each is looked at.
        if (onAccounts && kind === 'users' && keys.length > 0) yield { kind: 'keys', keys: await allGroups(now, request.signal) };
      }
      yield { kind: 'end', cursor: JSON.stringify({ url: config.url, kinds }), visible };
    },
  };

  async function allGroups(now: Abilities, signal: AbortSignal): Promise<readonly ObjectKey[]> {
    const groups = await wholeList(client, now.profile, { kind: 'groups', signal });
    return groups.flatMap((one) => {
      const id = idOf(one);
      return id === undefined ? [] : [{ type: 'group', id }];
    });
  }

  function typeOf(now: Abilities, kind: Kind, resource: Json): ObjectTypeId {
    const types = now.catalogue.types.filter(({ id }) => kindOf(config, id) === kind);
    return types.find(({ id }) => (id === 'department') === isDepartmentGroup(config, resource))?.id ?? types[0]!.id;
  }
}

/** Looks until the numbers add up: whoever is there now was there before, or was made since. */
async function settled(
  look: () => Promise<{ changed: readonly Json[]; stand: Stand }>,
  old: Stand,
  by: ChangedBy,
): Promise<{ changed: readonly Json[]; stand: Stand }> {
  for (let left = LOOKS; left > 0; left -= 1) {
    const found = await look();
    const made = found.changed.filter(
      (one) => old.seen[idOf(one) ?? ''] === undefined && (timeIn(one, by, 'created') ?? 0) > old.at - OVERLAP_MS,
    );
    if (found.stand.total === old.total + made.length) return found;
  }
  throw new ConnectorError('cursor-expired', {
    en: 'The system has fewer or other objects than the changes explain: some were removed. Everything is read.',
    zh: '系统中的对象数与变更不符：有对象被删除，将全量读取。',
  });
}

const countOnly = ({ profile }: Abilities) =>
  profile.paging === 'index' ? { startIndex: 1, count: 1 } : profile.paging === 'cursor' ? { cursor: '', count: 1 } : {};

/** Beside `lastModified` a system of its own kind keeps the rest in `meta`. @see https://cloud.tencent.com/document/product/1442/68899 */
function timeIn(resource: Json, by: ChangedBy, name: 'lastModified' | 'created'): number | undefined {
  const meta = member(resource, 'meta');
  const text = (by === 'lastModified' ? member(resource, name) : undefined) ?? (isObject(meta) ? member(meta, name) : undefined);
  const time = typeof text === 'string' ? Date.parse(text.replace(/([+-]\d\d)(\d\d)$/, '$1:$2')) : Number.NaN;
  return Number.isNaN(time) ? undefined : time;
}

const digest = (resource: Json): string => createHash('sha256').update(canonicalText(resource)).digest('base64url').slice(0, 22);

function standsIn(cursor: string, url: string): Readonly<Record<string, Stand>> {
  try {
    const parsed = cursorShape.parse(JSON.parse(cursor));
    if (parsed.url === url) return parsed.kinds;
  } catch {
    // Said below.
  }
  throw unknownCursor();
}

const unknownCursor = (): ConnectorError =>
  new ConnectorError('cursor-expired', { en: 'The position in the changes is not known.', zh: '变更位置无效。' });
const notSearched = (): ConnectorError =>
  new ConnectorError('cursor-expired', {
    en: 'The system does not say what changed since a time; everything is read.',
    zh: '系统无法按时间给出变更，将全量读取。',
  });
const noNumber = (): ConnectorError =>
  new ConnectorError('cursor-expired', {
    en: 'The system does not say how many objects there are; everything is read.',
    zh: '系统不返回对象总数，将全量读取。',
  });

/** Whether the system really searches by that time: nobody was changed in the year 9000, and somebody was since 1970. Null: nobody is there to tell. */
export async function searchesByTime(client: Client, now: Abilities, by: ChangedBy, signal: AbortSignal): Promise<boolean | null> {
  const page = countOnly(now);
  const count = async (since: string): Promise<number | null> => {
    try {
      const { total, resources } = await client.list('users', { ...page, filter: `${by} gt ${quoted(since)}` }, signal);
      return total ?? resources?.length ?? 0;
    } catch (error) {
      if (!(error instanceof ConnectorError) || !['unsupported', 'invalid', 'not-found', 'permission', 'bad-response'].includes(error.kind))
        throw error;
      return null;
    }
  };
  const late = await count('9000-01-01T00:00:00.000Z');
  if (late !== 0) return false;
  const all = await client.list('users', page, signal);
  if (all.total === undefined) return false;
  return all.total === 0 ? null : (await count('1970-01-01T00:00:00.000Z')) === all.total;
}
