// Accounts that a run disables, or would, and that can still be used where they lie: said with the plan, the run and the leaver sheet.
import type { Label } from '../core/model.ts';
import { spelled } from '../core/spelled.ts';
import type { RunEvidence } from './context.ts';

type Counts = Readonly<Record<string, number>>;

/** Accounts that are disabled, shall be, or wait for somebody to say so. */
export const disabledBy = (counts: Counts): number =>
  ['planned', 'held', 'sent', 'unknown', 'applied'].reduce((sum, state) => sum + (counts[`${state}.disable.person`] ?? 0), 0);

/** Of a run; null where nobody is disabled, or whoever is can do nothing more. */
export function staysOpenOf(evidence: Partial<RunEvidence> | null, counts: Counts): Label | null {
  const said = evidence?.staysOpen;
  const count = disabledBy(counts);
  if (said === undefined || count === 0) return null;
  return {
    en: `${spelled(count)} ${count === 1 ? 'account that this run disables' : 'accounts that this run disables'} ${said.en}`,
    zh: `本次执行停用的 ${spelled(count)} 个账号${said.zh}`,
  };
}

/** Of one account that is disabled. */
export const openStill = ({ en, zh }: Label): Label => ({ en: `The account is disabled, but ${en}`, zh: `停用账号，但${zh}` });
