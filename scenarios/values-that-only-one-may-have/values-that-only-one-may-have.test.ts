// Unique values: names that are made, kept for life and not given away too early; values that two people swap.
import { describe, expect, it } from 'vitest';
import { openScene, roomy, type Scene } from '../../test/support/plain-scene.ts';
import { plainDown, plainUp } from '../../test/support/plain-system.ts';

const policy = { policy: { guard: roomy, leaver: { gone: 'delete' } } } as const;
const PATTERNS = ['${pinyin(name)}', '${pinyin(name)}{n}'];
const naming = {
  ...policy,
  mapping: {
    ...plainUp(),
    person: plainUp().person!.map((row) => (row.target === 'userName' ? { target: 'userName', unique: PATTERNS } : row)),
  },
};

async function deleteEverywhere(scene: Scene, id: string): Promise<void> {
  scene.hr.delete('person', id);
  for (let again = 0; again < 2; again++) {
    await scene.sync();
    await scene.bench.approveAll();
  }
}
const userName = async (scene: Scene, id: string) => (await scene.known(id))?.attributes.userName;

describe('thirty people called 张伟', () => {
  it('get thirty user names: the first free of several patterns, which they keep', async () => {
    const scene = await openScene({ people: 30, up: naming, down: policy });
    for (let id = 1; id <= 30; id++) scene.hr.set('person', String(id), { name: '张伟' });
    await scene.sync();
    const before = new Map((await scene.people()).map((person) => [person.id, person.attributes.userName]));
    expect([...before.values()].sort()).toEqual(['zhangwei', ...Array.from({ length: 29 }, (_, index) => `zhangwei${index + 2}`)].sort());
    expect(new Set(scene.app.all('person').map((account) => account.attributes.login))).toEqual(new Set(before.values()));
    // A new name of the person, a departure and a newcomer change nobody's user name.
    scene.hr.set('person', '3', { name: '李娜' });
    scene.hr.person('31', 'main', { name: '张伟' });
    await scene.sync();
    for (const [id, name] of before) expect((await scene.people()).find((person) => person.id === id)!.attributes.userName).toBe(name);
    expect(await userName(scene, '31')).toBe('zhangwei31');
  });

  it('meet names that the directory or the plan has already', async () => {
    const scene = await openScene({ people: 3, up: policy });
    scene.hr.set('person', '1', { login: 'ZhangWei' });
    await scene.bench.run(scene.up);
    const other = await scene.addJob(scene.hr, 'up', { ...naming, name: 'naming', rank: 50 });
    for (const id of ['2', '3']) scene.hr.set('person', id, { name: '张伟' });
    scene.hr.person('4', 'main', { name: '张伟' });
    await scene.bench.run(other);
    expect(await userName(scene, '1')).toBe('ZhangWei');
    expect(await userName(scene, '4')).toBe('zhangwei2');
  });
});

describe('the user name of somebody who is deleted', () => {
  it('is not given to somebody else within the cooling days, and is free after them', async () => {
    const scene = await openScene({ people: 2, up: naming, down: policy });
    scene.hr.set('person', '1', { name: '张伟' });
    await scene.sync();
    expect(await userName(scene, '1')).toBe('zhangwei');
    await deleteEverywhere(scene, '1');
    scene.hr.person('3', 'main', { name: '张伟' });
    await scene.sync();
    expect(await userName(scene, '3')).toBe('zhangwei2');
    scene.days(181);
    scene.hr.person('4', 'main', { name: '张伟' });
    await scene.sync();
    expect(await userName(scene, '4')).toBe('zhangwei');
  });

  it('is theirs again when they come back in time', async () => {
    const scene = await openScene({ people: 2, up: naming, down: policy });
    scene.hr.set('person', '1', { name: '张伟' });
    await scene.sync();
    await deleteEverywhere(scene, '1');
    scene.hr.person('3', 'main', { name: '张伟' });
    scene.hr.person('1', 'main', { name: '张伟' });
    await scene.sync();
    expect(await userName(scene, '1')).toBe('zhangwei');
    expect(await userName(scene, '3')).toBe('zhangwei2');
  });

  it('is another one when they come back too late and it was given away', async () => {
    const scene = await openScene({ people: 2, up: naming, down: policy });
    scene.hr.set('person', '1', { name: '张伟' });
    await scene.sync();
    await deleteEverywhere(scene, '1');
    scene.days(181);
    scene.hr.person('3', 'main', { name: '张伟' });
    await scene.sync();
    scene.hr.person('1', 'main', { name: '张伟' });
    await scene.sync();
    expect(await userName(scene, '3')).toBe('zhangwei');
    expect(await userName(scene, '1')).toBe('zhangwei2');
    for (const id of ['1', '3']) scene.hr.set('person', id, { title: 'later' });
    await scene.sync();
    expect([await userName(scene, '3'), await userName(scene, '1')]).toEqual(['zhangwei', 'zhangwei2']);
    expect(await scene.items()).toEqual([]);
  });
});

