// What the tests of this folder share: a sandbox with an open connection, and short words for what they do.
import { onTestFinished } from 'vitest';
import type { Connection, DesiredObject, ReadEvent } from '../../connector-kit/contract.ts';
import { createPace } from '../../connector-kit/http/pace.ts';
import type { Attributes, Edge, Edges, EndpointObject, ObjectTypeSpec } from '../../core/model.ts';
import type { Part } from './config.ts';
import { feishu } from './index.ts';
import { FULL_APP, simulate, type FeishuSimulator } from './simulator.ts';
import type { SimUser } from './simulator-tenant.ts';

export const PART: Part = { department: '' };
const signal = new AbortController().signal;

export interface TestClock {
  now(): number;
  sleep(ms: number, signal?: AbortSignal): Promise<void>;
  advance(ms: number): void;
  /** From now on waits of ten seconds and more end only by `advance`. */
  hold(): void;
}

const LONG_MS = 10_000;

/** Sleeping takes a turn of the event loop, and the time has passed. */
function testClock(): TestClock {
  let now = Date.UTC(2026, 0, 5, 8);
  let held = false;
  let waiting: { readonly at: number; readonly wake: () => void }[] = [];
  return {
    now: () => now,
    async sleep(ms, until) {
      until?.throwIfAborted();
      if (held && ms >= LONG_MS) {
        return new Promise((resolve, reject) => {
          waiting.push({ at: now + ms, wake: resolve });
          until?.addEventListener('abort', () => reject(until.reason as Error), { once: true });
        });
      }
      await new Promise((resolve) => setTimeout(resolve, 1));
      until?.throwIfAborted();
      now += ms;
    },
    advance(ms) {
      now += ms;
      const due = waiting.filter(({ at }) => at <= now);
      waiting = waiting.filter(({ at }) => at > now);
      for (const { wake } of due) wake();
    },
    hold: () => {
      held = true;
    },
  };
}

export interface Sandbox {
  readonly far: FeishuSimulator;
  readonly clock: TestClock;
  readonly connection: Connection<Part>;
  /** What was logged, event by event. */
  readonly logged: string[];
  /** `kept`: what the connection remembers, for one that is opened again. */
  open(config?: object, kept?: Map<string, string>): Promise<Connection<Part>>;
  spec(type: string): ObjectTypeSpec;
  asking(type: string): { attributes: readonly string[]; relations: readonly string[]; now: number; signal: AbortSignal };
  read(
    type: string,
    part?: Part,
  ): Promise<{ objects: ReadonlyMap<string, EndpointObject>; end: Extract<ReadEvent, { kind: 'end' }>; events: readonly ReadEvent[] }>;
  get(type: string, id: string): Promise<EndpointObject>;
  create(type: string, attributes: Attributes, edges?: Edges, more?: Partial<DesiredObject>): Promise<string>;
  update(type: string, id: string, attributes: Attributes, edges?: Edges): Promise<void>;
  writing(key?: string): { part: Part; signal: AbortSignal; now: number; runId: string; idempotencyKey: string };
  hire(name: string, fields?: Record<string, string | number | boolean>, departments?: readonly string[]): SimUser;
  openId(user: SimUser): string;
}

