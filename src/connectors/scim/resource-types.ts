// What a system says of the kinds of resources it has: where they lie, and with which extensions.
//
// @see https://www.rfc-editor.org/rfc/rfc7643#section-6, https://www.rfc-editor.org/rfc/rfc7644#section-4
import type { Kind } from './client.ts';
import { ENTERPRISE } from './places.ts';
import type { ResourceType } from './wire.ts';

export interface Resources {
  /** The kinds it lists. */
  readonly has: ReadonlySet<Kind>;
  /** Below the base address; a kind that lies elsewhere is missing, since the credential is meant for the base address alone. */
  readonly paths: Readonly<Partial<Record<Kind, string>>>;
  /** What its departments call themselves. */
  readonly departmentSchema: string | undefined;
  /** Whether users may carry the enterprise extension; undefined: it names no extensions at all. */
  readonly enterprise: boolean | undefined;
  /** Extensions of users that nobody here knows. */
  readonly others: readonly string[];
}

const DEPARTMENT = /:(organi[sz]ation|department|orgunit|organi[sz]ationalunit)s?$/i;
const kinds: readonly (readonly [Kind, RegExp])[] = [
  ['users', /:core:2\.0:user$/i],
  ['groups', /:core:2\.0:group$/i],
  ['departments', DEPARTMENT],
];

/** null where it says nothing that could be relied on: a list without users is none. */
export function resourcesOf(types: readonly ResourceType[] | null, base: string): Resources | null {
  const found = new Map(
    kinds.flatMap(([kind, schema]) => {
      const type = types?.find((one) => schema.test(one.schema));
      return type ? [[kind, type] as const] : [];
    }),
  );
  const user = found.get('users');
  if (!user) return null;
  const extensions = user.schemaExtensions?.map(({ schema }) => schema);
  return {
    has: new Set(found.keys()),
    paths: Object.fromEntries(
      [...found].flatMap(([kind, { endpoint }]) => {
        const path = pathBelow(endpoint, base);
        return path === undefined ? [] : [[kind, path]];
      }),
    ),
    departmentSchema: found.get('departments')?.schema,
    enterprise: extensions?.some((schema) => schema.toLowerCase() === ENTERPRISE.toLowerCase()),
    others: (extensions ?? []).filter((schema) => schema.toLowerCase() !== ENTERPRISE.toLowerCase()),
  };
}

/** `/Users` means the one below the base address; some write that address before it. */
function pathBelow(endpoint: string, base: string): string | undefined {
  const from = new URL(`${base.replace(/\/+$/, '')}/`);
  const isWhole = /^[a-z][a-z\d+.-]*:/i.test(endpoint) || endpoint.startsWith(from.pathname);
  const text = isWhole ? endpoint : endpoint.replace(/^[\\/]+/, '');
  if (!URL.canParse(text, from)) return undefined;
  const { origin, pathname } = new URL(text, from);
  const path = pathname.slice(from.pathname.length).replace(/\/+$/, '');
  return origin === from.origin && pathname.startsWith(from.pathname) && path !== '' ? path : undefined;
}
