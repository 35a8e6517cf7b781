// 500 people and 20 groups into a SCIM server that we did not write: scimmy, which follows the RFC closely.
import { expect, it, onTestFinished } from 'vitest';
import { startScimmy } from '../../test/servers/scimmy.ts';
import { riverInto } from '../../test/support/scim-river.ts';
import { bearer, open, writing } from '../../src/connectors/scim/test-support.ts';

it('500 people and 20 groups arrive, change, and leave; the second run writes nothing', async () => {
  const server = await startScimmy();
  onTestFinished(() => server.stop());
  await riverInto(server, { removed: 'gone' });
}, 900_000);

it('a check tells what this server can do, and leaves nothing behind', async () => {
  const server = await startScimmy();
  onTestFinished(() => server.stop());
  const { connection } = await open(bearer(String(server.config.url), server.config));
  const { findings } = await connection.check({ direction: 'down', probeWrite: true, signal: writing.signal });
  expect(findings.filter(({ ok }) => !ok)).toEqual([]);
  expect(findings.map(({ level }) => level)).toContain('writes');
  expect(await server.users()).toEqual([]);
});
