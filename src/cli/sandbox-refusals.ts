// The phone book of the sandbox company refuses as many changes of people as it was told to, as a real system refuses some now and then.
import type { Connection, ConnectionContext, Connector } from '../connector-kit/contract.ts';
import { ConnectorError } from '../connector-kit/errors.ts';
import { BOOK, REFUSALS } from '../engine/sandbox.ts';

/** The connector as it is, but for that one connection. */
export const refusingAsTold = (connector: Connector): Connector => ({
  ...connector,
  async open(context) {
    const connection = await connector.open(context);
    return context.connectionId === BOOK ? refusing(connection, context.memory) : connection;
  },
});

const refused = (): ConnectorError =>
  new ConnectorError('forbidden', {
    en: 'The sandbox phone book refuses this entry, as it was told to. Tried again, it takes it.',
    zh: '沙箱通讯录按要求拒绝了此条目。再次尝试即可写入。',
  });

function refusing(connection: Connection, memory: ConnectionContext<unknown>['memory']): Connection {
  const { update } = connection;
  if (!update) return connection;
  return {
    ...connection,
    async update(type, id, changed, whole, request) {
      const left = type === 'person' ? Number((await memory.get(REFUSALS)) ?? 0) : 0;
      if (left === 0) return update(type, id, changed, whole, request);
      // It is not refused again.
      await memory.set(REFUSALS, String(left - 1));
      throw refused();
    },
  };
}
