// What an operation of the engine is: a query that reads, or a command that the engine's thread carries out.
import { z } from 'zod';
import type { Connector } from '../../connector-kit/contract.ts';
import { isConnectorError } from '../../connector-kit/errors.ts';
import type { Label } from '../../core/model.ts';
import type { OidcProvider } from '../../core/oidc.ts';
import type { Reader } from '../../store/database.ts';
import { listJobs, type JobRow } from '../../store/jobs.ts';
import { CommandError, type Engine } from '../engine.ts';

/** Who may: viewers read, operators run and retry, approvers confirm, admins configure, edit and take back, auditors read everything incl. the audit log. */
export type Role = 'viewer' | 'operator' | 'approver' | 'admin' | 'auditor';

export interface QueryContext {
  readonly reader: Reader;
  readonly connectors: ReadonlyMap<string, Connector>;
  readonly now: () => number;
  /** The provider that people sign in with, where the environment of the server says it. */
  readonly oidcOfServer?: OidcProvider | null;
}

/** Where people reach the server, without a slash at the end. */
export interface OwnAddress {
  readonly url: string;
  /** PUBLIC_URL says it; else it is where the server listens. */
  readonly isPublic: boolean;
}

export interface CommandContext extends QueryContext {
  readonly engine: Engine;
  /** Who asks, for the audit trail. */
  readonly actor: string;
  /** No other process or thread carries out runs: one that says `running` was interrupted. */
  readonly alone: boolean;
  /** Missing: no server, or one that does not listen yet. */
  readonly ownAddress?: OwnAddress | null;
}

/** Where an operation is found over HTTP. Fields of the input that the path does not name are query (GET, DELETE) or body. */
export interface Route {
  readonly method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  /** Below /api/v1; `{job}` stands for the input field `job`. */
  readonly path: string;
  readonly group: RouteGroup;
  /** Of a list: the input field that the `next` of its answer continues. Over HTTP it is an opaque `cursor`. */
  readonly page?: string;
  /** Default 200. */
  readonly status?: 201 | 202;
}
export type RouteGroup = keyof typeof routeGroups;

/** Headings of the document that describes the API. */
export const routeGroups = {
  status: { en: 'Status and brake', zh: '状态与总闸' },
  jobs: { en: 'Jobs', zh: '同步任务' },
  runs: { en: 'Runs, plans and changes', zh: '执行记录、计划与变更' },
  waiting: { en: 'Held changes and problems', zh: '待确认与问题' },
  connections: { en: 'Connections and connectors', zh: '连接与连接器' },
  directory: { en: 'The directory', zh: '目录' },
  links: { en: 'Links, matching and protected accounts', zh: '关联、匹配与受保护账号' },
  notices: { en: 'Notices and channels', zh: '通知与渠道' },
  configuration: { en: 'Configuration', zh: '配置' },
  accounts: { en: 'Accounts, tokens and the audit log', zh: '账号、令牌与审计日志' },
} as const satisfies Record<string, Label>;

export interface Query<I extends z.ZodType, O extends z.ZodType> {
  readonly where: 'reader';
  readonly role: Role;
  /** null: on the server itself only, through its socket or the data folder. */
  readonly route: Route | null;
  readonly does: Label;
  readonly input: I;
  readonly output: O;
  readonly answer: (context: QueryContext, input: z.output<I>) => Promise<z.input<O>>;
}

export interface Command<I extends z.ZodType, O extends z.ZodType> {
  readonly where: 'engine';
  readonly role: Role;
  /** null: on the server itself only, through its socket or the data folder. */
  readonly route: Route | null;
  readonly does: Label;
  readonly input: I;
  readonly output: O;
  readonly answer: (context: CommandContext, input: z.output<I>) => Promise<z.input<O>>;
}

export const query = <I extends z.ZodType, O extends z.ZodType>(operation: Omit<Query<I, O>, 'where'>): Query<I, O> => ({
  where: 'reader',
  ...operation,
});
export const command = <I extends z.ZodType, O extends z.ZodType>(operation: Omit<Command<I, O>, 'where'>): Command<I, O> => ({
  where: 'engine',
  ...operation,
});

// ── naming a job ─────────────────────────────────────────────────────────────────────────────────────────

/** A job by number or name. */
export const jobRef = z.union([z.int().positive(), z.string().min(1)]);

