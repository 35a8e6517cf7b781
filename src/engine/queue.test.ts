// Wake-ups inside one process: kept until somebody waits, the same one twice is one, and nobody waits for ever.
import { expect, test } from 'vitest';
import { createCarriedQueue } from './carried-queue.ts';
import { createInProcessQueue, type Wake } from './queue.ts';

const run = (key: string): Wake => ({ kind: 'run', key });
const LONG_MS = 60_000;

test('a message that came before anybody waited is there, once, however often it was told', async () => {
  const queue = createInProcessQueue();
  for (const key of ['1', '1', '2', '1']) queue.wake(run(key));
  expect([await queue.next(LONG_MS), await queue.next(LONG_MS), await queue.next(0)]).toEqual([run('1'), run('2'), null]);
});

test('who waits is woken at once, by a message, by the end of its patience or by a signal', async () => {
  const queue = createInProcessQueue();
  const waiting = queue.next(LONG_MS);
  queue.wake(run('7'));
  expect(await waiting).toEqual(run('7'));
  expect(await queue.next(1)).toBeNull();
  const control = new AbortController();
  const stopped = queue.next(LONG_MS, control.signal);
  control.abort();
  expect(await stopped).toBeNull();
  const closed = queue.next(LONG_MS);
  await queue.close();
  expect(await closed).toBeNull();
});

test('what travels is carried, a command is not; messages are taken only while somebody waits, and unknown ones wake, too', async () => {
  const sent: [string, number][] = [];
  let deliver: ((what: { kind: string; key: string }) => void) | null = null;
  const queue = createCarriedQueue({
    send: (what, times) => void sent.push([what.kind, times]),
    receive(onMessage, signal) {
      deliver = onMessage;
      signal.addEventListener('abort', () => (deliver = null));
    },
    hears: () => true,
    close: async () => {},
  });
  queue.wake({ kind: 'command', key: 'x' });
  queue.wake(run('1'));
  queue.wake({ kind: 'batches', key: '1' }, 3);
  queue.wake({ kind: 'batches', key: '1' }, 0);
  expect(sent).toEqual([
    ['run', 1],
    ['batches', 3],
  ]);
  expect([await queue.next(LONG_MS), await queue.next(LONG_MS)]).toEqual([{ kind: 'command', key: 'x' }, run('1')]);
  expect(deliver).toBeNull();
  for (const what of [run('9'), { kind: 'of a later version', key: '' }]) {
    const waiting = queue.next(LONG_MS);
    await expect.poll(() => deliver).not.toBeNull();
    deliver!(what);
    expect(await waiting).toMatchObject(what.kind === 'run' ? what : { kind: 'command' });
    expect(deliver).toBeNull();
  }
});
