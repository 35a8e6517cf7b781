// The workbench of one case: an empty far side, an open connection that is observed, and short words for what cases do.
import assert from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Attributes, Edges, EndpointObject, ObjectKey, ObjectTypeSpec } from '../../core/model.ts';
import type {
  ChangedParts,
  Connection,
  ConnectionContext,
  DesiredObject,
  GetRequest,
  Manifest,
  ReadRequest,
  WriteRequest,
  Written,
} from '../contract.ts';
import { secretFields } from '../define.ts';
import { errorKinds, isConnectorError, type ConnectorError } from '../errors.ts';
import { createPace } from '../http/pace.ts';
import type { Need } from './case.ts';
import { createKitClock, Evidence, observed, type KitClock } from './evidence.ts';
import { readStream, type ReadResult } from './reading.ts';
import { sampleAttributes, sampleSecrets, type SampleSource } from './samples.ts';
import { DEFAULT_PAGE, type ConformanceSubject, type FarSide } from './subject.ts';

export type Attempt<T> = { readonly ok: true; readonly value: T } | { readonly ok: false; readonly error: ConnectorError };

export class Bench {
  readonly subject: ConformanceSubject;
  readonly far: FarSide;
  readonly clock: KitClock;
  readonly evidence = new Evidence();
  readonly folder: string;
  readonly pageSize: number;
  private readonly unpaged: readonly string[];
  /** Whether reads are slowed to be counted. */
  slowed = false;
  samples: SampleSource;
  /** The main connection, with good credentials; set while opening. */
  connection: Connection = undefined as never;
  /** The manifest as `describe` completes it. */
  manifest: Manifest;
  private readonly opened: Connection[] = [];
  private readonly remembered = new Map<string, string>();
  private readonly baseline = new Map<string, ReadonlySet<string>>();
  private readonly anchors = new Map<string, string>();
  private count = 0;
  private helperNumber = 100_000;

  private constructor(subject: ConformanceSubject, far: FarSide, clock: KitClock, folder: string) {
    this.subject = subject;
    this.far = far;
    this.clock = clock;
    this.folder = folder;
    this.pageSize = subject.pageSize ?? DEFAULT_PAGE;
    this.unpaged = subject.unpaged ?? [];
    this.manifest = subject.connector.manifest;
    this.samples = { rules: subject.samples ?? {}, carriesDirectoryId: this.manifest.facts.carriesDirectoryId };
  }

  static async open(subject: ConformanceSubject): Promise<Bench> {
    const clock = createKitClock();
    const folder = await mkdtemp(join(tmpdir(), 'tributary-conformance-'));
    const far = await subject.start({ clock, folder });
    const bench = new Bench(subject, far, clock, folder);
    bench.connection = await bench.openWith(far.config);
    const described = (await bench.connection.describe?.(new AbortController().signal)) ?? {};
    bench.manifest = { ...bench.manifest, ...described };
    bench.samples = { rules: subject.samples ?? {}, carriesDirectoryId: bench.manifest.facts.carriesDirectoryId };
    if (bench.connection.read) {
      for (const type of bench.types) {
        bench.baseline.set(type.id, new Set((await bench.read(type)).objects.keys()));
      }
    }
    return bench;
  }

  /** Closes everything and says where a secret was seen. */
  async close(): Promise<readonly string[]> {
    this.evidence.protect(...(this.far.secrets?.() ?? []));
    this.clock.release();
    for (const connection of this.opened) await connection.close().catch(() => undefined);
    await this.far.stop();
    await rm(this.folder, { recursive: true, force: true });
    return this.evidence.leaks();
  }

  /** Another connection, for example with wrong credentials. */
  async openWith(
    config: Readonly<Record<string, unknown>>,
    memory = this.remembered,
    more: Pick<ConnectionContext<unknown>, 'beforeWrite'> = {},
  ): Promise<Connection> {
    for (const name of secretFields(this.manifest.config)) this.evidence.protect(config[name]);
    const context: ConnectionContext<unknown> = {
      connectionId: 'conformance',
      config: this.manifest.config.parse(config),
      clock: this.clock,
      pace: createPace(this.clock),
      log: (event, fields) => this.evidence.note(`the log line "${event}"`, { event, ...fields }),
      memory: { get: async (key) => memory.get(key), set: async (key, value) => void memory.set(key, value) },
      folder: this.folder,
      directory: this.far.directory,
      ...more,
    };
    const connection = observed(await this.subject.connector.open(context), this.evidence);
    this.opened.push(connection);
    return connection;
  }

