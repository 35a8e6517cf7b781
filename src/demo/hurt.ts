// Five attempts to hurt it. Each returns one sentence on why nobody was harmed, and proof of it.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import type { Label } from '../core/model.ts';
import type { Company } from '../sandbox/company.ts';
import type { RunEvidence } from '../engine/context.ts';
import type { RunRow } from '../store/runs.ts';
import { countChanges } from '../store/ledger.ts';
import { runJob } from './jobs.ts';
import type { Stage } from './stage.ts';

export interface Attempt {
  readonly name: string;
  readonly label: Label;
  run(stage: Stage): Promise<{ answer: Label; unharmed: boolean; detail: Label }>;
}

/** People who may sign in: in the directory, and in LDAP. */
async function active(stage: Stage): Promise<number> {
  return (await stage.app.database.get<{ n: number }>(`SELECT count(*) AS n FROM object WHERE type = 'person' AND lifecycle = 'active'`))!
    .n;
}

async function dropHeld(stage: Stage): Promise<void> {
  const rows = await stage.app.database.all<{ id: number }>(`SELECT id FROM held WHERE state = 'open'`);
  if (rows.length > 0)
    await stage.app.engine.cancelHeld(
      rows.map((row) => row.id),
      'demo',
    );
}

const restored = async (stage: Stage, company: Company): Promise<RunRow> => {
  await stage.save(company);
  return runJob(stage, stage.jobs.hr);
};

