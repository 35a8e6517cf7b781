// The sandbox company as a file of its HR: whole, or as somebody who wants to hurt the sync center would save it.
import { mkdir } from 'node:fs/promises';
import { dirname } from 'node:path';
import type { SandboxCompany } from '../engine/sandbox.ts';
import { makeCompany, type Company } from '../sandbox/company.ts';
import { writeCompanyFile } from '../sandbox/company-file.ts';

const company = (): Company => makeCompany({ people: 300, departments: 24, seed: 20_260_101 });

const versions: Readonly<Record<Parameters<SandboxCompany>[1], (whole: Company) => Company>> = {
  whole: (whole) => whole,
  empty: (whole) => ({ ...whole, people: [] }),
  half: (whole) => ({ ...whole, people: whole.people.filter((_, index) => index % 2 === 0) }),
  renamed: (whole) => ({
    ...whole,
    departments: whole.departments.map((one, index) => (index === 1 ? { ...one, name: `${one.name}（新）` } : one)),
  }),
};

export const sandboxCompany: SandboxCompany = async (path, how) => {
  await mkdir(dirname(path), { recursive: true, mode: 0o700 });
  await writeCompanyFile(versions[how](company()), path);
};
