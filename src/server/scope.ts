// Tokens that were made for some connections and jobs only: which operations they may call, and that every call names something of theirs.
import type { OperationName } from '../engine/commands.ts';
import type { Label } from '../core/model.ts';
import type { TokenScope } from './principal.ts';
import type { Desk } from './socket.ts';

type Named = 'job' | 'run' | 'connection';

/**
 * The fields by which an operation says what it is about; each that is given must be in scope, and one must be given. What is
 * not listed here is closed to such tokens: it is about everything, or about people, whose values come from many jobs.
 */
const about: Partial<Record<OperationName | 'run.events', readonly Named[]>> = {
  'brake.hold': ['job', 'connection'],
  'brake.release': ['job', 'connection'],
  'connection.check': ['connection'],
  'connection.get': ['connection'],
  'held.decide': ['job', 'run'],
  'held.list': ['job', 'run'],
  'item.fixed': ['job'],
  'item.groups': ['job'],
  'item.list': ['job', 'run'],
  'item.retry': ['job'],
  'item.triage': ['job'],
  'job.departments': ['job'],
  'job.get': ['job'],
  'job.resume': ['job'],
  'job.state': ['job'],
  'job.orphans': ['job'],
  'job.parting': ['job'],
  'job.times': ['job'],
  'job.versions': ['job'],
  'run.cancel': ['run'],
  'run.changes': ['run'],
  'run.departments': ['run'],
  'run.events': ['run'],
  'run.get': ['run'],
  'run.hours': ['job'],
  'run.list': ['job'],
  'run.plan': ['run'],
  'run.start': ['job'],
  'undo.losses': ['run'],
  'undo.preview': ['run'],
  'undo.start': ['run'],
  'waiting.list': ['job'],
};

const closed: Label = {
  en: 'This token is for some connections or jobs only, and this is about more. Use a token without that limit.',
  zh: '此令牌仅限部分连接或任务，而该操作涉及更大范围。请使用不受此限的令牌。',
};
const outside: Label = {
  en: 'This token is for other connections or jobs. Name one of its own: job, run or connection.',
  zh: '此令牌不适用于该连接或任务。请指定其范围内的 job、run 或 connection。',
};

/** null = it may. */
export async function scopeProblem(
  scope: TokenScope,
  desk: Desk,
  name: OperationName | 'run.events',
  input: Readonly<Record<string, unknown>>,
): Promise<Label | null> {
  const fields = about[name];
  // Numbers of held changes could be anybody's.
  if (!fields || (name === 'held.decide' && input.ids !== undefined)) return closed;
  const given = fields.filter((field) => input[field] !== undefined);
  if (given.length === 0) return outside;
  for (const field of given) if (!(await isInScope(scope, desk, field, input[field]))) return outside;
  return null;
}

async function isInScope(scope: TokenScope, desk: Desk, field: Named, value: unknown): Promise<boolean> {
  if (field === 'connection') return typeof value === 'string' && scope.connections.includes(value);
  const job = field === 'run' ? await jobOfRun(desk, value) : value;
  if (job === null) return false;
  const { jobs } = (await desk.call('job.list', {}, '')) as { jobs: readonly { id: number; name: string; connection: string }[] };
  const known = jobs.find((one) => String(one.id) === String(job)) ?? jobs.find((one) => one.name === job);
  return known !== undefined && (scope.jobs.includes(known.id) || scope.connections.includes(known.connection));
}

async function jobOfRun(desk: Desk, run: unknown): Promise<number | null> {
  try {
    return ((await desk.call('run.get', { run }, '')) as { run: { job: number } }).run.job;
  } catch {
    // No such run: not one of theirs either.
    return null;
  }
}
