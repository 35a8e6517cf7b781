// held · confirm · hold · release
import type { HeldView } from '../../engine/operations/views.ts';
import { heldStateWords, questionWords, wordOf } from '../../engine/words.ts';
import { answer, type CliCommand, type CommandCall, text, whole } from '../command.ts';
import { UsageError, type Exit } from '../errors.ts';
import { number, shortKey, time, typeWord } from '../format.ts';
import { exitOf, follow } from '../progress.ts';
import { idOf } from './lists.ts';
import { runCounts, runHead } from '../show-run.ts';
import { clean, table } from '../terminal.ts';

const runOption = (call: CommandCall): { run?: number } => (text(call, 'run') === undefined ? {} : { run: whole(call, 'run', 0) });
const filters = (call: CommandCall) => ({
  ...runOption(call),
  ...(text(call, 'question') === undefined ? {} : { question: text(call, 'question')! }),
  ...(text(call, 'job') === undefined ? {} : { job: text(call, 'job')! }),
});

export const held: CliCommand = {
  words: 0,
  usage: 'held [--people] [--job JOB] [--run RUN] [--question Q] [--all]',
  does: { en: 'lists what waits for a person, grouped by question, or by whom it is about', zh: '按问题或按对象列出等待确认的变更' },
  options: {
    job: { type: 'string' },
    run: { type: 'string' },
    question: { type: 'string' },
    all: { type: 'boolean' },
    people: { type: 'boolean' },
    after: { type: 'string' },
  },
  async run(call) {
    if (call.options.people) return heldByPerson(call);
    const page = await (await call.session()).call('held.list', {
      ...filters(call),
      after: whole(call, 'after', 0),
      limit: 200,
      ...(call.options.all
        ? { states: ['open', 'approved', 'cancelled', 'done', 'expired', 'superseded', 'rescued'] as const as never }
        : {}),
    });
    answer(call, page, () => showHeld(call, page.held, page.next));
    return page.held.some((row) => row.state === 'open') ? 'doubts' : 'done';
  },
};

async function heldByPerson(call: CommandCall): Promise<Exit> {
  const { output } = call;
  const page = await (await call.session()).call('held.people', { limit: 100, after: text(call, 'after') ?? '' });
  answer(call, page, () => {
    if (page.people.length === 0) return output.line(output.say({ en: 'Nothing waits for you.', zh: '没有等待确认的变更。' }));
    for (const one of page.people) {
      output.line(`${output.paint('bold', clean(one.title))}  ${output.paint('dim', `${typeWord(output, one.type)} · ${one.object}`)}`);
      for (const row of one.held)
        output.line(
          `  ${row.id}  ${output.say(wordOf.action(row.action))}  ${clean(row.jobName)}  ${output.say(questionWords(row.question))}${confirmedText(call, row)}`,
        );
    }
    if (page.next !== null) output.line(output.paint('dim', `… --after ${page.next}`));
    output.line(
      output.paint('dim', output.say({ en: 'Confirm: tributary confirm --person PERSON', zh: '确认：tributary confirm --person 对象' })),
    );
  });
  return page.people.length > 0 ? 'doubts' : 'done';
}

/** Who has confirmed what needs two people. */
const confirmedText = ({ output }: CommandCall, row: HeldView): string =>
  row.confirmedBy.length === 0
    ? ''
    : `  ${output.paint('dim', output.say({ en: `confirmed by ${row.confirmedBy.map((one) => clean(one.by)).join(', ')}, needs ${row.needs} people`, zh: `${row.confirmedBy.map((one) => clean(one.by)).join('、')} 已确认，需 ${row.needs} 人` }))}`;

