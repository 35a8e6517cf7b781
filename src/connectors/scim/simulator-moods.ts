// How SCIM servers differ in practice, one row a mood; each deviation names who does it.

export interface Mood {
  /** full: all endpoints · schemas: only /Schemas · none. */
  readonly discovery: 'full' | 'schemas' | 'none';
  /** post-basic: the client says who it is in a header, and nowhere else. */
  readonly signIn: 'bearer' | 'basic' | 'client-credentials' | 'post-basic' | 'get-query';
  /** standard: whatever is not said as the standard asks is refused. */
  readonly shape: 'standard' | 'any';
  /** Under which names it keeps what. */
  readonly paths: Readonly<Record<'Users' | 'Groups' | 'Organizations', string>>;
  readonly names: {
    readonly parent: string;
    readonly departments: string /** Ids of groups on an account, whose groups then list nobody; empty: groups have members. */;
    readonly groups: string;
  };
  readonly status: { readonly attribute: string; readonly on: unknown; readonly off: unknown };
  readonly patch: boolean;
  /** 204 carries no resource. */
  readonly patchAnswers: 200 | 204;
  readonly filters: 'any' | 'eq' | 'eq and times' | 'userName' | 'ignored';
  readonly noMatch: 200 | 404;
  /** Whether a second object with the same user name is refused. */
  readonly unique: boolean;
  readonly uniqueGroupNames: boolean;
  /** Whether two accounts may have the same address. */
  readonly uniqueEmails: boolean;
  /** Addresses and numbers of an account at most. */
  readonly mostValues: number;
  /** Attributes that are accepted and forgotten. */
  readonly drops: readonly string[];
  readonly membersInList: boolean;
  /** Neither lists nor single groups show who is in them. */
  readonly hidesMembers: boolean;
  /** Whether an account says in which groups it is. @see https://www.rfc-editor.org/rfc/rfc7643#section-4.1.2 */
  readonly groupsOnAccounts: boolean;
  /** Whether a PUT of a group changes its members, too; else it is answered as if it had. */
  readonly putsMembers: boolean;
  /** Whether PATCH understands paths of an extension; else it keeps the value somewhere else, and answers as if all were well. */
  readonly patchesExtensions: boolean;
  /** Whether a status that is sent is taken; else it answers that it was. */
  readonly takesStatus: boolean;
  /** Whether a path may choose among values (`members[value eq "7"]`). @see https://docs.github.com/en/enterprise-cloud@latest/rest/enterprise-admin/scim */
  readonly filterPaths: boolean;
  /** A removal with a list removes only those; by the standard it removes all. @see https://learn.microsoft.com/en-us/entra/identity/app-provisioning/application-provisioning-config-problem-scim-compatibility */
  readonly removesValues: boolean;
  /** Members in one request at most. */
  readonly maxMembers: number;
  /** ignored: it is answered as if it had been done. */
  readonly replaceMembers: boolean | 'ignored';
  /** `remove` with a value filter that matches nothing: an error, or fine. */
  readonly strictTargets: boolean;
  /** none: all at once, and a list that is asked for in pages is refused. @see https://cloud.google.com/identity/docs */
  readonly paging: 'index' | 'cursor' | 'none';
  readonly newestFirst: boolean;
  /** ignored: it is answered as if it had been done. */
  readonly deletingUser: 'deletes' | 'refused' | 'deactivates' | 'ignored';
  readonly textBooleans: boolean;
  readonly textNumbers: boolean;
  readonly listName: 'Resources' | 'resources';
  readonly managerAsText: boolean;
  readonly envelope: 'scim' | 'errcode';
  readonly passwordRequired: boolean;
  readonly keepsExternalId: boolean;
  readonly nestedGroups: boolean;
  /** Attributes that only a single user shows. */
  readonly shortLists: readonly string[];
  /** Versions of resources, and `If-Match`. */
  readonly versions: boolean;
  /** Many writes in one request. `bodies`: whether what it made comes back. */
  readonly bulk: { readonly operations: number; readonly bytes: number; readonly bodies: boolean } | null;
}

/** @see https://www.rfc-editor.org/rfc/rfc7644 */
const strict: Mood = {
  discovery: 'full',
  signIn: 'bearer',
  shape: 'standard',
  paths: { Users: 'Users', Groups: 'Groups', Organizations: 'Organizations' },
  names: { parent: 'parent', departments: 'organization', groups: '' },
  status: { attribute: 'active', on: true, off: false },
  patch: true,
  patchAnswers: 200,
  filters: 'any',
  noMatch: 200,
  unique: true,
  uniqueGroupNames: false,
  uniqueEmails: false,
  mostValues: Infinity,
  drops: [],
  membersInList: true,
  hidesMembers: false,
  groupsOnAccounts: true,
  putsMembers: true,
  patchesExtensions: true,
  takesStatus: true,
  filterPaths: true,
  removesValues: false,
  maxMembers: 1000,
  replaceMembers: true,
  strictTargets: true,
  paging: 'index',
  newestFirst: false,
  deletingUser: 'deletes',
  textBooleans: false,
  textNumbers: false,
  listName: 'Resources',
  managerAsText: false,
  envelope: 'scim',
  passwordRequired: false,
  keepsExternalId: true,
  nestedGroups: true,
  shortLists: [],
  versions: true,
  bulk: null,
};

