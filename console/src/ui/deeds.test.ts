// Whoever may not do something is told which deed it is: every one that an entry of the inbox leads to has a name.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import type { WireName } from '../../../src/server/api/wire.ts';
import { routes } from '../api/generated.ts';
import { deeds as words } from '../i18n/en/deeds.ts';
import { deeds } from './deeds.ts';

it('every deed of the inbox that not everybody may do has a name', () => {
  const file = readFileSync(join(import.meta.dirname, '../../../src/engine/operations/waiting.ts'), 'utf8');
  const reachable = [
    ...file
      .split('const reachable')[1]!
      .split('};')[0]!
      .matchAll(/^ {2}'([\w.-]+)':/gm),
  ].map((match) => match[1]!);
  expect(reachable.length).toBeGreaterThan(20);
  const closed = reachable.filter((name) => routes[name as WireName]!.method !== 'GET' && routes[name as WireName]!.role !== 'viewer');
  expect(closed.filter((name) => !(name in deeds))).toEqual([]);
});

it('no two deeds have the same name', () => {
  expect(new Set(Object.values(words)).size).toBe(Object.keys(deeds).length);
});
