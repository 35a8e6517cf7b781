// How systems differ from the standard, one row each. `standard` leaves to discovery what discovery can tell.
//
// @see https://www.rfc-editor.org/rfc/rfc7643 (schema), https://www.rfc-editor.org/rfc/rfc7644 (protocol)

import type { Rates } from './budgets.ts';

export interface Profile {
  readonly paths: { readonly users: string; readonly groups: string; readonly departments: string };
  /** What a write answers: the resource, or `{errcode, errmsg, id}`. */
  readonly envelope: 'scim' | 'errcode';
  /** index: startIndex/count · cursor: RFC 9865 · all: count=-1 · none: everything in one answer. */
  readonly paging: 'index' | 'cursor' | 'all' | 'none';
  /** Largest page the system gives; the connection's own size when smaller. */
  readonly pageLimit: number;
  readonly update: 'patch' | 'put';
  readonly filter: 'eq' | 'none';
  readonly memberRemove: 'filter' | 'value' | 'replace';
  /** auto: with the list when it shows members at all, else from the single group. ours: never shown, so what was written is remembered. */
  readonly membersFrom: 'auto' | 'list' | 'object' | 'filter' | 'ours';
  readonly membersPerCall: number;
  /** So many members one group takes in an hour; null: as many as come. */
  readonly membersPerHour: number | null;
  readonly freeze: 'active' | 'delete' | 'none';
  readonly deleteMeans: 'delete' | 'deactivate' | 'never';
  readonly status: { readonly attribute: string; readonly on: string; readonly off: string };
  readonly parentAttribute: string;
  readonly departmentsAttribute: string;
  /** Of an account: the ids of its groups, where groups list nobody; empty: groups have members. */
  readonly groupsAttribute: string;
  /** What a department that is an object of its own calls itself. */
  readonly departmentSchema: string;
  /** The department that stands for the whole company there; empty: there is none. */
  readonly rootDepartment: string;
  readonly manager: 'object' | 'text' | 'none';
  /** digits: nothing else, numbers of mainland China without their country. */
  readonly phoneForm: 'e164' | 'dashed' | 'digits';
  /** One address and one number of an account at most, whatever their types. */
  readonly onlyOne: boolean;
  /** Attributes that every account needs, and that no two may share, beside the user name. */
  readonly required: readonly string[];
  readonly unique: readonly string[];
  readonly enterprise: boolean;
  readonly externalId: boolean;
  /** Whether there are groups at all. */
  readonly groups: boolean;
  readonly nestedGroups: boolean;
  readonly uniqueGroupNames: boolean;
  readonly passwordRequired: boolean;
  readonly tokenRecipe: 'post-form' | 'post-basic' | 'get-query';
  readonly lengths: Readonly<Record<string, number>>;
  /** Calls the vendor allows. */
  readonly rates: Rates;
  /** The time by which a source is searched for changes; ask: found out by the check. */
  readonly changedBy: 'ask' | 'meta.lastModified' | 'lastModified' | 'none';
  /** It refuses to overwrite what somebody else has changed since it was read. */
  readonly versions: boolean;
  /** Whether lists show whole objects; ask: one of a list is compared with itself when it is read first. */
  readonly lists: 'ask' | 'whole' | 'short';
  /** Whether the system is asked what it can do (ServiceProviderConfig and the rest). */
  readonly discovery: boolean;
}

/** No standard names it; the one of Tencent EIAM ends so. @see https://cloud.tencent.com/document/product/1442/68897 */
export const ORGANIZATION = 'urn:ietf:params:scim:schemas:core:2.0:Organization';

const standard: Profile = {
  paths: { users: 'Users', groups: 'Groups', departments: 'Organizations' },
  envelope: 'scim',
  paging: 'index',
  pageLimit: 1000,
  update: 'patch',
  filter: 'eq',
  memberRemove: 'filter',
  membersFrom: 'auto',
  membersPerCall: 100,
  membersPerHour: null,
  freeze: 'active',
  deleteMeans: 'delete',
  status: { attribute: 'active', on: 'true', off: 'false' },
  parentAttribute: 'parent',
  departmentsAttribute: 'organization',
  groupsAttribute: '',
  departmentSchema: ORGANIZATION,
  rootDepartment: '',
  manager: 'object',
  phoneForm: 'e164',
  onlyOne: false,
  required: [],
  unique: [],
  enterprise: true,
  externalId: true,
  groups: true,
  nestedGroups: false,
  uniqueGroupNames: false,
  passwordRequired: false,
  tokenRecipe: 'post-form',
  lengths: {},
  rates: {},
  changedBy: 'ask',
  lists: 'ask',
  versions: false,
  discovery: true,
};

