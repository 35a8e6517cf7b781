// The gallery, and with it the test that asks axe about every page, know all pages that the console has.
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { describe, expect, it } from 'vitest';
import { places } from './pages.ts';
import type { World } from './world.ts';

/** As React Router has it. */
interface Route {
  readonly path?: string;
  readonly children?: readonly Route[];
}

const world: World = {
  jobs: { hr: 1, studio: 2, ldap: 3, app: 4, crm: 5 },
  runs: { first: 1, second: 2, dry: 3, failed: 4, partly: 5, app: 6, preview: 7, undone: 8, undo: 9 },
  person: 'p',
  namesakes: ['p', 'q'],
  leaver: 'r',
  consultant: 's',
  department: 'd',
  groups: { list: 'g', rule: 'h' },
  edit: 1,
  stop: async () => {},
};

/** Their types are those of pages, which are checked with the console. */
const { pageRoutes } = (await import(
  String(pathToFileURL(join(import.meta.dirname, '..', '..', '..', 'console', 'src', 'app', 'page-routes.ts')))
)) as { readonly pageRoutes: readonly Route[] };

/** Addresses of all pages, with the first one; a page that only frames others is theirs. */
const addressesIn = (routes: readonly Route[], above: readonly string[]): string[] =>
  routes.flatMap(({ path = '', children }) => {
    const parts = [...above, ...path.split('/').filter((part) => part !== '')];
    return children ? addressesIn(children, parts) : [parts.join('/')];
  });
const addresses = ['', ...addressesIn(pageRoutes, [])];

const isName = (part: string): boolean => part.startsWith(':');
/** The page that stands at an address: what is written out goes before what is any name. */
function pageAt(shown: string): string {
  const at = shown.split('?')[0]!.split('/').slice(1).filter(Boolean);
  const fitting = addresses.filter((address) => {
    const parts = address.split('/').filter(Boolean);
    return parts.length === at.length && parts.every((part, index) => isName(part) || part === at[index]);
  });
  return fitting.toSorted((a, b) => a.split('/').filter(isName).length - b.split('/').filter(isName).length)[0] ?? '*';
}

describe('the pages that the gallery knows', () => {
  it('are all that the console has', () => {
    const paths = places.flatMap((place) => place.path(world) ?? []).filter((path) => !path.startsWith('~'));
    const known = new Set(paths.map(pageAt));
    expect(addresses.filter((address) => !known.has(address))).toEqual([]);
  });

  it('have names of their own', () => {
    const names = places.map(({ name }) => name);
    expect(names.filter((name, index) => names.indexOf(name) !== index)).toEqual([]);
  });
});
