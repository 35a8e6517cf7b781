// What a simulated SCIM server holds: users, groups and organisations, with the rules its mood keeps.
import type { Clock } from '../../connector-kit/contract.ts';
import { ENTERPRISE, entriesOf, isObject, member, type Draft, type Json } from './places.ts';
import type { Mood } from './simulator-moods.ts';

export type Collection = 'Users' | 'Groups' | 'Organizations';

/** An error as SCIM words it. @see https://www.rfc-editor.org/rfc/rfc7644#section-3.12 */
export class Refusal extends Error {
  readonly status: number;
  readonly scimType: string | undefined;
  constructor(status: number, message: string, scimType?: string) {
    super(message);
    this.status = status;
    this.scimType = scimType;
  }
}

const listIn = (resource: Json, name: string): readonly unknown[] => (Array.isArray(resource[name]) ? resource[name] : []);
const isId = (value: unknown): value is string => typeof value === 'string' && value !== '';

export class State {
  private readonly mood: Mood;
  private readonly clock: Clock;
  private readonly all: Record<Collection, Map<string, Draft>> = { Users: new Map(), Groups: new Map(), Organizations: new Map() };
  /** Collection and attribute → folded value → id. */
  private readonly taken = new Map<string, Map<string, string>>();
  /** User → groups it is a member of. */
  private readonly groupsOf = new Map<string, Set<string>>();
  private made = 0;
  private versions = 0;
  writes = 0;

  constructor(mood: Mood, clock: Clock) {
    this.mood = mood;
    this.clock = clock;
  }

  list(collection: Collection): readonly Draft[] {
    const all = [...this.all[collection].values()];
    return this.mood.newestFirst ? all.reverse() : all;
  }

  get(collection: Collection, id: string): Draft {
    const found = this.all[collection].get(id);
    if (!found) throw new Refusal(404, `Resource ${id} not found.`);
    return found;
  }

  groupIds(user: string): readonly string[] {
    return [...(this.groupsOf.get(user) ?? [])];
  }

  create(collection: Collection, given: Json): Draft {
    this.made += 1;
    const id = `2819c223-7f76-453a-919d-${String(this.made).padStart(12, '0')}`;
    const now = new Date(this.clock.now()).toISOString();
    const { status } = this.mood;
    const resource = this.accepted(collection, id, { [status.attribute]: status.on, ...given });
    if (collection === 'Users' && this.mood.passwordRequired && !member(given, 'password'))
      throw new Refusal(400, 'password is required', 'invalidValue');
    if (collection !== 'Users') delete resource[status.attribute];
    resource.meta = { resourceType: collection.slice(0, -1), created: now, lastModified: now, ...this.versioned() };
    this.store(collection, id, resource, null);
    return resource;
  }

  replace(collection: Collection, id: string, given: Json): Draft {
    const before = this.get(collection, id);
    const resource = this.accepted(collection, id, given);
    resource.meta = { ...(before.meta as Json), lastModified: new Date(this.clock.now()).toISOString(), ...this.versioned() };
    this.store(collection, id, resource, before);
    return resource;
  }

  /** @see https://www.rfc-editor.org/rfc/rfc7644#section-3.14 */
  private versioned(): Json {
    this.versions += 1;
    return this.mood.versions ? { version: `W/"${this.versions}"` } : {};
  }

  /** Refuses to change what is not any more what the client read. */
  refuseOutdated(collection: Collection, id: string, version: string | undefined): void {
    const { meta } = this.get(collection, id);
    if (this.mood.versions && version !== undefined && isObject(meta) && meta.version !== version)
      throw new Refusal(412, 'The resource has changed since it was read.');
  }

  remove(collection: Collection, id: string): void {
    const before = this.get(collection, id);
    if (collection === 'Organizations') this.refuseUsed(id);
    if (collection === 'Users' && this.mood.deletingUser === 'refused') throw new Refusal(405, 'Users are not deleted here.');
    this.writes += 1;
    if (collection === 'Users' && this.mood.deletingUser === 'ignored') return;
    if (collection === 'Users' && this.mood.deletingUser === 'deactivates') {
      before[this.mood.status.attribute] = this.mood.status.off;
      return;
    }
    this.index(collection, id, before, null);
    this.all[collection].delete(id);
    if (collection === 'Organizations') return;
    const { groups } = this.mood.names;
    if (groups !== '') for (const user of this.all.Users.values()) user[groups] = listIn(user, groups).filter((one) => one !== id);
    else for (const group of this.all.Groups.values()) group.members = entriesOf(group.members).filter((entry) => entry.value !== id);
    if (collection === 'Groups') for (const groups of this.groupsOf.values()) groups.delete(id);
    for (const user of this.all.Users.values()) {
      const extension = user[ENTERPRISE] as Draft | undefined;
      if (extension && isObject(extension.manager) && extension.manager.value === id) delete extension.manager;
    }
  }

  private refuseUsed(id: string): void {
    const { parent, departments } = this.mood.names;
    const below = this.list('Organizations').some((one) => one[parent] === id);
    const inside = this.list('Users').some((user) => listIn(user, departments).includes(id));
    if (below || inside) throw new Refusal(409, 'There are still people or organisations inside.');
  }

  private store(collection: Collection, id: string, resource: Draft, before: Draft | null): void {
    this.index(collection, id, before, resource);
    this.all[collection].set(id, resource);
    this.writes += 1;
  }