describe('a name made for the target', () => {
  const inTarget = {
    ...policy,
    mapping: {
      ...plainDown(),
      person: plainDown().person!.map((row) =>
        row.target === 'login' ? { target: 'login', unique: ['${pinyin(displayName)}', '${pinyin(displayName)}{n}'] } : row,
      ),
    },
  };

  it('avoids the accounts that are there, is kept, and cools down after the deletion', async () => {
    const scene = await openScene({ people: 3, up: policy, down: inTarget });
    scene.app.put('person', 'stranger', { name: 'Stranger', login: 'ZHANGWEI' });
    for (const id of ['1', '2']) scene.hr.set('person', id, { name: '张伟' });
    await scene.sync();
    expect(['1', '2'].map((id) => scene.account(id)!.attributes.login).sort()).toEqual(['zhangwei2', 'zhangwei3']);
    const gone = scene.account('1')!.attributes.login;
    await deleteEverywhere(scene, '1');
    expect(scene.account('1')).toBeUndefined();
    scene.hr.person('4', 'main', { name: '张伟' });
    await scene.sync();
    expect(scene.account('4')!.attributes.login).toBe('zhangwei4');
    scene.days(181);
    scene.hr.person('5', 'main', { name: '张伟' });
    await scene.sync();
    expect(scene.account('5')!.attributes.login).toBe(gone);
  });
});

describe('somebody who has departed', () => {
  it('keeps the name while the account is there, and leaves it free when the account has been deleted long enough', async () => {
    const inTarget = {
      policy: { guard: roomy, leaver: { departed: 'delete' } },
      mapping: {
        ...plainDown(),
        person: plainDown().person!.map((row) =>
          row.target === 'login' ? { target: 'login', unique: ['${pinyin(displayName)}', '${pinyin(displayName)}{n}'] } : row,
        ),
      },
    } as const;
    const scene = await openScene({ people: 3, up: { policy: { guard: roomy, leaver: { departed: 'disable' } } }, down: inTarget });
    scene.hr.set('person', '1', { name: '张伟' });
    await scene.sync();
    scene.hr.set('person', '1', { status: 'departed' });
    await scene.sync();
    await scene.bench.approveAll();
    expect(scene.account('1')).toBeUndefined();
    await scene.sync();
    scene.hr.set('person', '2', { name: '张伟' });
    scene.hr.person('4', 'main', { name: '张伟' });
    await scene.sync();
    expect(scene.account('4')!.attributes.login).toBe('zhangwei2');
    scene.days(181);
    scene.hr.person('5', 'main', { name: '张伟' });
    await scene.sync();
    expect(scene.account('5')!.attributes.login).toBe('zhangwei');
  });
});

describe('values that are swapped', () => {
  const phones = (scene: Scene, ids: readonly string[]) => ids.map((id) => scene.account(id)!.attributes.phone);

  it.each([
    ['two', ['1', '2']],
    ['four, round in a circle,', ['1', '2', '3', '4']],
  ] as const)('by %s people arrive in the directory and below', async (_, ids) => {
    const scene = await openScene({ people: 6, up: policy, down: policy });
    await scene.sync();
    const before = phones(scene, ids);
    for (const [index, id] of ids.entries()) scene.hr.set('person', id, { phone: before[(index + 1) % ids.length]! });
    await scene.sync();
    await scene.sync();
    expect(phones(scene, ids)).toEqual(ids.map((_id, index) => before[(index + 1) % ids.length]));
    expect(await scene.items()).toEqual([]);
    const writes = scene.app.writes;
    await scene.sync();
    expect(scene.app.writes).toBe(writes);
  });

  it('pass down a chain: a newcomer takes the phone of somebody who gets a new one', async () => {
    const scene = await openScene({ people: 3, up: policy, down: policy });
    await scene.sync();
    const [first, second] = phones(scene, ['1', '2']);
    scene.hr.set('person', '1', { phone: '+86 13900000000' });
    scene.hr.set('person', '2', { phone: first! });
    scene.hr.person('4', 'main', { phone: second! });
    await scene.sync();
    await scene.sync();
    expect(phones(scene, ['1', '2', '4'])).toEqual(['+86 13900000000', first, second]);
    expect(await scene.items()).toEqual([]);
  });

  it('are not had by two when the limit lets only one half of the swap through', async () => {
    const tight = { policy: { guard: { ...roomy, limits: { ...roomy.limits, identifying: { count: 1, percent: 0 } } } } };
    const scene = await openScene({ people: 6, up: tight, down: policy });
    await scene.sync();
    const [first, second] = phones(scene, ['1', '2']);
    // One change uses up the window, so that of the swap nothing, or only one half, is let through.
    scene.hr.set('person', '1', { phone: second! });
    scene.hr.set('person', '2', { phone: first! });
    await scene.sync();
    await scene.bench.engine.approve([(await scene.bench.held())[0]!.id], 'approver');
    await scene.bench.engine.drain();
    const values = (await scene.people()).map((person) => person.attributes.phone);
    expect(new Set(values).size).toBe(values.length);
    await scene.bench.approveAll();
    await scene.sync();
    await scene.bench.approveAll();
    await scene.sync();
    expect(phones(scene, ['1', '2'])).toEqual([second, first]);
    expect(await scene.heldIn('open', 'approved')).toEqual([]);
  });
});
