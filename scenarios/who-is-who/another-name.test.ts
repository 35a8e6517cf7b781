// A rule finds an account by a value that was given anew, or that we made up: it bears another name, and is told before the others.
import { expect, it } from 'vitest';
import { ask } from '../../test/support/asking.ts';
import { openScene, roomy } from '../../test/support/plain-scene.ts';

const bare = { name: null, number: null, mail: null, phone: null, login: null, title: null, note: null };
const byLogin = { person: [{ attribute: 'login' }], department: [{ attribute: 'code' }] };

async function company() {
  const scene = await openScene({ people: 3, up: { policy: { guard: roomy } }, down: { correlation: byLogin, policy: { guard: roomy } } });
  scene.hr.set('person', '1', { name: '罗勇', login: 'luoyong' });
  scene.hr.set('person', '2', { name: '郭芳', login: 'guofang' });
  scene.hr.set('person', '3', { name: '孙立', login: 'sunli' });
  scene.app.put('person', 'a1', { ...bare, name: '打印服务', login: 'luoyong' });
  scene.app.put('person', 'a2', { ...bare, name: 'Fang Guo', login: 'guofang' });
  scene.app.put('person', 'a3', { ...bare, login: 'sunli' });
  await scene.bench.run(scene.up);
  const compare = async () => {
    const { run } = await ask(scene, 'match.start', { job: scene.down });
    await scene.bench.engine.drain();
    const { types } = await ask(scene, 'match.get', { job: scene.down });
    return { run, sums: types.find(({ type }) => type === 'person')! };
  };
  const listed = async (kind: 'matched' | 'renamed' | 'other') =>
    (await ask(scene, 'match.list', { job: scene.down, kind })).rows.map(({ title, account, why }) => [
      title,
      account?.title ?? null,
      why?.en ?? null,
    ]);
  return { scene, compare, listed };
}

it('is counted and listed by itself; who is called the same in other letters, or bears no name there, is not', async () => {
  const { compare, listed } = await company();
  const { sums } = await compare();
  expect(sums).toMatchObject({ matched: 2, renamed: 1, create: 0 });
  expect(sums.says).toEqual({
    en: "3 matched (1 with another name), 0 ambiguous, 0 would be created, 0 nobody's",
    zh: '已匹配 3（其中 1 个姓名不同），不唯一 0，将新建 0，无主 0',
  });
  expect(await listed('renamed')).toEqual([['罗勇', '打印服务', null]]);
  expect((await listed('matched')).map(([title]) => title).toSorted()).toEqual(['孙立', '郭芳']);
});

it('is not the same: the list says why that person gets none, and which account has the value', async () => {
  const { scene, compare, listed } = await company();
  const { run } = await compare();
  await ask(scene, 'match.reject', { job: scene.down, run, pairs: [{ object: (await scene.known('1'))!.id, account: 'a1' }] });
  expect((await compare()).sums).toMatchObject({ matched: 2, renamed: 0, other: 1 });
  expect(await listed('other')).toEqual([
    ['罗勇', null, expect.stringContaining('"luoyong" in "login" is that of the account "打印服务"')],
  ]);
});

it('who has left is said to have', async () => {
  const { scene, compare, listed } = await company();
  scene.hr.set('person', '2', { status: 'departed' });
  await scene.bench.run(scene.up);
  await compare();
  expect(await listed('other')).toEqual([['郭芳', 'Fang Guo', 'departed']]);
});