  /** What is kept of what was sent, and whether it may be kept. */
  private accepted(collection: Collection, id: string, given: Json): Draft {
    const kept: Draft = { ...structuredClone(given), id };
    for (const name of ['meta', 'groups', 'password', ...this.mood.drops]) delete kept[name];
    if (!this.mood.keepsExternalId) delete kept.externalId;
    const extension = kept[ENTERPRISE];
    if (isObject(extension))
      kept[ENTERPRISE] = Object.fromEntries(Object.entries(extension).filter(([name]) => !this.mood.drops.includes(name)));
    for (const [name, value] of Object.entries(kept)) if (value === null || value === '') delete kept[name];
    const required = collection === 'Users' ? 'userName' : 'displayName';
    if (!isId(kept[required])) throw new Refusal(400, `${required} is required`, 'invalidValue');
    if (collection === 'Users') this.acceptUser(kept);
    if (collection === 'Groups') {
      if (this.mood.names.groups === '') kept.members = this.acceptMembers(kept.members);
      else delete kept.members;
    }
    if (collection === 'Organizations') this.acceptParent(id, kept[this.mood.names.parent]);
    this.refuseTaken(collection, id, kept);
    return kept;
  }

  private acceptUser(kept: Draft): void {
    // Some senders say it as a text. @see https://learn.microsoft.com/en-us/entra/identity/app-provisioning/application-provisioning-config-problem-scim-compatibility
    if (typeof kept.active === 'string') kept.active = kept.active.toLowerCase() === 'true';
    const extension = kept[ENTERPRISE];
    if (isObject(extension) && typeof extension.manager === 'string')
      kept[ENTERPRISE] = { ...extension, manager: { value: extension.manager } };
    const { status, names, mostValues } = this.mood;
    for (const name of ['emails', 'phoneNumbers'])
      if (entriesOf(kept[name]).length > mostValues) throw new Refusal(400, `${name} holds no more than ${mostValues}`, 'invalidValue');
    const state = kept[status.attribute];
    if (state !== undefined && state !== status.on && state !== status.off)
      throw new Refusal(400, `${status.attribute} is ${String(status.on)} or ${String(status.off)}`, 'invalidValue');
    for (const group of names.groups === '' ? [] : listIn(kept, names.groups))
      if (!this.all.Groups.has(String(group))) throw new Refusal(400, 'group does not exist', 'invalidValue');
    for (const org of listIn(kept, names.departments)) {
      if (!this.all.Organizations.has(String(org))) throw new Refusal(400, 'organization does not exist', 'invalidValue');
    }
  }

  private acceptMembers(members: unknown): readonly Json[] {
    const entries = entriesOf(members).map((entry) => {
      const id = String(entry.value);
      const isGroup = this.all.Groups.has(id);
      if (!isGroup && !this.all.Users.has(id)) throw new Refusal(400, `member ${id} does not exist`, 'invalidValue');
      if (isGroup && !this.mood.nestedGroups) throw new Refusal(400, 'groups hold no groups here', 'invalidValue');
      return { value: id, type: isGroup ? 'Group' : 'User' };
    });
    return [...new Map(entries.map((entry) => [entry.value, entry])).values()];
  }

  private acceptParent(id: string, parent: unknown): void {
    for (let at = parent; isId(at); at = this.all.Organizations.get(at)?.[this.mood.names.parent]) {
      if (at === id) throw new Refusal(400, 'an organisation cannot lie below itself', 'invalidValue');
      if (!this.all.Organizations.has(at)) throw new Refusal(400, 'parent does not exist', 'invalidValue');
    }
  }

  // ── Unique values and memberships ──────────────────────────────────────────────────────────────────────

  private uniqueNames(collection: Collection): readonly string[] {
    if (!this.mood.unique) return [];
    const own = { Users: ['userName'], Groups: this.mood.uniqueGroupNames ? ['displayName'] : [], Organizations: ['code'] }[collection];
    return [...own, 'externalId'];
  }

  private folded = (name: string, value: unknown): string =>
    name === 'externalId' ? String(value) : String(value).normalize('NFC').toLowerCase();

  private refuseTaken(collection: Collection, id: string, kept: Json): void {
    if (collection === 'Users' && this.mood.uniqueEmails) this.refuseAddresses(id, kept);
    for (const name of this.uniqueNames(collection)) {
      const holder = isId(kept[name]) ? this.taken.get(`${collection}.${name}`)?.get(this.folded(name, kept[name])) : undefined;
      if (holder !== undefined && holder !== id) throw new Refusal(409, `${name} is taken`, 'uniqueness');
    }
  }

  private refuseAddresses(id: string, kept: Json): void {
    const addresses = (user: Json): readonly string[] => entriesOf(user.emails).map(({ value }) => String(value).toLowerCase());
    const own = new Set(addresses(kept));
    const isTaken = this.list('Users').some((user) => user.id !== id && addresses(user).some((address) => own.has(address)));
    if (isTaken) throw new Refusal(409, 'The account conflicts with another one.');
  }

  private index(collection: Collection, id: string, before: Json | null, after: Json | null): void {
    for (const name of this.uniqueNames(collection)) {
      const map = this.taken.get(`${collection}.${name}`) ?? new Map<string, string>();
      this.taken.set(`${collection}.${name}`, map);
      if (before && isId(before[name])) map.delete(this.folded(name, before[name]));
      if (after && isId(after[name])) map.set(this.folded(name, after[name]), id);
    }
    if (collection !== 'Groups') return;
    for (const entry of entriesOf(before?.members)) this.groupsOf.get(String(entry.value))?.delete(id);
    for (const entry of entriesOf(after?.members)) {
      const groups = this.groupsOf.get(String(entry.value)) ?? new Set<string>();
      this.groupsOf.set(String(entry.value), groups.add(id));
    }
  }
}
