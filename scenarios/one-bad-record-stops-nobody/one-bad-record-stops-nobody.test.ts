// Promise 6: a bad record is listed with a cause an administrator understands, everybody else is synced, a retry mends just it.
import { describe, expect, it } from 'vitest';
import { openScene, roomy, type Scene } from '../../test/support/plain-scene.ts';
import { byNumber, plainDown, plainUp } from '../../test/support/plain-system.ts';

const PEOPLE = 12;
const open = (up: object = {}, down: object = {}): Promise<Scene> =>
  openScene({ people: PEOPLE, up: { policy: { guard: roomy }, ...up }, down: { policy: { guard: roomy }, ...down } });

interface Bad {
  readonly name: string;
  /** Where it shows. */
  readonly side: 'up' | 'down';
  readonly spoil: (scene: Scene) => void;
  readonly mend: (scene: Scene) => void;
  readonly item: { readonly attribute: string; readonly cause: string; readonly says: readonly string[] };
  /** Whether the person of the record is synced all the same, without the bad value. */
  readonly arrives: boolean;
  /** What the person has below once it is mended. */
  readonly after: Record<string, unknown>;
}

const kinds: readonly Bad[] = [
  {
    name: 'a missing required attribute',
    side: 'down',
    arrives: false,
    spoil: ({ hr }) => hr.set('person', '5', { name: null }),
    mend: ({ hr }) => hr.set('person', '5', { name: 'Named' }),
    item: { attribute: 'name', cause: 'mapping', says: ['is required by the target and empty in the source'] },
    after: { name: 'Named' },
  },
  {
    name: 'an expression that fails',
    side: 'up',
    arrives: true,
    spoil: ({ hr }) => hr.set('person', '5', { title: 'not-a-number' }),
    mend: ({ hr }) => hr.set('person', '5', { title: '7' }),
    item: { attribute: 'title', cause: 'mapping', says: ['title'] },
    after: { title: 'Grade 7' },
  },
  {
    name: 'a name of 300 characters',
    side: 'down',
    arrives: false,
    spoil: ({ hr }) => hr.set('person', '5', { name: '长'.repeat(300) }),
    mend: ({ hr }) => hr.set('person', '5', { name: '短' }),
    item: { attribute: 'name', cause: 'mapping', says: ['has 300 characters, at most 64 are allowed'] },
    after: { name: '短' },
  },
  {
    name: 'a value with U+0000',
    side: 'up',
    arrives: true,
    spoil: ({ hr }) => hr.set('person', '5', { note: 'Nick\u0000name' }),
    mend: ({ hr }) => hr.set('person', '5', { note: 'Nickname' }),
    item: { attribute: 'nickname', cause: 'mapping', says: ['U+0000'] },
    after: { note: 'Nickname' },
  },
  {
    name: 'a mail that somebody else has',
    side: 'up',
    arrives: true,
    spoil: ({ hr }) => hr.set('person', '5', { mail: 'shared@example.com' }),
    mend: ({ hr }) => hr.set('person', '5', { mail: 'own@example.com' }),
    item: { attribute: 'email', cause: 'duplicate', says: ['"shared@example.com"', 'Person 6'] },
    after: { mail: 'own@example.com' },
  },
  {
    name: 'a mail that is none',
    side: 'up',
    arrives: true,
    spoil: ({ hr }) => hr.set('person', '5', { mail: 'not a mail' }),
    mend: ({ hr }) => hr.set('person', '5', { mail: '张.伟@例子.公司' }),
    item: { attribute: 'email', cause: 'mapping', says: ['"not a mail" is not an e-mail address'] },
    after: { mail: '张.伟@例子.公司' },
  },
  {
    name: 'a manager whom nobody knows',
    side: 'up',
    arrives: true,
    spoil: ({ hr }) => hr.set('person', '5', { manager: 'ghost' }),
    mend: ({ hr }) => hr.set('person', '5', { manager: null }),
    item: { attribute: 'manager', cause: 'unknown-reference', says: ['"ghost"', 'does not have'] },
    after: {},
  },
  {
    name: 'a person named as their own manager',
    side: 'up',
    arrives: true,
    spoil: ({ hr }) => hr.set('person', '5', { manager: '5' }),
    mend: ({ hr }) => hr.set('person', '5', { manager: null }),
    item: { attribute: 'manager', cause: 'own-reference', says: ['names this record as its own direct manager', 'Name another one'] },
    after: {},
  },
  {
    name: 'a department that nobody knows',
    side: 'up',
    arrives: true,
    spoil: ({ hr }) => hr.set('person', '5', {}, { membership: [{ to: { type: 'department', id: 'nowhere' } }] }),
    mend: ({ hr }) => hr.set('person', '5', {}, { membership: [{ to: { type: 'department', id: 'main' } }] }),
    item: { attribute: 'membership', cause: 'unknown-reference', says: ['"nowhere"'] },
    after: {},
  },
];

