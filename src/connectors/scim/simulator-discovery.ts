// What a simulated server says of itself. @see https://www.rfc-editor.org/rfc/rfc7644#section-4, https://www.rfc-editor.org/rfc/rfc7643#section-5
import { ENTERPRISE, type Json } from './places.ts';
import { ORGANIZATION } from './profiles.ts';
import type { Mood } from './simulator-moods.ts';
import { Refusal } from './simulator-state.ts';

const USER = 'urn:ietf:params:scim:schemas:core:2.0:User';
const GROUP = 'urn:ietf:params:scim:schemas:core:2.0:Group';
const userAttributes = [
  'userName',
  'displayName',
  'name',
  'nickName',
  'emails',
  'phoneNumbers',
  'title',
  'userType',
  'preferredLanguage',
  'timezone',
  'active',
  'groups',
  'password',
];
const enterpriseAttributes = ['employeeNumber', 'costCenter', 'organization', 'division', 'department', 'manager'];

/** The body for a discovery path; undefined for any other. */
export function describeServer(first: string, id: string | undefined, mood: Mood, pageSize: number): Json | undefined {
  switch (first) {
    case 'ServiceProviderConfig':
      refuseUnless(mood.discovery === 'full');
      return configuration(mood, pageSize);
    case 'Schemas': {
      refuseUnless(mood.discovery !== 'none');
      const schemas = schemasOf(mood);
      if (id === undefined) return { totalResults: schemas.length, Resources: schemas };
      return schemas.find((schema) => schema.id === id) ?? refuseUnless(false);
    }
    case 'ResourceTypes':
      refuseUnless(mood.discovery === 'full');
      return resourceTypes(mood);
    default:
      return undefined;
  }
}

/** @see https://www.rfc-editor.org/rfc/rfc7643#section-6 */
function resourceTypes({ paths }: Mood): Json {
  const at = (name: keyof Mood['paths']) => ({ endpoint: `/${paths[name]}` });
  const types = [
    { id: 'User', name: 'User', ...at('Users'), schema: USER, schemaExtensions: [{ schema: ENTERPRISE, required: false }] },
    { id: 'Group', name: 'Group', ...at('Groups'), schema: GROUP },
    { id: 'Organization', name: 'Organization', ...at('Organizations'), schema: ORGANIZATION },
  ];
  return { totalResults: types.length, Resources: types };
}

function refuseUnless(offered: boolean): undefined {
  if (!offered) throw new Refusal(404, 'Not found.');
}

const configuration = (mood: Mood, pageSize: number): Json => ({
  schemas: ['urn:ietf:params:scim:schemas:core:2.0:ServiceProviderConfig'],
  patch: { supported: mood.patch },
  bulk: { supported: mood.bulk !== null, maxOperations: mood.bulk?.operations ?? 0, maxPayloadSize: mood.bulk?.bytes ?? 0 },
  filter: { supported: mood.filters !== 'ignored', maxResults: pageSize },
  changePassword: { supported: false },
  sort: { supported: false },
  etag: { supported: mood.versions },
  authenticationSchemes: [],
  ...(mood.paging === 'cursor' ? { pagination: { cursor: true, index: false, maxPageSize: pageSize } } : {}),
});

const schemasOf = (mood: Mood): readonly Json[] => [
  {
    id: USER,
    name: 'User',
    attributes: userAttributes.map((name) => ({
      name,
      mutability: name === 'groups' ? 'readOnly' : 'readWrite',
      uniqueness: name === 'userName' && mood.unique ? 'server' : 'none',
      caseExact: false,
    })),
  },
  {
    id: GROUP,
    name: 'Group',
    attributes: ['displayName', 'members'].map((name) => ({
      name,
      mutability: 'readWrite',
      uniqueness: name === 'displayName' && mood.uniqueGroupNames ? 'server' : 'none',
    })),
  },
  {
    id: ENTERPRISE,
    name: 'EnterpriseUser',
    attributes: enterpriseAttributes.map((name) => ({ name, mutability: 'readWrite', uniqueness: 'none' })),
  },
];
