// Before a job is changed it says what that would do; and that is what the next run does, change for change, in both directions.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { jobSettingsSchema } from '../../src/core/job-settings.ts';
import { planNow } from '../../src/engine/dry-run.ts';
import { settingsOfJob } from '../../src/engine/operations/show.ts';
import { putChannel } from '../../src/store/channels.ts';
import { getJob } from '../../src/store/jobs.ts';
import { getRun } from '../../src/store/runs.ts';
import { ask, refusal } from '../../test/support/asking.ts';
import { openScene, roomy, type Scene } from '../../test/support/plain-scene.ts';

/** root ─ sales ─ emea, root ─ labs; nine people in them, with managers, one of them in two places, and a group. */
async function company(): Promise<Scene> {
  const scene = await openScene({ up: { policy: { guard: roomy } }, down: { policy: { guard: roomy } } });
  const { hr } = scene;
  hr.department('root');
  for (const [id, parent] of [
    ['sales', 'root'],
    ['emea', 'sales'],
    ['labs', 'root'],
  ] as const)
    hr.department(id, parent);
  const places = ['root', 'sales', 'emea', 'labs', 'sales', 'emea', 'labs', 'labs', 'root'];
  for (const [index, place] of places.entries())
    hr.person(String(index + 1), index === 3 ? [place, 'emea'] : place, {
      title: index % 2 ? 'chief' : 'clerk',
      phone: `+86 1380000000${index}`,
      manager: index === 0 ? null : String(Math.ceil(index / 2)),
    });
  hr.group('all', [
    ['person', '2'],
    ['person', '5'],
  ]);
  scene.app.put('person', 'already', { name: 'Ten', number: 'N-10', mail: '10@example.com' }, { membership: [] });
  await scene.sync();
  return scene;
}

/** What a plan says and what a run did, comparable: held stays held, what is planned is applied. */
async function told(scene: Scene, run: number): Promise<string[]> {
  const rows = await scene.bench.database.all<Record<string, string | null>>(
    `SELECT type, source_key, directory_id, action, aspect, situation, reason, kinds, before, after, hash,
       CASE WHEN state IN ('held', 'refused', 'skipped') THEN state ELSE 'done' END AS outcome,
       (SELECT count(*) FROM change_edge e WHERE e.change = change.id) AS edges
     FROM change WHERE run = ?`,
    run,
  );
  return rows.map((row) => JSON.stringify(row)).sort();
}

