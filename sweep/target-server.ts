// The outside target of the sweep: a process of its own that keeps people, departments and groups, and a journal of
// every write that it executed. It outlives the engine; on demand it has the engine killed in the middle of a call.
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { BEGUN, LEFT } from './order.ts';
import { setTimeout as pause } from 'node:timers/promises';

export interface StoredEdge {
  readonly to: { readonly type: string; readonly id: string };
  readonly primary?: boolean;
}

export interface Stored {
  readonly id: string;
  attributes: Record<string, string | null>;
  edges: Record<string, StoredEdge[]>;
  enabled: boolean;
}

export interface WriteCommand {
  readonly op: 'create' | 'update' | 'disable' | 'enable' | 'remove' | 'members';
  readonly type: string;
  readonly id?: string;
  readonly attributes?: Record<string, string | null>;
  readonly edges?: Record<string, StoredEdge[]>;
  readonly enabled?: boolean;
  readonly relation?: string;
  readonly add?: StoredEdge[];
  readonly remove?: StoredEdge[];
  /** The engine's name of the change: the same for every try. */
  readonly key: string;
}

/** What one executed write did, in parts that are worth comparing; none means that it repeated what was there. */
export interface Executed {
  readonly key: string;
  readonly op: WriteCommand['op'];
  readonly type: string;
  readonly id: string;
  readonly effects: readonly string[];
  /** How long after it had left its sender, ms. */
  readonly lateMs: number;
}

/** `at` counts writes from when the plan was given, 0 = the next. */
export interface WriteFault {
  readonly at: number;
  readonly what: 'kill-then-execute' | 'kill-and-drop' | 'execute-then-kill' | 'lose-answer' | 'drop' | 'cut-then-execute';
}

export interface Dump {
  readonly objects: Readonly<Record<string, readonly Stored[]>>;
  readonly journal: readonly Executed[];
  readonly traffic: Traffic;
}

export interface Traffic {
  /** When each request began, by the clock of whoever sent it; only of those that say so. */
  readonly begunAt: readonly number[];
  /** When each entry of the journal was executed, ms of this process. */
  readonly writtenAt: readonly number[];
}

export type TargetRequest = { readonly ask: 'plan'; readonly faults: readonly WriteFault[] } | { readonly ask: 'dump' } | { readonly ask: 'killed' };
export type TargetMessage = { readonly say: 'listening'; readonly port: number } | { readonly say: 'planned' } | { readonly say: 'kill' } | { readonly say: 'dump'; readonly dump: Dump };

class Refused extends Error {
  readonly code: string;
  readonly about: Record<string, string>;
  constructor(code: string, about: Record<string, string> = {}) {
    super(code);
    this.name = 'Refused';
    this.code = code;
    this.about = about;
  }
}

const shelves = new Map<string, Map<string, Stored>>(['department', 'person', 'group'].map((type) => [type, new Map()]));
const journal: Executed[] = [];
const traffic = { begunAt: [] as number[], writtenAt: [] as number[] };
/** Every request takes so long, as in a system far away. */
const latencyMs = Number(process.argv[2] ?? 0);
let nextId = 1;
let faults: WriteFault[] = [];
let writes = 0;
let killed: (() => void) | null = null;

const shelf = (type: string): Map<string, Stored> => shelves.get(type)!;
const stored = (type: string, id: string | undefined): Stored => {
  const found = shelf(type).get(id ?? '');
  if (!found) throw new Refused('missing');
  return found;
};
const endOf = (edge: StoredEdge): string => `${edge.to.type}:${edge.to.id}`;
const edgeText = (edge: StoredEdge): string => `${endOf(edge)}${edge.primary ? '!' : ''}`;

/** Phones are unique and references must exist; numbers and directory ids may be doubled, so that a double shows. */
function check(command: WriteCommand, own: string | undefined): void {
  const phone = command.attributes?.phone;
  if (phone) for (const other of shelf('person').values()) if (other.id !== own && other.attributes.phone === phone) throw new Refused('taken', { attribute: 'phone', id: other.id });
  for (const [name, to] of [['manager', 'person'], ['parent', 'department']] as const) {
    const id = command.attributes?.[name];
    if (id && !shelf(to).has(id)) throw new Refused('bad-value', { attribute: name });
  }
  for (const edge of [...Object.values(command.edges ?? {}).flat(), ...(command.add ?? [])]) if (!shelf(edge.to.type).has(edge.to.id)) throw new Refused('bad-value', { attribute: 'edges' });
}

