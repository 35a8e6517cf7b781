// A list of the size we promise is read in little memory.
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { desk } from './test-support.ts';

test('a hundred thousand people are read with a heap of 60 MB', { timeout: 120_000 }, async () => {
  const place = await desk();
  const rows = Array.from({ length: 100_000 }, (_, index) => {
    const number = String(index).padStart(6, '0');
    return `${number},姓名${number},总公司/部门${index % 300}/小组${index % 2000},${String(index % 1000).padStart(6, '0')},在职,+86199${number}00,p${number}@example.com,工程师,2020-01-01\n`;
  });
  const path = await place.put('big.csv', `工号,姓名,部门,上级,状态,手机,邮箱,职位,入职日期\n${rows.join('')}`);
  const script = fileURLToPath(new URL('./test-big-read.ts', import.meta.url));
  const run = spawnSync(process.execPath, ['--max-old-space-size=60', script, path, join(place.root, 'big')], {
    encoding: 'utf8',
  });
  expect(run.stderr).not.toContain('heap out of memory');
  expect(JSON.parse(run.stdout)).toMatchObject({ people: 100_000, complete: true, found: 'found', gone: 'gone' });
});
