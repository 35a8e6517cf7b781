// What people call the types of objects, and the attributes of what a job writes to: the directory's, or the connector's.
import type { WireOutput } from '../../../../src/server/api/wire.ts';
import { useAnswer } from '../../api/hooks.ts';
import { useWords } from '../../i18n/i18n.ts';
import { useTypeName } from '../../ui/type-name.ts';
import type { TargetNames } from './scope-said.ts';

/** What is not known yet keeps its own name. */
export function useTargetNames({ connection, direction }: Pick<WireOutput<'job.get'>, 'connection' | 'direction'>): TargetNames {
  const { say } = useWords();
  const type = useTypeName();
  const isDown = direction === 'down';
  const directory = useAnswer('schema.get', {});
  const own = useAnswer('connection.get', { connection }, { enabled: isDown });
  const connector = own.data?.connector;
  const system = useAnswer('connector.list', connector === undefined ? {} : { connector }, { enabled: connector !== undefined });
  const types = isDown ? system.data?.connectors[0]?.types : directory.data?.types;
  return {
    type,
    attribute: (of, name) => {
      const found = types?.find((one) => one.id === of)?.attributes.find((one) => one.name === name);
      return found ? say(found.label) : name;
    },
  };
}
