// Accounts that are made without a password in a system that takes one: nobody can sign in with them until somebody sets it there.
import type { Label } from '../core/model.ts';
import { spelled } from '../core/spelled.ts';
import type { RunContext, RunEvidence } from './context.ts';

type Counts = Readonly<Record<string, number>>;

/** Accounts that are made, shall be, or wait for somebody to say so. */
export const madeBy = (counts: Counts): number =>
  ['planned', 'held', 'sent', 'unknown', 'applied'].reduce((sum, state) => sum + (counts[`${state}.create.person`] ?? 0), 0);

/** The system takes one and does not insist on it, the job makes none, and no row of the mapping does. */
export function makesNoPassword({ up, types, settings }: Pick<RunContext, 'up' | 'types' | 'settings'>): boolean {
  if (up || settings.welcome?.password) return false;
  const rows = new Set((settings.mapping.person ?? []).map((row) => row.target));
  const takes =
    types.find((plan) => plan.type === 'person')?.target.attributes.filter((spec) => spec.kind === 'secret' && spec.initial) ?? [];
  return takes.length > 0 && takes.every((spec) => !spec.required && !rows.has(spec.name));
}

/** Of a run; null where nobody is made, or with a password. */
export function withoutPasswordOf(evidence: Partial<RunEvidence> | null, counts: Counts): Label | null {
  const count = madeBy(counts);
  if (!evidence?.withoutPassword || count === 0) return null;
  return {
    en: `${spelled(count)} new ${count === 1 ? 'account has' : 'accounts have'} no password: nobody can sign in with ${count === 1 ? 'it' : 'them'} before one is set in that system. The job can make a random one and tell it once to whom the account is for: New accounts, in its policy and protection (welcome.password).`,
    zh: `${spelled(count)} 个新账号没有密码：在该系统中设置密码之前无法登录。如需自动生成随机初始密码并告知本人，请在任务的“策略与保护”中设置“新账号”（welcome.password）。`,
  };
}
