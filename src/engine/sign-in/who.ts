// Who comes with a session or a token: looked up by hash on a read-only connection, at every request.
import { getAccount } from '../../store/accounts.ts';
import type { Reader } from '../../store/database.ts';
import { getSession } from '../../store/sessions.ts';
import { tokenByHash } from '../../store/tokens.ts';
import { ASK_AGAIN_MS, IDLE_MS, VOUCHED_MS } from './context.ts';
import { secretHash } from './door.ts';
import { orphanedBy } from './roles.ts';

/** How history and audit log name a token: this and its name. */
export const TOKEN = 'token:';

/** Use is noted at most so often. */
const NOTE_MS = 60_000;

export interface Visit {
  readonly kind: 'person' | 'token';
  readonly id: string;
  readonly name: string;
  readonly roles: readonly string[];
  /** null = everywhere. */
  readonly scope: { readonly connections: readonly string[]; readonly jobs: readonly number[] } | null;
  /** What to note as used now; null = it was noted a moment ago. */
  readonly touch: string | null;
  /** The session for which its provider is to be asked again; null = not now. */
  readonly vouch: string | null;
}

/** null: unknown, over, idle for too long, not vouched for any more, a code is still to come, or the account is disabled. */
export async function visitOfSession(reader: Reader, session: string, now: number): Promise<Visit | null> {
  const row = await getSession(reader, secretHash(session));
  if (!row || row.stage !== 'full' || row.expiresAt <= now || row.seenAt + IDLE_MS <= now) return null;
  if (row.vouchedAt !== null && row.vouchedAt + VOUCHED_MS <= now) return null;
  const account = await getAccount(reader, row.account);
  if (!account || account.state !== 'active') return null;
  const isDue = row.vouchedAt !== null && row.refresh !== null && row.vouchedAt + ASK_AGAIN_MS <= now;
  return {
    kind: 'person',
    id: account.id,
    name: account.name,
    roles: account.roles,
    scope: null,
    touch: row.seenAt + NOTE_MS <= now ? row.hash : null,
    vouch: isDue ? row.hash : null,
  };
}

/** null: unknown, expired, revoked, or nobody answers for it any more. */
export async function visitOfToken(reader: Reader, token: string, now: number): Promise<Visit | null> {
  const row = await tokenByHash(reader, secretHash(token));
  if (!row || row.expiresAt <= now || row.revokedAt !== null || orphanedBy(row, now) !== null) return null;
  const isScoped = row.connections !== null || row.jobs !== null;
  return {
    kind: 'token',
    id: row.id,
    name: TOKEN + row.name,
    roles: [row.role],
    scope: isScoped ? { connections: row.connections ?? [], jobs: row.jobs ?? [] } : null,
    touch: (row.usedAt ?? 0) + NOTE_MS <= now ? row.id : null,
    vouch: null,
  };
}
