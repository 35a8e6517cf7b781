// The data of the simulated tenant: users, departments and groups with all their ids, and the indexes over them.
import { createHash } from 'node:crypto';
import { usualTerms } from './simulator-terms.ts';

export const ROOT = '0';

let placed = 0;

/** A set that remembers when each of its keys came, so that a page goes on after a key that has left meanwhile. */
export class Line {
  private readonly since = new Map<string, number>();

  add(key: string): void {
    placed += 1;
    if (!this.since.has(key)) this.since.set(key, placed);
  }

  delete(key: string): void {
    this.since.delete(key);
  }

  get size(): number {
    return this.since.size;
  }

  /** Grows along the line. */
  at(key: string): number {
    return this.since.get(key) ?? 0;
  }

  [Symbol.iterator](): Iterator<string> {
    return this.since.keys();
  }
}

export interface SimOrder {
  readonly userOrder: number;
  readonly departmentOrder: number;
}

export interface SimUser {
  /** Its union_id, which is the same for every app of one developer. */
  readonly key: string;
  userId: string;
  /** Plain fields as the wire has them: name, mobile, email, job_title … Empty text is empty. */
  readonly fields: Record<string, string | number | boolean>;
  /** Keys of departments, in the order given; `0` is the root. */
  departments: string[];
  readonly orders: Map<string, SimOrder>;
  leader: string | null;
  /** Custom attribute id → wire value. */
  readonly custom: Map<string, Readonly<Record<string, unknown>>>;
  frozen: boolean;
  /** Has accepted the invitation. */
  activated: boolean;
  /** Left by own choice; resigned some days later. */
  exited: boolean;
  resignedAt: number | null;
  /** A policy of the tenant hides the number from apps. */
  mobileHidden: boolean;
}

export interface SimDepartment {
  /** Its open_department_id. */
  readonly key: string;
  customId: string;
  name: string;
  parent: string;
  order: number;
  /** The main one first. */
  leaders: { readonly type: 1 | 2; readonly user: string }[];
  readonly children: Line;
  /** Direct members, oldest first. */
  readonly members: Line;
}

export interface SimGroup {
  readonly key: string;
  name: string;
  description: string;
  /** 1 ordinary, 2 dynamic: its members follow from a rule, and no API changes them. */
  readonly type: 1 | 2;
  readonly users: Line;
  readonly departments: Line;
}

export interface SimCustomAttr {
  readonly id: string;
  readonly type: 'TEXT' | 'HREF' | 'ENUMERATION' | 'PICTURE_ENUM' | 'GENERIC_USER';
  readonly name: string;
  /** `name`: of a picture, whose value is where it lies. */
  readonly options?: readonly { readonly id: string; readonly value: string; readonly name?: string }[];
}

interface SimEmployeeType {
  readonly value: string;
  readonly name: string;
  /** Switched off by the tenant. */
  readonly off?: boolean;
}

/** What happened, for those who listen: events are made from it. */
export interface TenantChange {
  readonly kind: 'created' | 'updated' | 'deleted' | 'actived' | 'deactivated';
  readonly type: 'user' | 'department' | 'group' | 'custom_attr_event' | 'employee_type_enum';
  readonly key: string;
  /** Wire names of the fields that changed, with their old values. */
  readonly old: Readonly<Record<string, unknown>>;
  /** Departments the user was in before, so that the range before counts, too. */
  readonly oldDepartments?: readonly string[];
}

const hex = (text: string): string => createHash('sha1').update(text).digest('hex').slice(0, 32);

/** The ids that are unique in a tenant: index name → the field it is over. */
const unique = { mobile: 'mobile', email: 'email', employee_no: 'employee_no' } as const;
type UniqueField = keyof typeof unique;

const comparable = (field: UniqueField | 'user_id', value: string): string => (field === 'email' ? value.toLowerCase() : value);

export class Tenant {
  readonly key: string;
  readonly users = new Map<string, SimUser>();
  readonly departments = new Map<string, SimDepartment>();
  readonly groups = new Map<string, SimGroup>();
  readonly root: Pick<SimDepartment, 'children' | 'members'> = { children: new Line(), members: new Line() };
  /** Everybody who is created has accepted the invitation; otherwise they are only invited. */
  joinsAtOnce = false;
  readonly terms = usualTerms();
  private ownFields: readonly SimCustomAttr[] = [];
  private ownTypes: readonly SimEmployeeType[] = [];
  private readonly indexes = new Map<string, Map<string, string>>();
  private readonly customIds = new Map<string, string>();
  /** App → open_id → key, and key → open_id. */
  private readonly openIds = new Map<string, Map<string, string>>();
  private readonly shownIds = new Map<string, Map<string, string>>();
  private readonly listeners: ((change: TenantChange) => void)[] = [];
  private made = 0;

  constructor(key: string) {
    this.key = key;
  }

