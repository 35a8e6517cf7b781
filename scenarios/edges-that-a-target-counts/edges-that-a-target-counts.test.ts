// A target that takes so many members of a group in an hour, and so many people in one department: the plan says so before anybody waits.
import { expect, it, onTestFinished } from 'vitest';
import type { Connector } from '../../src/connector-kit/contract.ts';
import type { RelationSpec } from '../../src/core/model.ts';
import { ask } from '../../test/support/asking.ts';
import { plainTypes, PlainSystem } from '../../test/support/plain-system.ts';
import { downSettings, roomy, sentences, upSettings } from '../../test/support/plain-scene.ts';
import { openWorkbench } from '../../test/support/workbench.ts';

const limits: Readonly<Record<string, Partial<RelationSpec>>> = { member: { perHour: 2 }, membership: { mostAtEnd: 3 } };

const counting = (connector: Connector, more = limits): Connector => ({
  ...connector,
  manifest: {
    ...connector.manifest,
    types: plainTypes.map((type) => ({
      ...type,
      relations: type.relations.map((relation) => ({ ...relation, ...more[relation.name] })),
    })),
  },
});

it('says how long a group takes and which department would be too full, in a dry run and in the run, and no more when it is done', async () => {
  const bench = await openWorkbench();
  onTestFinished(() => bench.close());
  const [hr, app] = [new PlainSystem('hr'), new PlainSystem('app')];
  hr.department('main');
  hr.department('small');
  for (let id = 1; id <= 5; id++) hr.person(String(id), id <= 3 ? 'main' : 'small');
  hr.group(
    'crew',
    ['1', '2', '3', '4', '5'].map((id) => ['person', id] as const),
  );
  hr.group('pair', [
    ['person', '1'],
    ['person', '2'],
  ]);
  await bench.connection('hr', hr.connector, {});
  await bench.connection('app', counting(app.connector), {});
  const policy = { guard: roomy };
  const up = await bench.job(upSettings('hr', { policy }));
  const down = await bench.job(downSettings('app', { policy }));
  await bench.run(up);
  const dry = sentences(await bench.run(down, { dryRun: true }));
  expect(dry).toContain('gets 5 members, and this target takes 2 of one object in an hour: that lasts about 2 hours,');
  expect(dry).not.toContain('would hold');
  expect(sentences(await bench.run(down))).toBe(dry);
  expect(sentences(await bench.run(down))).toBe('');

  // Those who are there count, too.
  hr.person('6', 'main');
  await bench.run(up);
  expect(sentences(await bench.run(down, { dryRun: true }))).toMatch(/^\n"main" would hold 4, and this target takes at most 3 there/);
});

it('says how many of those who are there already a first run would move, and how to leave them; later moves need no word', async () => {
  const bench = await openWorkbench();
  onTestFinished(() => bench.close());
  const [hr, app] = [new PlainSystem('hr'), new PlainSystem('app')];
  hr.department('main');
  hr.department('small');
  for (const id of ['1', '2', '3']) hr.person(id, 'main');
  app.department('people');
  for (const id of ['1', '2']) app.person(id, 'people');
  const moves = {
    label: { en: 'place', zh: '位置' },
    says: { en: 'moved', zh: '移动' },
    avoid: { en: 'Choose otherwise.', zh: '请另行选择。' },
  };
  await bench.connection('hr', hr.connector, {});
  await bench.connection('app', counting(app.connector, { membership: { moves } }), {});
  const policy = { guard: roomy };
  const up = await bench.job(upSettings('hr', { policy }));
  const asking = { guard: { ...roomy, firstRun: { ...roomy.firstRun, touched: 1 } } };
  const down = await bench.job(downSettings('app', { policy: asking }));
  await bench.run(up);
  const planned = await bench.run(down, { dryRun: true });
  const dry = sentences(planned);
  // A row tells a move of the entry from a department that is written.
  const { changes } = await ask({ bench }, 'run.changes', { run: planned.id, types: ['person'] });
  const called = changes.flatMap((one) => one.edges.map((edge) => [one.key === changes[0]!.key, one.action, edge.label.en]));
  expect(new Set(called.map(([, action, label]) => `${action} ${label}`))).toEqual(new Set(['update place', 'create departments']));
  expect(dry).toContain('2 entries that are there already would be moved. Choose otherwise.');
  expect(sentences(await bench.run(down))).toContain('2 entries that are there already');
  // Whoever is asked sees it, too.
  const { held } = await ask({ bench }, 'held.list', { job: down });
  expect(held.map((one) => [one.deed, one.edges.map((edge) => `${edge.op} ${edge.label.en} ${edge.name}`).toSorted()])).toEqual([
    ['move', ['add place main']],
    ['move', ['add place main']],
  ]);
  await bench.approveAll();
  hr.person('3', 'small');
  await bench.run(up);
  expect(sentences(await bench.run(down))).not.toContain('would be moved');
});