export async function resolveJob(reader: Reader, ref: number | string): Promise<JobRow> {
  const jobs = await listJobs(reader);
  const text = String(ref).trim();
  const lower = text.toLowerCase();
  const near = jobs.filter((job) => job.name.toLowerCase().includes(lower));
  const found =
    jobs.find((job) => String(job.id) === text) ??
    jobs.find((job) => job.name === text) ??
    jobs.find((job) => job.name.toLowerCase() === lower) ??
    (near.length === 1 ? near[0] : undefined);
  if (found) return found;
  const known = jobs
    .slice(0, 10)
    .map((job) => `${job.id} "${job.name}"`)
    .join(', ');
  throw new CommandError(
    jobs.length === 0
      ? `There is no job "${text}": no job is configured yet. Make some with "tributary config apply -f FILE".`
      : `There is no job "${text}". There are: ${known}.`,
    jobs.length === 0
      ? `没有任务“${text}”：尚未配置任何任务。请用 tributary config apply -f FILE 创建。`
      : `没有任务“${text}”。现有任务：${known}。`,
    { code: 'not-found' },
  );
}

/** Over HTTP it is `If-Match`. */
export const seenRevision = z.int().optional().describe('The revision that was read; refused when somebody saved it meanwhile.');

export const optionalJob = async (reader: Reader, ref: number | string | undefined): Promise<JobRow | undefined> =>
  ref === undefined ? undefined : resolveJob(reader, ref);

// ── errors on their way to another thread or process ─────────────────────────────────────────────────────

/** What kind of refusal it is; each has one HTTP status. */
export type RefusalCode = 'invalid' | 'not-found' | 'conflict' | 'changed' | 'key-reused' | 'far-side';

export interface Issue {
  /** Path in the input, e.g. `settings.policy.leaver` or `keys[0].type`; '' = the whole input. */
  readonly field: string;
  readonly message: Label;
}

/** Who saved something meanwhile, when, and what. */
export interface Saved {
  readonly by: string;
  /** Epoch ms. */
  readonly at: number;
  readonly what: readonly string[];
  /** What it is now. */
  readonly revision?: number;
}

export interface Failure {
  /** refused: the caller can mend it · fault: a bug */
  readonly kind: 'refused' | 'fault';
  readonly code?: RefusalCode;
  readonly label: Label;
  readonly issues?: readonly Issue[];
  readonly saved?: Saved;
}

/** What a refusal says beside its sentence. */
export type Refusal = Pick<Failure, 'code' | 'issues' | 'saved'>;

export const fieldPath = (path: readonly PropertyKey[]): string =>
  path.reduce<string>(
    (text, part) => (typeof part === 'number' ? `${text}[${part}]` : text === '' ? String(part) : `${text}.${String(part)}`),
    '',
  );

const inChinese = z.locales.zhCN().localeError;

/** One entry per field that is wrong; a key that nobody knows is named itself. */
export function issuesOf(error: z.ZodError): Issue[] {
  return error.issues.flatMap((issue) => {
    const zh = inChinese(issue as Parameters<typeof inChinese>[0]);
    const message = { en: issue.message, zh: (typeof zh === 'string' ? zh : zh?.message) ?? issue.message };
    if (issue.code !== 'unrecognized_keys') return [{ field: fieldPath(issue.path), message }];
    return issue.keys.map((key) => ({ field: fieldPath([...issue.path, key]), message }));
  });
}

export function failureOf(error: unknown): Failure {
  const carried = (error as { failure?: Failure } | null)?.failure;
  if (carried) return carried;
  if (error instanceof CommandError) return { kind: 'refused', code: 'conflict', ...error.refusal, label: error.label };
  if (isConnectorError(error)) return { kind: 'refused', code: 'far-side', label: error.label };
  if (error instanceof z.ZodError) {
    const issues = issuesOf(error);
    const text = (language: 'en' | 'zh'): string =>
      issues.map((issue) => `${issue.field || 'input'}: ${issue.message[language]}`).join('; ');
    return {
      kind: 'refused',
      code: 'invalid',
      issues,
      label: { en: `Not understood: ${text('en')}`, zh: `无法理解：${text('zh')}` },
    };
  }
  const own = (error as { label?: Label } | null)?.label;
  if (own?.en && own.zh) return { kind: 'refused', code: 'conflict', label: own };
  const text = error instanceof Error ? error.message : String(error);
  return { kind: 'fault', label: { en: `Unexpected fault: ${text}`, zh: `意外故障：${text}` } };
}
