// Channels and notice rules in the configuration: what a file says of them, judged, compared, saved and written out.
import { z } from 'zod';
import { fieldsOf, secretFields } from '../../connector-kit/define.ts';
import { personType } from '../../core/directory-types.ts';
import type { JobSettings } from '../../core/job-settings.ts';
import { installationNoticesSchema, type InstallationNotices, type NoticeRule } from '../../core/notices.ts';
import { channelOwner, deleteChannel, listChannels, putChannel, type ChannelRow } from '../../store/channels.ts';
import type { Reader, Transaction } from '../../store/database.ts';
import { deleteSealed, getSealed, putSealed } from '../../store/jobs.ts';
import type { EngineOptions } from '../context.ts';
import type { ChannelKind } from '../notify/channels/channel.ts';
import { channelKinds } from '../notify/channels/kinds.ts';
import { installationNotices, saveInstallationNotices } from '../notify/settings.ts';
import type { Sealer } from '../sealing.ts';
import type { InstallationSettings } from '../../core/installation-settings.ts';
import type { ConfigEntry, SettingChange } from './compare.ts';
import type { ConfigPath, ConfigProblem } from './document.ts';
import { issueWords } from './issue-words.ts';

export const channelEntry = z.strictObject({
  id: z.string().regex(/^[A-Za-z0-9][A-Za-z0-9_-]{0,62}$/, 'must be letters, digits, - and _'),
  kind: z.string().min(1),
  name: z.string().min(1).max(200).optional(),
  /** Of what it sends; left out: the one of the installation. */
  language: z.enum(['en', 'zh']).optional(),
  config: z.record(z.string(), z.unknown()).default({}),
});
type ChannelEntry = z.output<typeof channelEntry>;

interface WantedChannel extends Omit<ChannelRow, 'config' | 'revision'> {
  /** As written, secrets left out. */
  readonly config: Readonly<Record<string, unknown>>;
  /** With defaults, secrets left out: what is compared. */
  readonly parsed: Readonly<Record<string, unknown>>;
  /** Those that are given; the others stay as they are. */
  readonly secrets: Readonly<Record<string, string>>;
}

export interface WantedNotices {
  readonly channels: readonly WantedChannel[];
  /** null: as it is. */
  readonly rules: InstallationNotices | null;
}
export const noWantedNotices: WantedNotices = { channels: [], rules: null };

export interface PresentNotices {
  readonly channels: readonly ChannelRow[];
  readonly rules: InstallationNotices;
  /** Opened secrets by channel. */
  readonly secrets: ReadonlyMap<string, Readonly<Record<string, string>>>;
}

export async function presentNotices(reader: Reader, sealer: Sealer): Promise<PresentNotices> {
  const channels = await listChannels(reader);
  const secrets = new Map<string, Record<string, string>>();
  for (const { id } of channels)
    secrets.set(
      id,
      Object.fromEntries([...(await getSealed(reader, channelOwner(id)))].map(([name, value]) => [name, sealer.open(value)])),
    );
  return { channels, rules: await installationNotices(reader), secrets };
}

const say = (path: ConfigPath, en: string, zh: string): ConfigProblem => ({ path, problem: { en, zh } });

export function understandNotices(
  document: { readonly channels: readonly ChannelEntry[]; readonly notices?: InstallationNotices | undefined },
  present: PresentNotices,
  jobs: readonly { readonly settings: JobSettings; readonly index: number }[],
  fallback: Pick<InstallationSettings, 'language' | 'recipients'>,
): WantedNotices & { readonly problems: readonly ConfigProblem[] } {
  const problems: ConfigProblem[] = [];
  const channels: WantedChannel[] = [];
  for (const [index, entry] of document.channels.entries()) {
    const found = channelOf(entry, ['channels', index], present, fallback.language);
    if (Array.isArray(found)) problems.push(...(found as readonly ConfigProblem[]));
    else channels.push(found as WantedChannel);
    if (document.channels.findIndex((other) => other.id === entry.id) < index)
      problems.push(say(['channels', index, 'id'], `"${entry.id}" is used twice; each needs its own id`, `“${entry.id}”重复；id 必须唯一`));
  }
  const kinds = new Map<string, string>([...present.channels, ...document.channels].map((channel) => [channel.id, channel.kind]));
  if (document.notices) problems.push(...ruleProblems(document.notices.rules, ['notices', 'rules'], kinds, fallback.recipients));
  for (const { settings, index } of jobs)
    problems.push(
      ...ruleProblems(settings.notices.rules, ['jobs', index, 'notices', 'rules'], kinds, fallback.recipients),
      ...welcomeProblems(settings, ['jobs', index, 'welcome'], kinds),
    );
  return { channels, rules: document.notices ?? null, problems };
}

