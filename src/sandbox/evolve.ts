// What happens in a made-up company from one day to the next, and the exact list of it, to compare with what a sync found.
import { sequence, type Sequence } from './chance.ts';
import { addDays, type Company, type CompanyDepartment, type CompanyPerson, departmentCode, employeeNumber, freshName } from './company.ts';
import { titles, units } from './names.ts';

export interface EvolveOptions {
  readonly seed: number;
  /** Days that pass. */
  readonly days?: number;
  readonly hires?: number;
  readonly moves?: number;
  readonly leavers?: number;
  /** Marriages and corrections: the name of a person changes. */
  readonly renames?: number;
  /** People who had left come back with their old number. */
  readonly rehires?: number;
  /** Rows that vanish without a word. */
  readonly vanish?: number;
  readonly phoneChanges?: number;
  /** Two people swap their addresses. */
  readonly mailSwaps?: number;
  readonly departmentRenames?: number;
  readonly departmentMoves?: number;
  readonly newDepartments?: number;
}

export type CompanyChange =
  | { readonly kind: 'hire' | 'leave' | 'rehire' | 'vanish'; readonly employeeNumber: string }
  | { readonly kind: 'move'; readonly employeeNumber: string; readonly from: string; readonly to: string }
  | { readonly kind: 'rename'; readonly employeeNumber: string; readonly from: string; readonly to: string }
  | { readonly kind: 'phone'; readonly employeeNumber: string }
  | { readonly kind: 'swap-mail'; readonly employeeNumber: string; readonly with: string }
  | {
      readonly kind: 'rename-department' | 'move-department';
      readonly code: string;
      readonly from: string;
      readonly to: string;
    }
  | { readonly kind: 'new-department'; readonly code: string };

export interface Evolved {
  readonly company: Company;
  readonly changes: readonly CompanyChange[];
}

interface Work {
  readonly departments: Map<string, CompanyDepartment>;
  readonly people: Map<string, CompanyPerson>;
  readonly changes: CompanyChange[];
  readonly draw: Sequence;
  readonly options: EvolveOptions;
  readonly today: string;
  /** Nobody is touched twice, so that every change is seen as what it is. */
  readonly touched: Set<string>;
}

/** Leaders stay where they are: whom people report to always exists, and never in a circle. */
export function evolve(company: Company, options: EvolveOptions): Evolved {
  const today = addDays(company.options.today, options.days ?? 1);
  const work: Work = {
    departments: new Map(company.departments.map((department) => [department.code, department])),
    people: new Map(company.people.map((person) => [person.employeeNumber, person])),
    changes: [],
    draw: sequence(options.seed, 'evolve'),
    options,
    today,
    touched: new Set(company.departments.map((department) => department.leaderNumber)),
  };
  newDepartments(work);
  renameDepartments(work);
  moveDepartments(work);
  rehire(work);
  leave(work);
  move(work);
  rename(work);
  changePhones(work);
  swapMails(work);
  vanish(work);
  hire(work);
  const people = [...work.people.values()];
  return {
    company: {
      options: { ...company.options, people: people.length, departments: work.departments.size, today },
      departments: [...work.departments.values()],
      people,
    },
    changes: work.changes,
  };
}

const present = (person: CompanyPerson): boolean => person.status === 'active' || person.status === 'probation';

function choose(work: Work, count: number | undefined, fits: (person: CompanyPerson) => boolean): readonly CompanyPerson[] {
  if (!count) return [];
  const free = [...work.people.values()].filter((person) => fits(person) && !work.touched.has(person.employeeNumber));
  const chosen = work.draw.take(free, count);
  for (const person of chosen) work.touched.add(person.employeeNumber);
  return chosen;
}

const put = (work: Work, person: CompanyPerson): void => {
  work.people.set(person.employeeNumber, person);
};

function newDepartments(work: Work): void {
  for (let count = 0; count < (work.options.newDepartments ?? 0); count++) {
    const all = [...work.departments.values()];
    const parent = all[work.draw.below(all.length)]!;
    const index = nextIndex([...work.departments.keys()].map((code) => Number(code.slice(1))));
    const code = departmentCode(index);
    const name = `${units[work.draw.below(units.length)]!}新部${index}`;
    const order = 1 + all.filter((department) => department.parentCode === parent.code).length;
    work.departments.set(code, { code, name, parentCode: parent.code, order, leaderNumber: parent.leaderNumber });
    work.changes.push({ kind: 'new-department', code });
  }
}

const nextIndex = (numbers: readonly number[]): number => numbers.reduce((most, value) => Math.max(most, value), 0);

function renameDepartments(work: Work): void {
  const all = [...work.departments.values()].filter((department) => department.parentCode !== null);
  for (const department of work.draw.take(all, work.options.departmentRenames ?? 0)) {
    const to = `${department.name}（新）`;
    work.departments.set(department.code, { ...department, name: to });
    work.changes.push({ kind: 'rename-department', code: department.code, from: department.name, to });
  }
}