export const attempts: readonly Attempt[] = [
  {
    name: 'empty-file',
    label: { en: 'empty the HR file', zh: '清空人事文件' },
    async run(stage) {
      const { company } = stage;
      const before = await active(stage);
      await stage.save({ ...company, people: [], departments: company.departments });
      const run = await runJob(stage, stage.jobs.hr);
      const after = await active(stage);
      const said = (run.evidence as RunEvidence | null)?.warnings[0] ?? run.problem;
      await restored(stage, company);
      return {
        answer: { en: `Nobody was harmed: ${said?.en ?? ''}`, zh: `无人受影响：${said?.zh ?? ''}` },
        unharmed: before === after && before > 0 && said !== undefined && said !== null,
        detail: { en: `${after} of ${before} still active`, zh: `${before} 人中 ${after} 人仍可用` },
      };
    },
  },
  {
    name: 'half-file',
    label: { en: 'cut the HR file in half', zh: '把人事文件截掉一半' },
    async run(stage) {
      const { company } = stage;
      const before = await active(stage);
      await stage.save({ ...company, people: company.people.filter((_, index) => index % 2 === 0) });
      const run = await runJob(stage, stage.jobs.hr);
      const after = await active(stage);
      const held = (await stage.app.database.get<{ n: number }>(
        `SELECT count(DISTINCT source_key) AS n FROM held WHERE state = 'open' AND last_run = ?`,
        run.id,
      ))!.n;
      await restored(stage, company);
      await dropHeld(stage);
      return {
        answer: {
          en: `Nobody was harmed: ${held} missing people became one question instead of a deed, and it went away when the file was whole again.`,
          zh: `无人受影响：缺失的 ${held} 人变成一个待确认的问题而未执行，文件恢复后问题随之消失。`,
        },
        unharmed: before === after && held > 500,
        detail: { en: `${held} people held, ${after} of ${before} still active`, zh: `拦截 ${held} 人，${before} 人中 ${after} 人仍可用` },
      };
    },
  },
  {
    name: 'rename-department',
    label: { en: 'rename a department of some 250 people', zh: '给一个约二百五十人的部门改名' },
    async run(stage) {
      const { company } = stage;
      const largest = largestBranch(company);
      await stage.save({
        ...company,
        departments: company.departments.map((department) =>
          department.code === largest.code ? { ...department, name: `${department.name}(新)` } : department,
        ),
      });
      const up = await runJob(stage, stage.jobs.hr);
      const down = await runJob(stage, stage.jobs.ldap);
      const others =
        (up.counts['applied.create'] ?? 0) +
        (up.counts['applied.remove'] ?? 0) +
        (down.counts['applied.create'] ?? 0) +
        (down.counts['applied.remove'] ?? 0);
      return {
        answer: {
          en: `Nobody was harmed: it is one change (a rename in place, ids stay), and the ${largest.people} people below it were not touched, deleted or made anew.`,
          zh: `无人受影响：这只是一次变更（原地改名，编号不变），其下 ${largest.people} 人未被触碰、删除或重建。`,
        },
        unharmed: up.counts['applied.update.department'] === 1 && others === 0,
        detail: {
          en: `${up.counts.applied ?? 0} change in the directory, ${down.counts.applied ?? 0} in LDAP`,
          zh: `目录 ${up.counts.applied ?? 0} 项、LDAP ${down.counts.applied ?? 0} 项变更`,
        },
      };
    },
  },
  {
    name: 'refuse',
    label: { en: 'make LDAP refuse', zh: '让 LDAP 拒绝写入' },
    async run(stage) {
      const { company } = stage;
      await stage.save({
        ...company,
        people: company.people.map((person, index) => (index >= 100 && index < 110 ? { ...person, title: `${person.title} II` } : person)),
      });
      await runJob(stage, stage.jobs.hr);
      stage.simulator.fault({ fault: 'refuse-write', on: 'write', times: 3 });
      const down = await runJob(stage, stage.jobs.ldap);
      const failed = down.counts.failed ?? 0;
      await stage.app.engine.retry(stage.jobs.ldap, 'all', 'demo');
      await stage.app.engine.drain();
      const again = await runJob(stage, stage.jobs.ldap);
      return {
        answer: {
          en: `Nobody was harmed: ${failed} people are listed with the cause, everyone else was synced, and retrying just those ${failed} worked.`,
          zh: `无人受影响：${failed} 人连同原因被列出，其余人员照常同步，随后仅重试这 ${failed} 人即成功。`,
        },
        unharmed: failed === 3 && (again.counts.applied ?? 0) === 0,
        detail: {
          en: `${failed} refused, ${down.counts.applied ?? 0} applied, then mended`,
          zh: `拒绝 ${failed} 项，写入 ${down.counts.applied ?? 0} 项，随后修复`,
        },
      };
    },
  },
  {
    name: 'kill',
    label: { en: 'kill -9 in the middle', zh: '中途 kill -9' },
    async run(stage) {
      const { company } = stage;
      await stage.save({
        ...company,
        people: company.people.map((person, index) =>
          index >= 200 && index < 280 ? { ...person, city: person.city === '杭州' ? '成都' : '杭州' } : person,
        ),
      });
      await runJob(stage, stage.jobs.hr);
      const writesBefore = stage.simulator.writes();
      await stage.release();
      await killedInTheMiddle(stage);
      await stage.reopen();
      const cut = stage.simulator.writes() - writesBefore;
      await stage.app.engine.drain();
      const again = await runJob(stage, stage.jobs.ldap);
      const writes = stage.simulator.writes() - writesBefore;
      const killed = await countChanges(stage.app.database, again.id - 1);
      const applied = killed.filter((row) => row.state === 'applied').reduce((sum, row) => sum + row.count, 0);
      const open = killed.filter((row) => row.state === 'sent' || row.state === 'unknown').length;
      return {
        answer: {
          en: `Nobody was harmed: the process died with ${cut} writes done and unacknowledged; the next start read them back, did only the rest, and nothing twice.`,
          zh: `无人受影响：进程死亡时已有 ${cut} 项写入但未确认；再次启动后先回读核对，只补做其余部分，没有重复。`,
        },
        unharmed: (again.counts.applied ?? 0) === 0 && cut > 0 && writes === applied && open === 0,
        detail: { en: `${writes} writes for ${applied} changes`, zh: `${applied} 项变更共写入 ${writes} 次` },
      };
    },
  },
];

/** Another process carries out the LDAP job and dies between calling the target and noting the answers. */
async function killedInTheMiddle(stage: Stage): Promise<void> {
  const child = spawn(
    process.execPath,
    [
      join(import.meta.dirname, `victim${import.meta.filename.endsWith('.ts') ? '.ts' : '.js'}`),
      stage.folder.path,
      String(stage.jobs.ldap),
    ],
    { stdio: 'ignore' },
  );
  await once(child, 'exit');
}

function largestBranch(company: Company): { code: string; people: number } {
  const parents = new Map(company.departments.map((department) => [department.code, department.parentCode]));
  const counts = new Map<string, number>();
  for (const person of company.people) {
    for (let code: string | null | undefined = person.departmentCodes[0]; code; code = parents.get(code))
      counts.set(code, (counts.get(code) ?? 0) + 1);
  }
  const [best] = [...counts].filter(([code]) => parents.get(code) !== null).sort((a, b) => Math.abs(a[1] - 250) - Math.abs(b[1] - 250));
  return { code: best![0], people: best![1] };
}
