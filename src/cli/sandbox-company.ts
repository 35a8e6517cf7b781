// The sandbox company as a file of its HR: whole, or as somebody who wants to hurt the sync center would save it.
import { mkdir } from 'node:fs/promises';
import { dirname } from 'node:path';
import type { SandboxCompany, SandboxFile } from '../engine/sandbox.ts';
import { makeCompany, type Company } from '../sandbox/company.ts';
import { writeCompanyFile, type FileLanguage } from '../sandbox/company-file.ts';
import { inEnglish } from '../sandbox/in-english.ts';

/** In the language of whoever has added it. */
const companyIn = (language: FileLanguage): Company => {
  const company = makeCompany({ people: 300, departments: 24, seed: 20_260_101 });
  return language === 'en' ? inEnglish(company) : company;
};
const renamed: Readonly<Record<FileLanguage, string>> = { zh: '（新）', en: ' (new)' };

/** Of a title, each round another, so that nobody has the one of the round before. */
const ranks = [' II', ' III', ' IV', ' V', ' VI', ' VII', ' VIII', ' IX'] as const;
const PROMOTED = 10;

function promoted(whole: Company, round: number): Company {
  if (round === 0) return whole;
  const rank = ranks[(round - 1) % ranks.length]!;
  const lucky = new Set(whole.people.filter(({ status }) => status === 'active').slice(0, PROMOTED));
  return { ...whole, people: whole.people.map((one) => (lucky.has(one) ? { ...one, title: `${one.title}${rank}` } : one)) };
}

const versions: Readonly<Record<SandboxFile, (whole: Company, language: FileLanguage) => Company>> = {
  whole: (whole) => whole,
  empty: (whole) => ({ ...whole, people: [] }),
  half: (whole) => ({ ...whole, people: whole.people.filter((_, index) => index % 2 === 0) }),
  renamed: (whole, language) => ({
    ...whole,
    departments: whole.departments.map((one, index) => (index === 1 ? { ...one, name: `${one.name}${renamed[language]}` } : one)),
  }),
};

export const sandboxCompany: SandboxCompany = async (path, how, language, round) => {
  await mkdir(dirname(path), { recursive: true, mode: 0o700 });
  await writeCompanyFile(versions[how](promoted(companyIn(language), round), language), path, language);
};
