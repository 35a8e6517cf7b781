// `npm run demo`: an HR file and Feishu flow into the directory and out to LDAP, an app and a file; then people join, move and leave.
import { createInterface } from 'node:readline/promises';
import type { RunRow } from '../store/runs.ts';
import { listHeld, type HeldRow } from '../store/ledger.ts';
import { evolve } from '../sandbox/evolve.ts';
import { attempts, type Attempt } from './hurt.ts';
import { listenOn, realTime, tellOfEvents } from './live.ts';
import { departments, enable, people, setStage, type Stage } from './stage.ts';
import { studioPeople } from './studio.ts';
import type { Label } from '../core/model.ts';
import { createTeller, type Teller } from './tell.ts';

export interface DemoOptions {
  /** Runs everything, prints the result table and ends. */
  readonly exit: boolean;
  /** Ends with one of the attempts to hurt it, by name. */
  readonly hurt?: string;
  readonly zh: boolean;
  readonly colour: boolean;
  /** TRIBUTARY_DATABASE or TRIBUTARY_DATA is set: the demo says that it leaves what they name alone. */
  readonly storeGiven: boolean;
  readonly write: (text: string) => void;
  /** Takes events and shows the status page; returns the address. */
  readonly serve: (stage: Stage) => Promise<{ url: string; stop(): Promise<void> }>;
}

/** Returns the exit code: 0 when every step ended as it should. */
export async function demo(options: DemoOptions): Promise<number> {
  const tell = createTeller(options.zh, options.colour, options.write);
  const startedAt = performance.now();
  tell.say(
    `This takes about half a minute. ${people.toLocaleString('en')} made-up people from an Excel file and ${studioPeople} from a sandbox Feishu flow into the directory, and on into a sandbox LDAP directory, a sandbox SCIM app and a phone book file. Nothing leaves this machine.`,
    `大约需要半分钟。Excel 文件中的 ${people} 名虚构人员和沙箱飞书中的 ${studioPeople} 人将流入目录,再流向沙箱 LDAP 目录、沙箱 SCIM 应用和通讯录文件。数据不会离开本机。`,
  );
  if (options.storeGiven)
    tell.say(
      'TRIBUTARY_DATABASE and TRIBUTARY_DATA are not used here: the demo has an embedded store in a temporary folder of its own, and what they name is left alone.',
      '演示不使用 TRIBUTARY_DATABASE 和 TRIBUTARY_DATA:数据保存在演示专用临时文件夹的内置数据库中,不会触碰它们所指向的数据。',
    );
  const stage = await setStage();
  const server = await options.serve(stage);
  listenOn(stage, server.url);
  const end = async (): Promise<void> => {
    await server.stop();
    await stage.end();
  };
  const stop = async (): Promise<void> => {
    await end();
    process.exit(130);
  };
  process.once('SIGINT', () => void stop());
  process.once('SIGTERM', () => void stop());
  try {
    const rows = [...(await firstSync(stage, tell)), ...(await aDayLater(stage, tell)), ...(await realTime(stage, tell))];
    const chosen = options.hurt ? attempts.filter((attempt) => attempt.name === options.hurt) : options.exit ? attempts : [];
    if (options.hurt && chosen.length === 0) {
      tell.say(
        `There is no attempt "${options.hurt}". There are: ${attempts.map((attempt) => attempt.name).join(', ')}.`,
        `没有名为“${options.hurt}”的破坏尝试,可选:${attempts.map((attempt) => attempt.name).join('、')}。`,
      );
      return 1;
    }
    if (chosen.length > 0) tell.heading('Try to hurt it', '试着破坏它');
    for (const attempt of chosen) rows.push(await tryOne(stage, tell, attempt));
    if (options.exit || options.hurt) {
      resultTable(tell, rows, performance.now() - startedAt);
      return rows.every((row) => row.ok) ? 0 : 1;
    }
    await stayOpen(stage, tell, server.url);
    return 0;
  } finally {
    await end();
  }
}

export interface ResultRow {
  readonly en: string;
  readonly zh: string;
  readonly ok: boolean;
  readonly detail: Label;
}

