// Operations on connections, one by one, and on the connectors they are made with. Secrets go in and never come out.
import { z } from 'zod';
import type { Connector } from '../../connector-kit/contract.ts';
import { fieldsOf, type Field } from '../../connector-kit/define.ts';
import { CONSOLE } from '../../core/console.ts';
import type { Reader } from '../../store/database.ts';
import { getConnection, getSealed, listConnections, listJobs, type ConnectionRow } from '../../store/jobs.ts';
import { assertConnectionUnchanged, editConfig, mergedConfig, removeConfig } from '../config/edit.ts';
import { listCallbacks } from '../../store/real-time.ts';
import { CommandError } from '../engine.ts';
import { tellsOf, type Tells } from '../half-open.ts';
import { parseJson } from '../shapes.ts';
import { command, query, type QueryContext } from './operation.ts';
import { typeOf, typeView } from './schema.ts';
import { labelView } from './views.ts';

const connectionView = z.object({
  id: z.string(),
  connector: z.string(),
  name: z.string(),
  /** As saved, without secrets. */
  config: z.record(z.string(), z.unknown()),
  /** Names of the secrets that are set. */
  secrets: z.array(z.string()),
  systemId: z.string().nullable(),
  checkedAt: z.number().nullable(),
  expiresAt: z.string().nullable(),
  /** Since when it is away; null = fine. */
  awaySince: z.number().nullable(),
  reason: labelView.nullable(),
  /** Numbers of the jobs that use it. */
  jobs: z.array(z.int()),
  /** Its address for events: when the vendor verified it last, when the first event came and the last; null = never. */
  events: z.object({ verifiedAt: z.number().nullable(), firstAt: z.number().nullable(), lastAt: z.number().nullable() }),
  revision: z.int(),
});

async function viewsOf({ reader }: QueryContext, rows: readonly ConnectionRow[]): Promise<z.input<typeof connectionView>[]> {
  const jobs = await listJobs(reader);
  const callbacks = new Map((await listCallbacks(reader)).map((row) => [row.connection, row]));
  const secrets = await Promise.all(rows.map((row) => getSealed(reader, `connection:${row.id}`)));
  return rows.map((row, index) => ({
    id: row.id,
    connector: row.connector,
    name: row.name,
    config: JSON.parse(row.config) as Record<string, unknown>,
    secrets: [...secrets[index]!.keys()].sort(),
    systemId: row.system_id,
    checkedAt: row.checked_at,
    expiresAt: row.expires_at,
    awaySince: row.breaker_opened_at,
    reason: parseJson(row.breaker_reason, null),
    jobs: jobs.filter((job) => job.connection === row.id).map((job) => job.id),
    events: {
      verifiedAt: callbacks.get(row.id)?.verified_at ?? null,
      firstAt: callbacks.get(row.id)?.first_at ?? null,
      lastAt: callbacks.get(row.id)?.last_at ?? null,
    },
    revision: row.revision,
  }));
}

const viewOf = async (context: QueryContext, row: ConnectionRow): Promise<z.input<typeof connectionView>> =>
  (await viewsOf(context, [row]))[0]!;

export async function wantedConnection(reader: Reader, id: string): Promise<ConnectionRow> {
  const row = await getConnection(reader, id);
  if (row) return row;
  const known = (await listConnections(reader)).map((other) => other.id).join(', ');
  throw new CommandError(
    `There is no connection "${id}". ${known ? `There are: ${known}.` : 'None is configured yet.'}`,
    `没有连接“${id}”。${known ? `现有连接：${known}。` : '尚未配置连接。'}`,
    { code: 'not-found' },
  );
}

export const connectionList = query({
  role: 'viewer',
  route: { method: 'GET', path: '/connections', group: 'connections' },
  does: { en: 'Lists connections', zh: '列出连接' },
  input: z.strictObject({}),
  output: z.object({ connections: z.array(connectionView) }),
  answer: async (context) => ({
    connections: await viewsOf(context, await listConnections(context.reader)),
  }),
});

