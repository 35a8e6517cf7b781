// A SCIM server in nine moods, for tests and for whoever wants to try: stateful, with faults by dial.
//
// @see https://www.rfc-editor.org/rfc/rfc7643, https://www.rfc-editor.org/rfc/rfc7644, https://www.rfc-editor.org/rfc/rfc9865
import { systemClock } from '../../connector-kit/clock.ts';
import type { Clock, FaultDial, Simulator, SimulatorOptions } from '../../connector-kit/contract.ts';
import { serveSimulator, type SimulatedAnswer, type SimulatedRequest } from '../../connector-kit/http/simulator.ts';
import { ENTERPRISE, isObject, member, type Draft, type Json } from './places.ts';
import { answerBulk, type CarryOut } from './simulator-bulk.ts';
import { describeServer } from './simulator-discovery.ts';
import { BadFilter, parseFilter } from './simulator-filter.ts';
import { configOf, moods, type Mood, type MoodName } from './simulator-moods.ts';
import { BadPatch, patched } from './simulator-patch.ts';
import { refuseBulk, refuseHeaders, refusePatch, refuseResource } from './simulator-shape.ts';
import { Refusal, State, type Collection } from './simulator-state.ts';

export interface ScimSimulator extends Simulator {
  readonly state: State;
  /** What its credentials are, and one that may not read users. */
  readonly limitedConfig: Readonly<Record<string, unknown>>;
  /** Requests so far, as `METHOD path`. */
  readonly requests: readonly string[];
}

const SECRET = 'scim-sandbox-secret-4T7';
const LIMITED = 'scim-sandbox-limited-8K1';
const BASE = '/scim/v2';
const TOKEN_PATH = '/scim/token';
const TOKEN_MS = 7_200_000;
const collections: readonly Collection[] = ['Users', 'Groups', 'Organizations'];

export async function simulate(options: SimulatorOptions): Promise<ScimSimulator> {
  const name = (options.options?.mood ?? 'strict') as MoodName;
  const mood: Mood = {
    ...moods[name],
    ...(options.options?.maxMembers ? { maxMembers: Number(options.options.maxMembers) } : {}),
    ...(options.options?.bulk ? { bulk: options.options.bulk as Mood['bulk'] } : {}),
    // One system is never quite like another of its kind.
    ...(options.options?.differs as Partial<Mood> | undefined),
  };
  const clock = options.clock ?? systemClock;
  const service = new Service(mood, clock, Number(options.options?.pageSize ?? 100));
  const server = await serveSimulator({
    host: options.host,
    port: options.port,
    clock,
    kindOf: (request) => service.kindOf(request),
    answer: (request, fault) => service.answer(request, fault),
    refuse: (fault, request, dial) => service.refuse(fault, request, dial),
    expireTokens: () => service.expireTokens(),
  });
  const { address } = server;
  const more = { ...configOf[name], ...(options.options?.maxMembers ? { membersPerCall: Number(options.options.maxMembers) } : {}) };
  const config = (secret: string): Record<string, unknown> => ({ url: `${address}${BASE}`, ...more, ...signInOf(mood, address, secret) });
  return {
    config: config(SECRET),
    limitedConfig: config(LIMITED),
    address: `${address}${BASE}`,
    state: service.state,
    requests: service.requests,
    writes: () => service.state.writes,
    fault: (dial) => server.fault(dial),
    stop: () => server.stop(),
  };
}

function signInOf(mood: Mood, address: string, secret: string): Record<string, unknown> {
  switch (mood.signIn) {
    case 'bearer':
      return { auth: 'bearer', token: secret };
    case 'basic':
      return { auth: 'basic', user: 'sync', password: secret };
    case 'client-credentials':
    case 'post-basic':
    case 'get-query':
      return { auth: 'client-credentials', clientId: 'sync', clientSecret: secret, tokenUrl: `${address}${TOKEN_PATH}` };
  }
}

class Service {
  readonly state: State;
  readonly requests: string[] = [];
  private readonly mood: Mood;
  private readonly clock: Clock;
  private readonly pageSize: number;
  private readonly tokens = new Map<string, { readonly secret: string; readonly until: number }>();
  private issued = 0;