function moveDepartments(work: Work): void {
  const all = [...work.departments.values()].filter((department) => department.parentCode !== null);
  for (const { code } of work.draw.take(all, work.options.departmentMoves ?? 0)) {
    const department = work.departments.get(code)!;
    const targets = [...work.departments.values()].filter(
      (other) => other.code !== department.parentCode && !isBelow(work, other.code, code),
    );
    const target = targets[work.draw.below(targets.length)];
    if (!target) continue;
    work.departments.set(code, { ...department, parentCode: target.code });
    const leader = work.people.get(department.leaderNumber);
    // The leader reports to the department above from now on, unless that would be a circle.
    if (leader && leader.departmentCodes[0] === code && !leads(work, leader.employeeNumber, target.leaderNumber)) {
      put(work, { ...leader, managerNumber: target.leaderNumber });
    }
    work.changes.push({ kind: 'move-department', code, from: department.parentCode!, to: target.code });
  }
}

function isBelow(work: Work, code: string, top: string): boolean {
  for (let at: string | null = code; at !== null; at = work.departments.get(at)?.parentCode ?? null) if (at === top) return true;
  return false;
}

/** Whether `under` reports to `over`, over any number of steps. */
function leads(work: Work, over: string, under: string): boolean {
  for (let at: string | null = under; at !== null; at = work.people.get(at)?.managerNumber ?? null) if (at === over) return true;
  return false;
}

function rehire(work: Work): void {
  for (const person of choose(work, work.options.rehires, ({ status }) => status === 'departed')) {
    put(work, { ...person, status: 'active', startsAt: work.today, endsAt: null });
    work.changes.push({ kind: 'rehire', employeeNumber: person.employeeNumber });
  }
}

function leave(work: Work): void {
  for (const person of choose(work, work.options.leavers, present)) {
    put(work, { ...person, status: 'departed', endsAt: addDays(work.today, -1) });
    work.changes.push({ kind: 'leave', employeeNumber: person.employeeNumber });
  }
}

function move(work: Work): void {
  if (work.departments.size < 2) return;
  for (const person of choose(work, work.options.moves, present)) {
    const from = person.departmentCodes[0]!;
    const others = [...work.departments.values()].filter((department) => !person.departmentCodes.includes(department.code));
    const to = others[work.draw.below(others.length)];
    if (!to) continue;
    put(work, {
      ...person,
      departmentCodes: [to.code, ...person.departmentCodes.slice(1)],
      managerNumber: to.leaderNumber,
    });
    work.changes.push({ kind: 'move', employeeNumber: person.employeeNumber, from, to: to.code });
  }
}

function rename(work: Work): void {
  for (const person of choose(work, work.options.renames, (candidate) => present(candidate) && candidate.name !== '张伟')) {
    let { name } = freshName(work.options.seed, work.draw.below(1_000_000));
    while (name.name === person.name) ({ name } = freshName(work.options.seed, work.draw.below(1_000_000)));
    put(work, { ...person, ...name });
    work.changes.push({ kind: 'rename', employeeNumber: person.employeeNumber, from: person.name, to: name.name });
  }
}

function changePhones(work: Work): void {
  for (const person of choose(work, work.options.phoneChanges, present)) {
    // Above all numbers that people are made with.
    put(work, { ...person, phone: `+861549${person.employeeNumber.slice(-6).padStart(7, '0')}` });
    work.changes.push({ kind: 'phone', employeeNumber: person.employeeNumber });
  }
}

function swapMails(work: Work): void {
  const chosen = choose(work, 2 * (work.options.mailSwaps ?? 0), (person) => present(person) && person.email !== null);
  for (let at = 0; at + 1 < chosen.length; at += 2) {
    const [one, two] = [chosen[at]!, chosen[at + 1]!];
    put(work, { ...one, email: two.email });
    put(work, { ...two, email: one.email });
    work.changes.push({ kind: 'swap-mail', employeeNumber: one.employeeNumber, with: two.employeeNumber });
  }
}

function vanish(work: Work): void {
  for (const person of choose(work, work.options.vanish, present)) {
    work.people.delete(person.employeeNumber);
    work.changes.push({ kind: 'vanish', employeeNumber: person.employeeNumber });
  }
}

function hire(work: Work): void {
  const all = [...work.departments.values()];
  let next = nextIndex([...work.people.keys(), ...work.touched].map(Number)) + 1;
  for (let count = 0; count < (work.options.hires ?? 0); count++, next++) {
    const home = all[work.draw.below(all.length)]!;
    const index = next - Number(employeeNumber(0));
    const { name, address } = freshName(work.options.seed, index);
    const person: CompanyPerson = {
      employeeNumber: employeeNumber(index),
      ...name,
      email: `${address}${next}@xinghe.example`,
      phone: `+86154${String(index).padStart(8, '0')}`,
      title: titles[work.draw.below(titles.length)]!,
      city: '上海',
      departmentCodes: [home.code],
      managerNumber: home.leaderNumber,
      status: 'probation',
      startsAt: work.today,
      endsAt: null,
    };
    put(work, person);
    work.changes.push({ kind: 'hire', employeeNumber: person.employeeNumber });
  }
}
