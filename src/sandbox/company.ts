// A made-up company from a seed: the same people on every machine, as many as wanted, without holding them in memory.
// Person n is a function of seed and n; nothing is drawn in sequence, so one of a million costs what one of ten costs.
import {
  divisions,
  families,
  givens,
  kinds,
  longNames,
  rareNames,
  titles,
  cities,
  units,
  westernFamilies,
  westernGivens,
} from './names.ts';
import { chance, number, pick, spread } from './chance.ts';

export interface CompanyOptions {
  readonly people: number;
  readonly departments: number;
  readonly seed: number;
  /** The day on which the company looks like this, ISO. */
  readonly today?: string;
}

export type PersonStatus = 'active' | 'probation' | 'suspended' | 'departed' | 'pre-hire';

export interface CompanyDepartment {
  readonly code: string;
  readonly name: string;
  readonly parentCode: string | null;
  /** Among its siblings, from 1. */
  readonly order: number;
  /** Who leads it, and whom its people report to. */
  readonly leaderNumber: string;
}

export interface CompanyPerson {
  readonly employeeNumber: string;
  readonly name: string;
  readonly familyName: string;
  readonly givenName: string;
  readonly email: string | null;
  /** In +86 154, a range that nobody has. */
  readonly phone: string | null;
  readonly title: string;
  readonly city: string;
  /** The first one is primary. */
  readonly departmentCodes: readonly string[];
  readonly managerNumber: string | null;
  readonly status: PersonStatus;
  /** First day, ISO. */
  readonly startsAt: string;
  /** Last day, ISO; only of those who have left. */
  readonly endsAt: string | null;
}

export interface Company {
  readonly options: Required<CompanyOptions>;
  readonly departments: readonly CompanyDepartment[];
  readonly people: readonly CompanyPerson[];
}

/** A company that is gone through, not held. */
export interface CompanyPlan {
  readonly options: Required<CompanyOptions>;
  readonly departments: readonly CompanyDepartment[];
  readonly size: number;
  at(index: number): CompanyPerson;
}

const DOMAIN = 'xinghe.example';
const BRANCHES = 6;
const FIRST_NUMBER = 1001;
/** Share of people called 张伟: thirty of two thousand. */
const ZHANG_WEI_SHARE = 0.015;
const TODAY = '2026-01-01';
const DAY = 86_400_000;

export const employeeNumber = (index: number): string => String(FIRST_NUMBER + index).padStart(6, '0');
export const departmentCode = (index: number): string => `D${String(index + 1).padStart(4, '0')}`;

export const addDays = (day: string, days: number): string =>
  new Date(Date.parse(`${day}T00:00:00Z`) + days * DAY).toISOString().slice(0, 10);

export function planCompany(given: CompanyOptions): CompanyPlan {
  if (given.people < 1 || given.departments < 1) throw new Error('A company has at least one person and one department.');
  const options = { today: TODAY, ...given };
  const departments = Array.from({ length: options.departments }, (_, index) => departmentAt(options, index));
  return { options, departments, size: options.people, at: (index) => personAt(options, index) };
}

/** All people, one after the other. */
export function* people(company: CompanyPlan | CompanyOptions): Generator<CompanyPerson> {
  const plan = 'at' in company ? company : planCompany(company);
  for (let index = 0; index < plan.size; index++) yield plan.at(index);
}

export function makeCompany(options: CompanyOptions): Company {
  const plan = planCompany(options);
  return { options: plan.options, departments: plan.departments, people: [...people(plan)] };
}

// Departments: the parent always has a lower index, so they are a tree.
const parentIndex = (options: CompanyOptions, index: number): number => {
  const usual = Math.floor((index - 1) / BRANCHES);
  return index <= BRANCHES ? 0 : usual - number(options.seed, 'parent', index, Math.min(2, usual + 1));
};

function departmentAt(options: Required<CompanyOptions>, index: number): CompanyDepartment {
  const code = departmentCode(index);
  const leaderNumber = employeeNumber(leaderIndex(options, index));
  if (index === 0) return { code, name: '星河科技', parentCode: null, order: 1, leaderNumber };
  const parent = parentIndex(options, index);
  // Indexes are unique, so names of siblings are; the first twelve need no number.
  const name =
    index <= divisions.length
      ? divisions[index - 1]!
      : `${pick(options.seed, 'unit', index, units)}${pick(options.seed, 'kind', index, kinds)}${index}`;
  return { code, name, parentCode: departmentCode(parent), order: index - BRANCHES * parent, leaderNumber };
}

