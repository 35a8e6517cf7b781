// What people do with their own account: change the password, switch codes on and off, sign out everywhere.
import { getAccount, putAccount, putRecoveryCodes, type AccountRow } from '../../store/accounts.ts';
import { audit } from '../../store/audit.ts';
import type { Transaction } from '../../store/database.ts';
import { deleteSession, deleteSessionsOf, getSession } from '../../store/sessions.ts';
import { countAttempt, forgiveAttempt, returnAttempt } from './attempts.ts';
import { locked, refusals, type Refusal, type SignInContext, type Visitor } from './context.ts';
import { newRecoveryCode, recoveryHash, secretHash } from './door.ts';
import { COST, CrowdedError, hashPassword, isPassword, passwordProblem } from './password.ts';
import { proveCode } from './second-step.ts';
import { acceptedStep, isTotpSecret, newTotpSecret } from './totp.ts';

const RECOVERY_CODES = 8;

interface Own extends Visitor {
  readonly account: string;
  /** The present session: it stays when the others end. */
  readonly session: string;
}

/** The password is asked again where a stolen session must not suffice. The try stays counted until somebody forgives it. */
async function whoKnowsPassword(context: SignInContext, input: Own & { password: string }): Promise<AccountRow | Refusal> {
  const now = context.now();
  const account = await getAccount(context.database, input.account);
  if (!account) return refusals.wrong;
  const until = await countAttempt(context.database, account.nameKey, input.address, now);
  if (until !== null) return locked(until, now);
  try {
    if (!(await isPassword(input.password, account.password, context.cost ?? COST))) return refusals.wrong;
  } catch (error) {
    if (error instanceof CrowdedError)
      await context.database.write((transaction) => returnAttempt(transaction, account.nameKey, input.address));
    throw error;
  }
  return account;
}

/** Where the password is enough: wrong ones count as failed sign-ins. */
async function withPassword(context: SignInContext, input: Own & { password: string }): Promise<AccountRow | Refusal> {
  const account = await whoKnowsPassword(context, input);
  if (!('refused' in account)) await context.database.write((transaction) => forgiveAttempt(transaction, account.nameKey, input.address));
  return account;
}

/** The account whose password was looked at; undefined when it was removed, disabled or given another password meanwhile. */
async function asItWas(transaction: Transaction, account: AccountRow): Promise<AccountRow | undefined> {
  const present = await getAccount(transaction, account.id);
  return present?.state === 'active' && present.password === account.password ? present : undefined;
}

export async function changePassword(
  context: SignInContext,
  input: Own & { readonly password: string; readonly wanted: string },
): Promise<{ done: true } | Refusal> {
  const account = await withPassword(context, input);
  if ('refused' in account) return account;
  const wrong = passwordProblem(input.wanted, account.name);
  if (wrong) return { refused: 'input', label: wrong };
  const password = await hashPassword(input.wanted, context.cost ?? COST);
  const now = context.now();
  return context.database.write(async (transaction) => {
    const present = await asItWas(transaction, account);
    if (!present) return refusals.wrong;
    await putAccount(transaction, { ...present, password, passwordAt: now });
    await deleteSessionsOf(transaction, account.id, secretHash(input.session));
    await audit(transaction, { at: now, actor: account.name, action: 'account.password', subject: `account:${account.name}` });
    return { done: true };
  });
}

/** A secret to show; nothing is stored until a code of it came back. It travels sealed in between. */
export async function proposeTotp(context: SignInContext, _: object): Promise<{ secret: string; sealed: string }> {
  const secret = newTotpSecret();
  return { secret, sealed: context.sealer.seal(secret) };
}

/** It came through a browser: null when it is nothing that was proposed here. */
function proposed(context: SignInContext, sealed: string): string | null {
  try {
    const secret = context.sealer.open(sealed);
    return isTotpSecret(secret) ? secret : null;
  } catch {
    return null;
  }
}

const notProposed: Refusal = {
  refused: 'input',
  label: {
    en: 'This code was not proposed here. Open the page again and begin anew.',
    zh: '该验证码并非由此处生成。请重新打开页面后再试。',
  },
};

/** Else the password alone would put another app in the place of this one. */
const onAlready: Refusal = {
  refused: 'input',
  label: {
    en: 'Codes are on already. To change the app, switch them off first; that takes a code or a recovery code.',
    zh: '验证码已开启。如需更换应用，请先关闭验证码（需输入验证码或恢复码）。',
  },
};

export async function switchTotpOn(
  context: SignInContext,
  input: Own & { readonly password: string; readonly sealed: string; readonly code: string },
): Promise<{ recoveryCodes: readonly string[] } | Refusal> {
  const account = await withPassword(context, input);
  if ('refused' in account) return account;
  const now = context.now();
  const secret = proposed(context, input.sealed);
  if (secret === null) return notProposed;
  const step = acceptedStep(secret, input.code, now, null);
  if (step === null) return refusals.wrong;
  const recoveryCodes = Array.from({ length: RECOVERY_CODES }, newRecoveryCode);
  return context.database.write(async (transaction) => {
    const present = await asItWas(transaction, account);
    if (!present) return refusals.wrong;
    if (present.totp !== null) return onAlready;
    await putAccount(transaction, { ...present, totp: input.sealed, totpStep: step });
    await putRecoveryCodes(
      transaction,
      account.id,
      recoveryCodes.map((code) => recoveryHash(account.id, code)),
    );
    await deleteSessionsOf(transaction, account.id, secretHash(input.session));
    await audit(transaction, { at: now, actor: account.name, action: 'account.codes-on', subject: `account:${account.name}` });
    return { recoveryCodes };
  });
}

/** `code`: of the app, or a recovery code. What a thief of session and password lacks is not switched off with these two. */
export async function switchTotpOff(
  context: SignInContext,
  input: Own & { readonly password: string; readonly code: string },
): Promise<{ done: true } | Refusal> {
  const account = await whoKnowsPassword(context, input);
  if ('refused' in account) return account;
  return context.database.write(async (transaction) => {
    const present = await asItWas(transaction, account);
    if (!present || (present.totp !== null && !(await proveCode(context, transaction, present, input.code)))) return refusals.wrong;
    await forgiveAttempt(transaction, account.nameKey, input.address);
    await putAccount(transaction, { ...present, totp: null, totpStep: null });
    await putRecoveryCodes(transaction, account.id, []);
    await audit(transaction, { at: context.now(), actor: account.name, action: 'account.codes-off', subject: `account:${account.name}` });
    return { done: true };
  });
}

export async function signOutEverywhere(context: SignInContext, input: { readonly account: string }): Promise<{ done: true }> {
  await context.database.write(async (transaction) => {
    const name = (await getAccount(transaction, input.account))?.name ?? input.account;
    await deleteSessionsOf(transaction, input.account);
    await audit(transaction, { at: context.now(), actor: name, action: 'session.end-all', subject: `account:${name}` });
  });
  return { done: true };
}

/** One session of one's own, by the hash that the list of them tells. */
export async function endSession(
  context: SignInContext,
  input: { readonly account: string; readonly hash: string },
): Promise<{ done: boolean }> {
  return context.database.write(async (transaction) => {
    const session = await getSession(transaction, input.hash);
    if (session?.account !== input.account) return { done: false };
    const name = (await getAccount(transaction, input.account))?.name ?? input.account;
    await deleteSession(transaction, input.hash);
    await audit(transaction, { at: context.now(), actor: name, action: 'session.end', subject: `account:${name}` });
    return { done: true };
  });
}
