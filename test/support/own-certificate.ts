// A certificate that nobody else trusts, for localhost and 127.0.0.1, made by openssl for one test.
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';

export const hasOpenssl = spawnSync('openssl', ['version']).status === 0;

/** Paths of two PEM files. */
export function ownCertificate(): { certificate: string; key: string } {
  const folder = mkdtempSync(join(tmpdir(), 'tributary-tls-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  const files = { certificate: join(folder, 'cert.pem'), key: join(folder, 'key.pem') };
  const request = 'req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -days 1 -subj /CN=localhost';
  const names = '-addext subjectAltName=DNS:localhost,IP:127.0.0.1';
  const made = spawnSync('openssl', [...`${request} ${names}`.split(' '), '-keyout', files.key, '-out', files.certificate]);
  if (made.status !== 0) throw new Error(String(made.stderr));
  return files;
}