function channelOf(
  entry: ChannelEntry,
  path: ConfigPath,
  present: PresentNotices,
  language: InstallationSettings['language'],
): WantedChannel | readonly ConfigProblem[] {
  const kind = channelKinds.get(entry.kind);
  if (!kind) {
    const known = [...channelKinds.keys()].join(', ');
    return [
      say(
        [...path, 'kind'],
        `there is no kind of channel "${entry.kind}". There are: ${known}`,
        `没有渠道类型“${entry.kind}”。可用：${known}`,
      ),
    ];
  }
  const before = present.channels.find((row) => row.id === entry.id);
  if (before && before.kind !== entry.kind)
    return [
      say(
        [...path, 'kind'],
        `channel "${entry.id}" is of kind "${before.kind}"; another kind needs another id`,
        `渠道“${entry.id}”的类型是“${before.kind}”；其他类型请使用新的 id`,
      ),
    ];
  const names = new Set(fieldsOf(kind.config).map((field) => field.name));
  const unknown = Object.keys(entry.config).filter((name) => !names.has(name));
  if (unknown.length > 0)
    return unknown.map((name) =>
      say(
        [...path, 'config', name],
        `"${name}" is no setting of "${entry.kind}". It has: ${[...names].join(', ')}`,
        `“${entry.kind}”没有设置项“${name}”。可用：${[...names].join('、')}`,
      ),
    );
  const given = Object.fromEntries(Object.entries(entry.config).filter(([, value]) => value !== null));
  const result = kind.config.safeParse({ ...present.secrets.get(entry.id), ...given });
  if (!result.success)
    return result.error.issues.map((issue) => ({
      path: [...path, 'config', ...(issue.path as (string | number)[])],
      problem: issueWords(issue, `${issue.path.join('.')}: `),
    }));
  const secret = new Set(secretFields(kind.config));
  const open = (values: object): Record<string, unknown> =>
    Object.fromEntries(Object.entries(values).filter(([name]) => !secret.has(name)));
  return {
    id: entry.id,
    kind: entry.kind,
    name: entry.name ?? entry.id,
    language: entry.language ?? language,
    config: open(given),
    parsed: open(result.data as object),
    secrets: Object.fromEntries(Object.entries(given).flatMap(([name, value]) => (secret.has(name) ? [[name, String(value)]] : []))),
  };
}

/** Rules that nobody would ever hear of. */
function ruleProblems(
  rules: readonly NoticeRule[],
  path: ConfigPath,
  kinds: ReadonlyMap<string, string>,
  others: readonly string[],
): readonly ConfigProblem[] {
  return rules.flatMap((rule, index) => {
    const kind = kinds.get(rule.channel);
    if (kind === undefined) {
      const known = [...kinds.keys()].sort().join(', ') || '–';
      return [
        say(
          [...path, index, 'channel'],
          `there is no channel "${rule.channel}". There are: ${known}`,
          `没有渠道“${rule.channel}”。现有：${known}`,
        ),
      ];
    }
    const writesToPeople = channelKinds.get(kind)?.toPeople ?? false;
    if (writesToPeople && rule.to.length + rule.roles.length + others.length === 0)
      return [
        say(
          [...path, index, 'to'],
          'name somebody: addresses in "to", or "roles", or recipients in the settings of the installation',
          '请在 to 中填写地址，或指定 roles，或在全局设置中指定 recipients',
        ),
      ];
    if (!writesToPeople && rule.to.length + rule.roles.length > 0)
      return [
        say(
          [...path, index, 'to'],
          `"${rule.channel}" writes to whoever sits behind it, not to addresses`,
          `渠道“${rule.channel}”发送到固定对象，不支持指定收件人`,
        ),
      ];
    return [];
  });
}

function welcomeProblems(
  { welcome, direction }: JobSettings,
  path: ConfigPath,
  kinds: ReadonlyMap<string, string>,
): readonly ConfigProblem[] {
  if (welcome === null) return [];
  if (direction === 'up')
    return [say(path, 'only a job that writes to a system makes accounts; take it out', '只有写入下游系统的任务才会创建账号；请删除此项')];
  const problems: ConfigProblem[] = [];
  const kind = kinds.get(welcome.channel);
  if (kind === undefined || !channelKinds.get(kind)?.toPeople)
    problems.push(
      say(
        [...path, 'channel'],
        `"${welcome.channel}" is no channel that writes to people; name one of kind email`,
        `“${welcome.channel}”不是面向个人的渠道；请指定 email 类型的渠道`,
      ),
    );
  for (const [index, name] of welcome.address.entries())
    if (!personType.attributes.some((spec) => spec.name === name && spec.type === 'string'))
      problems.push(
        say(
          [...path, 'address', index],
          `people of the directory have no "${name}" that could hold an address`,
          `目录中的人员没有可存放地址的属性“${name}”`,
        ),
      );
  return problems;
}

