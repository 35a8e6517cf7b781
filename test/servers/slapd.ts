// Starts a real OpenLDAP server for a test: an ordinary process on 127.0.0.1 with a folder of its own, removed on stop.
import { spawn, spawnSync, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, existsSync, mkdirSync, mkdtempSync, openSync, readFileSync, rmSync, writeFileSync, writeSync } from 'node:fs';
import { connect, createServer, type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Client } from 'ldapts';
import { findProgram } from '../programs.ts';

export interface SlapdOptions {
  /** Default: a free port. */
  readonly port?: number;
  readonly suffix: string;
  /** Access rules of slapd.access(5), one per line; default: slapd's own (everybody reads, rootDn writes). */
  readonly acl?: readonly string[];
  /** Entries per search for everybody but rootDn; default slapd's 500. */
  readonly sizelimit?: number | 'unlimited';
  /** Loaded before the start, for large trees. Must contain the suffix entry. In pieces where it is more than a string holds. */
  readonly ldif?: string | Iterable<string>;
  /** Also answers with TLS (StartTLS and ldaps) under a certificate for `localhost` and 127.0.0.1 by a CA of its own. */
  readonly tls?: boolean;
  /** Where the entries are kept; the folder outlives the server, so that it can be started again with other settings. */
  readonly data?: string;
  /** Further lines of slapd.conf(5) for the database, e.g. overlays. */
  readonly database?: readonly string[];
}

export interface Slapd {
  readonly url: string;
  /** With `tls`. */
  readonly ldapsUrl: string;
  /** PEM of the CA; with `tls`. */
  readonly ca: string;
  readonly rootDn: string;
  readonly password: string;
  readonly suffix: string;
  readonly pid: number;
  /** Completed adds, modifies, renames and deletes since the start, as slapd counts them (slapd-monitor(5)). */
  writes(only?: Operation): Promise<number>;
  stop(): Promise<void>;
}

type Operation = 'Add' | 'Modify' | 'Modrdn' | 'Delete';

const SLAPD = findProgram('slapd') ?? '/usr/sbin/slapd';
const SLAPADD = findProgram('slapadd') ?? '/usr/sbin/slapadd';
/** Debian's place, then those of Fedora and others. */
const firstOf = (...folders: readonly [string, ...string[]]): string => folders.find((folder) => existsSync(folder)) ?? folders[0];
const MODULES = firstOf('/usr/lib/ldap', '/usr/lib64/openldap', '/usr/lib/openldap', '/usr/local/libexec/openldap');
const SCHEMA = firstOf('/etc/ldap/schema', '/etc/openldap/schema', '/usr/local/etc/openldap/schema');

/**
 * Ends slapd and removes its folder when our end of the pipe closes, so also when the test process is killed.
 * `$1` is the folder, the rest is the command.
 */
const GUARD = `
folder=$1; shift
exec 3<&0
"$@" </dev/null & server=$!
(cat <&3 >/dev/null; kill $server) 2>/dev/null & watcher=$!
trap 'kill $server' TERM INT
wait $server; code=$?
kill $watcher 2>/dev/null
rm -rf "$folder"
exit $code
`;

/** Why slapd cannot be used here; null when it can. In CI its absence is a failure, never a skip. */
export function slapdAvailable(): { readonly ok: true } | { readonly ok: false; readonly reason: string } {
  for (const path of [SLAPD, join(MODULES, 'back_mdb.so'), join(SCHEMA, 'core.schema')]) {
    if (!existsSync(path)) {
      const reason = `slapd is not installed (${path} is missing): apt-get install slapd ldap-utils`;
      if (process.env.CI === 'true') throw new Error(reason);
      return { ok: false, reason };
    }
  }
  return { ok: true };
}

export async function startSlapd(options: SlapdOptions): Promise<Slapd> {
  const folder = mkdtempSync(join(tmpdir(), 'tributary-slapd-'));
  const password = 'slapd root password';
  const rootDn = `cn=admin,${options.suffix}`;
  let child: ChildProcess | undefined;
  try {
    mkdirSync(options.data ?? join(folder, 'db'), { recursive: true });
    const ca = options.tls ? makeCertificates(folder) : '';
    const conf = join(folder, 'slapd.conf');
    writeFileSync(conf, slapdConf(folder, options, rootDn, password), { mode: 0o600 });
    if (options.ldif) load(conf, folder, options.ldif);
    const port = options.port ?? (await freePort());
    const tlsPort = options.tls ? await freePort() : 0;
    const urls = [`ldap://127.0.0.1:${port}/`, ...(options.tls ? [`ldaps://127.0.0.1:${tlsPort}/`] : [])];
    const command = [SLAPD, '-f', conf, '-h', urls.join(' '), '-d', 'none'];
    child = spawn('/bin/sh', ['-c', GUARD, 'slapd-guard', folder, ...command], { stdio: ['pipe', 'ignore', 'pipe'] });
    await started(child, port);
    const pid = Number(readFileSync(join(folder, 'slapd.pid'), 'utf8'));
    const running = child;
    return {
      url: `ldap://127.0.0.1:${port}`,
      ldapsUrl: `ldaps://127.0.0.1:${tlsPort}`,
      ca,
      rootDn,
      password,
      suffix: options.suffix,
      pid,
      writes: (only) => countWrites(`ldap://127.0.0.1:${port}`, rootDn, password, only),
      stop: () => stop(running, folder, pid),
    };
  } catch (error) {
    if (child) await stop(child, folder);
    else rmSync(folder, { recursive: true, force: true });
    throw error;
  }
}

