// A short plan names people before it names their city, and says what it leaves out.
import { expect, it } from 'vitest';
import { sampleOf } from './plan-sample.ts';

const attribute = (name: string) => ({ name, label: { en: name, zh: name }, after: name });
const edge = (relation: string, name: string) => ({
  relation,
  name,
  label: { en: relation, zh: relation },
  op: 'add' as const,
  type: 'department',
  facts: {},
});

it('user name and department are among the few values, and the rest is counted', () => {
  const names = [
    'city',
    'country',
    'costCenter',
    'displayName',
    'email',
    'employeeNumber',
    'gender',
    'locale',
    'mobile',
    'startDate',
    'userName',
  ];
  const sample = sampleOf({ attributes: names.map(attribute), edges: [edge('membership', '研发部'), edge('member', 'x')] });
  expect(sample.attributes.map((one) => one.name)).toEqual([
    'userName',
    'displayName',
    'email',
    'employeeNumber',
    'mobile',
    'city',
    'country',
  ]);
  expect(sample.edges.map((one) => one.name)).toEqual(['研发部']);
  expect(sample.left).toBe(5);
  expect(sampleOf({ attributes: [attribute('city')], edges: [] })).toMatchObject({ edges: [], left: 0 });
});
