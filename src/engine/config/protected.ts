// Accounts that are not to be touched, as a section of the configuration file: connection → type → account → reason.
import { z } from 'zod';
import type { Reader, Transaction } from '../../store/database.ts';
import { dropProtected, protectedPage, putProtected, type ProtectedRow } from '../../store/protected.ts';
import type { ConfigEntry, SettingChange } from './compare.ts';
import type { ConfigProblem } from './document.ts';

const named = z.string().min(1);
export const protectedSection = z
  .record(named, z.record(named, z.record(named, z.string().trim().min(1).max(500))))
  .default({})
  .describe('Those that are not named stay protected, unless the file is applied with prune.');
export type ProtectedSection = z.output<typeof protectedSection>;

const PAGE = 10_000;

/** Of these connections. */
export async function presentProtected(reader: Reader, connections: readonly string[]): Promise<ProtectedSection> {
  const found: ProtectedSection = {};
  for (const connection of connections) {
    for (let after: readonly [string, string] = ['', '']; ; ) {
      const page = await protectedPage(reader, connection, after, PAGE);
      for (const row of page) ((found[connection] ??= {})[row.type] ??= {})[row.external_id] = row.reason;
      if (page.length < PAGE) break;
      after = [page.at(-1)!.type, page.at(-1)!.external_id];
    }
  }
  return found;
}

/** Without the connection nothing can be protected there. */
export const protectedProblems = (section: ProtectedSection, known: ReadonlySet<string>): readonly ConfigProblem[] =>
  Object.keys(section)
    .filter((connection) => !known.has(connection))
    .map((connection) => ({
      path: ['protected', connection],
      problem: {
        en: `there is no connection "${connection}". There are: ${[...known].sort().join(', ')}`,
        zh: `没有连接“${connection}”。现有：${[...known].sort().join(', ')}`,
      },
    }));

type Accounts = ProtectedSection[string];
/** `person root` → why */
const flat = (accounts: Accounts = {}): ReadonlyMap<string, string> =>
  new Map(Object.entries(accounts).flatMap(([type, ids]) => Object.entries(ids).map(([id, reason]) => [`${type} ${id}`, reason] as const)));

export function protectedEntries(wanted: ProtectedSection, present: ProtectedSection, prune: boolean): readonly ConfigEntry[] {
  const connections = prune ? new Set([...Object.keys(wanted), ...Object.keys(present)]) : new Set(Object.keys(wanted));
  return [...connections].sort().map((name): ConfigEntry => {
    const [before, after] = [flat(present[name]), flat(wanted[name])];
    const changes = [...new Set([...before.keys(), ...after.keys()])]
      .sort()
      .map((path): SettingChange => ({ path, before: before.get(path) ?? null, after: after.get(path) ?? null }))
      .filter((change) => change.before !== change.after && (prune || change.after !== null));
    const action = changes.length === 0 ? 'same' : before.size === 0 ? 'add' : after.size === 0 ? 'remove' : 'change';
    return { kind: 'protected', name, number: null, action, changes };
  });
}

export async function saveProtected(transaction: Transaction, { name, changes }: ConfigEntry): Promise<void> {
  const accounts = changes.map(({ path, after }) => ({
    type: path.split(' ', 1)[0]!,
    id: path.slice(path.indexOf(' ') + 1),
    reason: after,
  }));
  await putProtected(
    transaction,
    name,
    accounts.flatMap(({ type, id, reason }): ProtectedRow[] => (reason === null ? [] : [{ type, external_id: id, reason }])),
  );
  for (const { type, id, reason } of accounts) if (reason === null) await dropProtected(transaction, name, type, id);
}
