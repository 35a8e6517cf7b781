// The peer: a second slapd that makes a fresh copy of the first by syncrepl, with dbnosync.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Client } from 'ldapts';
import type { Slapd } from '../test/servers/slapd.ts';

/** Milliseconds from the consumer's start until it holds every person. */
export async function freshCopy(source: Slapd, people: number): Promise<{ ms: number }> {
  const folder = mkdtempSync(join(tmpdir(), 'tributary-syncrepl-'));
  mkdirSync(join(folder, 'db'));
  const conf = [
    ...['core', 'cosine', 'inetorgperson', 'nis'].map((name) => `include /etc/ldap/schema/${name}.schema`),
    'modulepath /usr/lib/ldap',
    'moduleload back_mdb',
    'sizelimit unlimited',
    'database mdb',
    `suffix "${source.suffix}"`,
    `rootdn "${source.rootDn}"`,
    `rootpw "${source.password}"`,
    `directory ${folder}/db`,
    'maxsize 34359738368',
    'dbnosync',
    'index objectClass,entryUUID,entryCSN,uid,mail,employeeNumber eq',
    `syncrepl rid=001 provider=${source.url} type=refreshOnly interval=00:01:00:00 searchbase="${source.suffix}" bindmethod=simple binddn="${source.rootDn}" credentials="${source.password}" retry="1 +"`,
    '',
  ].join('\n');
  writeFileSync(join(folder, 'slapd.conf'), conf, { mode: 0o600 });
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  const startedAt = performance.now();
  const child = spawn('/usr/sbin/slapd', ['-f', join(folder, 'slapd.conf'), '-h', `ldap://127.0.0.1:${port}/`, '-d', 'none'], {
    stdio: 'ignore',
  });
  try {
    for (;;) {
      if ((await countOf(`ldap://127.0.0.1:${port}`, source)) >= people) return { ms: performance.now() - startedAt };
      await new Promise((resolve) => setTimeout(resolve, 200));
    }
  } finally {
    const ended = once(child, 'exit');
    child.kill('SIGTERM');
    await ended;
    rmSync(folder, { recursive: true, force: true });
  }
}

/** Counts cheaply: the last person to arrive is the last of the provider's order, so the full count is asked only rarely. */
async function countOf(url: string, source: Slapd): Promise<number> {
  const client = new Client({ url, connectTimeout: 500 });
  try {
    await client.bind(source.rootDn, source.password);
    const { searchEntries } = await client.search(source.suffix, { scope: 'base', attributes: ['contextCSN'], timeLimit: 0 });
    if (searchEntries.length === 0 || String(searchEntries[0]!.contextCSN ?? '') === '') return 0;
    let count = 0;
    for await (const page of client.searchPaginated(source.suffix, {
      scope: 'sub',
      filter: '(objectClass=inetOrgPerson)',
      attributes: ['1.1'],
      timeLimit: 0,
      paged: { pageSize: 1000 },
    }))
      count += page.searchEntries.length;
    return count;
  } catch {
    return 0;
  } finally {
    await client.unbind().catch(() => {});
  }
}
