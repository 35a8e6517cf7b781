// What this system can do: the profile, corrected by what the system says of itself and by what was seen when trying.
import { z } from 'zod';
import type { ConnectionContext } from '../../connector-kit/contract.ts';
import { catalogueOf, type Catalogue } from './catalogue.ts';
import type { BulkLimits } from './bulk.ts';
import type { Client } from './client.ts';
import type { Config } from './config.ts';
import type { ChangedBy } from './changes.ts';
import type { ShownBy } from './member-proof.ts';
import { ENTERPRISE, pathForms, type PathForm } from './places.ts';
import { pathsOf } from './profile.ts';
import type { Profile } from './profiles.ts';
import { resourcesOf, type Resources } from './resource-types.ts';
import { configurationShape, resourceTypeShape, schemaShape, type Schema } from './wire.ts';

/** What trying has shown; kept in the connection's memory, so that every worker and run knows it. */
const learnedShape = z.object({
  url: z.string(),
  update: z.literal('put').optional(),
  memberRemove: z.literal('replace').optional(),
  filter: z.literal('none').optional(),
  /** Forms of paths of which a PATCH was looked at; and one whose values were not there afterwards, as they are when the object is put. */
  patchKnown: z.array(z.enum(pathForms)).optional(),
  patchLoses: z.enum(pathForms).optional(),
  /** A status that was set was seen afterwards. */
  status: z.literal('taken').optional(),
  /** What was deleted was seen to be gone. */
  deletion: z.literal('taken').optional(),
  /** Where members that were written were seen afterwards. */
  members: z.enum(['group', 'search', 'account', 'nowhere']).optional(),
  /** ignored: it answers that it took a whole list of members, and has not looked at it. */
  membersWhole: z.enum(['taken', 'ignored']).optional(),
  /** Whether it is searched by the time of the last change; null: it is not. */
  changedBy: z.enum(['meta.lastModified']).nullable().optional(),
  /** Whether its lists show all that single objects show. */
  lists: z.enum(['whole', 'short']).optional(),
  /** none: it offers Bulk and refuses it. bare: what it answers shows no objects, so what is written has to be read one by one. */
  bulk: z.enum(['none', 'bare']).optional(),
  /** Attributes that a probe write came back without. */
  ignored: z.array(z.string()).optional(),
});
type Learned = z.infer<typeof learnedShape>;

/** What the system says of itself; null where it says nothing. */
const saidShape = z.object({
  configuration: configurationShape.nullable(),
  schemas: z.array(schemaShape).nullable(),
  types: z.array(resourceTypeShape).nullable(),
});
type Said = z.infer<typeof saidShape>;
const NOTHING: Said = { configuration: null, schemas: null, types: null };
/** Kept for the connection: a run about one person would ask more about the system than about the person. */
const keptShape = saidShape.extend({ url: z.string(), at: z.number() });
const KEPT_MS = 3_600_000;

export interface Abilities {
  readonly profile: Profile;
  readonly catalogue: Catalogue;
  /** What the system said of itself. */
  readonly discovered: 'all' | 'attributes' | 'nothing';
  /** What it says of the resources it has; null where it says nothing. */
  readonly resources: Resources | null;
  /** Many writes in one request; null where it is not offered, or switched off. `bare`: with answers that show no objects. */
  readonly bulk: (BulkLimits & { readonly bare: boolean }) | null;
  readonly offersBulk: boolean;
  /** It says that user names are unique, so a second one will be refused and need not be looked for. */
  readonly refusesDoubles: boolean;
  /** Whether user names that differ only in case are one name; what is not said is so by the standard. */
  readonly ignoresCase: boolean;
  /** Where members show that were written: seen by trying, or as somebody said it of this kind of system; null: not known yet. */
  readonly membersShown: ShownBy | 'nowhere' | 'as said' | null;
  /** Whether it takes members that come with a whole group; null: not known yet. */
  readonly membersWhole: 'taken' | 'ignored' | null;
  /** Forms of paths that were tried in a PATCH, and one that it is known to lose. */
  readonly patchKnown: readonly PathForm[];
  readonly patchLoses: PathForm | null;
  /** Whether an account was seen to be as it was told. */
  readonly statusTaken: boolean;
  /** Whether its schema of users lists the attribute of the status as one that can be written; null: it shows no schema, or keeps it elsewhere. */
  readonly statusListed: boolean | null;
  /** Whether what was deleted was seen to be gone. */
  readonly deletionTaken: boolean;
  /** Attributes that it does not keep. */
  readonly ignored: readonly string[];
}

