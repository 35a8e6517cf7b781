// The sandbox company: a made-up HR file that flows into the directory and on into a phone book, to try everything with. Gone again as a whole.
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { Label } from '../core/model.ts';
import { audit } from '../store/audit.ts';
import { listHeld } from '../store/held.ts';
import { getSetting, listConnections, listJobs, putSetting, type JobRow } from '../store/jobs.ts';
import { linkedElsewhere } from '../store/leftovers.ts';
import { countLinked } from '../store/matching.ts';
import { listRuns, type RunRow } from '../store/runs.ts';
import { consoleJob } from './console/job.ts';
import { editConfig, removeConfig } from './config/edit.ts';
import { CommandError } from './engine.ts';
import { dropCopies, dropObjects } from './leftovers.ts';
import { memoryOf } from './memory.ts';
import type { CommandContext, QueryContext } from './operations/operation.ts';

/** How its HR saves the file. */
export type SandboxFile = 'whole' | 'empty' | 'half' | 'renamed';

/** Writes the file of the company's HR. It may be long: not in a transaction. With each `round` after 0 some people have another title. */
export type SandboxCompany = (path: string, how: SandboxFile, language: SandboxLanguage, round: number) => Promise<void>;

/** What came of a process that was killed while it filled the phone book, in numbers of people. */
export interface Survived {
  /** In the book when it died. */
  readonly before: number;
  /** Of these, those of whom nothing was noted yet: the next process has to find out that they are there. */
  readonly unnoted: number;
  /** Written by the next process. */
  readonly afterwards: number;
  /** In the book at the end. */
  readonly people: number;
  /** Changes of one more run. */
  readonly again: number;
  /** Everybody is there once, and that run had nothing to do. */
  readonly isUnharmed: boolean;
}

/** Does so with a copy of the company, in a folder of its own below `folder`, which is gone afterwards. Takes some seconds. */
export type SandboxKill = (folder: string) => Promise<Survived>;

/** Of names, departments and titles. */
export const sandboxLanguages = ['en', 'zh'] as const;
export type SandboxLanguage = (typeof sandboxLanguages)[number];
/** The setting that keeps it: whoever hurts the file hurts the same company. */
const LANGUAGE = 'sandbox-language';

const HR = 'sandbox-hr';
/** The connection of the phone book. */
export const BOOK = 'sandbox-phone-book';
const PAGE = 200;

/** What the phone book's connection remembers: how many changes of people it is to refuse yet. Whoever opens it reads it there. */
export const REFUSALS = 'refusals';
const REFUSED = 3;
/** How often HR has promoted somebody since the file was as at first, so that each time there is something to write. */
const ROUND = 'round';

/** What somebody does to hurt the sync center: to the file of HR, or to the phone book. */
export const attempts = {
  empty: { en: 'Empty the HR file', zh: '清空人事文件' },
  half: { en: 'Cut the HR file in half', zh: '把人事文件截掉一半' },
  renamed: { en: 'Rename a department', zh: '给一个部门改名' },
  refuse: { en: 'Make the phone book refuse', zh: '让通讯录拒绝写入' },
  whole: { en: 'Put the file right again', zh: '恢复人事文件' },
} as const satisfies Record<string, Label>;

export type Attempt = keyof typeof attempts;

/** What HR saves meanwhile. */
const fileFor: Readonly<Record<Attempt, SandboxFile>> = {
  empty: 'empty',
  half: 'half',
  renamed: 'renamed',
  refuse: 'whole',
  whole: 'whole',
};

interface Sandbox {
  readonly up: JobRow | undefined;
  readonly down: JobRow | undefined;
}

export async function sandboxOf(context: QueryContext): Promise<Sandbox | null> {
  const isThere = (await listConnections(context.reader)).some((row) => row.id === HR || row.id === BOOK);
  if (!isThere) return null;
  const jobs = await listJobs(context.reader);
  return { up: jobs.find((job) => job.connection === HR), down: jobs.find((job) => job.connection === BOOK) };
}

const fileOf = (context: CommandContext): string => join(context.engine.options.folder, 'sandbox', 'people.xlsx');
const bookOf = (context: CommandContext): string => join(context.engine.options.folder, 'sandbox', 'phone-book.csv');

async function write(context: CommandContext, how: SandboxFile, round: number): Promise<void> {
  const { sandbox } = context.engine.options;
  if (!sandbox) throw new CommandError('This server has no sandbox company.', '此服务没有沙箱公司。');
  const kept = await getSetting(context.reader, LANGUAGE);
  await sandbox(fileOf(context), how, kept === 'en' ? 'en' : 'zh', round);
}

/** Thirty people have the same name: the first is zhangwei, the next zhangwei2 … */
const userName = { target: 'userName', unique: ['${pinyin(displayName)}', '${pinyin(displayName)}{n}'], onEmpty: 'keep' };