  // ── What there is ──────────────────────────────────────────────────────────────────────────────────────

  get types(): readonly ObjectTypeSpec[] {
    return this.manifest.types.filter((type) => !this.samples.rules.withoutTypes?.includes(type.id));
  }

  type(id: string): ObjectTypeSpec {
    const type = this.types.find((candidate) => candidate.id === id);
    assert(type, `there is no object type "${id}"`);
    return type;
  }

  /** The type most cases use: accounts where there are some. */
  get main(): ObjectTypeSpec {
    return this.types.find((type) => type.id === 'person') ?? this.types[0]!;
  }

  can(type: ObjectTypeSpec, write: 'create' | 'update' | 'disable' | 'remove'): boolean {
    return this.connection[write] !== undefined && (type.writes ?? [write]).includes(write);
  }

  isUnpaged(type: ObjectTypeSpec): boolean {
    return this.unpaged.includes(type.id);
  }

  /** Why the case's need is not met; null when it is. */
  lacking(need: Need): string | null {
    if (need.startsWith('fault:')) {
      const fault = need.slice('fault:'.length);
      if (!this.far.fault) return 'the far side has no fault dials';
      return !this.far.faults || this.far.faults.some((known) => known === fault) ? null : `the far side has no dial "${fault}"`;
    }
    const found: Partial<Record<string, boolean>> = {
      put: this.can(this.main, 'create') || this.far.seed !== undefined,
      alter: this.can(this.main, 'update') || this.far.change !== undefined,
      erase: this.can(this.main, 'remove') || this.far.erase !== undefined,
      person: this.types.some((type) => type.id === 'person'),
      department: this.types.some((type) => type.id === 'department'),
      group: this.types.some((type) => type.id === 'group'),
      membership: this.types.some((type) => type.relations.some((relation) => relation.name === 'membership')),
      manager: this.main.attributes.some((spec) => spec.to === this.main.id && spec.writable !== 'never'),
      wrongConfig: this.far.wrongConfig !== undefined,
      underPrivilegedConfig: this.far.underPrivilegedConfig !== undefined,
      missingPart: this.far.missingPart !== undefined,
      event: this.far.event !== undefined,
      handshake: this.far.handshake !== undefined,
    };
    const has = found[need] ?? this.connection[need as keyof Connection] !== undefined;
    return has ? null : `no ${need}`;
  }

  // ── Requests ───────────────────────────────────────────────────────────────────────────────────────────

  asking(type: ObjectTypeSpec, signal: AbortSignal = never): GetRequest {
    return {
      attributes: type.attributes.filter((spec) => spec.kind !== 'secret').map((spec) => spec.name),
      relations: type.relations.map((relation) => relation.name),
      now: this.clock.now(),
      signal,
    };
  }

  reading(type: ObjectTypeSpec, more: Partial<ReadRequest<unknown>> = {}): ReadRequest<unknown> {
    return { ...this.asking(type), part: this.part, ...more };
  }

  writing(more: Partial<WriteRequest<unknown>> = {}): WriteRequest<unknown> {
    this.count += 1;
    return {
      part: this.part,
      signal: never,
      now: this.clock.now(),
      runId: 'run-1',
      idempotencyKey: `change-${this.count}`,
      ...more,
    };
  }

  get part(): unknown {
    return this.manifest.part.parse(this.far.part);
  }

  // ── Putting and looking ────────────────────────────────────────────────────────────────────────────────

