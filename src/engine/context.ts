// What a run carries through its stages.
import type { Clock, Connection, Connector, Facts, Limits, Manifest } from '../connector-kit/contract.ts';
import type { HiddenField } from '../connector-kit/visible.ts';
import type { CompiledRule } from '../core/correlation-rules.ts';
import type { CompiledMapping } from '../core/mapping/compile.ts';
import type { Expression } from '../core/mapping/expression.ts';
import type { JobSettings } from '../core/job-settings.ts';
import type { Label, ObjectTypeSpec } from '../core/model.ts';
import type { LeaverPolicy } from '../core/situation.ts';
import type { Database } from '../store/database.ts';
import type { JobRow } from '../store/jobs.ts';
import type { RunRow } from '../store/runs.ts';
import type { AccountReader } from './dependents.ts';
import type { ProposedDirectory } from './console/proposed.ts';
import type { KeyKeeper } from './keys/keeper.ts';
import type { Queue } from './queue.ts';
import type { SandboxCompany, SandboxKill } from './sandbox.ts';
import type { Sealer } from './sealing.ts';
import type { Lookups as AccountLookups } from './stages/mirror-keys.ts';

/** Objects per batch of every stage. */
export const BATCH = 1000;
/** The same while people wait for answers: about 25 ms of work, then whatever they asked for. */
const BATCH_ASKED = 100;

/** How many objects the next batch takes: nobody is to wait for a thousand of them. */
export const batchOf = (context: Pick<RunContext, 'engine'>, size = BATCH): number =>
  context.engine.isAsked?.() ? Math.min(size, BATCH_ASKED) : size;

export interface EngineOptions {
  readonly database: Database;
  readonly connectors: ReadonlyMap<string, Connector>;
  readonly clock: Clock;
  readonly sealer: Sealer;
  /** Missing: the master key stays. */
  readonly keys?: KeyKeeper;
  /** Directory ids: UUIDv7. */
  readonly newId: (now: number) => string;
  readonly folder: string;
  readonly holder: string;
  /** The process that is the server, where this one is not (a worker): what lies with it is left to it. Missing: nobody else is. */
  readonly server?: { isThere(): Promise<boolean> };
  readonly log: (event: string, fields?: Record<string, unknown>) => void;
  /** Version of the program. What a new one alone would change is judged by a limit of its own. */
  readonly release?: string;
  /** What people type into a browser; null = nothing that opens elsewhere. */
  readonly publicUrl?: string | null;
  /** How long a lease holds. */
  readonly leaseMs?: number;
  /** Instead of the target's own `requestMs`: how long a write may be under way after its process died. */
  readonly settleMs?: number;
  /** Called at named points of a run; tests kill the process there. */
  readonly probe?: (point: string) => void;
  readonly onProgress?: (progress: Progress) => void;
  /** Whether people ask this process for something just now: its runs then take smaller steps. */
  readonly isAsked?: () => boolean;
  /** Called between the batches of a long run: short runs (events, retries, approvals) are carried out there; `before` goes ahead of them. */
  readonly between?: (before?: () => Promise<void>) => Promise<void>;
  /** Wakes whoever could do what has just been stored. Without one, others find it when they look. */
  readonly queue?: Pick<Queue, 'wake'>;
  /** Writes the file of the sandbox company. */
  readonly sandbox?: SandboxCompany;
  /** Kills a process in the middle of a run of a copy of it. */
  readonly sandboxKill?: SandboxKill;
  /** A run has ended, waits, or was put back into the queue. */
  readonly onSettled?: (run: RunRow) => void;
  /** A lease that is held was looked after: this process still gets to its work. */
  readonly onBeat?: () => void;
}

export interface Progress {
  readonly run: number;
  readonly stage: string;
  readonly done: number;
  readonly total: number | null;
}

/** One side of a run: an open connection with its catalogue. */
export interface Endpoint {
  /** 'directory' or the connection's id. */
  readonly id: string;
  readonly isDirectory: boolean;
  readonly connection: Connection;
  readonly manifest: Manifest;
  readonly types: readonly ObjectTypeSpec[];
  readonly facts: Facts;
  readonly limits: Limits;
  /** What the system sends to people by itself, as this connection is set. */
  readonly sends: NonNullable<Manifest['sends']>;
  /** What a disabled account can still do there, as this connection is set; null: nothing. */
  readonly staysOpen: Label | null;
}