/** slapd says "slapd starting" when its sockets are bound, a moment before they listen: then connecting decides. */
async function started(child: ChildProcess, port: number): Promise<void> {
  let said = '';
  await new Promise<void>((resolve, reject) => {
    child.once('error', reject);
    child.once('exit', (code) => reject(new Error(`slapd ended at once (${code}): ${said}`)));
    child.stderr!.on('data', (chunk: Buffer) => {
      said = (said + chunk.toString()).slice(-4000);
      if (said.includes('slapd starting')) resolve();
    });
  });
  for (const giveUpAt = Date.now() + 10_000; ; ) {
    const socket = connect(port, '127.0.0.1');
    try {
      await once(socket, 'connect');
      return;
    } catch (error) {
      if (Date.now() > giveUpAt || child.exitCode !== null) throw error;
    } finally {
      socket.destroy();
    }
  }
}

async function stop(child: ChildProcess, folder: string, pid?: number): Promise<void> {
  if (child.exitCode === null && child.signalCode === null) {
    const ended = once(child, 'exit');
    child.stdin!.end();
    const timer = setTimeout(() => pid && process.kill(pid, 'SIGKILL'), 5000);
    await ended;
    clearTimeout(timer);
  }
  rmSync(folder, { recursive: true, force: true });
}

/** @see https://www.openldap.org/software/man.cgi?query=slapd.conf */
function slapdConf(folder: string, options: SlapdOptions, rootDn: string, password: string): string {
  return [
    ...['core', 'cosine', 'inetorgperson', 'nis'].map((name) => `include ${SCHEMA}/${name}.schema`),
    `pidfile ${folder}/slapd.pid`,
    `modulepath ${MODULES}`,
    'moduleload back_mdb',
    'moduleload syncprov',
    'moduleload ppolicy',
    'moduleload refint',
    'moduleload memberof',
    `sizelimit ${options.sizelimit ?? 500}`,
    ...(options.tls
      ? [`TLSCACertificateFile ${folder}/ca.pem`, `TLSCertificateFile ${folder}/server.pem`, `TLSCertificateKeyFile ${folder}/server.key`]
      : []),
    'database monitor',
    `access to * by dn.exact="${rootDn}" read by * none`,
    'database mdb',
    `suffix "${options.suffix}"`,
    `rootdn "${rootDn}"`,
    `rootpw "${password}"`,
    `directory ${options.data ?? `${folder}/db`}`,
    // Address space, not disk: a million people take four gigabytes.
    'maxsize 34359738368',
    'dbnosync',
    'index objectClass,entryUUID,entryCSN,uid,cn,ou,mail,employeeNumber,member,uniqueMember,memberUid,manager,departmentNumber eq',
    ...(options.acl ?? []),
    'overlay syncprov',
    ...(options.database ?? []),
    '',
  ].join('\n');
}

function load(conf: string, folder: string, ldif: string | Iterable<string>): void {
  const file = join(folder, 'seed.ldif');
  const target = openSync(file, 'w');
  let text = '';
  for (const piece of typeof ldif === 'string' ? [ldif] : ldif) {
    text += piece;
    if (text.length > 1_000_000) {
      writeSync(target, text);
      text = '';
    }
  }
  writeSync(target, text);
  closeSync(target);
  const { status, stderr } = spawnSync(SLAPADD, ['-q', '-f', conf, '-l', file], { encoding: 'utf8' });
  rmSync(file);
  if (status !== 0) throw new Error(`slapadd failed: ${stderr.slice(-2000)}`);
}

function makeCertificates(folder: string): string {
  const openssl = (...args: string[]): string => {
    const { status, stdout, stderr } = spawnSync('openssl', args, { cwd: folder, encoding: 'utf8' });
    if (status !== 0) throw new Error(`openssl ${args[0]} failed: ${stderr}`);
    return stdout;
  };
  const key = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes'];
  openssl('req', '-x509', ...key, '-keyout', 'ca.key', '-out', 'ca.pem', '-days', '2', '-subj', '/CN=Tributary test CA');
  openssl('req', ...key, '-keyout', 'server.key', '-out', 'server.csr', '-subj', '/CN=localhost');
  writeFileSync(join(folder, 'names'), 'subjectAltName=DNS:localhost,IP:127.0.0.1\n');
  openssl(
    'x509',
    '-req',
    '-in',
    'server.csr',
    '-CA',
    'ca.pem',
    '-CAkey',
    'ca.key',
    '-CAcreateserial',
    '-days',
    '2',
    '-extfile',
    'names',
    '-out',
    'server.pem',
  );
  return openssl('x509', '-in', 'ca.pem');
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  return port;
}

/** @see https://www.openldap.org/software/man.cgi?query=slapd-monitor */
async function countWrites(url: string, rootDn: string, password: string, only?: Operation): Promise<number> {
  const client = new Client({ url });
  try {
    await client.bind(rootDn, password);
    const { searchEntries } = await client.search('cn=Operations,cn=Monitor', {
      scope: 'one',
      filter: only ? `(cn=${only})` : '(|(cn=Add)(cn=Modify)(cn=Modrdn)(cn=Delete))',
      attributes: ['monitorOpCompleted'],
      timeLimit: 0,
    });
    return searchEntries.reduce((sum, entry) => sum + Number(entry.monitorOpCompleted), 0);
  } finally {
    await client.unbind();
  }
}
