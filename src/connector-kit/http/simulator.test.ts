// The server of HTTP simulators: what each fault dial looks like over HTTP, and what was carried out by then.
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { FaultDial, Simulator } from '../contract.ts';
import { serveSimulator } from './simulator.ts';
import { testClock, type TestClock } from './test-server.ts';

let clock: TestClock;
let simulator: Pick<Simulator, 'address' | 'fault' | 'stop'>;
/** What was carried out. */
let done: string[];

beforeEach(async () => {
  clock = testClock();
  done = [];
  simulator = await serveSimulator({
    clock,
    kindOf: ({ method, url }) => (url.pathname === '/token' ? 'sign-in' : method === 'GET' ? 'read' : 'write'),
    answer({ method, url, text }, fault) {
      if (url.pathname === '/mistake') throw new Error('no such drawer');
      done.push(`${method} ${url.pathname} ${text}`.trim());
      return { status: 200, body: { path: url.pathname, fault }, headers: { 'x-vendor': 'yes' } };
    },
    refuse: (fault, { url }, { afterMs }) =>
      url.pathname === '/many'
        ? undefined
        : { status: fault === 'busy' ? 429 : 418, body: { fault }, headers: { 'retry-after': String(afterMs) } },
    expireTokens: () => void done.push('tokens expired'),
  });
});
afterEach(() => simulator.stop());

const send = async (path: string, method = 'POST') => {
  const answer = await fetch(`${simulator.address}${path}`, {
    method,
    headers: { authorization: 'Bearer abc' },
    ...(method === 'POST' ? { body: 'hello' } : {}),
  });
  return {
    status: answer.status,
    text: await answer.text(),
    vendor: answer.headers.get('x-vendor'),
    after: answer.headers.get('retry-after'),
  };
};
const dialled = (dial: FaultDial, path = '/users') => {
  simulator.fault(dial);
  return send(path);
};

describe('the server of a simulator', () => {
  test('hands over the request as it came, and sends the answer as JSON', async () => {
    expect(await send('/users?page=2')).toEqual({ status: 200, text: '{"path":"/users"}', vendor: 'yes', after: null });
    expect(done).toEqual(['POST /users hello']);
  });

  test.each<FaultDial['fault']>(['refuse-connection', 'cut-connection'])('"%s" closes the line, and nothing was done', async (fault) => {
    await expect(dialled({ fault })).rejects.toThrow();
    expect(done).toEqual([]);
  });

  test('"lose-answer" closes the line after it was done', async () => {
    await expect(dialled({ fault: 'lose-answer' })).rejects.toThrow();
    expect(done).toEqual(['POST /users hello']);
  });

  test('"spoil-answer" shows the page of a proxy after it was done', async () => {
    const { status, text } = await dialled({ fault: 'spoil-answer' });
    expect([status, text]).toEqual([502, '<html><body>Bad gateway.</body></html>']);
    expect(done).toEqual(['POST /users hello']);
  });

  test('"garbage" shows a page that repeats the credential, and nothing was done', async () => {
    const { status, text } = await dialled({ fault: 'garbage' });
    expect(status).toBe(200);
    expect(text).toContain('Bearer abc');
    expect(done).toEqual([]);
  });

  test.each<[FaultDial['fault'], number]>([
    ['busy', 429],
    ['server-error', 418],
    ['refuse-write', 418],
  ])('"%s" is refused in the words of the vendor, and nothing was done', async (fault, status) => {
    expect(await dialled({ fault, afterMs: 7 })).toMatchObject({ status, text: JSON.stringify({ fault }), after: '7' });
    expect(done).toEqual([]);
  });

  test('a refusal that the vendor has inside an answer is left to the answer', async () => {
    expect((await dialled({ fault: 'refuse-write' }, '/many')).text).toBe('{"path":"/many","fault":"refuse-write"}');
  });

  test('"expire-token" comes before the request, "delay" takes the time of the clock', async () => {
    await dialled({ fault: 'expire-token' });
    await dialled({ fault: 'delay', afterMs: 5000 });
    expect(done).toEqual(['tokens expired', 'POST /users hello', 'POST /users hello']);
    expect(clock.slept).toEqual([5000]);
  });

  test('a dial counts what it is for: reads, writes, never a sign-in', async () => {
    simulator.fault({ fault: 'busy', on: 'write', at: 1 });
    const seen = [];
    for (const [path, method] of [
      ['/token', 'POST'],
      ['/users', 'GET'],
      ['/users', 'POST'],
      ['/users', 'POST'],
    ] as const)
      seen.push((await send(path, method)).status);
    expect(seen).toEqual([200, 200, 200, 429]);
  });

  test('a mistake in the simulator is told as such', async () => {
    const { status, text } = await send('/mistake');
    expect(status).toBe(500);
    expect(text).toMatch(/The simulator failed: Error: no such drawer\n +at .*simulator\.test/);
  });
});