const connection = z.string().min(1);

export const connectionGet = query({
  role: 'viewer',
  route: { method: 'GET', path: '/connections/{connection}', group: 'connections' },
  does: { en: 'Shows one connection; secrets by name only', zh: '查看一个连接；密钥只显示名称' },
  input: z.strictObject({ connection }),
  output: connectionView,
  answer: async (context, input) => viewOf(context, await wantedConnection(context.reader, input.connection)),
});

const config = z.record(z.string(), z.unknown()).describe('Settings of the connector, secrets included; GET /connectors lists them.');

export const connectionCreate = command({
  role: 'admin',
  route: { method: 'POST', path: '/connections', group: 'connections', status: 201 },
  does: { en: 'Makes a connection', zh: '新建连接' },
  input: z.strictObject({
    id: z.string().min(1),
    connector: z.string().min(1),
    name: z.string().min(1).max(200).optional(),
    config: config.default({}),
  }),
  output: connectionView,
  async answer(context, input) {
    await editConfig(context, { connections: [input] }, async (reader) => {
      if (!(await getConnection(reader, input.id))) return;
      throw new CommandError(`There is a connection "${input.id}" already.`, `已存在连接“${input.id}”。`, {
        issues: [{ field: 'id', message: { en: 'is taken', zh: '已被使用' } }],
      });
    });
    return viewOf(context, await wantedConnection(context.reader, input.id));
  },
});

const revision = z.int().optional().describe('The revision that was read; refused when somebody saved it meanwhile.');

export const connectionUpdate = command({
  role: 'admin',
  route: { method: 'PATCH', path: '/connections/{connection}', group: 'connections' },
  does: {
    en: 'Changes a connection: settings that are not given stay, null takes one away',
    zh: '修改连接：未给出的设置保持不变，null 表示删除',
  },
  input: z.strictObject({ connection, name: z.string().min(1).max(200).optional(), config: config.optional(), revision }),
  output: connectionView,
  async answer(context, input) {
    const row = await wantedConnection(context.reader, input.connection);
    const merged = mergedConfig(row.config, input.config);
    await editConfig(
      context,
      { connections: [{ id: row.id, connector: row.connector, name: input.name ?? row.name, config: merged }] },
      (reader) => assertConnectionUnchanged(reader, row.id, input.revision),
    );
    return viewOf(context, await wantedConnection(context.reader, row.id));
  },
});

export const connectionRemove = command({
  role: 'admin',
  route: { method: 'DELETE', path: '/connections/{connection}', group: 'connections' },
  does: { en: 'Takes away a connection that no job uses, with its secrets', zh: '删除未被任务使用的连接及其密钥' },
  input: z.strictObject({ connection, revision }),
  output: z.object({ removed: z.string() }),
  async answer(context, input) {
    const row = await wantedConnection(context.reader, input.connection);
    await removeConfig(context, { kind: 'connection', name: row.id, number: null }, async (transaction) => {
      await assertConnectionUnchanged(transaction, row.id, input.revision);
      const used = (await listJobs(transaction)).filter((job) => job.connection === row.id);
      if (used.length === 0) return;
      const names = used.map((job) => `${job.id} "${job.name}"`).join(', ');
      throw new CommandError(
        `Connection "${row.id}" is used by job ${names}. Take the jobs away first.`,
        `连接“${row.id}”正被任务 ${names} 使用。请先删除这些任务。`,
      );
    });
    return { removed: row.id };
  },
});

/** Not systems that somebody could connect. */
const inner = new Set(['directory', CONSOLE]);

