// Copies of a file that two read at once.
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import { abandonCopy, beginCopy, completeCopy, type CopyFacts } from './copy.ts';

it('whoever ends first leaves the other its copy; what is given up or old goes', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'tributary-copies-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  const facts = (id: string): CopyFacts => ({ id }) as CopyFacts;
  const [a, b, c] = [await beginCopy(folder, 'a'), await beginCopy(folder, 'b'), await beginCopy(folder, 'c')];
  await completeCopy(folder, facts('a'));
  expect([a, b, c].map(existsSync)).toEqual([true, true, true]);
  await abandonCopy(c);
  await completeCopy(folder, facts('b'));
  expect([a, b, c].map(existsSync)).toEqual([true, true, false]);
  for (const id of ['d', 'e', 'f', 'g']) {
    await beginCopy(folder, id);
    await completeCopy(folder, facts(id));
  }
  expect([a, b].map(existsSync)).toEqual([false, false]);
  expect(existsSync(join(folder, 'copy-f'))).toBe(true);
});
