// The same made-up company as an office in an English-speaking country would keep it: departments, people, titles and cities in English.
import { number } from './chance.ts';
import type { Company, CompanyDepartment, CompanyPerson } from './company.ts';
import { divisions, kinds, titles, cities, units, westernFamilies, westernGivens } from './names.ts';

const paired = (chinese: readonly string[], english: string): ReadonlyMap<string, string> => {
  const words = english.split(', ');
  return new Map(chinese.map((word, index) => [word, words[index] ?? word]));
};

const ROOT = 'Starstream Technology';
const ofDivisions = paired(
  divisions,
  'Engineering, Sales, Marketing, People, Finance, Supply Chain, Customer Service, Legal, IT, Strategy, Quality, Administration',
);
const ofUnits = paired(
  units,
  'Platform, Data, East, South, North, Southwest, Overseas, Infrastructure, Product, Operations, Delivery, Channels, Training, Purchasing, Security, Testing, Architecture, Growth',
);
const ofKinds = paired(kinds, 'Department, Group, Team, Centre, Office');
const ofTitles = paired(
  titles,
  'Engineer, Senior Engineer, Product Manager, Sales Representative, Account Manager, Accountant, Recruiter, Legal Counsel, Operations Specialist, Data Analyst, Test Engineer, Designer, Buyer, Office Manager',
);
const ofLeaders = new Map([
  ['总经理', 'Managing Director'],
  ['负责人', 'Head of Department'],
]);
const ofCities = paired(cities, 'London, Dublin, Berlin, Amsterdam, Vienna, Toronto, Boston, Sydney');

function departmentName({ name, parentCode }: CompanyDepartment): string {
  if (parentCode === null) return ROOT;
  const division = ofDivisions.get(name);
  if (division !== undefined) return division;
  const unit = units.find((one) => name.startsWith(one)) ?? '';
  const kind = kinds.find((one) => name.slice(unit.length).startsWith(one)) ?? '';
  return `${ofUnits.get(unit)} ${ofKinds.get(kind)} ${name.slice(unit.length + kind.length)}`;
}

const LATIN = /^[\p{Script=Latin}\p{P}\s]+$/u;

/** Whoever has a Western name keeps it; who shares one goes on sharing it, so that there are several of a name here, too. */
function person(one: CompanyPerson, seed: number): CompanyPerson {
  const title = ofLeaders.get(one.title) ?? ofTitles.get(one.title) ?? one.title;
  const known = { ...one, title, city: ofCities.get(one.city) ?? one.city };
  if (LATIN.test(one.name)) return known;
  const sign = [...one.name].reduce((sum, letter) => (sum * 31 + letter.codePointAt(0)!) % 2 ** 31, 7);
  const givenName = westernGivens[number(seed, 'english given', sign, westernGivens.length)]!;
  const familyName = westernFamilies[number(seed, 'english family', sign, westernFamilies.length)]!;
  const address = `${givenName}.${familyName}`
    .normalize('NFD')
    .replaceAll('ø', 'o')
    .replace(/[^A-Za-z.]/g, '')
    .toLowerCase();
  return {
    ...known,
    name: `${givenName} ${familyName}`,
    givenName,
    familyName,
    email: one.email === null ? null : `${address}${Number(one.employeeNumber)}@${one.email.split('@')[1]}`,
  };
}

export const inEnglish = (company: Company): Company => ({
  ...company,
  departments: company.departments.map((one) => ({ ...one, name: departmentName(one) })),
  people: company.people.map((one) => person(one, company.options.seed)),
});
