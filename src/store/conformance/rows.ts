// Rows for the suite: as short as a test can read them.
import type { ObjectKey } from '../../core/model.ts';
import type { AccountRow } from '../accounts.ts';
import type { Database } from '../database.ts';
import type { ClaimRow } from '../links.ts';
import type { ChangeRow, NewChange } from '../ledger.ts';
import type { MirrorIn } from '../mirror.ts';
import type { ItemRow } from '../upkeep.ts';
import { jobs, ledger, runs } from './watched.ts';

/** A connection and two jobs, 1 up and 2 down. */
export const withJobs = (database: Database): Promise<void> =>
  database.write(async (transaction) => {
    await jobs.putConnection(transaction, { id: 'hr', connector: 'file', name: 'HR', config: '{}' });
    for (const [id, direction] of [
      [1, 'up'],
      [2, 'down'],
    ] as const) {
      await jobs.putJob(transaction, {
        id,
        name: direction,
        connection: 'hr',
        direction,
        rank: 100,
        settings: '{}',
        effectiveHash: 'h',
        now: 1,
        by: 'test',
      });
    }
  });

export const newRun = (
  database: Database,
  more: {
    job?: number;
    mode?: 'full' | 'incremental' | 'keys';
    cause?: string;
    dryRun?: boolean;
    now?: number;
    keys?: readonly ObjectKey[];
  } = {},
): Promise<number> =>
  database.write((transaction) =>
    runs.createRun(transaction, { job: 1, mode: 'full', dryRun: false, cause: 'manual', actor: 'test', version: 1, now: 1, ...more }),
  );

export const endRun = (database: Database, run: number, state = 'succeeded'): Promise<void> =>
  database.write((transaction) => runs.patchRun(transaction, run, { state, endedAt: 9 }));

export const change = (key: string, more: Partial<NewChange> = {}): NewChange => ({
  wave: 2,
  depth: 0,
  type: 'person',
  source_key: key,
  directory_id: `d-${key}`,
  target_key: null,
  title: `Person ${key}`,
  action: 'update',
  aspect: '',
  situation: 'changed',
  reason: '',
  kinds: '|update:title|',
  before: '{}',
  after: '{"title":"Boss"}',
  hash: `h-${key}`,
  precondition: '{}',
  needs: null,
  secrets: null,
  temporary: null,
  edges: [],
  ...more,
});

export const plan = (database: Database, run: number, changes: readonly NewChange[], job = 1): Promise<number> =>
  database.write((transaction) => ledger.planChanges(transaction, { run, job, connection: 'hr' }, changes));

export const changesOf = (database: Database, run: number): Promise<readonly ChangeRow[]> => ledger.planPage(database, run, 0, 1000);

export const claim = (key: string, more: Partial<ClaimRow> = {}): Omit<ClaimRow, 'since'> => ({
  job: 1,
  type: 'person',
  source_key: key,
  directory_id: `d-${key}`,
  target_key: `t-${key}`,
  input_hash: 'i',
  settled: 1,
  state: 'held',
  ...more,
});

export const item = (key: string, more: Partial<ItemRow> = {}): ItemRow => ({
  job: 1,
  type: 'person',
  source_key: key,
  attribute: '',
  cause: 'apply:invalid',
  message: '{"en":"no","zh":"不"}',
  title: null,
  state: 'retrying',
  attempts: 1,
  next_at: 10,
  first_run: 1,
  last_run: 1,
  at: 1,
  ...more,
});

export const seen = (id: string, hash = 'h1', members: readonly string[] = [], keyed: readonly string[] = []): MirrorIn => ({
  id,
  data: JSON.stringify({ a: { name: id }, r: ['membership'] }),
  hash,
  edges: members.map((to) => ({ relation: 'membership', edge: { to: { type: 'department', id: to } }, facts: '{}' })),
  keys: keyed.map((key) => ({ attribute: 'number', key })),
});

export const memberEdge = (to: string, op: 'add' | 'remove' = 'add') => ({
  relation: 'member',
  to_type: 'person',
  to_id: to,
  op,
  facts: '{}',
  facts_before: null,
});

/** Somebody who may look, and has no password. */
export const account = (id: string, more: Partial<AccountRow> = {}): AccountRow => ({
  id,
  name: `Name ${id}`,
  nameKey: `name ${id}`,
  title: `Title ${id}`,
  roles: ['viewer'],
  state: 'active',
  password: null,
  passwordAt: null,
  totp: null,
  totpStep: null,
  issuer: null,
  subject: null,
  createdAt: 1,
  createdBy: 'test',
  signedInAt: null,
  vouchedAt: null,
  ...more,
});

export const ids = (rows: readonly { id: number | string }[]): (number | string)[] => rows.map((row) => row.id);
export const sorted = <T>(values: Iterable<T>): T[] => [...values].sort();
