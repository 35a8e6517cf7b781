// Links that work once: the first start's set-up link, invitations, and new passwords.
import { randomUUID } from 'node:crypto';
import type { Label } from '../../core/model.ts';
import {
  accountNamed,
  dropLinks,
  getAccount,
  getLink,
  putAccount,
  putLink,
  putRecoveryCodes,
  useLink,
  type AccountRow,
  type LinkRow,
} from '../../store/accounts.ts';
import { audit } from '../../store/audit.ts';
import type { Reader, Transaction } from '../../store/database.ts';
import { deleteSessionsOf } from '../../store/sessions.ts';
import { canAnybodyAdminister } from './admins.ts';
import { forgiveAttempt } from './attempts.ts';
import { isRefusal, refusals, type Admission, type Refusal, type SignInContext, type Visitor } from './context.ts';
import { nameKeyOf, newSecret, secretHash } from './door.ts';
import { COST, hashPassword, passwordProblem } from './password.ts';
import { admit } from './sign-in.ts';

const HOUR_MS = 3_600_000;
const lifetimes = { 'set-up': 24 * HOUR_MS, invitation: 7 * 24 * HOUR_MS, reset: 24 * HOUR_MS } as const satisfies Record<
  LinkRow['kind'],
  number
>;

export interface LinkRequest {
  readonly kind: LinkRow['kind'];
  readonly account?: string | undefined;
  readonly name?: string | undefined;
  readonly roles: readonly string[];
  readonly by: string;
  readonly now: number;
}

/** Returns the secret for the address; a set-up link and a reset replace the ones before. */
export async function makeLink(transaction: Transaction, request: LinkRequest): Promise<{ secret: string; expiresAt: number }> {
  const secret = newSecret();
  const expiresAt = request.now + lifetimes[request.kind];
  if (request.kind === 'set-up') await dropLinks(transaction, 'set-up', null);
  if (request.account !== undefined) await dropLinks(transaction, request.kind, request.account);
  await putLink(transaction, {
    hash: secretHash(secret),
    kind: request.kind,
    account: request.account ?? null,
    name: request.name ?? null,
    roles: request.roles,
    createdAt: request.now,
    createdBy: request.by,
    expiresAt,
  });
  return { secret, expiresAt };
}

/** At a start: as long as no administrator can sign in, a new link to set one up. null = somebody can. */
export function firstLink(context: SignInContext): Promise<string | null> {
  return context.database.write(async (transaction) => {
    if (await canAnybodyAdminister(transaction, context.oidcOfServer ?? null)) return null;
    return (await makeLink(transaction, { kind: 'set-up', roles: ['admin'], by: 'tributary', now: context.now() })).secret;
  });
}

/** What the page of a link asks for. null = it does not work (any more). */
export async function inspectLink(
  reader: Reader,
  secret: string,
  now: number,
): Promise<{ kind: LinkRow['kind']; name: string | null } | null> {
  const link = await getLink(reader, secretHash(secret), now);
  if (!link) return null;
  return { kind: link.kind, name: link.account === null ? link.name : ((await getAccount(reader, link.account))?.name ?? null) };
}

export interface OpenLinkInput extends Visitor {
  readonly link: string;
  /** Ignored where the link belongs to an account. */
  readonly name: string;
  readonly title: string;
  readonly password: string;
  readonly previous?: string | undefined;
}

const refuse = (label: Label): Refusal => ({ refused: 'input', label });

/** Sets the password and signs in. */
export async function openLink(context: SignInContext, input: OpenLinkInput): Promise<Admission | Refusal> {
  const now = context.now();
  const hash = secretHash(input.link);
  const seen = await inspectLink(context.database, input.link, now);
  if (!seen) return refusals.link;
  const name = (seen.kind === 'set-up' ? input.name : (seen.name ?? input.name)).trim();
  const wrong = nameProblem(name) ?? passwordProblem(input.password, name);
  if (wrong) return refuse(wrong);
  const password = await hashPassword(input.password, context.cost ?? COST);
  return context.database.write(async (transaction) => {
    const link = await getLink(transaction, hash, now);
    if (!link) return refusals.link;
    const account = await accountFor(transaction, link, { ...input, name }, now);
    if (isRefusal(account)) return account;
    await useLink(transaction, hash);
    await putAccount(transaction, { ...account, password, passwordAt: now, totp: null, totpStep: null, signedInAt: now });
    await putRecoveryCodes(transaction, account.id, []);
    await deleteSessionsOf(transaction, account.id);
    await forgiveAttempt(transaction, account.nameKey, input.address);
    await audit(transaction, {
      at: now,
      actor: account.name,
      action: `link.${link.kind}`,
      subject: `account:${account.name}`,
      after: JSON.stringify({ roles: account.roles, invitedBy: link.createdBy, address: input.address }),
    });
    return admit(transaction, { account, visitor: input, previous: input.previous, now, stage: 'full', how: `${link.kind} link` });
  });
}

async function accountFor(
  transaction: Transaction,
  link: LinkRow,
  input: { name: string; title: string },
  now: number,
): Promise<AccountRow | Refusal> {
  const known =
    link.account === null ? await accountNamed(transaction, nameKeyOf(input.name)) : await getAccount(transaction, link.account);
  if (link.kind === 'reset') return known ?? refusals.link;
  // Made on the server itself: it may take over the account of an administrator who is locked out.
  if (known && link.kind === 'set-up' && known.issuer === null)
    return { ...known, state: 'active', roles: [...new Set([...known.roles, ...link.roles])] };
  if (known)
    return refuse({
      en: `There is an account "${known.name}" already. Choose another name.`,
      zh: `账号“${known.name}”已存在，请换一个名称。`,
    });
  return {
    id: randomUUID(),
    name: input.name,
    nameKey: nameKeyOf(input.name),
    title: input.title.trim() || input.name,
    roles: link.roles,
    state: 'active',
    password: null,
    passwordAt: null,
    totp: null,
    totpStep: null,
    issuer: null,
    subject: null,
    createdAt: now,
    createdBy: link.createdBy,
    signedInAt: null,
    vouchedAt: null,
  };
}

export function nameProblem(name: string): Label | null {
  if (/^[\p{L}\p{N}][\p{L}\p{N}._@+-]{1,63}$/u.test(name)) return null;
  return {
    en: 'A user name has 2 to 64 letters, digits or . _ @ + - and begins with a letter or digit.',
    zh: '用户名为 2 到 64 个字母、数字或 . _ @ + -，并以字母或数字开头。',
  };
}
