// What stops when a job is disabled, and what nobody looks after any more when it is deleted: said, and seen, before it happens.
import type { Label } from '../../core/model.ts';
import type { Reader } from '../../store/database.ts';
import type { JobRow } from '../../store/jobs.ts';
import { countClaims, countLosing, countWaiting, type Counted } from '../../store/job-removal.ts';
import { CommandError } from '../engine.ts';
import { countedWords } from '../words.ts';

export type Parting = 'disable' | 'remove';

export interface Left {
  /** What the job looks after, by type, most first. */
  readonly followed: readonly Counted[];
  /** Of these: what no other job looks after. */
  readonly losing: readonly Counted[];
  /** Changes that wait for a decision or for their run. */
  readonly waiting: number;
  /** null: it takes nothing from anybody. */
  readonly says: Label | null;
}

/** null: the job looks after nothing and asks nothing, so nothing is lost. */
export async function whatIsLeft(reader: Reader, job: JobRow, parting: Parting): Promise<Left> {
  const [followed, losing, waiting] = [
    await countClaims(reader, job.id),
    await countLosing(reader, job),
    await countWaiting(reader, job.id),
  ];
  const says = followed.length === 0 && waiting === 0 ? null : joined(sentences({ followed, losing, waiting }, job, parting));
  return { followed, losing, waiting, says };
}

function sentences({ followed, losing, waiting }: Omit<Left, 'says'>, job: JobRow, parting: Parting): Label[] {
  const said: Label[] = [];
  const [all, lost] = [countedWords(followed), countedWords(losing)];
  const isUp = job.direction === 'up';
  if (followed.length > 0 && parting === 'disable')
    said.push(
      isUp
        ? {
            en: `It speaks of ${all.en}. Whoever joins, moves or leaves in ${job.connection} is not noticed until it is enabled again; what it has said stays.`,
            zh: `该任务涉及 ${all.zh}。停用期间，${job.connection} 中的入职、调动与离职不会被发现；已有数据保持不变。`,
          }
        : {
            en: `It looks after ${all.en} in ${job.connection}. Until it is enabled again nobody gets an account there, nothing there is mended, and the accounts of people who leave stay open.`,
            zh: `该任务在 ${job.connection} 中管理 ${all.zh}。停用期间不会为任何人开户，也不会修正数据，离职人员的账号将保持启用。`,
          },
    );
  if (losing.length > 0 && parting === 'remove')
    said.push(
      isUp
        ? {
            en: `${lost.en} have no other source: they stay in the directory as they are, and nobody says any more when they leave.`,
            zh: `${lost.zh} 没有其他来源：将按现状保留在目录中，今后无人告知其离职。`,
          }
        : {
            en: `The accounts of ${lost.en} in ${job.connection} lose their owner: nobody disables them any more when their people leave.`,
            zh: `${job.connection} 中 ${lost.zh} 的账号将失去归属：相关人员离职后不会再被停用。`,
          },
    );
  if (followed.length > 0 && losing.length === 0 && parting === 'remove')
    said.push({ en: `Other jobs look after all that it holds (${all.en}).`, zh: `其管理的全部对象（${all.zh}）仍由其他任务管理。` });
  if (waiting > 0)
    said.push(
      parting === 'remove'
        ? {
            en: `${waiting} ${waiting === 1 ? 'change' : 'changes'} that wait for confirmation are dropped.`,
            zh: `${waiting} 项待确认变更将被丢弃。`,
          }
        : {
            en: `${waiting} ${waiting === 1 ? 'change waits' : 'changes wait'} for confirmation and cannot be carried out meanwhile.`,
            zh: `${waiting} 项待确认变更在此期间无法执行。`,
          },
    );
  return said;
}

const joined = (labels: readonly Label[]): Label => ({
  en: labels.map((one) => one.en).join(' '),
  zh: labels.map((one) => one.zh).join(''),
});

interface Parted {
  readonly job: JobRow;
  readonly parting: Parting;
}

const done: Readonly<Record<Parting, Label>> = {
  disable: { en: 'Not disabled yet', zh: '尚未停用' },
  remove: { en: 'Not deleted yet', zh: '尚未删除' },
};

/** Refuses until whoever asks says that they have seen it. */
export async function assertPartingSeen(reader: Reader, parted: Parted, seen: boolean): Promise<void> {
  const told = seen ? [] : await tell(reader, [parted]);
  if (told.length > 0) throw refusal(done[parted.parting], told);
}

/** The same for all that a file disables or takes away. */
export async function assertPartingsSeen(reader: Reader, parted: readonly Parted[], seen: boolean): Promise<void> {
  const told = seen ? [] : await tell(reader, parted);
  if (told.length > 0) throw refusal({ en: 'Nothing was applied yet', zh: '尚未应用' }, told);
}

async function tell(reader: Reader, parted: readonly Parted[]): Promise<Label[]> {
  const told: Label[] = [];
  for (const { job, parting } of parted) {
    const { says } = await whatIsLeft(reader, job, parting);
    if (says) told.push({ en: `Job ${job.id} "${job.name}": ${says.en}`, zh: `任务 ${job.id}“${job.name}”：${says.zh}` });
  }
  return told;
}

const refusal = (what: Label, told: readonly Label[]): CommandError =>
  new CommandError(
    `${what.en}. ${told.map((one) => one.en).join(' ')} If that is wanted, repeat it with "seen" (on the command line: --seen).`,
    `${what.zh}。${told.map((one) => one.zh).join('')}确认无误后,请以 seen 再次提交(命令行:--seen)。`,
    { code: 'conflict', issues: [{ field: 'seen', message: { en: 'true once the consequence was seen', zh: '看过后果后设为 true' } }] },
  );
