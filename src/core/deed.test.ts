// Every action has a name in lists, and updates are told apart by what people look for.
import { expect, it } from 'vitest';
import { deedNames, deedOf, deedsNamed, deeds } from './deed.ts';
import { actions } from './plan.ts';

it.each([
  ['create', 'person', '|create|move|', [], 'create'],
  ['update', 'person', '|update:title|', [], 'update'],
  ['update', 'person', '|update:identifying:email|update:title|', [], 'identifier'],
  ['update', 'person', '|move|update:identifying:email|', [], 'move'],
  ['update', 'department', '|move|', ['leader'], 'move'],
  ['update', 'department', '||', ['leader'], 'leader'],
  ['update', 'group', '||', ['leader'], 'update'],
  ['remove', 'person', '|delete|', [], 'remove'],
] as const)('%s of a %s with %s and %j is listed as %s', (action, type, kinds, relations, deed) => {
  expect(deedOf({ action, type, kinds, edges: relations.map((relation) => ({ relation })) })).toBe(deed);
});

it('an action stands for all that lists tell apart in it', () => {
  for (const action of Object.keys(actions)) expect(deedsNamed([action], undefined)).toContain(action);
  expect(deedsNamed(['update'], undefined)).toEqual(['update', 'identifier', 'move', 'leader']);
  expect(deedsNamed(['update', 'disable'], ['move', 'remove'])).toEqual(['move']);
  expect(deedsNamed([], ['move'])).toEqual(['move']);
  expect(deedsNamed(undefined, [])).toBeUndefined();
  for (const deed of deedNames) expect(actions).toHaveProperty(deeds[deed].action);
});
