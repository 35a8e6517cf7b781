// While a scope is being written, its expressions are judged against what the source of the job has, before anything is saved.
import { expect, it } from 'vitest';
import { ask } from './support/asking.ts';
import { openScene } from './support/plain-scene.ts';

it('an expression of a scope is judged against the attributes of the side that the job reads', async () => {
  const scene = await openScene({ people: 2 });
  const wrong = async (direction: 'up' | 'down', person: string): Promise<readonly string[]> => {
    const { problems } = await ask(scene, 'scope.preview', { connection: 'hr', direction, scope: { rules: { person } } });
    return problems.map(({ type, problem }) => `${type}: ${problem.en}`);
  };
  // The source has a "kind", the directory has not; and the other way round.
  expect(await wrong('up', 'kind == "staff"')).toEqual([]);
  expect(await wrong('down', 'kind == "staff"')).toEqual([expect.stringMatching(/^person: .*kind/)]);
  expect(await wrong('down', 'employeeType == "staff"')).toEqual([]);
  expect(await wrong('up', 'employeeType == "staff"')).toEqual([expect.stringMatching(/^person: .*employeeType/)]);
  expect(await wrong('up', 'kind ==')).toHaveLength(1);
  // Whoever it is not true of stays out, so it has to be able to be true.
  expect(await wrong('up', '"a" + "b"')).toHaveLength(1);
});

it('without expressions there is nothing wrong, and the departments come as before', async () => {
  const scene = await openScene({ people: 2 });
  const { problems, departments } = await ask(scene, 'scope.preview', { connection: 'hr', direction: 'up' });
  expect([problems, departments.length > 0]).toEqual([[], true]);
});
