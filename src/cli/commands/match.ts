// match: a target that has accounts already, compared with the directory; what is likely is accepted, refused, or left untouched.
import { type MatchKind, matchKinds } from '../../core/match-kinds.ts';
import type { OutputOf } from '../../engine/commands.ts';
import { answer, type CliCommand, type CommandCall, text, whole } from '../command.ts';
import { type Exit, UsageError } from '../errors.ts';
import { number, time, typeWord } from '../format.ts';
import { exitOf, follow } from '../progress.ts';
import { clean, table } from '../terminal.ts';
import { page, paging, placeIn } from './lists.ts';

type Proposal = OutputOf<'match.proposals'>['proposals'][number];

const verbs: Readonly<Record<string, (call: CommandCall, job: string, words: readonly string[]) => Promise<Exit>>> = {
  start: async (call, job) => {
    const started = await (await call.session()).call('match.start', { job });
    const exit = exitOf(await follow(call, [started.run]));
    return exit === 'done' || exit === 'doubts' ? show(call, job) : exit;
  },
  show: (call, job) => show(call, job),
  list: (call, job, [kind]) => listRows(call, job, kind as MatchKind),
  proposals: (call, job) => listProposals(call, job),
  accept: (call, job, words) => accept(call, job, words),
  reject: (call, job, words) => reject(call, job, words),
  rejected: (call, job) => listRejected(call, job),
  'take-back': (call, job, words) => takeBack(call, job, words),
  protect: (call, job, words) => protect(call, job, words),
};

export const match: CliCommand = {
  usage:
    'match start JOB | match show JOB | match list JOB KIND | match proposals JOB [--clear] [--score N] | match accept JOB PERSON-ID=ACCOUNT… --run RUN | match accept JOB --clear [--score N] --run RUN | match reject JOB PERSON-ID=ACCOUNT… --run RUN | match rejected JOB | match take-back JOB PERSON-ID=ACCOUNT… | match protect JOB ACCOUNT… --reason TEXT | match protect JOB --nobodys --reason TEXT',
  does: {
    en: 'compares a system that has accounts already with the directory: what is matched, ambiguous, would be created, nobody’s; likely pairs are accepted in bulk or one by one',
    zh: '将已有账号的系统与目录比较：已匹配、不唯一、将新建、无主；可批量或逐个接受可能的对应关系',
  },
  options: {
    ...paging,
    type: { type: 'string' },
    clear: { type: 'boolean' },
    score: { type: 'string' },
    run: { type: 'string' },
    nobodys: { type: 'boolean' },
    reason: { type: 'string' },
  },
  async run(call) {
    const [verb = '', job, ...words] = call.words;
    const known = verbs[verb];
    if (!known) throw new UsageError(`Say ${Object.keys(verbs).join(', ')}.`, `请使用 ${Object.keys(verbs).join('、')}。`);
    if (job === undefined) throw new UsageError('Name the job.', '请给出任务。');
    return known(call, job, words);
  },
};

const typed = (call: CommandCall): { type?: string } => (text(call, 'type') === undefined ? {} : { type: text(call, 'type')! });

async function show(call: CommandCall, job: string): Promise<Exit> {
  const { output } = call;
  const found = await (await call.session()).call('match.get', { job });
  answer(call, found, () => {
    if (found.says) output.line(output.say(found.says));
    if (found.run !== null && found.state === 'succeeded') output.line(output.say(comparison(found)));
    for (const sums of found.types) {
      output.line(`${output.paint('bold', typeWord(output, sums.type))}: ${output.say(sums.says)}`);
      const more = [
        [sums.clear, { en: 'clear proposals', zh: '明确的提议' }],
        [sums.createProposed, { en: 'would be created although an account seems to be theirs', zh: '将新建，但似乎已有账号' }],
        [sums.other, { en: 'get no account by themselves, and seem to have one', zh: '不会自动建号，但似乎已有账号' }],
        [sums.candidate, { en: 'accounts without an owner that are proposed', zh: '无主但有提议的账号' }],
        [sums.protected, { en: 'found a protected account', zh: '匹配到受保护账号' }],
        [sums.untouched, { en: 'protected accounts without an owner', zh: '受保护的无主账号' }],
        [sums.accepted, { en: 'accepted since', zh: '此后已接受' }],
      ] as const;
      for (const [count, words] of more) if (count > 0) output.line(`  ${number(count)} ${output.say(words)}`);
    }
    if (found.types.length === 0 && found.run !== null)
      output.line(output.say({ en: `Run ${found.run} has not come to its end.`, zh: `执行 ${found.run} 尚未完成。` }));
  });
  return 'done';
}

/** By which run what is shown was compared: what is accepted names it. */
const comparison = ({ run, newer }: { readonly run: number | null; readonly newer: number | null }): { en: string; zh: string } =>
  newer === null
    ? { en: `Comparison: run ${run}. Accept or reject with --run ${run}.`, zh: `比较：执行 ${run}。接受或拒绝时请加 --run ${run}。` }
    : {
        en: `Comparison: run ${run}. Run ${newer} came after it: compare again, nothing is decided by this one.`,
        zh: `比较：执行 ${run}。此后已有执行 ${newer}：请重新比较，不能再按此决定。`,
      };

