// Members of groups in a system that takes them and never shows them: what was written, kept in the connection's memory.
import { z } from 'zod';
import type { ConnectionContext, MemberChange } from '../../connector-kit/contract.ts';
import type { Edge } from '../../core/model.ts';

export interface RememberedMembers {
  of(group: string): Promise<readonly Edge[]>;
  /** Calls for one group never overlap. */
  change(group: string, change: MemberChange): Promise<void>;
  /** Made by this connection: nobody is in it but whom it wrote, as far as it can know. */
  made(group: string): Promise<void>;
  isOurs(group: string): Promise<boolean>;
}

/** Type and id, so that it stays short. */
const shape = z.array(z.tuple([z.string(), z.string()]));

export function rememberedMembers(memory: ConnectionContext<unknown>['memory']): RememberedMembers {
  const keyOf = (group: string): string => `members of ${group}`;
  const of = async (group: string): Promise<readonly Edge[]> => {
    const text = await memory.get(keyOf(group));
    return text === undefined ? [] : shape.parse(JSON.parse(text)).map(([type, id]) => ({ to: { type, id } }));
  };
  const madeKey = (group: string): string => `made group ${group}`;
  return {
    of,
    made: (group) => memory.set(madeKey(group), 'yes'),
    isOurs: async (group) => (await memory.get(madeKey(group))) !== undefined,
    async change(group, { add, remove }) {
      const gone = new Set(remove.map(({ to }) => to.id));
      const kept = new Map([...(await of(group)).filter(({ to }) => !gone.has(to.id)), ...add].map(({ to }) => [to.id, to.type]));
      await memory.set(keyOf(group), JSON.stringify([...kept].map(([id, type]) => [type, id])));
    },
  };
}
