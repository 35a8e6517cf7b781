// The connector contract: what a system must offer to be a source, a target or both.
// A small required core (manifest, open, check, close) and optional methods. The presence of a method IS the capability; there are no
// capability flags. Facts that no method can express stand in the manifest, and the conformance kit proves each of them.
// Minimum: a source has `read` and `get`; a target has those (to observe and to read back after a lost answer) and `create` and `update`.
// Object types are `person`, `department`, `group`; attribute names are the system's own; relations are matched by name (`membership`,
// `leader`, `member`) and owner side: a vendor that stores them the other way round is turned in its folder.
// Retries: the connector's client may repeat a *request* where that is safe; sending everything once is right, too. What still fails it
// throws, and the engine retries the item or the run. `timeout`, `transient` and `rate-limited` thrown by a write mean that it certainly was
// not executed: the connection was refused, or the vendor documents it of that code. When nobody knows (cut off, out of time, a 5xx or a
// proxy's page for an answer), throw `unknown-outcome`: the engine reads back before it writes again. `permission` means the whole
// credential; one object that may not be touched is `forbidden`.
import type { z } from 'zod';
import type { Attributes, EndpointObject, Edge, Edges, Label, ObjectKey, ObjectTypeId, ObjectTypeSpec, Value } from '../core/model.ts';
import type { MappingSet } from '../core/mapping/rows.ts';
import type { CorrelationRules } from '../core/correlation.ts';
import type { DirectoryTarget } from './directory-port.ts';
import type { ConnectionMemory } from './memory.ts';
import type { TableRequest, TableView } from './table.ts';
import type { Visible } from './visible.ts';

// ── What a connector is ──────────────────────────────────────────────────────────────────────────────────

export interface Connector<Config = unknown, Part = unknown> {
  readonly manifest: Manifest<Config, Part>;
  /** Opens one configured connection. Must not do I/O that can fail for reasons of the far side: `check` reports those. */
  open(context: ConnectionContext<Config>): Promise<Connection<Part>>;
  /** Starts a stateful local stand-in for the vendor. Only where there is a protocol. */
  simulate?(options: SimulatorOptions): Promise<Simulator>;
  /** How the simulator can behave, where systems of this kind differ: given to it as `options.mood`. The first is the usual one. */
  readonly moods?: readonly string[];
}

export interface Manifest<Config = unknown, Part = unknown> {
  readonly id: string;
  readonly name: Label;
  readonly summary: Label;
  /** SVG file beside index.ts, drawn by us. */
  readonly logo: string;
  readonly roles: readonly ('source' | 'target')[];
  /** Fields carry their form metadata through `field()` of define.ts: label, help, secret, group, showWhen. */
  readonly config: z.ZodType<Config>;
  /** What of a connection one job covers (OU, root department, sheet). Kept in the job. */
  readonly part: z.ZodType<Part>;
  /** The attribute catalogue per object type, in this system's own names. */
  readonly types: readonly ObjectTypeSpec[];
  readonly facts: Facts;
  readonly limits: Limits;
  /** What the system itself sends to people, e.g. an invitation per created account. Counted by the guard. Without `type`: of all. */
  readonly sends?: readonly {
    readonly on: 'create' | 'disable' | 'remove';
    readonly type?: ObjectTypeId;
    readonly what: Label;
    readonly see: string;
  }[];
  /** What a disabled account can still do there, and what to set so that it cannot, as the rest of a sentence ('can still sign in …'). */
  readonly staysOpen?: Label;
  /** `server`: the far side, or what is kept in `folder`, is files of its machine: workers leave all runs to it. Missing: reached from anywhere. */
  readonly place?: 'server';
  readonly provenAgainst: readonly ('simulator' | "vendor's SDK" | 'real server' | 'live tenant' | 'itself')[];
  /** The mapping and correlation a new job starts with, per direction. */
  readonly defaults: { readonly up?: JobDefaults; readonly down?: JobDefaults };
}

