// A tenant in the Feishu sandbox with a real job reading it, or with the directory flowing into it.
import { onTestFinished } from 'vitest';
import { feishu } from '../../src/connectors/feishu/index.ts';
import { FULL_APP, simulate, type FeishuSimulator } from '../../src/connectors/feishu/simulator.ts';
import type { JobSettingsInput } from '../../src/core/job-settings.ts';
import type { EngineOptions, RunEvidence } from '../../src/engine/context.ts';
import { historySequence } from '../../src/store/directory.ts';
import type { RunRow } from '../../src/store/runs.ts';
import { listItems } from '../../src/store/upkeep.ts';
import { openWorkbench, type Workbench } from '../../test/support/workbench.ts';

export interface Company {
  readonly bench: Workbench;
  readonly sandbox: FeishuSimulator;
  /** Keys of the departments in the sandbox, the top one first. */
  readonly departments: readonly string[];
  readonly people: readonly string[];
  readonly job: number;
  sync(): Promise<RunRow>;
  /** Everything that anybody outside could see, and how often it was written. */
  state(): Promise<unknown>;
  items(): Promise<readonly string[]>;
}

export const says = (run: RunRow): string =>
  [run.problem?.en ?? '', ...((run.evidence as RunEvidence | null)?.warnings ?? []).map((warning) => warning.en)].join('\n');

export async function openSandbox(bench: Workbench, config: object = {}): Promise<FeishuSimulator> {
  const sandbox = await simulate({ clock: bench.clock });
  onTestFinished(() => sandbox.stop());
  await bench.connection('feishu', feishu, { ...sandbox.config, longConnection: false, ...config });
  return sandbox;
}

/** `people` in a tree of eight departments, all with a manager, every fifth in two of them. */
export async function openCompany(
  people: number,
  options: { readonly engine?: Partial<EngineOptions>; readonly job?: Partial<JobSettingsInput>; readonly connection?: object } = {},
): Promise<Company> {
  const bench = await openWorkbench(options.engine ? { engine: options.engine } : {});
  onTestFinished(() => bench.close());
  const sandbox = await openSandbox(bench, options.connection);
  const { tenant } = sandbox;
  const departments = fillDepartments(sandbox);
  const keys: string[] = [];
  for (let n = 0; n < people; n += 1) {
    const own = departments[n % departments.length]!;
    const second = departments[(n + 3) % departments.length]!;
    const user = tenant.addUser({
      userId: `u${n}`,
      fields: {
        name: `张${n}`,
        mobile: `+86138${String(n).padStart(8, '0')}`,
        email: `p${n}@example.com`,
        employee_no: `N${n}`,
        employee_type: 1,
        gender: 1 + (n % 2),
        job_title: n % 3 === 0 ? '工程师' : '经理',
        join_time: 1_600_000_000,
        en_name: '',
        nickname: '',
        city: '上海',
        country: '',
        work_station: '',
        enterprise_email: '',
        mobile_visible: true,
        job_level_id: '',
        job_family_id: '',
      },
      departments: n % 5 === 0 ? [own, second] : [own],
      leader: keys[0] ?? null,
      activated: true,
    });
    keys.push(user.key);
  }
  const job = await bench.job({
    name: 'feishu in',
    connection: 'feishu',
    direction: 'up',
    part: { department: '' },
    ...feishu.manifest.defaults.up!,
    ...options.job,
  });
  return {
    bench,
    sandbox,
    departments,
    people: keys,
    job,
    sync: () => bench.run(job),
    async state() {
      const objects = await Promise.all(['person', 'department', 'group'].map((type) => bench.objects(type)));
      const edges = await bench.database.all('SELECT owner, relation, to_id FROM edge ORDER BY owner, relation, to_id');
      return { objects, edges, history: await historySequence(bench.database) };
    },
    items: async () => (await listItems(bench.database, job, 1000)).map((item) => (JSON.parse(item.message) as { en: string }).en),
  };
}

function fillDepartments({ tenant }: FeishuSimulator): readonly string[] {
  const top = tenant.addDepartment({ name: '总部', customId: 'D0' });
  const keys = [top.key];
  for (let n = 1; n < 8; n += 1) {
    const parent = n < 4 ? top.key : keys[n - 3]!;
    keys.push(tenant.addDepartment({ name: `部门${n}`, parent, customId: `D${n}` }).key);
  }
  return keys;
}

export const APP = FULL_APP;
