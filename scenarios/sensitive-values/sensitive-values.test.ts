// A sensitive value goes to a system that needs it: it is right there, and nowhere in our store in the clear.
import { beforeEach, describe, expect, it } from 'vitest';
import type { Connector, DesiredObject } from '../../src/connector-kit/contract.ts';
import { prepareJob } from '../../src/engine/prepare.ts';
import { directoryTypes } from '../../src/core/directory-types.ts';
import { jobSettingsSchema } from '../../src/core/job-settings.ts';
import { idNumberOf, mappingWithIdNumber } from '../../test/support/id-numbers.ts';
import { downSettings, openScene, roomy, type Scene } from '../../test/support/plain-scene.ts';
import { plainDown, plainTypes } from '../../test/support/plain-system.ts';

const policy = { guard: roomy };
const up = { policy, mapping: mappingWithIdNumber.up };
const down = { policy, mapping: mappingWithIdNumber.down };

let scene: Scene;
let logged: string[];

beforeEach(async () => {
  scene = await openScene({ people: 3, up, down });
  logged = [];
  (scene.bench.engine.options as { log: (event: string, fields?: object) => void }).log = (event, fields) =>
    void logged.push(`${event} ${JSON.stringify(fields)}`);
  for (const id of ['1', '2', '3']) scene.hr.set('person', id, { note: idNumberOf(id) });
});

/** Every cell of every table, beside what the source itself, which calls the field a note, has shown. */
async function inTheClear(text: string): Promise<string[]> {
  const { database } = scene.bench;
  const tables = await database.all<{ name: string }>(
    database.dialect === 'sqlite'
      ? `SELECT name FROM sqlite_master WHERE type = 'table'`
      : `SELECT table_name AS name FROM information_schema.tables WHERE table_schema = current_schema() AND table_type = 'BASE TABLE'`,
  );
  const found: string[] = [];
  for (const { name } of tables) {
    for (const row of await database.all<Record<string, unknown>>(`SELECT * FROM "${name}"`)) {
      if (name === 'mirror' && row.connection === 'hr') continue;
      if (JSON.stringify(row).includes(text)) found.push(`${name} ${JSON.stringify(row)}`);
    }
  }
  return [...found, ...logged.filter((line) => line.includes(text))];
}

describe('a sensitive value that a job sends to a target', () => {
  it('arrives there, rests nowhere in the clear, and a second run writes nothing', async () => {
    await scene.sync();
    expect(scene.account('1')!.attributes.note).toBe(idNumberOf('1'));
    expect(await inTheClear('1101011990')).toEqual([]);
    expect((await inTheClear('Person 1')).length).toBeGreaterThan(0);
    const writes = scene.app.writes;
    const { down: again } = await scene.sync();
    expect(again).toMatchObject({ state: 'succeeded' });
    expect(scene.app.writes).toBe(writes);
  });

  it('is written again when it changes or goes, and with it nothing else', async () => {
    await scene.sync();
    scene.hr.set('person', '1', { note: '440101198502025555' });
    scene.hr.set('person', '2', { note: null });
    const writes = scene.app.writes;
    await scene.sync();
    expect(scene.app.writes).toBe(writes + 2);
    expect([scene.account('1')!.attributes.note, scene.account('2')!.attributes.note ?? null]).toEqual(['440101198502025555', null]);
    expect(await inTheClear('4401011985')).toEqual([]);
    await scene.sync();
    expect(scene.app.writes).toBe(writes + 2);
  });

  it('is shown as dots in the plan, which a person can approve all the same', async () => {
    await scene.bench.run(scene.up);
    scene = Object.assign(scene, {
      down: await scene.addJob(scene.app, 'down', { ...down, name: 'careful', policy: { guard: { firstRun: { creates: 0 } } } }),
    });
    await scene.bench.run(scene.down);
    expect((await scene.bench.held()).length).toBeGreaterThan(0);
    expect(await inTheClear('1101011990')).toEqual([]);
    await scene.bench.approveAll();
    await scene.sync();
    await scene.bench.approveAll();
    expect(scene.account('1')!.attributes.note).toBe(idNumberOf('1'));
  });

  it('survives a lost answer: nothing is doubled, nothing is left in the clear', async () => {
    scene.app.dials.loseAnswers = 3;
    await scene.sync();
    expect(scene.app.all('person')).toHaveLength(3);
    expect(['1', '2', '3'].map((id) => scene.account(id)!.attributes.note)).toEqual([idNumberOf('1'), idNumberOf('2'), idNumberOf('3')]);
    expect(await inTheClear('1101011990')).toEqual([]);
  });

  it('is in the whole object that a target is given which must be sent everything', async () => {
    const wholes: DesiredObject[] = [];
    const { connector } = scene.app;
    const watched: Connector = {
      ...connector,
      open: async (context) => {
        const connection = await connector.open(context);
        return {
          ...connection,
          update: (type, id, changed, whole, request) => (wholes.push(whole), connection.update!(type, id, changed, whole, request)),
        };
      },
    };
    await scene.bench.connection('app', watched, {});
    await scene.sync();
    scene.hr.set('person', '1', { title: 'Chief' });
    await scene.sync();
    expect(wholes).toMatchObject([{ attributes: { title: 'Chief', note: idNumberOf('1') } }]);
    expect(await inTheClear('1101011990')).toEqual([]);
  });

  it('is not in what is kept of an account that is deleted', async () => {
    await scene.sync();
    scene.hr.delete('person', '1');
    await scene.sync();
    await scene.bench.approveAll();
    expect(await inTheClear('1101011990')).toEqual([]);
  });

  it('that the target refuses is not quoted in the problem', async () => {
    await scene.sync();
    scene.app.refusals.set(scene.account('1')!.id, 'invalid');
    scene.hr.set('person', '1', { note: '440101198502025555' });
    await scene.sync();
    expect(await scene.items(scene.down)).toHaveLength(1);
    expect(await inTheClear('4401011985')).toEqual([]);
  });
});

describe('an attribute that holds a sensitive value there', () => {
  const problems = (more: object): readonly string[] =>
    prepareJob(jobSettingsSchema.parse({ ...downSettings('app'), ...down, ...more }), directoryTypes, plainTypes, {}).problems.map(
      (found) => `${found.where}: ${found.problem.en}`,
    );

  it('cannot be matched by, protected by or made unique, and the job says so when it is saved', () => {
    expect(problems({})).toEqual([]);
    expect(problems({ correlation: { person: [{ attribute: 'note' }] } })).toEqual([
      expect.stringContaining('correlation.person[0]: "note" holds a sensitive value there'),
    ]);
    expect(problems({ policy: { protected: [{ attribute: 'note', values: ['x'] }] } })).toEqual([
      expect.stringContaining('policy.protected[0]'),
    ]);
    const unique = [...plainDown().person!.filter((row) => row.target !== 'login'), { target: 'login', unique: ['${idNumber}'] }];
    expect(problems({ mapping: { ...plainDown(), person: unique } })).toEqual([
      expect.stringMatching(/^mapping\.person\[\d+\]: "login" holds/),
    ]);
  });
});