describe('an edit that takes something away', () => {
  it('is first refused with its consequence, and saved with the number of the plan that was seen', async () => {
    const scene = await company();
    const edit = { job: scene.down, settings: { scope: { departments: { include: ['none'] } } } };
    const scope = { departments: { include: [await idOf(scene, 'labs')], exclude: [] } };
    const said = await refusal(ask(scene, 'job.update', { ...edit, settings: { scope } }));
    expect(said).toContain('6 people would be disabled');
    const run = Number(/forecast (\d+)/.exec(said)![1]);
    expect(settingsOfJob((await getJob(scene.bench.database, scene.down))!).scope).toEqual({});
    // Of another edit it is no forecast.
    expect(await refusal(ask(scene, 'job.update', { ...edit, forecast: run }))).toContain('is no forecast of exactly this edit');
    await ask(scene, 'job.update', { job: scene.down, settings: { scope }, forecast: run });
    await scene.bench.run(scene.down);
    expect(scene.app.all('person').filter((account) => !account.enabled)).toHaveLength(6);
    // Whom the scope takes in again, and who comes new with them, is said as well; no department by its id.
    scene.hr.person('11', 'emea');
    await scene.sync();
    const wider = await ask(scene, 'job.forecast', { job: scene.down, settings: { scope: {} } });
    expect(wider.does).toEqual({ en: '6 people would be enabled, 1 person created', zh: '将启用 6 名人员、新建 1 名人员' });
    expect(wider.scopeNames).toEqual({ [scope.departments.include[0]!]: 'labs' });
    const { versions, scopeNames } = await ask(scene, 'job.versions', { job: scene.down });
    expect([versions[0]!.changes.some((one) => one.path === 'scope.departments.include'), scopeNames]).toEqual([true, wider.scopeNames]);
    expect((await ask(scene, 'job.get', { job: scene.down })).scopeNames).toEqual(wider.scopeNames);
    const { changes } = await ask(scene, 'run.changes', { run, actions: ['disable'] });
    expect(new Set(changes.map((one) => one.ruleSays!.en))).toEqual(new Set(['None of its departments is chosen']));
  });

  it('names the channels that its settings know by id, also to those who may not look at channels', async () => {
    const scene = await company();
    const config = JSON.stringify({ host: '127.0.0.1', port: 25, security: 'none', from: 'sync@example.org' });
    await scene.bench.database.write((transaction) =>
      putChannel(transaction, { id: 'mail', kind: 'email', name: 'Mailbox', language: 'en', config }),
    );
    const welcome = { channel: 'mail', to: 'person' };
    const { changes, channels } = await ask(scene, 'job.forecast', { job: scene.down, settings: { welcome } });
    expect([changes.find((one) => one.path === 'welcome.channel')?.after, channels]).toEqual(['mail', { mail: 'Mailbox' }]);
    await ask(scene, 'job.update', { job: scene.down, settings: { welcome } });
    expect((await ask(scene, 'job.versions', { job: scene.down })).channels).toEqual({ mail: 'Mailbox' });
  });

  it('is asked about for what it adds, not for what was planned before it', async () => {
    const scene = await company();
    // Somebody has left, and the app has not been told yet.
    scene.hr.delete('person', '3');
    await scene.bench.run(scene.up);
    scene.hr.set('person', '7', { title: 'owner', phone: '+86 13800000099' });
    await scene.bench.run(scene.up);
    const mapping = settingsOfJob((await getJob(scene.bench.database, scene.down))!).mapping;
    const safer = { ...mapping, person: mapping.person!.map((row) => (row.target === 'title' ? { ...row, when: 'create' } : row)) };
    const told = async (settings: Record<string, unknown>) => {
      const { says, does, already } = await ask(scene, 'job.forecast', { job: scene.down, settings });
      return [says?.en ?? null, does?.en ?? null, already?.en ?? null];
    };
    const before = 'Planned before this edit already: 1 person would be disabled, 1 person changed';
    expect(await told({ mapping: safer })).toEqual([null, null, before]);
    const scope = { departments: { exclude: [await idOf(scene, 'sales')] } };
    const narrower = await told({ scope });
    expect(narrower[0]).toMatch(/^[1-9] people would be disabled$/);
    expect(narrower[2]).toContain('Planned before this edit already');
    await ask(scene, 'job.update', { job: scene.down, settings: { mapping: safer } });
    expect(await refusal(ask(scene, 'job.update', { job: scene.down, settings: { scope } }))).toContain(narrower[0]!);
    // Above, with what follows below.
    scene.hr.delete('person', '9');
    const above = await ask(scene, 'job.forecast', { job: scene.up, settings: { scope: { people: { exclude: ['8'] } } } });
    // One person, whose account goes with them: counted once, with the places.
    expect(above.consequences).toEqual([{ action: 'disable', type: 'person', count: 1, inDirectory: true, systems: 1 }]);
    expect(above.says).toEqual({
      en: '1 person would be disabled (in the directory and 1 system)',
      zh: '将停用 1 名人员（目录及 1 个系统）',
    });
    expect(above.already!.en).toContain('1 person would be disabled (in the directory and 1 system)');
  });

  it('says what it does in the systems below, too', async () => {
    const scene = await company();
    const view = await ask(scene, 'job.forecast', { job: scene.up, settings: { scope: { departments: { exclude: ['emea'] } } } });
    expect(view.downstream.map((plan) => plan.run.job)).toEqual([scene.down]);
    // Two people of emea, above and below.
    expect(view.says!.en).toMatch(/^2 people would be disabled \(in the directory and 1 system\)/);
    expect(view.consequences[0]!.action).toBe('disable');
    expect(await scene.bench.held()).toEqual([]);
    expect((await scene.people()).every((person) => person.lifecycle === 'active')).toBe(true);
  });

  it('is saved at once when it takes nothing away, and when the job holds nothing yet', async () => {
    const scene = await company();
    await ask(scene, 'job.update', { job: scene.up, settings: { description: 'people of the company', onError: { tries: 5 } } });
    await ask(scene, 'job.update', { job: scene.up, settings: { policy: { guard: { ...roomy, windowHours: 12 } } } });
    // A field that is no longer mapped is not one that somebody hides: the run goes on.
    await ask(scene, 'job.update', {
      job: scene.up,
      settings: await settingsOf(scene, scene.up, { kind: 'constant', target: 'title' }),
      withoutForecast: true,
    });
    expect(await scene.bench.run(scene.up)).toMatchObject({ state: 'succeeded', counts: { applied: 9 } });
    const fresh = await ask(scene, 'job.duplicate', { job: scene.down, name: 'second' });
    expect(fresh.state).toBe('disabled');
    await ask(scene, 'job.update', { job: fresh.id, settings: { scope: { people: { include: ['nobody'] } } } });
  });

  it('is told from what the target showed last, unless that was too long ago', async () => {
    const scene = await company();
    const scope = { departments: { exclude: [await idOf(scene, 'labs')] } };
    const policy = settingsOfJob((await getJob(scene.bench.database, scene.down))!).policy;
    const told = async (settings: Record<string, unknown>) => {
      const { plan, says } = await ask(scene, 'job.forecast', { job: scene.down, settings });
      return [plan.run.mode, plan.run.state, says?.en ?? null];
    };
    scene.app.dials.unreachable = true;
    expect(await told({ scope })).toEqual(['keys', 'succeeded', '2 people would be disabled']);
    expect(await told({ policy: { ...policy, leaver: { ...policy.leaver, leftScope: 'keep' } }, scope })).toEqual([
      'keys',
      'succeeded',
      null,
    ]);
    expect(await told({ withoutRelations: ['membership'] })).toEqual(['full', 'succeeded', null]);
    scene.days(2);
    expect((await told({ scope }))[1]).toBe('failed');
    scene.app.dials.unreachable = false;
    expect(await told({ scope })).toEqual(['full', 'succeeded', '2 people would be disabled']);
  });

  it('whose consequence cannot be told says so, and can be saved without', async () => {
    const scene = await company();
    scene.hr.dials.unreachable = true;
    const edit = { job: scene.up, settings: { scope: { departments: { exclude: ['emea'] } } } };
    expect(await refusal(ask(scene, 'job.update', edit))).toContain('cannot be told');
    await ask(scene, 'job.update', { ...edit, withoutForecast: true });
  });

  it('is refused when somebody saved the job meanwhile', async () => {
    const scene = await company();
    const edit = { job: scene.up, settings: { scope: { departments: { exclude: ['emea'] } } } };
    const { forecast, revision } = await ask(scene, 'job.forecast', edit);
    await ask(scene, 'job.update', { job: scene.up, name: 'people' });
    expect(await refusal(ask(scene, 'job.update', { ...edit, revision, forecast }))).toContain('saved job');
    expect(await refusal(ask(scene, 'job.update', { ...edit, forecast }))).toContain('is no forecast');
  });
});

