// The audit log reaches a syslog collector over TCP and TLS: in order, each entry framed, nothing lost by refusals, cuts and restarts.
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createServer, type AddressInfo, type Server, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createServer as createTlsServer } from 'node:tls';
import { expect, it, onTestFinished } from 'vitest';
import { forwardAudit } from '../../src/engine/audit-forward.ts';
import { audit } from '../../src/store/audit.ts';
import { ask } from '../../test/support/asking.ts';
import { openScene, type Scene } from '../../test/support/plain-scene.ts';

const never = new AbortController().signal;

/** Messages by their frames, whatever the pieces they came in. */
function messagesIn(bytes: Buffer): string[] {
  const found: string[] = [];
  for (let at = 0; at < bytes.length; ) {
    const blank = bytes.indexOf(' ', at);
    const length = Number(bytes.subarray(at, blank).toString());
    found.push(bytes.subarray(blank + 1, blank + 1 + length).toString());
    at = blank + 1 + length;
  }
  return found;
}

/** A collector; `mood`: what becomes of the next connection. */
async function collector(tls?: { key: string; cert: string }) {
  const state = { mood: 'take' as 'take' | 'cut', messages: [] as string[], port: 0 };
  const serve = (socket: Socket): void => {
    const pieces: Buffer[] = [];
    socket.on('error', () => {});
    if (state.mood === 'cut') return void socket.once('data', () => socket.resetAndDestroy());
    socket.on('data', (piece: Buffer) => pieces.push(piece));
    socket.on('end', () => state.messages.push(...messagesIn(Buffer.concat(pieces))));
  };
  const server: Server = tls ? createTlsServer(tls, serve) : createServer(serve);
  server.on('tlsClientError', () => {});
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  state.port = (server.address() as AddressInfo).port;
  onTestFinished(() => new Promise<void>((resolve) => void server.close(() => resolve())));
  return state;
}

const note = (scene: Scene, subject: string, after: string | null = null) =>
  scene.bench.database.write((transaction) =>
    audit(transaction, { at: scene.bench.clock.now(), actor: 'ann "the" admin]', action: 'job.enabled', subject, after }),
  );
const forward = (scene: Scene) => forwardAudit(scene.bench.engine.options, never);
const seqsIn = (messages: readonly string[]) => messages.map((message) => Number(/ seq="(\d+)"/.exec(message)![1]));

it('in order and framed; what a cut or a collector that is away has not taken is sent again, also after a restart', async () => {
  const scene = await openScene();
  const log = await collector();
  await note(scene, 'before it was asked for');
  const to = { transport: 'tcp', host: '127.0.0.1', port: log.port, ca: null } as const;
  expect(await ask(scene, 'audit.forwarding', {})).toMatchObject({ to: null, sent: 0 });
  expect(await ask(scene, 'audit.forward', { to })).toMatchObject({ to: { host: '127.0.0.1', ca: false }, sent: 0 });
  const first = await forward(scene);
  expect(first).toBeGreaterThan(1);
  expect(await forward(scene)).toBe(0);
  const last = log.messages.at(-1)!;
  expect(last).toMatch(
    /^<109>1 2026-01-05T\d\d:\d\d:\d\d\.\d{3}Z \S+ tributary - audit\.forward \[audit@32473 seq="\d+" actor="ann" subject="audit" hash="[0-9a-f]{64}"\] \ufeff\{/,
  );

  // Cut in the middle, and away: nothing counts as sent.
  log.mood = 'cut';
  await note(scene, 'job:1', '张伟 '.repeat(3000));
  expect(await forward(scene)).toBe(0);
  expect(await ask(scene, 'audit.forwarding', {})).toMatchObject({ sent: first, error: expect.stringMatching(/./) });
  expect(await forward(scene), 'a pause between tries').toBe(0);
  log.mood = 'take';
  scene.bench.clock.advance(31_000);
  // A restart: all that is known stands in the store.
  expect(await forwardAudit({ ...scene.bench.engine.options, holder: 'another process' }, never)).toBe(1);
  const found = log.messages.at(-1)!;
  expect(found).toContain('actor="ann \\"the\\" admin\\]" subject="job:1"');
  expect(Buffer.byteLength(found)).toBeLessThan(20_000);
  expect(seqsIn(log.messages)).toEqual(Array.from({ length: first + 1 }, (_, index) => index + 1));
  expect(await ask(scene, 'audit.forwarding', {})).toMatchObject({ sent: first + 1, last: first + 1, error: null });

  await scene.bench.database.write(async (transaction) => {
    for (let n = 0; n < 501; n++) await audit(transaction, { at: 1, actor: 'x', action: 'item.known', subject: `s${n}` });
  });
  expect([await forward(scene), await forward(scene), await forward(scene)]).toEqual([500, 1, 0]);
  expect(seqsIn(log.messages)).toEqual(Array.from({ length: first + 502 }, (_, index) => index + 1));
  await ask(scene, 'audit.forward', { to: null });
  await note(scene, 'stays here');
  expect(await forward(scene)).toBe(0);
});

it('over TLS only to a collector whose certificate is trusted', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'tributary-test-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  const words =
    'req -x509 -newkey rsa:2048 -nodes -days 2 -subj /CN=localhost -addext subjectAltName=DNS:localhost -keyout key.pem -out cert.pem';
  spawnSync('openssl', words.split(' '), { cwd: folder });
  const read = (name: string) => readFileSync(join(folder, name), 'utf8');
  const log = await collector({ key: read('key.pem'), cert: read('cert.pem') });
  const scene = await openScene();
  const to = { transport: 'tls', host: 'localhost', port: log.port } as const;
  await ask(scene, 'audit.forward', { to });
  expect(await forward(scene)).toBe(0);
  expect((await ask(scene, 'audit.forwarding', {})).error).toMatch(/self.signed/i);
  expect(log.messages).toEqual([]);
  await ask(scene, 'audit.forward', { to: { ...to, ca: read('cert.pem') } });
  const sent = await forward(scene);
  expect(seqsIn(log.messages)).toEqual(Array.from({ length: sent }, (_, index) => index + 1));
  const entries = (await ask(scene, 'audit.list', { action: 'audit.forward' })).entries;
  expect(entries.map((entry) => entry.after)).toEqual([expect.stringContaining('"ca":true'), expect.stringContaining('"ca":false')]);
});

it('goes to no link-local or metadata address unless that is allowed, and says so', async () => {
  const scene = await openScene();
  for (const transport of ['tcp', 'tls'] as const) {
    const to = { transport, host: '::ffff:169.254.169.254', port: 514, ca: null };
    await ask(scene, 'audit.forward', { to });
    expect(await forward(scene)).toBe(0);
    expect(await ask(scene, 'audit.forwarding', {})).toMatchObject({
      sent: 0,
      error: expect.stringContaining('metadata address') as string,
    });
    scene.bench.clock.advance(60_000);
  }
});
