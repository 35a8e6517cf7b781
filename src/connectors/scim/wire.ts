// What SCIM systems say: lists, resources, what they can do, and their errors in our kinds.
import { z } from 'zod';
import type { RawAnswer, Verdict } from '../../connector-kit/http/answer.ts';
import { ConnectorError, type ErrorKind } from '../../connector-kit/errors.ts';
import type { Label } from '../../core/model.ts';
import { isObject, member, type Json } from './places.ts';

/** @see https://www.rfc-editor.org/rfc/rfc7644#section-3.4.2 (some systems send numbers as texts, and `resources` in small letters) */
const anyCase = (value: unknown): unknown =>
  isObject(value)
    ? {
        total: member(value, 'totalResults'),
        resources: member(value, 'Resources'),
        next: member(value, 'nextCursor'),
        start: member(value, 'startIndex'),
      }
    : value;
const count = z.coerce.number().int().min(0);
export const listShape = z.preprocess(
  anyCase,
  z.object({
    total: count.optional(),
    resources: z.array(z.record(z.string(), z.unknown())).nullish(),
    next: z.string().nullish(),
    start: count.optional(),
  }),
);
export type List = z.infer<typeof listShape>;

/** @see https://www.rfc-editor.org/rfc/rfc7643#section-3 */
export const resourceShape = z.record(z.string(), z.unknown());
/** A write may answer nothing (204), or a resource. */
export const writtenShape = z.union([resourceShape, z.undefined()]);

/** What is not said stays unknown. */
const able = z.object({ supported: z.boolean() }).optional().catch(undefined);
/** @see https://www.rfc-editor.org/rfc/rfc7643#section-5, https://www.rfc-editor.org/rfc/rfc9865#section-4 */
export const configurationShape = z.object({
  patch: able,
  bulk: z
    .object({ supported: z.boolean(), maxOperations: z.number().optional(), maxPayloadSize: z.number().optional() })
    .optional()
    .catch(undefined),
  filter: z.object({ supported: z.boolean(), maxResults: z.number().optional() }).optional().catch(undefined),
  etag: able,
  pagination: z
    .object({ cursor: z.boolean().default(false), index: z.boolean().default(true), maxPageSize: z.number().optional() })
    .optional()
    .catch(undefined),
});
export type ServiceConfiguration = z.infer<typeof configurationShape>;

/** A status was an object with a code once; some say it as a number. @see https://www.rfc-editor.org/rfc/rfc7644#section-3.7.3 */
const bulkStatus = z.preprocess((status) => (isObject(status) ? member(status, 'code') : status), z.coerce.number().int());
const bulkResult = z.preprocess(
  (value) =>
    isObject(value)
      ? Object.fromEntries(['method', 'bulkId', 'location', 'status', 'response'].map((name) => [name, member(value, name)]))
      : value,
  z.object({
    method: z.string().nullish(),
    bulkId: z.string().nullish(),
    location: z.string().nullish(),
    status: bulkStatus,
    response: z.unknown(),
  }),
);
export type BulkResult = z.infer<typeof bulkResult>;
/** @see https://www.rfc-editor.org/rfc/rfc7644#section-3.7 */
export const bulkShape = z.preprocess((value) => (isObject(value) ? (member(value, 'Operations') ?? []) : value), z.array(bulkResult));

const attributeShape = z.object({
  name: z.string(),
  uniqueness: z.string().nullish(),
  mutability: z.string().nullish(),
  caseExact: z.boolean().nullish().catch(null),
});
/** @see https://www.rfc-editor.org/rfc/rfc7643#section-7 */
export const schemaShape = z.object({ id: z.string(), attributes: z.array(attributeShape).default([]) });
export type Schema = z.infer<typeof schemaShape>;

/** @see https://www.rfc-editor.org/rfc/rfc7643#section-6 */
export const resourceTypeShape = z.object({
  endpoint: z.string(),
  schema: z.string(),
  schemaExtensions: z
    .array(z.object({ schema: z.string() }))
    .nullish()
    .catch(null),
});
export type ResourceType = z.infer<typeof resourceTypeShape>;

/** @see https://www.rfc-editor.org/rfc/rfc6749#section-5.1 (some send the number as a text) */
export const tokenShape = z.object({ access_token: z.string().min(1), expires_in: z.coerce.number().optional() });

/** @see https://cloud.tencent.com/document/product/1442/68856 */
const errcodeShape = z.object({ errcode: z.coerce.number(), errmsg: z.string().default(''), id: z.coerce.string().optional() });

// ── Errors ───────────────────────────────────────────────────────────────────────────────────────────────

/** What `facts.detail` begins with, where the caller has to tell errors of one kind apart. */
export const scimTypeOf = (error: ConnectorError): string => /^scimType (\w+)/.exec(error.facts.detail ?? '')?.[1] ?? '';

/** Somebody else changed it since it was read. */
export const isOutdated = (error: ConnectorError): boolean =>
  error.kind === 'conflict' && (error.facts.detail ?? '').startsWith('HTTP 412');

interface Meaning {
  readonly kind: ErrorKind;
  readonly label: Label;
}
const say = (kind: ErrorKind, en: string, zh: string): Meaning => ({ kind, label: { en, zh } });

