// Checks a configuration against connectors and store, and turns it into what connections and jobs shall be.
import type { z } from 'zod';
import { issueWords } from './issue-words.ts';
import { fieldsOf, secretFields } from '../../connector-kit/define.ts';
import type { Connector } from '../../connector-kit/contract.ts';
import { CONSOLE } from '../../core/console.ts';
import { jobSettingsSchema, scheduleOf, type JobSettings } from '../../core/job-settings.ts';
import { accountReads } from '../../core/mapping/compile.ts';
import type { MappingRow } from '../../core/mapping/rows.ts';
import type { ObjectTypeSpec } from '../../core/model.ts';
import { scheduleProblem } from '../../core/schedule.ts';
import type { ConnectionRow, JobRow } from '../../store/jobs.ts';
import { prepareJob, type Lookups } from '../prepare.ts';
import type { CustomAttributeRow } from '../../store/attributes.ts';
import { type PresentAttributes, understandAttributes } from './attributes.ts';
import type { DraftRow } from '../../store/drafts.ts';
import type { Forwarding } from '../audit-forward.ts';
import { type DraftEntry, draftProblems } from './drafts.ts';
import { protectedProblems, type ProtectedSection } from './protected.ts';
import { lockedSettings } from './locked.ts';
import { fittingDefaults } from './fitting.ts';
import { bothWays, circles } from './together.ts';
import { unheardTrigger } from './told.ts';
import type { InstallationSettings } from '../../core/installation-settings.ts';
import { noWantedNotices, understandNotices, type PresentNotices, type WantedNotices } from './notices.ts';
import type { ChosenState } from '../states.ts';
import type { ConfigDocument, ConfigPath, ConfigProblem, JobEntry } from './document.ts';
import { problemOf, soundParts } from './sound-parts.ts';

export interface WantedConnection {
  readonly id: string;
  readonly connector: string;
  readonly name: string;
  /** As written, secrets left out. */
  readonly config: Readonly<Record<string, unknown>>;
  /** With the connector's defaults, secrets left out: what is compared. */
  readonly parsed: Readonly<Record<string, unknown>>;
  /** Secrets that the file gives. Those it does not name stay as they are. */
  readonly secrets: Readonly<Record<string, string>>;
  readonly types: readonly ObjectTypeSpec[];
}

export interface WantedJob {
  /** Number of the job that it is; null = new. */
  readonly existing: JobRow | null;
  readonly number: number | null;
  readonly state: ChosenState | null;
  readonly settings: JobSettings;
}

export interface Wanted {
  readonly connections: readonly WantedConnection[];
  readonly lookups: Lookups;
  readonly jobs: readonly WantedJob[];
  readonly notices: WantedNotices;
  readonly attributes: readonly CustomAttributeRow[];
  /** null: as they are. */
  readonly settings: InstallationSettings | null;
  /** undefined: as it is. */
  readonly forwarding: Forwarding | null | undefined;
  readonly protected: ProtectedSection;
  readonly drafts: readonly DraftEntry[];
  readonly problems: readonly ConfigProblem[];
}

export interface Present {
  readonly connections: readonly ConnectionRow[];
  readonly jobs: readonly JobRow[];
  readonly lookups: Lookups;
  readonly notices: PresentNotices;
  readonly settings: InstallationSettings;
  readonly forwarding: Forwarding | null;
  readonly protected: ProtectedSection;
  readonly drafts: readonly DraftRow[];
  readonly attributes: PresentAttributes;
  readonly now: number;
  /** Attributes of the directory, added ones included. */
  readonly directory: readonly ObjectTypeSpec[];
  /** Opened secrets of a connection. */
  secretsOf(id: string): Promise<Readonly<Record<string, string>>>;
}

export interface Tools {
  readonly connectors: ReadonlyMap<string, Connector>;
  /** The catalogue of a connection so configured; the manifest's where it cannot be told. */
  typesOf(connector: Connector, id: string, config: unknown): Promise<readonly ObjectTypeSpec[]>;
  /** Whether a connection so configured tells of changes by itself; true where nobody knows. */
  canTell(connector: Connector, id: string, config: Readonly<Record<string, unknown>>): Promise<boolean>;
}

export const nothingWanted: Wanted = {
  connections: [],
  lookups: {},
  jobs: [],
  notices: noWantedNotices,
  attributes: [],
  settings: null,
  forwarding: undefined,
  protected: {},
  drafts: [],
  problems: [],
};