async function firstSync(stage: Stage, tell: Teller): Promise<ResultRow[]> {
  tell.heading('1  The HR file and Feishu → directory', '1  人事文件与飞书 → 目录');
  tell.say(
    `people.xlsx holds ${people} people in ${departments} departments, thirty of them called 张伟. The first run into an empty directory takes nothing from anybody, so nothing asks for consent.`,
    `people.xlsx 含 ${people} 人、${departments} 个部门,其中三十人都叫张伟。首次写入空目录不会影响任何人,因此无需确认。`,
  );
  const up = await runJob(stage, stage.jobs.hr);
  numbersOf(tell, up);
  tell.say(
    `A studio of ${studioPeople} people is not in the HR file: it lives in Feishu, which is a second source of the same directory.`,
    `另有 ${studioPeople} 人的设计团队不在人事文件中,而在飞书里:飞书是同一目录的第二个数据源。`,
  );
  const studio = await runJob(stage, stage.jobs.feishu);
  numbersOf(tell, studio);
  tell.heading('2  Directory → LDAP, → an app, → phone book', '2  目录 → LDAP、应用与通讯录');
  tell.say(
    'More than 50 new accounts in an outside system are one question. The demo answers it with yes; you would look at the plan first.',
    '在外部系统新建超过 50 个账号时会先询问一次。演示中直接确认;实际使用时请先查看计划。',
  );
  const plan = await runJob(stage, stage.jobs.ldap);
  const asked = await openHeld(stage);
  const [reason] = asked;
  if (reason)
    tell.say(
      `  ? ${tell.label(JSON.parse(reason.reason) as { en: string; zh: string })}`,
      `  ? ${tell.label(JSON.parse(reason.reason) as { en: string; zh: string })}`,
    );
  const down = await approve(stage, asked);
  numbersOf(tell, down);
  await enable(stage, stage.jobs.scim);
  const app = (await stage.app.engine.drain()).findLast((run) => run.job === stage.jobs.scim);
  tell.say(
    `The SCIM app is for the studio only: ${app?.counts['applied.create.person'] ?? 0} accounts. It lives by events from now on: what changes in the directory reaches it at once.`,
    `SCIM 应用只供设计团队使用:${app?.counts['applied.create.person'] ?? 0} 个账号。从此实时同步:目录一有变更即刻到达。`,
  );
  await runJob(stage, stage.jobs.export);
  const book = await approve(stage, await openHeld(stage));
  const again = await runJob(stage, stage.jobs.ldap);
  tell.say(
    `Run again: ${again.counts.applied ?? 0} changes, ${again.counts.same ?? 0} the same. A second run writes nothing.`,
    `再执行一次:变更 ${again.counts.applied ?? 0} 个,一致 ${again.counts.same ?? 0} 个。第二次执行不写入任何内容。`,
  );
  return [
    row(
      'HR file → directory',
      '人事文件 → 目录',
      up.state === 'succeeded',
      `${up.counts['applied.create.person']} people, ${up.counts['applied.create.department']} departments`,
      `${up.counts['applied.create.person']} 人,${up.counts['applied.create.department']} 个部门`,
    ),
    row(
      'Feishu → directory',
      '飞书 → 目录',
      studio.state === 'succeeded' && studio.counts['applied.create.person'] === studioPeople,
      `${studio.counts['applied.create.person']} people, ${studio.counts['applied.create.department']} departments`,
      `${studio.counts['applied.create.person']} 人,${studio.counts['applied.create.department']} 个部门`,
    ),
    row(
      'directory → LDAP',
      '目录 → LDAP',
      plan.state === 'warnings' && down?.state === 'succeeded',
      `${down?.counts['applied.create.person']} accounts`,
      `${down?.counts['applied.create.person']} 个账号`,
    ),
    row(
      'directory → SCIM app',
      '目录 → SCIM 应用',
      app?.state === 'succeeded',
      `${app?.counts['applied.create.person']} accounts`,
      `${app?.counts['applied.create.person']} 个账号`,
    ),
    row(
      'directory → phone book',
      '目录 → 通讯录',
      book?.state === 'succeeded',
      `${book?.counts['applied.create.person']} rows`,
      `${book?.counts['applied.create.person']} 行`,
    ),
    row(
      'second run writes nothing',
      '再次执行不写入',
      (again.counts.applied ?? 0) === 0,
      `${again.counts.applied ?? 0} changes`,
      `${again.counts.applied ?? 0} 项变更`,
    ),
  ];
}

