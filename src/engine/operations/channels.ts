// Operations on channels and on who is told what: kept like every other part of the configuration. Secrets go in and never come out.
import { z } from 'zod';
import { fieldsOf } from '../../connector-kit/define.ts';
import { isConnectorError } from '../../connector-kit/errors.ts';
import { installationNoticesSchema, mailAddress } from '../../core/notices.ts';
import { channelOwner, getChannel, listChannels, type ChannelRow } from '../../store/channels.ts';
import { countDeliveries } from '../../store/deliveries.ts';
import type { Reader } from '../../store/database.ts';
import { getSealed, listJobs } from '../../store/jobs.ts';
import { editConfig, mergedConfig, removeConfig } from '../config/edit.ts';
import { assertUnchanged, revisionOf } from '../config/unchanged.ts';
import { CommandError } from '../engine.ts';
import { channelKinds } from '../notify/channels/kinds.ts';
import { testChannel } from '../notify/send.ts';
import { installationNotices } from '../notify/settings.ts';
import { command, query, seenRevision, type QueryContext } from './operation.ts';
import { settingsOfJob } from './show.ts';
import { labelView } from './views.ts';

const channelView = z.object({
  id: z.string(),
  kind: z.string(),
  name: z.string(),
  language: z.enum(['en', 'zh']),
  /** As saved, without secrets. */
  config: z.record(z.string(), z.unknown()),
  /** Names of the secrets that are set. */
  secrets: z.array(z.string()),
  /** Messages that wait, and those that were given up. */
  waiting: z.int(),
  dead: z.int(),
  revision: z.int(),
});

async function viewOf(context: QueryContext, row: ChannelRow): Promise<z.input<typeof channelView>> {
  const counts = (await countDeliveries(context.reader)).filter((one) => one.channel === row.id);
  const sum = (...states: string[]): number =>
    counts.filter((one) => states.includes(one.state)).reduce((total, one) => total + one.count, 0);
  return {
    id: row.id,
    kind: row.kind,
    name: row.name,
    language: row.language,
    config: JSON.parse(row.config) as Record<string, unknown>,
    secrets: [...(await getSealed(context.reader, channelOwner(row.id))).keys()].sort(),
    waiting: sum('queued', 'sending'),
    dead: sum('dead'),
    revision: row.revision,
  };
}

async function wantedChannel(reader: Reader, id: string): Promise<ChannelRow> {
  const row = await getChannel(reader, id);
  if (row) return row;
  const known = (await listChannels(reader)).map((other) => other.id).join(', ');
  throw new CommandError(
    `There is no channel "${id}". ${known ? `There are: ${known}.` : 'None is configured yet.'}`,
    `没有渠道“${id}”。${known ? `现有：${known}。` : '尚未配置渠道。'}`,
    { code: 'not-found' },
  );
}

export const channelList = query({
  role: 'operator',
  route: { method: 'GET', path: '/channels', group: 'notices' },
  does: { en: 'Lists channels, and the kinds that there are with their settings', zh: '列出通知渠道及可用类型' },
  input: z.strictObject({}),
  output: z.object({
    channels: z.array(channelView),
    kinds: z.array(
      z.object({
        id: z.string(),
        label: labelView,
        /** It writes to addresses of people. */
        toPeople: z.boolean(),
        settings: z.array(
          z.object({
            name: z.string(),
            label: labelView,
            help: labelView.nullable(),
            required: z.boolean(),
            secret: z.boolean(),
            schema: z.record(z.string(), z.unknown()),
          }),
        ),
      }),
    ),
  }),
  answer: async (context) => ({
    channels: await Promise.all((await listChannels(context.reader)).map((row) => viewOf(context, row))),
    kinds: [...channelKinds.values()].map((kind) => ({
      id: kind.id,
      label: kind.label,
      toPeople: kind.toPeople,
      settings: fieldsOf(kind.config).map((field) => ({
        name: field.name,
        label: field.meta.label,
        help: field.meta.help ?? null,
        required: field.required,
        secret: field.meta.secret ?? false,
        schema: z.toJSONSchema(field.schema, { io: 'input', unrepresentable: 'any' }) as Record<string, unknown>,
      })),
    })),
  }),
});

const channel = z.string().min(1);
const config = z.record(z.string(), z.unknown()).describe('Settings of its kind, secrets included; GET /channels lists them.');
const language = z.enum(['en', 'zh']);
const name = z.string().min(1).max(200);

export const channelCreate = command({
  role: 'admin',
  route: { method: 'POST', path: '/channels', group: 'notices', status: 201 },
  does: { en: 'Makes a channel', zh: '新建通知渠道' },
  input: z.strictObject({
    id: z.string().min(1),
    kind: z.string().min(1),
    name: name.optional(),
    language: language.optional().describe('Left out: the one of the installation.'),
    config: config.default({}),
  }),
  output: channelView,
  async answer(context, input) {
    await editConfig(context, { channels: [input] }, async (reader) => {
      if (!(await getChannel(reader, input.id))) return;
      throw new CommandError(`There is a channel "${input.id}" already.`, `已存在渠道“${input.id}”。`, {
        issues: [{ field: 'id', message: { en: 'is taken', zh: '已被使用' } }],
      });
    });
    return viewOf(context, await wantedChannel(context.reader, input.id));
  },
});