export async function openTestSandbox(options: { readonly config?: object; readonly simulator?: object } = {}): Promise<Sandbox> {
  const clock = testClock();
  const far = await simulate({ clock, options: { ...options.simulator } });
  onTestFinished(() => far.stop());
  const logged: string[] = [];
  const open = async (config: object = {}, kept = new Map<string, string>()): Promise<Connection<Part>> => {
    const connection = await feishu.open({
      connectionId: 'test',
      config: feishu.manifest.config.parse({ ...far.config, ...options.config, ...config }),
      clock,
      pace: createPace(clock),
      log: (event, fields) => void logged.push(`${event} ${JSON.stringify(fields ?? {})}`),
      memory: { get: async (key) => kept.get(key), set: async (key, value) => void kept.set(key, value) },
      folder: '/nowhere',
    });
    onTestFinished(() => connection.close());
    return connection;
  };
  const connection = await open();
  const { types = feishu.manifest.types } = (await connection.describe?.(signal)) ?? {};
  const spec = (type: string): ObjectTypeSpec => types.find((one) => one.id === type)!;
  const asking: Sandbox['asking'] = (type) => ({
    attributes: spec(type).attributes.map(({ name }) => name),
    relations: spec(type).relations.map(({ name }) => name),
    now: clock.now(),
    signal,
  });
  let keys = 0;
  const writing: Sandbox['writing'] = (key) => {
    keys += 1;
    return { part: PART, signal, now: clock.now(), runId: 'run', idempotencyKey: key ?? `change-${keys}` };
  };
  return {
    far,
    clock,
    connection,
    logged,
    open,
    spec,
    asking,
    writing,
    async read(type, part = PART) {
      const events: ReadEvent[] = [];
      for await (const event of connection.read!(type, { ...asking(type), part })) events.push(event);
      const objects = new Map(
        events.flatMap((event) => (event.kind === 'objects' ? event.objects : [])).map((object) => [object.id, object]),
      );
      return { objects, events, end: events.at(-1) as Extract<ReadEvent, { kind: 'end' }> };
    },
    async get(type, id) {
      const answer = (await connection.get!(type, [id], asking(type))).answers.get(id);
      if (answer?.state !== 'found') throw new Error(`${type} ${id} is ${answer?.state}.`);
      return answer.object;
    },
    create: async (type, attributes, edges = {}, more = {}) =>
      (await connection.create!(type, { directoryId: 'd', attributes, edges, enabled: true, ...more }, writing())).id,
    async update(type, id, attributes, edges = {}) {
      const whole = { directoryId: 'd', attributes, edges, enabled: true };
      await connection.update!(type, id, { attributes, before: {}, edges }, whole, writing());
    },
    hire: (name, fields = {}, departments = ['0']) =>
      far.tenant.addUser({
        fields: { mobile: '', email: '', employee_type: 1, gender: 0, employee_no: '', ...fields, name },
        departments,
        activated: true,
      }),
    openId: (user) => far.tenant.openId(FULL_APP, user.key),
  };
}

/** A raw request, as a client written from the vendor's documentation sends it. */
export async function raw(
  far: FeishuSimulator,
  method: string,
  path: string,
  body?: object,
  headers: Record<string, string> = {},
): Promise<{
  readonly status: number;
  readonly code: number;
  readonly data: Record<string, unknown>;
  readonly headers: Headers;
  readonly whole: Record<string, unknown>;
}> {
  const app = far.apps.get(FULL_APP)!;
  const token = await fetch(`${far.address}/open-apis/auth/v3/tenant_access_token/internal`, {
    method: 'POST',
    body: JSON.stringify({ app_id: app.id, app_secret: app.secret }),
  });
  const { tenant_access_token: bearer } = (await token.json()) as { tenant_access_token: string };
  const answer = await fetch(`${far.address}/open-apis/contact/v3${path}`, {
    method,
    headers: { authorization: `Bearer ${bearer}`, ...headers },
    ...(body ? { body: JSON.stringify(body) } : {}),
  });
  const whole = (await answer.json()) as { code: number; data?: Record<string, unknown> };
  return { status: answer.status, code: whole.code, data: whole.data ?? {}, headers: answer.headers, whole };
}

export const inDepartments = (...ids: string[]): Edges => ({ membership: ids.map((id, at) => place(id, at === 0)) });
export const place = (id: string, primary = false, order?: number): Edge => ({
  to: { type: 'department', id },
  ...(primary ? { primary } : {}),
  ...(order === undefined ? {} : { order }),
});
export const leads = (id: string, order: number): Edge => ({ to: { type: 'person', id }, order });
