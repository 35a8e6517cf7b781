// What `explain` says of one person with everything that can be said, word for word: golden/explain.en.txt and explain.zh.txt.
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { directory } from '../connectors/directory/index.ts';
import type { Connector } from '../connector-kit/contract.ts';
import { carryOut } from '../engine/commands.ts';
import { readSettings } from '../settings.ts';
import { PlainSystem } from '../../test/support/plain-system.ts';
import { downSettings, openScene, roomy } from '../../test/support/plain-scene.ts';
import { commands, dispatch } from './cli.ts';
import type { Session } from './session.ts';
import { createOutput } from './terminal.ts';

it.each(['en', 'zh'] as const)('explains sources, values, accounts, match, scope and changes (%s)', async (language) => {
  const guard = { policy: { guard: roomy } };
  const scene = await openScene({ people: 3, up: guard, down: guard });
  const { bench, hr } = scene;
  // A second source of a lower rank that says something else.
  const second = new PlainSystem('payroll');
  await bench.connection('payroll', second.connector, {});
  const payroll = await scene.addJob(second, 'up', { rank: 50, ...guard });
  second.department('main');
  second.person('1', 'main', { title: 'Accountant', note: 'Zoe' });
  // An app that has two accounts with her number, and one whose scope leaves her out.
  const twice = new PlainSystem('twice');
  for (const id of ['x1', 'x2']) twice.put('person', id, { name: `Account ${id}`, number: 'N-1' });
  await bench.connection('twice', twice.connector, {});
  const ambiguous = await bench.job(downSettings('twice', guard));
  const other = new PlainSystem('other');
  await bench.connection('other', other.connector, {});
  const scoped = await bench.job(downSettings('other', { ...guard, scope: { rules: { person: 'title == "Boss"' } } }));
  hr.set('person', '1', { title: 'Engineer', manager: '2' });
  await bench.run(scene.up);
  await bench.run(payroll);
  await bench.run(scene.down);
  await bench.run(ambiguous);
  await bench.run(scoped);
  hr.set('person', '1', { title: 'Architect' });
  await scene.sync();
  const types = new Map<string, Connector>([['directory', directory as unknown as Connector]]);
  for (const system of [hr, scene.app, second, twice, other]) types.set(system.id, system.connector);
  const context = {
    reader: bench.database,
    connectors: types,
    now: () => bench.clock.now(),
    engine: bench.engine,
    actor: 'test',
    alone: true,
  };
  const session = {
    isServed: false,
    call: async (name: never, input: never) => (await carryOut(name, context, input)) as never,
    follow: async () => [],
    close: async () => {},
  } as unknown as Session;
  const written: string[] = [];
  const stream = { write: (text: string) => void written.push(text), isTTY: true, columns: 80 };
  const output = createOutput({ out: stream, err: stream, language, colour: false });
  expect(await dispatch(commands.explain!, ['N-1'], readSettings({}, '/'), output, async () => session)).toBe('done');
  const text = written
    .join('')
    .replace(/[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[0-9a-f]{4}-[0-9a-f]{12}/g, 'DIRECTORY-ID')
    .replace(/\d{4}-\d\d-\d\d \d\d:\d\d(?::\d\d)?/g, 'YYYY-MM-DD hh:mm')
    .replace(/…[0-9a-f]{12}/g, '…IDIDIDIDIDID');
  // Nothing may be missing from what is read as proof that all of it can be explained.
  for (const part of ['N-1', 'Architect', 'Accountant', 'payroll', 'x1', 'x2', 'title == "Boss"']) expect(text).toContain(part);
  await expect(text).toMatchFileSnapshot(join(import.meta.dirname, 'golden', `explain.${language}.txt`));
});