async function aDayLater(stage: Stage, tell: Teller): Promise<ResultRow[]> {
  tell.heading('3  A day later', '3  一天之后');
  const { company, changes } = evolve(stage.company, {
    seed: 7,
    hires: 12,
    moves: 20,
    leavers: 5,
    renames: 3,
    vanish: 6,
    phoneChanges: 8,
    mailSwaps: 1,
    departmentRenames: 1,
  });
  await stage.save(company);
  tell.say(
    'HR saved the file again: 12 joined, 20 moved, 5 left, 3 have a new name, 6 rows are simply gone, two people swapped their mail address, a department has a new name.',
    '人事重新保存了文件:入职 12 人、调动 20 人、离职 5 人、改名 3 人、6 行凭空消失、两人互换邮箱、一个部门改名。',
  );
  const dry = await runJob(stage, stage.jobs.hr, true);
  tell.say('The plan, before anything is written:', '写入之前先看计划:');
  planned(tell, dry);
  const up = await runJob(stage, stage.jobs.hr);
  const held = await openHeld(stage);
  const gone = held.filter((item) => item.action === 'remove');
  tell.say(
    `The job's policy for people who are gone is delete, so ${gone.length} deletions wait for a person:`,
    `该任务对消失人员的策略是删除,因此 ${gone.length} 项删除等待人工确认:`,
  );
  for (const item of gone.slice(0, 3))
    tell.say(
      `  ? ${item.title ?? item.source_key} would be deleted from the directory`,
      `  ? ${item.title ?? item.source_key} 将从目录中删除`,
    );
  const confirmed = gone.slice(0, 4);
  await approve(stage, confirmed);
  const cancelled = gone.slice(4);
  await stage.app.engine.cancelHeld(
    cancelled.map((item) => item.id),
    'demo',
  );
  tell.say(
    `Confirmed ${confirmed.length}, cancelled ${cancelled.length}: those are left alone until they reappear.`,
    `已确认 ${confirmed.length} 项,取消 ${cancelled.length} 项:被取消者在重新出现前不再处理。`,
  );
  const down = await runJob(stage, stage.jobs.ldap);
  numbersOf(tell, down);
  const left = await openHeld(stage);
  tell.say(
    `In LDAP the accounts of those who left are disabled at once; ${left.filter((item) => item.action === 'remove').length} deletions wait there too.`,
    `离职者在 LDAP 的账号已立即停用;另有 ${left.filter((item) => item.action === 'remove').length} 项删除在等待确认。`,
  );
  await approve(stage, left);
  const again = await runJob(stage, stage.jobs.ldap);
  return [
    row(
      'a day of changes planned',
      '一天的变更已计划',
      (dry.counts.planned ?? 0) > 0,
      `${changes.length} things happened in HR`,
      `人事共 ${changes.length} 项变动`,
    ),
    row(
      'deletions held',
      '删除被拦截',
      gone.length === 6,
      `${gone.length} held, ${confirmed.length} confirmed, ${cancelled.length} cancelled`,
      `拦截 ${gone.length},确认 ${confirmed.length},取消 ${cancelled.length}`,
    ),
    row(
      'changes in the directory',
      '目录中的变更',
      up.counts.failed === undefined,
      `${up.counts.applied} applied`,
      `写入 ${up.counts.applied} 项`,
    ),
    row(
      'changes in LDAP',
      'LDAP 中的变更',
      (down.counts.failed ?? 0) === 0,
      `${down.counts.applied} applied`,
      `写入 ${down.counts.applied} 项`,
    ),
    row(
      'LDAP agrees',
      'LDAP 一致',
      (again.counts.applied ?? 0) === 0,
      `${again.counts.applied ?? 0} changes left`,
      `剩余 ${again.counts.applied ?? 0} 项变更`,
    ),
  ];
}

async function tryOne(stage: Stage, tell: Teller, attempt: Attempt): Promise<ResultRow> {
  tell.say(`\n» ${attempt.label.en}`, `\n» ${attempt.label.zh}`);
  const result = await stage.inTurn(async () => {
    // LDAP has no events here: what Feishu told meanwhile reaches it before the attempt is measured.
    await runJob(stage, stage.jobs.ldap);
    return attempt.run(stage);
  });
  tell.say(`  ${result.answer.en}`, `  ${result.answer.zh}`);
  return { ...attempt.label, ok: result.unharmed, detail: result.detail };
}

