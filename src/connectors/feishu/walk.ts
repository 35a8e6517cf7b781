// Goes through the department tree layer by layer, and lists what is in each department, several requests at a time.
//
// Layer by layer, because Feishu refuses to list more than 500 departments at once (43010). The lists of departments and those
// of people are two APIs with a limit each, so both are kept busy. @see https://open.feishu.cn/document/server-docs/contact-v3/department/children
import { isConnectorError } from '../../connector-kit/errors.ts';
import type { Client } from './client.ts';
import { IDS } from './sight.ts';
import { departmentPage, userPage, type WireDepartment, type WireUser } from './wire.ts';

export const PAGE = 50;
/** Requests of one API under way at once; Feishu answers in about 100 ms and takes 1,000 a minute. */
const ABREAST = 6;

export type Found =
  | { readonly kind: 'departments'; readonly departments: readonly WireDepartment[] }
  | { readonly kind: 'people'; readonly people: readonly WireUser[] }
  /** The app may not see this department any more. */
  | { readonly kind: 'hidden'; readonly department: string }
  /** All of this department was told, what is below it not yet. */
  | { readonly kind: 'done'; readonly department: string };

interface Task {
  readonly list: 'children' | 'members';
  readonly department: string;
  readonly token?: string;
}

/** Starts at the given departments. Parents come before what is below them. Both lists of a department end before it is `done`. */
export async function* walk(
  client: Client,
  from: readonly string[],
  wants: { readonly people: boolean },
  signal: AbortSignal,
): AsyncGenerator<Found> {
  const waiting: Record<Task['list'], Task[]> = { children: [], members: [] };
  const running: Record<Task['list'], number> = { children: 0, members: 0 };
  const open = new Map<string, number>();
  const under = new Set<Promise<Ended>>();

  const begin = (department: string): void => {
    if (open.has(department)) return;
    open.set(department, wants.people ? 2 : 1);
    waiting.children.push({ list: 'children', department });
    if (wants.people) waiting.members.push({ list: 'members', department });
  };
  const start = (): void => {
    for (const list of ['children', 'members'] as const) {
      while (running[list] < ABREAST && waiting[list].length > 0) {
        const task = waiting[list].shift()!;
        running[list] += 1;
        const job: Promise<Ended> = perform(client, task, signal).then(
          (result) => ({ job, task, result }),
          (error: unknown) => ({ job, task, error }),
        );
        under.add(job);
      }
    }
  };

  for (const department of from) begin(department);
  try {
    for (start(); under.size > 0; start()) {
      const ended = await Promise.race(under);
      under.delete(ended.job);
      running[ended.task.list] -= 1;
      if (ended.result === undefined) throw ended.error;
      const { found, next } = ended.result;
      if (found) yield found;
      if (found?.kind === 'departments') for (const { open_department_id: id } of found.departments) begin(id);
      if (next) {
        // The rest of a list goes first: its page token does not live for ever.
        waiting[ended.task.list].unshift({ ...ended.task, token: next });
        continue;
      }
      const left = open.get(ended.task.department)! - 1;
      open.set(ended.task.department, left);
      if (left === 0) yield { kind: 'done', department: ended.task.department };
    }
  } finally {
    await Promise.all(under);
  }
}

interface Ended {
  readonly job: Promise<Ended>;
  readonly task: Task;
  readonly result?: Result;
  readonly error?: unknown;
}
interface Result {
  readonly found: Found | null;
  readonly next: string | undefined;
}

const PATIENCE = 6;

/** A whole read waits as long as it is told to; whoever asks for one object is told to come back instead. */
async function perform(client: Client, task: Task, signal: AbortSignal): Promise<Result> {
  for (let tries = 1; ; tries += 1) {
    try {
      return await askOnce(client, task, signal);
    } catch (error) {
      if (!isConnectorError(error) || error.kind !== 'rate-limited' || tries >= PATIENCE) throw error;
      client.log('feishu.waits', { list: task.list, afterMs: error.facts.afterMs });
      await client.clock.sleep(error.facts.afterMs ?? 1000 * 2 ** tries, signal);
    }
  }
}

async function askOnce(client: Client, { list, department, token }: Task, signal: AbortSignal): Promise<Result> {
  const query = { ...IDS, page_size: PAGE, page_token: token };
  try {
    if (list === 'children') {
      const page = await client.call('children', departmentPage, { id: department, query: { ...query, fetch_child: false }, signal });
      return { found: { kind: 'departments', departments: page.items ?? [] }, next: nextOf(page) };
    }
    const page = await client.call('members', userPage, { query: { ...query, department_id: department }, signal });
    return { found: { kind: 'people', people: page.items ?? [] }, next: nextOf(page) };
  } catch (error) {
    // Removed since it was listed: nothing is in it, and what was in it is elsewhere or gone.
    if (isConnectorError(error) && error.kind === 'not-found') return { found: null, next: undefined };
    if (isConnectorError(error) && error.kind === 'forbidden') return { found: { kind: 'hidden', department }, next: undefined };
    throw error;
  }
}

export const nextOf = (page: { readonly has_more?: boolean | null; readonly page_token?: string | undefined }): string | undefined =>
  page.has_more && page.page_token ? page.page_token : undefined;