const say = (path: ConfigPath, en: string, zh: string): ConfigProblem => ({ path, problem: { en, zh } });
/** With problems, nothing of it may be applied. */
export async function understand(data: unknown, stored: Present, given: Tools): Promise<Wanted> {
  const sound = soundParts(data);
  if (sound.document === null) return { ...nothingWanted, problems: sound.problems };
  const { document, unsound, inFile } = sound;
  const replaced = new Set(document.jobs.map((entry) => entry.name));
  const kept = stored.jobs.filter((job) => !replaced.has(job.name));
  const { rows, catalogue, problems: misfits } = await understandAttributes(document.attributes, stored.attributes, kept, stored.now);
  // What the file adds, its jobs can use.
  const present: Present = { ...stored, directory: catalogue };
  const tools: Tools = {
    ...given,
    typesOf: async (connector, id, config) => (id === CONSOLE ? catalogue : given.typesOf(connector, id, config)),
  };
  const problems: ConfigProblem[] = [...clashes(document), ...misfits];
  const connections: WantedConnection[] = [];
  for (const [index, entry] of document.connections.entries()) {
    const wanted = await connectionOf(entry, ['connections', index], present, tools, problems);
    if (wanted) connections.push(wanted);
  }
  const lookups = { ...present.lookups, ...document.lookups };
  const broken = new Set([
    ...unsound.connections,
    ...document.connections.map((entry) => entry.id).filter((id) => !connections.some((connection) => connection.id === id)),
  ]);
  const jobs: WantedJob[] = [];
  // What cannot be looked at may hold what a job names: then only what is told without it is told.
  const namesAreKnown = !['connections', 'attributes', 'lookups'].some((section) => unsound.sections.has(section));
  for (const [index, entry] of namesAreKnown ? document.jobs.entries() : []) {
    const wanted = await jobOf(entry, ['jobs', index], { present, tools, connections, broken, lookups, problems });
    if (wanted) jobs.push(wanted);
  }
  problems.push(...bothWays(document, jobs, present), ...circles(document, jobs, present));
  const { problems: unheard, ...notices } = understandNotices(
    document,
    present.notices,
    jobs.map(({ settings }) => ({ settings, index: document.jobs.findIndex((entry) => entry.name === settings.name) })),
    document.settings ?? present.settings,
  );
  if (!unsound.sections.has('channels') && !unsound.sections.has('notices') && unsound.jobs.size === 0) problems.push(...unheard);
  const { auditForwarding: forwarding, protected: untouchable, drafts, settings = null } = document;
  const known = new Set(
    [...present.connections, ...document.connections]
      .map(({ id }) => id)
      .concat(...unsound.connections)
      .filter((id) => id !== CONSOLE),
  );
  problems.push(
    ...(unsound.sections.has('connections') ? [] : protectedProblems(untouchable, known)),
    ...draftProblems(drafts, new Set([...present.jobs, ...document.jobs].map(({ name }) => name)), tools.connectors),
  );
  return {
    connections,
    lookups: document.lookups,
    jobs,
    notices,
    attributes: rows,
    settings,
    forwarding,
    protected: untouchable,
    drafts,
    problems: [...sound.problems, ...problems.map((one) => ({ ...one, path: inFile(one.path) }))],
  };
}

function clashes(document: ConfigDocument): ConfigProblem[] {
  const problems: ConfigProblem[] = [];
  const twice = (values: readonly (string | number | undefined)[], section: string, field: string): void => {
    for (const [index, value] of values.entries()) {
      if (value !== undefined && values.indexOf(value) < index)
        problems.push(
          say([section, index, field], `"${value}" is used twice; each needs its own ${field}`, `“${value}”重复；${field} 必须唯一`),
        );
    }
  };
  twice(
    document.connections.map((entry) => entry.id),
    'connections',
    'id',
  );
  twice(
    document.jobs.map((entry) => entry.name),
    'jobs',
    'name',
  );
  twice(
    document.jobs.map((entry) => entry.number),
    'jobs',
    'number',
  );
  return problems;
}

