// A company in an HR system, the directory, and LDAP, SCIM and Feishu below it; days of random changes; and what everybody can see.
import { onTestFinished } from 'vitest';
import { feishu } from '../../src/connectors/feishu/index.ts';
import { ldap } from '../../src/connectors/ldap/index.ts';
import { scim } from '../../src/connectors/scim/index.ts';
import type { Connector, Simulator } from '../../src/connector-kit/contract.ts';
import type { Edge, EndpointObject } from '../../src/core/model.ts';
import { edgeSubject } from '../../src/core/pin.ts';
import { openEndpoint } from '../../src/engine/endpoint.ts';
import { factsText } from '../../src/engine/shapes.ts';
import { roomy } from '../../test/support/plain-scene.ts';
import { byNumber, PlainSystem, plainUp } from '../../test/support/plain-system.ts';
import { openWorkbench, type Workbench } from '../../test/support/workbench.ts';

/** What is under test: the directory itself, or one of the systems below it. */
export const systems = ['directory', 'ldap', 'scim', 'feishu'] as const;
export type System = (typeof systems)[number];

/** Everything readable: `type id` → subject → value. Ids and far ends are those of the directory, where there is a link. */
export type Seen = ReadonlyMap<string, ReadonlyMap<string, string>>;

export interface World {
  readonly bench: Workbench;
  readonly hr: PlainSystem;
  readonly jobs: Readonly<Record<System, number>>;
  look(system: System): Promise<Seen>;
  /** Writes that the system was sent since its start; null where nobody counts them. */
  writes(system: System): number | null;
}

const policy = (leaver: object) => ({ guard: { ...roomy, deletions: 'hold-above-limit' as const }, leaver });

export async function openWorld(slapd: {
  readonly url: string;
  readonly rootDn: string;
  readonly password: string;
  readonly base: string;
}): Promise<World> {
  const bench = await openWorkbench();
  onTestFinished(() => bench.close());
  const hr = new PlainSystem('hr');
  await bench.connection('hr', hr.connector, {});
  const simulated = async (connector: Connector): Promise<Simulator> => {
    const simulator = await connector.simulate!({ clock: bench.clock });
    onTestFinished(() => simulator.stop());
    return simulator;
  };
  const app = await simulated(scim as unknown as Connector);
  const lark = await simulated(feishu as unknown as Connector);
  await bench.connection('scim', scim, app.config);
  await bench.connection('feishu', feishu, { ...lark.config, longConnection: false });
  await bench.connection('ldap', ldap, { url: slapd.url, bindDn: slapd.rootDn, password: slapd.password, base: slapd.base });
  const up = await bench.job({
    name: 'in',
    connection: 'hr',
    direction: 'up',
    mapping: plainUp(),
    correlation: byNumber.up,
    policy: policy({ gone: 'delete', departed: 'disable' }),
  });
  const down = (id: string, connector: Connector, more: object = {}): Promise<number> =>
    bench.job({
      name: `${id} out`,
      connection: id,
      direction: 'down',
      ...connector.manifest.defaults.down!,
      policy: policy({ gone: 'delete', leftScope: 'delete', departed: 'disable' }),
      ...more,
    });
  const jobs = {
    directory: up,
    ldap: await down('ldap', ldap as unknown as Connector),
    scim: await down('scim', scim as unknown as Connector),
    feishu: await down('feishu', feishu as unknown as Connector, { part: { department: '' } }),
  };
  const simulators: Partial<Record<System, Simulator>> = { scim: app, feishu: lark };
  return {
    bench,
    hr,
    jobs,
    look: (system) => (system === 'directory' ? lookAtDirectory(bench) : lookAtSystem(bench, system)),
    writes: (system) => simulators[system]?.writes() ?? null,
  };
}