export interface JobDefaults {
  readonly mapping: MappingSet;
  readonly correlation: CorrelationRules;
}

/** Facts no method can express. The conformance kit proves each. */
export interface Facts {
  /** Ids survive rename and move. False: the id is derived (a path, a row key). */
  readonly stableIds: boolean;
  /** The target assigns ids itself; false: the connector derives the id from the attributes and returns it. */
  readonly assignsIds: boolean;
  /** Two objects whose unique values differ only in case collide. */
  readonly ignoresCase: boolean;
  /** Groups may hold groups. */
  readonly nestedGroups: boolean;
  /** Writes must not overlap: the engine sends one at a time. */
  readonly serialWrites: boolean;
  /** The attribute that can carry our directory id; an object is found again by it after a lost answer. */
  readonly carriesDirectoryId?: string;
  /** What `remove` leaves behind; 'disables' also where there is no `remove`. */
  readonly removeMeans: 'recoverable' | 'irreversible' | 'disables';
}

export interface Limits {
  /** Writes the engine has under way at once. What one call sends in parallel (a `get` of many ids) stays below it, too. */
  readonly inFlight: number;
  /** Objects the engine hands over, and stores the outcomes of, at once. */
  readonly batchSize: number;
  /** Writes in one `batch` call; missing or 1: it is not called. */
  readonly writesPerCall?: number;
  /** Edges in one changeMembers call. */
  readonly membersPerCall?: number;
  /** What the vendor allows of reads of single objects: shown, and so many touched objects a run of events takes. `buckets` do the pacing. */
  readonly perSecond?: number;
  /** How long a request may be under way: one that was cut off may still be carried out for so long. Default 30 s. */
  readonly requestMs?: number;
  /** The vendor's page for these numbers. */
  readonly see?: string;
}

export interface Clock {
  now(): number;
  /** Resolves after `ms`, or rejects when the signal aborts. */
  sleep(ms: number, signal?: AbortSignal): Promise<void>;
}

/** What one bucket of calls may do; several limits hold together. */
export interface PaceLimit {
  /** Calls that begin in any window of one second, and of one minute. A fraction below 1 spaces them out. */
  readonly perSecond?: number;
  readonly perMinute?: number;
  /** Calls under way at once; 1 = one after the other. */
  readonly inFlight?: number;
}

/**
 * The rate budget of one connection. Every worker takes from the same one, so that ten of them keep one vendor limit;
 * a bucket is whatever the vendor counts by (an endpoint, a kind of call, a tenant).
 */
export interface Pace {
  /**
   * Resolves, first come first served, when a call may begin; the result must be called when it has ended. Rejects with
   * the signal's reason, and with `rate-limited` when the bucket is held for longer than a caller should wait.
   */
  take(bucket: string, limit: PaceLimit, signal: AbortSignal): Promise<() => void>;
  /** Nothing begins in this bucket before that time (ms of the clock): the vendor said so. An earlier time changes nothing. */
  holdUntil(bucket: string, at: number): Promise<void>;
}

export interface ConnectionContext<Config> {
  readonly connectionId: string;
  readonly config: Config;
  readonly clock: Clock;
  readonly pace: Pace;
  /** Called in the turn in which a write leaves, after all waiting. Throws when it must not leave any more; that error is passed on as it is. */
  readonly beforeWrite?: () => void;
  /** Fields, never sentences; never secrets. */
  readonly log: (event: string, fields?: Record<string, unknown>) => void;
  /** Small values the connection keeps between processes (a token, a parsed copy's fingerprint); sealed by the store. */
  readonly memory: ConnectionMemory;
  /** A folder of this connection's own, on this machine, for journals and last-parsed copies: whoever uses it says `place: 'server'`. */
  readonly folder: string;
  /** Given to connectors/directory only. */
  readonly directory?: unknown;
}

