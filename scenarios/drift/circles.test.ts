// Circles: refused when they are saved, where they can be seen; recognised and stopped, where they close outside.
import { describe, expect, it } from 'vitest';
import { ask, refusal } from '../../test/support/asking.ts';
import { downSettings, openScene, roomy, upSettings, valueOf } from '../../test/support/plain-scene.ts';
import { PlainSystem, plainDown } from '../../test/support/plain-system.ts';

const made = (cel: string) => ({
  ...plainDown(),
  person: [...plainDown().person!.filter((row) => row.target !== 'mail'), { target: 'mail', cel }],
});

describe('a circle over two jobs', () => {
  it('is refused at save, by whichever of the two comes second, and names both', async () => {
    const scene = await openScene({ people: 2 });
    const desk = new PlainSystem('desk');
    await scene.bench.connection('desk', desk.connector, {});
    const { name, connection, direction, ...settings } = downSettings('desk', { mapping: made('account("app").mail') });
    const job = await ask(scene, 'job.create', { name, connection, direction, settings });
    const edit = { job: scene.down, settings: { mapping: made('account("desk").mail') } };
    const said = await refusal(ask(scene, 'job.update', edit));
    expect(said).toContain('app.mail ← desk.mail ← app.mail: the value would be made of itself ("app out", "desk out")');
    expect(await refusal(ask(scene, 'job.update', { job: scene.down, settings: { mapping: made('account("app").mail') } }))).toContain(
      'app.mail ← app.mail',
    );
    // Without the first half there is no circle.
    await ask(scene, 'job.update', { job: job.id, settings: { mapping: plainDown() } });
    await ask(scene, 'job.update', { ...edit, withoutForecast: true });
    // The same system above and below is one, too.
    const { name: upName, connection: from, direction: up, ...above } = upSettings('app');
    expect(await refusal(ask(scene, 'job.create', { name: upName, connection: from, direction: up, settings: above }))).toContain(
      'use the same system upstream and downstream',
    );
  });
});

describe('what we wrote ourselves', () => {
  it('coming back as an event changes nothing: no person is made of it, and nothing is written', async () => {
    const scene = await openScene({ people: 4, up: { policy: { guard: roomy } }, down: { policy: { guard: roomy } } });
    scene.app.department('theirs', null, { code: 'theirs' });
    scene.app.person('native', 'theirs', { number: 'N-native' });
    // Their own people come from a part of the app; we write into the rest of it.
    const back = await scene.addJob(scene.app, 'up', { part: { department: 'theirs' }, policy: { guard: roomy } });
    await scene.bench.run(back);
    await scene.sync();
    const [people, history, writes] = [await scene.people(), await scene.history(), scene.app.writes];
    expect(people).toHaveLength(5);
    const keys = scene.app.all('person').map(({ id }) => ({ type: 'person', id }));
    for (let again = 0; again < 2; again++) await scene.bench.run(back, { keys });
    await scene.sync();
    expect(await scene.people()).toEqual(people);
    expect([await scene.history(), scene.app.writes]).toEqual([history, writes]);
  });

  it('coming back changed, through a system that we do not see, goes round a few times, is named and waits for a person', async () => {
    const scene = await openScene({ people: 4, up: { policy: { guard: roomy } }, down: { policy: { guard: roomy } } });
    for (const id of ['1', '2', '3', '4']) scene.hr.set('person', id, { title: 'Clerk' });
    // Somebody copies the app's titles of one person back into HR, and adds to them.
    const copiesBack = (): void => scene.hr.set('person', '1', { title: `${String(scene.account('1')!.attributes.title)} (app)` });
    await scene.sync();
    for (let round = 0; round < 12; round++) {
      copiesBack();
      // Others are corrected as often as they like.
      scene.hr.set('person', '2', { title: `Clerk, grade ${round}` });
      await scene.sync();
    }
    const title = valueOf(await scene.known('1'), 'title');
    expect(title).toBe(`Clerk${' (app)'.repeat(5)}`);
    expect(scene.account('1')!.attributes.title).toBe(title);
    expect(valueOf(await scene.known('2'), 'title')).toBe('Clerk, grade 11');
    const [question, ...more] = await scene.bench.held();
    expect([question!.title, question!.question, more]).toEqual(['Person 1', 'loop:title', []]);
    expect(JSON.parse(question!.reason).en).toContain('"title" goes round: it was changed 5 times within an hour');
    // Nothing is written any more while it goes on.
    const [history, writes] = [await scene.history(), scene.app.writes];
    for (let round = 0; round < 3; round++) {
      copiesBack();
      await scene.sync();
    }
    expect([await scene.history(), scene.app.writes]).toEqual([history, writes]);
    // Once it is stopped, the right value goes through.
    scene.hr.set('person', '1', { title: 'Chief' });
    await scene.sync();
    expect(scene.account('1')!.attributes.title).toBe('Chief');
  });
});
