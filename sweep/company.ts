// A made-up company in five states, one per phase, from a seed: hires, moves, renames, leavers, swaps, rehires.

export interface Person {
  readonly number: string;
  name: string;
  login: string;
  phone: string | null;
  title: string | null;
  manager: string | null;
  departments: string[];
}

export interface Department {
  readonly code: string;
  name: string;
  parent: string | null;
  leaders: string[];
}

export interface Group {
  readonly code: string;
  name: string;
  members: string[];
}

export interface Company {
  readonly people: Person[];
  readonly departments: Department[];
  readonly groups: Group[];
}

/** Numbers in [0, 1) that depend on the seed alone (mulberry32). */
export function chanceOf(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}

export const PHASES = 5;

/** The company as it is in each phase. An odd seed makes one so large that its first sync into a target is held. */
export function companyOf(seed: number): readonly Company[] {
  const chance = chanceOf(seed);
  const below = (count: number): number => Math.floor(chance() * count);
  const company: Company = { people: [], departments: [], groups: [] };
  let hired = 0;
  const hire = (): Person => {
    hired += 1;
    const number = String(10_000 + hired);
    const person: Person = {
      number, name: `Person ${number}`, login: `u${number}`, phone: `138${number.padStart(8, '0')}`, title: 'Clerk',
      manager: company.people.length === 0 ? null : company.people[below(company.people.length)]!.number,
      departments: [company.departments[below(company.departments.length)]!.code],
    };
    company.people.push(person);
    return person;
  };
  for (let n = 0; n < 7; n++) company.departments.push({ code: `D${n}`, name: `Department ${n}`, parent: n === 0 ? null : `D${below(n)}`, leaders: [] });
  for (let n = 0; n < (seed % 2 === 1 ? 48 : 32); n++) hire();
  for (const department of company.departments) department.leaders = [company.people[below(company.people.length)]!.number];
  for (let n = 0; n < 4; n++) company.groups.push({ code: `G${n}`, name: `Group ${n}`, members: some(company.people, 6, below) });

  const states = [structuredClone(company)];
  const gone: Person[] = [];
  for (let phase = 1; phase < PHASES; phase++) {
    change(company, phase, below, hire, gone);
    states.push(structuredClone(company));
  }
  return states;
}

const some = (people: readonly Person[], count: number, below: (count: number) => number): string[] =>
  [...new Set(Array.from({ length: count }, () => people[below(people.length)]!.number))];

function change(company: Company, phase: number, below: (count: number) => number, hire: () => Person, gone: Person[]): void {
  const anybody = (): Person => company.people[below(company.people.length)]!;
  // Leavers: out of the file, and out of everything that names them.
  for (let n = 0; n < 2; n++) {
    const leaver = anybody();
    company.people.splice(company.people.indexOf(leaver), 1);
    gone.push(leaver);
    for (const person of company.people) if (person.manager === leaver.number) person.manager = leaver.manager === person.number ? null : null;
    for (const department of company.departments) department.leaders = department.leaders.filter((number) => number !== leaver.number);
    for (const group of company.groups) group.members = group.members.filter((number) => number !== leaver.number);
  }
  if (phase === 3) {
    const back = gone.shift()!;
    company.people.push({ ...back, manager: null, departments: [company.departments[0]!.code], title: 'Back' });
  }
  for (let n = 0; n < 3; n++) hire();
  const [one, two, three] = [company.people[0]!, company.people[1]!, company.people[2]!];
  // A swap in even phases, a ring of three in odd ones.
  if (phase % 2 === 0) [one.phone, two.phone] = [two.phone, one.phone];
  else [one.phone, two.phone, three.phone] = [two.phone, three.phone, one.phone];
  for (let n = 0; n < 3; n++) anybody().departments = [company.departments[below(company.departments.length)]!.code];
  anybody().departments = [company.departments[0]!.code, company.departments[1 + below(company.departments.length - 1)]!.code];
  for (let n = 0; n < 3; n++) {
    const renamed = anybody();
    renamed.name = `Person ${renamed.number} of phase ${phase}`;
    renamed.login = `u${renamed.number}.${phase}`;
  }
  const moved = company.departments[company.departments.length - 1 - (phase % 3)]!;
  moved.parent = 'D0';
  moved.name = `Department ${moved.code} of phase ${phase}`;
  const reporting = anybody();
  const manager = anybody();
  if (manager !== reporting) reporting.manager = manager.number;
  const group = company.groups[below(company.groups.length)]!;
  group.members = some(company.people, 5, below);
  company.departments[below(company.departments.length)]!.leaders = [anybody().number];
  if (phase === 2) company.groups.push({ code: 'G9', name: 'Group 9', members: some(company.people, 4, below) });
  if (phase === 4) company.groups.splice(company.groups.findIndex((one) => one.code === 'G9'), 1);
}