export const moods = {
  strict,
  /** The whole of the standard: strict, with Bulk. @see https://www.rfc-editor.org/rfc/rfc7644#section-3.7 */
  bulk: { ...strict, bulk: { operations: 1000, bytes: 1_048_576, bodies: true } },
  /** What Okta asks of an app built in its wizard: all updates by PUT, one filter, 404 for nobody, users never deleted. @see https://developer.okta.com/docs/api/openapi/okta-scim/guides/scim-20/ */
  okta: {
    ...strict,
    versions: false,
    signIn: 'basic',
    patch: false,
    filters: 'userName',
    noMatch: 404,
    deletingUser: 'refused',
    nestedGroups: false,
  },
  /** What Entra asks of an app: 204 for PATCH, lists without members, unique group names. @see https://learn.microsoft.com/en-us/entra/identity/app-provisioning/use-scim-to-provision-users-and-groups */
  entra: {
    ...strict,
    versions: false,
    discovery: 'schemas',
    signIn: 'client-credentials',
    patchAnswers: 204,
    filters: 'eq',
    uniqueGroupNames: true,
    membersInList: false,
    strictTargets: false,
    textBooleans: true,
    managerAsText: true,
    nestedGroups: false,
  },
  /** No discovery, no 409, forgets attributes, ignores filters, small letters and texts for numbers (seen at several vendors). */
  sloppy: {
    ...strict,
    versions: false,
    discovery: 'none',
    shape: 'any',
    filters: 'ignored',
    unique: false,
    drops: ['title', 'nickName', 'costCenter'],
    strictTargets: false,
    textNumbers: true,
    listName: 'resources',
    nestedGroups: false,
  },
  /** Few members at once, eq only, cursor paging, deactivation for deletion. @see https://docs.aws.amazon.com/singlesignon/latest/developerguide/what-is-scim.html, https://docs.slack.dev/reference/scim-api/ */
  limited: {
    ...strict,
    versions: false,
    filters: 'eq',
    maxMembers: 100,
    replaceMembers: false,
    paging: 'cursor',
    deletingUser: 'deactivates',
    nestedGroups: false,
  },
  /** Lists leave out what a single user shows. @see https://developers.zoom.us/docs/api/scim/ */
  zoom: {
    ...strict,
    versions: false,
    discovery: 'schemas',
    filters: 'eq',
    shortLists: ['title', 'nickName', 'phoneNumbers', 'timezone'],
    deletingUser: 'deactivates',
    nestedGroups: false,
  },
  /** Members go in by PATCH alone and are shown nowhere; PATCH takes the "2.0" in the name of an extension for a path. @see https://github.com/boxyhq/jackson */
  jackson: {
    ...strict,
    versions: false,
    discovery: 'none',
    shape: 'any',
    hidesMembers: true,
    groupsOnAccounts: false,
    putsMembers: false,
    patchesExtensions: false,
    replaceMembers: 'ignored',
    strictTargets: false,
    nestedGroups: false,
  },
  /** Secret in the query, errcode answers, everything in one list, newest first. @see https://cloud.tencent.com/document/product/1442/68856 */
  tencent: {
    ...strict,
    versions: false,
    discovery: 'none',
    signIn: 'get-query',
    shape: 'any',
    patch: false,
    filters: 'eq and times',
    envelope: 'errcode',
    newestFirst: true,
    passwordRequired: true,
    names: { ...strict.names, groups: 'group' },
    keepsExternalId: false,
    nestedGroups: false,
  },
} as const satisfies Record<string, Mood>;

export type MoodName = keyof typeof moods;
export const moodNames = Object.keys(moods) as readonly MoodName[];

/** What a connection to a simulator in this mood has to be configured with, beside address and credential. */
export const configOf: Readonly<Record<MoodName, Readonly<Record<string, unknown>>>> = {
  strict: { profile: 'custom', nestedGroups: true },
  bulk: { profile: 'custom', nestedGroups: true },
  okta: { profile: 'custom', deleteMeans: 'never' },
  entra: { profile: 'custom', uniqueGroupNames: true, managerForm: 'text' },
  sloppy: {},
  limited: { profile: 'custom', deleteMeans: 'deactivate' },
  zoom: { profile: 'zoom' },
  jackson: {},
  tencent: { profile: 'tencent-eiam' },
};