  /** The n-th sample, with the edges and references it cannot exist without. */
  async sample(type: ObjectTypeSpec, n: number, attributes: Attributes = {}, edges: Edges = {}): Promise<DesiredObject> {
    const secrets = sampleSecrets(type, n, this.samples);
    this.evidence.protect(...Object.values(secrets));
    const needed: Record<string, Edges[string]> = {};
    for (const relation of type.relations) {
      if (!relation.min || edges[relation.name]) continue;
      const ids = await Promise.all(Array.from({ length: relation.min }, (_, at) => this.anchor(relation.to[0]!, at)));
      needed[relation.name] = ids.map((id, at) => ({
        to: { type: relation.to[0]!, id },
        ...(at === 0 ? { primary: true } : {}),
      }));
    }
    const references: Record<string, string> = {};
    for (const spec of type.attributes) {
      if (spec.to && spec.required && spec.to !== type.id) references[spec.name] = await this.anchor(spec.to, 0);
    }
    return {
      directoryId: `directory-${type.id}-${n}`,
      attributes: { ...sampleAttributes(type, n, this.samples), ...references, ...attributes },
      edges: { ...needed, ...edges },
      enabled: true,
      secrets,
    };
  }

  /** An object that exists only so that others can point to it; never counted. */
  private async anchor(typeId: string, at: number): Promise<string> {
    const name = `${typeId} ${at}`;
    const known = this.anchors.get(name);
    if (known) return known;
    const [id] = await this.put(this.type(typeId), [await this.sample(this.type(typeId), 90_000 + at)]);
    this.anchors.set(name, id!);
    return id!;
  }

  async put(type: ObjectTypeSpec, objects: readonly DesiredObject[]): Promise<readonly string[]> {
    if (!this.can(type, 'create')) {
      assert(this.far.seed, `nothing can put a ${type.id} there`);
      return this.far.seed(type.id, objects);
    }
    const ids: string[] = [];
    for (const desired of objects) ids.push((await this.connection.create!(type.id, desired, this.writing())).id);
    await this.settle();
    return ids;
  }

  /** Samples `from` … `from + count - 1`, put there. */
  async fill(type: ObjectTypeSpec, count: number, from = 1, attributes: Attributes = {}, edges: Edges = {}): Promise<readonly string[]> {
    const objects: DesiredObject[] = [];
    for (let n = from; n < from + count; n += 1) objects.push(await this.sample(type, n, attributes, edges));
    return this.put(type, objects);
  }

  /** Samples that only serve others, with numbers no case uses itself. */
  async helpers(type: ObjectTypeSpec, count: number): Promise<readonly string[]> {
    const from = this.helperNumber;
    this.helperNumber += count;
    return this.fill(type, count, from);
  }

  /** Reads everything of a type and proves the rules of the stream on the way. */
  read(type: ObjectTypeSpec, more: Partial<ReadRequest<unknown>> = {}, connection = this.connection): Promise<ReadResult> {
    assert(connection.read, 'there is no read()');
    return readStream(type, connection.read(type.id, this.reading(type, more)), this.reading(type, more));
  }

  /** What is there of a type, without what was there from the start and what only serves others. */
  async look(type: ObjectTypeSpec): Promise<ReadonlyMap<string, EndpointObject>> {
    const { objects, end } = await this.read(type);
    assert.equal(end.complete, true, `a read of ${type.id} without any disturbance is complete`);
    const ours = [...objects].filter(([id]) => !this.baseline.get(type.id)?.has(id) && ![...this.anchors.values()].includes(id));
    return new Map(ours);
  }

  async see(type: ObjectTypeSpec, id: string): Promise<EndpointObject> {
    if (this.connection.read) {
      const { objects } = await this.read(type);
      assert(objects.has(id), `a read finds ${type.id} ${id}`);
      return objects.get(id)!;
    }
    const answer = (await this.connection.get!(type.id, [id], this.asking(type))).answers.get(id);
    assert(answer?.state === 'found', `get finds ${type.id} ${id}`);
    return answer.object;
  }

  /** Gone for users: not read any more, or disabled where that is what removing means. */
  async assertGone(type: ObjectTypeSpec, id: string): Promise<void> {
    const object = (await this.read(type)).objects.get(id);
    if (this.manifest.facts.removeMeans === 'disables' && object) assert.equal(object.enabled, false, `the removed ${type.id} is disabled`);
    else assert.equal(object, undefined, `the removed ${type.id} is not read any more`);
  }