/** Person d leads department d; where there are fewer people, the leader of the department above does. */
function leaderIndex(options: CompanyOptions, department: number): number {
  let at = department;
  while (at >= options.people) at = parentIndex(options, at);
  return at;
}

const homeIndex = (options: CompanyOptions, index: number): number =>
  index < options.departments ? index : number(options.seed, 'home', index, options.departments);

function managerOf(options: CompanyOptions, index: number): string | null {
  if (index >= options.departments) return employeeNumber(leaderIndex(options, homeIndex(options, index)));
  return index === 0 ? null : employeeNumber(leaderIndex(options, parentIndex(options, index)));
}

export function personAt(options: Required<CompanyOptions>, index: number): CompanyPerson {
  const { seed } = options;
  const leads = index < options.departments;
  const home = homeIndex(options, index);
  const second = number(seed, 'second', index, options.departments);
  const named = nameAt(options, index);
  const work = employmentAt(options, index, leads);
  return {
    employeeNumber: employeeNumber(index),
    ...named.name,
    email: chance(seed, 'no mail', index, 0.03) ? null : `${named.address}${FIRST_NUMBER + index}@${DOMAIN}`,
    phone: chance(seed, 'no phone', index, 0.02) ? null : `+86154${String(index).padStart(8, '0')}`,
    title: leads ? (index === 0 ? '总经理' : '负责人') : pick(seed, 'title', index, titles),
    city: pick(seed, 'city', index, cities),
    departmentCodes: [home, ...(second !== home && chance(seed, 'two', index, 0.08) ? [second] : [])].map(departmentCode),
    managerNumber: managerOf(options, index),
    ...work,
  };
}

function employmentAt(
  options: Required<CompanyOptions>,
  index: number,
  leads: boolean,
): Pick<CompanyPerson, 'status' | 'startsAt' | 'endsAt'> {
  const { seed, today } = options;
  const since = addDays(today, -30 - number(seed, 'since', index, 4000));
  const draw = leads ? 1 : number(seed, 'status', index, 1000) / 1000;
  if (draw < 0.04) return { status: 'departed', startsAt: since, endsAt: addDays(today, -1 - number(seed, 'end', index, 29)) };
  if (draw < 0.05) return { status: 'suspended', startsAt: since, endsAt: null };
  if (draw < 0.06) return { status: 'pre-hire', startsAt: addDays(today, 1 + number(seed, 'start', index, 60)), endsAt: null };
  if (draw < 0.08) return { status: 'probation', startsAt: addDays(today, -number(seed, 'new', index, 30)), endsAt: null };
  return { status: 'active', startsAt: since, endsAt: null };
}

interface Named {
  readonly name: Pick<CompanyPerson, 'name' | 'familyName' | 'givenName'>;
  readonly address: string;
}

/** A place in a shuffled line decides who gets one of the special names, so that their number is exact. */
function nameAt(options: CompanyOptions, index: number): Named {
  const zhangWeis = Math.round(options.people * ZHANG_WEI_SHARE);
  const place = spread(options.seed, index, options.people);
  if (place < zhangWeis) return chinese('张', '伟', 'zhangwei');
  const rare = rareNames[place - zhangWeis];
  if (rare) return chinese(...rare);
  const long = longNames[place - zhangWeis - rareNames.length];
  if (long) return long[0].charCodeAt(0) < 256 ? western(long[1], long[0], long[2]) : chinese(...long);
  return freshName(options.seed, index);
}

/** An ordinary name; never 张伟. */
export function freshName(seed: number, index: number): Named {
  if (chance(seed, 'western', index, 0.12)) {
    const [given, family] = [pick(seed, 'given', index, westernGivens), pick(seed, 'family', index, westernFamilies)];
    return western(given, family, plain(`${given}.${family}`));
  }
  const [family, familyPinyin] = pick(seed, 'family', index, families);
  const [given, givenPinyin] = pick(seed, 'given', index, givens);
  return family === '张' && given === '伟' ? chinese('张', '玮', 'zhangwei') : chinese(family, given, familyPinyin + givenPinyin);
}

const chinese = (familyName: string, givenName: string, address: string): Named => ({
  name: { name: familyName + givenName, familyName, givenName },
  address,
});
const western = (givenName: string, familyName: string, address: string): Named => ({
  name: { name: `${givenName} ${familyName}`, familyName, givenName },
  address,
});
const plain = (text: string): string =>
  text
    .normalize('NFD')
    .replaceAll('ø', 'o')
    .replace(/[^A-Za-z.]/g, '')
    .toLowerCase();
