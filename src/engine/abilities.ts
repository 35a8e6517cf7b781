// What a target cannot do with objects of a type: known before anything is planned, and said in the plan.
import type { Label } from '../core/model.ts';
import type { Action } from '../core/plan.ts';
import { actions } from '../core/plan.ts';
import type { Endpoint, RunContext } from './context.ts';

type Write = 'create' | 'update' | 'disable' | 'remove';

/** The word of `ObjectTypeSpec.writes` that an action needs; links are ours alone. */
const needs: Readonly<Record<Action, Write | null>> = {
  create: 'create',
  update: 'update',
  disable: 'disable',
  enable: 'disable',
  remove: 'remove',
  link: null,
  unlink: null,
};

/** Why the target cannot do it; null when it can. */
export function cannot(target: Endpoint, type: string, action: Action): Label | null {
  const write = needs[action];
  if (target.isDirectory || write === null) return null;
  const { connection } = target;
  const offered = action === 'update' ? (connection.update ?? connection.changeMembers) : connection[action as 'enable' | Write];
  const spec = target.types.find((candidate) => candidate.id === type);
  if (offered !== undefined && (spec?.writes ?? [write]).includes(write)) return null;
  const [label, words] = [spec?.label ?? { en: type, zh: type }, actions[action].label];
  const byHand =
    action === 'create'
      ? { en: ' Make it there by hand: the next run finds it by the rules.', zh: '请在目标系统中手工创建，下次执行会按规则匹配。' }
      : { en: '', zh: '' };
  return {
    en: `This target cannot ${words.en} a ${label.en}.${byHand.en}`,
    zh: `该目标系统不支持${words.zh}${label.zh}。${byHand.zh}`,
  };
}

/** How many messages the system itself sends to people for one such write. */
export const messagesOf = (context: RunContext, type: string, action: Action): number =>
  context.target.sends.filter((sends) => sends.on === action && (sends.type ?? type) === type).length;
