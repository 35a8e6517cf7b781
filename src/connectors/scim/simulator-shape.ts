// What a server that keeps to the letter of the standard asks of a request, whatever it is about.
//
// @see https://www.rfc-editor.org/rfc/rfc7643#section-3, https://www.rfc-editor.org/rfc/rfc7644#section-3.1
import type { IncomingHttpHeaders } from 'node:http';
import { isObject, member, type Json } from './places.ts';
import { ORGANIZATION } from './profiles.ts';
import { Refusal, type Collection } from './simulator-state.ts';

const CORE: Readonly<Record<Collection, string>> = {
  Users: 'urn:ietf:params:scim:schemas:core:2.0:User',
  Groups: 'urn:ietf:params:scim:schemas:core:2.0:Group',
  Organizations: ORGANIZATION,
};
const MESSAGE = 'urn:ietf:params:scim:api:messages:2.0:';

/** @see https://docs.github.com/en/rest/using-the-rest-api/getting-started-with-the-rest-api#user-agent */
export function refuseHeaders(headers: IncomingHttpHeaders, hasBody: boolean): void {
  if (!headers['user-agent']) throw new Refusal(403, 'A request has to say who sends it (User-Agent).');
  if (hasBody && !/^application\/(scim\+)?json\s*(;|$)/i.test(headers['content-type'] ?? ''))
    throw new Refusal(415, 'The body is no application/scim+json.');
}

const schemasIn = (body: Json): readonly string[] => {
  const schemas = member(body, 'schemas');
  return Array.isArray(schemas) ? schemas.map((schema) => String(schema).toLowerCase()) : [];
};

function refuseWithout(body: Json, needed: string): void {
  if (!schemasIn(body).includes(needed.toLowerCase())) throw new Refusal(400, `schemas lacks ${needed}`, 'invalidSyntax');
}

/** A resource names what it consists of: its own schema, and every extension that it carries. */
export function refuseResource(collection: Collection, body: Json): void {
  refuseWithout(body, CORE[collection]);
  for (const name of Object.keys(body)) if (name.toLowerCase().startsWith('urn:')) refuseWithout(body, name);
}

/** @see https://www.rfc-editor.org/rfc/rfc7644#section-3.5.2 */
export function refusePatch(body: Json): void {
  refuseWithout(body, `${MESSAGE}PatchOp`);
  const operations = member(body, 'Operations');
  if (!Array.isArray(operations) || operations.length === 0) throw new Refusal(400, 'Operations are required', 'invalidSyntax');
  for (const operation of operations as readonly unknown[]) {
    const op = isObject(operation) ? String(member(operation, 'op') ?? '').toLowerCase() : '';
    if (!['add', 'replace', 'remove'].includes(op)) throw new Refusal(400, `"${op}" is no operation`, 'invalidSyntax');
    if (op !== 'remove' && member(operation as Json, 'value') === undefined)
      throw new Refusal(400, `"${op}" needs a value`, 'invalidValue');
  }
}

/** @see https://www.rfc-editor.org/rfc/rfc7644#section-3.7 */
export const refuseBulk = (body: Json): void => refuseWithout(body, `${MESSAGE}BulkRequest`);
