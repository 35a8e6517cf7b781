// How a paused job is told: on the command line and on the status page.
import { expect, it } from 'vitest';
import type { CommandCall } from '../../src/cli/command.ts';
import { resume } from '../../src/cli/commands/waiting.ts';
import type { Session } from '../../src/cli/session.ts';
import { createOutput } from '../../src/cli/terminal.ts';
import { carryOut, type OperationName, type OutputOf } from '../../src/engine/commands.ts';
import { statusPage } from '../../src/server/status-page.ts';
import { openScene, type Scene } from '../../test/support/plain-scene.ts';

const PLAIN = { name: null, hasConsole: false, isLive: false };

const ask = async <N extends OperationName>(scene: Scene, name: N, input: unknown): Promise<OutputOf<N>> => {
  const { engine, database, clock } = scene.bench;
  const context = { reader: database, connectors: engine.options.connectors, now: () => clock.now(), engine, actor: 'mei', alone: true };
  return (await carryOut(name, context as never, input)) as OutputOf<N>;
};

/** What a command prints, line by line. */
async function printed(
  scene: Scene,
  language: 'en' | 'zh',
  words: readonly string[],
  options: CommandCall['options'] = {},
): Promise<{ exit: string; out: string }> {
  let out = '';
  const session: Session = {
    isServed: false,
    call: (name, input) => ask(scene, name, input),
    follow: async (runs) => {
      await scene.bench.engine.drain();
      return Promise.all(runs.map(async (run) => (await ask(scene, 'run.get', { run })).run));
    },
    close: async () => {},
  };
  const stream = { write: (text: string) => (out += text) };
  const call = {
    output: createOutput({ out: stream, err: { write: () => true }, language, colour: false }),
    words,
    options,
    json: false,
    signal: new AbortController().signal,
    session: async () => session,
  } as unknown as CommandCall;
  return { exit: await resume.run(call), out };
}

async function paused(): Promise<Scene> {
  const scene = await openScene({ people: 20 });
  await scene.sync();
  scene.hr.dials.range = 'less';
  scene.hr.delete('person', '1');
  await scene.bench.run(scene.up);
  return scene;
}

it('the inbox asks which of the two it is; of a job that an undo paused nothing is there to accept', async () => {
  const ways = async (scene: Scene) =>
    (await ask(scene, 'waiting.list', {})).waiting
      .filter(({ kind }) => kind === 'job-paused')
      .flatMap(({ settle }) => settle.map(({ label, input }) => [label.en, input]));
  const scene = await paused();
  expect(await ways(scene)).toEqual([
    ['It was a mistake and is fixed: read again', {}],
    ['It is right as it is: go on', { accept: true }],
  ]);
  const undone = await openScene({ people: 3, up: { trigger: { kind: 'schedule', every: 'hour' } } });
  const { id } = await undone.bench.run(undone.up);
  await ask(undone, 'undo.start', { run: id });
  expect(await ways(undone)).toEqual([['Go on as before', {}]]);
});

it('the status page shows the sentence and the two commands, in both languages', async () => {
  const scene = await paused();
  const view = await ask(scene, 'status', {});
  expect(view.jobs[0]).toMatchObject({ state: 'paused', question: { en: expect.stringContaining('1 of 20 person records') } });
  const page = statusPage(view, 'en', PLAIN);
  expect(page).toContain('is paused by the guard. What the source lets us see has changed');
  expect(page).toContain(`tributary resume ${scene.up} --accept`);
  expect(statusPage(view, 'zh', PLAIN)).toContain('已被保护暂停');
  await scene.bench.unpause();
  expect(statusPage(await ask(scene, 'status', {}), 'en', PLAIN)).not.toContain('tributary resume');
});

it('the command line repeats the question, says what goes on, and ends with what the run found', async () => {
  const scene = await paused();
  const again = await printed(scene, 'en', ['hr in']);
  expect(again.out).toMatch(
    /^\? What the source lets us see has changed since the last complete read\..*1 of 20 person records that were known are not shown any more/s,
  );
  expect(again.out).toContain(`Job ${scene.up} "hr in" goes on; it rests again when the cause is still there.`);
  expect(again.exit).toBe('doubts');
  const accepted = await printed(scene, 'zh', [String(scene.up)], { accept: true });
  expect(accepted.out).toContain(`已接受：任务 ${scene.up}“hr in”重新执行`);
  expect(accepted.exit).toBe('done');
  expect((await scene.known('1'))!.lifecycle).toBe('suspended');
  await expect(printed(scene, 'en', [String(scene.up)])).rejects.toThrow('has no question to answer');
});

it('what a question tells of the time before is not the file that was empty in between', async () => {
  const scene = await openScene({ people: 30 });
  const { up: first } = await scene.sync();
  for (let id = 1; id <= 30; id++) scene.hr.delete('person', String(id));
  expect((await scene.bench.run(scene.up)).counts).toMatchObject({ refused: 30 });
  for (let id = 15; id <= 30; id++) scene.hr.person(String(id), 'main', { phone: `+86 138${String(id).padStart(8, '0')}` });
  const half = await scene.bench.run(scene.up);
  const { reads } = await ask(scene, 'held.list', {});
  expect(reads).toEqual([{ job: scene.up, type: 'person', now: { run: half.id, objects: 16 }, before: { run: first.id, objects: 30 } }]);
});

it('a question about many who are not shown any more tells how many the source showed, now and before', async () => {
  const scene = await openScene({ people: 30 });
  const { up: first } = await scene.sync();
  for (let id = 1; id <= 14; id++) scene.hr.delete('person', String(id));
  const cut = await scene.bench.run(scene.up);
  const found = async () => ask(scene, 'held.list', {});
  const { held, reads } = await found();
  expect(held).toHaveLength(14);
  expect(reads).toEqual([{ job: scene.up, type: 'person', now: { run: cut.id, objects: 16 }, before: { run: first.id, objects: 30 } }]);
  // Somebody mends a part of the file.
  for (let id = 1; id <= 3; id++) scene.hr.person(String(id), 'main', { phone: `+86 138${String(id).padStart(8, '0')}` });
  const again = await scene.bench.run(scene.up);
  expect((await found()).reads).toMatchObject([{ now: { run: again.id, objects: 19 }, before: { run: first.id } }]);
});