export interface RunContext {
  readonly engine: EngineOptions;
  readonly database: Database;
  readonly run: RunRow;
  readonly job: JobRow;
  readonly settings: JobSettings;
  readonly up: boolean;
  /** A dry run over the directory as an edit would leave it. */
  readonly proposed: ProposedDirectory | null;
  readonly source: Endpoint;
  readonly target: Endpoint;
  /** The side that is not the directory: links, mirror and reservations are kept under its id. */
  readonly outside: Endpoint;
  /** Object types of the job, departments first, groups last. */
  readonly types: readonly TypePlan[];
  /** Of the days of who has no time zone. */
  readonly zone: string;
  readonly scopeRules: Readonly<Record<string, Expression>>;
  readonly settingsHash: string;
  /** The same under the release that settled this job last; null when that is this one, or none. */
  readonly formerHash: string | null;
  /** The mirror of the target is fresh, and enough for a forecast: it is not read again. */
  readonly knowsTarget: boolean;
  /** Downstream: by what accounts of this connection are looked up. */
  readonly lookups: AccountLookups;
  /** Jobs that read accounts of `outside`. */
  readonly readers: readonly AccountReader[];
  readonly epoch: number;
  readonly signal: AbortSignal;
  readonly counts: Record<string, number>;
  readonly evidence: RunEvidence;
  /** False while the lease may have lapsed: no call may leave then. */
  readonly mayWrite: () => boolean;
  /** Between batches: lets others run (after `before`, where there are any), renews the lease, throws when cancelled. */
  readonly breathe: (done?: number, total?: number | null, before?: () => Promise<void>) => Promise<void>;
}

export interface Asks {
  readonly attributes: readonly string[];
  readonly relations: readonly string[];
  /** It is more than this job reads: what others read must not wake or worry it. */
  readonly more: boolean;
}

/** How one object type flows in this job. */
export interface TypePlan {
  readonly type: string;
  readonly source: ObjectTypeSpec;
  readonly target: ObjectTypeSpec;
  readonly mapping: CompiledMapping;
  /** In order; the first that names somebody decides. */
  readonly correlation: readonly CompiledRule[];
  /** Relations that both sides know and the job syncs. */
  readonly relations: readonly string[];
  /** Attributes of the source that some rule reads. */
  readonly reads: readonly string[];
  /**
   * Downstream: attributes of the target that hold sensitive values. They rest sealed under the key of the person, are opened only to
   * be sent, and are never read back: the mirror holds none. What was sent is compared sealed.
   */
  readonly veiled: ReadonlySet<string>;
  /** What the source is asked for: all that any job of the connection and direction reads. The mirror, which they share, holds it. */
  readonly asks: Asks;
}

/** What the read of this run proved. Stored with the run. */
export interface PlannedProblem {
  readonly type: string;
  readonly key: string;
  readonly title: string | null;
  /** Empty: the whole object. */
  readonly attribute: string;
  readonly cause: string;
  readonly message: Label;
}

export interface RunEvidence {
  types: Record<
    string,
    {
      complete: boolean;
      reason?: { en: string; zh: string };
      objects: number;
      range: string;
      present: Record<string, number>;
      /** Attributes that nobody shows any more although many had them: unknown in this run. */
      vanished: string[];
      /** What the job reads and single objects, or all, came without; and what to grant. */
      hidden?: readonly HiddenField[];
      narrower: boolean;
      empty: boolean;
      /** What a person is asked because of it, and whether the job rests until they answer. */
      doubt?: { readonly said: Label; readonly pauses: boolean };
    }
  >;
  warnings: { en: string; zh: string }[];
  /** Of a dry run: what is wrong with single objects, the first of them. */
  problems?: readonly PlannedProblem[];
  /** Departments that vanished with everybody in them. */
  containers: string[];
  partChanged: boolean;
  /** Downstream, where accounts are disabled: what they can still do there, as the rest of a sentence about one. */
  staysOpen?: Label;
  /** Downstream: relations (`person membership`) of which another edge moves the entry, as the connection is set. */
  moves?: readonly string[];
  /** Downstream: by why somebody is disabled, after how many days the account is deleted, and whether somebody is asked first. */
  deletedLater?: Partial<Record<keyof LeaverPolicy, { readonly days: number; readonly asks: boolean }>>;
  /** Downstream: the accounts that are made get no password, although the system takes one. */
  withoutPassword?: boolean;
  /** What a new release alone would change, when that is more than the limit. */
  upgrade?: { readonly said: Label };
  /** Downstream: types of which the target shows nothing at all although we have accounts there. */
  emptyTarget?: string[];
}

export const typeOrder = ['department', 'person', 'group'];

/** Objects of that type are written in an earlier wave: by then the far end has its id. */
export const isEarlier = (far: string, own: string): boolean => typeOrder.indexOf(far) < typeOrder.indexOf(own);
