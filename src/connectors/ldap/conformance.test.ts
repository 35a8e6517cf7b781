// The suite that every connector passes: against our simulator, and against a real slapd in two layouts.
import { describe, test } from 'vitest';
import { slapdAvailable, startSlapd } from '../../../test/servers/slapd.ts';
import { describeConformance, simulatorSubject } from '../../connector-kit/conformance/index.ts';
import type { ConformanceSubject } from '../../connector-kit/conformance/subject.ts';
import { ldap } from './index.ts';

const SUFFIX = 'dc=example,dc=org';
const skips = { 'changes.delete': 'LDAP leaves no trace of a deletion; the full read finds it' };
const missingPart = { base: `ou=never,${SUFFIX}` };
/** Without `spoil-answer`: what an LDAP server answers is true, an operation that ends with an error was not done. */
const faults = [
  'refuse-connection',
  'cut-connection',
  'lose-answer',
  'busy',
  'server-error',
  'expire-token',
  'garbage',
  'refuse-write',
  'delay',
] as const;
const reader = { dn: `cn=reader,${SUFFIX}`, password: 'reader password', hidesAttributes: ['entryUUID'] };

describeConformance(
  simulatorSubject(ldap, {
    name: 'ldap (simulator)',
    part: { base: '' },
    skips,
    simulator: { accounts: [reader] },
    far: (simulator) => ({
      underPrivilegedConfig: { ...simulator.config, bindDn: reader.dn, password: reader.password },
      missingPart,
      faults,
    }),
  }),
);

const entry = (...lines: string[]): string => `${lines.join('\n')}\n`;
const root = entry(`dn: ${SUFFIX}`, 'objectClass: dcObject', 'objectClass: organization', 'dc: example', 'o: example');
const folder = (ou: string): string => entry(`dn: ou=${ou},${SUFFIX}`, 'objectClass: organizationalUnit', `ou: ${ou}`);

/** One fresh slapd per case. */
function onSlapd(name: string, config: Readonly<Record<string, unknown>>, ldif: string): ConformanceSubject<never, never> {
  return {
    name,
    connector: ldap as never,
    skips,
    timeoutMs: 60_000,
    async start() {
      const slapd = await startSlapd({ suffix: SUFFIX, ldif, sizelimit: 'unlimited' });
      const own = { url: slapd.url, bindDn: slapd.rootDn, password: slapd.password, base: SUFFIX, ...config };
      return {
        config: own,
        part: { base: '' },
        wrongConfig: { ...own, password: 'not the password' },
        unreachableConfig: { ...own, url: 'ldap://127.0.0.1:1' },
        missingPart,
        stop: () => slapd.stop(),
      };
    },
  };
}

const available = slapdAvailable();
if (available.ok) {
  describeConformance(onSlapd('ldap (slapd, nested)', {}, root));
  describeConformance(
    onSlapd(
      'ldap (slapd, flat, posixGroup, moved when disabled)',
      {
        layout: 'flat',
        groupKind: 'posixGroup',
        idAttribute: 'description',
        peopleIn: `ou=people,${SUFFIX}`,
        groupsIn: `ou=groups,${SUFFIX}`,
        disableBy: 'move',
        disabledIn: `ou=off,${SUFFIX}`,
      },
      [root, ...['people', 'groups', 'off'].map(folder)].join('\n'),
    ),
  );
} else {
  describe('ldap on slapd', () => {
    test('passes the conformance kit', (context) => context.skip(available.reason));
  });
}
