// Authority: an HR system (rank 200) and a phone book (rank 100) speak of the same people; every case is a row.
import { describe, expect, it } from 'vitest';
import { putLinks } from '../../src/store/links.ts';
import { openScene, roomy, type Scene, valueOf } from '../../test/support/plain-scene.ts';
import { PlainSystem } from '../../test/support/plain-system.ts';

type Word = 'value' | 'null' | 'unknown';
interface Two {
  readonly scene: Scene;
  readonly book: PlainSystem;
  readonly lower: number;
  /** Runs both jobs in the order of the case. */
  run(): Promise<void>;
}

async function openTwo(
  order: 'higher first' | 'lower first',
  options: { higher?: object; lower?: object; ranks?: readonly [number, number] } = {},
): Promise<Two> {
  const [high, low] = options.ranks ?? [200, 100];
  const scene = await openScene({ up: { rank: high, policy: { guard: roomy, ...options.higher } } });
  const book = new PlainSystem('book');
  await scene.bench.connection('book', book.connector, {});
  const lower = await scene.addJob(book, 'up', { rank: low, policy: { guard: roomy, ...options.lower } });
  const run = async (): Promise<void> => {
    for (const job of order === 'higher first' ? [scene.up, lower] : [lower, scene.up]) await scene.bench.run(job);
    await scene.bench.approveAll();
  };
  return { scene, book, lower, run };
}

function say(system: PlainSystem, id: string, attribute: string, word: Word, value: string): void {
  system.set('person', id, { [attribute]: word === 'value' ? value : null });
  if (word === 'unknown') system.unknowns.set(id, [attribute]);
  else system.unknowns.delete(id);
}

const words: readonly Word[] = ['value', 'null', 'unknown'];
const orders = ['higher first', 'lower first'] as const;

describe.each(orders)('what two sources say of one attribute, %s', (order) => {
  const expected = (higher: Word, lower: Word, falls: boolean): string | null => {
    if (higher === 'value') return 'from HR';
    if (higher === 'null' && !falls) return null;
    return lower === 'value' ? 'from the book' : null;
  };
  const rows = words.flatMap((higher) =>
    words.flatMap((lower) => [false, true].map((falls) => ({ higher, lower, falls, is: expected(higher, lower, falls) }))),
  );

  it.each([false, true])('counts by rank; a null of the higher one falls through: %s', async (falls) => {
    const two = await openTwo(order, { higher: { nullFallsThrough: falls ? ['title'] : [] } });
    const cases = rows.filter((row) => row.falls === falls);
    for (const system of [two.scene.hr, two.book]) system.department('main');
    for (const [index, row] of cases.entries()) {
      for (const system of [two.scene.hr, two.book]) system.person(String(index), 'main');
      say(two.scene.hr, String(index), 'title', row.higher, 'from HR');
      say(two.book, String(index), 'title', row.lower, 'from the book');
    }
    await two.run();
    const found = await Promise.all(
      cases.map(async (row, index) => ({ ...row, is: valueOf(await two.scene.known(String(index)), 'title') })),
    );
    expect(found).toEqual(cases);
    expect(await two.scene.people()).toHaveLength(cases.length);
  });

  it('keeps the last word that was said when a source no longer shows the attribute', async () => {
    const two = await openTwo(order);
    for (const system of [two.scene.hr, two.book]) {
      system.department('main');
      system.person('1', 'main', { title: system === two.book ? 'from the book' : 'from HR' });
    }
    await two.run();
    say(two.scene.hr, '1', 'title', 'unknown', '');
    await two.run();
    expect(valueOf(await two.scene.known('1'), 'title')).toBe('from HR');
    say(two.scene.hr, '1', 'title', 'null', '');
    await two.run();
    expect(valueOf(await two.scene.known('1'), 'title')).toBe(null);
    two.book.set('person', '1', { title: 'changed in the book' });
    await two.run();
    expect(valueOf(await two.scene.known('1'), 'title')).toBe(null);
  });

  it('lets an attribute have a rank of its own', async () => {
    const two = await openTwo(order, { lower: { attributeRanks: { phone: 300 } } });
    for (const system of [two.scene.hr, two.book]) {
      system.department('main');
      system.person('1', 'main', { title: system.id, phone: system === two.book ? '+1 555 0100' : '+1 555 0199' });
    }
    await two.run();
    expect((await two.scene.known('1'))!.attributes).toMatchObject({ title: 'hr', phone: '+1 555 0100' });
  });

  it('lets the lower job number speak at equal rank', async () => {
    const two = await openTwo(order, { ranks: [100, 100] });
    for (const system of [two.scene.hr, two.book]) {
      system.department('main');
      system.person('1', 'main', { title: system.id });
    }
    await two.run();
    await two.run();
    expect(valueOf(await two.scene.known('1'), 'title')).toBe('hr');
  });
});

