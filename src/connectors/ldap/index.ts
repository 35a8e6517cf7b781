// LDAP: OpenLDAP and other LDAPv3 directories, as source and as target. The table of contents of this folder.
import type { Connection, Connector, ConnectionContext, Facts, Limits } from '../../connector-kit/contract.ts';
import { defineConnector } from '../../connector-kit/define.ts';
import { typesOf } from './catalogue.ts';
import { checkLdap } from './check.ts';
import { Client, CONNECTIONS, PAGE } from './client.ts';
import { configSchema, partSchema, type Config, type Part } from './config.ts';
import { down, up } from './defaults.ts';
import { staysOpen } from './disabled.ts';
import { elsewhereOf } from './elsewhere.ts';
import { layoutOf } from './layout.ts';
import { MEMBERS_PER_CALL } from './members.ts';
import { startSimulator } from './simulator.ts';
import { ldapSource } from './source.ts';
import { ldapTarget } from './target.ts';

const facts: Facts = {
  stableIds: true,
  assignsIds: true,
  ignoresCase: true,
  nestedGroups: true,
  serialWrites: false,
  removeMeans: 'irreversible',
};

/**
 * No number of an LDAP server limits us but its own threads. Two writes share a connection: the next request need not wait for the
 * last answer (https://www.rfc-editor.org/rfc/rfc4511#section-3.1). @see https://www.openldap.org/software/man.cgi?query=slapd.conf
 */
const limits: Limits = {
  inFlight: CONNECTIONS * 2,
  batchSize: PAGE,
  membersPerCall: MEMBERS_PER_CALL,
  see: 'https://www.openldap.org/software/man.cgi?query=slapd.conf',
};

/** The catalogue before anything is configured; `describe` gives the one of a connection. */
const standard = {
  layout: 'nested',
  personNaming: 'uid',
  extraAttributes: [],
  groupKind: 'groupOfNames',
  disableBy: 'attribute',
  disableAttribute: 'businessCategory',
  idAttribute: '',
  departmentAttribute: 'departmentNumber',
  departmentKey: 'ou',
} as const;

async function open(context: ConnectionContext<Config>): Promise<Connection<Part>> {
  const { config } = context;
  const client = new Client(config, context);
  const layout = layoutOf(config);
  const types = typesOf(config);
  const source = ldapSource(client, layout, types, () => context.clock.now());
  const target = ldapTarget(client, layout, types, source, elsewhereOf(context.memory), context.log);
  return {
    describe: async () => ({
      types,
      staysOpen: staysOpen(config),
      facts: {
        ...facts,
        nestedGroups: config.groupKind !== 'posixGroup',
        ...(config.idAttribute === '' ? {} : { carriesDirectoryId: config.idAttribute }),
      },
    }),
    check: (request) => checkLdap(client, layout, request),
    close: () => client.close(),
    ...source,
    ...target,
  };
}

export const ldap: Connector<Config, Part> = defineConnector<Config, Part>({
  manifest: {
    id: 'ldap',
    name: { en: 'LDAP directory', zh: 'LDAP 目录' },
    summary: {
      en: 'OpenLDAP and other LDAPv3 servers: people, departments (OUs) and groups, read and written.',
      zh: 'OpenLDAP 及其他 LDAPv3 服务器：读取和写入人员、部门（OU）与组。',
    },
    logo: 'logo.svg',
    roles: ['source', 'target'],
    config: configSchema,
    part: partSchema,
    types: typesOf(standard),
    facts,
    limits,
    provenAgainst: ['simulator', 'real server'],
    defaults: { up, down },
  },
  open,
  simulate: startSimulator,
});
