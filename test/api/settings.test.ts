// Settings of the installation: the same over HTTP and in the configuration file, refused where they mean nothing, in the audit log.
import { expect, it } from 'vitest';
import { openApi } from '../support/api-scene.ts';

it('are read, changed and written out in the file, which applies again without a change', async () => {
  const { ask } = await openApi();
  expect((await ask('GET', '/settings')).body).toEqual({ timeZone: 'UTC' });
  expect((await ask('GET', '/configuration')).body.yaml).not.toMatch(/^settings:/m);
  expect((await ask('PATCH', '/settings', { body: { timeZone: 'Asia/Shanghai' } })).body).toEqual({ timeZone: 'Asia/Shanghai' });
  expect((await ask('PATCH', '/settings', { body: {} })).body).toEqual({ timeZone: 'Asia/Shanghai' });
  expect((await ask('GET', '/configuration')).body.yaml).toMatch(/^settings:\n  timeZone: Asia\/Shanghai$/m);
  const judged = await ask('POST', '/configuration/plan', { body: { document: { settings: { timeZone: 'Europe/Paris' } } } });
  expect(judged.body.entries).toEqual([
    {
      kind: 'settings',
      name: 'settings',
      number: null,
      action: 'change',
      changes: [{ path: 'timeZone', before: 'Asia/Shanghai', after: 'Europe/Paris' }],
    },
  ]);
  await ask('PUT', '/configuration', { body: { document: { settings: { timeZone: 'Europe/Paris' } } } });
  expect((await ask('GET', '/settings')).body).toEqual({ timeZone: 'Europe/Paris' });
  const { entries } = (await ask('GET', '/audit')).body;
  expect(entries.filter((entry: { action: string }) => entry.action === 'settings.change')).toMatchObject([
    { after: '{"timeZone":"Europe/Paris"}' },
    { before: '{"timeZone":"UTC"}', after: '{"timeZone":"Asia/Shanghai"}' },
  ]);
});

it('name the field of what is no time zone, over HTTP and in a file', async () => {
  const { ask } = await openApi();
  expect((await ask('PATCH', '/settings', { body: { timeZone: 'Mars/Olympus' } })).body).toMatchObject({
    status: 400,
    errors: [{ field: 'timeZone' }],
  });
  const judged = await ask('POST', '/configuration/plan', { body: { document: { settings: { timeZone: 'Mars/Olympus' } } } });
  expect(judged.body.problems).toMatchObject([{ path: ['settings', 'timeZone'] }]);
  expect((await ask('GET', '/settings')).body).toEqual({ timeZone: 'UTC' });
});