/** One field of a form. */
const settingView = z.object({
  name: z.string(),
  label: labelView,
  /** Where it is found, and what it means. */
  help: labelView.nullable(),
  required: z.boolean(),
  secret: z.boolean(),
  placeholder: z.string().nullable(),
  group: labelView.nullable(),
  /** Asked only while another field has this value. */
  showWhen: z.object({ field: z.string(), is: z.union([z.string(), z.boolean()]) }).nullable(),
  /** Words for the values of a choice. */
  options: z.record(z.string(), labelView),
  /** What a job of this direction needs here; then it is not asked. */
  byDirection: z.object({ up: z.union([z.string(), z.boolean()]).optional(), down: z.union([z.string(), z.boolean()]).optional() }),
  /** Most people never touch it. */
  rarely: z.boolean(),
  /** A path on the server; the file may be brought by PUT /uploads/{name}. */
  isFile: z.boolean(),
  /** JSON schema. */
  schema: z.record(z.string(), z.unknown()),
});

const jobDefaults = z.object({
  mapping: z.record(z.string(), z.array(z.record(z.string(), z.unknown()))),
  correlation: z.record(z.string(), z.array(z.record(z.string(), z.unknown()))),
});

const settingOf = ({ name, meta, required, schema }: Field): z.input<typeof settingView> => ({
  name,
  label: meta.label,
  help: meta.help ?? null,
  required: required || meta.needed === true,
  secret: meta.secret ?? false,
  placeholder: meta.placeholder ?? null,
  group: meta.group ?? null,
  showWhen: meta.showWhen ?? null,
  options: { ...meta.options },
  byDirection: { ...meta.byDirection },
  rarely: meta.rarely ?? false,
  isFile: meta.isFile ?? false,
  schema: z.toJSONSchema(schema, { io: 'input', unrepresentable: 'any' }) as Record<string, unknown>,
});

const told = new WeakMap<Connector, Tells>();

/** Of any connection of a kind, as far as its settings do not say otherwise. Asked once: it is code that says it. */
async function toldBy(connector: Connector, now: () => number): Promise<Tells> {
  const known = told.get(connector);
  if (known) return known;
  const clock = { now, sleep: () => Promise.reject(new Error('nothing is asked of anybody')) };
  const found = (await tellsOf({ clock, folder: '' }, connector, connector.manifest.id, {})) ?? { realTime: false, callback: false };
  told.set(connector, found);
  return found;
}

export const connectorList = query({
  role: 'viewer',
  route: { method: 'GET', path: '/connectors', group: 'connections' },
  does: {
    en: 'Lists the kinds of system there are connectors for, with their settings and attributes',
    zh: '列出可用连接器及其设置和属性',
  },
  input: z.strictObject({ connector: z.string().optional() }),
  output: z.object({
    connectors: z.array(
      z.object({
        id: z.string(),
        name: labelView,
        summary: labelView,
        roles: z.array(z.enum(['source', 'target'])),
        provenAgainst: z.array(z.string()),
        /** Its systems tell of changes by themselves: jobs that read from them can run in real time. */
        realTime: z.boolean(),
        /** They do so by calling an address of this installation. */
        callback: z.boolean(),
        /** Of a connection, in the order of a form. */
        settings: z.array(settingView),
        /** What of a connection one job covers. */
        part: z.array(settingView),
        types: z.array(typeView),
        /** What a new job starts with, per direction. */
        defaults: z.object({ up: jobDefaults.optional(), down: jobDefaults.optional() }),
      }),
    ),
  }),
  answer: async (context, input) => ({
    connectors: await Promise.all(
      [...context.connectors.values()]
        .filter(({ manifest }) => !inner.has(manifest.id) && (input.connector === undefined || manifest.id === input.connector))
        .map(async (connector) => {
          const { manifest } = connector;
          return {
            id: manifest.id,
            name: manifest.name,
            summary: manifest.summary,
            roles: [...manifest.roles],
            provenAgainst: [...manifest.provenAgainst],
            ...(await toldBy(connector, context.now)),
            settings: fieldsOf(manifest.config).map(settingOf),
            part: fieldsOf(manifest.part).map(settingOf),
            types: manifest.types.map(typeOf),
            defaults: JSON.parse(JSON.stringify(manifest.defaults)) as Record<string, z.input<typeof jobDefaults>>,
          };
        }),
    ),
  }),
});
