// A store with nothing but accounts, a clock that is set by hand, and acts that cost little.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import { auditEntries } from '../../store/audit.ts';
import type { Database } from '../../store/database.ts';
import { migrate } from '../../store/migrations.ts';
import { openSqlite } from '../../store/sqlite/database.ts';
import { createSealer } from '../sealing.ts';
import { performIn, type Perform } from './acts.ts';
import { isRefusal, type Admission, type Refusal, type SignInContext } from './context.ts';
import { makeLink } from './links.ts';

export const GOOD = 'correct horse battery staple';
export const visitor = { address: '192.0.2.7', agent: 'test' };

export interface Bench {
  readonly database: Database;
  readonly context: SignInContext;
  readonly perform: Perform;
  readonly clock: { now: number };
  /** Makes an account through an invitation, signed in. */
  account(name: string, roles: readonly string[], password?: string): Promise<Admission>;
  actions(): Promise<string[]>;
}

export async function openBench(): Promise<Bench> {
  const folder = mkdtempSync(join(tmpdir(), 'tributary-sign-in-'));
  const database = openSqlite({ path: join(folder, 'tributary.db') });
  onTestFinished(async () => {
    await database.close();
    rmSync(folder, { recursive: true, force: true });
  });
  await migrate(database);
  const clock = { now: 1_800_000_000_000 };
  const context: SignInContext = {
    database,
    sealer: createSealer(Buffer.alloc(32, 7)),
    now: () => clock.now,
    cost: { n: 256, r: 8, p: 1 },
  };
  const perform = performIn(context);
  return {
    database,
    context,
    perform,
    clock,
    async account(name, roles, password = GOOD) {
      const { secret } = await database.write((transaction) =>
        makeLink(transaction, { kind: 'invitation', name, roles, by: 'test', now: clock.now }),
      );
      return admitted(await perform('link.open', { ...visitor, link: secret, name, title: '', password }));
    },
    async actions() {
      const found: string[] = [];
      for await (const entry of auditEntries(database)) found.push(entry.action);
      return found;
    },
  };
}

export function admitted(result: Admission | Refusal): Admission {
  if (isRefusal(result)) throw new Error(`refused: ${result.refused} ${result.label.en}`);
  return result;
}
