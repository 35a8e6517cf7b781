// The suite that every connector passes, against the memory system.
//
// `far` is what the kit needs beside the connector, each with its comment in connector-kit/conformance/subject.ts: `seed`
// puts objects of a type there that the connector cannot create, `change` and `erase` do what it cannot do; `faults`
// lists the dials when they are not all. Beside `part`: `samples` for values the catalogue cannot tell, `skips` (case →
// reason) for what the vendor makes impossible.
import { describeConformance, simulatorSubject } from '../../connector-kit/conformance/index.ts';
import { signedEvent, signedHello } from './events.ts';
import { memory } from './index.ts';
import { LIMITED_TOKEN, type MemorySimulator } from './simulator.ts';

describeConformance(
  simulatorSubject(memory, {
    part: {},
    far: (simulator, { clock }) => ({
      underPrivilegedConfig: { ...simulator.config, token: LIMITED_TOKEN },
      missingPart: { department: 'd-never' },
      expireCursors: () => (simulator as MemorySimulator).world.expireCursors(),
      event: (keys) => signedEvent(String(simulator.config.signingSecret), keys, clock.now()),
      handshake: () => ({
        event: signedHello(String(simulator.config.signingSecret), 'who-is-there', clock.now()),
        expects: 'who-is-there',
      }),
    }),
  }),
);
