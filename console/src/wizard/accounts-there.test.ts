// What the set-up says of accounts that were there is what the comparison says of them.
import { expect, it } from 'vitest';
import { accountsThere } from './accounts-there.ts';

const there = { accounts: 3, linked: 0, matched: 0, renamed: 0 };
const group = (objects: number, more: object = {}) => ({ action: 'link', type: 'person', state: 'planned', objects, ...more });
const plan = (...groups: ReturnType<typeof group>[]) => ({ run: 7, groups });

it('counts whom the plan links, held ones too, and leaves over what is nobody’s', () => {
  expect(accountsThere({ run: null, there }, plan(group(1), group(1, { state: 'held' })))).toEqual({ found: 2, left: 1 });
});

it('counts neither departments nor what is refused: an account of that kind is left over', () => {
  const others = [group(1, { state: 'refused' }), group(4, { type: 'department' }), group(9, { action: 'create' })];
  expect(accountsThere({ run: null, there }, plan(group(1), ...others))).toEqual({ found: 1, left: 2 });
});

it('a comparison made after the plan is what counts, and one made before it is not', () => {
  const compared = { accounts: 3, linked: 1, matched: 1, renamed: 0 };
  expect(accountsThere({ run: 8, there: compared }, plan(group(3)))).toEqual({ found: 2, left: 1 });
  expect(accountsThere({ run: 6, there: { ...compared, linked: 0 } }, plan(group(3)))).toEqual({ found: 3, left: 0 });
});