// ── compared ─────────────────────────────────────────────────────────────────────────────────────────────

const SECRET = '••••••';

export function noticeEntries(
  wanted: WantedNotices,
  present: PresentNotices,
  differences: (before: object, after: object, prefix?: string) => readonly SettingChange[],
): readonly ConfigEntry[] {
  const entries = wanted.channels.map((channel): ConfigEntry => {
    const before = present.channels.find((row) => row.id === channel.id);
    const entry = { kind: 'channel' as const, name: channel.id, number: null };
    if (!before) return { ...entry, action: 'add', changes: [] };
    const secrets = present.secrets.get(channel.id) ?? {};
    const changes = [
      ...differences({ name: before.name, language: before.language }, { name: channel.name, language: channel.language }),
      ...differences(withDefaults(channelKinds.get(before.kind), before), channel.parsed, 'config'),
      ...Object.entries(channel.secrets).flatMap(([name, value]) =>
        secrets[name] === value ? [] : [{ path: `config.${name}`, before: name in secrets ? SECRET : null, after: `${SECRET} (new)` }],
      ),
    ];
    return { ...entry, action: changes.length > 0 ? 'change' : 'same', changes };
  });
  if (!wanted.rules) return entries;
  const changes = differences(present.rules, wanted.rules);
  return [...entries, { kind: 'notices', name: 'notices', number: null, action: changes.length > 0 ? 'change' : 'same', changes }];
}

/** Each field for itself: secrets are not among them and may be required. */
function withDefaults(kind: ChannelKind | undefined, row: ChannelRow): Readonly<Record<string, unknown>> {
  const saved = JSON.parse(row.config) as Record<string, unknown>;
  if (!kind) return saved;
  const secret = new Set(secretFields(kind.config));
  return Object.fromEntries(
    fieldsOf(kind.config)
      .filter((field) => !secret.has(field.name))
      .map((field) => [field.name, field.schema.safeParse(saved[field.name]).data ?? saved[field.name]]),
  );
}

// ── saved and written out ────────────────────────────────────────────────────────────────────────────────

/** One entry of kind `channel`; what it looks like for the audit log. */
export async function saveChannel(
  options: EngineOptions,
  transaction: Transaction,
  { channels }: WantedNotices,
  entry: ConfigEntry,
): Promise<object | null> {
  const owner = channelOwner(entry.name);
  const channel = entry.action === 'remove' ? undefined : channels.find((one) => one.id === entry.name);
  if (!channel) {
    await deleteSealed(transaction, owner);
    await deleteChannel(transaction, entry.name);
    return null;
  }
  const { id, kind, name, language, config } = channel;
  await putChannel(transaction, { id, kind, name, language, config: JSON.stringify(config) });
  for (const [field, value] of Object.entries(channel.secrets)) await putSealed(transaction, owner, field, options.sealer.seal(value));
  return entry.action === 'add' ? { kind, language, config } : null;
}

export const saveRules = async (transaction: Transaction, { rules }: WantedNotices): Promise<void> =>
  void (rules && (await saveInstallationNotices(transaction, rules)));

export interface ExportedNotices {
  readonly channels: readonly { readonly row: ChannelRow; readonly secrets: readonly string[] }[];
  readonly rules: InstallationNotices;
}

export async function storedNotices(reader: Reader): Promise<ExportedNotices> {
  const channels = [];
  for (const row of await listChannels(reader))
    channels.push({ row, secrets: [...(await getSealed(reader, channelOwner(row.id))).keys()].sort() });
  return { channels, rules: await installationNotices(reader) };
}

/** Sections of the file; defaults left out. */
export function noticeSections(
  stored: ExportedNotices,
  language: InstallationSettings['language'],
  placeholder: (owner: string, name: string) => string,
): Record<string, unknown> {
  const rules = Object.fromEntries(
    Object.entries(stored.rules).filter(
      ([name, value]) => JSON.stringify(value) !== JSON.stringify(defaults[name as keyof InstallationNotices]),
    ),
  );
  return {
    ...(stored.channels.length === 0
      ? {}
      : {
          channels: stored.channels.map(({ row, secrets }) => ({
            id: row.id,
            kind: row.kind,
            name: row.name,
            ...(row.language === language ? {} : { language: row.language }),
            config: {
              ...(JSON.parse(row.config) as object),
              ...Object.fromEntries(secrets.map((name) => [name, placeholder(row.id, name)])),
            },
          })),
        }),
    ...(Object.keys(rules).length === 0 ? {} : { notices: rules }),
  };
}
const defaults = installationNoticesSchema.parse({});
