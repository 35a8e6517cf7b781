// A tiny system under full control: source and target in one, with a dial for every way in which it can let us down.
import { z } from 'zod';
import type { Connection, Connector, GetAnswer, ReadEvent, RefusedEdge, Written } from '../../src/connector-kit/contract.ts';
import { field } from '../../src/connector-kit/define.ts';
import { ConnectorError, type ErrorKind } from '../../src/connector-kit/errors.ts';
import { comparisonKeys } from '../../src/core/attribute.ts';
import type { Attributes, AttributeSpec, Edge, Edges, EndpointObject, ObjectTypeSpec, Value } from '../../src/core/model.ts';
import type { MappingRowInput } from '../../src/core/mapping/rows.ts';
import { givenUp, type Dials } from './dials.ts';

const label = (text: string) => ({ en: text, zh: text });
const text = (name: string, more: Partial<AttributeSpec> = {}): AttributeSpec => ({ name, label: label(name), type: 'string', ...more });
const person = (name: string): AttributeSpec => text(name, { type: 'reference', to: 'person' });

export const plainTypes: readonly ObjectTypeSpec[] = [
  {
    id: 'department',
    label: label('department'),
    title: 'name',
    parent: 'parent',
    attributes: [
      text('name', { required: true, maxLength: 64 }),
      text('code', { unique: true }),
      text('parent', { type: 'reference', to: 'department' }),
    ],
    relations: [{ name: 'leader', label: label('leaders'), to: ['person'], keeps: ['order'] }],
  },
  {
    id: 'person',
    label: label('person'),
    title: 'name',
    attributes: [
      text('name', { required: true, maxLength: 64, equality: 'spaces' }),
      text('number', { unique: true, identifying: true }),
      text('mail', { unique: true, identifying: true, equality: 'ignore-case' }),
      text('phone', { unique: true, identifying: true, equality: 'phone' }),
      text('login', { unique: true, identifying: true, equality: 'ignore-case' }),
      text('title'),
      text('note'),
      text('kind'),
      text('status'),
      text('startsAt'),
      text('endsAt'),
      text('timeZone'),
      person('manager'),
    ],
    relations: [{ name: 'membership', label: label('departments'), to: ['department'], containing: true, keeps: ['primary', 'title'] }],
  },
  {
    id: 'group',
    label: label('group'),
    title: 'name',
    attributes: [text('name', { required: true }), text('code', { unique: true })],
    relations: [{ name: 'member', label: label('members'), to: ['person', 'group'] }],
  },
];

const pairs: Readonly<Record<string, readonly (readonly [outside: string, directory: string])[]>> = {
  department: [
    ['name', 'name'],
    ['code', 'code'],
    ['parent', 'parent'],
  ],
  person: [
    ['name', 'displayName'],
    ['number', 'employeeNumber'],
    ['mail', 'email'],
    ['phone', 'phone'],
    ['login', 'userName'],
    ['title', 'title'],
    ['note', 'nickname'],
    ['manager', 'manager'],
  ],
  group: [
    ['name', 'name'],
    ['code', 'code'],
  ],
};
type Rows = Record<string, MappingRowInput[]>;
const rows = (of: (pair: readonly [string, string]) => MappingRowInput): Rows =>
  Object.fromEntries(Object.entries(pairs).map(([type, list]) => [type, list.map(of)]));
const upRows = rows(([outside, directory]) => ({ target: directory, field: outside }));

/** Complete job settings for both directions; tests lay their own over them. */
export const plainUp = (): Rows => ({
  ...upRows,
  person: [
    ...upRows.person!,
    ...['startsAt', 'endsAt', 'timeZone'].map((name) => ({ target: name, field: name })),
    { target: 'lifecycle', field: 'status', onEmpty: 'keep' as const },
  ],
});
export const plainDown = (): Rows => rows(([outside, directory]) => ({ target: outside, field: directory }));
export const byNumber = {
  up: { person: [{ attribute: 'employeeNumber' }], department: [{ attribute: 'code' }], group: [{ attribute: 'code' }] },
  down: { person: [{ attribute: 'number' }], department: [{ attribute: 'code' }], group: [{ attribute: 'code' }] },
};