async function connectionOf(
  entry: ConfigDocument['connections'][number],
  path: ConfigPath,
  present: Present,
  tools: Tools,
  problems: ConfigProblem[],
): Promise<WantedConnection | null> {
  const connector = tools.connectors.get(entry.connector);
  if (!connector || entry.connector === 'directory') {
    const known = [...tools.connectors.keys()]
      .filter((id) => id !== 'directory')
      .sort()
      .join(', ');
    problems.push(
      say(
        [...path, 'connector'],
        `there is no connector "${entry.connector}". There are: ${known}`,
        `没有连接器“${entry.connector}”。可用：${known}`,
      ),
    );
    return null;
  }
  const before = present.connections.find((row) => row.id === entry.id);
  if (before && before.connector !== entry.connector) {
    problems.push(
      say(
        [...path, 'connector'],
        `connection "${entry.id}" is of connector "${before.connector}"; another kind of system needs another id`,
        `连接“${entry.id}”的连接器是“${before.connector}”；其他系统请使用新的 id`,
      ),
    );
    return null;
  }
  const { config } = connector.manifest;
  const names = new Set(fieldsOf(config).map((field) => field.name));
  const unknown = Object.keys(entry.config).filter((name) => !names.has(name));
  for (const name of unknown)
    problems.push(
      say(
        [...path, 'config', name],
        `"${name}" is no setting of the connector "${entry.connector}". It has: ${[...names].join(', ')}`,
        `连接器“${entry.connector}”没有设置项“${name}”。可用：${[...names].join('、')}`,
      ),
    );
  const secretNames = new Set(secretFields(config));
  const given = Object.entries(entry.config).filter(([name, value]) => names.has(name) && value !== null);
  const kept = before ? await present.secretsOf(entry.id) : {};
  const result = config.safeParse({ ...kept, ...Object.fromEntries(given) });
  if (!result.success) {
    for (const issue of result.error.issues) {
      const missing = issue.code === 'invalid_type' && issue.input === undefined && !(String(issue.path[0]) in entry.config);
      problems.push({
        path: [...path, 'config', ...(issue.path as (string | number)[])],
        problem: missing
          ? { en: `"${issue.path.join('.')}" is needed`, zh: `缺少“${issue.path.join('.')}”` }
          : issueWords(issue, `${issue.path.join('.')}: `),
      });
    }
    return null;
  }
  if (unknown.length > 0) return null;
  const withoutSecrets = (values: readonly (readonly [string, unknown])[]): Record<string, unknown> =>
    Object.fromEntries(values.filter(([name]) => !secretNames.has(name)));
  return {
    id: entry.id,
    connector: entry.connector,
    name: entry.name ?? entry.id,
    config: withoutSecrets(given),
    parsed: withoutSecrets(Object.entries(result.data as Record<string, unknown>)),
    secrets: Object.fromEntries(given.filter(([name]) => secretNames.has(name)).map(([name, value]) => [name, String(value)])),
    types: await tools.typesOf(connector, entry.id, result.data),
  };
}

interface JobScene {
  readonly present: Present;
  readonly tools: Tools;
  readonly connections: readonly WantedConnection[];
  /** Connections of the file with problems of their own. */
  readonly broken: ReadonlySet<string>;
  readonly lookups: Lookups;
  readonly problems: ConfigProblem[];
}

async function jobOf(entry: JobEntry, path: ConfigPath, scene: JobScene): Promise<WantedJob | null> {
  const { present, problems } = scene;
  const { number, state, ...rest } = entry;
  const byNumber = present.jobs.find((job) => job.id === number);
  const byName = present.jobs.find((job) => job.name === entry.name);
  if (number !== undefined && byName && byName.id !== number) {
    problems.push(
      say(
        [...path, 'name'],
        `job ${byName.id} is called "${entry.name}" already; names are unique`,
        `任务 ${byName.id} 已使用名称“${entry.name}”；名称必须唯一`,
      ),
    );
    return null;
  }
  const existing = byNumber ?? (number === undefined ? byName : undefined) ?? null;
  const side = await sideOf(entry, path, scene);
  if (!side) {
    // Without its connection, what it says of itself can be looked at.
    const alone = jobSettingsSchema.safeParse({ mapping: {}, ...givenIn(rest) });
    if (!alone.success) problems.push(...shapeProblems(alone.error.issues, path));
    return null;
  }
  const own = side.connector.manifest.defaults[entry.direction];
  const [source, target] = entry.direction === 'up' ? [side.types, present.directory] : [present.directory, side.types];
  const defaults = own && fittingDefaults(own, source, target, scene.lookups);
  const filled = {
    mapping: defaults?.mapping,
    correlation: defaults?.correlation,
    ...givenIn(rest),
  };
  if (filled.mapping === undefined) {
    problems.push(
      say(
        [...path, 'mapping'],
        `the connector "${side.connector.manifest.id}" has no default mapping for direction ${entry.direction}; write one`,
        `连接器“${side.connector.manifest.id}”没有该方向（${entry.direction}）的默认映射，请填写 mapping`,
      ),
    );
    return null;
  }
  const parsed = jobSettingsSchema.safeParse(filled);
  if (!parsed.success) {
    problems.push(...shapeProblems(parsed.error.issues, path));
    return null;
  }
  const settings = parsed.data;
  if (existing) {
    const before = jobSettingsSchema.parse(JSON.parse(existing.settings));
    for (const { setting, reason } of lockedSettings(existing))
      if (before[setting] !== settings[setting]) problems.push({ path: [...path, setting], problem: reason });
  }
  const unheard = await unheardTrigger(settings, existing, side.canTell);
  if (unheard) problems.push({ path: [...path, 'trigger'], problem: unheard });
  checkDetails(settings, path, side, scene);
  problems.push(...unknownAccounts(settings, path, scene));
  return { existing, number: number ?? null, state: state ?? null, settings };
}