function execute(command: WriteCommand, leftAt: number): { id: string; snapshot?: Stored } {
  const { op, type } = command;
  check(command, command.id);
  const effects: string[] = [];
  const done = (id: string): { id: string } => {
    journal.push({ key: command.key, op, type, id, effects, lateMs: Date.now() - leftAt });
    traffic.writtenAt.push(performance.now());
    return { id };
  };
  const setAll = (object: Stored): void => {
    for (const [name, value] of Object.entries(command.attributes ?? {})) {
      if ((object.attributes[name] ?? null) !== value) effects.push(`${name}: ${object.attributes[name] ?? null} -> ${value}`);
      object.attributes[name] = value;
    }
    for (const [relation, edges] of Object.entries(command.edges ?? {})) setEdges(object, relation, edges);
  };
  const setEdges = (object: Stored, relation: string, edges: readonly StoredEdge[]): void => {
    const before = new Set((object.edges[relation] ?? []).map(edgeText));
    const after = new Set(edges.map(edgeText));
    for (const edge of before) if (!after.has(edge)) effects.push(`- ${relation} ${edge}`);
    for (const edge of after) if (!before.has(edge)) effects.push(`+ ${relation} ${edge}`);
    object.edges[relation] = [...edges];
  };
  switch (op) {
    case 'create': {
      const object: Stored = { id: `${type[0]}${nextId++}`, attributes: {}, edges: {}, enabled: command.enabled ?? true };
      effects.push('created');
      setAll(object);
      shelf(type).set(object.id, object);
      return done(object.id);
    }
    case 'update':
      setAll(stored(type, command.id));
      return done(command.id!);
    case 'members': {
      const object = stored(type, command.id);
      const gone = new Set([...(command.remove ?? []), ...(command.add ?? [])].map(endOf));
      setEdges(object, command.relation!, [...(object.edges[command.relation!] ?? []).filter((edge) => !gone.has(endOf(edge))), ...(command.add ?? [])]);
      return done(object.id);
    }
    case 'disable':
    case 'enable': {
      const object = stored(type, command.id);
      if (object.enabled !== (op === 'enable')) effects.push(op);
      object.enabled = op === 'enable';
      return done(object.id);
    }
    case 'remove': {
      const object = shelf(type).get(command.id!);
      if (!object) return done(command.id!);
      if (type === 'department' && [...shelf('person').values()].some((person) => person.edges.membership?.some((edge) => edge.to.id === object.id))) throw new Refused('not-empty');
      effects.push('removed');
      shelf(type).delete(object.id);
      // What points to it is no edge any more, as in any system; that is no write of ours.
      for (const all of shelves.values()) {
        for (const other of all.values()) {
          for (const relation of Object.keys(other.edges)) other.edges[relation] = other.edges[relation]!.filter((edge) => edge.to.id !== object.id);
          for (const name of ['manager', 'parent']) if (other.attributes[name] === object.id) other.attributes[name] = null;
        }
      }
      return { ...done(object.id), snapshot: object };
    }
  }
}

const requestKill = (): Promise<void> =>
  new Promise((resolve) => {
    killed = resolve;
    process.send!({ say: 'kill' } satisfies TargetMessage);
  });

async function write(command: WriteCommand, leftAt: number, response: ServerResponse): Promise<void> {
  const at = writes++;
  const fault = faults.find((candidate) => candidate.at === at)?.what;
  // Answers overtake each other, as in a system that works in parallel.
  await pause(at % 4);
  if (fault === 'drop') return void response.destroy();
  if (fault === 'kill-then-execute' || fault === 'kill-and-drop') {
    await requestKill();
    if (fault === 'kill-and-drop') return void response.destroy();
    // The request of the dead process is still under way.
    await pause(40);
  }
  if (fault === 'cut-then-execute') {
    // The caller is cut off at once; what it asked for is done only now.
    response.destroy();
    await pause(80);
  }
  const result = execute(command, leftAt);
  if (fault === 'execute-then-kill') await requestKill();
  if (fault === undefined) answer(response, 200, result);
  else response.destroy();
}

function read(path: string, body: { type: string; ids?: string[]; from?: number; limit?: number; attribute?: string; values?: string[] }): unknown {
  const all = [...shelf(body.type).values()];
  if (path === '/read') return { objects: all.slice(body.from, body.from! + body.limit!), more: all.length > body.from! + body.limit! };
  if (path === '/get') return { objects: body.ids!.flatMap((id) => shelf(body.type).get(id) ?? []) };
  return { found: all.filter((object) => body.values!.includes(object.attributes[body.attribute!] ?? '')).map((object) => ({ id: object.id, value: object.attributes[body.attribute!] })) };
}

const answer = (response: ServerResponse, status: number, body: unknown): void => {
  response.writeHead(status, { 'content-type': 'application/json' });
  response.end(JSON.stringify(body));
};

async function handle(request: IncomingMessage, response: ServerResponse): Promise<void> {
  let text = '';
  if (request.headers[BEGUN] !== undefined) traffic.begunAt.push(Number(request.headers[BEGUN]));
  if (latencyMs > 0) await pause(latencyMs);
  for await (const piece of request) text += piece;
  try {
    if (request.url === '/write') await write(JSON.parse(text) as WriteCommand, Number(request.headers[LEFT]), response);
    else answer(response, 200, read(request.url!, JSON.parse(text) as Parameters<typeof read>[1]));
  } catch (error) {
    if (!(error instanceof Refused)) throw error;
    answer(response, 409, { code: error.code, ...error.about });
  }
}

// The sender may be dead before its request is whole; that is the point.
const server = createServer((request, response) => void handle(request, response).catch(() => response.destroy()));
server.listen(0, '127.0.0.1', () => process.send!({ say: 'listening', port: (server.address() as AddressInfo).port } satisfies TargetMessage));

process.on('message', (message: TargetRequest) => {
  if (message.ask === 'killed') return killed?.();
  if (message.ask === 'dump') {
    const objects = Object.fromEntries([...shelves].map(([type, all]) => [type, [...all.values()]]));
    return void process.send!({ say: 'dump', dump: { objects, journal, traffic } } satisfies TargetMessage);
  }
  faults = [...message.faults];
  writes = 0;
  process.send!({ say: 'planned' } satisfies TargetMessage);
});
process.on('disconnect', () => process.exit(0));
