// People who sign in to Tributary itself: accounts, recovery codes, links that work once, and failed attempts.
import { list, type Reader, type Transaction } from './database.ts';

export interface AccountRow {
  readonly id: string;
  /** As typed at sign-in; nameKey is what is compared. */
  readonly name: string;
  readonly nameKey: string;
  /** What others read. */
  readonly title: string;
  readonly roles: readonly string[];
  readonly state: 'active' | 'disabled';
  readonly password: string | null;
  readonly passwordAt: number | null;
  readonly totp: string | null;
  readonly totpStep: number | null;
  readonly issuer: string | null;
  readonly subject: string | null;
  readonly createdAt: number;
  readonly createdBy: string;
  readonly signedInAt: number | null;
  /** Of who came through a provider: when it said last that it knows them; null = it has said no since, or there is none. */
  readonly vouchedAt: number | null;
}

interface Stored {
  readonly id: string;
  readonly name: string;
  readonly name_key: string;
  readonly title: string;
  readonly roles: string;
  readonly state: AccountRow['state'];
  readonly password: string | null;
  readonly password_at: number | null;
  readonly totp: string | null;
  readonly totp_step: number | null;
  readonly issuer: string | null;
  readonly subject: string | null;
  readonly created_at: number;
  readonly created_by: string;
  readonly signed_in_at: number | null;
  readonly vouched_at: number | null;
}

const time = (value: number | null): number | null => (value === null ? null : Number(value));

const accountOf = (row: Stored): AccountRow => ({
  id: row.id,
  name: row.name,
  nameKey: row.name_key,
  title: row.title,
  roles: JSON.parse(row.roles) as string[],
  state: row.state,
  password: row.password,
  passwordAt: time(row.password_at),
  totp: row.totp,
  totpStep: time(row.totp_step),
  issuer: row.issuer,
  subject: row.subject,
  createdAt: Number(row.created_at),
  createdBy: row.created_by,
  signedInAt: time(row.signed_in_at),
  vouchedAt: time(row.vouched_at),
});

export const listAccounts = async (reader: Reader): Promise<readonly AccountRow[]> =>
  (await reader.all<Stored>('SELECT * FROM account ORDER BY name_key')).map(accountOf);

async function one(reader: Reader, where: string, ...params: readonly string[]): Promise<AccountRow | undefined> {
  const row = await reader.get<Stored>(`SELECT * FROM account WHERE ${where}`, ...params);
  return row && accountOf(row);
}
export const getAccount = (reader: Reader, id: string): Promise<AccountRow | undefined> => one(reader, 'id = ?', id);
export const accountNamed = (reader: Reader, nameKey: string): Promise<AccountRow | undefined> => one(reader, 'name_key = ?', nameKey);
export const accountOutside = (reader: Reader, issuer: string, subject: string): Promise<AccountRow | undefined> =>
  one(reader, 'issuer = ? AND subject = ?', issuer, subject);

export const putAccount = (transaction: Transaction, row: AccountRow): Promise<void> =>
  transaction.insert(
    'account',
    [
      'id',
      'name',
      'name_key',
      'title',
      'roles',
      'state',
      'password',
      'password_at',
      'totp',
      'totp_step',
      'issuer',
      'subject',
      'created_at',
      'created_by',
      'signed_in_at',
      'vouched_at',
    ],
    [
      [
        row.id,
        row.name,
        row.nameKey,
        row.title,
        JSON.stringify(row.roles),
        row.state,
        row.password,
        row.passwordAt,
        row.totp,
        row.totpStep,
        row.issuer,
        row.subject,
        row.createdAt,
        row.createdBy,
        row.signedInAt,
        row.vouchedAt,
      ],
    ],
    `(id) DO UPDATE SET title = excluded.title, roles = excluded.roles, state = excluded.state, password = excluded.password,
     password_at = excluded.password_at, totp = excluded.totp, totp_step = excluded.totp_step, signed_in_at = excluded.signed_in_at, vouched_at = excluded.vouched_at`,
  );

export async function deleteAccount(transaction: Transaction, id: string): Promise<void> {
  for (const table of ['recovery_code', 'session', 'link_once']) await transaction.run(`DELETE FROM ${table} WHERE account = ?`, id);
  await transaction.run('DELETE FROM account WHERE id = ?', id);
}

// ── recovery codes ───────────────────────────────────────────────────────────────────────────────────────

