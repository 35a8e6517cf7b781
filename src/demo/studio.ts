// A design studio that keeps its people in Feishu: what the sandbox tenant holds when the demo begins, and its page, used as a person would.
import type { FeishuSimulator } from '../connectors/feishu/simulator.ts';
import { freshName } from '../sandbox/company.ts';

/** With their departments fewer than 50: a first run as small as that asks nobody. */
export const studioPeople = 32;
const SEED = 20260106;
const TEAMS = ['品牌设计组', '交互设计组', '用户研究组', '影像组'] as const;
const TITLES = ['设计师', '高级设计师', '研究员', '摄影师'] as const;

const numberOf = (index: number): string => `S${String(index + 1).padStart(4, '0')}`;

/** One department over four teams; the first person leads the studio, and everybody reports to them. */
export function fillStudio({ tenant }: FeishuSimulator): void {
  const top = tenant.addDepartment({ name: '星河设计', customId: 'S0' });
  const teams = TEAMS.map((name, index) => tenant.addDepartment({ name, parent: top.key, customId: `S${index + 1}` }));
  let leader: string | null = null;
  for (let index = 0; index < studioPeople; index += 1) {
    const { name, address } = freshName(SEED, index);
    const user = tenant.addUser({
      fields: {
        name: name.name,
        mobile: `+86154${90_000_000 + index}`,
        email: `${address}${index + 1}@studio.xinghe.example`,
        employee_no: numberOf(index),
        employee_type: 1,
        gender: 0,
        job_title: index === 0 ? '负责人' : TITLES[index % TITLES.length]!,
        join_time: 1_600_000_000,
      },
      departments: [index === 0 ? top.key : teams[index % teams.length]!.key],
      leader,
      activated: true,
    });
    leader ??= user.key;
  }
  top.leaders = [{ type: 1, user: leader! }];
}

/** Somebody fills in "Hire" on the sandbox's page. */
export async function hireOnPage(sandbox: FeishuSimulator, person: { readonly name: string; readonly number: string }): Promise<void> {
  const team = sandbox.tenant.departmentByCustomId('S2')!;
  await pressed(sandbox, 'hire', {
    name: person.name,
    number: person.number,
    email: `${person.number.toLowerCase()}@studio.xinghe.example`,
    department: team.key,
  });
}

/** Somebody presses "Leave" beside a person. */
export async function leaveOnPage(sandbox: FeishuSimulator, number: string): Promise<void> {
  await pressed(sandbox, 'leave', { user: sandbox.tenant.holder('employee_no', number)!.key });
}

async function pressed(sandbox: FeishuSimulator, button: string, form: Readonly<Record<string, string>>): Promise<void> {
  const answer = await fetch(`${sandbox.address}/sandbox/${button}`, {
    method: 'POST',
    body: new URLSearchParams(form),
    redirect: 'manual',
  });
  await answer.body?.cancel();
  if (answer.status !== 303) throw new Error(`The sandbox's page answered ${answer.status}.`);
}
