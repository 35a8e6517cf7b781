// The made-up company: the same from the same seed, and sound in itself, whatever happens to it.
import { createHash } from 'node:crypto';
import { mkdtemp, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { type Company, makeCompany, people, planCompany } from './company.ts';
import { writeCompanyFile } from './company-file.ts';
import { evolve } from './evolve.ts';

const hash = (value: unknown): string => createHash('sha256').update(JSON.stringify(value)).digest('hex');
const usual = { people: 2000, departments: 120, seed: 7 };

function expectSound(company: Company): void {
  const departments = new Map(company.departments.map((department) => [department.code, department]));
  const byNumber = new Map(company.people.map((person) => [person.employeeNumber, person]));
  expect(byNumber.size).toBe(company.people.length);
  expect(departments.size).toBe(company.departments.length);
  expect(company.departments.filter((department) => department.parentCode === null)).toHaveLength(1);
  for (const department of company.departments) {
    const seen = new Set<string>();
    for (let at: string | null = department.code; at !== null; at = departments.get(at)!.parentCode) {
      expect(seen.has(at)).toBe(false);
      seen.add(at);
    }
    expect(byNumber.has(department.leaderNumber)).toBe(true);
  }
  const siblings = company.departments.map((department) => `${department.parentCode}/${department.name}`);
  expect(new Set(siblings).size).toBe(siblings.length);
  for (const person of company.people) {
    expect(person.departmentCodes.length).toBeGreaterThan(0);
    expect(person.departmentCodes.every((code) => departments.has(code))).toBe(true);
    const seen = new Set<string>();
    for (let at: string | null = person.employeeNumber; at !== null; at = byNumber.get(at)!.managerNumber) {
      expect(seen.has(at)).toBe(false);
      seen.add(at);
    }
    expect(person.endsAt !== null).toBe(person.status === 'departed');
  }
  for (const value of ['email', 'phone'] as const) {
    const values = company.people.map((person) => person[value]).filter((found) => found !== null);
    expect(new Set(values).size).toBe(values.length);
  }
}

describe('a company', () => {
  test('is the same from the same seed and another from another', () => {
    expect(hash(makeCompany(usual))).toBe(hash(makeCompany(usual)));
    expect(hash(makeCompany(usual).people)).not.toBe(hash(makeCompany({ ...usual, seed: 8 }).people));
  });

  test('of 2,000 people has exactly thirty called 张伟, some in two departments, with rare and long names and leavers', () => {
    for (const seed of [1, 7, 42]) {
      const { people: all } = makeCompany({ ...usual, seed });
      expect(all.filter((person) => person.name === '张伟')).toHaveLength(30);
      expect(all.filter((person) => [...person.name].length !== person.name.length).length).toBeGreaterThan(2);
      expect(all.some((person) => person.name.length > 60)).toBe(true);
      expect(all.filter((person) => person.departmentCodes.length === 2).length).toBeGreaterThan(50);
      expect(new Set(all.map((person) => person.status))).toEqual(new Set(['active', 'probation', 'suspended', 'departed', 'pre-hire']));
      expect(all.every((person) => person.phone === null || /^\+86154\d{8}$/.test(person.phone))).toBe(true);
    }
  });

  test('is sound at any size', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 300 }), fc.integer({ min: 1, max: 80 }), fc.integer(), (size, departments, seed) => {
        expectSound(makeCompany({ people: size, departments, seed }));
      }),
      { numRuns: 40 },
    );
  });

  test('of a million is gone through without holding it, and one person is found at once', () => {
    const plan = planCompany({ people: 1_000_000, departments: 500, seed: 3 });
    const before = process.memoryUsage().heapUsed;
    let count = 0;
    for (const person of people(plan)) {
      count++;
      if (person.employeeNumber === '100001') expect(plan.at(99_000)).toEqual(person);
      if (count === 200_000) break;
    }
    expect(process.memoryUsage().heapUsed - before).toBeLessThan(100e6);
    expect(plan.at(999_999).employeeNumber).toBe('1001000');
  });
});

describe('what happens to a company', () => {
  const happenings = {
    seed: 5,
    hires: 20,
    moves: 30,
    leavers: 10,
    renames: 5,
    rehires: 4,
    vanish: 2,
    phoneChanges: 6,
    mailSwaps: 3,
    departmentRenames: 2,
    departmentMoves: 3,
    newDepartments: 2,
  };

  test('is the same from the same seed, is listed exactly, and leaves the rest alone', () => {
    const company = makeCompany(usual);
    const { company: after, changes } = evolve(company, happenings);
    expect(hash(evolve(company, happenings))).toBe(hash({ company: after, changes }));
    const counts = Object.fromEntries(
      Map.groupBy(changes, (change) => change.kind)
        .entries()
        .map(([kind, list]) => [kind, list.length]),
    );
    expect(counts).toEqual({
      hire: 20,
      move: 30,
      leave: 10,
      rename: 5,
      rehire: 4,
      vanish: 2,
      phone: 6,
      'swap-mail': 3,
      'rename-department': 2,
      'move-department': 3,
      'new-department': 2,
    });
    const named = new Set(
      changes.flatMap((change) =>
        'employeeNumber' in change ? ['with' in change ? [change.employeeNumber, change.with] : change.employeeNumber].flat() : [],
      ),
    );
    const leaders = new Set(company.departments.map((department) => department.leaderNumber));
    const then = new Map(company.people.map((person) => [person.employeeNumber, hash(person)]));
    const differing = after.people
      .filter((person) => then.get(person.employeeNumber) !== hash(person))
      .map((person) => person.employeeNumber);
    expect(differing.filter((number) => !named.has(number) && !leaders.has(number))).toEqual([]);
    expect(after.people).toHaveLength(2000 + 20 - 2);
  });

  test('keeps it sound, day after day', () => {
    let company = makeCompany({ people: 300, departments: 40, seed: 2 });
    for (let day = 0; day < 20; day++) {
      company = evolve(company, { ...happenings, seed: day }).company;
      expectSound(company);
    }
  });
});

test('a company is written as CSV and as workbook', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'tributary-company-'));
  const company = makeCompany({ people: 50, departments: 5, seed: 1 });
  const csv = await writeCompanyFile(company, join(folder, 'people.csv'));
  expect(csv.departments).toBe(join(folder, 'people.departments.csv'));
  const xlsx = await writeCompanyFile(planCompany(company.options), join(folder, 'people.xlsx'));
  for (const path of [csv.people, csv.departments, xlsx.people]) expect((await stat(path)).size).toBeGreaterThan(100);
});