/** Makes its connections and jobs, enabled, and runs the first. Returns the run. */
export async function addSandbox(
  context: CommandContext,
  names: { readonly hr: string; readonly book: string; readonly language: SandboxLanguage },
): Promise<number> {
  if (await sandboxOf(context)) throw new CommandError('The sandbox company is here already.', '沙箱公司已存在。');
  const file = context.connectors.get('file');
  if (!file)
    throw new CommandError(
      'The sandbox company needs the connector "file", which this installation does not have.',
      '沙箱公司需要 file 连接器，而此安装没有该连接器。',
    );
  const { defaults } = file.manifest;
  await context.engine.options.database.write((transaction) => putSetting(transaction, LANGUAGE, names.language));
  await write(context, 'whole', 0);
  await editConfig(
    context,
    {
      connections: [
        { id: HR, connector: 'file', name: names.hr, config: { use: 'read', path: fileOf(context), settleSeconds: 0 } },
        { id: BOOK, connector: 'file', name: names.book, config: { use: 'write', path: bookOf(context) } },
      ],
    },
    async () => {},
  );
  const up = defaults.up!;
  const down = defaults.down!;
  await editConfig(
    context,
    {
      jobs: [
        {
          name: names.hr,
          connection: HR,
          direction: 'up',
          correlation: up.correlation,
          mapping: { ...up.mapping, person: [...up.mapping.person!.filter((row) => row.target !== 'userName'), userName] },
        },
        {
          name: names.book,
          connection: BOOK,
          direction: 'down',
          correlation: down.correlation,
          withoutRelations: ['leader', 'member'],
          mapping: { department: down.mapping.department!, person: down.mapping.person! },
        },
      ],
    },
    async () => {},
  );
  const made = (await sandboxOf(context))!;
  // Made-up people in a directory of one's own: nobody has to look first.
  for (const job of [made.up!, made.down!]) await context.engine.setJobState(job.id, 'enabled', context.actor);
  const run = await context.engine.enqueue({ job: made.up!.id, mode: 'full', actor: context.actor });
  await context.engine.enqueue({ job: made.down!.id, mode: 'full', actor: context.actor, behind: [run] });
  return run;
}

/** Saves the file so, and runs the job that reads it; where the phone book is to refuse, its job, too. Returns the run that shows what becomes of it. */
export async function tryToHurt(context: CommandContext, attempt: Attempt): Promise<number> {
  const { up, down } = (await sandboxOf(context)) ?? {};
  if (!up || !down) throw new CommandError('There is no sandbox company here.', '没有沙箱公司。', { code: 'not-found' });
  const { engine, actor } = context;
  const refuses = attempt === 'refuse';
  if (refuses) await assertFilled(context, down);
  const memory = memoryOf(engine.options, BOOK);
  const before = Number((await memory.get(ROUND)) ?? 0);
  const round = attempt === 'whole' ? 0 : before + (refuses ? 1 : 0);
  await write(context, fileFor[attempt], round);
  await memory.set(ROUND, String(round));
  await memory.set(REFUSALS, String(refuses ? REFUSED : 0));
  const read =
    up.state === 'paused'
      ? (await engine.resume(up.id, { accept: false }, actor))!
      : await engine.enqueue({ job: up.id, mode: 'full', actor });
  return refuses ? engine.enqueue({ job: down.id, mode: 'full', actor, behind: [read] }) : read;
}

/** Whom it does not have yet, it cannot refuse to change. */
async function assertFilled({ reader }: QueryContext, { name }: JobRow): Promise<void> {
  if ((await countLinked(reader, BOOK)).some(({ type, count }) => type === 'person' && Number(count) > 0)) return;
  throw new CommandError(
    `"${name}" has nobody yet, so there is nothing that it could refuse. Confirm under "Waiting for you" what it waits for, then try again.`,
    `“${name}”中还没有人员，无从拒绝写入。请先在“待处理”中确认等待的内容，再重试。`,
    { code: 'conflict' },
  );
}

/** A server does not kill itself, since its other jobs would stop: the process that dies is one of its own. */
export async function killInTheMiddle(context: CommandContext): Promise<Survived> {
  const { folder, sandboxKill } = context.engine.options;
  if (!sandboxKill) throw new CommandError('This server has no sandbox company.', '此服务没有沙箱公司。');
  if (!(await sandboxOf(context))) throw new CommandError('There is no sandbox company here.', '没有沙箱公司。', { code: 'not-found' });
  return sandboxKill(join(folder, 'sandbox'));
}

/** Newest first. */
async function runsOf(context: QueryContext, job: number): Promise<readonly RunRow[]> {
  const found: RunRow[] = [];
  for (let page = await listRuns(context.reader, { job, limit: PAGE }); ; ) {
    found.push(...page);
    if (page.length < PAGE) return found;
    page = await listRuns(context.reader, { job, before: page.at(-1)!.id, limit: PAGE });
  }
}

