// Every action has a name in lists, and updates are told apart by what people look for.
import { expect, it } from 'vitest';
import { deedNames, deedOf, deedsNamed, deeds } from './deed.ts';
import { actions } from './plan.ts';

const somebody = '01a2019c-38f8-7006-959a-c8de9c007c6c';
const [from, to, led] = [
  { relation: 'membership', op: 'remove', to_type: 'department' },
  { relation: 'membership', op: 'add', to_type: 'department' },
  { relation: 'leader', op: 'add', to_type: 'person' },
] as const;

it.each([
  ['create', 'person', '|create|move|', {}, [], 'create'],
  ['update', 'person', '|update:title|', { title: 'Dr' }, [], 'update'],
  ['update', 'person', '|update:identifying:email|update:title|', { email: 'a@b.cn' }, [], 'identifier'],
  ['update', 'person', '|move|update:identifying:email|', { email: 'a@b.cn' }, [], 'move'],
  ['update', 'person', '|membership-loss|update:identifying:manager|', { manager: somebody }, [from, to], 'move'],
  ['update', 'person', '|update:department|update:identifying:manager|', { manager: somebody }, [], 'move'],
  ['update', 'person', '|update:identifying:manager|', { manager: somebody }, [], 'manager'],
  ['update', 'person', '|update:identifying:leader_user_id|update:title|', { leader_user_id: 'ext:ou_7' }, [], 'manager'],
  ['update', 'person', '|update:identifying:email|update:identifying:manager|', { manager: somebody, email: 'a@b.cn' }, [], 'identifier'],
  ['update', 'person', '|membership-loss|', {}, [from], 'update'],
  ['update', 'department', '|move|', {}, [led], 'move'],
  ['update', 'department', '||', {}, [led], 'leader'],
  ['update', 'group', '||', {}, [led], 'update'],
  ['remove', 'person', '|delete|', {}, [], 'remove'],
] as const)('%s of a %s with %s, %j and %j is listed as %s', (action, type, kinds, after, edges, deed) => {
  expect(deedOf({ action, type, kinds, after: JSON.stringify(after), edges })).toBe(deed);
});

it('an action stands for all that lists tell apart in it', () => {
  for (const action of Object.keys(actions)) expect(deedsNamed([action], undefined)).toContain(action);
  expect(deedsNamed(['update'], undefined)).toEqual(['update', 'identifier', 'move', 'manager', 'leader']);
  expect(deedsNamed(['update', 'disable'], ['move', 'remove'])).toEqual(['move']);
  expect(deedsNamed([], ['move'])).toEqual(['move']);
  expect(deedsNamed(undefined, [])).toBeUndefined();
  for (const deed of deedNames) expect(actions).toHaveProperty(deeds[deed].action);
});
