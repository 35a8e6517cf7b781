// Real time in the demo: somebody is hired and leaves on the page of the sandbox Feishu, and the app follows.
import { performance } from 'node:perf_hooks';
import { FULL_APP } from '../connectors/feishu/simulator.ts';
import { runJob } from './jobs.ts';
import { row, type ResultRow } from './result.ts';
import type { Stage } from './stage.ts';
import { hireOnPage, leaveOnPage } from './studio.ts';
import type { Teller } from './tell.ts';

const HIRED = { name: '林晓雨', number: 'S0099' } as const;
/** Longer than anything that is still at work. */
const PATIENCE_MS = 15_000;
const LOOK_MS = 5;

/** The sandbox sends its events to the callback URL of the demo's server, as it was told in its developer console. */
export function listenOn(stage: Stage, url: string): void {
  const { encryptKey, verificationToken } = stage.feishu.config as { encryptKey: string; verificationToken: string };
  stage.feishu.events.subscribe(FULL_APP, { url: `${url}/events/feishu`, encryptKey, verificationToken });
}

export async function realTime(stage: Stage, tell: Teller): Promise<ResultRow[]> {
  tell.heading('4  Real time', '4  实时');
  tell.say(
    `Somebody fills in "Hire" on the page of the Feishu sandbox: ${HIRED.name}. Nobody runs a job.`,
    `有人在飞书沙箱页面上办理入职:${HIRED.name}。没有人手动执行任务。`,
  );
  const hiredMs = await followed(stage, () => hireOnPage(stage.feishu, HIRED), true);
  said(tell, hiredMs, `${HIRED.name} has an account in the app`, `${HIRED.name} 已在应用中有账号`);
  tell.say('The same person leaves.', '同一人随后离职。');
  const leftMs = await followed(stage, () => leaveOnPage(stage.feishu, HIRED.number), false);
  said(tell, leftMs, 'the account in the app is disabled', '应用中的账号已停用');
  const ldap = await stage.inTurn(() => runJob(stage, stage.jobs.ldap));
  return [
    row('hired in Feishu, in the app', '飞书入职,到达应用', hiredMs !== null, after(hiredMs).en, after(hiredMs).zh),
    row(
      'left in Feishu, disabled in the app',
      '飞书离职,应用停用',
      leftMs !== null && (ldap.counts.failed ?? 0) === 0,
      after(leftMs).en,
      after(leftMs).zh,
    ),
  ];
}

/** ms until the app shows the person as wanted; null: it did not in time. */
async function followed(stage: Stage, work: () => Promise<void>, active: boolean): Promise<number | null> {
  const begun = performance.now();
  await work();
  while (performance.now() - begun < PATIENCE_MS) {
    const [account] = stage.scim.state.list('Users').filter((user) => user.displayName === HIRED.name);
    if (account && account.active === active) return Math.round(performance.now() - begun);
    await new Promise((resolve) => setTimeout(resolve, LOOK_MS));
  }
  return null;
}

const seconds = (ms: number): string => (ms / 1000).toFixed(1);

const after = (ms: number | null): { readonly en: string; readonly zh: string } =>
  ms === null ? { en: 'not in time', zh: '未及时到达' } : { en: `${seconds(ms)} s later`, zh: `${seconds(ms)} 秒后` };

function said(tell: Teller, ms: number | null, en: string, zh: string): void {
  if (ms === null) tell.say('  It did not arrive in time.', '  未及时到达。');
  else tell.say(`  ${seconds(ms)} s later ${en}.`, `  ${seconds(ms)} 秒后,${zh}。`);
}

/** Says what became of each thing that somebody does on the sandbox's page. */
export function tellOfEvents(stage: Stage, tell: Teller): void {
  let first: { readonly name: string; readonly at: number; readonly writes: number } | null = null;
  stage.feishu.tenant.listen(({ type, key }) => {
    const name = type === 'user' ? stage.feishu.tenant.users.get(key)?.fields.name : stage.feishu.tenant.departments.get(key)?.name;
    first ??= { name: String(name ?? ''), at: performance.now(), writes: stage.scim.writes() };
  });
  stage.onHeard = () => {
    if (!first) return;
    const { name, at, writes } = first;
    first = null;
    const wrote = stage.scim.writes() - writes;
    const ms = Math.round(performance.now() - at);
    tell.say(`→ Feishu: ${name}. ${ms} ms later the app had ${wrote} writes.`, `→ 飞书:${name}。${ms} 毫秒后应用已写入 ${wrote} 次。`);
  };
}
