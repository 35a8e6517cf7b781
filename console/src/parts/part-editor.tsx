// A part of the wizard as the page of a job edits it: what is chosen here is handed on as a change of the settings.
import { useState } from 'react';
import type { WireOutput } from '../../../src/server/api/wire.ts';
import { useAnswer } from '../api/hooks.ts';
import type { Values } from '../forms/setting.ts';
import { Answered } from '../ui/answered.tsx';
import type { PartId } from './part.ts';
import { parts } from './parts.ts';

interface PartEditorProps {
  readonly job: WireOutput<'job.get'>;
  readonly onChange: (settings: Values | null) => void;
}

export const partEditor = (part: PartId) =>
  function PartEditor({ job, onChange }: PartEditorProps) {
    const [change, setChange] = useState<Values>({});
    const connection = useAnswer('connection.get', { connection: job.connection });
    const connectors = useAnswer('connector.list', {});
    // Asked here, so that a part stands as a whole at once.
    const schema = useAnswer('schema.get', {});
    const Own = parts[part];
    return (
      <Answered of={connection} rows={8}>
        {({ connector }) => (
          <Answered of={schema.isPending ? { ...connectors, data: undefined } : connectors} rows={8}>
            {({ connectors: known }) => {
              const found = known.find((one) => one.id === connector);
              return (
                found && (
                  <Own
                    connector={found}
                    connection={job.connection}
                    direction={job.direction}
                    names={job.scopeNames}
                    settings={{ ...job.settings, ...change }}
                    onChange={(next, isWhole = true) => {
                      const all = { ...change, ...next };
                      setChange(all);
                      onChange(isWhole ? all : null);
                    }}
                  />
                )
              );
            }}
          </Answered>
        )}
      </Answered>
    );
  };
