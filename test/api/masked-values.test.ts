// Sensitive values of people, planted in every shape in which they can show: in no answer of any route, for any role; that they differ still shows.
import { expect, it } from 'vitest';
import type { z } from 'zod';
import { exportNames } from '../../src/engine/export/lists.ts';
import { table } from '../../src/server/api/routes.ts';
import type { Role } from '../../src/server/principal.ts';
import { openApi, type ApiScene, type Loose } from '../support/api-scene.ts';
import { everythingIn } from '../support/everything.ts';
import { roomy } from '../support/plain-scene.ts';
import { plainDown, plainUp } from '../support/plain-system.ts';

const PLANTED = ['planted-id-one', 'planted-id-two', 'planted-lane', 'planted-birthday', 'planted-phone'];
const DOTS = '••••••';
const roles = ['viewer', 'operator', 'approver', 'admin', 'auditor'] as const satisfies readonly Role[];

/** What a field of a question is filled with, by its name. A new question whose field is not here fails the test by name. */
async function fillingsOf(
  { scene, ask }: ApiScene,
  person: string,
  runs: readonly number[],
): Promise<Readonly<Record<string, readonly unknown[]>>> {
  const [department] = await scene.bench.objects('department');
  const [group] = await scene.bench.objects('group');
  const { links } = (await ask('GET', '/links?connection=app&type=person')).body as { links: { externalId: string }[] };
  const start = new Date(scene.bench.clock.now() - 3_600_000).toISOString();
  return {
    job: [scene.up, scene.down],
    run: [...runs],
    connection: ['hr', 'app'],
    person: [person],
    object: [person],
    id: [person],
    at: [new Date(scene.bench.clock.now()).toISOString()],
    from: [start],
    to: [new Date(scene.bench.clock.now()).toISOString()],
    department: [department!.id],
    group: [group!.id],
    edit: [1],
    type: ['person'],
    externalId: links.map((link) => link.externalId),
    kind: ['create', 'nobody', 'account-created', 'run-failed'],
    trigger: [{ kind: 'schedule', cron: '0 6 * * *' }],
    text: ['Person'],
  };
}