// ── What an open connection can do ───────────────────────────────────────────────────────────────────────

export interface Connection<Part = unknown> {
  /** Where these depend on the far side (schema, columns, version) or on the settings: they replace the manifest's. */
  describe?(signal: AbortSignal): Promise<Partial<Pick<Manifest, 'types' | 'facts' | 'limits' | 'sends' | 'staysOpen'>>>;
  check(request: CheckRequest<Part>): Promise<CheckReport>;
  /** Where records are rows under a header that somebody else wrote: what each column was taken for, and the first rows. */
  table?(request: TableRequest): Promise<TableView>;
  close(): Promise<void>;

  // Reading: sources, and targets that are observed and read back.
  /**
   * Everything of one type in one part. Departments parents first where the vendor allows; the engine takes any
   * order. The last event is always `end`; a stream that stops without it is incomplete. Objects that cannot be
   * read are `unreadable` events, never silently missing. Throws when reading fails; `complete: false` is for input
   * that is partial by nature (size limit, changes-only file).
   * An object may come again (it moved from one list to another): the last one counts. Of a checkpoint that is not known any more begin anew.
   * Every requested attribute that the credential can see is a key on every object, `null` when empty; one that it
   * cannot see is missing on all of them, and one that the system hides of single objects (a policy) is missing on those.
   */
  read?(type: ObjectTypeId, request: ReadRequest<Part>): AsyncIterable<ReadEvent>;
  /** Present state of these ids, over the whole connection (not only one part). Every id is answered. */
  get?(type: ObjectTypeId, ids: readonly string[], request: GetRequest): Promise<GetReport>;
  /** Cursor of this moment; fetched before a full read begins, saved after everything is durable. */
  startCursor?(request: CursorRequest<Part>): Promise<string>;
  /**
   * Keys or whole objects that changed since the cursor, never partial objects. Throws `cursor-expired`: a full read is needed, since the
   * cursor is too old, or since something was removed and the system does not say what.
   */
  changes?(cursor: string, request: ChangesRequest<Part>): AsyncIterable<ChangeEvent>;
  /**
   * A long-lived stream of touched keys; an empty list, at least every half minute, is a sign of life. `everything` asks for
   * a full read (a right or a range changed).
   */
  watch?(request: CursorRequest<Part>): AsyncIterable<readonly TouchedKey[] | 'everything'>;
  readonly events?: EventReceiver;
  /** Ids of objects whose attribute equals one of the values (by the attribute's own equality). */
  find?(type: ObjectTypeId, attribute: string, values: readonly Value[], request: GetRequest): Promise<readonly Found[]>;
  /** All edges of one relation of one object, in pieces; for owners whose edges do not fit into one object. */
  readMembers?(owner: ObjectKey, relation: string, request: GetRequest): AsyncIterable<readonly Edge[]>;

  // Target. Idempotent by contract; see each line.
  /**
   * Not idempotent: the engine reads back before it creates again. Throws `already-exists` (with the id of what is
   * there, which may be a stranger's) when a natural key is taken. `desired.edges` holds the edges whose far ends exist.
   */
  create?(type: ObjectTypeId, desired: DesiredObject, request: WriteRequest<Part>): Promise<Written>;
  /**
   * Only what `changed` names is touched. `whole` is the object as last observed with the changes laid over it, for
   * targets that must send everything; a relation missing from it must be preserved.
   */
  update?(type: ObjectTypeId, id: string, changed: ChangedParts, whole: DesiredObject, request: WriteRequest<Part>): Promise<Written>;
  /** The account exists but cannot be used. Disabling a disabled one is fine. */
  disable?(type: ObjectTypeId, id: string, request: WriteRequest<Part>): Promise<Written>;
  enable?(type: ObjectTypeId, id: string, request: WriteRequest<Part>): Promise<Written>;
  /** First returns a snapshot of all it can read. Removing an absent object is fine (snapshot null). */
  remove?(type: ObjectTypeId, id: string, request: WriteRequest<Part>): Promise<Removed>;
  /**
   * `add` is an upsert (facts of a present edge are overwritten), `remove` matches the far end only; an absent one is
   * fine. Calls for one owner never overlap. For relations that are not `containing`.
   */
  changeMembers?(owner: ObjectKey, relation: string, change: MemberChange, request: WriteRequest<Part>): Promise<MembersWritten | void>;
  /** Brings back what `remove` left recoverable. */
  restore?(type: ObjectTypeId, id: string, request: WriteRequest<Part>): Promise<Written>;
  /** Many writes of one type in one vendor call, in any order; one result per write, in theirs. What it throws is true of each. */
  batch?(writes: readonly Write[], request: WriteRequest<Part>): Promise<readonly WriteResult[]>;
  /** Once after the last wave, for targets that become true as a whole. Must be repeatable after a crash. */
  finish?(request: WriteRequest<Part>): Promise<void>;

