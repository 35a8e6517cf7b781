import { describe, expect, it } from 'vitest';
import type { AttributeSpec } from '../model.ts';
import { createFit } from './target.ts';
import { FIRST_NUMBER, MAX_CANDIDATES, type UniqueForm, uniqueCandidates } from './unique.ts';

const spec: AttributeSpec = {
  name: 'login',
  label: { en: 'Login', zh: '登录名' },
  type: 'string',
  equality: 'ignore-case',
};
function* candidates(forms: readonly UniqueForm[], more: Partial<AttributeSpec> = {}, from = FIRST_NUMBER): Generator<string> {
  const target = { ...spec, ...more };
  for (const { value } of uniqueCandidates(forms, target, createFit(target), from)) yield value;
}

const firstOf = (count: number, list: Generator<string>) => Array.from({ length: count }, () => list.next().value);

describe('candidates of a unique value', () => {
  it('come in the order of the patterns, the counter from 2', () => {
    expect(firstOf(5, candidates([['a'], ['b'], ['a', '']]))).toEqual(['a', 'b', 'a2', 'a3', 'a4']);
    expect(firstOf(2, candidates([['a-', '@x']]))).toEqual(['a-2@x', 'a-3@x']);
  });

  it('end with the patterns when none counts', () => {
    expect([...candidates([['a'], ['b']])]).toEqual(['a', 'b']);
  });

  it('leave out empty and repeated ones and ones that the target refuses', () => {
    expect([...candidates([[' '], ['a'], ['A'], ['a b'], ['toolong'], ['c']], { maxLength: 4, forbidden: '[ ]' })]).toEqual(['a', 'c']);
  });

  it('end at a bound when everything is taken', () => {
    expect([...candidates([['a', '']])]).toHaveLength(MAX_CANDIDATES);
  });

  it('count from where all before are taken, to the same bound', () => {
    const forms: readonly UniqueForm[] = [['a'], ['b'], ['a', '']];
    expect(firstOf(4, candidates(forms, {}, 9))).toEqual(['a', 'b', 'a9', 'a10']);
    expect([...candidates(forms, {}, 9)].slice(2)).toEqual([...candidates(forms)].slice(2 + 9 - FIRST_NUMBER));
  });

  it('are made only as far as they are asked for', () => {
    const normalised: string[] = [];
    const forms: readonly UniqueForm[] = [['a'], ['a', '']];
    const asked = uniqueCandidates(forms, spec, (value) => (normalised.push(String(value)), { value: String(value) }));
    expect([1, 2, 3].map(() => asked.next().value)).toEqual([
      { value: 'a', number: null },
      { value: 'a2', number: 2 },
      { value: 'a3', number: 3 },
    ]);
    expect(normalised).toEqual(['a', 'a2', 'a3']);
  });
});
