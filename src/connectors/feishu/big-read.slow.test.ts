// 100,000 people in 5,000 departments, read whole and right at the pace that Feishu publishes, while things fail and people move.
import { afterEach, expect, it } from 'vitest';
import { virtualClock } from '../../../test/support/virtual-clock.ts';
import { createPace } from '../../connector-kit/http/pace.ts';
import type { Connection, ReadEvent } from '../../connector-kit/contract.ts';
import type { EndpointObject } from '../../core/model.ts';
import { feishu } from './index.ts';
import type { Part } from './config.ts';
import { FULL_APP, simulate, type FeishuSimulator } from './simulator.ts';
import type { SimDepartment } from './simulator-tenant.ts';

const PEOPLE = 100_000;
const DEPARTMENTS = 5000;
const LEVELS = 12;
const signal = new AbortController().signal;

let sandbox: FeishuSimulator | undefined;
afterEach(() => sandbox?.stop());

/** A number below `below` that is the same on every machine. */
function drawn(seed: number, below: number): number {
  let at = Math.imul(seed ^ 0x9e3779b9, 0x85ebca6b);
  at = Math.imul(at ^ (at >>> 13), 0xc2b2ae35);
  return ((at ^ (at >>> 16)) >>> 0) % below;
}

function fill({ tenant }: FeishuSimulator): { readonly departments: readonly SimDepartment[]; readonly people: readonly string[] } {
  const departments: SimDepartment[] = [];
  const levels: number[] = [];
  for (let n = 0; n < DEPARTMENTS; n += 1) {
    // A chain of twelve levels first, then everywhere.
    const parent = n === 0 ? -1 : n < LEVELS ? n - 1 : drawn(n, n);
    const level = parent < 0 ? 1 : levels[parent]! + 1;
    const at = level > LEVELS ? -1 : parent;
    levels.push(level > LEVELS ? 1 : level);
    departments.push(tenant.addDepartment({ name: `部门${n}`, ...(at < 0 ? {} : { parent: departments[at]!.key }) }));
  }
  const people: string[] = [];
  for (let n = 0; n < PEOPLE; n += 1) {
    const many = n % 20 === 0 ? 10 : n % 5 === 0 ? 2 : 1;
    const places = new Set(Array.from({ length: many }, (_, at) => departments[drawn(n * 16 + at, DEPARTMENTS)]!.key));
    const user = tenant.addUser({
      fields: {
        name: `人员${n}`,
        mobile: `+86139${String(n).padStart(8, '0')}`,
        email: '',
        employee_no: `N${n}`,
        employee_type: 1,
        gender: 0,
        job_title: '',
      },
      departments: [...places],
      activated: true,
    });
    people.push(user.key);
  }
  return { departments, people };
}

/** How long so many requests take at best: 1,000 in any minute, 50 in any second. */
const bestMs = (requests: number): number => Math.floor((requests - 1) / 1000) * 60_000 + Math.floor(((requests - 1) % 1000) / 50) * 1000;

async function read(connection: Connection<Part>, type: string, onObjects: () => void) {
  const objects = new Map<string, EndpointObject>();
  let end: Extract<ReadEvent, { kind: 'end' }> | undefined;
  const spec = feishu.manifest.types.find((one) => one.id === type)!;
  const request = {
    part: { department: '' },
    attributes: spec.attributes.map(({ name }) => name),
    relations: spec.relations.map(({ name }) => name),
    now: 0,
    signal,
  };
  for await (const event of connection.read!(type, request)) {
    if (event.kind === 'end') end = event;
    if (event.kind !== 'objects') continue;
    for (const object of event.objects) objects.set(object.id, object);
    onObjects();
  }
  return { objects, complete: end?.complete };
}

