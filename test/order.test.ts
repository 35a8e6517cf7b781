// The order of a whole run: what takes long begins early, short files fill the end.
import { expect, it } from 'vitest';
import { longestFirst } from './order.ts';

it('begins with PostgreSQL, and in each project with what is slow, then the stories, then the rest, long files first', () => {
  const file = (project: string, name: string, bytes = 1) => ({ project, file: name, bytes });
  const sorted = [
    file('full-postgres', 'sweep/sample.test.ts'),
    file('full-postgres', 'scenarios/a.test.ts', 9),
    file('full-postgres', 'test/a.test.ts', 99),
    file('full', 'scenarios/b.slow.test.ts'),
    file('full', 'scenarios/long.test.ts', 7),
    file('full', 'scenarios/short.test.ts', 6),
    file('full', 'src/core/long.test.ts', 99),
    file('full', 'src/core/short.test.ts', 98),
  ];
  for (let turn = 0; turn < sorted.length; turn += 1)
    expect([...sorted.slice(turn).reverse(), ...sorted.slice(0, turn)].sort(longestFirst)).toEqual(sorted);
});