describe('versions of a job', () => {
  it('tell who changed what, and each can be brought back', async () => {
    const scene = await company();
    await ask(scene, 'job.update', { job: scene.up, settings: { rank: 70 } });
    await ask(scene, 'job.update', { job: scene.up, name: 'people', settings: { description: 'x' } });
    const { versions } = await ask(scene, 'job.versions', { job: scene.up });
    expect(versions.map((one) => [one.version, one.by, one.changes.map((change) => change.path)])).toEqual([
      [3, 'ann', ['description', 'name']],
      [2, 'ann', ['rank']],
      [1, 'test', []],
    ]);
    const back = await ask(scene, 'job.rollback', { job: scene.up, version: 1 });
    expect([back.name, back.revision, back.settings.rank, back.settings.description]).toEqual(['hr in', 4, 100, '']);
    expect(await refusal(ask(scene, 'job.rollback', { job: scene.up, version: 9 }))).toContain('has no version 9');
  });
});

const idOf = async (scene: Scene, code: string): Promise<string> =>
  (await scene.bench.objects('department')).find((row) => row.data.code === code)!.id;

const places = ['root', 'sales', 'emea', 'labs'];
const people = ['1', '2', '3', '4', '5', '6', '7', '8', '9'];
const edits = fc.oneof(
  fc
    .record({
      departments: fc.option(fc.record({ include: fc.subarray(places), exclude: fc.subarray(places), below: fc.boolean() }), {
        nil: undefined,
      }),
      people: fc.option(fc.record({ include: fc.subarray(people, { maxLength: 3 }), exclude: fc.subarray(people, { maxLength: 3 }) }), {
        nil: undefined,
      }),
      rules: fc.option(
        fc.constantFrom(
          { person: "title == 'chief'" },
          { person: 'phone != null' },
          { department: "code != 'labs'" },
          { group: "code != 'all'" },
        ),
        {
          nil: undefined,
        },
      ),
    })
    .map((scope) => ({ kind: 'scope' as const, scope })),
  fc.constantFrom('title', 'phone').map((target) => ({ kind: 'unmapped' as const, target })),
  fc.constantFrom('title', 'phone').map((target) => ({ kind: 'constant' as const, target })),
  fc
    .record({
      gone: fc.constantFrom('keep', 'unlink', 'disable', 'delete'),
      leftScope: fc.constantFrom('keep', 'unlink', 'disable', 'delete'),
    })
    .map((leaver) => ({ kind: 'leaver' as const, leaver })),
  fc.constantFrom(50, 150).map((rank) => ({ kind: 'rank' as const, rank })),
  fc.constant({ kind: 'relations' as const }),
  fc.constantFrom('employeeNumber', 'email', null).map((by) => ({ kind: 'correlation' as const, by })),
);
type Edit = typeof edits extends fc.Arbitrary<infer T> ? T : never;

/** What happened at the source meanwhile: the forecast is of the next run, whatever that finds. */
const moves = fc.constantFrom('nothing', 'gone', 'moved', 'retitled', 'joined');