const givenIn = (settings: object): Record<string, unknown> =>
  Object.fromEntries(Object.entries(settings).filter(([, value]) => value !== null && value !== undefined));

const shapeProblems = (issues: readonly z.core.$ZodIssue[], path: ConfigPath): ConfigProblem[] =>
  issues.map((issue) => {
    const { path: at, problem } = problemOf(issue);
    const place = issue.code === 'unrecognized_keys' ? '' : `${issue.path.join('.')}: `;
    return { path: [...path, ...at], problem: { en: `${place}${problem.en}`, zh: `${place}${problem.zh}` } };
  });

/** account("x") must name a connection. */
function unknownAccounts(settings: JobSettings, path: ConfigPath, { connections, present, broken }: JobScene): ConfigProblem[] {
  const known = new Set([...connections, ...present.connections].map((connection) => connection.id));
  return Object.entries(settings.mapping).flatMap(([type, rows]) =>
    rows.flatMap((row, index) =>
      accountReads([row as MappingRow])
        .filter(({ system }) => !known.has(system) && !broken.has(system))
        .map(({ system }) =>
          say(
            [...path, 'mapping', type, index],
            `account("${system}") names no connection. There are: ${[...known].sort().join(', ')}`,
            `account("${system}") 不是已有的连接。现有：${[...known].sort().join(', ')}`,
          ),
        ),
    ),
  );
}

interface Side {
  readonly connector: Connector;
  readonly types: readonly ObjectTypeSpec[];
  readonly canTell: () => Promise<boolean>;
}

async function sideOf(
  entry: JobEntry,
  path: ConfigPath,
  { present, tools, connections, broken, problems }: JobScene,
): Promise<Side | null> {
  const wanted = connections.find((connection) => connection.id === entry.connection);
  if (wanted) {
    const own = tools.connectors.get(wanted.connector)!;
    return {
      connector: own,
      types: wanted.types,
      canTell: async () => tools.canTell(own, wanted.id, { ...(await present.secretsOf(wanted.id)), ...wanted.parsed, ...wanted.secrets }),
    };
  }
  // Its own problem is said already.
  if (broken.has(entry.connection)) return null;
  const row = present.connections.find((connection) => connection.id === entry.connection);
  const connector = row && tools.connectors.get(row.connector);
  if (!row || !connector) {
    const known = [
      ...new Set([...connections.map((connection) => connection.id), ...present.connections.map((connection) => connection.id)]),
    ]
      .sort()
      .join(', ');
    problems.push(
      say(
        [...path, 'connection'],
        `there is no connection "${entry.connection}". ${known ? `There are: ${known}` : 'The file defines none'}`,
        `没有连接“${entry.connection}”。${known ? `现有：${known}` : '文件中未定义连接'}`,
      ),
    );
    return null;
  }
  const config = { ...(JSON.parse(row.config) as object), ...(await present.secretsOf(row.id)) };
  return { connector, types: await tools.typesOf(connector, row.id, config), canTell: () => tools.canTell(connector, row.id, config) };
}

function checkDetails(settings: JobSettings, path: ConfigPath, side: Side, { lookups, present, problems }: JobScene): void {
  const up = settings.direction === 'up';
  const { manifest } = side.connector;
  if (!manifest.roles.includes(up ? 'source' : 'target'))
    problems.push(
      say(
        [...path, 'direction'],
        `the connector "${manifest.id}" cannot be ${up ? 'read from (up)' : 'written to (down)'}`,
        `连接器“${manifest.id}”不支持${up ? '上游（读取）' : '下游（写入）'}`,
      ),
    );
  const part = manifest.part.safeParse(settings.part ?? {});
  if (!part.success)
    for (const issue of part.error.issues)
      problems.push({
        path: [...path, 'part', ...(issue.path as (string | number)[])],
        problem: issueWords(issue, `part.${issue.path.join('.')}: `),
      });
  const schedule = scheduleOf(settings.trigger);
  const wrong = schedule && scheduleProblem(schedule);
  if (wrong) problems.push({ path: [...path, 'trigger'], problem: wrong });
  const [source, target] = up ? [side.types, present.directory] : [present.directory, side.types];
  for (const found of prepareJob(settings, source, target, lookups).problems)
    problems.push({
      path: [...path, ...pathOf(found.where)],
      problem: { en: `${found.where}: ${found.problem.en}`, zh: `${found.where}:${found.problem.zh}` },
    });
}

/** `mapping.person[3] (email)` → ['mapping', 'person', 3] */
const pathOf = (where: string): (string | number)[] =>
  where
    .replace(/ \(.*\)$/, '')
    .split(/[.[\]]+/)
    .filter((part) => part !== '')
    .map((part) => (/^\d+$/.test(part) ? Number(part) : part));