/** Another job that reads or writes over its connections would lose them under way. */
async function assertNobodyElse(context: QueryContext, own: readonly JobRow[]): Promise<void> {
  const other = (await listJobs(context.reader)).find(
    (job) => [HR, BOOK].includes(job.connection) && !own.some((one) => one.id === job.id),
  );
  if (!other) return;
  throw new CommandError(
    `Job ${other.id} "${other.name}" uses a connection of the sandbox company. Disable and delete that job, then remove the sandbox.`,
    `任务 ${other.id}“${other.name}”使用了沙箱公司的连接。请先停用并删除该任务，再移除沙箱。`,
    { code: 'conflict' },
  );
}

/** Gone from the directory, its people would be disabled or deleted wherever else they have an account: nobody meant that by removing a sandbox. */
async function assertNoAccounts({ reader }: QueryContext, own: readonly JobRow[]): Promise<void> {
  const byHand = (await consoleJob(reader))?.id ?? null;
  const elsewhere = await linkedElsewhere(reader, { jobs: own.map((job) => job.id), connections: [HR, BOOK], byHand });
  const jobs = await listJobs(reader);
  for (const { connection, objects } of elsewhere) {
    const job = jobs.find((one) => one.connection === connection && one.direction === 'down' && one.state !== 'disabled');
    if (!job) continue;
    throw new CommandError(
      `Job ${job.id} "${job.name}" has given ${objects} of the sandbox company an account or a place in a real system, and would take it away when they are gone. Disable or delete that job, then remove the sandbox.`,
      `任务 ${job.id}“${job.name}”已为沙箱公司的 ${objects} 个对象在真实系统中建立账号或部门，它们消失后该任务会将其停用或删除。请先停用或删除该任务，再移除沙箱。`,
      { code: 'conflict' },
    );
  }
}

/**
 * The next step of taking everything away: what runs is waited for, what it has made is taken back as any run is, then what only it has
 * brought leaves the recycle bin, too, and jobs, files and connections go. Returns the run to wait for before the next step; null: nothing is left.
 */
export async function removeSandbox(context: CommandContext): Promise<number | null> {
  const sandbox = await sandboxOf(context);
  if (!sandbox) return null;
  const { up, down } = sandbox;
  const jobs = [down, up].filter((job) => job !== undefined);
  await assertNobodyElse(context, jobs);
  await assertNoAccounts(context, jobs);
  const runs = (await Promise.all(jobs.map((job) => runsOf(context, job.id)))).flat();
  const open = runs.find((run) => run.endedAt === null);
  if (open) return open.id;
  const ofUp = up ? runs.filter((run) => run.job === up.id && !run.dryRun) : [];
  const undos = new Map(ofUp.flatMap((run) => (run.order?.kind === 'run' && run.order.sparing ? [[run.id, run.order.run] as const] : [])));
  // What an undo asks is consented to. A question of the company's own runs is not: nobody comes who has not come yet.
  const held = (await listHeld(context.reader, { states: ['open'], after: 0, limit: 100_000 })).filter(
    (row) => row.job === up?.id && (undos.has(row.first_run) || undos.has(row.last_run)),
  );
  if (held.length > 0) {
    const [run] = await context.engine.approve(
      held.map((row) => row.id),
      context.actor,
    );
    if (run !== undefined) return run;
  }
  // The last first. In a directory where others are already, its people come with the run after somebody has consented.
  const takenBack = new Set(undos.values());
  const made = ofUp.find((run) => !undos.has(run.id) && !takenBack.has(run.id) && (run.counts['applied.create'] ?? 0) > 0);
  if (up && made) {
    const order = { kind: 'run', run: made.id, made: 'remove', sparing: true } as const;
    return context.engine.enqueue({ job: up.id, mode: 'keys', keys: null, cause: 'undo', actor: context.actor, order });
  }
  for (const job of jobs) if (job.state !== 'disabled') await context.engine.setJobState(job.id, 'disabled', context.actor);
  // While its jobs are there: whoever asks again after a crash goes on here.
  await dropObjects(context.engine.options, { connections: [HR, BOOK], jobs: jobs.map((job) => job.id) });
  for (const job of jobs) await removeConfig(context, { kind: 'job', name: job.name, number: job.id, links: 'cut' }, async () => {});
  await dropCopies(context.engine.options, [HR, BOOK]);
  await rm(join(context.engine.options.folder, 'sandbox'), { recursive: true, force: true });
  const present = (await listConnections(context.reader)).map((row) => row.id);
  for (const id of [HR, BOOK].filter((one) => present.includes(one)))
    await removeConfig(context, { kind: 'connection', name: id, number: null }, async () => {});
  await context.engine.options.database.write((transaction) =>
    audit(transaction, { at: context.now(), actor: context.actor, action: 'sandbox.remove', subject: 'sandbox' }),
  );
  return null;
}
