// What an operation of the engine is: a query that reads, or a command that the engine's thread carries out.
import { z } from 'zod';
import type { Connector } from '../../connector-kit/contract.ts';
import { isConnectorError } from '../../connector-kit/errors.ts';
import type { Label } from '../../core/model.ts';
import type { Reader } from '../../store/database.ts';
import { listJobs, type JobRow } from '../../store/jobs.ts';
import { CommandError, type Engine } from '../engine.ts';

/** Who may: viewers read, operators run and retry, approvers confirm, admins configure, auditors read everything incl. the audit log. */
export type Role = 'viewer' | 'operator' | 'approver' | 'admin' | 'auditor';

export interface QueryContext {
  readonly reader: Reader;
  readonly connectors: ReadonlyMap<string, Connector>;
  readonly now: () => number;
}

export interface CommandContext extends QueryContext {
  readonly engine: Engine;
  /** Who asks, for the audit trail. */
  readonly actor: string;
  /** No other process or thread carries out runs: one that says `running` was interrupted. */
  readonly alone: boolean;
}

export interface Query<I extends z.ZodType, O extends z.ZodType> {
  readonly where: 'reader';
  readonly role: Role;
  readonly does: Label;
  readonly input: I;
  readonly output: O;
  readonly answer: (context: QueryContext, input: z.output<I>) => Promise<z.input<O>>;
}

export interface Command<I extends z.ZodType, O extends z.ZodType> {
  readonly where: 'engine';
  readonly role: Role;
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
      ? `没有任务“${text}”:尚未配置任何任务。请用 tributary config apply -f FILE 创建。`
      : `没有任务“${text}”。现有任务:${known}。`,
  );
}

export const optionalJob = async (reader: Reader, ref: number | string | undefined): Promise<JobRow | undefined> =>
  ref === undefined ? undefined : resolveJob(reader, ref);

// ── errors on their way to another thread or process ─────────────────────────────────────────────────────

export interface Failure {
  /** refused: the caller can mend it · fault: a bug */
  readonly kind: 'refused' | 'fault';
  readonly label: Label;
}

export function failureOf(error: unknown): Failure {
  if (error instanceof CommandError || isConnectorError(error)) return { kind: 'refused', label: error.label };
  if (error instanceof z.ZodError) {
    const text = error.issues.map((issue) => `${issue.path.join('.') || 'input'}: ${issue.message}`).join('; ');
    return { kind: 'refused', label: { en: `Not understood: ${text}`, zh: `无法理解:${text}` } };
  }
  const own = (error as { label?: Label } | null)?.label;
  if (own?.en && own.zh) return { kind: 'refused', label: own };
  const text = error instanceof Error ? error.message : String(error);
  return { kind: 'fault', label: { en: `Unexpected fault: ${text}`, zh: `意外故障:${text}` } };
}
