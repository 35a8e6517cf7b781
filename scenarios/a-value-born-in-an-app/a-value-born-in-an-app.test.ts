// A mail address is given by one app when it makes the account; another app gets it from there.
import { describe, expect, it } from 'vitest';
import { PlainSystem, plainDown } from '../../test/support/plain-system.ts';
import { downSettings, openScene, roomy, type JobPart, type Scene } from '../../test/support/plain-scene.ts';

const guard = { policy: { guard: roomy } };

/** `app` makes mail addresses of its own; `desk` shows them. */
async function twoApps(trigger: JobPart = {}): Promise<Scene & { desk: PlainSystem; deskJob: number }> {
  const withoutMail = plainDown();
  const mapping = { ...withoutMail, person: withoutMail.person!.filter((row) => row.target !== 'mail') };
  const scene = await openScene({ people: 5, up: guard, down: { ...guard, ...trigger, mapping } });
  const desk = new PlainSystem('desk');
  await scene.bench.connection('desk', desk.connector, {});
  const shown = plainDown();
  const deskJob = await scene.bench.job(
    downSettings('desk', {
      ...guard,
      ...trigger,
      mapping: {
        ...shown,
        person: [...shown.person!.filter((row) => row.target !== 'mail'), { target: 'mail', cel: 'account("app").mail' }],
      },
    }),
  );
  return { ...scene, desk, deskJob };
}
/** The app's own doing: everybody who has an account there has a mail address now. */
function giveMail(app: PlainSystem, domain: string): void {
  for (const account of app.all('person'))
    app.set('person', account.id, { mail: `${String(account.attributes.number)}@${domain}`.toLowerCase() });
}
const mails = (system: PlainSystem): unknown[] => system.all('person').map((account) => account.attributes.mail ?? null);

describe('a value born in an app', () => {
  it('arrives in another app with the runs that follow, and then nothing more is written', async () => {
    const scene = await twoApps();
    await scene.sync();
    await scene.bench.run(scene.deskJob);
    expect(mails(scene.desk)).toEqual([null, null, null, null, null]);
    giveMail(scene.app, 'corp.example.com');
    await scene.bench.run(scene.down);
    await scene.bench.run(scene.deskJob);
    expect(mails(scene.desk).sort()).toEqual([1, 2, 3, 4, 5].map((n) => `n-${n}@corp.example.com`));
    const writes = [scene.app.writes, scene.desk.writes];
    await scene.sync();
    await scene.bench.run(scene.deskJob);
    expect([scene.app.writes, scene.desk.writes]).toEqual(writes);
  });

  it('is found again when the app has changed it, although nobody in the directory changed', async () => {
    const scene = await twoApps();
    giveMail(scene.app, 'old.example.com');
    await scene.sync();
    giveMail(scene.app, 'old.example.com');
    await scene.bench.run(scene.down);
    await scene.bench.run(scene.deskJob);
    giveMail(scene.app, 'new.example.com');
    await scene.bench.run(scene.down);
    await scene.bench.run(scene.deskJob);
    expect(new Set(mails(scene.desk).map((mail) => String(mail).split('@')[1]))).toEqual(new Set(['new.example.com']));
  });

  it('clears nothing while the app cannot be seen', async () => {
    const scene = await twoApps();
    await scene.sync();
    giveMail(scene.app, 'corp.example.com');
    await scene.bench.run(scene.down);
    await scene.bench.run(scene.deskJob);
    scene.app.dials.hidden.add('mail');
    await scene.bench.run(scene.down);
    await scene.bench.run(scene.deskJob);
    expect(mails(scene.desk).every((mail) => mail !== null)).toBe(true);
  });

  it('is passed on at once where both jobs live by events', async () => {
    const scene = await twoApps({ trigger: { kind: 'event' } });
    scene.app.dials.makes = (name, value) => (name === 'title' && value !== null ? `${String(value)}!` : value);
    await scene.sync();
    await scene.bench.tick();
    giveMail(scene.app, 'corp.example.com');
    scene.hr.set('person', '2', { title: 'Lead' });
    await scene.bench.run(scene.up, { keys: [{ type: 'person', id: '2' }] });
    expect(scene.desk.by('person', 'number', 'N-2')?.attributes).toMatchObject({ title: 'Lead', mail: 'n-2@corp.example.com' });
    expect(scene.desk.by('person', 'number', 'N-3')?.attributes.mail ?? null).toBeNull();
  });
});
