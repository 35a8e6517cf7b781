// `npm run demo`: an HR file and Feishu flow into the directory and out to LDAP, an app and a file; then people join, move and leave.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline/promises';
import { aDayLater } from './a-day-later.ts';
import { firstSync } from './first-sync.ts';
import { attempts, type Attempt } from './hurt.ts';
import { runJob } from './jobs.ts';
import { listenOn, realTime, tellOfEvents } from './live.ts';
import { resultTable, type ResultRow } from './result.ts';
import { people, setStage, type Stage } from './stage.ts';
import { studioPeople } from './studio.ts';
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
  const chosen = options.hurt ? attempts.filter((attempt) => attempt.name === options.hurt) : options.exit ? attempts : [];
  if (options.hurt && chosen.length === 0) {
    tell.say(
      `There is no attempt "${options.hurt}". There are: ${attempts.map((attempt) => attempt.name).join(', ')}.`,
      `没有名为“${options.hurt}”的破坏尝试,可选:${attempts.map((attempt) => attempt.name).join('、')}。`,
    );
    return 1;
  }
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
  let root: string | null = null;
  const opened: (() => Promise<void>)[] = [];
  let ending: Promise<void> | null = null;
  const end = (): Promise<void> =>
    (ending ??= (async () => {
      for (const close of opened.toReversed()) await close().catch(() => {});
      if (root !== null) rmSync(root, { recursive: true, force: true });
    })());
  // Before there is anything that could be left behind, and however often: npm hands the same Ctrl-C on to us once more.
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => void end().then(() => process.exit(130)));
  root = mkdtempSync(join(tmpdir(), 'tributary-demo-'));
  try {
    const stage = await setStage(root, options.zh ? 'zh' : 'en');
    opened.push(() => stage.end());
    const server = await options.serve(stage);
    opened.push(() => server.stop());
    listenOn(stage, server.url);
    const rows = [...(await firstSync(stage, tell)), ...(await aDayLater(stage, tell)), ...(await realTime(stage, tell))];
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
