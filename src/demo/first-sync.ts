// Chapters 1 and 2: two sources into an empty directory, and on into a directory, an app and a phone book.
import { approve, openHeld, runJob } from './jobs.ts';
import { numbersOf, row, type ResultRow } from './result.ts';
import { departments, enable, people, type Stage } from './stage.ts';
import { studioPeople } from './studio.ts';
import type { Teller } from './tell.ts';

export async function firstSync(stage: Stage, tell: Teller): Promise<ResultRow[]> {
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
