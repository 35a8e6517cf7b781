// Every refusal as a problem document (RFC 9457): what, where and what to do, in the language of the caller.
import type { FastifyReply, FastifyRequest } from 'fastify';
import { z } from 'zod';
import type { Label } from '../../core/model.ts';
import { components } from './components.ts';
import type { Failure, Issue, RefusalCode, Saved } from '../../engine/operations/operation.ts';

/** What can be wrong with a request beside what the engine refuses. */
type HttpCode =
  | 'not-signed-in'
  | 'not-allowed'
  | 'no-route'
  | 'wrong-method'
  | 'too-large'
  | 'too-deep'
  | 'not-json'
  | 'media-type'
  | 'too-many'
  | 'fault';
export type ProblemCode = RefusalCode | HttpCode;

const label = (en: string, zh: string): Label => ({ en, zh });

export const problemKinds = {
  invalid: { status: 400, title: label('The request is not understood', '无法理解请求') },
  'not-json': { status: 400, title: label('The body is not valid JSON', '请求体不是有效的 JSON') },
  'too-deep': { status: 400, title: label('The body is nested too deeply', '请求体嵌套过深') },
  'not-signed-in': { status: 401, title: label('Nobody is signed in', '未登录') },
  'not-allowed': { status: 403, title: label('Your role does not allow this', '您的角色无权执行此操作') },
  'not-found': { status: 404, title: label('There is no such thing', '对象不存在') },
  'no-route': { status: 404, title: label('There is no such address', '地址不存在') },
  'wrong-method': { status: 405, title: label('This address does not know this method', '该地址不支持此方法') },
  conflict: { status: 409, title: label('It cannot be done as things are', '当前状态下无法执行') },
  changed: { status: 412, title: label('Somebody saved it meanwhile', '内容已被他人修改') },
  'too-large': { status: 413, title: label('The body is too large', '请求体过大') },
  'media-type': { status: 415, title: label('The body must be JSON', '请求体必须是 JSON') },
  'key-reused': { status: 422, title: label('This idempotency key belongs to another request', '该幂等键属于另一请求') },
  'too-many': { status: 429, title: label('Too many requests', '请求过多') },
  fault: { status: 500, title: label('An unexpected fault', '意外故障') },
  'far-side': { status: 502, title: label('The other system did not do it', '对方系统未完成操作') },
} as const satisfies Record<ProblemCode, { readonly status: number; readonly title: Label }>;

export const problemSchema = z.object({
  type: z.string().describe('urn:tributary:problem:<code>'),
  code: z.enum(Object.keys(problemKinds) as [ProblemCode, ...ProblemCode[]]),
  title: z.string(),
  status: z.int(),
  detail: z.string().describe('What, where and what to do.'),
  instance: z.string().describe('The address that was asked.'),
  errors: z
    .array(z.object({ field: z.string(), pointer: z.string().describe('JSON pointer into the input.'), message: z.string() }))
    .optional(),
  saved: z
    .object({
      by: z.string(),
      at: z.string(),
      what: z.array(z.string()),
      revision: z.int().optional().describe('What it is now: to make the own change on top of that.'),
    })
    .optional(),
});
components.add(problemSchema, { id: 'Problem' });
type Problem = z.output<typeof problemSchema>;

export const languageOf = (request: FastifyRequest): 'en' | 'zh' =>
  /^\s*zh/i.test(request.headers['accept-language'] ?? '') ? 'zh' : 'en';

/** `keys[0].type` → `/keys/0/type` */
const pointerOf = (field: string): string =>
  field === ''
    ? ''
    : `/${field
        .replaceAll(/\[(\d+)\]/g, '.$1')
        .split('.')
        .map((part) => part.replaceAll('~', '~0').replaceAll('/', '~1'))
        .join('/')}`;

interface Told {
  readonly detail: Label;
  readonly issues?: readonly Issue[] | undefined;
  readonly saved?: Saved | undefined;
}

export function sendProblem(request: FastifyRequest, reply: FastifyReply, code: ProblemCode, told: Told): FastifyReply {
  const language = languageOf(request);
  const kind = problemKinds[code];
  const problem: Problem = {
    type: `urn:tributary:problem:${code}`,
    code,
    title: kind.title[language],
    status: kind.status,
    detail: told.detail[language],
    instance: request.url.split('?')[0]!,
    ...(told.issues
      ? { errors: told.issues.map((issue) => ({ field: issue.field, pointer: pointerOf(issue.field), message: issue.message[language] })) }
      : {}),
    ...(told.saved ? { saved: { ...told.saved, at: new Date(told.saved.at).toISOString(), what: [...told.saved.what] } } : {}),
  };
  reply.header('content-language', language === 'zh' ? 'zh-CN' : 'en').header('vary', 'accept-language');
  return reply.code(kind.status).type('application/problem+json').serializer(JSON.stringify).send(problem);
}

export const sendFailure = (request: FastifyRequest, reply: FastifyReply, failure: Failure): FastifyReply =>
  sendProblem(request, reply, failure.kind === 'fault' ? 'fault' : (failure.code ?? 'conflict'), {
    // What a fault says is for the log: it may quote what nobody outside should read.
    detail: failure.kind === 'fault' ? faultDetail : failure.label,
    issues: failure.issues,
    saved: failure.saved,
  });

const faultDetail = label(
  'The server could not finish this. Its log says why; try again, and report it when it happens again.',
  '服务器未能完成该请求，原因见服务器日志。请重试；如再次出现请反馈。',
);
