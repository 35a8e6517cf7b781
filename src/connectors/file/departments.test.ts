// What rows refer to: departments as paths or as a table of their own, the part below one of them, and managers.
import { describe, expect, test } from 'vitest';
import { desk, everything, readAll } from './test-support.ts';

describe('departments', () => {
  test('a path makes all departments on the way, parents first', async () => {
    const place = await desk();
    const connection = await place.open({
      path: await place.put('a.csv', '工号,姓名,部门\n1,甲,总公司 / 研发部/平台组\n2,乙,总公司／研发部\n3,丙,\n'),
    });
    const departments = await readAll(connection, 'department');
    expect(departments.objects.map((object) => [object.id, object.attributes.parent])).toEqual([
      ['总公司', null],
      ['总公司/研发部', '总公司'],
      ['总公司/研发部/平台组', '总公司/研发部'],
    ]);
    const { byId } = await readAll(connection);
    expect(byId('2')?.edges?.membership).toEqual([{ to: { type: 'department', id: '总公司/研发部' }, primary: true }]);
    expect(byId('3')?.edges?.membership).toEqual([]);
  });

  test('several departments come from a second column or from further rows', async () => {
    const place = await desk();
    const ids = (edges: readonly { to: { id: string }; primary?: boolean }[] | undefined) =>
      edges?.map((edge) => [edge.to.id, edge.primary]);
    const column = await readAll(await place.open({ path: await place.put('a.csv', '工号,姓名,部门,兼职部门\n1,甲,A/B,C；A/D\n') }));
    expect(ids(column.byId('1')?.edges?.membership)).toEqual([
      ['A/B', true],
      ['C', false],
      ['A/D', false],
    ]);
    const rows = await readAll(
      await place.open({
        path: await place.put('b.csv', '工号,姓名,部门,职位,是否主岗\n1,甲,A,工程师,否\n2,乙,A,,是\n1,甲,B,经理,是\n3,丙,A,,\n3,丁,B,,\n'),
        extraRows: true,
      }),
    );
    expect(rows.byId('1')?.attributes.title).toBe('经理');
    expect(rows.byId('1')?.edges?.membership).toMatchObject([
      { to: { id: 'B' }, primary: true, title: '经理' },
      { to: { id: 'A' }, primary: false, title: '工程师' },
    ]);
    expect(rows.byId('3')).toBeUndefined();
    expect(rows.unreadable).toHaveLength(2);
  });

  test('a file of departments gives codes, order, parents and leaders; circles and unknown departments are listed', async () => {
    const place = await desk();
    await place.put(
      'departments.csv',
      '部门编码,部门名称,上级部门编码,排序,负责人\nD2,研发部,D1,2,甲\nD1,总公司,0,1,\nX,圈,Y,,\nY,圈二,X,,\n',
    );
    const path = await place.put('people.csv', '工号,姓名,部门\n1,甲,D2\n2,乙,总公司/研发部\n3,丙,没有\n4,丁,研发部\n');
    const connection = await place.open({ path, departmentsPath: 'departments.csv' });
    const departments = await readAll(connection, 'department');
    expect(departments.objects.map((object) => object.id)).toEqual(['D1', 'D2']);
    expect(departments.byId('D2')).toMatchObject({
      attributes: { name: '研发部', parent: 'D1', order: 2 },
      edges: { leader: [{ to: { id: '1' } }] },
    });
    expect(departments.unreadable.map((event) => event.id).sort()).toEqual(['X', 'Y']);
    const { byId, unreadable } = await readAll(connection);
    expect([byId('1'), byId('2'), byId('4')].map((object) => object?.edges?.membership?.[0]?.to.id)).toEqual(['D2', 'D2', 'D2']);
    expect(byId('3')?.edges).toBeUndefined();
    expect(unreadable).toMatchObject([{ id: '3' }]);
  });

  test('a part below one department holds its people, and get says who lies in it', async () => {
    const place = await desk();
    const connection = await place.open({
      path: await place.put('a.csv', '工号,姓名,部门\n1,甲,A/B/C\n2,乙,A\n3,丙,D\n'),
    });
    expect((await readAll(connection, 'person', { under: 'A/B' })).objects.map((object) => object.id)).toEqual(['1']);
    expect((await readAll(connection, 'department', { under: 'A/B' })).objects.map((object) => object.id)).toEqual(['A/B', 'A/B/C']);
    const { answers } = await connection.get!('person', ['1', '3'], {
      ...everything('person'),
      part: { under: 'A/B' },
    });
    expect([...answers.values()].map((answer) => answer.state === 'found' && answer.inPart)).toEqual([true, false]);
  });

  test('a file without departments takes none away', async () => {
    const place = await desk();
    const connection = await place.open({ path: await place.put('a.csv', '工号,姓名\n1,甲\n') });
    expect(await readAll(connection, 'department')).toMatchObject({ objects: [], end: { complete: false } });
    expect((await connection.get!('department', ['A'], everything('department'))).answers.get('A')?.state).toBe('unknown');
  });
});

describe('managers', () => {
  test('a name that several people have is reported, a name that one has is found, a number outside is passed on', async () => {
    const place = await desk();
    const path = await place.put(
      'a.csv',
      '工号,姓名,直属上级\n1,张伟,\n2,张伟,李 娜\n3,李娜,张伟\n4,王芳,E900\n5,赵敏,张伟(2)\n6,孙丽,没有这人\n',
    );
    const { byId, unreadable } = await readAll(await place.open({ path }));
    expect(byId('2')?.attributes.manager).toBe('3');
    expect(byId('3')?.attributes).not.toHaveProperty('manager');
    expect(byId('4')?.attributes.manager).toBe('E900');
    expect(byId('5')?.attributes.manager).toBe('2');
    expect(unreadable.map((event) => event.id)).toEqual(['3', '6']);
    expect(unreadable[0]!.reason.en).toContain('several people');
  });
});
