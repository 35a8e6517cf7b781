// A lookup table that is called is found, however the call is written and wherever it stands.
import { expect, it } from 'vitest';
import { lookupsCalled } from './lookup-users.ts';

const called = (cel: string): string[] => [...lookupsCalled({ mapping: { person: [{ target: 'title', cel }] } })];

it.each([
  [`lookup("grades", level)`, ['grades']],
  [`lookup('grades', level, "")`, ['grades']],
  [`lookup(\n  r"""grades""", level)`, ['grades']],
  [`coalesce(lookup("grades", level, null), lookup ( "levels", level))`, ['grades', 'levels']],
  [`"grades" + mylookup("grades")`, []],
  [`lookup("grades_old", "grades")`, ['grades_old']],
])('%s', (cel, tables) => {
  expect(called(cel)).toEqual(tables);
});

it('is found in every part of the settings', () => {
  const cel = (name: string) => `lookup("${name}", x)`;
  const settings = { scope: { people: [{ where: cel('a') }] }, correlation: { person: [{ cel: cel('b') }] }, description: null, rank: 1 };
  expect([...lookupsCalled(settings)]).toEqual(['a', 'b']);
});
