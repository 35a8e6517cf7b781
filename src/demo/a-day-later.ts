// Chapter 3: HR saves the file again; the plan first, deletions wait, LDAP follows.
import { evolve } from '../sandbox/evolve.ts';
import type { RunRow } from '../store/runs.ts';
import { approve, openHeld, runJob } from './jobs.ts';
import { numbersOf, row, type ResultRow } from './result.ts';
import type { Stage } from './stage.ts';
import type { Teller } from './tell.ts';

export async function aDayLater(stage: Stage, tell: Teller): Promise<ResultRow[]> {
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

function planned(tell: Teller, run: RunRow): void {
  const count = (action: string): number => (run.counts[`planned.${action}`] ?? 0) + (run.counts[`held.${action}`] ?? 0);
  tell.numbers([
    ['would be deleted (held)', '将删除(需确认)', count('remove')],
    ['would be disabled', '将停用', count('disable')],
    ['would be created', '将新建', count('create')],
    ['would be changed', '将更新', count('update')],
  ]);
}