export class PlainSystem {
  readonly id: string;
  readonly objects = new Map<string, Map<string, EndpointObject>>(plainTypes.map((type) => [type.id, new Map()]));
  readonly dials: Dials = {
    empty: false,
    cutAtPage: null,
    sizeLimit: null,
    hidden: new Set(),
    nulled: new Set(),
    hiddenDepartments: new Set(),
    hiddenPeopleOf: new Set(),
    range: 'all',
    unreadable: new Set(),
    unreachable: false,
    silent: false,
    loseAnswers: 0,
    makes: null,
    echoes: false,
  };
  /** Object id → the kind of error that its writes get. */
  readonly refusals = new Map<string, ErrorKind>();
  /** Object id → attributes and relations that are missing on this object alone. */
  readonly unknowns = new Map<string, readonly string[]>();
  /** `create person p1`, in order. */
  readonly log: string[] = [];
  /** What can be done to objects of a type, where that is not everything. Connect again after changing it. */
  readonly offers = new Map<string, NonNullable<ObjectTypeSpec['writes']>>();
  /** How deep and how wide its departments may be. Connect again after changing it. */
  tree: ObjectTypeSpec['tree'];
  /** How many objects of a type it holds. Connect again after changing it. */
  readonly most = new Map<string, number>();
  /** How many departments a person may be in. Connect again after changing it. */
  places: number | undefined;
  pageSize = 10;
  #next = 1;
  /** Unique attribute of a type → comparison key → ids that had it, some of which may not have it any more. Made anew when a test has edited something. */
  readonly #owners = new Map<string, Map<string, Set<string>>>();

  constructor(id = 'plain') {
    this.id = id;
  }