async function lookAtDirectory({ database }: Workbench): Promise<Seen> {
  const seen = new Map<string, Map<string, string>>();
  const objects = await database.all<{ id: string; type: string; lifecycle: string; data: string }>(
    `SELECT id, type, lifecycle, data FROM object WHERE lifecycle <> 'absent'`,
  );
  const typeOf = new Map(objects.map((object) => [object.id, object.type]));
  for (const object of objects) {
    const values = Object.entries(JSON.parse(object.data) as Record<string, unknown>).map(
      ([name, value]) => [name, JSON.stringify(value)] as const,
    );
    seen.set(`${object.type} ${object.id}`, new Map([...values, ['lifecycle', object.lifecycle]]));
  }
  for (const edge of await database.all<{ owner: string; relation: string; to_type: string; to_id: string; facts: string }>(
    'SELECT * FROM edge',
  ))
    seen.get(`${typeOf.get(edge.owner)} ${edge.owner}`)?.set(edgeSubject(edge.relation, edge.to_type, edge.to_id), edge.facts);
  return seen;
}

/** A complete read of the system by its own connector: every type, every attribute and relation of its catalogue. */
async function lookAtSystem({ database, engine }: Workbench, system: System): Promise<Seen> {
  const endpoint = await openEndpoint(engine.options, system, AbortSignal.timeout(60_000));
  const links = await database.all<{ type: string; external_id: string; directory_id: string }>(
    'SELECT type, external_id, directory_id FROM link WHERE connection = ?',
    system,
  );
  const known = new Map(links.map((link) => [`${link.type} ${link.external_id}`, link.directory_id]));
  const ours = (type: string, id: string): string => known.get(`${type} ${id}`) ?? `ext:${id}`;
  const seen = new Map<string, Map<string, string>>();
  try {
    for (const type of endpoint.types) {
      const relations = type.relations.map((relation) => relation.name);
      const request = {
        part: system === 'feishu' ? { department: '' } : {},
        attributes: type.attributes.map((spec) => spec.name),
        relations,
        now: engine.options.clock.now(),
        signal: AbortSignal.timeout(60_000),
      };
      const objects: EndpointObject[] = [];
      const large = new Map<string, Edge[]>();
      for await (const event of endpoint.connection.read!(type.id, request)) {
        if (event.kind === 'objects') objects.push(...event.objects);
        if (event.kind === 'edges')
          large.set(`${event.owner} ${event.relation}`, [...(large.get(`${event.owner} ${event.relation}`) ?? []), ...event.edges]);
      }
      for (const object of objects) {
        const values = new Map<string, string>([['id', object.id]]);
        if (object.enabled !== undefined) values.set('enabled', String(object.enabled));
        for (const spec of type.attributes) {
          const value = object.attributes[spec.name];
          if (value === null || value === undefined) continue;
          const shown =
            spec.type === 'reference' && typeof value === 'string'
              ? ours(spec.to!, value)
              : Array.isArray(value) && !spec.ordered
                ? value.toSorted()
                : value;
          values.set(spec.name, JSON.stringify(shown));
        }
        for (const relation of type.relations)
          for (const edge of large.get(`${object.id} ${relation.name}`) ?? object.edges?.[relation.name] ?? [])
            values.set(edgeSubject(relation.name, edge.to.type, ours(edge.to.type, edge.to.id)), factsText(edge, relation.keeps ?? []));
        seen.set(`${type.id} ${ours(type.id, object.id)}`, values);
      }
    }
  } finally {
    await endpoint.connection.close();
  }
  return seen;
}

/** Every place where the two differ: `type id subject`. Of an object that only one of them has: the object itself. */
export function differences(before: Seen, after: Seen): readonly string[] {
  const found: string[] = [];
  for (const key of new Set([...before.keys(), ...after.keys()])) {
    const [was, is] = [before.get(key), after.get(key)];
    if (!was || !is) found.push(`${key} `);
    else for (const name of new Set([...was.keys(), ...is.keys()])) if (was.get(name) !== is.get(name)) found.push(`${key} ${name}`);
  }
  return found.toSorted();
}

// ── days ─────────────────────────────────────────────────────────────────────────────────────────────────

/** Numbers in [0, 1) that follow from a seed alone (mulberry32). */
export function randomOf(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}

export interface Days {
  /** The first day: departments, people, groups. */
  found(): void;
  /** A few changes of any kind; their names. */
  change(): readonly string[];
}

