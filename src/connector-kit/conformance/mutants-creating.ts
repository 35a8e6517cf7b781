// Connectors that say of a creation what is not so, each with the case that must say so. For the test of the kit alone.
import type { Connector } from '../contract.ts';
import { ConnectorError, isConnectorError } from '../errors.ts';
import type { Mutate, Settings } from './mutants.ts';

const label = { en: 'x', zh: 'x' };

export const mutantsOfCreating = (mutant: Mutate): Readonly<Record<string, readonly [caughtBy: string, Connector<Settings>]>> => ({
  'takes a failure of a proxy for a write that was not done': [
    'faults.spoiled-create',
    mutant((good) => ({
      create: (type, desired, request) =>
        good.create(type, desired, request).catch((error: unknown) => {
          throw isConnectorError(error) && error.kind === 'unknown-outcome' ? new ConnectorError('transient', label) : error;
        }),
    })),
  ],
  'leaves an account usable that shall not be': [
    'write.create-disabled',
    mutant((good) => ({ create: (type, desired, request) => good.create(type, { ...desired, enabled: true }, request) })),
  ],
  'says of an account that it made and could not disable that it may not be touched': [
    'faults.half-created',
    mutant((good) => ({
      create: async (type, desired, request) => {
        const made = await good.create(type, { ...desired, enabled: true }, request);
        if (!desired.enabled) await good.disable(type, made.id, request);
        return made;
      },
    })),
  ],
});