export const channelUpdate = command({
  role: 'admin',
  route: { method: 'PATCH', path: '/channels/{channel}', group: 'notices' },
  does: {
    en: 'Changes a channel: settings that are not given stay, null takes one away',
    zh: '修改渠道：未给出的设置保持不变，null 表示删除',
  },
  input: z.strictObject({
    channel,
    name: name.optional(),
    language: language.optional(),
    config: config.optional(),
    revision: seenRevision,
  }),
  output: channelView,
  async answer(context, input) {
    const row = await wantedChannel(context.reader, input.channel);
    const merged = mergedConfig(row.config, input.config);
    const piece = { id: row.id, kind: row.kind, name: input.name ?? row.name, language: input.language ?? row.language, config: merged };
    const seen = input.revision ?? row.revision;
    await editConfig(context, { channels: [piece] }, async (reader) =>
      assertUnchanged(reader, seen, {
        what: { en: `channel "${row.id}"`, zh: `渠道“${row.id}”` },
        revision: (await getChannel(reader, row.id))?.revision ?? 0,
        trail: [{ subject: `channel:${row.id}` }],
      }),
    );
    return viewOf(context, await wantedChannel(context.reader, row.id));
  },
});

export const channelRemove = command({
  role: 'admin',
  route: { method: 'DELETE', path: '/channels/{channel}', group: 'notices' },
  does: {
    en: 'Takes away a channel that no rule names; what still waits there is given up',
    zh: '删除未被规则使用的渠道；其中等待的消息将被放弃',
  },
  input: z.strictObject({ channel }),
  output: z.object({ removed: z.string() }),
  async answer(context, input) {
    const row = await wantedChannel(context.reader, input.channel);
    await removeConfig(context, { kind: 'channel', name: row.id, number: null }, async (transaction) => {
      const names = (await listJobs(transaction))
        .filter((job) => settingsOfJob(job).notices.rules.some((rule) => rule.channel === row.id))
        .map((job) => `${job.id} "${job.name}"`);
      if ((await installationNotices(transaction)).rules.some((rule) => rule.channel === row.id)) names.push('notices');
      if (names.length === 0) return;
      throw new CommandError(
        `Channel "${row.id}" is named by the rules of ${names.join(', ')}. Change those first.`,
        `渠道“${row.id}”正被 ${names.join('、')} 的规则使用。请先修改规则。`,
      );
    });
    return { removed: row.id };
  },
});

export const channelTest = command({
  role: 'admin',
  route: { method: 'POST', path: '/channels/{channel}/test', group: 'notices' },
  does: { en: 'Sends a test message by a channel, at once', zh: '立即通过渠道发送测试消息' },
  /** `to`: for channels that write to people. */
  input: z.strictObject({ channel, to: mailAddress.optional() }),
  output: z.object({ channel: z.string(), sent: z.boolean(), error: labelView.nullable() }),
  async answer(context, input) {
    const row = await wantedChannel(context.reader, input.channel);
    if (channelKinds.get(row.kind)?.toPeople && input.to === undefined)
      throw new CommandError('Say to which address the test message shall go.', '请指定测试消息的收件地址。', {
        code: 'invalid',
        issues: [{ field: 'to', message: { en: 'is needed', zh: '必填' } }],
      });
    try {
      await testChannel(context.engine.options, row, input.to ?? '');
      return { channel: row.id, sent: true, error: null };
    } catch (error) {
      if (!isConnectorError(error)) throw error;
      return { channel: row.id, sent: false, error: { ...error.label } };
    }
  },
});

const rulesView = z.object({ rules: installationNoticesSchema, revision: z.int() });

async function rulesNow(reader: Reader): Promise<z.input<typeof rulesView>> {
  const rules = await installationNotices(reader);
  return { rules, revision: revisionOf(rules) };
}

export const noticeRulesGet = query({
  role: 'operator',
  route: { method: 'GET', path: '/notices/rules', group: 'notices' },
  does: { en: 'Shows who is told what, for the whole installation', zh: '查看全局通知规则' },
  input: z.strictObject({}),
  output: rulesView,
  answer: (context) => rulesNow(context.reader),
});

export const noticeRulesPut = command({
  role: 'admin',
  route: { method: 'PUT', path: '/notices/rules', group: 'notices' },
  does: {
    en: 'Says who is told what, for the whole installation; jobs have rules of their own beside it',
    zh: '设置全局通知规则；任务可另设自己的规则',
  },
  input: z.strictObject({ rules: installationNoticesSchema, revision: seenRevision }),
  output: rulesView,
  async answer(context, input) {
    await editConfig(context, { notices: input.rules }, async (reader) =>
      assertUnchanged(reader, input.revision, {
        what: { en: 'the rules of notices', zh: '通知规则' },
        revision: (await rulesNow(reader)).revision,
        trail: [{ subject: 'notices:notices' }],
      }),
    );
    return rulesNow(context.reader);
  },
});