export function daysOf(hr: PlainSystem, random: () => number): Days {
  let next = 0;
  let values = 0;
  const pick = <T>(of: readonly T[]): T => of[Math.floor(random() * of.length)]!;
  const ids = (type: string): string[] => hr.all(type).map((object) => object.id);
  const fresh = (word: string): string => `${word}${++values}`;
  const hire = (): string => {
    const id = String(++next);
    hr.person(id, pick(ids('department')), {
      name: `Person ${id}`,
      login: `user${id}`,
      phone: `138${String(10_000_000 + next)}`,
      title: pick(['Clerk', 'Engineer', 'Manager']),
      manager: next > 2 ? pick(ids('person')) : null,
    });
    return id;
  };
  const set =
    (type: string, attributes: () => object, edges: () => object = () => ({})) =>
    () => {
      const all = ids(type);
      if (all.length > 0) hr.set(type, pick(all), attributes() as never, edges() as never);
    };
  const membership = (): object => {
    const [first, second] = [pick(ids('department')), pick(ids('department'))];
    const list: Edge[] = [{ to: { type: 'department', id: first }, primary: true }];
    if (second !== first && random() < 0.3) list.push({ to: { type: 'department', id: second } });
    return { membership: list };
  };
  const members = (): object => ({
    member: [...new Set([pick(ids('person')), pick(ids('person')), pick(ids('person'))])].map((id) => ({ to: { type: 'person', id } })),
  });
  /** HR leaves nothing dangling. */
  const leave = (): void => {
    const all = ids('person');
    if (all.length < 8) return;
    const id = pick(all);
    hr.delete('person', id);
    const without = (edges: readonly Edge[] = []): Edge[] => edges.filter((edge) => edge.to.id !== id);
    for (const person of hr.all('person')) if (person.attributes.manager === id) hr.set('person', person.id, { manager: null });
    for (const group of hr.all('group')) hr.set('group', group.id, {}, { member: without(group.edges?.member) });
    for (const department of hr.all('department')) hr.set('department', department.id, {}, { leader: without(department.edges?.leader) });
  };
  const closeEmpty = (): void => {
    const used = new Set([
      ...hr.all('person').flatMap((person) => person.edges!.membership!.map((edge) => edge.to.id)),
      ...hr.all('department').map((department) => department.attributes.parent),
    ]);
    const empty = ids('department').filter((id) => !used.has(id));
    if (empty.length > 0) hr.delete('department', pick(empty));
  };
  const kinds: readonly (readonly [string, () => void])[] = [
    ['title', set('person', () => ({ title: fresh('Title ') }))],
    ['title', set('person', () => ({ title: random() < 0.3 ? null : fresh('Title ') }))],
    ['name', set('person', () => ({ name: fresh('Name ') }))],
    ['mail', set('person', () => ({ mail: `${fresh('mail')}@example.com` }))],
    ['manager', set('person', () => ({ manager: random() < 0.3 ? null : pick(ids('person')) }))],
    ['move', set('person', () => ({}), membership)],
    ['move', set('person', () => ({}), membership)],
    ['suspend', set('person', () => ({ status: 'suspended' }))],
    ['activate', set('person', () => ({ status: 'active' }))],
    ['depart', set('person', () => ({ status: 'departed' }))],
    ['hire', hire],
    ['hire', hire],
    ['leave', leave],
    ['leave', leave],
    ['department name', set('department', () => ({ name: fresh('Department ') }))],
    ['new department', () => hr.department(fresh('d'), pick(ids('department')))],
    ['close department', closeEmpty],
    ['members', set('group', () => ({}), members)],
    ['group name', set('group', () => ({ name: fresh('Group ') }))],
    ['new group', () => hr.group(fresh('g'), [['person', pick(ids('person'))]])],
  ];
  return {
    found() {
      hr.department('top');
      for (const id of ['dev', 'ops', 'hrd']) hr.department(id, 'top');
      hr.department('web', 'dev');
      for (let n = 0; n < 12; n++) hire();
      hr.group('team', [
        ['person', '1'],
        ['person', '2'],
        ['person', '3'],
      ]);
      hr.group(
        'all',
        ids('person').map((id) => ['person', id] as const),
      );
    },
    change() {
      const chosen = Array.from({ length: 1 + Math.floor(random() * 6) }, () => pick(kinds));
      for (const [, change] of chosen) change();
      return chosen.map(([name]) => name);
    },
  };
}
