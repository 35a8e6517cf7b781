// What is worth telling is written down with what caused it, once, in words without anybody's values.
import { describe, expect, it } from 'vitest';
import { ConnectorError } from '../../src/connector-kit/errors.ts';
import { carryOut } from '../../src/engine/commands.ts';
import type { NoticeView } from '../../src/engine/operations/notices.ts';
import { hooked } from '../../test/support/hooked.ts';
import { openScene, roomy, type Scene } from '../../test/support/plain-scene.ts';

const MINUTE = 60_000;
const label = (text: string) => ({ en: text, zh: text });
const noAnswer = () => new ConnectorError('transient', label('No answer.'), { transport: true });

async function notices(scene: Scene): Promise<readonly NoticeView[]> {
  const { database, clock, engine } = scene.bench;
  const context = { reader: database, connectors: engine.options.connectors, now: () => clock.now(), engine, actor: 'test', alone: true };
  const page = (await carryOut('notice.list', context, { limit: 500 })) as { notices: NoticeView[] };
  return [...page.notices].reverse();
}
const told = async (scene: Scene, after = 0): Promise<string[]> => (await notices(scene)).slice(after).map((row) => row.kind);

describe('a run', () => {
  it('that ended is told by how it ended; dry runs and short ones that went well are not', async () => {
    const scene = await openScene({ people: 3, up: { policy: { guard: roomy } }, down: { policy: { guard: roomy } } });
    await scene.sync();
    await scene.bench.run(scene.up, { dryRun: true });
    await scene.bench.run(scene.up, { keys: [{ type: 'person', id: '1' }] });
    expect(await told(scene)).toEqual(['run-succeeded', 'run-succeeded']);
    expect((await notices(scene))[0]).toMatchObject({ job: scene.up, title: { en: 'hr in: done', zh: 'hr in：执行成功' }, state: 'new' });
  });

  it('that failed is told with its cause, and the next good one as a recovery, once', async () => {
    const scene = await openScene({ people: 3, up: { policy: { guard: roomy } } });
    let problem: ConnectorError | null = new ConnectorError('credentials', label('The key was refused.'));
    await scene.bench.connection(
      'hr',
      hooked(scene.hr.connector, {
        beforePage: () => {
          if (problem) throw problem;
        },
      }),
      {},
    );
    await scene.bench.run(scene.up);
    problem = null;
    await scene.bench.run(scene.up);
    await scene.bench.run(scene.up);
    expect(await told(scene)).toEqual(['run-failed', 'run-recovered', 'run-succeeded']);
  });
});

describe('held work', () => {
  it('is told once per question and run that opened it; a later run that only refreshes it says nothing', async () => {
    const scene = await openScene({ people: 5, up: { policy: { guard: roomy, leaver: { gone: 'delete' } } } });
    await scene.bench.run(scene.up);
    for (const id of ['1', '2']) scene.hr.delete('person', id);
    await scene.bench.run(scene.up);
    await scene.bench.run(scene.up);
    const held = (await notices(scene)).filter((row) => row.kind === 'held-opened');
    expect(held.map((row) => row.title.en)).toEqual(['hr in: waiting for your answer: 2']);
  });
});

describe('a job that the guard pauses', () => {
  it('is told, and so is that somebody let it go on', async () => {
    const scene = await openScene({ people: 60 });
    await scene.bench.run(scene.up);
    const before = (await told(scene)).length;
    scene.hr.dials.range = 'less';
    for (let id = 1; id <= 5; id++) scene.hr.delete('person', String(id));
    await scene.bench.run(scene.up);
    await scene.bench.engine.resume(scene.up, { accept: true }, 'approver');
    expect(await told(scene, before)).toEqual(['job-paused', 'run-warnings', 'job-resumed']);
  });
});

describe('a system that is away', () => {
  it('is told once, however many runs meet it, and once when it answers again', async () => {
    const scene = await openScene({
      people: 3,
      up: { policy: { guard: roomy } },
      down: { policy: { guard: roomy }, onError: { tries: 1 } },
    });
    let isAway = true;
    await scene.bench.connection(
      'app',
      hooked(scene.app.connector, {
        reachable: () => !isAway,
        beforePage: () => {
          if (isAway) throw noAnswer();
        },
        beforeGet: () => {
          if (isAway) throw noAnswer();
        },
        beforeWrite: () => {
          if (isAway) throw noAnswer();
        },
      }),
      {},
    );
    await scene.sync();
    for (let n = 0; n < 5; n++) {
      scene.bench.clock.advance(MINUTE);
      await scene.bench.tick();
    }
    isAway = false;
    scene.bench.clock.advance(MINUTE);
    await scene.bench.tick();
    expect(await told(scene)).toEqual(['run-succeeded', 'connection-away', 'connection-back', 'run-succeeded']);
    expect((await notices(scene)).filter((row) => row.connection === 'app').map((row) => row.title.zh)).toEqual([
      'app：无法连接',
      'app：已恢复连接',
    ]);
  });
});

it('nothing that is told holds a value of a person', async () => {
  const scene = await openScene({
    people: 5,
    up: { policy: { guard: roomy, leaver: { gone: 'delete' } } },
    down: { policy: { guard: roomy } },
  });
  await scene.sync();
  scene.hr.delete('person', '1');
  scene.hr.set('person', '2', { phone: 'not a phone' });
  await scene.sync();
  const rows = await scene.bench.database.all<{ facts: string }>('SELECT facts FROM notice');
  expect(rows.length).toBeGreaterThan(3);
  for (const { facts } of rows) expect(facts).not.toMatch(/138000|N-\d|Person \d|not a phone/);
});