  /** connectors/directory only. */
  readonly authority?: DirectoryTarget;
}

// ── check ────────────────────────────────────────────────────────────────────────────────────────────────

export interface CheckRequest<Part> {
  readonly part?: Part;
  readonly direction: 'up' | 'down';
  /** Create, change and remove a probe object. Opt-in. Where nothing can be removed, `writes` is told without writing. */
  readonly probeWrite?: boolean;
  readonly signal: AbortSignal;
}

export type CheckLevel = 'reachable' | 'signed-in' | 'reads-department' | 'reads-person' | 'writes' | 'rights' | 'range';

export interface Finding {
  readonly level: CheckLevel;
  readonly ok: boolean;
  /** What was found, in words an administrator understands. */
  readonly message: Label;
  /** What to do about it. Of what is ok: what would be safer; it works, and a person should know. */
  readonly remedy?: Label;
  /** Settings of the connection that would do it; the screen offers to take them. */
  readonly settings?: Readonly<Record<string, string>>;
}

export interface CheckReport {
  readonly findings: readonly Finding[];
  /** Tenant, corp id, directory root: two connections with the same one are the same system. */
  readonly systemId?: string;
  /** When the credential stops working, ISO. */
  readonly expiresAt?: string;
  /** Fingerprint of what the credential may see; the same that `read` and `get` return. */
  readonly range?: string;
}

// ── source ───────────────────────────────────────────────────────────────────────────────────────────────

export interface ReadRequest<Part> {
  readonly part: Part;
  /** The attributes (own names) and relations that any job of this connection uses. */
  readonly attributes: readonly string[];
  readonly relations: readonly string[];
  /** Where an earlier read of the same run stopped; from a `checkpoint` event of this connector. */
  readonly checkpoint?: string;
  /** The run's frozen time, for effective dating. */
  readonly now: number;
  readonly signal: AbortSignal;
}

export type ReadEvent =
  | { readonly kind: 'objects'; readonly objects: readonly EndpointObject[] }
  /**
   * Edges of an object whose list is too large for one object: at least one piece before the object, and exactly one
   * with `last` per owner (it may be empty) when all its relations are delivered.
   */
  | {
      readonly kind: 'edges';
      readonly owner: string;
      readonly relation: string;
      readonly edges: readonly Edge[];
      readonly last: boolean;
    }
  /** Everything before this event need not be read again when the read resumes here. */
  | { readonly kind: 'checkpoint'; readonly checkpoint: string }
  /** One record that is there but cannot be understood. Its id (when known) does not count as absent. */
  | { readonly kind: 'unreadable'; readonly id: string | null; readonly where: string; readonly reason: Label }
  | ReadEnd;

export interface ReadEnd {
  readonly kind: 'end';
  /** Everything in the part was delivered: absence may be concluded. */
  readonly complete: boolean;
  /** Why not, in words; required when incomplete. */
  readonly reason?: Label;
  readonly visible: Visible;
}

