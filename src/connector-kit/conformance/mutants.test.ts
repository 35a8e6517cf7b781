// The kit is worth what it catches: connectors that are broken in one known way must fail the case made for it.
import { describe, expect, test } from 'vitest';
import { signedEvent } from '../../connectors/memory/events.ts';
import { memory } from '../../connectors/memory/index.ts';
import { LIMITED_TOKEN, type MemorySimulator } from '../../connectors/memory/simulator.ts';
import type { Connector } from '../contract.ts';
import { ConnectorError } from '../errors.ts';
import { mutantsOf, mutationsOf, type Settings } from './mutants.ts';
import { conformanceCases, runConformance } from './run.ts';
import { simulatorSubject } from './subject.ts';

const subjectOf = (connector: Connector<Settings>) =>
  simulatorSubject(connector, {
    part: {},
    timeoutMs: 5000,
    far: (simulator, { clock }) => ({
      underPrivilegedConfig: { ...simulator.config, token: LIMITED_TOKEN },
      missingPart: { department: 'd-never' },
      expireCursors: () => (simulator as MemorySimulator).world.expireCursors(),
      event: (keys) => signedEvent(String(simulator.config.signingSecret), keys, clock.now()),
    }),
  });

describe('the conformance kit', () => {
  test('passes the memory connector in every case it does not lack', async () => {
    const outcomes = await runConformance(subjectOf(memory));
    expect(outcomes.filter(({ state }) => state === 'failed')).toEqual([]);
    expect(outcomes.filter(({ state }) => state === 'passed').length).toBeGreaterThan(90);
  });

  for (const [what, [caughtBy, connector]] of Object.entries(mutantsOf(memory))) {
    test(`catches a connector that ${what} (${caughtBy})`, async () => {
      const one = conformanceCases.filter(({ id }) => id === caughtBy);
      expect(one).toHaveLength(1);
      expect(await runConformance(subjectOf(connector), one)).toMatchObject([{ id: caughtBy, state: 'failed' }]);
    });
  }

  test('fails a far side that answers all in one page, whatever it was asked for', async () => {
    const paging = conformanceCases.filter(({ id }) => ['read.page', 'read.page-plus-one', 'read.three-pages'].includes(id));
    const fixed = {
      ...subjectOf(memory),
      start: subjectOf({ ...memory, simulate: (options) => memory.simulate!({ ...options, options: {} }) }).start,
    };
    expect((await runConformance(fixed, paging)).map(({ state }) => state)).toEqual(['passed', 'failed', 'failed']);
    const told = { ...fixed, unpaged: ['person', 'department', 'group'] };
    expect((await runConformance(told, paging)).map(({ state }) => state)).toEqual(['passed', 'passed', 'passed']);
  });

  test('counts an absent method as not offered, and never as passed', async () => {
    const poor = mutationsOf(memory)(() => ({ changes: undefined, watch: undefined, batch: undefined }));
    const outcomes = await runConformance(
      subjectOf(poor),
      conformanceCases.filter(({ group, id }) => group === 'changes' || id === 'write.batch'),
    );
    expect(new Set(outcomes.map(({ state }) => state))).toEqual(new Set(['not-offered']));
  });

  test('runs on a system that is only read, with objects put there beside the connector', async () => {
    const writing = ['create', 'update', 'disable', 'enable', 'remove', 'restore', 'changeMembers', 'batch', 'finish'];
    const readOnly = mutationsOf(memory)(() => Object.fromEntries(writing.map((name) => [name, undefined])));
    const source = { ...readOnly, manifest: { ...readOnly.manifest, roles: ['source' as const] } };
    const subject = simulatorSubject(source, {
      part: {},
      far: (simulator) => {
        const { world } = simulator as MemorySimulator;
        return {
          seed: async (type, objects) => objects.map(({ attributes, edges }) => world.insert(type, attributes, edges).id),
          change: async (type, id, attributes) => void world.change(type, id, attributes),
          erase: async (type, id) => world.remove(type, id),
        };
      },
    });
    const outcomes = await runConformance(subject);
    expect(outcomes.filter(({ state }) => state === 'failed')).toEqual([]);
    const passed = outcomes.filter(({ state }) => state === 'passed').map(({ id }) => id);
    expect(passed).toEqual(
      expect.arrayContaining(['read.three-pages', 'read.moving', 'changes.delete', 'names.chinese', 'faults.lasting']),
    );
    expect(passed.filter((id) => id.startsWith('write.') || id.startsWith('people.'))).toEqual([]);
  });

  test('holds a connection that is configured to be read to that', async () => {
    const one = conformanceCases.filter(({ id }) => id === 'check.manifest');
    const readOnly = mutationsOf(memory)(() => ({ create: undefined, update: undefined, remove: undefined }));
    const outcomes = async (connector: Connector<Settings>, role?: 'source') =>
      (await runConformance({ ...subjectOf(connector), ...(role ? { role } : {}) }, one)).map(({ state }) => state);
    expect(await outcomes(memory, 'source')).toEqual(['failed']);
    expect(await outcomes(readOnly)).toEqual(['failed']);
    expect(await outcomes(readOnly, 'source')).toEqual(['passed']);
  });

  test('lets a far side that cannot count requests say when a fault is over', async () => {
    const one = conformanceCases.filter(({ id }) => id === 'faults.server-error');
    let broken = false;
    const connector = mutationsOf(memory)((good) => ({
      async *read(type, request) {
        if (broken) throw new ConnectorError('transient', { en: 'down', zh: 'down' });
        yield* good.read(type, request);
      },
    }));
    const subject = (heal?: () => void) =>
      simulatorSubject(connector, {
        part: {},
        far: () => ({ fault: () => void (broken = true), ...(heal ? { heal } : {}) }),
      });
    expect(
      await runConformance(
        subject(() => void (broken = false)),
        one,
      ),
    ).toMatchObject([{ state: 'passed' }]);
    expect(await runConformance(subject(), one)).toMatchObject([{ state: 'failed' }]);
  });

  test('keeps its own numbers apart when pages are large', async () => {
    const one = conformanceCases.filter(({ id }) => id === 'read.moving');
    const subject = { ...subjectOf(memory), pageSize: 400 };
    expect(await runConformance(subject, one)).toMatchObject([{ state: 'passed' }]);
  });

  test('has case ids that are unique and titles that are sentences', () => {
    const ids = conformanceCases.map(({ id }) => id);
    expect(new Set(ids).size).toBe(ids.length);
    for (const { title } of conformanceCases) expect(title.split(' ').length).toBeGreaterThan(2);
  });
});