  constructor(mood: Mood, clock: Clock, pageSize: number) {
    this.mood = mood;
    this.clock = clock;
    this.pageSize = pageSize;
    this.state = new State(mood, clock);
  }

  /** Asked of every request, also of one that then fails. */
  kindOf({ method, url }: SimulatedRequest): 'read' | 'write' | 'sign-in' {
    this.requests.push(`${method} ${url.pathname}`);
    if (url.pathname === TOKEN_PATH) return 'sign-in';
    return method === 'GET' ? 'read' : 'write';
  }

  answer(request: SimulatedRequest, fault?: FaultDial['fault']): SimulatedAnswer {
    const { method, url, headers, text } = request;
    const asked = { method, path: url.pathname, query: url.searchParams, version: headers['if-match'] };
    const answer = this.judged(() =>
      url.pathname === TOKEN_PATH
        ? this.issue(request)
        : this.route(asked, text, this.admitted(asked.path, request, text !== ''), fault === 'refuse-write'),
    );
    const date = new Date(this.clock.now()).toUTCString();
    return { ...answer, headers: { 'content-type': 'application/scim+json', date, ...answer.headers } };
  }

  refuse(fault: 'busy' | 'server-error' | 'refuse-write', { url }: SimulatedRequest, dial: FaultDial): SimulatedAnswer | undefined {
    // Of many writes in one request it is one that may not be done.
    if (fault === 'refuse-write' && url.pathname.endsWith('/Bulk')) return undefined;
    switch (fault) {
      case 'busy':
        return { status: 429, headers: dial.afterMs === undefined ? {} : { 'retry-after': String(Math.ceil(dial.afterMs / 1000)) } };
      case 'server-error':
        return { status: 500, body: { detail: 'Something went wrong here.' } };
      case 'refuse-write':
        return { status: 403, body: errorBody(managedElsewhere()) };
    }
  }

  expireTokens(): void {
    this.tokens.clear();
  }

  // ── Sign-in ────────────────────────────────────────────────────────────────────────────────────────────

  /** @see https://www.rfc-editor.org/rfc/rfc6749#section-4.4, https://cloud.tencent.com/document/product/1442/68856 */
  private issue({ headers, url, text }: SimulatedRequest): Reply {
    const given = this.mood.signIn === 'get-query' ? url.searchParams : new URLSearchParams(text);
    const [, basic] = /^Basic (.+)$/.exec(headers.authorization ?? '') ?? [];
    const inHeader = basic ? Buffer.from(basic, 'base64').toString().split(':')[1]! : '';
    const secret = this.mood.signIn === 'post-basic' ? inHeader : (given.get('client_secret') ?? inHeader);
    if (secret !== SECRET && secret !== LIMITED) return { status: 401, body: { error: 'invalid_client' } };
    this.issued += 1;
    const token = `scim-session-${this.issued}-${this.issued * 7919}`;
    this.tokens.set(token, { secret, until: this.clock.now() + TOKEN_MS });
    return { status: 200, body: { access_token: token, token_type: 'Bearer', expires_in: TOKEN_MS / 1000 } };
  }

  /** The secret behind a request; a wrong one is 401. */
  private signedIn({ headers }: SimulatedRequest): string {
    const [, scheme, value] = /^(\w+) (.+)$/.exec(headers.authorization ?? '') ?? [];
    const secrets: Readonly<Record<Mood['signIn'], () => string | undefined>> = {
      bearer: () => value,
      basic: () => (scheme === 'Basic' ? Buffer.from(value!, 'base64').toString().split(':')[1] : undefined),
      'client-credentials': () => this.ofToken(value),
      'post-basic': () => this.ofToken(value),
      'get-query': () => this.ofToken(value),
    };
    const secret = scheme === undefined ? undefined : secrets[this.mood.signIn]();
    if (secret === SECRET || secret === LIMITED) return secret;
    throw new Refusal(401, 'Invalid access token');
  }

