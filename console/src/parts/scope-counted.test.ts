// Whose people a choice of departments is counted by.
import { expect, it } from 'vitest';
import { countedDepartments } from './scope-counted.ts';
import { nothing } from './scope.ts';

const tree = [
  { id: 'all', name: 'All', parent: null },
  { id: 'sales', name: 'Sales', parent: 'all' },
  { id: 'north', name: 'North', parent: 'sales' },
  { id: 'south', name: 'South', parent: 'sales' },
];

it('is every department that is ticked, those below it too and without what is taken out again', () => {
  const own = (chosen: object) => countedDepartments(tree, { ...nothing, ...chosen })?.map((one) => one.department);
  expect(own({ include: ['sales'] })).toEqual(['sales', 'north', 'south']);
  expect(own({ include: ['sales'], exclude: ['south'] })).toEqual(['sales', 'north']);
  expect(own({})).toEqual([]);
});

it('where only some are left out, is every other department', () => {
  const own = (chosen: object) => countedDepartments(tree, { ...nothing, ...chosen }, 'except')?.map((one) => one.department);
  expect(own({ exclude: ['south'] })).toEqual(['all', 'sales', 'north']);
  expect(own({ exclude: ['all'] })).toEqual([]);
});

it('below one, without itself, is what hangs below it', () => {
  const own = (chosen: object) => countedDepartments(tree, { ...nothing, ...chosen })?.map((one) => one.department);
  expect(own({ onlyBelow: ['sales'] })).toEqual(['north', 'south']);
  expect(own({ include: ['sales'], below: false })).toEqual(['sales']);
});

it('of very many is counted by the topmost, and not at all where some of them are taken out', () => {
  const many = [tree[0]!, ...Array.from({ length: 300 }, (_, index) => ({ id: `d${index}`, name: `D ${index}`, parent: 'all' }))];
  expect(countedDepartments(many, { ...nothing, include: ['all'] })).toEqual([{ department: 'all', below: true }]);
  expect(countedDepartments(many, { ...nothing, include: ['all'], exclude: ['d7'] })).toBeNull();
});