describe.each(orders)('whether somebody exists, %s', (order) => {
  const says = ['active', 'suspended', 'departed', 'absent', 'unknown'] as const;
  const rows = says.flatMap((higher) =>
    says.map((lower) => ({ higher, lower, is: higher !== 'unknown' ? higher : lower === 'unknown' ? 'active' : lower })),
  );
  const flags = [
    { name: 'both decide', higher: true, lower: true, is: (row: (typeof rows)[number]) => row.is },
    {
      name: 'only the higher one decides',
      higher: true,
      lower: false,
      is: (row: (typeof rows)[number]) => (row.higher === 'unknown' ? 'active' : row.higher),
    },
    {
      name: 'only the lower one decides',
      higher: false,
      lower: true,
      is: (row: (typeof rows)[number]) => (row.lower === 'unknown' ? 'active' : row.lower),
    },
    { name: 'neither decides', higher: false, lower: false, is: () => 'active' },
  ];

  it.each(flags)('$name: the highest word that is known counts', async ({ higher, lower, is }) => {
    const two = await openTwo(order, {
      higher: { decidesExistence: higher, leaver: { departed: 'disable' } },
      lower: { decidesExistence: lower, leaver: { departed: 'disable' } },
    });
    for (const system of [two.scene.hr, two.book]) {
      system.department('main');
      for (const index of rows.keys()) system.person(String(index), 'main', { status: 'active' });
    }
    await two.run();
    for (const [index, row] of rows.entries()) {
      for (const [system, word] of [
        [two.scene.hr, row.higher],
        [two.book, row.lower],
      ] as const) {
        if (word === 'unknown') system.unknowns.set(String(index), ['status']);
        else system.set('person', String(index), { status: word });
      }
    }
    await two.run();
    await two.run();
    const found = await Promise.all(
      rows.map(async (row, index) => ({ higher: row.higher, lower: row.lower, is: (await two.scene.known(String(index)))!.lifecycle })),
    );
    // Who was active and becomes unknown stays active.
    expect(found).toEqual(
      rows.map((row) => ({ higher: row.higher, lower: row.lower, is: is({ ...row, is: row.higher === 'unknown' ? 'active' : row.is }) })),
    );
  });

  it('a status that is no longer shown leaves what was said last', async () => {
    const two = await openTwo(order);
    for (const system of [two.scene.hr, two.book]) {
      system.department('main');
      for (const id of ['1', '2', '3', '4'])
        system.person(id, 'main', { status: system === two.book ? 'active' : id === '1' ? 'suspended' : 'active' });
    }
    await two.run();
    two.scene.hr.dials.hidden.add('status');
    await two.run();
    expect((await two.scene.known('1'))!.lifecycle).toBe('suspended');
    two.scene.hr.delete('person', '2');
    await two.scene.bench.unpause();
    await two.run();
    expect((await two.scene.known('2'))!.lifecycle).toBe('suspended');
    two.scene.hr.person('2', 'main');
    await two.scene.bench.unpause();
    await two.run();
    expect((await two.scene.known('2'))!.lifecycle).toBe('active');
  });

  it('somebody gone from the source that does not decide stays, and goes on with the word of the other', async () => {
    const two = await openTwo(order, { lower: { decidesExistence: false, leaver: { gone: 'delete' } } });
    for (const system of [two.scene.hr, two.book]) {
      system.department('main');
      for (const id of ['1', '2']) system.person(id, 'main', { title: system.id });
    }
    await two.run();
    two.book.delete('person', '1');
    await two.run();
    expect(await two.scene.known('1')).toMatchObject({ lifecycle: 'active', attributes: { title: 'hr' } });
  });
});

describe('somebody whom only a source knows that does not decide', () => {
  const known = async (two: Two) => (await two.scene.people()).map(({ lifecycle, attributes }) => [attributes.employeeNumber, lifecycle]);

  it('is made, stays when gone from it, and is as the deciding source says as soon as that knows them', async () => {
    const two = await openTwo('lower first', { lower: { decidesExistence: false, leaver: { gone: 'delete' } } });
    for (const system of [two.scene.hr, two.book]) system.department('main');
    for (const id of ['1', '2']) two.book.person(id, 'main');
    await two.run();
    expect(await known(two)).toEqual([
      ['N-1', 'active'],
      ['N-2', 'active'],
    ]);
    two.book.delete('person', '1');
    two.book.delete('person', '2');
    await two.run();
    expect(await known(two)).toEqual([
      ['N-1', 'active'],
      ['N-2', 'active'],
    ]);
    two.scene.hr.person('1', 'main', { status: 'departed' });
    await two.run();
    expect((await two.scene.known('1'))!.lifecycle).not.toBe('active');
    expect((await two.scene.known('2'))!.lifecycle).toBe('active');
  });

  it('stays also where that source lets go of who is gone', async () => {
    const two = await openTwo('lower first', { lower: { decidesExistence: false, leaver: { gone: 'unlink' } } });
    for (const system of [two.scene.hr, two.book]) system.department('main');
    for (const id of ['1', '2']) two.book.person(id, 'main');
    await two.run();
    two.book.delete('person', '1');
    await two.run();
    expect(await known(two)).toEqual([
      ['N-1', 'active'],
      ['N-2', 'active'],
    ]);
    expect(await two.scene.heldIn('open')).toEqual([]);
  });
});

