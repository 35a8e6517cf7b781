// One cell of a row cannot be read, and the person is delivered with the rest: they are listed, and otherwise like everybody else.
import { expect, it } from 'vitest';
import type { Connector, ReadEvent } from '../../src/connector-kit/contract.ts';
import { ask } from '../../test/support/asking.ts';
import { openScene, roomy } from '../../test/support/plain-scene.ts';
import type { PlainSystem } from '../../test/support/plain-system.ts';

const BAD = '2';
const reason = { en: 'the start date "2020-13-01" is no date', zh: '入职日期“2020-13-01”无效' };

/** As a file does it: what is wrong with rows first, then all people, those rows among them. */
const withBadCell =
  (isBad: () => boolean) =>
  (system: PlainSystem): Connector => ({
    ...(system.connector as Connector),
    async open(context) {
      const connection = await (system.connector as Connector).open(context);
      const read: typeof connection.read = async function* (type, request): AsyncGenerator<ReadEvent> {
        if (type === 'person' && isBad()) yield { kind: 'unreadable', id: BAD, where: 'row 3', reason };
        yield* connection.read!(type, request);
      };
      return { ...connection, read };
    },
  });

async function company() {
  let bad = true;
  const scene = await openScene({
    people: 3,
    up: { policy: { guard: roomy, leaver: { departed: 'disable' } } },
    down: { policy: { guard: roomy } },
    source: withBadCell(() => bad),
  });
  const linked = async () =>
    (await ask(scene, 'link.list', { connection: 'hr', type: 'person' })).links.map((link) => link.externalId).toSorted();
  return { scene, linked, mend: () => (bad = false) };
}

it('they are linked, and a run without a change writes nothing', async () => {
  const { scene, linked, mend } = await company();
  const first = await scene.bench.run(scene.up);
  expect(first.counts['applied.create.person']).toBe(3);
  expect(await linked()).toEqual(['1', '2', '3']);
  expect(await scene.items()).toMatchObject([{ who: BAD, cause: 'unreadable' }]);
  for (let again = 0; again < 2; again++) {
    const run = await scene.bench.run(scene.up);
    expect(run.counts.applied ?? 0).toBe(0);
    expect(await linked()).toEqual(['1', '2', '3']);
  }
  mend();
  expect((await scene.bench.run(scene.up)).counts.applied ?? 0).toBe(0);
  expect(await scene.items()).toEqual([]);
});

it('another number of theirs makes no second person, and a departure is one', async () => {
  const { scene, linked } = await company();
  await scene.sync();
  scene.hr.set('person', BAD, { number: 'N-22', phone: '+86 13900000000' });
  await scene.sync();
  expect((await scene.people()).length).toBe(3);
  expect((await scene.known('22'))!.attributes).toMatchObject({ employeeNumber: 'N-22', phone: '+86 13900000000' });
  scene.hr.set('person', BAD, { status: 'departed' });
  await scene.sync();
  await scene.bench.approveAll();
  expect((await scene.known('22'))!.lifecycle).toBe('departed');
  expect(await linked()).toEqual(['1', '2', '3']);
});
