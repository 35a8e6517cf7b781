// Reads Feishu: contact range first, the whole tree, everyone in it, user groups; single objects; ids by a unique value.
import type { Connection, GetAnswer, GetReport, GetRequest, ReadEvent, ReadRequest } from '../../connector-kit/contract.ts';
import { ConnectorError, isConnectorError } from '../../connector-kit/errors.ts';
import type { EndpointObject, Label, ObjectTypeId } from '../../core/model.ts';
import type { Client } from './client.ts';
import type { Part } from './config.ts';
import { findIds } from './find.ts';
import { openTally, type Tally } from './hidden.ts';
import { groupObject, readGroupMembers, readGroups } from './groups.ts';
import { departmentOf, hasLeft, personOf, ROOT, type Manners, type Shown } from './objects.ts';
import { IDS, type Eye, type Sight } from './sight.ts';
import { departmentShape, pageOf, userShape, type WireDepartment, type WireUser } from './wire.ts';
import { nextOf, PAGE, walk } from './walk.ts';
import { z } from 'zod';

export type Source = Required<Pick<Connection<Part>, 'read' | 'get' | 'find' | 'readMembers'>>;

export interface SourceParts {
  readonly client: Client;
  readonly eye: Eye;
  readonly manners: (signal: AbortSignal) => Promise<Manners>;
}

/** Departments after which a read says how far it came. */
const CHECKPOINT_EVERY = 50;

