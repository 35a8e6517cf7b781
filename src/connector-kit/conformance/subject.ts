// What a connector's test hands to the conformance kit: the connector, and how to start an empty far side for it.
import type { Clock, Connector, DesiredObject, FaultDial, IncomingEvent, Simulator } from '../contract.ts';
import { secretFields } from '../define.ts';
import type { Attributes, ObjectKey, ObjectTypeId, Value } from '../../core/model.ts';
import type { KitClock } from './evidence.ts';

export interface ConformanceSubject<Config = unknown, Part = unknown> {
  /** Shown in the title; the connector's id when missing. */
  readonly name?: string;
  readonly connector: Connector<Config, Part>;
  /** Where one connection serves only one direction, as its configuration says: the one of this subject. */
  readonly role?: 'source' | 'target';
  /** A fresh far side without objects of ours. Called once per case; what it holds from the start is not counted. */
  start(kit: KitServices): Promise<FarSide>;
  /** Objects in one page of the far side. Configure it small: the kit reads three pages of every type. Default 4. */
  readonly pageSize?: number;
  /** Types that the vendor always answers whole, so that no case can ask for a second page. */
  readonly unpaged?: readonly ObjectTypeId[];
  readonly samples?: SampleRules;
  /** Case id → why this connector cannot pass it. The reason is printed. */
  readonly skips?: Readonly<Record<string, string>>;
  /** Real time one case may take. Default 20 s. */
  readonly timeoutMs?: number;
}

/** What the kit offers to a far side. */
export interface KitServices {
  /** Give it to the simulator: waiting then takes no real time, except while the kit holds the clock. */
  readonly clock: KitClock;
  /** A folder of this case, removed afterwards. */
  readonly folder: string;
}

export interface FarSide {
  readonly config: Readonly<Record<string, unknown>>;
  readonly part: unknown;
  /** Credentials that are refused. */
  readonly wrongConfig?: Readonly<Record<string, unknown>>;
  /** Credentials that are accepted but lack a right. */
  readonly underPrivilegedConfig?: Readonly<Record<string, unknown>>;
  /** Nobody answers there. Without it the dial `refuse-connection` is used. */
  readonly unreachableConfig?: Readonly<Record<string, unknown>>;
  /** A part that does not exist (any more): reading it must not look like an empty one. */
  readonly missingPart?: unknown;
  /** Given to connectors/directory as `context.directory`. */
  readonly directory?: unknown;
  fault?(dial: FaultDial): void;
  /** The dials it has; all when missing. */
  readonly faults?: readonly FaultDial['fault'][];
  /** Ends all faults: for a far side that cannot count requests (a file), where they last until somebody mends them. */
  heal?(): void;
  /** Requests that changed state, since start. */
  writes?(): number;
  /** For systems that are only read: puts objects there, beside the connector. One id per object. */
  seed?(type: ObjectTypeId, objects: readonly DesiredObject[]): Promise<readonly string[]>;
  /** Changes and removes beside the connector; needed where it cannot write. */
  change?(type: ObjectTypeId, id: string, attributes: Attributes): Promise<void>;
  erase?(type: ObjectTypeId, id: string): Promise<void>;
  /** Makes all cursors given out so far too old. Without it a text that never was a cursor is used. */
  expireCursors?(): void;
  /** A well-formed, well-signed event of now. */
  event?(keys: readonly ObjectKey[]): IncomingEvent;
  /** The first request to a new callback URL, and what the body of the reply must contain. */
  handshake?(): { readonly event: IncomingEvent; readonly expects: string };
  /** Texts that must show in no error and no log line, beside the secrets of the config (session tokens). */
  secrets?(): readonly string[];
  stop(): Promise<void>;
}

/** Samples are derived from the attribute catalogue; a subject says only what the catalogue cannot. */
export interface SampleRules {
  /** "person.mail" → the n-th legal value; null leaves the attribute out. */
  readonly values?: Readonly<Record<string, (n: number) => Value | null>>;
  /** Types the kit leaves alone, e.g. of a file without that sheet. */
  readonly withoutTypes?: readonly ObjectTypeId[];
}

export interface SimulatorSubjectOptions<Config, Part> extends Omit<ConformanceSubject<Config, Part>, 'connector' | 'start'> {
  readonly part: Part;
  /** Passed to `simulate` as `options`. */
  readonly simulator?: Readonly<Record<string, unknown>>;
  /** What the simulator's kind of far side offers beside its dials. */
  readonly far?: (simulator: Simulator, kit: KitServices) => Partial<FarSide>;
}

/** The usual subject: a connector with a simulator. Wrong credentials are the right ones with every secret replaced. */
export function simulatorSubject<Config, Part>(
  connector: Connector<Config, Part>,
  options: SimulatorSubjectOptions<Config, Part>,
): ConformanceSubject<Config, Part> {
  const { part, simulator: simulatorOptions, far, ...rest } = options;
  return {
    ...rest,
    connector,
    async start(kit) {
      if (!connector.simulate) throw new Error(`Connector "${connector.manifest.id}" has no simulator.`);
      const clock: Clock = kit.clock;
      const simulator = await connector.simulate({
        clock,
        options: { pageSize: rest.pageSize ?? DEFAULT_PAGE, ...simulatorOptions },
      });
      return {
        config: simulator.config,
        part,
        wrongConfig: withWrongSecrets(connector, simulator.config),
        fault: (dial) => simulator.fault(dial),
        writes: () => simulator.writes(),
        stop: () => simulator.stop(),
        ...far?.(simulator, kit),
      };
    },
  };
}

export const DEFAULT_PAGE = 4;

function withWrongSecrets(connector: Connector<never, never> | Connector, config: Readonly<Record<string, unknown>>) {
  const secrets = secretFields(connector.manifest.config);
  return {
    ...config,
    ...Object.fromEntries(secrets.filter((name) => config[name]).map((name) => [name, `wrong-${name}-5Z1`])),
  };
}