  private ofToken(token: string | undefined): string | undefined {
    const known = this.tokens.get(token ?? '');
    return known && known.until > this.clock.now() ? known.secret : undefined;
  }

  // ── Routes ─────────────────────────────────────────────────────────────────────────────────────────────

  private judged(work: () => Reply): Reply {
    try {
      return work();
    } catch (error) {
      const refusal =
        error instanceof BadFilter
          ? new Refusal(400, error.message, 'invalidFilter')
          : error instanceof BadPatch
            ? new Refusal(400, error.message, error.scimType)
            : error instanceof SyntaxError
              ? new Refusal(400, 'no JSON', 'invalidSyntax')
              : error;
      if (!(refusal instanceof Refusal)) throw error;
      if (this.mood.envelope === 'scim' || refusal.status === 404) return { status: refusal.status, body: errorBody(refusal) };
      // The HTTP status may say that all is well. @see https://cloud.tencent.com/document/product/1442/68889
      const errmsg = refusal.status === 409 ? `${refusal.message}: already exists` : refusal.message;
      return { status: refusal.status === 409 ? 201 : refusal.status, body: { errcode: refusal.status, errmsg } };
    }
  }

  /** The secret behind a request. Discovery is for everybody. @see https://www.rfc-editor.org/rfc/rfc7644#section-4 */
  private admitted(path: string, request: SimulatedRequest, hasBody: boolean): string {
    if (this.mood.shape === 'standard') refuseHeaders(request.headers, hasBody);
    const [first = ''] = path.slice(BASE.length + 1).split('/');
    return ['ServiceProviderConfig', 'Schemas', 'ResourceTypes'].includes(first) ? SECRET : this.signedIn(request);
  }

  /** @param refusesFirst  of many writes in one request the first one may not be done */
  private route({ method, path, query, version }: Asked, text: string, secret: string, refusesFirst = false): Reply {
    const [first = '', id] = path
      .slice(BASE.length + 1)
      .split('/')
      .map(decodeURIComponent);
    if (!path.startsWith(`${BASE}/`)) throw new Refusal(404, 'Not found.');
    const described = describeServer(first, id, this.mood, this.pageSize);
    if (described) return { status: 200, body: described };
    const collection = collections.find((one) => this.mood.paths[one] === first);
    const isBulk = first === 'Bulk' && method === 'POST' && this.mood.bulk !== null;
    if (!collection && !isBulk) throw new Refusal(404, 'Not found.');
    if (secret === LIMITED) throw new Refusal(403, 'This credential may not see users and groups.');
    const body = text === '' ? {} : (JSON.parse(text) as Json);
    const isStrict = this.mood.shape === 'standard';
    if (!collection) {
      if (isStrict) refuseBulk(body);
      return this.bulk(body, text, secret, refusesFirst);
    }
    if (isStrict && (method === 'POST' || method === 'PUT')) refuseResource(collection, body);
    if (isStrict && method === 'PATCH') refusePatch(body);
    switch (method) {
      case 'GET':
        return {
          status: 200,
          body: id === undefined ? this.list(collection, query) : this.show(collection, this.state.get(collection, id), true),
        };
      case 'POST':
        this.refuseMany(body);
        return this.wrote(201, collection, this.state.create(collection, body));
      case 'PUT':
        this.refuseMany(body);
        this.state.refuseOutdated(collection, id!, version);
        return this.wrote(200, collection, this.state.replace(collection, id!, this.read(collection, id!, body)));
      case 'PATCH':
        this.state.refuseOutdated(collection, id!, version);
        return this.patch(collection, id!, body);
      case 'DELETE':
        this.state.remove(collection, id!);
        return this.mood.envelope === 'errcode'
          ? { status: 200, body: { errcode: 0, errmsg: 'ok', id } }
          : { status: 204, body: undefined };
      default:
        throw new Refusal(405, 'Not offered.');
    }
  }

