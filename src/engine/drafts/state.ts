// What a draft still lacks, part by part, and what the parts that nobody has filled in would be.
import type { z } from 'zod';
import { secretFields } from '../../connector-kit/define.ts';
import { jobSettingsSchema } from '../../core/job-settings.ts';
import type { Label } from '../../core/model.ts';
import { getConnection, getSealed } from '../../store/jobs.ts';
import type { DraftRow } from '../../store/drafts.ts';
import { judge } from '../config/judge.ts';
import type { CommandContext } from '../operations/operation.ts';
import { parseJson } from '../shapes.ts';

export interface DraftState {
  /** Parts as they were saved; of a connection's secrets only the names. */
  readonly parts: Readonly<Record<string, unknown>>;
  readonly secrets: readonly string[];
  /** Parts, or fields of a connection's config (`config.host`), without which it cannot be finished. */
  readonly missing: readonly string[];
  /** What is wrong with parts that are there. */
  readonly problems: readonly { readonly part: string; readonly field: string; readonly says: Label }[];
  /** What the parts that are not there would be. */
  readonly defaults: Readonly<Record<string, unknown>>;
}

type Parts = Readonly<Record<string, unknown>>;

export const partsOf = (draft: DraftRow): Parts => parseJson<Parts>(draft.parts, {});

export const stateOf = (context: CommandContext, draft: DraftRow): Promise<DraftState> =>
  draft.kind === 'job' ? jobState(context, draft) : connectionState(context, draft);

/** The piece of a configuration file that finishing it would be. */
export async function pieceOf(context: CommandContext, draft: DraftRow): Promise<{ jobs: object[] } | { connections: object[] }> {
  const parts = partsOf(draft);
  if (draft.kind === 'job') return { jobs: [{ ...parts, name: draft.name, number: draft.id }] };
  const { sealer } = context.engine.options;
  const secrets = [...(await getSealed(context.reader, `draft:${draft.id}`))].map(([name, value]) => [name, sealer.open(value)] as const);
  const config = { ...(parts.config as object | undefined), ...Object.fromEntries(secrets) };
  return { connections: [{ ...parts, name: draft.name, config }] };
}

/** First what every job needs; only then can the rest be judged. */
const needed = ['connection', 'direction'] as const;

async function jobState(context: CommandContext, draft: DraftRow): Promise<DraftState> {
  const parts = partsOf(draft);
  const missing: string[] = needed.filter((part) => parts[part] === undefined);
  const connector = typeof parts.connection === 'string' ? await connectorOf(context, parts.connection) : undefined;
  const own = parts.direction === 'up' || parts.direction === 'down' ? connector?.manifest.defaults[parts.direction] : undefined;
  const {
    name: _name,
    connection: _connection,
    direction: _direction,
    ...general
  } = jobSettingsSchema.parse({
    name: 'x',
    connection: 'x',
    direction: 'up',
    mapping: own?.mapping ?? {},
    ...(own?.correlation ? { correlation: own.correlation } : {}),
  });
  const defaults = Object.fromEntries(Object.entries(general).filter(([part]) => parts[part] === undefined && (part !== 'mapping' || own)));
  const state = { parts, secrets: [], defaults };
  if (missing.length > 0) return { ...state, missing, problems: wrongAlone(parts) };
  const judged = await judge(context, { version: 1, ...(await pieceOf(context, draft)) }, false);
  const found = judged.view.problems.map(({ path, problem }) => {
    const inside = path.slice(2).map(String);
    return { part: inside[0] ?? 'name', field: inside.join('.'), says: problem };
  });
  // A mapping that nobody gave and no connector has is not wrong, it is missing.
  const lacks = found.filter((one) => one.part === 'mapping' && parts.mapping === undefined);
  return { ...state, missing: lacks.length > 0 ? ['mapping'] : [], problems: found.filter((one) => !lacks.includes(one)) };
}

/** Of a draft that cannot be judged as a whole: each part by its own shape. */
function wrongAlone(parts: Parts): DraftState['problems'] {
  const shape = jobSettingsSchema.shape as unknown as Readonly<Record<string, z.ZodType | undefined>>;
  return Object.entries(parts).flatMap(([part, value]) => {
    const schema = shape[part];
    if (!schema) return [{ part, field: part, says: { en: 'is no setting of a job', zh: '不是任务的设置' } }];
    const parsed = schema.safeParse(value);
    return parsed.success
      ? []
      : parsed.error.issues.map((issue) => {
          const field = [part, ...issue.path.map(String)].join('.');
          return { part, field, says: { en: `${field}: ${issue.message}`, zh: `${field}:${issue.message}` } };
        });
  });
}

async function connectorOf(context: CommandContext, connection: string) {
  const row = await getConnection(context.reader, connection);
  return row && context.connectors.get(row.connector);
}

async function connectionState(context: CommandContext, draft: DraftRow): Promise<DraftState> {
  const parts = partsOf(draft);
  const secrets = [...(await getSealed(context.reader, `draft:${draft.id}`)).keys()].sort();
  const missing: string[] = ['id', 'connector'].filter((part) => parts[part] === undefined);
  const connector = typeof parts.connector === 'string' ? context.connectors.get(parts.connector) : undefined;
  const defaults: Record<string, unknown> = {};
  const shape = connector && (connector.manifest.config as unknown as { shape?: Record<string, z.ZodType> }).shape;
  const config = (parts.config ?? {}) as Record<string, unknown>;
  const secret = new Set(connector ? secretFields(connector.manifest.config) : []);
  for (const [name, schema] of Object.entries(shape ?? {})) {
    if (name in config || secrets.includes(name)) continue;
    const parsed = schema.safeParse(undefined);
    if (!parsed.success) missing.push(`config.${name}`);
    else if (parsed.data !== undefined && !secret.has(name)) defaults[name] = parsed.data;
  }
  const state = { parts, secrets, missing, defaults: connector ? { config: defaults } : {} };
  if (missing.length > 0) return { ...state, problems: [] };
  const judged = await judge(context, { version: 1, ...(await pieceOf(context, draft)) }, false);
  const problems = judged.view.problems.map(({ path, problem }) => {
    const inside = path.slice(2).map(String);
    return { part: inside[0] ?? 'id', field: inside.join('.'), says: problem };
  });
  return { ...state, problems };
}
