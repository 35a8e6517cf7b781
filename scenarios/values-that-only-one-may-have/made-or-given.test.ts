// A value that a rule of ours made of the name is not said to be the source's own: that would send people to a field that is not there.
import { expect, it } from 'vitest';
import { ask } from '../../test/support/asking.ts';
import { openScene, roomy } from '../../test/support/plain-scene.ts';
import { plainUp } from '../../test/support/plain-system.ts';

it('explain tells what the rule made from what the source gave', async () => {
  const person = [
    ...plainUp().person!.filter((row) => row.target !== 'userName'),
    { target: 'userName', unique: ['${login}', '${pinyin(name)}', '${pinyin(name)}{n}'], when: 'create' as const },
    { target: 'userName', field: 'login', when: 'update' as const },
  ];
  const scene = await openScene({ people: 2, up: { policy: { guard: roomy }, mapping: { ...plainUp(), person } } });
  scene.hr.set('person', '1', { name: '罗勇', login: null });
  scene.hr.set('person', '2', { name: '郭芳', login: 'GuoFang' });
  await scene.bench.run(scene.up);
  const said = async (number: string) =>
    (await ask(scene, 'explain', { person: number })).object!.attributes.map(({ name, said }) => [
      name,
      said.map(({ value, made }) => [value, made]),
    ]);
  expect(await said('N-1')).toEqual(
    expect.arrayContaining([
      ['userName', [['luoyong', true]]],
      ['displayName', [['罗勇', false]]],
    ]),
  );
  expect(await said('N-2')).toEqual(expect.arrayContaining([['userName', [['GuoFang', false]]]]));
});