export function openSource({ client, eye, manners }: SourceParts): Source {
  async function* read(type: ObjectTypeId, request: ReadRequest<Part>): AsyncGenerator<ReadEvent> {
    const before = await eye.look(request.signal);
    const shown = openTally();
    const hidden: string[] = [];
    if (type === 'group') yield* readGroups(client, before, request);
    else yield* readTree(type, request, before, shown, hidden);
    // Rights that were taken away meanwhile make what came before an incomplete picture.
    const after = await eye.look(request.signal);
    const narrowed = hidden.length > 0 || after.range !== before.range;
    const visible = shown.visible(after, request);
    yield narrowed ? { kind: 'end', complete: false, reason: changedMeanwhile, visible } : { kind: 'end', complete: true, visible };
  }

  async function* readTree(
    type: ObjectTypeId,
    request: ReadRequest<Part>,
    sight: Sight,
    tally: Tally,
    hidden: string[],
  ): AsyncGenerator<ReadEvent> {
    const { signal } = request;
    const people = type === 'person';
    const own = await manners(signal);
    const given = new Map<string, number>();
    const show = function* (shown: readonly Shown[]): Generator<ReadEvent> {
      const fresh = shown.filter(({ object }) => isNews(given, object));
      for (const one of fresh) tally.note(one);
      if (fresh.length > 0) yield { kind: 'objects', objects: fresh.map(({ object }) => object) };
    };
    const showDepartments = (list: readonly WireDepartment[]) => show(list.map((one) => departmentOf(one, request)));
    const showPeople = (list: readonly WireUser[]) => show(list.filter((one) => !hasLeft(one)).map((one) => personOf(one, request, own)));

    const started = request.checkpoint ? (JSON.parse(request.checkpoint) as readonly string[]) : null;
    const tops = await topsOf(client, sight, request.part, signal);
    if (!started && !people) yield* showDepartments(tops.departments);
    if (!started && people && tops.users.length > 0) {
      for (let at = 0; at < tops.users.length; at += PAGE)
        yield* showPeople(await batchUsers(client, tops.users.slice(at, at + PAGE), signal));
    }
    const pending = new Set(started ?? tops.from);
    let done = 0;
    for await (const found of walk(client, [...pending], { people }, signal)) {
      if (found.kind === 'departments') {
        for (const { open_department_id: id } of found.departments) pending.add(id);
        if (!people) yield* showDepartments(found.departments);
      } else if (found.kind === 'people') yield* showPeople(found.people);
      else if (found.kind === 'hidden') hidden.push(found.department);
      else {
        pending.delete(found.department);
        done += 1;
        if (done % CHECKPOINT_EVERY === 0 && pending.size > 0) yield { kind: 'checkpoint', checkpoint: JSON.stringify([...pending]) };
      }
    }
  }

  async function get(type: ObjectTypeId, ids: readonly string[], request: GetRequest<Part>): Promise<GetReport> {
    const sight = await eye.glance(request.signal);
    const tally = openTally();
    const answers = new Map<string, GetAnswer>();
    const place = request.part && (await placeIn(client, request.part, request.signal));
    for (let at = 0; at < ids.length; at += PAGE) {
      const batch = ids.slice(at, at + PAGE);
      const found = await getBatch(type, batch, request);
      for (const id of batch) {
        const answer = found.get(id) ?? (await getOne(type, id, request));
        if ('state' in answer) answers.set(id, answer);
        else {
          tally.note(answer);
          const inPart = place && (await place(type, answer.object));
          answers.set(id, { state: 'found', object: answer.object, ...(inPart === undefined ? {} : { inPart }) });
        }
      }
    }
    return { answers, visible: tally.visible(sight, request) };
  }

  /** Fifty at a time; what is missing from the answer was removed, left, or is out of range: that, only a single question tells. */
  async function getBatch(type: ObjectTypeId, ids: readonly string[], request: GetRequest): Promise<Map<string, Shown | GetAnswer>> {
    const { signal } = request;
    const found = new Map<string, Shown | GetAnswer>();
    try {
      if (type === 'person') {
        const own = await manners(signal);
        for (const user of await batchUsers(client, ids, signal))
          found.set(user.open_id, hasLeft(user) ? gone : personOf(user, request, own));
      }
      if (type === 'department') {
        for (const one of await batchDepartments(client, ids, signal)) found.set(one.open_department_id, departmentOf(one, request));
      }
    } catch (error) {
      // One id that Feishu does not know at all spoils the whole batch.
      if (!isConnectorError(error) || !['not-found', 'forbidden', 'invalid'].includes(error.kind)) throw error;
    }
    return found;
  }

  async function getOne(type: ObjectTypeId, id: string, request: GetRequest): Promise<Shown | GetAnswer> {
    const { signal } = request;
    try {
      if (type === 'group') return (await groupObject(client, id, request, signal)) ?? gone;
      if (type === 'person') {
        const { user } = await client.call('user', z.object({ user: userShape }), { id, query: IDS, signal });
        return hasLeft(user) ? gone : personOf(user, request, await manners(signal));
      }
      if (!id.startsWith('od-')) return gone;
      const { department } = await client.call('department', z.object({ department: departmentShape }), { id, query: IDS, signal });
      return department.status?.is_deleted ? gone : departmentOf(department, request);
    } catch (error) {
      if (!isConnectorError(error)) throw error;
      if (error.kind === 'not-found') return gone;
      if (error.kind === 'forbidden') return { state: 'unknown', reason: error.label };
      throw error;
    }
  }

  return {
    read,
    get,
    find: (type, attribute, values, request) => findIds(client, type, attribute, values, request),
    readMembers: (owner, _relation, { signal }) => readGroupMembers(client, owner.id, signal),
  };
}

const gone: GetAnswer = { state: 'gone' };

const changedMeanwhile: Label = {
  en: 'What the app may see changed while it was read. Nothing counts as missing. Check in the developer console that the contacts data range is all members and the rights are granted.',
  zh: '读取过程中应用的可见范围发生了变化，本次不会将任何对象视为缺失。请在开发者后台确认通讯录权限范围为“全部成员”且权限已开通。',
};

/** A person of several departments comes with each of them; only the first time, and when something changed meanwhile. */
function isNews(given: Map<string, number>, object: EndpointObject): boolean {
  const print = hashOf(JSON.stringify(object));
  if (given.get(object.id) === print) return false;
  given.set(object.id, print);
  return true;
}

function hashOf(text: string): number {
  let [a, b] = [0x811c9dc5, 5381];
  for (let at = 0; at < text.length; at += 1) {
    const code = text.charCodeAt(at);
    a = Math.imul(a ^ code, 0x01000193);
    b = (Math.imul(b, 33) + code) | 0;
  }
  return (a >>> 0) * 0x100000 + ((b >>> 0) & 0xfffff);
}

