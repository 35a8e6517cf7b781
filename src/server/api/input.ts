// How an operation's input travels: which fields are path, query or body, and how query text becomes typed values.
import { z } from 'zod';
import type { Issue, Route } from '../../engine/operations/operation.ts';
import { readCursor } from './cursor.ts';

type Shape = Readonly<Record<string, z.ZodType>>;

export interface Wire {
  /** Names in the path, in order. */
  readonly path: readonly string[];
  readonly query: readonly string[];
  readonly body: readonly string[];
  /** The address as fastify writes it. */
  readonly url: string;
}

/** Headers that stand for an input field. */
export const IF_MATCH = 'revision';

/** Of a route that takes no query: every field of it is one too many. */
export const unknownQuery = (request: { readonly query: unknown }): Issue[] => unknownFields(Object.keys(request.query as object));

export const unknownFields = (fields: readonly string[]): Issue[] =>
  fields.map((field) => ({ field, message: { en: 'is unknown here', zh: '此处没有该参数' } }));

export const shapeOf = (input: z.ZodType): Shape => (input as z.ZodObject<Record<string, z.ZodType>>).shape;

export function wireOf(route: Route, input: z.ZodType): Wire {
  const path = [...route.path.matchAll(/\{(\w+)\}/g)].map((match) => match[1]!);
  const rest = Object.keys(shapeOf(input)).filter((name) => !path.includes(name) && name !== IF_MATCH);
  const inQuery = route.method === 'GET' || route.method === 'DELETE';
  return {
    path,
    query: inQuery ? rest : [],
    body: inQuery ? [] : rest,
    url: route.path.replaceAll(/\{(\w+)\}/g, ':$1'),
  };
}

export interface Received {
  readonly params: Readonly<Record<string, string>>;
  readonly query: Readonly<Record<string, unknown>>;
  readonly body: unknown;
  readonly ifMatch: string | undefined;
}

/** One input of the three parts, and what could not be put into it; the schema judges the rest. */
export function gather(
  name: string,
  route: Route,
  input: z.ZodType,
  received: Received,
): { readonly input: Readonly<Record<string, unknown>>; readonly issues: Issue[] } {
  const wire = wireOf(route, input);
  const shape = shapeOf(input);
  const issues: Issue[] = [];
  const refuse = (field: string, en: string, zh: string): void => void issues.push({ field, message: { en, zh } });
  const result: Record<string, unknown> = {};
  if (wire.body.length > 0 || received.body !== undefined) {
    const { body } = received;
    if (body !== undefined && (body === null || typeof body !== 'object' || Array.isArray(body)))
      refuse('', 'the body must be an object', '请求体必须是对象');
    else
      for (const [field, value] of Object.entries(body ?? {})) {
        if (wire.path.includes(field) || field === IF_MATCH || wire.query.includes(field))
          refuse(field, 'is not part of the body', '不属于请求体');
        else result[field] = value;
      }
  }
  for (const [field, text] of Object.entries(received.query)) {
    if (field === 'cursor' && route.page !== undefined) {
      const place = readCursor(name, String(text));
      if (place === undefined)
        refuse('cursor', 'is not a cursor of this list; leave it out to begin anew', '不是此列表的游标；省略即从头开始');
      else result[route.page] = place;
    } else if (!wire.query.includes(field) || field === route.page) refuse(field, 'is unknown here', '此处没有该参数');
    else result[field] = typed(shape[field]!, text);
  }
  for (const field of wire.path) result[field] = typed(shape[field]!, received.params[field]);
  if (received.ifMatch !== undefined && IF_MATCH in shape) {
    const revision = /^(?:W\/)?"(\d{1,15})"$/.exec(received.ifMatch.trim());
    if (received.ifMatch.trim() !== '*' && !revision)
      refuse('If-Match', 'must be the ETag of the answer, such as "3"', '应为响应中的 ETag，例如 "3"');
    else if (revision) result[IF_MATCH] = Number(revision[1]);
  }
  for (const field of Object.keys(result))
    if (JSON.stringify(result[field] ?? null).includes('\\u0000')) refuse(field, 'holds U+0000', '包含 U+0000');
  return { input: result, issues };
}

interface JsonType {
  readonly type?: string;
  readonly items?: JsonType;
  readonly anyOf?: readonly JsonType[];
}

/** Query text as what the schema wants; text that does not fit stays, and the schema says what is wrong with it. */
function typed(schema: z.ZodType, given: unknown): unknown {
  return asType(z.toJSONSchema(schema, { io: 'input', unrepresentable: 'any' }) as JsonType, given);
}

function asType(wanted: JsonType, given: unknown): unknown {
  if (wanted.type === 'array')
    return (Array.isArray(given) ? given : String(given).split(',')).map((one) => asType(wanted.items ?? {}, one));
  const text = Array.isArray(given) ? given.at(-1) : given;
  const types = wanted.type ? [wanted.type] : (wanted.anyOf ?? []).map((one) => one.type);
  // A name made of digits is understood by what takes numbers and names alike.
  if (typeof text !== 'string' || types.includes('string')) return text;
  if (types.includes('integer') || types.includes('number')) return /^-?\d{1,15}(\.\d+)?$/.test(text) ? Number(text) : text;
  if (types.includes('boolean')) return text === 'true' ? true : text === 'false' ? false : text;
  return text;
}