it('are dots wherever they could be read', async () => {
  const mapping = plainUp();
  const api = await openApi({
    people: 3,
    up: {
      policy: { guard: roomy, leaver: { gone: 'delete' } },
      mapping: {
        ...mapping,
        person: [
          ...mapping.person!.filter((row) => !['nickname', 'title', 'startsAt', 'timeZone'].includes(row.target)),
          { target: 'idNumber', field: 'note' },
          { target: 'homeAddress', field: 'title' },
          { target: 'birthday', field: 'startsAt' },
          { target: 'privatePhone', field: 'timeZone' },
        ],
      },
    },
    down: {
      policy: { guard: roomy },
      mapping: {
        ...plainDown(),
        person: [
          ...plainDown().person!.filter((row) => row.target !== 'note' && row.target !== 'title'),
          { target: 'note', field: 'idNumber' },
          { target: 'title', template: 'at {homeAddress}' },
        ],
      },
    },
  });
  const { scene, ask } = api;
  const logged: string[] = [];
  (scene.bench.engine.options as { log: (event: string, fields?: object) => void }).log = (event, fields) =>
    void logged.push(`${event} ${JSON.stringify(fields)}`);
  for (const id of ['1', '2', '3'])
    scene.hr.set('person', id, { note: 'planted-id-one', title: 'planted-lane', startsAt: 'planted-birthday', timeZone: 'planted-phone' });
  await scene.sync();
  scene.bench.clock.advance(7_200_000);
  const before = new Date(scene.bench.clock.now() - 3_600_000).toISOString();
  // One value becomes another, one goes, one person is asked about; what somebody else wrote there has drifted.
  scene.hr.group('all', [['person', '1']]);
  scene.hr.set('person', '1', { note: 'planted-id-two' });
  scene.hr.set('person', '2', { note: null });
  scene.hr.delete('person', '3');
  const { up, down } = await scene.sync();
  expect(up.counts.held).toBe(1);
  const known = (await scene.known('1'))!;
  const previews: number[] = [];
  for (const run of [up, down]) previews.push((await ask('POST', `/runs/${run.id}/undo-preview`, { body: {} })).body.run);
  await scene.bench.engine.drain();
  const forecast = await ask('POST', `/jobs/${scene.down}/forecast`, { body: { settings: { rank: 3 } } });
  expect(forecast.status).toBe(200);

  const steps = [{ do: 'person.edit', person: known.id, attributes: { nickname: 'Wei' } }];
  expect((await ask('POST', '/edits', { body: { steps } })).status).toBe(201);
  await ask('POST', `/jobs/${scene.down}/matching`, { body: {} });
  await scene.bench.engine.drain();
  // The values that fit no type are listed as problems, without what they were.
  const problems = (await ask('GET', '/problems')).body.items as readonly Loose[];
  expect(new Set(problems.map((one) => one.attribute))).toContain('birthday');
  const filled = await fillingsOf(api, known.id, [up.id, down.id, previews[0]!]);
  const said: string[] = [JSON.stringify(forecast.body), ...logged];
  const unanswered = new Set<string>();
  for (const [name, operation] of table.filter(([, one]) => one.where === 'reader')) {
    const shape = (operation.input as z.ZodObject<Record<string, z.ZodType>>).shape;
    const fields = Object.keys(shape).filter(
      (field) => !shape[field]!.safeParse(undefined).success || operation.route.path.includes(`{${field}}`),
    );
    let inputs: Record<string, unknown>[] = [{}];
    for (const field of fields) inputs = inputs.flatMap((input) => (filled[field] ?? []).map((value) => ({ ...input, [field]: value })));
    let answered = fields.length === 0;
    for (const input of inputs) {
      const path = operation.route.path.replaceAll(/\{(\w+)\}/g, (_, field: string) => String(input[field]));
      const rest = Object.entries(input).filter(([field]) => !operation.route.path.includes(`{${field}}`));
      const asked =
        operation.route.method === 'GET'
          ? ([`${path}?${new URLSearchParams(rest.map(([field, value]) => [field, String(value)]))}`, {}] as const)
          : ([path, { body: Object.fromEntries(rest) }] as const);
      for (const role of roles) {
        const answer = await ask(operation.route.method, asked[0], { ...asked[1], as: role });
        answered ||= answer.status === 200;
        said.push(JSON.stringify([answer.body, answer.headers]));
      }
    }
    if (!answered) unanswered.add(name);
  }
  for (const list of exportNames)
    for (const role of roles)
      for (const query of ['format=csv', `format=json&run=${up.id}`])
        said.push(JSON.stringify((await ask('GET', `/exports/${list}?${query}`, { as: role })).body));
  expect([...unanswered]).toEqual([]);
  expect(PLANTED.filter((value) => said.some((text) => text.includes(value)))).toEqual([]);
  expect(PLANTED.filter((value) => api.faults.map(String).join().includes(value))).toEqual([]);
  expect(said.some((text) => text.includes(DOTS))).toBe(true);
  const rest = (await everythingIn(scene.bench.database)).replaceAll(/^mirror hr[^]*?(?=^\w)/gm, '');
  expect(PLANTED.filter((value) => rest.includes(value))).toEqual([]);

  // What differs is shown as different: in the plan, the history and between two moments.
  const changes = (await ask('GET', `/runs/${up.id}/changes`)).body.changes as readonly Loose[];
  const own = changes.find((change) => change.key === '1');
  expect(own.attributes).toMatchObject([{ name: 'idNumber', before: DOTS, after: DOTS }]);
  expect(changes.find((change) => change.key === '2').attributes).toMatchObject([{ name: 'idNumber', before: DOTS, after: null }]);
  const difference = await ask('GET', `/directory/difference?from=${before}&to=${new Date(scene.bench.clock.now()).toISOString()}`);
  expect(JSON.stringify(difference.body)).toContain('idNumber');
});
