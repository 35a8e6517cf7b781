// Whatever is written into the audit log has a name that people can read.
import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { auditWords } from './audit-words.ts';

const source = join(import.meta.dirname, '..');
const files = globSync('{engine,cli,store}/**/*.ts', { cwd: source }).filter((file) => !/test|words|conformance/.test(file));

it('every action that the code names has words', () => {
  const named = files
    .map((file) => readFileSync(join(source, file), 'utf8'))
    .filter((text) => /\baudit\(/.test(text))
    .flatMap((text) =>
      [...text.matchAll(/(?:\baction: |\bnoted?\()[^\n]*'[a-z]+\.[a-z-]+'/g)].flatMap(
        ([line]) => line.match(/[a-z]+\.[a-z-]+(?=')/g) ?? [],
      ),
    );
  expect(new Set(named).size).toBeGreaterThan(30);
  // The second of two that a line chooses from is looked at, too.
  expect(named).toEqual(expect.arrayContaining(['job.resume', 'person.apart', 'person.not-apart', 'directory.restore']));
  expect(named.filter((action) => !(action in auditWords))).toEqual([]);
});

it('every change that a configuration file makes has words', () => {
  const kinds = ['attribute', 'channel', 'connection', 'draft', 'job', 'lookup'].flatMap((kind) =>
    ['add', 'change', 'remove'].map((action) => `${kind}.${action}`),
  );
  const named = [...kinds, 'forwarding.change', 'notices.change', 'protected.add', 'protected.remove', 'settings.change'];
  expect(named.filter((action) => !(action in auditWords))).toEqual([]);
});