export interface GetRequest<Part = unknown> {
  /** When given, a found object says whether it lies in this part. */
  readonly part?: Part;
  readonly attributes: readonly string[];
  readonly relations: readonly string[];
  readonly now: number;
  readonly signal: AbortSignal;
}

export type GetAnswer =
  | { readonly state: 'found'; readonly object: EndpointObject; readonly inPart?: boolean }
  | { readonly state: 'gone' }
  | { readonly state: 'unknown'; readonly reason: Label };

export interface GetReport {
  readonly answers: ReadonlyMap<string, GetAnswer>;
  readonly visible: Visible;
}

export interface CursorRequest<Part> {
  readonly part: Part;
  readonly signal: AbortSignal;
}

export interface ChangesRequest<Part> extends GetRequest<Part> {
  readonly part: Part;
  readonly types: readonly ObjectTypeId[];
}

export type ChangeEvent =
  | { readonly kind: 'keys'; readonly keys: readonly ObjectKey[] }
  | { readonly kind: 'objects'; readonly type: ObjectTypeId; readonly objects: readonly EndpointObject[] }
  /** The vendor says outright that it was deleted: evidence by itself. */
  | { readonly kind: 'tombstones'; readonly keys: readonly ObjectKey[] }
  /** No longer matches the part or filter; whether it still exists is for `get` to say. */
  | { readonly kind: 'left'; readonly keys: readonly ObjectKey[] }
  | {
      readonly kind: 'unreadable';
      readonly type: ObjectTypeId;
      readonly id: string | null;
      readonly where: string;
      readonly reason: Label;
    }
  /** Last event; a stream that stops without it counts for nothing. Everything up to `cursor` was delivered. */
  | { readonly kind: 'end'; readonly cursor: string; readonly visible: Visible };

export interface Found {
  readonly value: Value;
  readonly id: string;
}

export interface EventReceiver {
  /** Handshake, signature, decryption, replay window. Constant-time comparison. */
  verify(request: IncomingEvent): Promise<VerifiedEvent>;
  /** `everything` asks for a full read (a right or a range changed). */
  toKeys(payload: unknown): readonly TouchedKey[] | 'everything';
}

/** `leaver`: the event says that a person has left or was stopped; such objects are looked at first. */
export type TouchedKey = ObjectKey & { readonly leaver?: boolean };

export interface IncomingEvent {
  readonly method: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly query: Readonly<Record<string, string>>;
  readonly body: Uint8Array;
  readonly now: number;
}