describe.each(orders)('departments of a person whom two sources know, %s', (order) => {
  it('are those of the highest-ranked source, as a set', async () => {
    const two = await openTwo(order);
    for (const system of [two.scene.hr, two.book]) for (const id of ['a', 'b', 'c']) system.department(id);
    two.scene.hr.person('1', ['a', 'b']);
    two.book.person('1', ['c', 'b']);
    two.scene.hr.person('2', 'a');
    two.scene.hr.unknowns.set('2', ['membership']);
    two.book.person('2', 'c');
    await two.run();
    expect((await two.scene.known('1'))!.departments).toEqual(['a', 'b']);
    expect((await two.scene.known('2'))!.departments).toEqual(['c']);
    two.scene.hr.set('person', '1', {}, { membership: [] });
    await two.run();
    expect((await two.scene.known('1'))!.departments).toEqual([]);
  });

  it('stay those of the highest-ranked source while it does not show them, and when the person is gone from it', async () => {
    const two = await openTwo(order);
    for (const system of [two.scene.hr, two.book]) for (const id of ['a', 'c']) system.department(id);
    for (const id of ['1', '2', '3']) {
      two.scene.hr.person(id, 'a');
      two.book.person(id, 'c');
    }
    await two.run();
    two.scene.hr.unknowns.set('1', ['membership']);
    two.scene.hr.set('person', '1', { title: 'changed' });
    two.scene.hr.delete('person', '2');
    await two.run();
    for (const id of ['1', '2']) two.book.set('person', id, { note: 'changed' });
    await two.run();
    await two.run();
    expect((await two.scene.known('1'))!.departments).toEqual(['a']);
    expect(await two.scene.known('2')).toMatchObject({ departments: ['a'], lifecycle: 'suspended' });
  });

  it('whom the higher source unlinks fall back to what the lower one says', async () => {
    const two = await openTwo(order, { higher: { leaver: { gone: 'unlink' } } });
    for (const system of [two.scene.hr, two.book]) for (const id of ['a', 'c']) system.department(id);
    for (const id of ['1', '2']) {
      two.scene.hr.person(id, 'a', { title: 'hr' });
      two.book.person(id, 'c', { title: 'book' });
    }
    await two.run();
    two.scene.hr.delete('person', '1');
    await two.run();
    await two.run();
    expect(await two.scene.known('1')).toMatchObject({ lifecycle: 'active', attributes: { title: 'book' }, departments: ['c'] });
  });
});

describe('two records of one source for one person', () => {
  it('are united in their departments; the primary record speaks for the rest, whichever was read last', async () => {
    const scene = await openScene({ up: { policy: { guard: roomy }, correlation: {} } });
    for (const id of ['a', 'b', 'c']) scene.hr.department(id);
    scene.hr.person('1', 'a', { title: 'main post' });
    await scene.bench.run(scene.up);
    const { id } = (await scene.people())[0]!;
    await scene.bench.database.write((transaction) =>
      putLinks(transaction, 'hr', [{ type: 'person', externalId: '0-second', directoryId: id, madeBy: 'by hand' }], 0),
    );
    scene.hr.put(
      'person',
      '0-second',
      { name: 'Person 1', number: 'N-1', mail: '1@example.com', title: 'second post' },
      { membership: [{ to: { type: 'department', id: 'b' } }] },
    );
    for (let again = 0; again < 3; again++) await scene.bench.run(scene.up);
    expect(await scene.people()).toMatchObject([{ id, departments: ['a', 'b'], attributes: { title: 'main post' } }]);
    scene.hr.set('person', '0-second', { title: 'another second post' }, { membership: [{ to: { type: 'department', id: 'c' } }] });
    for (let again = 0; again < 2; again++) await scene.bench.run(scene.up);
    expect(await scene.people()).toMatchObject([{ id, departments: ['a', 'c'], attributes: { title: 'main post' } }]);
    expect((await scene.bench.run(scene.up)).state).toBe('succeeded');
  });
});