const settings = {
  up: {
    mapping: {
      ...plainUp(),
      person: plainUp().person!.map((row) =>
        row.target === 'title'
          ? { target: 'title', cel: 'title == null ? null : "Grade " + string(int(title))', onEmpty: 'clear' as const }
          : row,
      ),
    },
  },
};

describe.each(kinds)('$name', ({ side, spoil, mend, item, arrives, after }) => {
  it('is listed, the others are synced, and a retry of just it works once it is mended', async () => {
    const scene = await open(settings.up);
    scene.hr.set('person', '6', { mail: 'shared@example.com' });
    if (item.cause === 'duplicate') scene.hr.set('person', '5', { mail: null });
    await scene.bench.run(scene.up);
    spoil(scene);
    const { up, down } = await scene.sync();
    expect((side === 'up' ? up : down).state).toBe('warnings');
    expect(scene.app.all('person')).toHaveLength(arrives ? PEOPLE : PEOPLE - 1);
    const found = await scene.items();
    expect(found).toHaveLength(1);
    expect(found[0]).toMatchObject({ attribute: item.attribute, cause: item.cause, state: 'open' });
    for (const part of item.says) expect(found[0]!.says).toContain(part);

    // Asked again before anything was mended: it is still wrong, and still listed.
    const job = side === 'up' ? scene.up : scene.down;
    await scene.bench.engine.retry(job, 'all', 'ann');
    await scene.bench.engine.drain();
    expect(await scene.items()).toEqual(found);

    mend(scene);
    if (side === 'down') await scene.bench.run(scene.up);
    const run = await scene.bench.engine.retry(job, 'all', 'ann');
    await scene.bench.engine.drain();
    expect((await scene.bench.database.get<{ counts: string }>('SELECT counts FROM run WHERE id = ?', run!))!.counts).toContain('"read":1');
    expect(await scene.items()).toEqual([]);
    await scene.bench.run(scene.down);
    expect(scene.account('5')!.attributes).toMatchObject(after);
    expect(scene.app.all('person')).toHaveLength(PEOPLE);
  });
});

describe('a mail that is none', () => {
  it('is passed on to nobody, and what was known before stays in the directory and below', async () => {
    const scene = await open();
    scene.hr.set('person', '5', { mail: 'five@example.com' });
    await scene.sync();
    scene.hr.set('person', '5', { mail: 'see HR' });
    await scene.sync();
    expect((await scene.items()).map(({ attribute }) => attribute)).toEqual(['email']);
    expect(scene.account('5')!.attributes).toMatchObject({ mail: 'five@example.com' });
    const { data } = (await scene.bench.database.get<{ data: string }>("SELECT data FROM object WHERE data LIKE '%five@example.com%'"))!;
    expect(JSON.parse(data)).toMatchObject({ email: 'five@example.com' });
  });
});

describe('a department that is above itself', () => {
  it('is listed, stays where it was, and takes nobody along', async () => {
    const scene = await open();
    scene.hr.department('a', 'main');
    scene.hr.department('b', 'a');
    scene.hr.person('13', 'b');
    await scene.sync();
    scene.hr.set('department', 'a', { parent: 'b' });
    scene.hr.set('person', '1', { title: 'news' });
    const { up } = await scene.sync();
    expect(up.state).toBe('warnings');
    const items = await scene.items();
    expect(items[0]!.who).toBe('a');
    for (const entry of items)
      expect(entry).toMatchObject({ attribute: 'parent', cause: 'cycle', says: expect.stringContaining('its own ancestor') });
    expect(scene.app.by('department', 'code', 'a')!.attributes.parent).toBe(scene.app.by('department', 'code', 'main')!.id);
    expect(scene.account('1')!.attributes.title).toBe('news');
    scene.hr.set('department', 'a', { parent: null });
    await scene.bench.engine.retry(scene.up, 'all', 'ann');
    await scene.bench.engine.drain();
    await scene.sync();
    expect(await scene.items()).toEqual([]);
    expect(scene.app.by('department', 'code', 'a')!.attributes.parent ?? null).toBe(null);
  });

  it('from the first day is made without its parent', async () => {
    const scene = await open();
    scene.hr.department('a', 'b');
    scene.hr.department('b', 'a');
    scene.hr.person('13', 'b');
    await scene.sync();
    expect(scene.app.all('department')).toHaveLength(3);
    expect((await scene.known('13'))!.departments).toEqual(['b']);
  });
});

