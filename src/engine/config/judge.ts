// What a piece of configuration would change: judged against connectors and store, compared with what is there.
import { join } from 'node:path';
import type { z } from 'zod';
import type { Connector } from '../../connector-kit/contract.ts';
import { secretFields } from '../../connector-kit/define.ts';
import { createPace } from '../../connector-kit/http/pace.ts';
import { getSealed, listConnections, listJobs, listLookups } from '../../store/jobs.ts';
import { customAttributes, hasValues } from '../../store/attributes.ts';
import { directoryCatalogue } from '../catalogue.ts';
import type { CommandContext, QueryContext } from '../operations/operation.ts';
import { compare, type ConfigEntry } from './compare.ts';
import type { ConfigPath } from './document.ts';
import { installationSettings } from '../installation-settings.ts';
import { listDrafts } from '../../store/drafts.ts';
import { forwardingOf } from '../audit-forward.ts';
import { presentNotices } from './notices.ts';
import { presentProtected } from './protected.ts';
import { tellsOf } from '../half-open.ts';
import { understand, type Present, type Tools, type Wanted } from './wanted.ts';
import type { Label } from '../../core/model.ts';

interface Judged {
  readonly view: {
    readonly entries: (Omit<ConfigEntry, 'changes'> & { changes: ConfigEntry['changes'][number][] })[];
    readonly problems: { path: ConfigPath[number][]; problem: Label }[];
  };
  readonly wanted: Wanted;
}

export async function judge(context: CommandContext, document: unknown, prune: boolean): Promise<Judged> {
  const present = await presentOf(context);
  const wanted = await understand(document, present, toolsOf(context));
  const problems = wanted.problems.map((one) => ({ path: [...one.path], problem: one.problem }));
  if (problems.length > 0) return { wanted, view: { entries: [], problems } };
  const parsedOf = (connector: string, config: unknown): Readonly<Record<string, unknown>> =>
    parsedConfig(context.connectors.get(connector), config);
  const entries = await compare(wanted, present, prune, parsedOf);
  return { wanted, view: { entries: entries.map((entry) => ({ ...entry, changes: [...entry.changes] })), problems } };
}

/** Stored settings with defaults; secrets are not among them and may be required, so each field is parsed for itself. */
export function parsedConfig(connector: Connector | undefined, config: unknown): Readonly<Record<string, unknown>> {
  const given = config as Record<string, unknown>;
  const shape = connector && (connector.manifest.config as unknown as { shape?: Record<string, z.ZodType> }).shape;
  if (!connector || !shape) return given;
  const secrets = new Set(secretFields(connector.manifest.config));
  const result: Record<string, unknown> = {};
  for (const [name, schema] of Object.entries(shape)) {
    if (secrets.has(name)) continue;
    const parsed = schema.safeParse(given[name]);
    const value = parsed.success ? parsed.data : given[name];
    if (value !== undefined) result[name] = value;
  }
  return result;
}

async function presentOf(context: CommandContext): Promise<Present> {
  const { sealer } = context.engine.options;
  const connections = await listConnections(context.reader);
  return {
    connections,
    forwarding: await forwardingOf(context.reader),
    protected: await presentProtected(
      context.reader,
      connections.map(({ id }) => id),
    ),
    drafts: await listDrafts(context.reader),
    jobs: await listJobs(context.reader),
    lookups: await lookupsOf(context),
    notices: await presentNotices(context.reader, sealer),
    settings: await installationSettings(context.reader),
    attributes: {
      rows: await customAttributes(context.reader),
      hasValues: (type, name) => hasValues(context.reader, type, name),
    },
    now: context.now(),
    directory: await directoryCatalogue(context.reader),
    secretsOf: async (id) =>
      Object.fromEntries([...(await getSealed(context.reader, `connection:${id}`))].map(([name, value]) => [name, sealer.open(value)])),
  };
}

export const lookupsOf = async (context: Pick<QueryContext, 'reader'>): Promise<Record<string, Record<string, string>>> =>
  Object.fromEntries((await listLookups(context.reader)).map((row) => [row.name, JSON.parse(row.rows) as Record<string, string>]));

const DESCRIBE_MS = 5_000;

function toolsOf(context: CommandContext): Tools {
  const { options } = context.engine;
  return {
    connectors: context.connectors,
    canTell: async (connector, id, config) => (await tellsOf(options, connector, id, config))?.realTime ?? true,
    async typesOf(connector, id, config) {
      try {
        const connection = await connector.open({
          connectionId: id,
          config,
          clock: options.clock,
          pace: createPace(options.clock),
          folder: join(options.folder, 'connections', id),
          log: () => {},
          memory: { get: async () => undefined, set: async () => {} },
        });
        try {
          return (await connection.describe?.(AbortSignal.timeout(DESCRIBE_MS)))?.types ?? connector.manifest.types;
        } finally {
          await connection.close();
        }
      } catch {
        // Not reachable now: rules are checked against the general catalogue, and again by each run.
        return connector.manifest.types;
      }
    },
  };
}
