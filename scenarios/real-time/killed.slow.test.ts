// The server is killed twice in the middle of a flood of events: what Feishu knows in the end is in the app in the end, once.
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { expect, it, onTestFinished } from 'vitest';
import { FULL_APP, simulate as simulateFeishu } from '../../src/connectors/feishu/simulator.ts';
import { simulate as simulateScim } from '../../src/connectors/scim/simulator.ts';
import { roomy } from '../../test/support/plain-scene.ts';
import { configure, runAndFollow, serve, until, type ServerPlace } from '../../test/support/server-process.ts';
import { dropDatabase, newDatabase, testStore } from '../../test/support/store.ts';

const PEOPLE = 240;
const LEAVERS = 6;
const PER_SECOND = 50;
/** After so many events. */
const KILLS = [80, 160];
/** What Feishu would try again after 15 s comes after 0.75 s, after 5 min after 15 s. */
const HURRY = 20;

const freePort = async (): Promise<number> => {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  return port;
};

it('nothing is lost and nobody is made twice when the server is killed while events pour in', { timeout: 600_000 }, async () => {
  const clock = {
    now: () => Date.now(),
    sleep: async (ms: number, signal?: AbortSignal) =>
      void (await pause(ms >= 10_000 ? ms / HURRY : ms, undefined, signal ? { signal } : {})),
  };
  const sandbox = await simulateFeishu({ clock });
  const app = await simulateScim({});
  const database = testStore === 'postgres' ? await newDatabase() : null;
  const place: ServerPlace = {
    root: mkdtempSync(join(tmpdir(), 'tributary-killed-')),
    database,
    running: new Set(),
    port: await freePort(),
  };
  onTestFinished(async () => {
    for (const child of place.running) {
      const ended = once(child, 'exit');
      child.kill('SIGKILL');
      await ended;
    }
    await sandbox.stop();
    await app.stop();
    if (database) await dropDatabase(database);
    rmSync(place.root, { recursive: true, force: true });
  });
  const { tenant } = sandbox;
  const team = tenant.addDepartment({ name: '研发', customId: 'D1' });
  const people = Array.from({ length: PEOPLE }, (_, n) => {
    const fields = { name: `张${n}`, employee_no: `N${n}`, email: `p${n}@example.com`, job_title: 'old', employee_type: 1 };
    return tenant.addUser({ userId: `u${n}`, fields, departments: [team.key], activated: true });
  });
  const job = { policy: { guard: roomy }, trigger: { kind: 'event' } };
  const configuration = {
    connections: [
      { id: 'feishu', connector: 'feishu', name: 'Feishu', config: { ...sandbox.config, longConnection: false } },
      { id: 'app', connector: 'scim', name: 'App', config: app.config },
    ],
    jobs: [
      { name: 'In', connection: 'feishu', direction: 'up', ...job },
      { name: 'Out', connection: 'app', direction: 'down', ...job },
    ],
  };
  // JSON is YAML.
  writeFileSync(join(place.root, 'tributary.yaml'), JSON.stringify(configuration));
  await configure(place, 'tributary.yaml', ['In', 'Out']);
  let server = await serve(place);
  await runAndFollow(server.session, 'In');
  const accounts = () => app.state.list('Users');
  await until(() => accounts().length === PEOPLE, 240_000, 20);

  const { encryptKey, verificationToken } = sandbox.config as { encryptKey: string; verificationToken: string };
  sandbox.events.subscribe(FULL_APP, { url: `http://127.0.0.1:${place.port}/events/feishu`, encryptKey, verificationToken });
  sandbox.events.dials.twice = true;
  const arrived = (): number => accounts().filter((account) => String(account.title).startsWith('new')).length;
  const atKill: number[] = [];
  let again: Promise<unknown> = Promise.resolve();
  for (const [n, user] of people.entries()) {
    const leaves = n >= PEOPLE - LEAVERS;
    if (leaves) tenant.resign(user, clock.now());
    else {
      tenant.setField(user, 'job_title', `new ${n}`);
      tenant.tell({ kind: 'updated', type: 'user', key: user.key, old: { job_title: 'old' } });
    }
    await pause(1000 / PER_SECOND);
    if (!KILLS.includes(n + 1)) continue;
    await again;
    // On a store that several processes share, the runs of the dead one are taken over when its lease has lapsed.
    await until(() => arrived() > (atKill.at(-1) ?? 0), 240_000, 5);
    const ended = once(server.child, 'exit');
    server.child.kill('SIGKILL');
    await ended;
    atKill.push(arrived());
    // Events go on while it starts.
    again = serve(place).then((started) => {
      server = started;
    });
  }
  await again;
  const expected = people.map((_, n) => ({
    userName: `u${n}`,
    title: n >= PEOPLE - LEAVERS ? 'old' : `new ${n}`,
    active: n < PEOPLE - LEAVERS,
  }));
  const state = () =>
    accounts()
      .map(({ userName, title, active }) => ({ userName: String(userName), title, active }))
      .sort((a, b) => Number(a.userName.slice(1)) - Number(b.userName.slice(1)));
  await expect.poll(state, { timeout: 300_000, interval: 250 }).toEqual(expected);
  console.log(`killed with ${atKill.join(' and ')} of ${PEOPLE} changes in the app`);
  for (const count of atKill) expect(count).toBeLessThan(PEOPLE - LEAVERS);
  // Nothing waits, nothing is left over: comparing everything writes nothing.
  const writes = app.writes();
  for (const name of ['In', 'Out']) await runAndFollow(server.session, name);
  expect([app.writes() - writes, state()]).toEqual([0, expected]);
  await server.session.close();
});
