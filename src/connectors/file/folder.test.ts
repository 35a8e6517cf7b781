// The watched folder: which file is taken, when it rests, where it goes, and that nothing outside is ever touched.
import { mkdir, readdir, symlink, unlink, utimes, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { desk, type Desk, readAll } from './test-support.ts';
import { inside, placeOf } from './pickup.ts';

const list = (...names: string[]): string => `工号,姓名\n${names.map((name, index) => `${index + 1},${name}\n`).join('')}`;

async function putAt(place: Desk, name: string, content: string, minute: number): Promise<string> {
  const path = await place.put(name, content);
  await utimes(path, new Date(2026, 4, 1, 8, minute), new Date(2026, 4, 1, 8, minute));
  return path;
}

test('the newest file of the folder is read; lock files and files still being copied are not', async () => {
  const place = await desk();
  await putAt(place, 'b.csv', list('新'), 2);
  await putAt(place, 'a.csv', list('旧'), 1);
  for (const name of ['~$b.xlsx', '.hidden.csv', 'c.csv.part', 'notes.pdf']) await putAt(place, name, 'x', 9);
  expect((await readAll(await place.open({}))).objects.map((object) => object.attributes.displayName)).toEqual(['新']);
});

test('a pattern chooses among the files', async () => {
  const place = await desk();
  await putAt(place, 'staff-1.csv', list('对'), 1);
  await putAt(place, 'other.csv', list('错'), 2);
  expect((await readAll(await place.open({ path: join(place.inbox, 'staff-*.csv') }))).byId('1')?.attributes.displayName).toBe('对');
});

test('a file that still grows is not read', async () => {
  const place = await desk();
  const path = await place.put('a.csv', list('甲'));
  let looks = 0;
  const growing = await place.open({}, async () => {
    looks++;
    await writeFile(path, list(...Array.from({ length: looks + 1 }, (_, index) => `人${index}`)));
  });
  await expect(readAll(growing)).rejects.toMatchObject({ kind: 'transient' });
  expect((await readAll(await place.open({}))).objects).toHaveLength(2);
});

test('while the newest file still grows the copy of the one before is read', async () => {
  const place = await desk();
  await putAt(place, 'a.csv', list('甲'), 1);
  let path = '';
  const connection = await place.open({}, async () => {
    if (path) await writeFile(path, list('x', 'y', 'z', String(Math.random())));
  });
  await readAll(connection);
  path = await place.put('b.csv', list('x'));
  await expect(readAll(connection)).rejects.toMatchObject({ kind: 'transient' });
  expect(
    (
      await connection.get!('person', ['1'], {
        attributes: ['displayName'],
        relations: [],
        now: 0,
        signal: new AbortController().signal,
      })
    ).answers.get('1'),
  ).toMatchObject({
    object: { attributes: { displayName: '甲' } },
  });
});

test('files are moved only when that is configured, and reading goes on from the copy', async () => {
  const place = await desk();
  await putAt(place, 'old.csv', list('旧'), 1);
  await putAt(place, 'new.csv', list('新'), 2);
  await readAll(await place.open({}));
  expect((await readdir(place.inbox)).sort()).toEqual(['new.csv', 'old.csv']);
  const moving = await place.open({ afterReading: 'move' });
  await place.put('newest.csv', list('最新'));
  await readAll(moving);
  expect(await readdir(place.inbox)).toEqual(['done']);
  expect((await readdir(join(place.inbox, 'done'))).sort()).toEqual(['new.csv', 'newest.csv', 'old.csv']);
  const { objects, end } = await readAll(moving);
  expect(objects.map((object) => object.attributes.displayName)).toEqual(['最新']);
  expect(end.complete).toBe(true);
});

test('a broken file goes to failed, the copy stays, and a second file of the same name is kept too', async () => {
  const place = await desk();
  const connection = await place.open({ afterReading: 'move' });
  await place.put('a.csv', list('甲'));
  await readAll(connection);
  await place.put('a.csv', '');
  await expect(readAll(connection)).rejects.toMatchObject({ kind: 'bad-response' });
  expect(await readdir(join(place.inbox, 'failed'))).toEqual(['a.csv']);
  expect((await readAll(connection)).objects).toHaveLength(1);
  await place.put('a.csv', list('甲', '乙'));
  expect((await readAll(connection)).objects).toHaveLength(2);
  expect(await readdir(join(place.inbox, 'done'))).toHaveLength(2);
});

test('an empty folder is an error, also after there was a list', async () => {
  const place = await desk();
  const connection = await place.open({});
  await expect(readAll(connection)).rejects.toMatchObject({ kind: 'config' });
  const path = await place.put('a.csv', list('甲'));
  await readAll(connection);
  await unlink(path);
  await expect(readAll(connection)).rejects.toMatchObject({ kind: 'config' });
});

test('links out of the folder are not followed, and names cannot lead out of it', async () => {
  const place = await desk();
  const secret = join(place.root, 'secret.csv');
  await writeFile(secret, list('外'));
  await putAt(place, 'a.csv', list('内'), 1);
  await symlink(secret, join(place.inbox, 'b.csv'));
  expect((await readAll(await place.open({}))).byId('1')?.attributes.displayName).toBe('内');
  await expect(readAll(await place.open({ departmentsPath: '../secret.csv' }))).rejects.toMatchObject({
    kind: 'config',
  });
  expect(() => inside('/data/in', '/etc/passwd')).toThrow();
  await expect(placeOf('/etc/passwd')).resolves.toMatchObject({ folder: '/etc' });
  await expect(readAll(await place.open({ path: '/etc/passwd' }))).rejects.toMatchObject({ kind: 'config' });
});

test('a done folder that is a link elsewhere is not used', async () => {
  const place = await desk();
  const elsewhere = join(place.root, 'elsewhere');
  await mkdir(elsewhere);
  await symlink(elsewhere, join(place.inbox, 'done'));
  await place.put('a.csv', list('甲'));
  await readAll(await place.open({ afterReading: 'move' }));
  expect(await readdir(elsewhere)).toEqual([]);
  expect(await readdir(place.inbox)).toContain('a.csv');
});
