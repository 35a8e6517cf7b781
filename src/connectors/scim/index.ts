// SCIM 2.0: apps that take people and groups by the standard, or nearly so, as source and as target. The table of contents.
//
// Reading order: this manifest → profiles.ts (how systems differ) → abilities.ts (what this one can do) → places.ts (where
// attributes lie) → client.ts (requests) → wire.ts (answers and errors) → pages.ts (whole lists) → source.ts → target.ts.
import type { Connection, ConnectionContext, Connector, Facts, Limits } from '../../connector-kit/contract.ts';
import { defineConnector } from '../../connector-kit/define.ts';
import { abilitiesOf, type Abilities } from './abilities.ts';
import { catalogueOf, EXTERNAL_ID } from './catalogue.ts';
import { scimChanges } from './changes.ts';
import { checkScim } from './check.ts';
import { BULK_MS, openClient } from './client.ts';
import { configSchema, partSchema, type Config, type Part } from './config.ts';
import { down, up } from './defaults.ts';
import { profileOf } from './profile.ts';
import { presetOf, type Profile } from './profiles.ts';
import { moodNames } from './simulator-moods.ts';
import { simulate } from './simulator.ts';
import { scimSource } from './source.ts';
import { scimBatch } from './batch.ts';
import { scimTarget } from './target.ts';

const RFC = 'https://www.rfc-editor.org/rfc/rfc7644';

const factsOf = (profile: Profile, departments: Config['departments'], ignoresCase: boolean): Facts => ({
  // A path is the id of its department.
  stableIds: departments !== 'path',
  assignsIds: true,
  // Of `userName`.
  ignoresCase,
  nestedGroups: profile.nestedGroups,
  serialWrites: false,
  ...(profile.externalId ? { carriesDirectoryId: EXTERNAL_ID } : {}),
  removeMeans: profile.deleteMeans === 'delete' ? 'irreversible' : 'disables',
});

const limitsOf = (config: Pick<Config, 'parallel'>, profile: Profile, bulk: Abilities['bulk']): Limits => ({
  inFlight: config.parallel,
  batchSize: 1000,
  membersPerCall: profile.membersPerCall,
  ...(bulk ? { writesPerCall: bulk.operations, requestMs: BULK_MS } : {}),
  see: RFC,
});

async function open(context: ConnectionContext<Config>): Promise<Connection<Part>> {
  const profile = profileOf(context.config);
  const client = openClient(context, profile);
  const abilities = abilitiesOf(context.config, profile, client, context.memory);
  const source = scimSource(client, abilities);
  // A person who was changed may be the only one who named a department.
  const changedBy = context.config.departments === 'path' ? null : await abilities.changedBy();
  return {
    async describe(signal) {
      const now = await abilities.now(signal);
      return {
        types: now.catalogue.types,
        facts: factsOf(now.profile, context.config.departments, now.ignoresCase),
        limits: limitsOf(context.config, now.profile, now.bulk),
      };
    },
    check: (request) => checkScim(client, abilities, request),
    close: () => client.close(),
    ...source,
    ...(changedBy === null ? {} : scimChanges(client, abilities, changedBy)),
    ...scimTarget(client, abilities, source),
    batch: scimBatch(client, abilities, source),
  };
}

/** The catalogue before anything is configured; `describe` gives the one of a connection. */
const unasked = configSchema.parse({ url: 'https://scim.example.com' });
const standard = presetOf('standard');

export const scim: Connector<Config, Part> = defineConnector<Config, Part>({
  manifest: {
    id: 'scim',
    name: { en: 'SCIM 2.0', zh: 'SCIM 2.0' },
    summary: {
      en: 'Apps and identity services that speak SCIM 2.0 or something near it: people, groups and departments.',
      zh: '支持 SCIM 2.0 或其变体的应用和身份服务：人员、组与部门。',
    },
    logo: 'logo.svg',
    roles: ['source', 'target'],
    config: configSchema,
    part: partSchema,
    types: catalogueOf(unasked, standard, new Set()).types,
    facts: factsOf(standard, unasked.departments, true),
    limits: limitsOf(unasked, standard, null),
    provenAgainst: ['simulator', 'real server'],
    defaults: { up, down },
  },
  open,
  simulate,
  moods: moodNames,
});
