// Many writes in one request, as a simulated server carries them out: one after the other, each with a result of its own.
//
// @see https://www.rfc-editor.org/rfc/rfc7644#section-3.7
import { isObject, member, type Draft, type Json } from './places.ts';
import type { Mood } from './simulator-moods.ts';
import { Refusal } from './simulator-state.ts';

interface Entry {
  readonly method: string;
  readonly path: string;
  readonly version: string | undefined;
  readonly data: unknown;
}
export type CarryOut = (entry: Entry, at: number) => { readonly status: number; readonly body: unknown };

export function answerBulk(body: Json, bytes: number, limits: NonNullable<Mood['bulk']>, base: string, carryOut: CarryOut): Json {
  const operations = member(body, 'Operations');
  if (!Array.isArray(operations)) throw new Refusal(400, 'Operations are required', 'invalidSyntax');
  if (operations.length > limits.operations || bytes > limits.bytes) throw new Refusal(413, 'The request has too many operations.');
  const failOnErrors = Number(member(body, 'failOnErrors') ?? Infinity);
  /** bulkId → id of what it made; later operations may name it so. */
  const made = new Map<string, string>();
  const results: Draft[] = [];
  let failures = 0;
  for (const [at, operation] of (operations as readonly Json[]).entries()) {
    if (failures >= failOnErrors) break;
    const bulkId = textOf(member(operation, 'bulkId'));
    const resolved = (text: string): string => text.replaceAll(/bulkId:([\w-]+)/g, (whole, name: string) => made.get(name) ?? whole);
    const entry = {
      method: textOf(member(operation, 'method'))?.toUpperCase() ?? '',
      path: resolved(textOf(member(operation, 'path')) ?? ''),
      version: textOf(member(operation, 'version')),
      data: JSON.parse(resolved(JSON.stringify(member(operation, 'data') ?? {}))) as unknown,
    };
    if (entry.method === 'POST' && bulkId === undefined) throw new Refusal(400, 'bulkId is required', 'invalidSyntax');
    const { status, body: answer } = carryOut(entry, at);
    const id = isObject(answer) ? textOf(member(answer, 'id')) : undefined;
    const isGood = status < 300;
    if (isGood && bulkId !== undefined && id !== undefined) made.set(bulkId, id);
    if (!isGood) failures += 1;
    const location = entry.method === 'POST' ? (isGood ? `${base}${entry.path}/${id}` : undefined) : `${base}${entry.path}`;
    results.push({
      method: entry.method,
      ...(location === undefined ? {} : { location }),
      ...(bulkId === undefined ? {} : { bulkId }),
      status: String(status),
      ...(isGood && !limits.bodies ? {} : { response: answer }),
    });
  }
  return { schemas: ['urn:ietf:params:scim:api:messages:2.0:BulkResponse'], Operations: results };
}

const textOf = (value: unknown): string | undefined => (typeof value === 'string' && value !== '' ? value : undefined);
