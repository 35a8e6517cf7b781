// Feishu and Lark: contacts as source and as target, with events. The table of contents of this folder.
//
// Reading order: this manifest → catalogue.ts (attributes) → client.ts (requests, pace) → codes.ts (vendor codes → kinds) →
// sight.ts (what the app may see) → walk.ts and source.ts → target.ts → check.ts. Files called simulator-* are the sandbox.
import type { Connection, ConnectionContext, Facts, Limits } from '../../connector-kit/contract.ts';
import { defineConnector } from '../../connector-kit/define.ts';
import { types, typesOf } from './catalogue.ts';
import { check } from './check.ts';
import { openClient } from './client.ts';
import { configSchema, partSchema, type Config, type Part } from './config.ts';
import { down, up } from './defaults.ts';
import { eventReceiver } from './events.ts';
import { MEMBERS_PER_CALL } from './group-writes.ts';
import { openLive } from './live.ts';
import { openEye } from './sight.ts';
import { simulate } from './simulator.ts';
import { openSource, type SourceParts } from './source.ts';
import { openTarget } from './target.ts';
import { rememberTenant } from './tenant.ts';

const facts: Facts = {
  stableIds: true,
  assignsIds: true,
  ignoresCase: false,
  nestedGroups: false,
  serialWrites: false,
  removeMeans: 'recoverable',
};

const limits: Limits = {
  inFlight: 8,
  batchSize: 50,
  membersPerCall: MEMBERS_PER_CALL,
  perSecond: 16,
  see: 'https://open.feishu.cn/document/server-docs/api-call-guide/frequency-control',
};

async function open(context: ConnectionContext<Config>): Promise<Connection<Part>> {
  const client = openClient(context);
  const eye = openEye(client, context.memory);
  const tenant = rememberTenant(client);
  const parts: SourceParts = { client, eye, manners: tenant.manners };
  const source = openSource(parts);
  let known = types;
  const everything = (id: string) => {
    const type = known.find((candidate) => candidate.id === id);
    return { attributes: (type?.attributes ?? []).map(({ name }) => name), relations: (type?.relations ?? []).map(({ name }) => name) };
  };
  return {
    async describe(signal) {
      known = typesOf({
        ...(await tenant.facts(signal)),
        substitutes: context.config.substitute !== '',
        mainland: context.config.brand === 'feishu',
      });
      return { types: known, ...(context.config.invite ? {} : { sends: [] }) };
    },
    check: (request) => check(client, eye, request),
    close: () => client.close(),
    ...source,
    ...openTarget(parts, source, everything),
    events: eventReceiver(context.config),
    ...(context.config.longConnection ? { watch: openLive(client, eye) } : {}),
  };
}

export const feishu = defineConnector<Config, Part>({
  manifest: {
    id: 'feishu',
    name: { en: 'Feishu / Lark', zh: '飞书 / Lark' },
    summary: {
      en: 'The contacts of a Feishu or Lark tenant: people, departments and user groups, read and written.',
      zh: '飞书或 Lark 租户的通讯录：读取和写入人员、部门与用户组。',
    },
    logo: 'logo.svg',
    roles: ['source', 'target'],
    config: configSchema,
    part: partSchema,
    types,
    facts,
    limits,
    sends: [
      {
        on: 'create',
        type: 'person',
        what: {
          en: 'Feishu invites each new person by text message or e-mail.',
          zh: '飞书会向每位新成员发送短信或邮件邀请。',
        },
        see: 'https://open.feishu.cn/document/server-docs/contact-v3/user/create',
      },
    ],
    provenAgainst: ['simulator', "vendor's SDK"],
    defaults: { up, down },
  },
  open,
  simulate,
});