/** @see https://www.rfc-editor.org/rfc/rfc7644#section-3.12, https://www.rfc-editor.org/rfc/rfc9865#section-2.1 */
const byScimType: Readonly<Record<string, Meaning>> = {
  uniqueness: say('already-exists', 'A value is taken by another object.', '取值已被其他对象占用。'),
  invalidfilter: say('unsupported', 'The system does not offer this search.', '系统不支持该筛选条件。'),
  toomany: say('unsupported', 'The search gave more than the system will answer.', '筛选结果超过系统上限。'),
  invalidsyntax: say('invalid', 'The system refused the request as wrong.', '系统判定请求有误。'),
  invalidpath: say('invalid', 'The system does not know an attribute.', '系统不认识某个字段。'),
  notarget: say('invalid', 'The system found nothing to change there.', '系统未找到可变更的内容。'),
  invalidvalue: say('invalid', 'The system refused a value.', '系统拒绝了某个取值。'),
  mutability: say('invalid', 'The system does not allow to change an attribute.', '系统不允许修改某个字段。'),
  sensitive: say('permission', 'The system does not answer this search for reasons of privacy.', '系统出于隐私拒绝该查询。'),
  expiredcursor: say('cursor-expired', 'The position in the list has expired.', '列表位置已过期。'),
  invalidcursor: say('cursor-expired', 'The position in the list is not known any more.', '列表位置已失效。'),
};

const byStatus: Readonly<Record<number, Meaning>> = {
  400: say('invalid', 'The system refused the request.', '系统拒绝了该请求。'),
  404: say('not-found', 'The object does not exist.', '对象不存在。'),
  405: say('unsupported', 'The system does not offer this call.', '系统不支持该调用。'),
  409: say('already-exists', 'The object, or one with the same value, exists already.', '对象或相同取值已存在。'),
  412: say('conflict', 'Somebody else changed the object meanwhile.', '对象已被他人修改。'),
  413: say('invalid', 'The system takes fewer at once.', '单次数量超过系统上限。'),
  501: say('unsupported', 'The system does not offer this call.', '系统不支持该调用。'),
};

const conflict = say('conflict', 'The object is in a state that forbids this.', '对象当前状态不允许此操作。');

/** The verdict on every answer; undefined leaves it to HTTP's own status. */
export function judge(answer: RawAnswer): Verdict | undefined {
  const { status, json } = answer;
  if (status === 401) return 'renew';
  // Looked at first: to be told that an answer is no envelope costs more than the rest of its way.
  const envelope = isObject(json) && 'errcode' in json ? errcodeShape.safeParse(json) : null;
  if (envelope?.success && status !== 403)
    return envelope.data.errcode === 0 && status < 400 ? 'ok' : byErrcode(answer, envelope.data.errmsg);
  if (status < 300 || status === 429 || (status >= 500 && status !== 501)) return undefined;
  // A write that is not allowed may be about this one object; a read is about the credential.
  if (status === 403 && answer.effect !== 'read')
    return refused(answer, say('forbidden', 'The system does not let us change this.', '系统不允许修改该对象。'));
  // A proxy, or a wrong path: it says nothing about an object, least of all that it is gone.
  if (status === 404 && !answer.isJson) return notScim(answer);
  const scimType = String((isObject(json) ? member(json, 'scimType') : undefined) ?? '');
  // Of a creation 409 says that it is there already; of anything else, that the object is in a state that forbids it.
  const inTheWay = status === 409 && scimType === '' && answer.effect !== 'once';
  const meaning = byScimType[scimType.toLowerCase()] ?? (inTheWay ? conflict : byStatus[status]);
  return meaning ? refused(answer, meaning, scimType) : undefined;
}

const notScim = (answer: RawAnswer): ConnectorError =>
  new ConnectorError(
    answer.effect === 'read' ? 'bad-response' : 'unknown-outcome',
    {
      en: 'The answer is no SCIM answer. Look at the base address, and whether a proxy stands in between.',
      zh: '返回内容不是 SCIM 响应。请检查根地址，以及中间是否有代理。',
    },
    { detail: `HTTP ${answer.status} ${answer.excerpt}`.trim() },
  );

function refused(answer: RawAnswer, meaning: Meaning, scimType = ''): ConnectorError {
  const said = isObject(answer.json) ? String(member(answer.json, 'detail') ?? '') : '';
  const attribute = meaning.kind === 'invalid' ? attributeIn(said) : undefined;
  const detail = `${scimType ? `scimType ${scimType} ` : ''}HTTP ${answer.status} ${answer.excerpt}`.trim();
  return new ConnectorError(meaning.kind, meaning.label, { detail, ...(attribute ? { attribute } : {}) });
}

/** Texts are all there is: the vendor publishes no list of codes. @see https://cloud.tencent.com/document/product/1442/68856 */
function byErrcode(answer: RawAnswer, errmsg: string): Verdict {
  if (/access.?token/i.test(errmsg)) return 'renew';
  const text = errmsg.toLowerCase();
  if (/exist|duplicate|已存在|重复/.test(text) && !/not exist|不存在/.test(text)) return refused(answer, byStatus[409]!);
  if (/not exist|not found|不存在/.test(text)) return refused(answer, byStatus[404]!);
  return refused(answer, byStatus[400]!);
}

/** An attribute that the system names in its sentence, in its or our words. */
const attributeIn = (sentence: string): string | undefined => {
  const named = [...sentence.matchAll(/\b[a-z]+[A-Z]\w*|\bactive\b|\btitle\b/g)].map(([word]) => word);
  return new Set(named).size === 1 ? named[0] : undefined;
};

/** The id in what a write answered, in either envelope. */
export function idIn(body: Json | undefined): string | undefined {
  const id = body && member(body, 'id');
  return typeof id === 'string' || typeof id === 'number' ? String(id) : undefined;
}