  /** An update as the engine sends it: what changed, what that was, and the whole object as last observed. */
  async update(type: ObjectTypeSpec, id: string, attributes: Attributes, edges: Edges = {}): Promise<Written> {
    const parts = await this.updateParts(type, id, attributes, edges);
    const written = await this.connection.update!(type.id, id, parts.changed, parts.whole, this.writing());
    await this.settle();
    return written;
  }

  async updateParts(
    type: ObjectTypeSpec,
    id: string,
    attributes: Attributes,
    edges: Edges = {},
  ): Promise<{ readonly changed: ChangedParts; readonly whole: DesiredObject }> {
    const seen = await this.see(type, id);
    const before = Object.fromEntries(Object.keys(attributes).map((name) => [name, seen.attributes[name] ?? null]));
    const whole: DesiredObject = {
      directoryId: String(seen.attributes[this.samples.carriesDirectoryId ?? ''] ?? `directory-${type.id}-of-${id}`),
      attributes: { ...seen.attributes, ...attributes },
      edges: { ...seen.edges, ...edges },
      enabled: seen.enabled ?? true,
    };
    return { changed: { attributes, before, edges }, whole };
  }

  async alter(type: ObjectTypeSpec, id: string, attributes: Attributes): Promise<string> {
    if (this.can(type, 'update')) return (await this.update(type, id, attributes)).id;
    assert(this.far.change, `nothing can change a ${type.id} there`);
    await this.far.change(type.id, id, attributes);
    return id;
  }

  async erase(type: ObjectTypeSpec, id: string): Promise<void> {
    if (this.can(type, 'remove')) {
      await this.connection.remove!(type.id, id, this.writing());
      await this.settle();
      return;
    }
    assert(this.far.erase, `nothing can remove a ${type.id} there`);
    await this.far.erase(type.id, id);
  }

  async changeMembers(owner: ObjectKey, relation: string, add: Edges[string], remove: Edges[string] = []): Promise<void> {
    const piece = this.manifest.limits.membersPerCall ?? 100;
    for (let at = 0; at < Math.max(add.length, remove.length); at += piece) {
      const change = { add: add.slice(at, at + piece), remove: remove.slice(at, at + piece) };
      const written = await this.connection.changeMembers!(owner, relation, change, this.writing());
      assert.deepEqual(written?.refused ?? [], [], `no member of "${relation}" is refused`);
    }
    await this.settle();
  }

  /** Lets targets that become true as a whole become true. */
  async settle(): Promise<void> {
    await this.connection.finish?.(this.writing());
  }

  // ── Errors ─────────────────────────────────────────────────────────────────────────────────────────────

  /** The result or the ConnectorError; any other error fails the case. */
  async attempt<T>(call: () => Promise<T>): Promise<Attempt<T>> {
    try {
      return { ok: true, value: await call() };
    } catch (error) {
      if (error instanceof assert.AssertionError) throw error;
      assert(isConnectorError(error), `an error must be a ConnectorError, this is ${String(error)}`);
      assert(error.label.en && error.label.zh, 'an error says in both languages what happened');
      return { ok: false, error };
    }
  }

  /** The error of a call that must not succeed; `otherwise` says what may be the reason when it does. */
  async refusal(call: () => Promise<unknown>, what: string, otherwise = ''): Promise<ConnectorError> {
    const attempt = await this.attempt(call);
    assert(!attempt.ok, `${what} must be refused, and was not. ${otherwise}`.trim());
    return attempt.error;
  }

  /** Calls again, as the engine would, while the error says that this may help. */
  async patiently<T>(call: () => Promise<T>, tries = 5): Promise<T> {
    for (let left = tries; ; left -= 1) {
      const attempt = await this.attempt(call);
      if (attempt.ok) return attempt.value;
      if (left <= 1 || errorKinds[attempt.error.kind] !== 'retry') throw attempt.error;
      await this.clock.sleep(attempt.error.facts.afterMs ?? 1000);
    }
  }
}

const never = new AbortController().signal;