export async function putRecoveryCodes(transaction: Transaction, account: string, hashes: readonly string[]): Promise<void> {
  await transaction.run('DELETE FROM recovery_code WHERE account = ?', account);
  await transaction.insert(
    'recovery_code',
    ['account', 'hash'],
    hashes.map((hash) => [account, hash]),
  );
}

/** Whether it was there; it is used up now. */
export const useRecoveryCode = async (transaction: Transaction, account: string, hash: string): Promise<boolean> =>
  (await transaction.run('DELETE FROM recovery_code WHERE account = ? AND hash = ?', account, hash)) === 1;

// ── links that work once ─────────────────────────────────────────────────────────────────────────────────

export interface LinkRow {
  readonly hash: string;
  readonly kind: 'set-up' | 'invitation' | 'reset';
  readonly account: string | null;
  readonly name: string | null;
  readonly roles: readonly string[];
  readonly createdAt: number;
  readonly createdBy: string;
  readonly expiresAt: number;
}

export const putLink = (transaction: Transaction, row: LinkRow): Promise<void> =>
  transaction.insert(
    'link_once',
    ['hash', 'kind', 'account', 'name', 'roles', 'created_at', 'created_by', 'expires_at'],
    [[row.hash, row.kind, row.account, row.name, JSON.stringify(row.roles), row.createdAt, row.createdBy, row.expiresAt]],
  );

export async function getLink(reader: Reader, hash: string, now: number): Promise<LinkRow | undefined> {
  const row = await reader.get<{
    hash: string;
    kind: LinkRow['kind'];
    account: string | null;
    name: string | null;
    roles: string;
    created_at: number;
    created_by: string;
    expires_at: number;
  }>('SELECT * FROM link_once WHERE hash = ? AND expires_at > ?', hash, now);
  return (
    row && {
      hash: row.hash,
      kind: row.kind,
      account: row.account,
      name: row.name,
      roles: JSON.parse(row.roles) as string[],
      createdAt: Number(row.created_at),
      createdBy: row.created_by,
      expiresAt: Number(row.expires_at),
    }
  );
}

/** Whether it was still there: of two who open the same link, one gets in. */
export const useLink = async (transaction: Transaction, hash: string): Promise<boolean> =>
  (await transaction.run('DELETE FROM link_once WHERE hash = ?', hash)) === 1;

/** A new link of a kind replaces the old ones. */
export const dropLinks = (transaction: Transaction, kind: LinkRow['kind'], account: string | null): Promise<number> =>
  account === null
    ? transaction.run('DELETE FROM link_once WHERE kind = ?', kind)
    : transaction.run('DELETE FROM link_once WHERE kind = ? AND account = ?', kind, account);

// ── failed attempts ──────────────────────────────────────────────────────────────────────────────────────

export interface AttemptRow {
  readonly subject: string;
  readonly failures: number;
  readonly at: number;
  readonly lockedUntil: number;
}

export const attemptsOf = async (reader: Reader, subjects: readonly string[]): Promise<readonly AttemptRow[]> =>
  (
    await reader.all<{ subject: string; failures: number; at: number; locked_until: number }>(
      'SELECT * FROM attempt WHERE subject IN {list}',
      list(subjects),
    )
  ).map((row) => ({ subject: row.subject, failures: Number(row.failures), at: Number(row.at), lockedUntil: Number(row.locked_until) }));

export const putAttempt = (transaction: Transaction, row: AttemptRow): Promise<void> =>
  transaction.insert(
    'attempt',
    ['subject', 'failures', 'at', 'locked_until'],
    [[row.subject, row.failures, row.at, row.lockedUntil]],
    '(subject) DO UPDATE SET failures = excluded.failures, at = excluded.at, locked_until = excluded.locked_until',
  );

export const dropAttempt = (transaction: Transaction, subject: string): Promise<number> =>
  transaction.run('DELETE FROM attempt WHERE subject = ?', subject);

/** Forgets what lies before these times: attempts, links and sessions that are over. */
export async function dropStale(transaction: Transaction, now: number, attemptsBefore: number): Promise<void> {
  await transaction.run('DELETE FROM attempt WHERE at < ?', attemptsBefore);
  await transaction.run('DELETE FROM link_once WHERE expires_at <= ?', now);
  await transaction.run('DELETE FROM session WHERE expires_at <= ?', now);
}
