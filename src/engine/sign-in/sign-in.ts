// Signing in: with name and password, and with a second step by code.
import { accountNamed, dropStale, getAccount, putAccount, type AccountRow } from '../../store/accounts.ts';
import { audit } from '../../store/audit.ts';
import type { Transaction } from '../../store/database.ts';
import { deleteSession, getSession, noteSeen, putSession } from '../../store/sessions.ts';
import { countAttempt, FORGET_MS, forgiveAttempt, returnAttempt } from './attempts.ts';
import {
  CODE_MS,
  crowded,
  locked,
  refusals,
  SESSION_MS,
  VOUCHED_MS,
  type Admission,
  type Refusal,
  type SignInContext,
  type Visitor,
} from './context.ts';
import { nameKeyOf, newSecret, secretHash } from './door.ts';
import { COST, CrowdedError, hashPassword, isOutdated, isPassword } from './password.ts';
import { proveCode } from './second-step.ts';

export interface SignInInput extends Visitor {
  readonly name: string;
  readonly password: string;
  /** The session the browser came with: it ends here, so that nobody keeps one that he planted. */
  readonly previous?: string | undefined;
}

export async function signIn(context: SignInContext, input: SignInInput): Promise<Admission | Refusal> {
  const now = context.now();
  const cost = context.cost ?? COST;
  const nameKey = nameKeyOf(input.name).slice(0, 200);
  const until = await countAttempt(context.database, nameKey, input.address, now);
  if (until !== null) return locked(until, now);
  const account = await accountNamed(context.database, nameKey);
  const usable = account?.state === 'active' ? account.password : null;
  let isRight: boolean;
  try {
    isRight = await isPassword(input.password, usable, cost);
  } catch (error) {
    if (!(error instanceof CrowdedError)) throw error;
    // Nobody looked at the password: it counts as no try.
    await context.database.write((transaction) => returnAttempt(transaction, nameKey, input.address));
    return crowded(now);
  }
  if (!isRight || !account) {
    if (account) await noteRefused(context, account, input, 'password');
    return refusals.wrong;
  }
  const fresh = isOutdated(account.password!, cost) ? await hashPassword(input.password, cost) : account.password;
  return context.database.write(async (transaction) => {
    // Read again: working the password out takes long enough for somebody to disable the account, or to change it.
    const present = await getAccount(transaction, account.id);
    if (present?.state !== 'active' || present.password !== account.password) return refusals.wrong;
    const how = { account: present, visitor: input, previous: input.previous, now };
    if (present.totp !== null) return admit(transaction, { ...how, stage: 'code' });
    await forgiveAttempt(transaction, nameKey, input.address);
    await putAccount(transaction, { ...present, password: fresh, signedInAt: now });
    return admit(transaction, { ...how, stage: 'full', how: 'password' });
  });
}

export interface CodeInput extends Visitor {
  /** The session of the first step. */
  readonly session: string;
  /** Of the app, or a recovery code. */
  readonly code: string;
}

export async function giveCode(context: SignInContext, input: CodeInput): Promise<Admission | Refusal> {
  const now = context.now();
  const session = await getSession(context.database, secretHash(input.session));
  const account = session && (await getAccount(context.database, session.account));
  if (!account || session.stage !== 'code' || session.expiresAt <= now || account.state !== 'active' || account.totp === null)
    return refusals.wrong;
  const until = await countAttempt(context.database, account.nameKey, input.address, now);
  if (until !== null) return locked(until, now);
  const admitted = await context.database.write(async (transaction) => {
    // Read again inside: a code is good for one sign-in, whoever is faster, and what has ended meanwhile has ended.
    const present = await getAccount(transaction, account.id);
    if (present?.state !== 'active' || present.totp !== account.totp || !(await getSession(transaction, session.hash))) return null;
    const proof = await proveCode(context, transaction, present, input.code);
    if (!proof) return null;
    await forgiveAttempt(transaction, account.nameKey, input.address);
    await putAccount(transaction, { ...present, totpStep: proof.step ?? present.totpStep, signedInAt: now });
    return admit(transaction, {
      account: present,
      visitor: input,
      previous: input.session,
      now,
      stage: 'full',
      how: proof.step === null ? 'password and recovery code' : 'password and code',
    });
  });
  if (admitted) return admitted;
  await noteRefused(context, account, input, 'code');
  return refusals.wrong;
}

interface Admit {
  readonly account: AccountRow;
  readonly visitor: Visitor;
  readonly previous?: string | undefined;
  readonly now: number;
  readonly stage: Admission['stage'];
  readonly how?: string;
  /** Who came through a provider: its refresh token, sealed, where it gave one. */
  readonly vouched?: { readonly refresh: string | null };
}

/** Always a new session id, and the end of the one the browser came with. */
export async function admit(transaction: Transaction, one: Admit): Promise<Admission> {
  const { account, visitor, now, stage } = one;
  await dropStale(transaction, now, now - FORGET_MS);
  if (one.previous) await deleteSession(transaction, secretHash(one.previous));
  const session = newSecret();
  const expiresAt = now + (stage === 'code' ? CODE_MS : one.vouched?.refresh === null ? VOUCHED_MS : SESSION_MS);
  await putSession(transaction, {
    hash: secretHash(session),
    account: account.id,
    stage,
    createdAt: now,
    seenAt: now,
    expiresAt,
    address: visitor.address.slice(0, 100),
    agent: visitor.agent.slice(0, 200),
    vouchedAt: one.vouched ? now : null,
    refresh: one.vouched?.refresh ?? null,
  });
  if (stage === 'full')
    await audit(transaction, {
      at: now,
      actor: account.name,
      action: 'session.begin',
      subject: `account:${account.name}`,
      after: JSON.stringify({ how: one.how, address: visitor.address }),
    });
  return { session, stage, expiresAt };
}

const noteRefused = (context: SignInContext, account: AccountRow, visitor: Visitor, wrong: string): Promise<void> =>
  context.database.write((transaction) =>
    audit(transaction, {
      at: context.now(),
      actor: 'nobody',
      action: 'session.refused',
      subject: `account:${account.name}`,
      after: JSON.stringify({ wrong, address: visitor.address }),
    }),
  );

export async function signOut(context: SignInContext, input: { readonly session: string }): Promise<void> {
  const hash = secretHash(input.session);
  await context.database.write(async (transaction) => {
    const session = await getSession(transaction, hash);
    if (!session) return;
    await deleteSession(transaction, hash);
    const name = (await getAccount(transaction, session.account))?.name ?? session.account;
    if (session.stage === 'full')
      await audit(transaction, { at: context.now(), actor: name, action: 'session.end', subject: `account:${name}` });
  });
}

/** Keeps a session from ending for want of use. */
export const touchSession = (context: SignInContext, input: { readonly hash: string }): Promise<number> =>
  context.database.write((transaction) => noteSeen(transaction, input.hash, context.now()));
