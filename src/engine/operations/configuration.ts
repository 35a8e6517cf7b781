// Operations on the configuration: what a file would change, applying it, writing it out.
import { z } from 'zod';
import type { Connector } from '../../connector-kit/contract.ts';
import { secretFields } from '../../connector-kit/define.ts';
import { getSealed, listConnections, listJobs, listLookups } from '../../store/jobs.ts';
import { applyConfig } from '../config/apply.ts';
import { changesState, compare } from '../config/compare.ts';
import { exportYaml } from '../config/export.ts';
import { understand, type Present, type Tools, type Wanted } from '../config/wanted.ts';
import { join } from 'node:path';
import { resolveJob, command, query, type CommandContext, type QueryContext } from './operation.ts';
import { labelView } from './views.ts';

const entryView = z.object({
  kind: z.enum(['connection', 'lookup', 'job']),
  name: z.string(),
  number: z.int().nullable(),
  action: z.enum(['add', 'change', 'remove', 'same']),
  changes: z.array(z.object({ path: z.string(), before: z.string().nullable(), after: z.string().nullable() })),
});
export const configPlanView = z.object({
  entries: z.array(entryView),
  /** With any, nothing is applied. Paths are places in the file. */
  problems: z.array(z.object({ path: z.array(z.union([z.string(), z.number()])), problem: labelView })),
});
export type ConfigPlanView = z.output<typeof configPlanView>;

const input = z.strictObject({ document: z.unknown(), prune: z.boolean().default(false) });

interface Judged {
  readonly view: z.input<typeof configPlanView>;
  readonly wanted: Wanted;
}

async function judge(context: CommandContext, document: unknown, prune: boolean): Promise<Judged> {
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
function parsedConfig(connector: Connector | undefined, config: unknown): Readonly<Record<string, unknown>> {
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
  return {
    connections: await listConnections(context.reader),
    jobs: await listJobs(context.reader),
    lookups: await lookupsOf(context),
    secretsOf: async (id) =>
      Object.fromEntries([...(await getSealed(context.reader, `connection:${id}`))].map(([name, value]) => [name, sealer.open(value)])),
  };
}

const lookupsOf = async (context: QueryContext): Promise<Record<string, Record<string, string>>> =>
  Object.fromEntries((await listLookups(context.reader)).map((row) => [row.name, JSON.parse(row.rows) as Record<string, string>]));

const DESCRIBE_MS = 5_000;

function toolsOf(context: CommandContext): Tools {
  const { options } = context.engine;
  return {
    connectors: context.connectors,
    async typesOf(connector, id, config) {
      try {
        const connection = await connector.open({
          connectionId: id,
          config,
          clock: options.clock,
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

export const configPlan = command({
  role: 'admin',
  route: { method: 'POST', path: '/configuration/plan', group: 'configuration' },
  does: { en: 'Shows what a configuration would change', zh: '查看配置文件将带来的变更' },
  input,
  output: configPlanView,
  answer: async (context, { document, prune }) => (await judge(context, document, prune)).view,
});

export const configApply = command({
  role: 'admin',
  route: { method: 'PUT', path: '/configuration', group: 'configuration' },
  does: { en: 'Makes the configuration as the file says', zh: '按文件更新配置' },
  input,
  output: configPlanView.extend({ applied: z.boolean() }),
  async answer(context, { document, prune }) {
    const { wanted, view } = await judge(context, document, prune);
    if (view.problems.length > 0) return { ...view, applied: false };
    await applyConfig(context.engine.options, wanted, view.entries, context.actor);
    for (const job of wanted.jobs) {
      if (changesState(job))
        await context.engine.setJobState((await resolveJob(context.reader, job.settings.name)).id, job.state!, context.actor);
    }
    return { ...view, applied: true };
  },
});

export const configExport = query({
  role: 'admin',
  route: { method: 'GET', path: '/configuration', group: 'configuration' },
  does: { en: 'Writes the configuration as YAML; secrets as placeholders', zh: '导出 YAML 配置;密钥以占位符表示' },
  input: z.strictObject({}),
  output: z.object({ yaml: z.string() }),
  async answer(context) {
    const connections = [];
    for (const row of await listConnections(context.reader))
      connections.push({ row, secrets: [...(await getSealed(context.reader, `connection:${row.id}`)).keys()].sort() });
    return { yaml: exportYaml({ connections, jobs: await listJobs(context.reader), lookups: await lookupsOf(context) }) };
  },
});
