// A made-up company as LDIF: nested OUs, people inside them, managers as DNs, groups.
import { planCompany } from '../src/sandbox/company.ts';

export const SUFFIX = 'dc=bench,dc=example';

/** LDIF of the whole tree, and how many entries of each kind it holds. */
export function companyLdif(people: number, seed: number): { ldif: string; people: number; departments: number } {
  const plan = planCompany({ people, departments: Math.max(10, Math.round(people / 40)), seed });
  const places = new Map<string, string>();
  const parts: string[] = [`dn: ${SUFFIX}\nobjectClass: dcObject\nobjectClass: organization\ndc: bench\no: Bench\n`];
  const byCode = new Map(plan.departments.map((department) => [department.code, department]));
  const placeOf = (code: string): string => {
    const known = places.get(code);
    if (known) return known;
    const department = byCode.get(code)!;
    const place = `ou=${department.code},${department.parentCode === null ? SUFFIX : placeOf(department.parentCode)}`;
    places.set(code, place);
    return place;
  };
  const ordered = plan.departments
    .map((department) => ({ department, place: placeOf(department.code) }))
    .sort((a, b) => a.place.split(',').length - b.place.split(',').length);
  for (const { department, place } of ordered)
    parts.push(`dn: ${place}\nobjectClass: organizationalUnit\nou: ${department.code}\ndescription:: ${base64(department.name)}\n`);
  const dnOf = (number: string, code: string): string => `uid=p${number},${placeOf(code)}`;
  const homes = new Map<string, string>();
  for (let index = 0; index < plan.size; index++) {
    const person = plan.at(index);
    homes.set(person.employeeNumber, dnOf(person.employeeNumber, person.departmentCodes[0]!));
  }
  for (let index = 0; index < plan.size; index++) {
    const person = plan.at(index);
    const lines = [
      `dn: ${homes.get(person.employeeNumber)}`,
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
    parts.push(`${lines.join('\n')}\n`);
  }
  return { ldif: parts.join('\n'), people: plan.size, departments: plan.departments.length };
}

const base64 = (text: string): string => Buffer.from(text).toString('base64');
