// The company in English is the same company: as many people in the same places, and no Chinese in what is shown of it.
import { expect, it } from 'vitest';
import { makeCompany } from './company.ts';
import { inEnglish } from './in-english.ts';

const chinese = makeCompany({ people: 300, departments: 24, seed: 20_260_101 });
const english = inEnglish(chinese);

it('has everybody in the same place, with another name', () => {
  const places = ({ people, departments }: typeof chinese) => [
    people.map((one) => [one.employeeNumber, one.departmentCodes, one.managerNumber, one.status, one.phone]),
    departments.map((one) => [one.code, one.parentCode, one.order, one.leaderNumber]),
  ];
  expect(places(english)).toEqual(places(chinese));
});

it('is written without a Chinese character, and says nothing that is missing', () => {
  const said = JSON.stringify([english.people, english.departments]);
  expect(said).not.toMatch(/\p{Script=Han}/u);
  expect(said).not.toContain('undefined');
});

it('has no two departments of one name below another, mail addresses of one person each, and several people of one name', () => {
  const names = english.departments.map((one) => `${one.parentCode} ${one.name}`);
  expect(new Set(names).size).toBe(names.length);
  const mails = english.people.flatMap((one) => one.email ?? []);
  expect(new Set(mails).size).toBe(mails.length);
  expect(new Set(english.people.map((one) => one.name)).size).toBeLessThan(english.people.length);
});
