// A made-up company as LDIF: nested OUs, people inside them, managers as DNs, groups.
import { type CompanyPlan, planCompany } from '../src/sandbox/company.ts';

export const SUFFIX = 'dc=bench,dc=example';

/** LDIF of the whole tree, entry by entry: a million people are more text than one string holds. */
export function companyLdif(people: number, seed: number): { ldif: Iterable<string>; people: number; departments: number } {
  const plan = planCompany({ people, departments: Math.max(10, Math.round(people / 40)), seed });
  return { ldif: entries(plan), people: plan.size, departments: plan.departments.length };
}

function* entries(plan: CompanyPlan): Generator<string> {
  const places = new Map<string, string>();
  const byCode = new Map(plan.departments.map((department) => [department.code, department]));
  const placeOf = (code: string): string => {
    const known = places.get(code);
    if (known) return known;
    const department = byCode.get(code)!;
    const place = `ou=${department.code},${department.parentCode === null ? SUFFIX : placeOf(department.parentCode)}`;
    places.set(code, place);
    return place;
  };
  yield `dn: ${SUFFIX}\nobjectClass: dcObject\nobjectClass: organization\ndc: bench\no: Bench\n\n`;
  const ordered = plan.departments
    .map((department) => ({ department, place: placeOf(department.code) }))
    .sort((a, b) => a.place.split(',').length - b.place.split(',').length);
  for (const { department, place } of ordered)
    yield `dn: ${place}\nobjectClass: organizationalUnit\nou: ${department.code}\ndescription:: ${base64(department.name)}\n\n`;
  const dnOf = (number: string, code: string): string => `uid=p${number},${placeOf(code)}`;
  // Only leaders are anybody's manager.
  const leaders = new Set(plan.departments.map((department) => department.leaderNumber));
  const homes = new Map<string, string>();
  for (let index = 0; index < plan.size && homes.size < leaders.size; index++) {
    const person = plan.at(index);
    if (leaders.has(person.employeeNumber)) homes.set(person.employeeNumber, dnOf(person.employeeNumber, person.departmentCodes[0]!));
  }
  for (let index = 0; index < plan.size; index++) {
    const person = plan.at(index);
    const lines = [
      `dn: ${dnOf(person.employeeNumber, person.departmentCodes[0]!)}`,
      'objectClass: inetOrgPerson',
      `uid: p${person.employeeNumber}`,
      `cn:: ${base64(person.name)}`,
      `sn:: ${base64(person.familyName)}`,
      `givenName:: ${base64(person.givenName)}`,
      `displayName:: ${base64(person.name)}`,
      `mail: p${person.employeeNumber}@bench.example`,
      `employeeNumber: ${person.employeeNumber}`,
      `title:: ${base64(person.title)}`,
      `l:: ${base64(person.city)}`,
    ];
    if (person.phone) lines.push(`mobile: ${person.phone}`);
    const manager = person.managerNumber ? homes.get(person.managerNumber) : undefined;
    if (manager) lines.push(`manager: ${manager}`);
    yield `${lines.join('\n')}\n\n`;
  }
}

const base64 = (text: string): string => Buffer.from(text).toString('base64');
