// More changes than Feishu takes: 50 a second come in, 1,000 a minute may go out. The backlog drains at the limit, leavers first.
import { expect, it, onTestFinished } from 'vitest';
import type { IncomingEvent } from '../../src/connector-kit/contract.ts';
import { feishu } from '../../src/connectors/feishu/index.ts';
import { simulate } from '../../src/connectors/feishu/simulator.ts';
import { USUAL } from '../../src/connectors/feishu/simulator-limits.ts';
import { countTouched } from '../../src/store/real-time.ts';
import { byNumber, PlainSystem, plainUp } from '../../test/support/plain-system.ts';
import { roomy } from '../../test/support/plain-scene.ts';
import { eventOf, speaking } from '../../test/support/speaking.ts';
import { askedAloud, virtualClock } from '../../test/support/virtual-clock.ts';
import { openWorkbench } from '../../test/support/workbench.ts';

const PEOPLE = 3000;
const LEAVERS = 10;
const PER_SECOND = 50;
const AT_ONCE = 10;
/** Of the short runs below that go before somebody who leaves: the one under way, and the one that was queued before anybody knew. */
const UNDER_WAY = 2 * 10 * feishu.manifest.limits.perSecond!;

it('what piles up is written at nine tenths of the published limit or more, and who leaves meanwhile is frozen before the rest', {
  timeout: 300_000,
}, async () => {
  let requests = 0;
  const count = (change: 1 | -1): void => void (requests += change);
  const clock = virtualClock(() => requests > 0);
  const bench = await openWorkbench({ engine: { clock }, watched: (database) => askedAloud(database, count) });
  const sandbox = await simulate({ clock });
  onTestFinished(async () => {
    clock.stop();
    await sandbox.stop();
    await bench.close();
  });
  sandbox.watchRequests(count);
  const hr = new PlainSystem('hr');
  await bench.connection('hr', speaking(hr.connector), {});
  await bench.connection('feishu', feishu, { ...sandbox.config, longConnection: false });
  const job = { policy: { guard: roomy }, trigger: { kind: 'event' } } as const;
  hr.department('dev', null, { code: 'DEV' });
  for (let n = 1; n <= PEOPLE + LEAVERS; n += 1)
    hr.person(String(n), 'dev', { mail: `p${n}@example.com`, login: `user${n}`, title: 'old' });
  const up = await bench.job({ name: 'in', connection: 'hr', direction: 'up', mapping: plainUp(), correlation: byNumber.up, ...job });
  await bench.run(up);
  const down = await bench.job({ name: 'out', connection: 'feishu', direction: 'down', ...feishu.manifest.defaults.down!, ...job });
  await bench.engine.drain();
  expect(sandbox.tenant.users.size).toBe(PEOPLE + LEAVERS);

  /** When each change was written, and whether it was somebody who left. */
  const written: { readonly at: number; readonly isLeaver: boolean }[] = [];
  sandbox.watchBodies((body) => void written.push({ at: clock.now(), isLeaver: body.is_frozen === true }));
  // From here on nothing of the hour before counts.
  await clock.sleep(3_600_000);
  let turn: Promise<unknown> = Promise.resolve();
  let isWanted = false;
  const tell = async (event: IncomingEvent): Promise<void> => {
    await bench.engine.receive('hr', event);
    if (isWanted) return;
    isWanted = true;
    turn = turn.then(() => {
      isWanted = false;
      return bench.engine.drain();
    });
  };
  const atRest = async (): Promise<void> => {
    const seen = turn;
    await seen;
    if (seen !== turn) await atRest();
  };
  const begun = clock.now();
  let told: Promise<unknown> = Promise.resolve();
  for (let n = 1; n <= PEOPLE; n += 1) {
    hr.set('person', String(n), { title: 'new' });
    const event = eventOf(`e${n}`, [{ type: 'person', id: String(n) }]);
    told = Promise.all([told, tell(event)]);
    if (n % AT_ONCE === 0) await clock.sleep((AT_ONCE * 1000) / PER_SECOND);
  }
  for (let n = PEOPLE + 1; n <= PEOPLE + LEAVERS; n += 1) {
    hr.set('person', String(n), { status: 'departed' });
    told = Promise.all([told, tell(eventOf(`e${n}`, [{ type: 'person', id: String(n), leaver: true }]))]);
  }
  const before = written.length;
  await told;
  await atRest();

  const titles = [...sandbox.tenant.users.values()].map((user) => user.fields.job_title);
  expect([titles.filter((title) => title === 'new').length, await countTouched(bench.database, down)]).toEqual([PEOPLE, 0]);
  expect(written.filter(({ isLeaver }) => isLeaver)).toHaveLength(LEAVERS);
  const last = written.findLastIndex(({ isLeaver }) => isLeaver);
  const ahead = written.slice(before, last).filter(({ isLeaver }) => !isLeaver).length;
  // In whole minutes: the limit counts by them, and what is left at the end fills none.
  const minutes = Math.floor((written.at(-1)!.at - begun) / 60_000);
  const inTime = written.filter(({ at, isLeaver }) => !isLeaver && at < begun + minutes * 60_000).length;
  const rate = inTime / minutes;
  console.log(
    `${PEOPLE} changes at ${PER_SECOND}/s into Feishu on ${process.env.TRIBUTARY_TEST_STORE ?? 'sqlite'}: ${rate.toFixed(0)} a minute over ${minutes} virtual minutes, of ${USUAL.perMinute} published; ${LEAVERS} leavers behind ${ahead} others, before ${PEOPLE - before - ahead}`,
  );
  expect(minutes).toBeGreaterThanOrEqual(2);
  expect(rate / USUAL.perMinute!).toBeGreaterThanOrEqual(0.9);
  expect(ahead).toBeLessThanOrEqual(UNDER_WAY);
  expect(PEOPLE - before - ahead).toBeGreaterThan(UNDER_WAY / 2);
});