export interface AbilitySource {
  /** Asked once in an hour; throws where the system cannot be asked. */
  now(signal: AbortSignal): Promise<Abilities>;
  /** Asked now, whatever was said before. */
  afresh(signal: AbortSignal): Promise<Abilities>;
  learn(what: Partial<Omit<Learned, 'url'>>): Promise<void>;
  /** By what a source is searched for changes, as far as is known without asking it. */
  changedBy(): Promise<ChangedBy | null>;
}

const KEY = 'scim-abilities';
const SAID = 'scim-said';

export function abilitiesOf(config: Config, profile: Profile, client: Client, memory: ConnectionContext<Config>['memory']): AbilitySource {
  let said: Said | null = null;
  let known: Abilities | null = null;

  const recall = async (): Promise<Learned> => {
    const text = await memory.get(KEY);
    const parsed = text === undefined ? undefined : learnedShape.safeParse(JSON.parse(text)).data;
    return parsed?.url === config.url ? parsed : { url: config.url };
  };

  const kept = async (): Promise<Said | null> => {
    const text = await memory.get(SAID);
    const parsed = text === undefined ? undefined : keptShape.safeParse(JSON.parse(text)).data;
    return parsed?.url === config.url && Math.abs(client.clock.now() - parsed.at) < KEPT_MS ? parsed : null;
  };

  /** What cannot be kept is asked again. */
  const keep = async (told: Said): Promise<void> => {
    try {
      await memory.set(SAID, JSON.stringify({ ...told, url: config.url, at: client.clock.now() }));
    } catch {
      client.log('abilities-not-kept');
    }
  };

  const ask = async (signal: AbortSignal): Promise<Said> => {
    const [configuration, schemas, types] = await Promise.all([
      client.configuration(signal),
      client.schemas(signal),
      client.resourceTypes(signal),
    ]);
    const told: Said = { configuration, schemas: schemas && [...schemas], types: types && [...types] };
    // Silence is not kept: it may only be that nobody could answer.
    if (configuration || schemas || types) await keep(told);
    return told;
  };

  const found = async (): Promise<Abilities> => {
    const abilities = judge(config, profile, said ?? NOTHING, await recall());
    client.locate(abilities.profile.paths);
    known = abilities;
    return abilities;
  };

  return {
    async now(signal) {
      if (known) return known;
      if (profile.discovery) said ??= (await kept()) ?? (await ask(signal));
      return found();
    },
    async afresh(signal) {
      if (profile.discovery) said = await ask(signal);
      return found();
    },
    async changedBy() {
      if (profile.changedBy === 'ask') return (await recall()).changedBy ?? null;
      return profile.changedBy === 'none' ? null : profile.changedBy;
    },
    async learn(what) {
      await memory.set(KEY, JSON.stringify({ ...(await recall()), ...what }));
      client.log('ability-learned', { ...what });
      known = null;
    },
  };
}

function judge(config: Config, profile: Profile, { configuration: said, schemas, types }: Said, learned: Learned): Abilities {
  const resources = resourcesOf(types, config.url);
  const user = schemas?.find(({ id }) => id.endsWith(':core:2.0:User'));
  const group = schemas?.find(({ id }) => id.endsWith(':core:2.0:Group'));
  const ignored = [...new Set([...config.ignored, ...(learned.ignored ?? []), ...unlisted(schemas, user)])].sort();
  const unique = (schema: Schema | undefined, name: string): boolean =>
    ['server', 'global'].includes(schema?.attributes.find((one) => one.name.toLowerCase() === name.toLowerCase())?.uniqueness ?? '');
  const own: Profile = {
    ...profile,
    update: learned.update ?? (said?.patch && !said.patch.supported ? 'put' : profile.update),
    memberRemove: memberRemoveOf(profile, said, learned),
    membersFrom: learned.members === undefined ? profile.membersFrom : readFrom[learned.members],
    versions: said?.etag?.supported ?? profile.versions,
    lists: profile.lists === 'ask' ? (learned.lists ?? 'ask') : profile.lists,
    filter: learned.filter ?? (said?.filter && !said.filter.supported ? 'none' : profile.filter),
    paging: said?.pagination?.cursor && !said.pagination.index ? 'cursor' : profile.paging,
    pageLimit: Math.min(
      profile.pageLimit,
      said?.filter?.maxResults || Infinity,
      said?.pagination?.maxPageSize || Infinity,
      config.pageSize,
    ),
    enterprise: profile.enterprise && namesEnterprise(schemas, resources) !== false,
    paths: pathsOf(config, profile, resources?.paths ?? {}),
    departmentSchema: resources?.departmentSchema ?? profile.departmentSchema,
    groups: profile.groups && (resources === null || resources.has.has('groups') || config.groupsPath !== ''),
    uniqueGroupNames: profile.uniqueGroupNames || unique(group, 'displayName'),
  };
  return {
    profile: own,
    catalogue: catalogueOf(config, own, new Set(ignored)),
    resources,
    discovered: said !== null ? 'all' : (schemas?.length ?? 0) > 0 ? 'attributes' : 'nothing',
    membersShown: profile.membersFrom === 'auto' && profile.groupsAttribute === '' ? (learned.members ?? null) : 'as said',
    membersWhole: learned.membersWhole ?? null,
    patchKnown: learned.patchKnown ?? [],
    patchLoses: learned.patchLoses ?? null,
    statusTaken: learned.status === 'taken',
    statusListed: listsStatus(user, own.status.attribute),
    deletionTaken: learned.deletion === 'taken',
    bulk: learned.bulk === 'none' || !config.bulk ? null : bulkOf(said, learned),
    offersBulk: said?.bulk?.supported ?? false,
    refusesDoubles: unique(user, 'userName'),
    // @see https://www.rfc-editor.org/rfc/rfc7643#section-4.1.1
    ignoresCase: user?.attributes.find(({ name }) => name.toLowerCase() === 'username')?.caseExact !== true,
    ignored,
  };
}