export interface EventReply {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

/** `reply` is what the vendor wants to hear, after the events were stored. */
export type VerifiedEvent =
  | { readonly kind: 'handshake'; readonly reply: EventReply }
  | {
      readonly kind: 'events';
      readonly reply: EventReply;
      readonly events: readonly { readonly eventId: string; readonly payload: unknown }[];
    }
  | { readonly kind: 'rejected'; readonly reply: EventReply; readonly reason: string };

// ── target ───────────────────────────────────────────────────────────────────────────────────────────────

/** What the object shall be, in the target's own names; references and edges hold ids of the target. */
export interface DesiredObject {
  /** Our id, for targets that can carry it. */
  readonly directoryId: string;
  readonly attributes: Attributes;
  readonly edges: Edges;
  /** Whether the account may be used. If not, nobody can use it when `create` returns, if need be by a second request (`onceMade` of errors.ts). */
  readonly enabled: boolean;
  /** One-shot values by attribute name. Never logged, never returned. */
  readonly secrets?: Readonly<Record<string, string>>;
}

export interface ChangedParts {
  /** Changed attributes with their new value; null clears. */
  readonly attributes: Attributes;
  /** What each changed attribute was, as last seen. */
  readonly before: Attributes;
  /** `containing` relations that changed, as a whole: edges we do not manage stay in. Others go through changeMembers. */
  readonly edges: Edges;
}

/** Members the target refused while it took the others. `unseen`: it shows nowhere what it took; why nobody can check, told with the run. */
export interface MembersWritten {
  readonly refused: readonly { readonly to: ObjectKey; readonly error: unknown }[];
  readonly unseen?: Label;
}

export interface MemberChange {
  readonly add: readonly Edge[];
  readonly remove: readonly Edge[];
}

export interface WriteRequest<Part> {
  readonly part: Part;
  readonly signal: AbortSignal;
  readonly now: number;
  /** Attributes whose values are sensitive: what a connector keeps of them for itself rests sealed, or not at all. */
  readonly sensitive?: readonly string[];
  /** Identifies the run, for `finish` and journals. */
  readonly runId: string;
  /** The same for every try of the same change, for vendors that deduplicate by a client token. Of a `batch` it is the call's. */
  readonly idempotencyKey: string;
}

export interface Written {
  /** Differs from the id given only where `stableIds` is false; links follow. */
  readonly id: string;
  /** What the target now says the value is, where it tells. Stored as *echoed*: not drift. */
  readonly echo?: Attributes;
  /** Of a creation: edges that the target did not take. They are listed, and sent again; `create` throws only where nothing was made. */
  readonly refused?: readonly RefusedEdge[];
  readonly unseen?: Label;
}
export type RefusedEdge = MembersWritten['refused'][number] & { readonly relation: string };

export interface Removed {
  readonly snapshot: EndpointObject | null;
}

export type Write =
  | { readonly kind: 'create'; readonly type: ObjectTypeId; readonly desired: DesiredObject }
  | {
      readonly kind: 'update';
      readonly type: ObjectTypeId;
      readonly id: string;
      readonly changed: ChangedParts;
      readonly desired: DesiredObject;
    }
  | { readonly kind: 'disable' | 'enable' | 'remove'; readonly type: ObjectTypeId; readonly id: string };

export type WriteResult =
  | { readonly ok: true; readonly written: Written; readonly removed?: Removed }
  | { readonly ok: false; readonly error: unknown };

// ── simulator ────────────────────────────────────────────────────────────────────────────────────────────

export interface SimulatorOptions {
  readonly host?: string;
  readonly port?: number;
  readonly clock?: Clock;
  /** Connector-specific. The conformance kit passes `pageSize` (small): never a larger page, whatever the client asks for. */
  readonly options?: Readonly<Record<string, unknown>>;
}

export interface Simulator {
  /** What a connection must be configured with to reach it. */
  readonly config: Readonly<Record<string, unknown>>;
  readonly address: string;
  /** Requests that changed state, since start. */
  writes(): number;
  fault(dial: FaultDial): void;
  stop(): Promise<void>;
}

/**
 * One fault, consumed `times` times (default 1). `at` counts matching requests from now, 0 = the next. A simulator has
 * the dials that its protocol can show; its test lists them as `faults` when they are not all.
 */
export interface FaultDial {
  readonly fault:
    | 'refuse-connection' // nobody listens; a server that cannot do that for one request closes it unread
    | 'cut-connection' // closed before it is done
    | 'lose-answer' // done, then closed without an answer
    | 'spoil-answer' // done, then a failure of a proxy or of the vendor in place of the answer (HTTP: 502)
    | 'busy' // not done: come back, after `afterMs` when given
    | 'server-error' // not done: a failure of the vendor's own
    | 'expire-token' // what signing in gave is refused from now on; a fixed key has no such dial
    | 'garbage' // not done: a proxy's page, which repeats the credential of the request
    | 'refuse-write' // not done: this object may not be touched
    | 'delay'; // answers as usual, `afterMs` later
  readonly on?: 'read' | 'write' | 'any';
  readonly at?: number;
  readonly times?: number;
  readonly afterMs?: number;
}
