// A process that is killed while it sends loses no notice, and repeats at most the one it had in hand, under the same id.
import { spawn } from 'node:child_process';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import { installationNoticesSchema } from '../../src/core/notices.ts';
import { saveInstallationNotices } from '../../src/engine/notify/settings.ts';
import { putChannel } from '../../src/store/channels.ts';
import { putSealed } from '../../src/store/jobs.ts';
import { putNotice } from '../../src/store/notices.ts';
import { startMailServer } from '../../test/support/mail-server.ts';
import { openWorkbench } from '../../test/support/workbench.ts';

const NOTICES = 24;
const SECRET = 'a-secret-of-twenty-signs';

interface FarSide {
  readonly channel: { readonly kind: string; readonly config: object; readonly secrets: Readonly<Record<string, string>> };
  /** Ids in the order of arrival. */
  readonly arrived: string[];
}

async function mailSide(onArrival: () => void): Promise<FarSide> {
  const arrived: string[] = [];
  const mail = await startMailServer({}, (letter) => {
    arrived.push(letter.id);
    onArrival();
  });
  onTestFinished(() => mail.stop());
  return {
    arrived,
    channel: { kind: 'email', config: { host: '127.0.0.1', port: mail.port, security: 'none', from: 'a@example.org' }, secrets: {} },
  };
}

async function hookSide(onArrival: () => void): Promise<FarSide> {
  const arrived: string[] = [];
  const server = createServer((request, response) => {
    request.resume();
    request.on('end', () => {
      arrived.push(String(request.headers['webhook-id']));
      onArrival();
      response.end('ok');
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(async () => {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  });
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/`;
  return { arrived, channel: { kind: 'webhook', config: { url }, secrets: { secret: SECRET } } };
}

/** Moments: the probes of the sender, or `arrived`, when the far side has it and has not said so yet. */
const deaths: readonly (readonly [point: string, nth: number])[] = [
  ['notice:claimed', 1],
  ['notice:sent', 1],
  ['arrived', 2],
  ['notice:claimed', 3],
  ['notice:sent', 3],
  ['arrived', 1],
];

it.each([
  ['mail', mailSide],
  ['webhook', hookSide],
] as const)(
  '%s: killed at every moment, nothing is lost, and each death repeats one at most',
  async (_name, open) => {
    let dying: { child: ReturnType<typeof spawn>; left: number } | null = null;
    const side = await open(() => {
      if (dying && --dying.left === 0) dying.child.kill('SIGKILL');
    });
    const bench = await openWorkbench();
    onTestFinished(() => bench.close());
    await bench.database.write(async (transaction) => {
      const { kind, config, secrets } = side.channel;
      await putChannel(transaction, { id: 'out', kind, name: 'out', language: 'en', config: JSON.stringify(config) });
      for (const [name, value] of Object.entries(secrets))
        await putSealed(transaction, 'channel:out', name, bench.engine.options.sealer.seal(value));
      const to = kind === 'email' ? ['it@example.org'] : [];
      await saveInstallationNotices(
        transaction,
        installationNoticesSchema.parse({ rules: [{ on: ['failure'], channel: 'out', to }], digest: { count: 1000 } }),
      );
      for (let n = 0; n < NOTICES; n++)
        await putNotice(transaction, {
          kind: 'run-failed',
          at: n,
          job: 1,
          cause: `n:${n}`,
          facts: JSON.stringify({ jobName: `Job ${n}` }),
        });
    });
    const live = (point: string, nth: number): Promise<NodeJS.Signals | number | null> =>
      new Promise((resolve) => {
        const child = spawn(process.execPath, [join(import.meta.dirname, 'victim.ts'), bench.folder, point, String(nth)], {
          stdio: 'inherit',
        });
        dying = point === 'arrived' ? { child, left: nth } : null;
        child.once('exit', (code, signal) => resolve(signal ?? code));
      });
    for (const [point, nth] of deaths) expect([point, await live(point, nth)]).toEqual([point, 'SIGKILL']);
    expect(await live('never', 0)).toBe(0);

    const ids = new Set(side.arrived);
    expect(ids.size).toBe(NOTICES);
    expect(side.arrived.length - ids.size).toBeLessThanOrEqual(deaths.length);
    // Those that were in hand when the far side had them came again: the test would show a loss.
    expect(side.arrived.length).toBeGreaterThan(NOTICES);
    expect(await bench.database.all(`SELECT DISTINCT state FROM delivery`)).toEqual([{ state: 'sent' }]);
  },
  180_000,
);
