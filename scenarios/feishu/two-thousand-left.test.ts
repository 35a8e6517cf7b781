// 2,000 people really leave, and Feishu tells of each within a minute: the window holds, the rest is one question.
import { expect, it, onTestFinished } from 'vitest';
import { openServer } from '../../src/server/app.ts';
import { APP, openCompany } from './company.ts';

const PEOPLE = 2100;
const LEAVERS = 2000;
/** Every half second. */
const AT_ONCE = 20;
/** The default limit: two of a hundred. */
const ALLOWED = 42;

it('no more are disabled than the window allows, and the rest is one question', { timeout: 300_000 }, async () => {
  const company = await openCompany(PEOPLE, { job: { trigger: { kind: 'event' } } });
  const { bench, sandbox } = company;
  await company.sync();
  const server = await openServer({
    host: '127.0.0.1',
    port: 0,
    publicUrl: null,
    trustedProxies: [],
    tls: null,
    members: null,
    metrics: null,
    ready: async () => {},
    status: () => Promise.reject(new Error('not asked here')),
    receive: (connection, event) => bench.engine.receive(connection, { ...event, now: bench.clock.now() }),
    onFault: (error) => expect.unreachable(String(error)),
  });
  onTestFinished(() => server.stop());
  const { encryptKey, verificationToken } = sandbox.config as { encryptKey: string; verificationToken: string };
  sandbox.events.subscribe(APP, { url: `${server.url}/events/feishu`, encryptKey, verificationToken });

  const leavers = company.people.slice(PEOPLE - LEAVERS);
  for (let at = 0; at < leavers.length; at += AT_ONCE) {
    for (const key of leavers.slice(at, at + AT_ONCE)) sandbox.tenant.resign(sandbox.tenant.users.get(key)!, bench.clock.now());
    await expect.poll(() => sandbox.events.sent.length, { interval: 2, timeout: 60_000 }).toBe(at + AT_ONCE);
    bench.clock.advance(500);
    await bench.engine.drain();
  }

  const people = await bench.objects('person');
  const gone = people.filter((row) => row.lifecycle !== 'active').length;
  const asked = await bench.held();
  expect(gone).toBeGreaterThan(0);
  expect(gone).toBeLessThanOrEqual(ALLOWED);
  expect([people.length, asked.length]).toEqual([PEOPLE, LEAVERS - gone]);
  expect([...new Set(asked.map((row) => row.question))]).toHaveLength(1);
});
