import { describeConformance, simulatorSubject } from '../../connector-kit/conformance/index.ts';
import { ldap } from './index.ts';
import { startSlapd } from '../../../test/servers/slapd.ts';
describeConformance(simulatorSubject(ldap, {
  part: { base: '' },
  skips: { 'changes.delete': 'LDAP leaves no trace of a deletion; the full read finds it' },
  simulator: { accounts: [{ dn: 'cn=reader,dc=example,dc=org', password: 'reader password', hidesAttributes: ['entryUUID'] }] },
  far: (simulator) => ({
    underPrivilegedConfig: { ...simulator.config, bindDn: 'cn=reader,dc=example,dc=org', password: 'reader password' },
    missingPart: { base: 'ou=never,dc=example,dc=org' },
  }),
}));
describeConformance({
  name: 'ldap on slapd', connector: ldap, skips: { 'changes.delete': 'LDAP leaves no trace of a deletion; the full read finds it' },
  async start() {
    const s = await startSlapd({ suffix: 'dc=example,dc=org', sizelimit: 'unlimited', ldif: 'dn: dc=example,dc=org\nobjectClass: dcObject\nobjectClass: organization\no: x\ndc: example\n\ndn: cn=reader,dc=example,dc=org\nobjectClass: organizationalRole\nobjectClass: simpleSecurityObject\ncn: reader\nuserPassword: reader password\n\n', acl: ['access to attrs=entryUUID by dn.exact="cn=reader,dc=example,dc=org" none by * read', 'access to * by * read'], database: ['limits * size.pr=4'] });
    const config = { url: s.url, bindDn: s.rootDn, password: s.password, base: s.suffix };
    return { config, part: { base: '' }, wrongConfig: { ...config, password: 'wrong password' }, underPrivilegedConfig: { ...config, bindDn: 'cn=reader,dc=example,dc=org', password: 'reader password' }, missingPart: { base: 'ou=never,dc=example,dc=org' }, unreachableConfig: { ...config, url: 'ldap://127.0.0.1:1' }, stop: () => s.stop() };
  },
});

describeConformance({
  name: 'ldap flat posix id', connector: ldap, skips: { 'changes.delete': 'LDAP leaves no trace of a deletion; the full read finds it' },
  async start() {
    const s = await startSlapd({ suffix: 'dc=example,dc=org', sizelimit: 'unlimited', ldif: 'dn: dc=example,dc=org\nobjectClass: dcObject\nobjectClass: organization\no: x\ndc: example\n\ndn: ou=people,dc=example,dc=org\nobjectClass: organizationalUnit\nou: people\n\ndn: ou=off,dc=example,dc=org\nobjectClass: organizationalUnit\nou: off\n\n', database: ['limits * size.pr=4'] });
    const config = { url: s.url, bindDn: s.rootDn, password: s.password, base: s.suffix, layout: 'flat', peopleIn: 'ou=people,dc=example,dc=org', groupKind: 'posixGroup', idAttribute: 'description', disableBy: 'move', disabledIn: 'ou=off,dc=example,dc=org', personNaming: 'cn' };
    return { config, part: { base: '' }, stop: () => s.stop() };
  },
});