it('100,000 people in 5,000 departments are read whole and right, within 1.1 of what the published limits allow', {
  timeout: 900_000,
}, async () => {
  let underWay = 0;
  const clock = virtualClock(() => underWay > 0);
  sandbox = await simulate({ clock });
  const far = sandbox;
  far.watchRequests((change) => {
    underWay += change;
  });
  const { departments, people } = fill(far);
  const { tenant } = far;
  const kept = new Map<string, string>();
  const connection = await feishu.open({
    connectionId: 'big',
    config: feishu.manifest.config.parse({ ...far.config, longConnection: false }),
    clock,
    pace: createPace(clock),
    log: () => undefined,
    memory: { get: async (key) => kept.get(key), set: async (key, value) => void kept.set(key, value) },
    folder: '/nowhere',
  });
  // Pages that fail, connections that are cut, tokens that end, and the vendor asking to slow down although we keep to its numbers.
  for (let n = 1; n < 40; n += 1) far.fault({ fault: 'server-error', on: 'read', at: n * 331 });
  for (let n = 1; n < 12; n += 1) far.fault({ fault: 'cut-connection', on: 'read', at: n * 1103 });
  for (let n = 1; n < 8; n += 1) far.fault({ fault: 'expire-token', on: 'read', at: n * 1709 });
  for (let n = 1; n < 8; n += 1) far.fault({ fault: 'busy', on: 'read', at: n * 1907, afterMs: 1000 });
  const requests = (path: string): number => far.answered.get(`GET /open-apis/contact/v3${path}`) ?? 0;
  const children = (): number => requests('/departments/:department_id/children');

  let started = clock.now();
  const tree = await read(connection, 'department', () => undefined);
  const treeMs = clock.now() - started;
  const treeBest = bestMs(children());
  expect([tree.objects.size, tree.complete]).toEqual([DEPARTMENTS, true]);
  const wrongPlace = departments.filter((one) => (tree.objects.get(one.key)?.attributes.parent_department_id ?? '0') !== one.parent);
  expect(wrongPlace.length).toBe(0);

  const childrenBefore = children();
  const moved = new Set<string>();
  let moves = 0;
  started = clock.now();
  const everybody = await read(connection, 'person', () => {
    // Somebody moves between pages.
    moves += 1;
    if (moves % 10 !== 0) return;
    const user = tenant.users.get(people[drawn(moves, PEOPLE)]!)!;
    moved.add(user.key);
    tenant.setDepartments(user, [departments[drawn(moves + 7, DEPARTMENTS)]!.key]);
  });
  const peopleMs = clock.now() - started;
  const peopleBest = Math.max(bestMs(requests('/users/find_by_department')), bestMs(children() - childrenBefore));
  expect(everybody.complete).toBe(true);
  const idOf = (key: string): string => tenant.openId(FULL_APP, key);
  const missing = people.filter((key) => !everybody.objects.has(idOf(key)));
  // Who moved from a page that was still to come into one that had been read is the only one a walk can miss …
  expect(missing.filter((key) => !moved.has(key))).toEqual([]);
  const wrong = people.filter((key) => {
    const seen = everybody.objects.get(idOf(key));
    return (
      seen &&
      !moved.has(key) &&
      !sameSet(
        seen.edges!.membership!.map((edge) => edge.to.id),
        tenant.users.get(key)!.departments,
      )
    );
  });
  expect(wrong).toEqual([]);
  // … and is there when asked for by name, which happens before anybody counts as gone.
  const asked = { part: { department: '' }, attributes: ['name'], relations: ['membership'], now: 0, signal };
  const { answers } = await connection.get!('person', missing.map(idOf), asked);
  expect([...answers.values()].filter((answer) => answer.state !== 'found')).toEqual([]);

  process.stdout.write(
    `read of ${DEPARTMENTS} departments: ${treeMs / 1000} s virtual, best ${treeBest / 1000} s (${children()} requests); ` +
      `of ${PEOPLE} people: ${peopleMs / 1000} s virtual, best ${peopleBest / 1000} s (${requests('/users/find_by_department')} pages), ` +
      `${moved.size} moved meanwhile, ${missing.length} of them found by name\n`,
  );
  expect(treeMs).toBeLessThanOrEqual(1.1 * treeBest);
  expect(peopleMs).toBeLessThanOrEqual(1.1 * peopleBest);
  await connection.close();
  clock.stop();
});

const sameSet = (a: readonly string[], b: readonly string[]): boolean => a.length === b.length && new Set([...a, ...b]).size === a.length;