  private bulk(body: Json, text: string, secret: string, refusesFirst: boolean): Reply {
    const carryOut: CarryOut = ({ method, path, version, data }, at) =>
      this.judged(() => {
        if (refusesFirst && at === 0) throw managedElsewhere();
        return this.route({ method, path: `${BASE}${path}`, query: new URLSearchParams(), version }, JSON.stringify(data ?? {}), secret);
      });
    return { status: 200, body: answerBulk(body, Buffer.byteLength(text), this.mood.bulk!, BASE, carryOut) };
  }

  private patch(collection: Collection, id: string, body: Json): Reply {
    if (!this.mood.patch) throw new Refusal(501, 'PATCH is not offered.');
    const before = this.state.get(collection, id);
    const said = Array.isArray(member(body, 'Operations')) ? (member(body, 'Operations') as Json[]) : [];
    if (!this.mood.filterPaths && said.some(({ path }) => String(path ?? '').includes('[')))
      throw new Refusal(400, 'A path chooses no values here.', 'invalidPath');
    const operations = this.mood.removesValues ? said.flatMap(byValue) : said;
    const isMembers = ({ path }: Json): boolean => String(path ?? '').startsWith('members');
    const many = operations.filter(isMembers).reduce((sum, { value }) => sum + (Array.isArray(value) ? value.length : 1), 0);
    if (many > this.mood.maxMembers) throw new Refusal(400, 'too many members in one request', 'invalidValue');
    if (this.mood.replaceMembers === false && operations.some((one) => isMembers(one) && String(one.op).toLowerCase() === 'replace'))
      throw new Refusal(400, 'members are not replaced here', 'invalidSyntax');
    const done = operations.filter((one) => !(this.mood.replaceMembers === 'ignored' && isMembers(one) && one.op === 'replace'));
    const after = this.state.replace(
      collection,
      id,
      this.read(collection, id, patched(before, this.mood.patchesExtensions ? done : done.map(misread), this.mood.strictTargets), true),
    );
    return this.mood.patchAnswers === 204 ? { status: 204, body: undefined } : this.wrote(200, collection, after);
  }

  /** What it looks at of what it was sent. */
  private read(collection: Collection, id: string, given: Json, isPatch = false): Json {
    const before = this.state.get(collection, id);
    const { status, putsMembers, takesStatus } = this.mood;
    return {
      ...given,
      ...(collection === 'Groups' && !putsMembers && !isPatch ? { members: before.members } : {}),
      ...(collection === 'Users' && !takesStatus ? { [status.attribute]: before[status.attribute] } : {}),
    };
  }

  private refuseMany(body: Json): void {
    const members = member(body, 'members');
    if (Array.isArray(members) && this.mood.patch && members.length > this.mood.maxMembers)
      throw new Refusal(400, 'too many members in one request', 'invalidValue');
  }

  private wrote(status: number, collection: Collection, resource: Draft): Reply {
    if (this.mood.envelope === 'errcode') return { status, body: { errcode: 0, errmsg: 'ok', id: resource.id } };
    return {
      status,
      body: this.show(collection, resource, true),
      headers: { location: `${BASE}/${this.mood.paths[collection]}/${String(resource.id)}` },
    };
  }

  private show(collection: Collection, resource: Draft, alone: boolean): Json {
    const shown: Draft = { ...resource };
    if (collection === 'Users') {
      if (this.mood.groupsOnAccounts) shown.groups = this.state.groupIds(String(resource.id)).map((value) => ({ value }));
      if (this.mood.textBooleans) shown.active = resource.active === true ? 'True' : 'False';
      const extension = resource[ENTERPRISE];
      if (this.mood.managerAsText && isObject(extension) && isObject(extension.manager))
        shown[ENTERPRISE] = { ...extension, manager: extension.manager.value };
    }
    // @see https://cloud.tencent.com/document/product/1442/68895
    if (this.mood.envelope === 'errcode' && isObject(resource.meta)) shown.lastModified = resource.meta.lastModified;
    if (collection === 'Groups' && (this.mood.hidesMembers || (!alone && !this.mood.membersInList))) delete shown.members;
    if (collection === 'Users' && !alone) for (const name of this.mood.shortLists) delete shown[name];
    return shown;
  }

