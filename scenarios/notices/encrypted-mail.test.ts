// Mail over TLS and STARTTLS: only to a server whose certificate is trusted, with sign-in, and never in the clear when encryption was asked for.
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { SMTPServerOptions } from 'smtp-server';
import { describe, expect, it, onTestFinished } from 'vitest';
import { email } from '../../src/engine/notify/channels/email.ts';
import { startMailServer, type MailServer } from '../../test/support/mail-server.ts';

const PASSWORD = 'planted-mail-password';

function certificate(): { key: string; cert: string } {
  const folder = mkdtempSync(join(tmpdir(), 'tributary-mail-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  const words =
    'req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -days 2 -subj /CN=localhost -addext subjectAltName=DNS:localhost,IP:127.0.0.1';
  spawnSync('openssl', [...words.split(' '), '-keyout', 'key.pem', '-out', 'cert.pem'], { cwd: folder });
  return { key: readFileSync(join(folder, 'key.pem'), 'utf8'), cert: readFileSync(join(folder, 'cert.pem'), 'utf8') };
}

async function server(options: SMTPServerOptions): Promise<MailServer> {
  const mail = await startMailServer({
    authOptional: false,
    onAuth: ({ username, password }, _session, done) =>
      username === 'sync' && password === PASSWORD ? done(null, { user: 'sync' }) : done(new Error('Invalid credentials')),
    ...options,
  });
  onTestFinished(() => mail.stop());
  return mail;
}

const send = (mail: MailServer, given: object): Promise<void> =>
  email
    .open(
      email.config.parse({ host: 'localhost', port: mail.port, from: 'sync@example.org', user: 'sync', password: PASSWORD, ...given }),
      () => Date.now(),
    )
    .send(
      { id: 'tributary.1', recipient: 'it@example.org', subject: '任务失败', text: '原因', at: 0, data: {} },
      AbortSignal.timeout(15_000),
    );

describe.skipIf(spawnSync('openssl', ['version']).status !== 0)('encrypted mail', () => {
  it.each([
    ['tls', { secure: true }],
    ['starttls', {}],
  ] as const)('by %s reaches a server of an own authority, and no other', async (security, options) => {
    const { key, cert } = certificate();
    const mail = await server({ ...options, key, cert });
    await expect(send(mail, { security })).rejects.toThrow(/no trusted encryption/);
    expect(mail.letters).toEqual([]);
    await send(mail, { security, ca: cert });
    expect(mail.letters).toMatchObject([{ subject: '任务失败', text: '原因' }]);
    const refused = await send(mail, { security, ca: cert, password: 'wrong' }).catch((error: unknown) => error as Error);
    expect(refused).toMatchObject({ kind: 'credentials' });
    expect(JSON.stringify(refused)).not.toContain('wrong');
  });

  it('is not sent in the clear by a server that offers no encryption', async () => {
    const mail = await server({ disabledCommands: ['STARTTLS'] });
    await expect(send(mail, { security: 'starttls' })).rejects.toThrow();
    expect(mail.letters).toEqual([]);
  });
});