  listen(listener: (change: TenantChange) => void): void {
    this.listeners.push(listener);
  }

  tell(change: TenantChange): void {
    for (const listener of this.listeners) listener(change);
  }

  get customAttrs(): readonly SimCustomAttr[] {
    return this.ownFields;
  }

  set customAttrs(fields: readonly SimCustomAttr[]) {
    this.ownFields = fields;
    this.tell({ kind: 'updated', type: 'custom_attr_event', key: '', old: {} });
  }

  /** Beside the five fixed ones. */
  get employeeTypes(): readonly SimEmployeeType[] {
    return this.ownTypes;
  }

  set employeeTypes(types: readonly SimEmployeeType[]) {
    const before = new Map(this.ownTypes.map((type) => [type.value, type]));
    this.ownTypes = types;
    const say = (kind: TenantChange['kind'], { value, name }: SimEmployeeType): void =>
      this.tell({ kind, type: 'employee_type_enum', key: value, old: { content: name } });
    for (const type of types) {
      const known = before.get(type.value);
      before.delete(type.value);
      if (!known) say('created', type);
      else if (known.name !== type.name) say('updated', known);
      else if ((known.off ?? false) !== (type.off ?? false)) say(type.off ? 'deactivated' : 'actived', type);
    }
    for (const gone of before.values()) say('deleted', gone);
  }

  private next(kind: string): string {
    this.made += 1;
    return hex(`${this.key}/${kind}/${this.made}`);
  }

  // ── Ids ────────────────────────────────────────────────────────────────────────────────────────────────

  /** An open_id belongs to one app: the same person has another one in every app. */
  openId(app: string, user: string): string {
    let shown = this.shownIds.get(app);
    if (!shown) this.shownIds.set(app, (shown = new Map()));
    const before = shown.get(user);
    if (before !== undefined) return before;
    const id = `ou_${hex(`${app}/${user}`)}`;
    shown.set(user, id);
    let known = this.openIds.get(app);
    if (!known) this.openIds.set(app, (known = new Map()));
    known.set(id, user);
    return id;
  }

  /** The user behind an open_id of this app; `foreign` when it is another app's. */
  userOfOpenId(app: string, id: string): SimUser | 'foreign' | undefined {
    const find = (owner: string): SimUser | undefined => {
      const known = this.openIds.get(owner)?.get(id);
      return known === undefined ? undefined : this.users.get(known);
    };
    const own = find(app);
    if (own) return own;
    for (const other of this.openIds.keys()) if (other !== app && find(other)) return 'foreign';
    return undefined;
  }

  holder(field: UniqueField | 'user_id', value: string): SimUser | undefined {
    const key = this.indexes.get(field)?.get(comparable(field, value));
    return key === undefined ? undefined : this.users.get(key);
  }

  private index(field: UniqueField | 'user_id', before: string, after: string, key: string): void {
    let known = this.indexes.get(field);
    if (!known) this.indexes.set(field, (known = new Map()));
    if (before !== '' && known.get(comparable(field, before)) === key) known.delete(comparable(field, before));
    if (after !== '') known.set(comparable(field, after), key);
  }

  departmentByCustomId(id: string): SimDepartment | undefined {
    const key = this.customIds.get(id);
    return key === undefined ? undefined : this.departments.get(key);
  }

  place(key: string): Pick<SimDepartment, 'children' | 'members'> {
    return key === ROOT ? this.root : this.departments.get(key)!;
  }

  /** The department and all above it, nearest first, without the root. */
  upwards(key: string): string[] {
    const path: string[] = [];
    for (let at = key; at !== ROOT; at = this.departments.get(at)!.parent) path.push(at);
    return path;
  }

  height(key: string): number {
    let deepest = 0;
    for (const child of this.departments.get(key)!.children) deepest = Math.max(deepest, 1 + this.height(child));
    return deepest;
  }

  /** Everybody in the department and below it, once. */
  headCount(key: string): number {
    const seen = new Set<string>();
    const visit = (at: string): void => {
      const { members, children } = this.place(at);
      for (const member of members) seen.add(member);
      for (const child of children) visit(child);
    };
    visit(key);
    return seen.size;
  }

  // ── Users ──────────────────────────────────────────────────────────────────────────────────────────────

  addUser(given: {
    readonly userId?: string;
    readonly fields: Readonly<Record<string, string | number | boolean>>;
    readonly departments: readonly string[];
    readonly orders?: ReadonlyMap<string, SimOrder>;
    readonly leader?: string | null;
    readonly activated?: boolean;
  }): SimUser {
    const key = `on_${this.next('user')}`;
    const userId = given.userId || key.slice(3, 11);
    const user: SimUser = {
      key,
      userId,
      fields: {},
      departments: [],
      orders: new Map(given.orders),
      leader: given.leader ?? null,
      custom: new Map(),
      frozen: false,
      activated: given.activated ?? false,
      exited: false,
      resignedAt: null,
      mobileHidden: false,
    };
    this.users.set(key, user);
    this.index('user_id', '', userId, key);
    for (const [name, value] of Object.entries(given.fields)) this.setField(user, name, value);
    this.setDepartments(user, given.departments);
    this.tell({ kind: 'created', type: 'user', key, old: {} });
    return user;
  }