async function stayOpen(stage: Stage, tell: Teller, url: string): Promise<void> {
  tellOfEvents(stage, tell);
  tell.heading('Try it yourself', '亲自试试');
  tell.say(
    `Hire, move or let somebody leave on the page of the Feishu sandbox: ${stage.feishu.address}/?lang=en\nThe app has it a second later. Watch the jobs at ${url}.`,
    `在飞书沙箱页面办理入职、调动或离职:${stage.feishu.address}/\n约一秒后应用即同步。任务状态见 ${url}。`,
  );
  tell.heading('Try to hurt it', '试着破坏它');
  tell.say('Type a number, or Ctrl-C to end (nothing is left behind).', '输入编号进行尝试,按 Ctrl-C 结束(不留任何痕迹)。');
  for (const [index, attempt] of attempts.entries()) tell.say(`  ${index + 1}  ${attempt.label.en}`, `  ${index + 1}  ${attempt.label.zh}`);
  const lines = createInterface({ input: process.stdin });
  try {
    for await (const line of lines) {
      const attempt = attempts[Number(line.trim()) - 1];
      if (line.trim() === 'q') return;
      if (attempt) await tryOne(stage, tell, attempt);
      else tell.say('Type a number from 1 to 5, or q to end.', '请输入 1 至 5,或输入 q 结束。');
    }
    // No terminal to type into: stay until stopped.
    await new Promise(() => {});
  } finally {
    lines.close();
  }
}

export async function runJob(stage: Stage, job: number, dryRun = false): Promise<RunRow> {
  const { engine } = stage.app;
  const id = await engine.enqueue({ job, mode: 'full', actor: 'demo', dryRun });
  return (await engine.drain()).find((run) => run.id === id)!;
}

export const openHeld = (stage: Stage): Promise<readonly HeldRow[]> =>
  listHeld(stage.app.database, { states: ['open'], after: 0, limit: 100_000 });

export async function approve(stage: Stage, rows: readonly HeldRow[]): Promise<RunRow | undefined> {
  if (rows.length === 0) return undefined;
  const runs = await stage.app.engine.approve(
    rows.map((held) => held.id),
    'demo',
  );
  return (await stage.app.engine.drain()).findLast((run) => runs.includes(run.id));
}

export const row = (en: string, zh: string, ok: boolean | undefined, detail: string, detailZh: string): ResultRow => ({
  en,
  zh,
  ok: ok === true,
  detail: { en: detail, zh: detailZh },
});

function numbersOf(tell: Teller, run: RunRow | undefined): void {
  if (!run) return;
  const count = (name: string): number => run.counts[name] ?? 0;
  const rows: [string, string, number][] = [
    ['people created', '新建人员', count('applied.create.person')],
    ['departments created', '新建部门', count('applied.create.department')],
    ['updated', '更新', count('applied.update') + count('applied.link') + count('applied.enable')],
    ['disabled', '停用', count('applied.disable')],
    ['deleted', '删除', count('applied.remove')],
    ['waiting for a person', '等待确认', count('held')],
    ['failed', '失败', count('failed')],
  ];
  tell.numbers(rows.filter(([, , value], index) => value > 0 || index === 6));
}

function planned(tell: Teller, run: RunRow): void {
  const count = (action: string): number => (run.counts[`planned.${action}`] ?? 0) + (run.counts[`held.${action}`] ?? 0);
  tell.numbers([
    ['would be deleted (held)', '将删除(需确认)', count('remove')],
    ['would be disabled', '将停用', count('disable')],
    ['would be created', '将新建', count('create')],
    ['would be changed', '将更新', count('update')],
  ]);
}

function resultTable(tell: Teller, rows: readonly ResultRow[], ms: number): void {
  tell.heading('Result', '结果');
  tell.numbers(rows.map((item) => [`${item.ok ? '✓' : '✗'} ${item.en}`, `${item.ok ? '✓' : '✗'} ${item.zh}`, tell.label(item.detail)]));
  const bad = rows.filter((item) => !item.ok).length;
  tell.say(
    `\n${bad === 0 ? 'All as it should be' : `${bad} not as it should be`}, in ${Math.round(ms / 1000)} s.`,
    `\n${bad === 0 ? '全部符合预期' : `${bad} 项不符合预期`},用时 ${Math.round(ms / 1000)} 秒。`,
  );
}
