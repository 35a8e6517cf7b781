import { startSlapd } from '/work/main/test/servers/slapd.ts';
import { Client as Ldapts, EqualityFilter } from 'ldapts';
import { Client } from '/work/main/src/connectors/ldap/client.ts';
import { EntryShape } from '/work/main/src/connectors/ldap/ber.ts';
const n = Number(process.argv[2] ?? 20000);
let ldif = 'dn: dc=example,dc=org\nobjectClass: dcObject\nobjectClass: organization\no: x\ndc: example\n\n';
for (let d = 0; d < 100; d++) ldif += `dn: ou=d${d},dc=example,dc=org\nobjectClass: organizationalUnit\nou: d${d}\n\n`;
for (let i = 0; i < n; i++) ldif += `dn: uid=u${i},ou=d${i % 100},dc=example,dc=org\nobjectClass: inetOrgPerson\nuid: u${i}\ncn:: ${Buffer.from('张伟' + i).toString('base64')}\nsn:: ${Buffer.from('张').toString('base64')}\ngivenName:: ${Buffer.from('伟').toString('base64')}\ndisplayName:: ${Buffer.from('张伟' + i).toString('base64')}\nmail: u${i}@example.org\nmobile: +8613${String(i).padStart(9, '0')}\nemployeeNumber: E${i}\ntitle: Engineer\nl: Shanghai\nmanager: uid=u${Math.floor(i / 10)},ou=d${Math.floor(i / 10) % 100},dc=example,dc=org\n\n`;
const s = await startSlapd({ suffix: 'dc=example,dc=org', ldif });
process.on("SIGALRM",()=>{});const names = ['uid','cn','sn','givenName','displayName','mail','mobile','employeeNumber','title','l','manager','entryUUID'];
try {
  for (let round = 0; round < 3; round++) {
    let cpu = process.cpuUsage(); let t = performance.now(); let c = 0;
    const l = new Ldapts({ url: s.url }); await l.bind(s.rootDn, s.password);
    for await (const page of l.searchPaginated('dc=example,dc=org', { filter: '(objectClass=inetOrgPerson)', attributes: names, paged: { pageSize: 1000 }, timeLimit: 0 })) c += page.searchEntries.length;
    await l.unbind(); let u = process.cpuUsage(cpu);
    console.log('ldapts', c, 'wall µs', ((performance.now() - t) * 1000 / c).toFixed(1), 'cpu µs', ((u.user + u.system) / c).toFixed(1));
    cpu = process.cpuUsage(); t = performance.now(); c = 0;
    const client = new Client({ url: s.url, bindDn: s.rootDn, password: s.password, startTls: false, ca: '', allowPlainPassword: false } as never, { now: Date.now, sleep: async () => {} }, () => {});
    for await (const page of client.pages({ base: 'dc=example,dc=org', scope: 'sub', filter: new EqualityFilter({ attribute: 'objectClass', value: 'inetOrgPerson' }), shape: new EntryShape(names) }, new AbortController().signal)) c += page.entries.length;
    await client.close(); u = process.cpuUsage(cpu);
    console.log('ours  ', c, 'wall µs', ((performance.now() - t) * 1000 / c).toFixed(1), 'cpu µs', ((u.user + u.system) / c).toFixed(1));
  }
  console.log(await s.writes(), process.memoryUsage().rss / 1e6);
} finally { await s.stop(); }
