// What a form says about a wrong value is said in the language of whoever reads it.
import { expect, it } from 'vitest';
import { configSchema as ldap } from '../src/connectors/ldap/config.ts';
import { configSchema as scim } from '../src/connectors/scim/config.ts';
import { issueWords } from '../src/engine/config/issue-words.ts';

const right = { url: 'ldap://ldap.example.org', base: 'dc=example,dc=org' };
const said = (schema: typeof ldap | typeof scim, config: object) => {
  const parsed = schema.safeParse(config);
  return parsed.success ? [] : parsed.error.issues.map((issue) => [issue.path.join('.'), issueWords(issue).zh]);
};

it('an address of the wrong kind', () => {
  expect(said(ldap, { ...right, url: 'ldap.example.org' })).toEqual([['url', '格式应为 ldaps://ldap.example.org 或 ldap://host:389']]);
  expect(said(scim, { url: 'app.example.com' })).toEqual([['url', '格式应为 https://app.example.com/scim/v2']]);
});

it('an OU that is not named by its whole DN, and so would be none of those below the base', () => {
  expect(said(ldap, { ...right, folders: ['ou=services'] })).toEqual([['folders.0', '必须位于根 DN 之下，填写完整 DN']]);
  expect(said(ldap, { ...right, folders: ['OU=services, DC=example,dc=org'] })).toEqual([]);
});