describe('what the target refuses', () => {
  it('is listed with its words, tried again with growing pauses, and does not stop the others', async () => {
    const scene = await open();
    await scene.sync();
    scene.app.refusals.set(scene.account('5')!.id, 'forbidden');
    for (let id = 1; id <= PEOPLE; id++) scene.hr.set('person', String(id), { title: 'news' });
    const { down } = await scene.sync();
    expect(down.state).toBe('partly-failed');
    expect(scene.app.all('person').filter((account) => account.attributes.title === 'news')).toHaveLength(PEOPLE - 1);
    expect(await scene.items()).toMatchObject([
      { cause: 'apply:forbidden', state: 'retrying', says: expect.stringContaining('The system refuses to update') },
    ]);
    for (const minutes of [1, 2, 4]) {
      scene.bench.clock.advance(minutes * 60_000 + 1_000);
      expect(await scene.bench.tick()).toMatchObject([{ cause: 'retry', state: 'partly-failed' }]);
      expect(await scene.bench.tick()).toEqual([]);
    }
    scene.app.refusals.clear();
    scene.bench.clock.advance(8 * 60_000 + 1_000);
    expect(await scene.bench.tick()).toMatchObject([{ cause: 'retry', state: 'succeeded' }]);
    expect(scene.account('5')!.attributes.title).toBe('news');
    expect(await scene.items()).toEqual([]);
  });

  it('is given up after the tries of the job, listed as dead, and works by hand', async () => {
    const scene = await open({}, { policy: { guard: roomy, itemTries: 3 } });
    await scene.sync();
    scene.app.refusals.set(scene.account('5')!.id, 'forbidden');
    scene.hr.set('person', '5', { title: 'news' });
    await scene.sync();
    for (let tries = 0; tries < 5; tries++) {
      scene.bench.clock.advance(3_600_000);
      await scene.bench.tick();
    }
    expect(await scene.items()).toMatchObject([{ cause: 'apply:forbidden', state: 'dead' }]);
    scene.app.refusals.clear();
    await scene.bench.engine.retry(scene.down, 'all', 'ann');
    await scene.bench.engine.drain();
    expect(scene.account('5')!.attributes.title).toBe('news');
    expect(await scene.items()).toEqual([]);
  });

  it('because somebody there has the value already, is listed, and the others are made', async () => {
    const scene = await open({}, { correlation: { department: byNumber.down.department, group: byNumber.down.group } });
    scene.app.put('person', 'stranger', { name: 'Stranger', mail: '5@EXAMPLE.com' });
    const { down } = await scene.sync();
    expect(down.state).toBe('partly-failed');
    expect(scene.account('5')).toBeUndefined();
    expect(scene.app.all('person')).toHaveLength(PEOPLE);
    expect(await scene.items()).toMatchObject([{ attribute: 'mail', cause: 'apply:already-exists' }]);
  });
});

describe('two records that a rule takes for the same person', () => {
  it('are listed with each other and neither is guessed', async () => {
    const scene = await open();
    await scene.sync();
    scene.hr.person('13', 'main', { number: 'N-13' });
    scene.hr.person('14', 'main', { number: 'N-13', mail: 'other@example.com' });
    const { up } = await scene.sync();
    expect(up.state).toBe('warnings');
    expect(await scene.items()).toMatchObject([
      { who: '14', cause: 'ambiguous', says: expect.stringContaining('belongs to another record') },
    ]);
    expect(scene.app.all('person')).toHaveLength(PEOPLE + 1);
  });
});

describe('a target that is away for three hours', () => {
  it('leaves no dead item and resumes by itself', async () => {
    const scene = await open();
    await scene.sync();
    for (let id = 1; id <= PEOPLE; id++) scene.hr.set('person', String(id), { title: 'news' });
    scene.app.dials.unreachable = true;
    const { down } = await scene.sync();
    expect(down.state).toBe('waiting');
    for (let minutes = 0; minutes < 180; minutes += 5) {
      scene.bench.clock.advance(300_000);
      await scene.bench.tick();
      expect(await scene.items()).toEqual([]);
    }
    scene.app.dials.unreachable = false;
    scene.bench.clock.advance(60_000);
    const runs = await scene.bench.tick();
    expect(runs.map((run) => run.state)).toEqual(['succeeded']);
    expect(scene.app.all('person').every((account) => account.attributes.title === 'news')).toBe(true);
    expect(await scene.items()).toEqual([]);
  });
});

it('a mapping that sets a required attribute from nothing is told in one list, with everybody else synced', async () => {
  const scene = await open(
    {},
    {
      mapping: {
        ...plainDown(),
        person: plainDown().person!.map((row) => (row.target === 'login' ? { target: 'login', unique: ['${nickname}'] } : row)),
      },
    },
  );
  for (let id = 1; id <= PEOPLE; id++) scene.hr.set('person', String(id), { note: 'same' });
  await scene.sync();
  // One gets the only candidate; the others are listed, and are made without it.
  expect(scene.app.all('person')).toHaveLength(PEOPLE);
  expect(scene.app.all('person').filter((account) => account.attributes.login === 'same')).toHaveLength(1);
  const items = await scene.items();
  expect(items).toHaveLength(PEOPLE - 1);
  expect(items[0]).toMatchObject({
    attribute: 'login',
    cause: 'unique',
    says: expect.stringContaining('Every candidate for "login" is taken'),
  });
});