  setField(user: SimUser, name: string, value: string | number | boolean): void {
    if (name in unique) this.index(name as UniqueField, String(user.fields[name] ?? ''), String(value), user.key);
    user.fields[name] = value;
  }

  setUserId(user: SimUser, userId: string): void {
    this.index('user_id', user.userId, userId, user.key);
    user.userId = userId;
  }

  setDepartments(user: SimUser, departments: readonly string[]): void {
    for (const old of user.departments) if (!departments.includes(old)) this.place(old)?.members.delete(user.key);
    for (const added of departments) this.place(added).members.add(user.key);
    user.departments = [...departments];
    for (const at of user.orders.keys()) if (!departments.includes(at)) user.orders.delete(at);
  }

  /** The account stays readable and keeps its ids; mobile, mail and number are free again. */
  resign(user: SimUser, now: number): void {
    const oldDepartments = [...user.departments];
    for (const field of Object.keys(unique) as UniqueField[]) this.index(field, String(user.fields[field] ?? ''), '', user.key);
    this.index('user_id', user.userId, '', user.key);
    for (const at of user.departments) this.place(at)?.members.delete(user.key);
    user.departments = [];
    user.orders.clear();
    user.resignedAt = now;
    for (const department of this.departments.values()) {
      if (department.leaders.some((leader) => leader.user === user.key))
        department.leaders = department.leaders.filter((leader) => leader.user !== user.key);
    }
    for (const group of this.groups.values()) group.users.delete(user.key);
    this.tell({ kind: 'deleted', type: 'user', key: user.key, old: { department_ids: oldDepartments }, oldDepartments });
  }

  comeBack(user: SimUser, departments: readonly string[]): void {
    user.resignedAt = null;
    user.frozen = false;
    this.index('user_id', '', user.userId, user.key);
    for (const field of Object.keys(unique) as UniqueField[]) this.index(field, '', String(user.fields[field] ?? ''), user.key);
    this.setDepartments(user, departments);
    this.tell({ kind: 'created', type: 'user', key: user.key, old: {} });
  }

  // ── Departments ────────────────────────────────────────────────────────────────────────────────────────

  addDepartment(given: {
    readonly name: string;
    readonly parent?: string;
    readonly customId?: string;
    readonly order?: number;
  }): SimDepartment {
    const key = `od-${this.next('department')}`;
    const parent = given.parent ?? ROOT;
    const department: SimDepartment = {
      key,
      customId: given.customId || key.slice(3, 19),
      name: given.name,
      parent,
      order: given.order ?? this.lastOrder(parent) + 1000,
      leaders: [],
      children: new Line(),
      members: new Line(),
    };
    this.departments.set(key, department);
    this.customIds.set(department.customId, key);
    this.place(parent).children.add(key);
    this.tell({ kind: 'created', type: 'department', key, old: {} });
    return department;
  }

  private lastOrder(parent: string): number {
    let last = 0;
    for (const child of this.place(parent).children) last = Math.max(last, this.departments.get(child)!.order);
    return last;
  }

  setCustomId(department: SimDepartment, customId: string): void {
    this.customIds.delete(department.customId);
    this.customIds.set(customId, department.key);
    department.customId = customId;
  }

  moveDepartment(department: SimDepartment, parent: string): void {
    this.place(department.parent).children.delete(department.key);
    department.order = [...this.place(parent).children].some((child) => this.departments.get(child)!.order === department.order)
      ? this.lastOrder(parent) + 1000
      : department.order;
    department.parent = parent;
    this.place(parent).children.add(department.key);
  }

  removeDepartment(department: SimDepartment): void {
    this.place(department.parent).children.delete(department.key);
    this.departments.delete(department.key);
    this.customIds.delete(department.customId);
    this.tell({ kind: 'deleted', type: 'department', key: department.key, old: { status: { is_deleted: false } } });
  }

  // ── Groups ─────────────────────────────────────────────────────────────────────────────────────────────

  addGroup(given: { readonly name: string; readonly description?: string; readonly type?: 1 | 2; readonly key?: string }): SimGroup {
    const group: SimGroup = {
      key: given.key || `g${this.next('group').slice(0, 12)}`,
      name: given.name,
      description: given.description ?? '',
      type: given.type ?? 1,
      users: new Line(),
      departments: new Line(),
    };
    this.groups.set(group.key, group);
    return group;
  }
}
