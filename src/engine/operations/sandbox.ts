// Operations on the sandbox company: added with one call, hurt on purpose, taken away again.
import { z } from 'zod';
import { addSandbox, attempts, killInTheMiddle, removeSandbox, sandboxLanguages, sandboxOf, tryToHurt, type Attempt } from '../sandbox.ts';
import { command, query } from './operation.ts';
import { labelView } from './views.ts';

const names = Object.keys(attempts) as [Attempt, ...Attempt[]];

export const sandboxShow = query({
  role: 'viewer',
  route: { method: 'GET', path: '/sandbox', group: 'configuration' },
  does: { en: 'Says whether the sandbox company is here, and how one can try to hurt it', zh: '查看沙箱公司是否存在及可尝试的破坏' },
  input: z.strictObject({}),
  output: z.object({
    isHere: z.boolean(),
    /** Numbers of its jobs. */
    up: z.int().nullable(),
    down: z.int().nullable(),
    attempts: z.array(z.object({ attempt: z.enum(names), label: labelView })),
  }),
  async answer(context) {
    const sandbox = await sandboxOf(context);
    return {
      isHere: sandbox !== null,
      up: sandbox?.up?.id ?? null,
      down: sandbox?.down?.id ?? null,
      attempts: names.map((attempt) => ({ attempt, label: attempts[attempt] })),
    };
  },
});

const name = z.string().trim().min(1).max(100);

export const sandboxAdd = command({
  role: 'admin',
  route: { method: 'POST', path: '/sandbox', group: 'configuration', status: 202 },
  does: {
    en: 'Adds the sandbox company: a made-up HR file, a phone book, their jobs, and their first runs',
    zh: '添加沙箱公司：虚构的人事文件、通讯录、对应任务及首次执行',
  },
  input: z.strictObject({
    hr: name.default('Sandbox HR').describe('Name of the job that reads the HR file.'),
    book: name.default('Sandbox phone book').describe('Name of the job that writes the phone book.'),
    language: z.enum(sandboxLanguages).default('zh').describe('Of its people, departments and titles.'),
  }),
  output: z.object({ run: z.int() }),
  answer: async (context, input) => ({ run: await addSandbox(context, input) }),
});

export const sandboxTry = command({
  role: 'operator',
  route: { method: 'POST', path: '/sandbox/attempts', group: 'configuration', status: 202 },
  does: { en: 'Tries to hurt the sync center through the sandbox company, and runs the job', zh: '通过沙箱公司尝试破坏同步中心并执行任务' },
  input: z.strictObject({ attempt: z.enum(names) }),
  output: z.object({ run: z.int() }),
  answer: async (context, { attempt }) => ({ run: await tryToHurt(context, attempt) }),
});

export const sandboxKill = command({
  role: 'operator',
  route: { method: 'POST', path: '/sandbox/kill', group: 'configuration' },
  does: {
    en: 'Kills a process (kill -9) in the middle of filling the phone book of a copy of the sandbox company, starts the next one, and counts what is there then',
    zh: '用沙箱公司的副本写入通讯录，中途强制终止该进程（kill -9），再次启动后统计结果',
  },
  input: z.strictObject({}),
  output: z.object({ before: z.int(), unnoted: z.int(), afterwards: z.int(), people: z.int(), again: z.int(), isUnharmed: z.boolean() }),
  answer: (context) => killInTheMiddle(context),
});

export const sandboxRemove = command({
  role: 'admin',
  route: { method: 'DELETE', path: '/sandbox', group: 'configuration' },
  does: {
    en: 'Takes the next step of removing the sandbox company with its people; call it again when the run that it names has ended, until it is done',
    zh: '执行移除沙箱公司及其人员的下一步；待其返回的执行结束后再次调用，直至完成',
  },
  input: z.strictObject({}),
  output: z.object({ isDone: z.boolean(), run: z.int().nullable() }),
  async answer(context) {
    const run = await removeSandbox(context);
    return { isDone: run === null, run };
  },
});
