// A plan tells what it could not read, before anything is enabled; and what was named and is nowhere.
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { scratch, told } from '../../test/support/told.ts';

/** A job HR over a file with these rows, not yet enabled. */
async function withFile(rows: string): Promise<string> {
  const folder = scratch();
  writeFileSync(join(folder, 'people.csv'), `employee number,name,department,status,start date\n${rows}`);
  writeFileSync(
    join(folder, 'hr.yaml'),
    `connections:\n  - { id: hr, connector: file, name: HR, config: { path: ${join(folder, 'people.csv')}, settleSeconds: 0 } }\njobs:\n  - { name: HR, connection: hr, direction: up }\n`,
  );
  await told(folder, 'config', 'apply', '-f', 'hr.yaml');
  return folder;
}

const good = '2,Wei Zhang,Company,active,2020-01-01\n';

describe('a plan over a file with a cell that cannot be read', () => {
  it('says that there are problems, and where they are listed, and ends as the run would', async () => {
    const folder = await withFile(`1,Ada Lovell,Company,active,2026-13-45\n${good}`);
    const plan = await told(folder, 'plan', 'HR');
    expect(plan.out).toContain('Problems of single records: tributary show 1 --problems');
    expect(plan.code).toBe(2);
    expect((await told(folder, 'plan', 'HR', '--exit-code')).code, 'what is doubtful goes before what changes').toBe(2);
    expect((await told(folder, 'show', '1', '--problems')).out).toContain('"2026-13-45" is not a date');
    expect((await told(folder, 'config', 'enable', 'HR')).code).toBe(0);
    expect((await told(folder, 'run', 'HR')).code).toBe(2);
  });
});

describe('a record that nobody knows', () => {
  it('is named, and is no success: of a plan, a run and a retry', async () => {
    const folder = await withFile(good);
    const early = await told(folder, 'plan', 'HR', '--keys', 'person:77');
    expect(early.out).toContain('Whether there is person 77, the source cannot say. No file was read completely with these settings yet.');
    expect(early.code).toBe(1);
    await told(folder, 'plan', 'HR');
    await told(folder, 'config', 'enable', 'HR');
    const plan = await told(folder, 'plan', 'HR', '--keys', 'person:77');
    expect(plan.out).toContain('Nobody knows person 77: neither the source nor the directory has such a record.');
    expect(plan.code).toBe(1);
    const run = await told(folder, 'run', 'HR', '--keys', 'person:77,person:78');
    expect(run.out).toContain('Nobody knows person 77 and person 78:');
    expect(run.code).toBe(1);
    const retry = await told(folder, 'retry', 'HR', 'person:77', '--lang', 'zh');
    expect(retry.out).toContain('找不到 人员 77：源系统和目录中都没有，未做任何处理。请核对编号（应为源系统中的编号）。');
    expect(retry.code).toBe(1);
    expect((await told(folder, 'run', 'HR', '--keys', 'person:77,person:2')).code, 'one of two is done').toBe(2);
  });

  it('of a type that the job does not sync is refused at once', async () => {
    const folder = await withFile(good);
    const { error, code } = await told(folder, 'retry', 'HR', 'persn:2');
    expect(error).toMatch(/^✗ Job 1 "HR" syncs no "persn" \(persn:2\)\. Its types are: .*person/);
    expect(code).toBe(1);
  });
});