async function listRows(call: CommandCall, job: string, kind: MatchKind | undefined): Promise<Exit> {
  const { output } = call;
  if (kind === undefined || !matchKinds.includes(kind))
    throw new UsageError(`Say one of ${matchKinds.join(', ')}.`, `请给出 ${matchKinds.join('、')} 之一。`);
  const after = placeIn<string>(call, 'match.list');
  const found = await (await call.session()).call('match.list', {
    job,
    kind,
    ...typed(call),
    limit: whole(call, 'limit', 50),
    ...(after === undefined ? {} : { after }),
  });
  return page(call, 'match.list', found, () => {
    if (found.rows.length === 0) return output.line(output.say({ en: 'There is none.', zh: '没有。' }));
    for (const row of found.rows) {
      const account = row.account === null ? '' : ` = ${clean(row.account.title)} (${clean(row.account.id)})`;
      output.line(`${output.paint('bold', clean(row.title))}${account}  ${output.paint('dim', clean(row.id))}`);
      for (const one of row.candidates)
        output.line(
          `  ${output.paint('dim', clean(row.rule ?? ''))} ${clean(one.title)} (${clean(one.id)})${one.owner === null ? '' : ` ← ${clean(one.owner.title)}  ${output.paint('dim', `tributary merge ${row.id} --into ${one.owner.object}`)}`}`,
        );
      for (const one of row.proposals) output.line(`  ${proposalText(call, one)}`);
      if (row.looksLike) {
        const { title, account: theirs } = row.looksLike;
        const who = clean(title);
        const has = theirs && `${clean(theirs.title)} (${clean(theirs.id)})`;
        output.line(
          `  ${output.say(
            has === null
              ? { en: `looks like ${who}, whom the scope of the job leaves out`, zh: `与 ${who} 相似，此人不在任务的同步范围内` }
              : { en: `looks like ${who}, who has the account ${has} already`, zh: `与 ${who} 相似，其已有账号 ${has}` },
          )}`,
        );
      }
    }
  });
}

const proposalText = ({ output }: CommandCall, one: Proposal): string => {
  const why = one.reasons.map((reason) => {
    const shared = reason.sharedBy > 1 ? ` ×${reason.sharedBy}` : '';
    return `${reason.agrees ? '' : '≠ '}${output.say(reason.label)}${shared}`;
  });
  return `${one.score}${one.clear ? '!' : ''}  ${clean(one.account.title)} (${clean(one.account.id)})  ${output.paint('dim', why.join(', '))}`;
};

async function listProposals(call: CommandCall, job: string): Promise<Exit> {
  const { output } = call;
  const after = placeIn<[string, string]>(call, 'match.proposals');
  const found = await (await call.session()).call('match.proposals', {
    job,
    ...typed(call),
    clear: call.options.clear === true,
    score: whole(call, 'score', 0),
    limit: whole(call, 'limit', 50),
    ...(after === undefined ? {} : { after }),
  });
  return page(call, 'match.proposals', found, () => {
    if (found.proposals.length === 0) return output.line(output.say({ en: 'There is none.', zh: '没有。' }));
    table(
      output,
      [
        { head: output.say({ en: 'who', zh: '人员' }) },
        { head: output.say({ en: 'score, account, reasons', zh: '得分、账号、理由' }) },
        { head: output.say({ en: 'pair', zh: '对应' }) },
      ],
      found.proposals.map((one) => [one.title, proposalText(call, one), `${one.object}=${one.account.id}`]),
    );
    output.line(output.paint('dim', output.say({ en: `Comparison: run ${found.run}`, zh: `比较：执行 ${found.run}` })));
  });
}

function pairsIn(words: readonly string[]): { object: string; account: string }[] {
  return words.map((word) => {
    const cut = word.indexOf('=');
    if (cut < 1 || cut === word.length - 1) throw new UsageError(`"${word}" is no ID=ACCOUNT.`, `“${word}”不是“编号=账号”的形式。`);
    return { object: word.slice(0, cut), account: word.slice(cut + 1) };
  });
}

/** The comparison by which somebody decides. */
function seenIn(call: CommandCall, job: string): number {
  if (text(call, 'run') === undefined)
    throw new UsageError(
      `Say in which comparison you saw them: --run RUN ("tributary match show ${job}" names it).`,
      `请用 --run 给出所依据的比较（执行编号，见 tributary match show ${job}）。`,
    );
  return whole(call, 'run', 0);
}