/** Somebody is hired whose account is there already. */
function hire(scene: Scene): void {
  if (!scene.hr.get('person', '10')) scene.hr.person('10', 'emea', { title: 'clerk', phone: '+86 13800000010' });
}

async function settingsOf(scene: Scene, job: number, edit: Edit): Promise<Record<string, unknown>> {
  const now = settingsOfJob((await getJob(scene.bench.database, job))!);
  const isDown = job === scene.down;
  const rename = async (ids: readonly string[], type: 'person' | 'department'): Promise<string[]> => {
    if (!isDown) return [...ids];
    const rows = await scene.bench.objects(type);
    return ids.flatMap((id) => rows.find((row) => row.data.code === id || row.data.employeeNumber === `N-${id}`)?.id ?? []);
  };
  const attribute = (row: { target: string }, target: string): boolean => row.target === target;
  switch (edit.kind) {
    case 'scope': {
      const { departments, people: chosen, rules } = edit.scope;
      return {
        scope: {
          ...(departments
            ? {
                departments: {
                  ...departments,
                  include: await rename(departments.include, 'department'),
                  exclude: await rename(departments.exclude, 'department'),
                },
              }
            : {}),
          ...(chosen
            ? { people: { include: await rename(chosen.include, 'person'), exclude: await rename(chosen.exclude, 'person') } }
            : {}),
          ...(rules ? { rules } : {}),
        },
      };
    }
    case 'unmapped':
      return {
        mapping: { ...now.mapping, person: now.mapping.person!.filter((row) => !attribute(row as { target: string }, edit.target)) },
      };
    case 'constant':
      return {
        mapping: {
          ...now.mapping,
          person: now.mapping.person!.map((row) =>
            attribute(row as { target: string }, edit.target) ? { target: edit.target, constant: '+86 13912345678' } : row,
          ),
        },
      };
    case 'leaver':
      return { policy: { ...now.policy, leaver: { ...now.policy.leaver, ...edit.leaver } } };
    case 'rank':
      return { rank: edit.rank };
    case 'correlation': {
      const { person: _rules, ...rest } = now.correlation as Record<string, unknown>;
      const by = edit.by === null || !isDown ? edit.by : edit.by === 'email' ? 'mail' : 'number';
      return { correlation: by === null ? rest : { ...rest, person: [{ attribute: by }] } };
    }
    case 'relations':
      return { withoutRelations: ['membership'] };
  }
}

describe('the forecast', () => {
  it.each(['up', 'down'] as const)('is what the next run does, change for change: %s', { timeout: 240_000 }, async (direction) => {
    let [busy, narrow] = [0, 0];
    await fc.assert(
      fc.asyncProperty(edits, edits, moves, async (first, second, move) => {
        const scene = await company();
        const job = direction === 'up' ? scene.up : scene.down;
        for (const edit of [first, second]) {
          if (move === 'gone') scene.hr.delete('person', '3');
          if (move === 'moved')
            scene.hr.set('person', '5', {}, { membership: [{ to: { type: 'department', id: 'labs' }, primary: true }] });
          if (move === 'joined') hire(scene);
          if (move === 'retitled') scene.hr.set('person', '7', { title: 'owner' });
          if (direction === 'down') await scene.bench.run(scene.up);
          const settings = await settingsOf(scene, job, edit);
          const before = await scene.world();
          const view = await ask(scene, 'job.forecast', { job, settings });
          expect(view.plan.run.state).toBe('succeeded');
          expect(await scene.world()).toEqual(before);
          if (direction === 'down') {
            // Whoever is not concerned is not planned for; the answer is that of looking at everybody.
            narrow += view.plan.run.mode === 'keys' ? 1 : 0;
            const wanted = jobSettingsSchema.parse(JSON.parse((await getRun(scene.bench.database, view.forecast))!.trial!));
            const whole = await planNow(scene.bench.engine, { job, mode: 'full', cause: 'manual', actor: 'ann', trial: wanted });
            expect(await told(scene, view.forecast)).toEqual(await told(scene, whole.id));
          }
          await ask(scene, 'job.update', { job, settings, forecast: view.forecast });
          const run = await scene.bench.run(job);
          const planned = await told(scene, view.forecast);
          expect(await told(scene, run.id)).toEqual(planned);
          busy += planned.length;
          if (direction === 'down' || (run.counts.held ?? 0) > 0) continue;
          // Where nothing is held above, the systems below follow as foretold.
          const below = await scene.bench.run(scene.down);
          const foretold = (await Promise.all(view.downstream.map((plan) => told(scene, plan.run.id)))).flat();
          expect(await told(scene, below.id)).toEqual(foretold);
        }
      }),
      { numRuns: 6 },
    );
    expect(busy).toBeGreaterThan(0);
    if (direction === 'down') expect(narrow).toBeGreaterThan(0);
  });
});
