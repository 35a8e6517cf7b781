// Members of groups in a system that takes them and never shows them: what was written, kept in the connection's memory.
import { z } from 'zod';
import type { ConnectionContext, MemberChange } from '../../connector-kit/contract.ts';
import type { Edge } from '../../core/model.ts';

export interface RememberedMembers {
  of(group: string): Promise<readonly Edge[]>;
  /** Calls for one group never overlap. */
  change(group: string, change: MemberChange): Promise<void>;
}

/** Type and id, so that it stays short. */
const shape = z.array(z.tuple([z.string(), z.string()]));

export function rememberedMembers(memory: ConnectionContext<unknown>['memory']): RememberedMembers {
  const keyOf = (group: string): string => `members of ${group}`;
  const of = async (group: string): Promise<readonly Edge[]> => {
    const text = await memory.get(keyOf(group));
    return text === undefined ? [] : shape.parse(JSON.parse(text)).map(([type, id]) => ({ to: { type, id } }));
  };
  return {
    of,
    async change(group, { add, remove }) {
      const gone = new Set(remove.map(({ to }) => to.id));
      const kept = new Map([...(await of(group)).filter(({ to }) => !gone.has(to.id)), ...add].map(({ to }) => [to.id, to.type]));
      await memory.set(keyOf(group), JSON.stringify([...kept].map(([id, type]) => [type, id])));
    },
  };
}