function showHeld(call: CommandCall, rows: readonly HeldView[], next: number | null): void {
  const { output } = call;
  if (rows.length === 0) return output.line(output.say({ en: 'Nothing waits for you.', zh: '没有等待确认的变更。' }));
  for (const question of new Set(rows.map((row) => `${row.job} ${row.question}`))) {
    const own = rows.filter((row) => `${row.job} ${row.question}` === question);
    const [first] = own;
    output.line(
      `${output.paint('bold', clean(first!.jobName))}  ${output.say(questionWords(first!.question))}  ${output.paint('dim', first!.question)}`,
    );
    if (first!.reason) output.line(`  ${output.paint('yellow', '?')} ${clean(output.say(first!.reason))}`);
    table(
      output,
      [
        { head: '#', right: true },
        { head: output.say({ en: 'would be', zh: '操作' }) },
        { head: output.say({ en: 'who', zh: '对象' }) },
        { head: '' },
        { head: output.say({ en: 'since', zh: '起始' }) },
        { head: output.say({ en: 'state', zh: '状态' }) },
      ],
      own
        .slice(0, 20)
        .map((row) => [
          String(row.id),
          output.say(wordOf.action(row.action)),
          row.title,
          `${typeWord(output, row.type)} ${shortKey(row.key)}`,
          time(row.createdAt),
          output.say(heldStateWords[row.state as 'open']),
        ]),
      '  ',
    );
    if (own.length > 20)
      output.line(
        output.paint('dim', `  … ${output.say({ en: `${number(own.length - 20)} more`, zh: `另有 ${number(own.length - 20)} 项` })}`),
      );
    output.line();
  }
  if (next !== null) output.line(output.paint('dim', `… --after ${next}`));
  output.line(
    output.paint(
      'dim',
      output.say({
        en: 'Confirm: tributary confirm NUMBER … | --question Q | --run RUN. Not wanted: tributary confirm --cancel NUMBER …',
        zh: '确认：tributary confirm 编号 … | --question Q | --run 执行。不需要：tributary confirm --cancel 编号 …',
      }),
    ),
  );
}

export const confirm: CliCommand = {
  usage: 'confirm NUMBER … | --person P | --run RUN | --question Q [--job JOB]  [--cancel | --take-back]',
  does: {
    en: 'confirms held changes (all or some), cancels them, or takes a cancellation back',
    zh: '确认（可部分）、取消待确认的变更，或撤回取消',
  },
  options: {
    run: { type: 'string' },
    person: { type: 'string' },
    question: { type: 'string' },
    job: { type: 'string' },
    cancel: { type: 'boolean' },
    'take-back': { type: 'boolean' },
  },
  async run(call) {
    const session = await call.session();
    const ids = call.words.map((word) => {
      const id = Number(word);
      if (!Number.isInteger(id) || id < 1)
        throw new UsageError(
          `"${word}" is not the number of a held change; "tributary held" lists them.`,
          `“${word}”不是待确认变更的编号，可用 tributary held 查看。`,
        );
      return id;
    });
    const decision = call.options.cancel ? ('cancel' as const) : call.options['take-back'] ? ('take-back' as const) : ('approve' as const);
    const result = await session.call('held.decide', {
      decision,
      ...(ids.length > 0 ? { ids } : {}),
      ...(text(call, 'person') === undefined ? {} : { objects: [await idOf(call, text(call, 'person')!)] }),
      ...filters(call),
    });
    if (decision !== 'approve') {
      answer(call, result, () =>
        call.output.line(
          decision === 'cancel'
            ? call.output.say({
                en: `Cancelled ${result.decided}. They are ignored until the object reappears; "--take-back" asks again.`,
                zh: `已取消 ${result.decided} 项，对象重新出现前不再处理；可用 --take-back 撤回。`,
              })
            : call.output.say({ en: `Taken back ${result.decided}: they wait again.`, zh: `已撤回 ${result.decided} 项，重新等待确认。` }),
        ),
      );
      return 'done';
    }
    const runs = await follow(call, result.runs);
    answer(call, { ...result, runs }, () => {
      if (result.asked > 0)
        call.output.line(
          call.output.say({
            en: `Confirmed ${number(result.asked)} as the first of two: somebody else must confirm them, too.`,
            zh: `已由您首先确认 ${number(result.asked)} 项，还需另一人确认。`,
          }),
        );
      for (const run of runs) {
        runHead(call.output, run);
        runCounts(call.output, run);
      }
    });
    return exitOf(runs);
  },
};