  private list(collection: Collection, query: URLSearchParams): Json {
    const found = this.filtered(collection, query.get('filter'));
    if (this.mood.paging === 'none' && ['startIndex', 'count', 'cursor'].some((name) => query.has(name)))
      throw new Refusal(400, 'Lists have no pages here.', 'invalidValue');
    const excluded = query.get('excludedAttributes')?.split(',') ?? [];
    const number = (value: number): unknown => (this.mood.textNumbers ? String(value) : value);
    const asked = Number(query.get('count') ?? this.pageSize);
    const all = asked === -1 && this.mood.envelope === 'errcode';
    const size = all ? found.length : Math.min(Math.max(asked, 0), this.pageSize);
    const cursor = query.get('cursor');
    const begin = this.mood.paging === 'cursor' ? this.positionOf(found, cursor) : Math.max(1, Number(query.get('startIndex') ?? 1)) - 1;
    const page = found.slice(begin, begin + size);
    const resources = page.map((resource) => {
      const shown: Draft = { ...this.show(collection, resource, false) };
      for (const name of excluded) delete shown[name];
      return shown;
    });
    const next = this.mood.paging === 'cursor' && begin + size < found.length ? { nextCursor: String(page.at(-1)!.id) } : {};
    return {
      schemas: ['urn:ietf:params:scim:api:messages:2.0:ListResponse'],
      totalResults: number(found.length),
      itemsPerPage: number(resources.length),
      ...(this.mood.paging === 'cursor' ? {} : { startIndex: number(begin + 1) }),
      ...next,
      [this.mood.listName]: resources,
    };
  }

  /** A cursor is the last id given, so it holds while others come and go. @see https://www.rfc-editor.org/rfc/rfc9865#section-2 */
  private positionOf(found: readonly Draft[], cursor: string | null): number {
    if (!cursor) return 0;
    const at = found.findIndex((resource) => String(resource.id) > cursor);
    return at < 0 ? found.length : at;
  }

  private filtered(collection: Collection, filter: string | null): readonly Draft[] {
    const all = this.state.list(collection);
    if (filter === null || this.mood.filters === 'ignored') return all;
    if (this.mood.filters === 'userName' && !/^userName eq "[^"]*"$/i.test(filter)) throw new BadFilter('only userName eq is offered');
    const test = parseFilter(filter, this.mood.filters === 'userName' ? 'eq' : this.mood.filters);
    const found = all.filter((resource) => test(this.show(collection, resource, true)));
    if (found.length === 0 && this.mood.noMatch === 404) throw new Refusal(404, 'Nobody was found.');
    return found;
  }
}

/** A path is cut at its first point, even inside the name of an extension. */
const misread = (operation: Json): Json => {
  const path = String(operation.path ?? '');
  if (!path.startsWith('urn:') || operation.op === 'remove') return path.startsWith('urn:') ? { ...operation, path: 'nothing' } : operation;
  const at = path.indexOf('.');
  return { op: operation.op, path: 'misread', value: { [path.slice(0, at)]: { [path.slice(at + 1)]: operation.value } } };
};

/** A removal with a list, as one removal of each. */
const byValue = (operation: Json): readonly Json[] =>
  operation.op === 'remove' && operation.path === 'members' && Array.isArray(operation.value)
    ? (operation.value as readonly Json[]).map(({ value }) => ({ op: 'remove', path: `members[value eq ${JSON.stringify(value)}]` }))
    : [operation];

interface Asked {
  readonly method: string;
  readonly path: string;
  readonly query: URLSearchParams;
  readonly version: string | undefined;
}

const managedElsewhere = (): Refusal => new Refusal(403, 'This resource is managed elsewhere.');

interface Reply {
  readonly status: number;
  readonly body: unknown;
  readonly headers?: Readonly<Record<string, string>>;
}

const errorBody = ({ status, message, scimType }: Refusal): Json => ({
  schemas: ['urn:ietf:params:scim:api:messages:2.0:Error'],
  status: String(status),
  detail: message,
  ...(scimType ? { scimType } : {}),
});
