// What a worker tells of itself: whether it is at it, and numbers of its own process.
import { expect, it, onTestFinished } from 'vitest';
import { createPulse, openWorkerHealth, SILENT_MS } from './worker-health.ts';

async function worker() {
  const clock = { now: 1_800_000_000_000 };
  const pulse = createPulse(() => clock.now);
  const health = await openWorkerHealth({ host: '127.0.0.1', port: 0 }, pulse);
  onTestFinished(() => health.close());
  const ask = async (path: string) => {
    const answer = await fetch(`http://127.0.0.1:${health.port}${path}`);
    return { status: answer.status, text: await answer.text() };
  };
  return { clock, pulse, ask, health };
}

it('a worker is healthy while its loop turns or its leases are looked after, and ill when both stand still', async () => {
  const { clock, pulse, ask } = await worker();
  expect(await ask('/healthz')).toEqual({ status: 200, text: '{"ok":true}' });
  clock.now += SILENT_MS - 1;
  expect((await ask('/healthz')).status).toBe(200);
  clock.now += 1;
  expect(await ask('/healthz')).toEqual({ status: 503, text: '{"ok":false}' });
  // A long run: the loop waits for it, its lease is renewed.
  pulse.beat();
  expect((await ask('/healthz')).status).toBe(200);
  // A database that is away: the loop turns and tries again.
  clock.now += SILENT_MS;
  pulse.turn({ mayWork: false, helped: 0 });
  expect((await ask('/healthz')).status).toBe(200);
});

it('a worker counts what it led and helped with, and tells nothing else', async () => {
  const { clock, pulse, ask } = await worker();
  pulse.turn({ mayWork: true, helped: 0 });
  pulse.turn({ mayWork: true, helped: 3 });
  pulse.settled({ job: 2, state: 'succeeded' });
  clock.now += 1500;
  const { status, text } = await ask('/metrics');
  expect(status).toBe(200);
  for (const line of [
    'tributary_worker_beat_age_seconds 1.5',
    'tributary_worker_may_work 1',
    'tributary_worker_batches_total 3',
    'tributary_worker_runs_total{job="2",state="succeeded"} 1',
  ])
    expect(text).toContain(line);
  expect(text).toContain('process_resident_memory_bytes');
  expect((await ask('/')).status).toBe(404);
});

it('a port that is taken is refused before any work is taken', async () => {
  const { health, pulse } = await worker();
  await expect(openWorkerHealth({ host: '127.0.0.1', port: health.port }, pulse)).rejects.toMatchObject({ code: 'EADDRINUSE' });
});