  get writes(): number {
    return this.log.length;
  }
  put(type: string, id: string, attributes: Attributes, edges: Edges = {}, enabled = true): void {
    this.#owners.clear();
    this.#lay(type, id, attributes, edges, enabled);
  }
  #lay(type: string, id: string, attributes: Attributes, edges: Edges, enabled: boolean): void {
    const relations = Object.fromEntries(specOf(type).relations.map((relation) => [relation.name, edges[relation.name] ?? []]));
    this.objects.get(type)!.set(id, { id, attributes, edges: relations, ...(type === 'person' ? { enabled } : {}) });
  }
  department(id: string, parent: string | null = null, more: Attributes = {}): void {
    this.put('department', id, { name: id, code: id, parent, ...more });
  }
  /** The first department is the primary one. Number, name and mail follow from the id. */
  person(id: string, departments: string | readonly string[], more: Attributes = {}): void {
    const list = typeof departments === 'string' ? [departments] : departments;
    const membership: Edge[] = list.map((to, index) => ({ to: { type: 'department', id: to }, ...(index === 0 ? { primary: true } : {}) }));
    this.put('person', id, { name: `Person ${id}`, number: `N-${id}`, mail: `${id}@example.com`, ...more }, { membership });
  }
  group(id: string, members: readonly (readonly [type: string, id: string])[], more: Attributes = {}): void {
    this.put('group', id, { name: id, code: id, ...more }, { member: members.map(([type, member]) => ({ to: { type, id: member } })) });
  }
  /** Lays attributes over an object. */
  set(type: string, id: string, attributes: Attributes, edges: Edges = {}): void {
    this.#owners.clear();
    const object = this.get(type, id)!;
    this.objects
      .get(type)!
      .set(id, { ...object, attributes: { ...object.attributes, ...attributes }, edges: { ...object.edges, ...edges } });
  }
  get(type: string, id: string): EndpointObject | undefined {
    return this.objects.get(type)!.get(id);
  }
  delete(type: string, id: string): void {
    this.objects.get(type)!.delete(id);
  }
  all(type: string): readonly EndpointObject[] {
    return [...this.objects.get(type)!.values()];
  }
  /** The account with this value. */
  by(type: string, attribute: string, value: Value): EndpointObject | undefined {
    return this.all(type).find((object) => object.attributes[attribute] === value);
  }
  departmentsOf(id: string): readonly string[] {
    return (this.get('person', id)?.edges?.membership ?? []).map((edge) => edge.to.id);
  }

  get connector(): Connector {
    const config = z.object({});
    const part = z.object({ department: field(z.string().optional(), { label: label('top department') }) });
    return {
      manifest: {
        id: this.id,
        name: label(this.id),
        summary: label(this.id),
        logo: 'logo.svg',
        roles: ['source', 'target'],
        config,
        part,
        types: plainTypes.map((type) => ({
          ...type,
          ...(this.offers.has(type.id) ? { writes: this.offers.get(type.id)! } : {}),
          ...(this.most.has(type.id) ? { most: this.most.get(type.id)! } : {}),
          relations: type.relations.map((relation) =>
            relation.name === 'membership' && this.places !== undefined ? { ...relation, max: this.places } : relation,
          ),
          ...(type.parent !== undefined && this.tree ? { tree: this.tree } : {}),
        })),
        facts: {
          stableIds: true,
          assignsIds: true,
          ignoresCase: true,
          nestedGroups: true,
          serialWrites: false,
          removeMeans: 'recoverable',
        },
        limits: { inFlight: 2, batchSize: 100 },
        provenAgainst: ['itself'],
        defaults: {},
      },
      open: async () => this.#connection(),
    } as unknown as Connector;
  }

  #connection(): Connection {
    const visible = (type: string) => ({
      attributes:
        this.dials.hidden.size > 0
          ? specOf(type)
              .attributes.map((spec) => spec.name)
              .filter((name) => !this.dials.hidden.has(name))
          : ('all' as const),
      range: this.dials.range,
    });
    return {
      check: async () => ({
        findings: [{ level: 'reachable', ok: !this.dials.unreachable, message: label('reachable') }],
        range: this.dials.range,
      }),
      close: async () => {},
      read: (type, request) => this.#read(type, request.part as { department?: string }, request.attributes, visible(type)),
      get: async (type, ids, request) => {
        this.#reach();
        if (this.dials.silent) await givenUp(request.signal);
        const top = (request.part as { department?: string } | undefined)?.department;
        return {
          visible: visible(type),
          answers: new Map(
            ids.map((id): [string, GetAnswer] => {
              const object = this.get(type, id);
              return [
                id,
                object && this.#shown(type, object)
                  ? { state: 'found', object: this.#show(object, request.attributes), inPart: this.#inPart(type, object, top) }
                  : { state: 'gone' },
              ];
            }),
          ),
        };
      },
      find: async (type, attribute, values) => {
        const spec = specOf(type).attributes.find((candidate) => candidate.name === attribute)!;
        return values.flatMap((value) =>
          this.all(type)
            .filter((object) => this.#same(object.attributes[attribute], value, spec))
            .map((object) => ({ value, id: object.id })),
        );
      },
      create: async (type, desired) => {
        // Only members are taken one by one.
        const { member = [] } = desired.edges;
        const taken = member.filter(({ to }) => !this.refusals.has(to.id));
        const written = await this.#write('create', type, null, () => {
          const id = `${this.id}-${type}-${this.#next++}`;
          this.#store(type, id, desired.attributes, { ...desired.edges, ...(member.length > 0 ? { member: taken } : {}) }, desired.enabled);
          return id;
        });
        return taken.length === member.length ? written : { ...written, refused: this.#refused('member', member) };
      },
      update: async (type, id, changed) =>
        this.#write('update', type, id, () => {
          const object = this.get(type, id)!;
          this.#store(
            type,
            id,
            { ...object.attributes, ...changed.attributes },
            { ...object.edges, ...changed.edges },
            object.enabled ?? true,
            Object.keys(changed.attributes),
          );
          return id;
        }),
      disable: async (type, id) => this.#write('disable', type, id, () => this.#enable(type, id, false)),
      enable: async (type, id) => this.#write('enable', type, id, () => this.#enable(type, id, true)),
      remove: async (type, id) => {
        const snapshot = this.get(type, id) ?? null;
        if (snapshot)
          await this.#write('remove', type, id, () => {
            if (type === 'department' && this.#occupied(id)) throw new ConnectorError('conflict', label(`${id} is not empty`));
            this.delete(type, id);
            return id;
          });
        return { snapshot };
      },
      changeMembers: async (owner, relation, change) => {
        const taken = change.add.filter(({ to }) => !this.refusals.has(to.id));
        await this.#write('members', owner.type, owner.id, () => {
          const object = this.get(owner.type, owner.id)!;
          const kept = new Map((object.edges?.[relation] ?? []).map((edge) => [edge.to.id, edge]));
          for (const edge of taken) kept.set(this.#existing(edge).to.id, edge);
          for (const edge of change.remove) kept.delete(edge.to.id);
          this.set(owner.type, owner.id, {}, { [relation]: [...kept.values()] });
          return owner.id;
        });
        return { refused: this.#refused(relation, change.add) };
      },
    };
  }

  #refused(relation: string, edges: readonly Edge[]): readonly RefusedEdge[] {
    return edges.flatMap(({ to }) => {
      const kind = this.refusals.get(to.id);
      return kind ? [{ relation, to, error: new ConnectorError(kind, label(`The system refuses ${to.id}.`)) }] : [];
    });
  }

  async *#read(
    type: string,
    part: { department?: string },
    attributes: readonly string[],
    visible: { attributes: readonly string[] | 'all'; range: string },
  ): AsyncGenerator<ReadEvent> {
    this.#reach();
    const { empty, sizeLimit, cutAtPage } = this.dials;
    const shown = empty ? [] : this.all(type).filter((object) => this.#shown(type, object) && this.#inPart(type, object, part?.department));
    const limited = sizeLimit === null ? shown : shown.slice(0, sizeLimit);
    for (let page = 1; (page - 1) * this.pageSize < limited.length; page++) {
      if (page === cutAtPage) throw new ConnectorError('transient', label('The connection was cut.'), { transport: true });
      const objects = limited.slice((page - 1) * this.pageSize, page * this.pageSize);
      yield {
        kind: 'objects',
        objects: objects.filter((object) => !this.dials.unreadable.has(object.id)).map((object) => this.#show(object, attributes)),
      };
      for (const { id } of objects.filter((object) => this.dials.unreadable.has(object.id)))
        yield { kind: 'unreadable', id, where: `record ${id}`, reason: label('cannot be understood') };
    }
    const complete = limited.length === shown.length;
    yield { kind: 'end', complete, visible, ...(complete ? {} : { reason: label(`The size limit of ${sizeLimit} was reached.`) }) };
  }

  #show(object: EndpointObject, attributes: readonly string[]): EndpointObject {
    const unknown = this.unknowns.get(object.id) ?? [];
    const wanted = attributes.filter((name) => !this.dials.hidden.has(name) && !unknown.includes(name));
    const membership = (object.edges?.membership ?? []).filter((edge) => !this.#dark(edge.to.id));
    return {
      ...object,
      ...(object.edges?.membership
        ? { edges: unknown.includes('membership') ? {} : { membership: this.dials.nulled.has('membership') ? [] : membership } }
        : {}),
      attributes: Object.fromEntries(wanted.map((name) => [name, this.dials.nulled.has(name) ? null : (object.attributes[name] ?? null)])),
    };
  }
  #chain(department: string | null): string[] {
    const chain: string[] = [];
    for (let at = department; at && !chain.includes(at); at = (this.get('department', at)?.attributes.parent as string) ?? null)
      chain.push(at);
    return chain;
  }
  #places(type: string, object: EndpointObject): readonly string[] {
    return type === 'department' ? [object.id] : type === 'person' ? (object.edges?.membership ?? []).map((edge) => edge.to.id) : [];
  }
  #shown(type: string, object: EndpointObject): boolean {
    const places = this.#places(type, object);
    return (
      !this.dials.empty &&
      (places.length === 0 || !places.every((id) => this.#dark(id))) &&
      !(type === 'person' && this.dials.hiddenPeopleOf.has(places[0]!))
    );
  }
  #dark(department: string): boolean {
    return this.#chain(department).some((above) => this.dials.hiddenDepartments.has(above));
  }
  #inPart(type: string, object: EndpointObject, top: string | undefined): boolean {
    return !top || type === 'group'
      ? !top || String(object.attributes.code).startsWith(top)
      : this.#places(type, object).some((id) => this.#chain(id).includes(top));
  }
  #occupied(department: string): boolean {
    return (
      this.all('department').some((object) => object.attributes.parent === department) ||
      this.all('person').some((object) => object.edges?.membership?.some((edge) => edge.to.id === department))
    );
  }
  #same(a: Value | null | undefined, b: Value | null | undefined, spec: AttributeSpec): boolean {
    const keys = comparisonKeys(a, spec);
    return comparisonKeys(b, spec).some((key) => keys.includes(key));
  }
  #reach(): void {
    if (this.dials.unreachable) throw new ConnectorError('transient', label('No answer from the system.'), { transport: true });
  }
  async #write(what: string, type: string, id: string | null, work: () => string): Promise<Written> {
    this.#reach();
    if (id !== null && !this.get(type, id)) throw new ConnectorError('not-found', label(`${id} is not there`));
    const refusal = id === null ? undefined : this.refusals.get(id);
    if (refusal) throw new ConnectorError(refusal, label(`The system refuses to ${what} ${id}.`));
    const done = work();
    this.log.push(`${what} ${type} ${done}`);
    if (this.dials.loseAnswers > 0) {
      this.dials.loseAnswers--;
      throw new ConnectorError('unknown-outcome', label('The answer was lost.'), { transport: true });
    }
    return { id: done, ...(this.dials.echoes ? { echo: this.get(type, done)?.attributes ?? {} } : {}) };
  }
  #store(
    type: string,
    id: string,
    attributes: Attributes,
    edges: Edges,
    enabled: boolean,
    changed: readonly string[] = Object.keys(attributes),
  ): void {
    const { makes } = this.dials;
    const stored = Object.fromEntries(
      Object.entries(attributes).map(([name, value]) => [name, makes && changed.includes(name) ? makes(name, value) : value]),
    );
    for (const spec of specOf(type).attributes) {
      const value = stored[spec.name] ?? null;
      if (spec.required && value === null) throw new ConnectorError('invalid', label(`${spec.name} is required`), { attribute: spec.name });
      if (spec.maxLength && String(value ?? '').length > spec.maxLength)
        throw new ConnectorError('invalid', label(`${spec.name} is too long`), { attribute: spec.name });
      if (spec.type === 'reference' && typeof value === 'string' && !this.get(spec.to!, value))
        throw new ConnectorError('invalid', label(`${spec.name} points nowhere`), { attribute: spec.name });
      const taken = spec.unique && value !== null ? this.#having(type, spec, value).find((other) => other.id !== id) : undefined;
      if (taken)
        throw this.get(type, id)
          ? new ConnectorError('conflict', label(`${spec.name} is taken`), { attribute: spec.name })
          : new ConnectorError('already-exists', label(`${spec.name} is taken`), { attribute: spec.name, id: taken.id });
    }
    for (const list of Object.values(edges)) for (const edge of list) this.#existing(edge);
    if (type === 'department' && this.#chain((stored.parent as string) ?? null).includes(id))
      throw new ConnectorError('invalid', label('a department cannot be below itself'), { attribute: 'parent' });
    this.#lay(type, id, stored, edges, enabled);
    for (const spec of specOf(type).attributes) if (spec.unique) this.#own(this.#ownersOf(type, spec), id, stored[spec.name], spec);
  }
  #having(type: string, spec: AttributeSpec, value: Value): readonly EndpointObject[] {
    const ids = new Set(comparisonKeys(value, spec).flatMap((key) => [...(this.#ownersOf(type, spec).get(key) ?? [])]));
    return [...ids].flatMap((id) => this.get(type, id) ?? []).filter((object) => this.#same(object.attributes[spec.name], value, spec));
  }
  #ownersOf(type: string, spec: AttributeSpec): Map<string, Set<string>> {
    const name = `${type}\0${spec.name}`;
    let owners = this.#owners.get(name);
    if (!owners) {
      this.#owners.set(name, (owners = new Map()));
      for (const object of this.all(type)) this.#own(owners, object.id, object.attributes[spec.name], spec);
    }
    return owners;
  }
  #own(owners: Map<string, Set<string>>, id: string, value: Value | null | undefined, spec: AttributeSpec): void {
    for (const key of comparisonKeys(value, spec)) {
      const ids = owners.get(key);
      if (ids) ids.add(id);
      else owners.set(key, new Set([id]));
    }
  }
  #existing(edge: Edge): Edge {
    if (!this.get(edge.to.type, edge.to.id)) throw new ConnectorError('invalid', label(`${edge.to.id} is not there`));
    return edge;
  }
  #enable(type: string, id: string, enabled: boolean): string {
    this.objects.get(type)!.set(id, { ...this.get(type, id)!, enabled });
    return id;
  }
}

const specOf = (type: string): ObjectTypeSpec => plainTypes.find((candidate) => candidate.id === type)!;