/** What shows on single accounts only is remembered: nobody reads all accounts for one group. */
const readFrom = { group: 'auto', search: 'filter', account: 'ours', nowhere: 'ours' } as const satisfies Record<
  ShownBy | 'nowhere',
  Profile['membersFrom']
>;

function memberRemoveOf(profile: Profile, said: Said['configuration'], learned: Learned): Profile['memberRemove'] {
  if (learned.membersWhole === 'ignored') return profile.memberRemove === 'value' ? 'value' : 'filter';
  return learned.memberRemove ?? (said?.patch && !said.patch.supported ? 'replace' : profile.memberRemove);
}

/** Either list may leave it out; undefined where neither says anything. */
function namesEnterprise(schemas: Said['schemas'], resources: Resources | null): boolean | undefined {
  const listed = schemas?.some(({ id }) => id.endsWith(':core:2.0:User')) ? schemas.some(({ id }) => id === ENTERPRISE) : undefined;
  if (listed === true || resources?.enterprise === true) return true;
  return listed ?? resources?.enterprise;
}

/** A slow system is not kept longer than a request may last. */
const MOST_AT_ONCE = 100;
const MOST_BYTES = 1_048_576;

function bulkOf(said: Said['configuration'], learned: Learned): Abilities['bulk'] {
  if (!said?.bulk?.supported) return null;
  // Zero is what some say who mean that they have no limit.
  const operations = Math.min(MOST_AT_ONCE, said.bulk.maxOperations || MOST_AT_ONCE);
  const bytes = Math.min(MOST_BYTES, said.bulk.maxPayloadSize || MOST_BYTES);
  return operations < 2 ? null : { operations, bytes, bare: learned.bulk === 'bare' };
}

const takes = (schema: Schema | undefined, name: string): boolean =>
  schema?.attributes.some((one) => one.name.toLowerCase() === name.toLowerCase() && one.mutability !== 'readOnly') ?? false;

const listsStatus = (user: Schema | undefined, attribute: string): boolean | null =>
  !user || user.attributes.length === 0 || attribute.startsWith('urn:') ? null : takes(user, attribute);

/** Ours, by the name that the schema would list them under. */
const topNames: Readonly<Record<string, readonly string[]>> = {
  name: ['formattedName', 'familyName', 'givenName'],
  emails: ['email'],
  phoneNumbers: ['phone', 'workPhone'],
  displayName: ['displayName'],
  nickName: ['nickName'],
  title: ['title'],
  userType: ['userType'],
  preferredLanguage: ['preferredLanguage'],
  timezone: ['timezone'],
};
const enterpriseNames = ['employeeNumber', 'costCenter', 'organization', 'division', 'department', 'manager'];

/** What the schema does not list, or lists as read only. Nothing where there is no schema of users. */
function unlisted(schemas: Said['schemas'], user: Schema | undefined): readonly string[] {
  if (!user || user.attributes.length === 0) return [];
  const extension = schemas?.find(({ id }) => id === ENTERPRISE);
  return [
    ...Object.entries(topNames).flatMap(([name, ours]) => (takes(user, name) ? [] : ours)),
    ...(extension && extension.attributes.length > 0 ? enterpriseNames.filter((name) => !takes(extension, name)) : []),
  ];
}