const presets = {
  standard: {},
  custom: {},
  /** @see https://docs.aws.amazon.com/singlesignon/latest/developerguide/what-is-scim.html */
  aws: {
    paging: 'cursor',
    pageLimit: 100,
    membersFrom: 'filter',
    membersPerCall: 100,
    nestedGroups: false,
    onlyOne: true,
    discovery: false,
  },
  /** @see https://docs.github.com/en/enterprise-cloud@latest/rest/enterprise-admin/scim */
  github: {
    pageLimit: 100,
    freeze: 'active',
    deleteMeans: 'never',
    membersPerCall: 1000,
    membersPerHour: 1000,
    // Accounts: 1,000 an hour, evenly: the pace knows no hours, and a burst would leave nothing for the rest of one.
    rates: { creates: { perMinute: 16 } },
  },
  /** A server of one's own: the same, with limits only where its administrator sets some. @see https://docs.github.com/en/enterprise-server@latest/rest/enterprise-admin/scim */
  'github-server': { pageLimit: 100, deleteMeans: 'never', membersPerCall: 1000 },
  /** Setting `active` to false removes the member and deletes the SCIM identity; there are no groups. @see https://docs.github.com/en/rest/scim/scim */
  'github-organization': { pageLimit: 100, freeze: 'delete', deleteMeans: 'delete', groups: false },
  /** No real deletion. @see https://docs.slack.dev/reference/scim-api/ */
  slack: {
    pageLimit: 1000,
    deleteMeans: 'deactivate',
    rates: { reads: { perMinute: 1000 }, writes: { perMinute: 600 }, users: { perMinute: 180 } },
  },
  /** @see https://support.atlassian.com/provisioning-users/docs/understand-user-provisioning/ */
  atlassian: { pageLimit: 100, deleteMeans: 'deactivate' },
  /** Lists leave out what a single user shows. @see https://developers.zoom.us/docs/api/scim/ */
  zoom: { deleteMeans: 'deactivate', lists: 'short' },
  /** The group list comes without members. @see https://www.alibabacloud.com/help/en/cloudsso/ */
  'alibaba-cloudsso': { pageLimit: 100, membersFrom: 'object', membersPerCall: 100 },
  /** No departments by SCIM, says the vendor. @see https://www.alibabacloud.com/help/en/idaas/eiam/user-guide/app-sync-to-idaas-scim */
  'alibaba-idaas': { pageLimit: 100 },
  /** One address, one number. @see https://support.huaweicloud.com/intl/en-us/api-identitycenter/SCIMListUsers.html */
  huawei: { pageLimit: 50, onlyOne: true },
  /** Names of 16 characters, an address that nobody else has, numbers of digits alone; PUT replaces all members. @see https://www.ctyun.cn/qzdh/144144_150 */
  ctyun: {
    pageLimit: 100,
    update: 'put',
    memberRemove: 'replace',
    membersFrom: 'object',
    onlyOne: true,
    phoneForm: 'digits',
    required: ['formattedName', 'email'],
    unique: ['email'],
    lengths: { userName: 32, formattedName: 16, email: 256, phone: 30 },
  },
  /** All of the standard but Bulk; it describes itself. @see https://www.volcengine.com/docs/7165/1554519 */
  volcengine: { pageLimit: 100 },
  /** While SCIM is on, what it made cannot be changed there. @see https://www.tencentcloud.com/document/product/1031/66366 */
  'tencent-cloud-sso': { pageLimit: 100 },
  /** No pages. @see https://cloud.google.com/identity/docs */
  'google-cloud-identity': { paging: 'none' },
  /** PATCH is not confirmed, so whole objects are sent. @see https://cloud.tencent.com/document/product/1442/68856 */
  'tencent-eiam': {
    envelope: 'errcode',
    paging: 'all',
    update: 'put',
    memberRemove: 'replace',
    phoneForm: 'dashed',
    onlyOne: true,
    enterprise: false,
    externalId: false,
    passwordRequired: true,
    groupsAttribute: 'group',
    tokenRecipe: 'get-query',
    manager: 'none',
    lengths: { userName: 64, displayName: 32, description: 255 },
    changedBy: 'lastModified',
    discovery: false,
  },
} as const satisfies Record<string, Partial<Profile>>;

export type ProfileId = keyof typeof presets;
export const profileIds = Object.keys(presets) as [ProfileId, ...ProfileId[]];
export const presetOf = (id: ProfileId): Profile => ({ ...standard, ...presets[id] });
