// Any two people of random worlds merged and taken back: all is as it was, and in between the directory is what the sources say of whom they are.
//   PERSONS_RUNS=50 npm test -- scenarios/one-human-twice/any-two.test.ts     the long one
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { ask } from '../../test/support/asking.ts';
import { times } from '../../test/support/store.ts';
import { openCompany, type Company } from './company.ts';

const RUNS = Number(process.env.PERSONS_RUNS ?? times(3, 1));
const PEOPLE = 4;
const numbers = ['1', '2', '3', '4', 'c1', 'c2', 'c3', 'c4'];

const value = (name: string) =>
  fc.oneof(
    { weight: 2, arbitrary: fc.constantFrom(`${name} a`, `${name} b`) },
    { weight: 1, arbitrary: fc.constant(null) },
    { weight: 1, arbitrary: fc.constant(undefined) },
  );
const record = fc.record({
  title: value('title'),
  note: value('note'),
  manager: fc.option(fc.nat(PEOPLE - 1), { nil: undefined }),
  status: fc.constantFrom('active', 'active', 'active', 'suspended'),
});
const world = fc.record({
  hr: fc.array(record, { minLength: PEOPLE, maxLength: PEOPLE }),
  crm: fc.array(record, { minLength: PEOPLE, maxLength: PEOPLE }),
  members: fc.subarray([1, 2, 3, 4], { minLength: 1 }),
  leaders: fc.subarray([1, 2, 3, 4], { minLength: 1, maxLength: 2 }),
  byHand: fc.array(fc.record({ who: fc.constantFrom(...numbers), city: fc.constantFrom('Berlin', 'Beijing') }), { maxLength: 3 }),
  ranks: fc.tuple(fc.constantFrom(100, 200), fc.constantFrom(100, 200)),
  merges: fc.array(fc.tuple(fc.constantFrom(...numbers), fc.constantFrom(...numbers)), { minLength: 2, maxLength: 2 }),
});
type World = typeof world extends fc.Arbitrary<infer T> ? T : never;

async function settle(company: Company, { hr, crm, members, leaders, byHand, ranks }: World): Promise<void> {
  const { scene } = company;
  const speak = (system: Company['crm'], prefix: string, words: World['hr']): void => {
    for (const [at, { manager, ...values }] of words.entries()) {
      const said = Object.fromEntries(Object.entries(values).filter(([, one]) => one !== undefined)) as Record<string, string | null>;
      const id = `${prefix}${at + 1}`;
      system.set('person', id, { ...said, ...(manager === undefined || manager === at ? {} : { manager: `${prefix}${manager + 1}` }) });
      system.unknowns.set(
        id,
        Object.entries(values).flatMap(([name, one]) => (one === undefined ? [name] : [])),
      );
    }
  };
  speak(scene.hr, '', hr);
  speak(company.crm, 'c', crm);
  company.crm.group(
    'team',
    members.map((n) => ['person', `c${n}`] as const),
  );
  company.crm.set('department', 'lab', {}, { leader: leaders.map((n) => ({ to: { type: 'person', id: `c${n}` } })) });
  for (const [at, job] of [scene.up, company.crmJob].entries())
    await ask(scene, 'job.update', { job, settings: { rank: ranks[at]! }, withoutForecast: true });
  await scene.bench.run(scene.up);
  await scene.bench.run(company.crmJob);
  const steps = [];
  for (const { who, city } of byHand) steps.push({ do: 'person.edit' as const, person: await company.id(who), attributes: { city } });
  if (steps.length > 0) {
    await ask(scene, 'edit.apply', { edit: (await ask(scene, 'edit.propose', { steps })).id });
    await scene.bench.engine.drain();
  }
  await scene.bench.run(scene.down);
}

it(`${RUNS} worlds: merging and taking back leaves nothing, in whatever order two merges are taken back`, {
  timeout: 60_000 + RUNS * 60_000,
}, async () => {
  await fc.assert(
    fc.asyncProperty(world, async (told) => {
      const company = await openCompany(PEOPLE);
      const { scene } = company;
      await settle(company, told);
      const ids = new Map<string, string>();
      for (const number of numbers) ids.set(number, await company.id(number));
      const done: { readonly run: number; readonly before: unknown }[] = [];
      for (const [person, into] of told.merges) {
        const [gone, keep] = await Promise.all([person, into].map((number) => ask(scene, 'person.get', { person: ids.get(number)! })));
        if (gone!.id === keep!.id) continue;
        const before = await company.snapshot();
        done.push({ run: await company.merge(gone!.id, keep!.id), before });
        expect(await ask(scene, 'person.get', { person: gone!.id })).toMatchObject({ id: keep!.id });
        expect(await company.again(), 'the directory is what the sources say').toBe(0);
      }
      for (const { run, before } of done.toReversed()) {
        await ask(scene, 'undo.start', { run });
        await scene.bench.engine.drain();
        await scene.bench.approveAll();
        expect(await company.snapshot()).toEqual(before);
        expect(await company.again(), 'the directory is what the sources say').toBe(0);
      }
    }),
    {
      numRuns: RUNS,
      endOnFailure: process.env.PERSONS_SEED === undefined,
      ...(process.env.PERSONS_SEED ? { seed: Number(process.env.PERSONS_SEED) } : {}),
    },
  );
});