// ── Where to start ───────────────────────────────────────────────────────────────────────────────────────

interface Tops {
  /** Where the walk starts. */
  readonly from: readonly string[];
  /** Those of them that no list of children names. */
  readonly departments: readonly WireDepartment[];
  /** People who are in the range by themselves. */
  readonly users: readonly string[];
}

async function topsOf(client: Client, sight: Sight, part: Part, signal: AbortSignal): Promise<Tops> {
  if (part.department !== '') {
    const top = await topOfPart(client, part, signal);
    return { from: [top.open_department_id], departments: [top], users: [] };
  }
  if (sight.all) return { from: [ROOT], departments: [], users: [] };
  const departments: WireDepartment[] = [];
  for (let at = 0; at < sight.departments.length; at += PAGE) {
    departments.push(...(await batchDepartments(client, sight.departments.slice(at, at + PAGE), signal)));
  }
  return { from: departments.map((one) => one.open_department_id), departments, users: sight.users };
}

/** A part that is gone is a wrong setting, never an empty part. */
async function topOfPart(client: Client, { department: id }: Part, signal: AbortSignal): Promise<WireDepartment> {
  const kind = id.startsWith('od-') ? 'open_department_id' : 'department_id';
  try {
    // Named by its own id, asked for in our kind: the kind governs path and answer, but a department always tells both.
    const { department } = await client.call('department', z.object({ department: departmentShape }), {
      id,
      query: { ...IDS, department_id_type: kind },
      signal,
    });
    if (kind === 'open_department_id') return department;
    const again = await client.call('department', z.object({ department: departmentShape }), {
      id: department.open_department_id,
      query: IDS,
      signal,
    });
    return again.department;
  } catch (error) {
    if (!isConnectorError(error) || (error.kind !== 'not-found' && error.kind !== 'forbidden')) throw error;
    throw new ConnectorError(
      'config',
      {
        en: `The department "${id}" that this job covers does not exist in Feishu, or the app may not see it.`,
        zh: `该任务覆盖的部门“${id}”在飞书中不存在，或应用无权查看。`,
      },
      { cause: error },
    );
  }
}

/** Says whether an object lies in the part; the way up of a department is asked for once. */
async function placeIn(
  client: Client,
  part: Part,
  signal: AbortSignal,
): Promise<(type: ObjectTypeId, object: EndpointObject) => Promise<boolean>> {
  if (part.department === '') return async () => true;
  const top = (await topOfPart(client, part, signal)).open_department_id;
  const known = new Map<string, Promise<boolean>>();
  const below = (id: string): Promise<boolean> => {
    let answer = known.get(id);
    if (!answer) known.set(id, (answer = id === top ? Promise.resolve(true) : isAbove(client, top, id, signal)));
    return answer;
  };
  return async (type, object) => {
    if (type === 'group') return true;
    const ids = type === 'department' ? [object.id] : (object.edges?.membership ?? []).map((edge) => edge.to.id);
    for (const id of ids) if (await below(id)) return true;
    return false;
  };
}

async function isAbove(client: Client, top: string, id: string, signal: AbortSignal): Promise<boolean> {
  for (let token: string | undefined; ; ) {
    const page = await client.call('parents', pageOf(departmentShape), {
      query: { ...IDS, department_id: id, page_size: PAGE, page_token: token },
      signal,
    });
    if ((page.items ?? []).some((one) => one.open_department_id === top)) return true;
    token = nextOf(page);
    if (!token) return false;
  }
}

// ── Fifty at a time ──────────────────────────────────────────────────────────────────────────────────────

async function batchUsers(client: Client, ids: readonly string[], signal: AbortSignal): Promise<readonly WireUser[]> {
  const page = await client.call('users', z.object({ items: z.array(userShape).nullish() }), { query: { ...IDS, user_ids: ids }, signal });
  return page.items ?? [];
}

async function batchDepartments(client: Client, ids: readonly string[], signal: AbortSignal): Promise<readonly WireDepartment[]> {
  const query = { ...IDS, department_ids: ids };
  const page = await client.call('departments', z.object({ items: z.array(departmentShape).nullish() }), { query, signal });
  return page.items ?? [];
}