export const resume: CliCommand = {
  words: 1,
  usage: 'resume JOB [--accept]',
  does: {
    en: 'lets a job go on that the guard paused; --accept: what it asked about is right as it is',
    zh: '恢复被保护暂停的任务；--accept 表示接受现状',
  },
  options: { accept: { type: 'boolean' } },
  async run(call) {
    const [job] = call.words;
    if (job === undefined) throw new UsageError('Name the job: resume JOB [--accept].', '请指定任务：resume 任务 [--accept]。');
    const accept = call.options.accept === true;
    const result = await (await call.session()).call('job.resume', { job, accept });
    const { output } = call;
    if (!call.json && result.question) output.line(`${output.paint('yellow', '?')} ${clean(output.say(result.question))}`);
    if (result.run === null) {
      answer(call, { ...result, runs: [] }, () =>
        output.line(
          output.say({
            en: `Noted for job ${result.job} "${result.jobName}". A second person must accept it as well.`,
            zh: `已记录：任务 ${result.job}“${result.jobName}”还需另一人接受现状。`,
          }),
        ),
      );
      return 'done';
    }
    if (!call.json) {
      output.line(
        output.say(
          accept
            ? {
                en: `Accepted for job ${result.job} "${result.jobName}". It runs again; its guard stays on.`,
                zh: `已接受：任务 ${result.job}“${result.jobName}”重新执行；保护限额仍然有效。`,
              }
            : {
                en: `Job ${result.job} "${result.jobName}" goes on; it rests again when the cause is still there.`,
                zh: `任务 ${result.job}“${result.jobName}”已恢复；若原因仍在，将再次暂停。`,
              },
        ),
      );
    }
    const runs = await follow(call, [result.run]);
    answer(call, { ...result, runs }, () => {
      for (const run of runs) {
        runHead(output, run);
        runCounts(output, run);
      }
    });
    return exitOf(runs);
  },
};

const scope = (call: CommandCall): { job?: string; connection?: string } => ({
  ...(text(call, 'job') === undefined ? {} : { job: text(call, 'job')! }),
  ...(text(call, 'connection') === undefined ? {} : { connection: text(call, 'connection')! }),
});

export const hold: CliCommand = {
  usage: 'hold [--job JOB | --connection C] REASON',
  does: { en: 'puts the brake on: no write leaves; reading and planning go on', zh: '拉下总闸：停止一切写入，读取与计划继续' },
  options: { job: { type: 'string' }, connection: { type: 'string' } },
  async run(call) {
    const reason = call.words.join(' ').trim();
    if (reason === '') throw new UsageError('Say why, for those who find the brake on.', '请说明原因。');
    const brake = await (await call.session()).call('brake.hold', { ...scope(call), reason });
    answer(call, brake, () =>
      call.output.line(
        call.output.say({
          en: `The brake is on for ${brake.scopeName.en}. Release it with "tributary release".`,
          zh: `已对${brake.scopeName.zh}拉下总闸。可用 tributary release 松开。`,
        }),
      ),
    );
    return 'done';
  },
};

export const release: CliCommand = {
  words: 0,
  usage: 'release [--job JOB | --connection C] [--show]',
  does: { en: 'releases the brake, after showing what piled up', zh: '列出积压的变更并松开总闸' },
  options: { job: { type: 'string' }, connection: { type: 'string' }, show: { type: 'boolean' } },
  async run(call): Promise<Exit> {
    const result = await (await call.session()).call('brake.release', { ...scope(call), onlyShow: call.options.show === true });
    const { output } = call;
    if (!call.json) {
      for (const row of result.piled)
        output.line(
          `  ${output.say({ en: `run ${row.run}`, zh: `执行 ${row.run}` })}  ${clean(row.jobName)}  ${output.say(wordOf.action(row.action))} ${number(row.count)} ${typeWord(output, row.type)}`,
        );
      if (result.piled.length === 0) output.line(output.say({ en: 'Nothing piled up.', zh: '没有积压的变更。' }));
    }
    const runs = result.runs.length > 0 ? await follow(call, result.runs) : [];
    answer(call, { ...result, ended: runs }, () => {
      if (result.released)
        output.line(output.say({ en: `The brake on ${result.scopeName.en} is released.`, zh: `${result.scopeName.zh}的总闸已松开。` }));
      for (const run of runs) {
        runHead(output, run);
        runCounts(output, run);
      }
    });
    return exitOf(runs);
  },
};