async function accept(call: CommandCall, job: string, words: readonly string[]): Promise<Exit> {
  if ((words.length === 0) !== (call.options.clear === true))
    throw new UsageError(
      'Name pairs as ID=ACCOUNT, or say --clear for all that are clear.',
      '请以“编号=账号”给出，或用 --clear 接受全部明确的提议。',
    );
  const done = await (await call.session()).call('match.accept', {
    job,
    run: seenIn(call, job),
    ...typed(call),
    ...(words.length === 0 ? {} : { pairs: pairsIn(words) }),
    ...(text(call, 'score') === undefined ? {} : { score: whole(call, 'score', 0) }),
  });
  const left = done.left.linked + done.left.gone + done.left.protected + done.left.changed;
  const again = done.left.changed > 0;
  answer(call, done, () =>
    call.output.line(
      call.output.say({
        en: `Linked ${number(done.linked)}. Left as they are: ${number(left)} (${done.left.linked} linked by now, ${done.left.gone} gone, ${done.left.protected} protected, ${done.left.changed} changed since the comparison). Values follow with the next run.${again ? ` Compare again for those who have changed ("tributary match start ${job}").` : ''}`,
        zh: `已关联 ${number(done.linked)}。未处理 ${number(left)}（已有关联 ${done.left.linked}，已不存在 ${done.left.gone}，受保护 ${done.left.protected}，比较后已变化 ${done.left.changed}）。数据随下次执行更新。${again ? `已变化的请重新比较（tributary match start ${job}）。` : ''}`,
      }),
    ),
  );
  return 'done';
}

async function reject(call: CommandCall, job: string, words: readonly string[]): Promise<Exit> {
  if (words.length === 0) throw new UsageError('Name pairs as ID=ACCOUNT.', '请以“编号=账号”给出。');
  const done = await (await call.session()).call('match.reject', { job, ...typed(call), run: seenIn(call, job), pairs: pairsIn(words) });
  const left = done.left.linked + done.left.gone;
  answer(call, done, () =>
    call.output.line(
      call.output.say({
        en: `Not the same: ${number(done.rejected)}. No rule finds them again and they are not proposed; whoever is kept from an account gets one of their own with the next full run, if the job makes accounts. Left as they are: ${number(left)} (${done.left.linked} linked with each other, ${done.left.gone} gone).`,
        zh: `已指明不是同一人 ${number(done.rejected)}：规则不再匹配，也不再提议；若任务新建账号，下次全量执行将为该人员新建。未处理 ${number(left)}（两者已有关联 ${done.left.linked}，已不存在 ${done.left.gone}）。`,
      }),
    ),
  );
  return 'done';
}

async function listRejected(call: CommandCall, job: string): Promise<Exit> {
  const { output } = call;
  const after = placeIn<[string, string]>(call, 'match.rejected');
  const found = await (await call.session()).call('match.rejected', {
    job,
    ...typed(call),
    limit: whole(call, 'limit', 50),
    ...(after === undefined ? {} : { after }),
  });
  return page(call, 'match.rejected', found, () => {
    if (found.rejected.length === 0) return output.line(output.say({ en: 'There is none.', zh: '没有。' }));
    for (const one of found.rejected)
      output.line(
        `${called(output.paint('bold', clean(one.title)), one.marks)} ≠ ${called(clean(one.account.title), one.account.marks)} (${clean(one.account.id)})  ${output.paint('dim', `${clean(one.object)}=${clean(one.account.id)}  ${clean(one.by)}, ${time(one.at)}`)}`,
      );
  });
}

/** With what tells apart who is called the same. */
const called = (title: string, marks: readonly string[]): string => [title, ...marks.map(clean)].join(' · ');

async function takeBack(call: CommandCall, job: string, words: readonly string[]): Promise<Exit> {
  if (words.length === 0) throw new UsageError('Name pairs as ID=ACCOUNT.', '请以“编号=账号”给出。');
  const done = await (await call.session()).call('match.take-back', { job, ...typed(call), pairs: pairsIn(words) });
  answer(call, done, () =>
    call.output.line(
      call.output.say({
        en: `Taken back: ${number(done.takenBack)}. Rules may find them again, and the next matching may propose them.`,
        zh: `已撤回：${number(done.takenBack)}。规则可再次匹配，下次匹配可再次提议。`,
      }),
    ),
  );
  return 'done';
}

async function protect(call: CommandCall, job: string, words: readonly string[]): Promise<Exit> {
  const reason = text(call, 'reason');
  if (reason === undefined || (words.length === 0) !== (call.options.nobodys === true))
    throw new UsageError(
      'Name accounts, or say --nobodys for all; and why with --reason.',
      '请给出账号，或用 --nobodys 表示全部；并用 --reason 说明原因。',
    );
  const done = await (await call.session()).call('match.protect', {
    job,
    ...typed(call),
    reason,
    ...(words.length === 0 ? {} : { accounts: [...words] }),
  });
  answer(call, done, () =>
    call.output.line(call.output.say({ en: `Protected: ${number(done.protected)}.`, zh: `已保护 ${number(done.protected)} 个账号。` })),
  );
  return 'done';
}
