import { startSlapd } from './test/servers/slapd.ts';
import { Client as Ldapts } from 'ldapts';
import { ldap } from './src/connectors/ldap/index.ts';
const n = Number(process.argv[2] ?? 20000); const which = process.argv[3] ?? 'both';
const b64 = (t: string) => Buffer.from(t).toString('base64');
const parts = ['dn: dc=example,dc=org\nobjectClass: dcObject\nobjectClass: organization\no: x\ndc: example\n\n'];
for (let d = 0; d < 200; d++) parts.push(`dn: ou=d${d},dc=example,dc=org\nobjectClass: organizationalUnit\nou: d${d}\n\n`);
for (let i = 0; i < n; i++) parts.push(`dn: uid=u${i},ou=d${i % 200},dc=example,dc=org\nobjectClass: inetOrgPerson\nuid: u${i}\ncn:: ${b64('张伟' + i)}\nsn:: ${b64('张')}\ngivenName:: ${b64('伟')}\ndisplayName:: ${b64('张伟' + i)}\nmail: u${i}@example.org\nmobile: +8613${String(i).padStart(9, '0')}\nemployeeNumber: E${i}\ntitle: Engineer\nl: Shanghai\nmanager: uid=u${Math.floor(i / 10)},ou=d${Math.floor(i / 10) % 200},dc=example,dc=org\n\n`);
const s = await startSlapd({ suffix: 'dc=example,dc=org', ldif: parts.join('') }); parts.length = 0;
const names = ['uid','cn','sn','givenName','displayName','mail','mobile','employeeNumber','title','l','manager'];
try {
  for (let round = 0; round < 3; round++) {
    if (which !== 'ours') {
    let cpu = process.cpuUsage(); let t = performance.now(); let c = 0;
    const l = new Ldapts({ url: s.url }); await l.bind(s.rootDn, s.password);
    for await (const page of l.searchPaginated('dc=example,dc=org', { filter: '(objectClass=inetOrgPerson)', attributes: [...names, 'entryUUID'], paged: { pageSize: 1000 }, timeLimit: 0 })) c += page.searchEntries.length;
    await l.unbind(); let u = process.cpuUsage(cpu);
    console.log('ldapts', c, 'wall µs', ((performance.now() - t) * 1000 / c).toFixed(1), 'cpu µs', ((u.user + u.system) / c).toFixed(1), 'rss', (process.memoryUsage().rss / 1048576).toFixed(0));
    }
    if (which === 'ldapts') continue;
    for (const [label, attributes, relations] of [['plain', names.slice(0, -1), []], ['with manager and membership', names, ['membership']]] as const) {
    const cpu = process.cpuUsage(), t = performance.now(); let c = 0, m = 0, e = 0;
    const x = await ldap.open({ connectionId: 'x', config: ldap.manifest.config.parse({ url: s.url, bindDn: s.rootDn, password: s.password, base: s.suffix }), clock: { now: Date.now, sleep: async () => {} }, log: () => {}, memory: { get: async () => undefined, set: async () => {} }, folder: '/tmp' });
    for await (const ev of x.read!('person', { part: { base: '' }, attributes: [...attributes], relations: [...relations], now: Date.now(), signal: new AbortController().signal })) { if (ev.kind === 'objects') { c += ev.objects.length; for (const o of ev.objects) { if (String(o.attributes.manager).length === 36) m++; if (o.edges?.membership?.[0]?.to.id.length === 36) e++; } } else if (ev.kind === 'end' && !ev.complete) console.log(ev); }
    await x.close(); const u = process.cpuUsage(cpu);
    console.log('ours', label, c, m, e, 'wall µs', ((performance.now() - t) * 1000 / c).toFixed(1), 'cpu µs', ((u.user + u.system) / c).toFixed(1), 'rss', (process.memoryUsage().rss / 1048576).toFixed(0));
    }
  }
} finally { await s.stop(); }
