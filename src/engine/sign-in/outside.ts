// Signing in as somebody whom an OIDC provider vouches for, and what it says of them later.
import { randomUUID } from 'node:crypto';
import { accountNamed, accountOutside, getAccount, putAccount, type AccountRow } from '../../store/accounts.ts';
import { audit } from '../../store/audit.ts';
import type { Transaction } from '../../store/database.ts';
import { deleteSession, deleteSessionsOf, getSession, noteVouched } from '../../store/sessions.ts';
import { refusals, type Admission, type Refusal, type SignInContext, type Visitor } from './context.ts';
import { nameKeyOf, secretHash } from './door.ts';
import { admit } from './sign-in.ts';

const LONGEST_NAME = 64;
const LONGEST_TITLE = 200;

export interface OutsideInput extends Visitor {
  readonly issuer: string;
  readonly subject: string;
  readonly name: string;
  readonly title: string;
  /** As the provider's claim says now; they replace what was there. */
  readonly roles: readonly string[];
  /** With which the provider can be asked again; null = it gave none. */
  readonly refresh: string | null;
  readonly previous?: string | undefined;
}

export async function signInFromOutside(context: SignInContext, said: OutsideInput): Promise<Admission | Refusal> {
  const now = context.now();
  const input = { ...said, title: plainTitle(said.title) || plainName(said.name) };
  if (input.roles.length === 0) {
    await context.database.write(async (transaction) => {
      const known = await accountOutside(transaction, input.issuer, input.subject);
      if (known) await takeRoles(transaction, known, [], now);
    });
    return {
      refused: 'role',
      label: {
        en: `The provider knows "${input.name}", but none of their groups has a role here. An administrator adds one in the settings, under Single sign-on (or in OIDC_ROLES).`,
        zh: `身份提供方认识“${input.name}”，但其所属组在此没有角色。请由管理员在“设置 › 单点登录”（或 OIDC_ROLES）中添加。`,
      },
    };
  }
  return context.database.write(async (transaction) => {
    const known = await accountOutside(transaction, input.issuer, input.subject);
    if (known?.state === 'disabled') return refusals.wrong;
    const account: AccountRow = known
      ? { ...(await takeRoles(transaction, known, input.roles, now)), title: input.title, signedInAt: now, vouchedAt: now }
      : await newOutside(transaction, input, now);
    await putAccount(transaction, account);
    const vouched = { refresh: input.refresh === null ? null : context.sealer.seal(input.refresh) };
    const how = `oidc ${input.issuer}`;
    return admit(transaction, { account, visitor: input, previous: input.previous, now, stage: 'full', how, vouched });
  });
}

/** As the provider says now. Whoever has none any more is signed out everywhere. */
async function takeRoles(transaction: Transaction, known: AccountRow, roles: readonly string[], now: number): Promise<AccountRow> {
  const account = { ...known, roles };
  if (roles.length === 0) await deleteSessionsOf(transaction, known.id);
  if (JSON.stringify(known.roles) === JSON.stringify(roles)) return account;
  await putAccount(transaction, account);
  await audit(transaction, {
    at: now,
    actor: `oidc:${known.issuer}`,
    action: 'account.change',
    subject: `account:${known.name}`,
    before: JSON.stringify({ roles: known.roles }),
    after: JSON.stringify({ roles }),
  });
  return account;
}

/** With what the provider of a session is asked again; null = the session is over, or there is nothing to ask with. */
export async function vouchWith(
  context: SignInContext,
  input: { readonly hash: string },
): Promise<{ readonly issuer: string; readonly subject: string; readonly refresh: string } | null> {
  const session = await getSession(context.database, input.hash);
  const account = session && (await getAccount(context.database, session.account));
  if (!session?.refresh || !account?.issuer || account.subject === null) return null;
  return { issuer: account.issuer, subject: account.subject, refresh: context.sealer.open(session.refresh) };
}

/** What the provider said then: the roles of now with the next refresh token, or (null) that it does not vouch any more. */
export async function takeWord(
  context: SignInContext,
  input: { readonly hash: string; readonly word: { readonly roles: readonly string[]; readonly refresh: string } | null },
): Promise<void> {
  const now = context.now();
  await context.database.write(async (transaction) => {
    const session = await getSession(transaction, input.hash);
    const account = session && (await getAccount(transaction, session.account));
    if (!session || !account) return;
    if (input.word) {
      await noteVouched(transaction, session.hash, now, context.sealer.seal(input.word.refresh));
      await putAccount(transaction, { ...(await takeRoles(transaction, account, input.word.roles, now)), vouchedAt: now });
      return;
    }
    await deleteSession(transaction, session.hash);
    // What programs do in their name stops with it, until the provider knows them again.
    await putAccount(transaction, { ...account, vouchedAt: null });
    const after = JSON.stringify({ why: 'the provider does not vouch any more' });
    await audit(transaction, {
      at: now,
      actor: `oidc:${account.issuer}`,
      action: 'session.end',
      subject: `account:${account.name}`,
      after,
    });
  });
}

/** A local account of the same name stays what it is: the provider must not take it over. */
async function newOutside(transaction: Transaction, input: OutsideInput, now: number): Promise<AccountRow> {
  const wanted = plainName(input.name);
  const isTaken = ours.has(nameKeyOf(wanted)) || (await accountNamed(transaction, nameKeyOf(wanted))) !== undefined;
  const name = isTaken ? `${wanted} (${secretHash(`${input.issuer} ${input.subject}`).slice(0, 6)})` : wanted;
  const account: AccountRow = {
    id: randomUUID(),
    name,
    nameKey: nameKeyOf(name),
    title: input.title,
    roles: input.roles,
    state: 'active',
    password: null,
    passwordAt: null,
    totp: null,
    totpStep: null,
    issuer: input.issuer,
    subject: input.subject,
    createdAt: now,
    createdBy: `oidc:${input.issuer}`,
    signedInAt: now,
    vouchedAt: now,
  };
  await audit(transaction, {
    at: now,
    actor: `oidc:${input.issuer}`,
    action: 'account.create',
    subject: `account:${name}`,
    after: JSON.stringify({ roles: input.roles }),
  });
  return account;
}

/** As the audit log names what is no person. */
const ours: ReadonlySet<string> = new Set(['tributary', 'cli', 'console', 'nobody']);

/**
 * Whoever names themselves at a provider must not look like a token (`token:ci`), this machine (`cli:root`) or two lines in
 * the audit log: what no user name holds becomes a hyphen.
 */
function plainName(name: string): string {
  const plain = name
    .normalize('NFKC')
    .replaceAll(/[^\p{L}\p{N}._@+-]+/gu, '-')
    .replace(/^[^\p{L}\p{N}]+/u, '');
  return [...plain].slice(0, LONGEST_NAME).join('') || 'somebody';
}

/** One line that people read. */
const plainTitle = (title: string): string => [...title.replaceAll(/\p{Cc}+/gu, ' ').trim()].slice(0, LONGEST_TITLE).join('');
